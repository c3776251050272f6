import { assert, unreachable } from '../../base/assert.ts'
import { type Micros, micros, type NodeId } from '../../base/brand.ts'
import { foldLane, hashText } from '../../base/digest.ts'
import type { Effect, Machine, Note, Protocol, Transition } from '../../machine/machine.ts'
import type { Failure } from '../../physics/solution.ts'
import type { PlatformCommand } from './acts.ts'
import type { DesignId } from './contract.ts'
import { after, launch, type PlatformInput, type Solved, solve, solveLaunched } from './platform.ts'

/**
 * The floating platform as a machine of the house: an act changes what is to be solved, and the step solves it. Between acts nothing is
 * decided: motion is a function of time. A tick gives judges, measures and lessons instants to look at.
 */

export interface FloatingProtocol extends Protocol {
  readonly config: PlatformConfig
  readonly durable: null
  readonly state: PlatformState
  readonly message: { readonly kind: 'none' }
  readonly timer: 'tick'
  readonly command: PlatformCommand
  readonly result: null
  readonly note: PlatformNote
}

export interface PlatformConfig {
  readonly self: NodeId
  readonly design: DesignId
}

/** Kinds of notes, in the order of the trace. `value` is the number of a line or tank where one is concerned, else 0. */
export const NOTE_KINDS = [
  'launched',
  'dimension-changed',
  'sea-changed',
  'wind-changed',
  'flooded',
  'line-cut',
  'line-mended',
  'model-changed',
  'capsized',
  'sank',
  'no-solution',
  'floats-again',
] as const

export interface PlatformNote extends Note {
  readonly kind: (typeof NOTE_KINDS)[number]
}

export interface PlatformState {
  readonly input: PlatformInput
  /** Why the present input has no solution; null when it has one. */
  readonly failure: Failure | null
  /** The solution of the present input, or the last one there was. */
  readonly solved: Solved
  /** Rises with every act. */
  readonly revision: number
  /** Of the acts so far; no floating-point number takes part. */
  readonly digest: number
}

/** Ten looks a second of virtual time: what every series is sampled with. */
export const TICK_US: Micros = micros(100_000)

const TICK: Effect<FloatingProtocol> = { kind: 'set-timer', timer: 'tick', after: TICK_US }

/** The state after an act that fits. */
function changed(state: PlatformState, command: PlatformCommand): PlatformState {
  const input = after(state.input, command)
  assert(input.ok, 'an act that was checked against the present design')
  const base = {
    input: input.value,
    revision: state.revision + 1,
    digest: foldLane(state.digest, hashText(JSON.stringify(command))),
  }
  // A piece of a design file changes nothing that is solved.
  if (command.kind === 'design-part') return { ...base, failure: state.failure, solved: state.solved }
  const solved = solve(input.value, state.solved)
  return solved.ok
    ? { ...base, failure: null, solved: solved.value }
    : { ...base, failure: solved.error, solved: state.solved }
}

const noteOf = (kind: PlatformNote['kind'], value = 0): PlatformNote => ({ kind, value })

function actNote(command: PlatformCommand): PlatformNote | null {
  switch (command.kind) {
    case 'design':
    case 'design-file':
      return noteOf('launched')
    case 'design-part':
      return null
    case 'set':
      return noteOf('dimension-changed')
    case 'flood':
      return noteOf('flooded', command.tank)
    case 'line':
      return noteOf(command.broken ? 'line-cut' : 'line-mended', command.line)
    case 'sea':
    case 'current':
      return noteOf('sea-changed')
    case 'wind':
    case 'status':
    case 'control':
      return noteOf('wind-changed')
    case 'model':
      return noteOf('model-changed')
    default:
      return unreachable(command)
  }
}

/** What became of the platform. */
function outcomeNote(before: PlatformState, now: PlatformState): PlatformNote | null {
  if (now.failure === null) return before.failure === null ? null : noteOf('floats-again')
  if (before.failure?.kind === now.failure.kind) return null
  if (now.failure.kind === 'capsizes') return noteOf('capsized')
  return noteOf(now.failure.kind === 'sinks' ? 'sank' : 'no-solution')
}

function acted(state: PlatformState, command: PlatformCommand): Transition<FloatingProtocol> {
  const next = changed(state, command)
  const notes = [actNote(command), outcomeNote(state, next)].filter((note) => note !== null)
  return { state: next, effects: notes.map((note) => ({ kind: 'note', note })) }
}

export const floatingMachine: Machine<FloatingProtocol> = {
  timers: ['tick'],
  boot({ design }) {
    const solved = solveLaunched(design)
    const state = { input: launch(design), failure: null, solved, revision: 0, digest: hashText(design) }
    return { state: { ...state, input: solved.input }, effects: [TICK] }
  },
  step(state, input) {
    switch (input.kind) {
      case 'timer':
        return { state, effects: [TICK] }
      case 'command':
        return acted(state, input.command)
      case 'message':
        return { state, effects: [] }
      default:
        return unreachable(input)
    }
  },
  reconfigure: (state) => state,
  tear: () => null,
  hash: (state) => state.digest,
}
