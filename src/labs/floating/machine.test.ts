import { describe, expect, test } from 'vitest'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import type { PlatformCommand } from './acts.ts'
import { PLATFORM } from './acts.ts'
import { DESIGN_IDS } from './contract.ts'
import { floatingMachine, type PlatformState, TICK_US } from './machine.ts'
import { floatingLab } from './world.ts'

const booted = floatingMachine.boot({ self: PLATFORM, design: 'volturnus' }, null, null as never)

/** The state and the notes after some acts. */
function acted(...commands: readonly PlatformCommand[]) {
  let state: PlatformState = booted.state
  const notes: string[] = []
  for (const command of commands) {
    const next = floatingMachine.step(state, { kind: 'command', command } as never, null as never)
    state = next.state
    for (const effect of next.effects)
      if (effect.kind === 'note') notes.push(`${effect.note.kind} ${effect.note.value}`)
  }
  return { state, notes }
}

const spacing = (value: number): PlatformCommand => ({ kind: 'set', dimension: 'platform.spacing', value })
const SEA: PlatformCommand = {
  kind: 'sea',
  add: false,
  train: null,
  change: { spectrum: 'JONSWAP', heightM: 6, periodS: 12 },
}

describe('the platform as a machine', () => {
  test.each(DESIGN_IDS)('%s is launched afloat, and looked at ten times a second', (design) => {
    const { state, effects } = floatingMachine.boot({ self: PLATFORM, design }, null, null as never)
    expect(state).toMatchObject({ failure: null, revision: 0 })
    expect(effects).toEqual([{ kind: 'set-timer', timer: 'tick', after: TICK_US }])
    const ticked = floatingMachine.step(state, { kind: 'timer', timer: 'tick' } as never, null as never)
    expect(ticked.state).toBe(state)
    expect(ticked.effects).toEqual(effects)
  })

  test('an act is solved at once, and told', () => {
    const { state, notes } = acted(
      SEA,
      { kind: 'flood', tank: 3, permille: 20 },
      { kind: 'line', line: 2, broken: true },
    )
    expect(notes).toEqual(['sea-changed 0', 'flooded 3', 'line-cut 2'])
    expect(state.revision).toBe(3)
    expect(state.solved.input).toBe(state.input)
    expect(state.solved.solution.statistics.dof[2]!.std).toBeGreaterThan(0.5)
  })

  test('what fails keeps the last solution, tells once, and tells when it floats again', () => {
    const stands = acted(SEA)
    const { state, notes } = acted(SEA, spacing(30), spacing(28))
    expect(notes).toEqual(['sea-changed 0', 'dimension-changed 0', 'capsized 0', 'dimension-changed 0'])
    expect(state.failure?.kind).toBe('capsizes')
    expect(state.solved.input.design).toBe(stands.state.input.design)
    expect(state.input.design).not.toBe(state.solved.input.design)
    const again = acted(SEA, spacing(30), spacing(50))
    expect(again.notes.at(-1)).toBe('floats-again 0')
    expect(again.state.failure).toBeNull()
    expect(again.state.solved.input).toBe(again.state.input)
  })

  test('from one failure to another, each is told', () => {
    const heavy: PlatformCommand = { kind: 'set', dimension: 'turbine.mass', value: 2e7 }
    const { notes } = acted(spacing(30), spacing(51.75), heavy)
    expect(notes).toContain('capsized 0')
    expect(notes.at(-1)).toMatch(/^(sank|capsized) 0$/)
  })

  test('only the loads change: hull, rest and modes are taken over', () => {
    const { state } = acted(SEA)
    expect(state.solved.prepared).toBe(booted.state.solved.prepared)
    expect(state.solved.modes).toBe(booted.state.solved.modes)
    expect(acted(spacing(50)).state.solved.prepared).not.toBe(booted.state.solved.prepared)
  })

  test.each([0, 1e-300, 1e-178, 1e-5, 0.001, 0.1])('wind of %d m/s has a solution, parked, too', (mps) => {
    const wind: PlatformCommand = { kind: 'wind', change: { mps, turbulence: 0.2 } }
    for (const parked of [false, true]) {
      const { state } = acted(wind, { kind: 'status', parked }, { kind: 'control', mode: 2 })
      expect(state.failure).toBeNull()
    }
  })

  test('a piece of a file solves nothing', () => {
    const { state, notes } = acted({ kind: 'design-part', text: '{' })
    expect(notes).toEqual([])
    expect(state.solved).toBe(booted.state.solved)
    expect(state.input.parts).toEqual(['{'])
  })

  test('the digest is one of acts: the order counts, the solution does not', () => {
    expect(acted(SEA, spacing(50)).state.digest).toBe(acted(SEA, spacing(50)).state.digest)
    expect(acted(SEA, spacing(50)).state.digest).not.toBe(acted(spacing(50), SEA).state.digest)
    expect(floatingMachine.hash(acted(SEA).state)).toBe(acted(SEA).state.digest)
    expect(acted({ kind: 'status', parked: true }).state.digest).not.toBe(booted.state.digest)
  })
})

test('two runs of a text are the same world, also after a rewind', () => {
  const text = 'at 0s sea hs 6m tp 12s\nat 1s cut line 2\nat 2s set platform.spacing 30m\n'
  const digest = (untilUs: number) => worldOf(floatingLab, text, untilUs).digest()
  expect(digest(3_000_000)).toBe(digest(3_000_000))
  expect(digest(3_000_000)).not.toBe(digest(1_500_000))
})
