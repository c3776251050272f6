import { describe, expect, test } from 'vitest'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import { CONDITIONS, type Picture, packText, SHEETS, unpackText } from './contract.ts'
import { ACTOR, LINE_POINTS, lineAt } from './frame.ts'
import { motionTable, poseOf } from './motion.ts'
import { solve } from './platform.ts'
import { type PortableInput, projection, unpacked } from './projection.ts'
import { floatingLab } from './world.ts'

const SEA = 'at 0s sea hs 6m tp 12s\nat 0s wind 10m/s\n'

const at = (lines: string, untilUs = 3_210_000) => worldOf(floatingLab, `${SEA}${lines}`, untilUs)
type World = ReturnType<typeof at>

function record(world: World): Float64Array {
  const frame = new Float64Array(ACTOR.size + 2).fill(777)
  projection.actor(world, 0, frame, 1, world.now)
  // It stays within its record.
  expect([frame[0], frame.at(-1)]).toEqual([777, 777])
  return frame.subarray(1, -1)
}

const sheet = (world: World, id: string) => projection.sheets!(world, null).find((each) => each.id === id)!
const picture = (world: World): Picture => JSON.parse(unpackText(sheet(world, SHEETS.picture).write() as ArrayBuffer))

describe('the frame', () => {
  test('has the pose of the instant, and what the view tells of it', () => {
    const world = at('')
    const frame = record(world)
    const { solved, revision } = world.state(0)!
    expect([...frame.subarray(ACTOR.pose, ACTOR.pose + 6)]).toEqual([...poseOf(solved, world.plan.seed, world.now)])
    expect(frame[ACTOR.revision]).toBe(revision)
    expect(CONDITIONS[frame[ACTOR.condition]!]).toBe('afloat')
    const view = projection.view(world, null)
    expect(view.pose.slice(0, 3)).toEqual([...frame.subarray(ACTOR.pose, ACTOR.pose + 3)])
    expect(view.pose[4]).toBeCloseTo((frame[ACTOR.pose + 4]! * 180) / Math.PI, 12)
    expect(record(at('', 3_310_000))[ACTOR.pose + 2]).not.toBe(frame[ACTOR.pose + 2])
  })

  test('has the lines where they hang: from the anchor on the bed to the fairlead that moves along', () => {
    const world = at('')
    const frame = record(world)
    const { design } = world.state(0)!.input
    expect(frame[ACTOR.lines]).toBe(3)
    const [surge, , heave] = frame.subarray(ACTOR.pose)
    for (const [line, { endA }] of design.mooring!.lines.entries()) {
      const from = lineAt(0, line)
      const { location } = design.mooring!.points.find(({ name }) => name === endA)!
      expect([...frame.subarray(from + 1, from + 4)].map((x, i) => Math.abs(x - location[i]!) < 1e-6)).toEqual([
        true,
        true,
        true,
      ])
      const last = frame.subarray(from + 1 + 3 * (LINE_POINTS - 1), from + 1 + 3 * LINE_POINTS)
      // Tilting moves it by some metres more.
      expect(Math.abs(last[2]! - (-14 + heave!))).toBeLessThan(8)
      expect(Math.hypot(last[0]! - surge!, last[1]!)).toBeGreaterThan(50)
      expect(frame[from]).toBeGreaterThan(1e6)
    }
  })

  test('marks a broken line, and a platform that has failed', () => {
    const broken = record(at('at 1s cut line 2\n'))
    expect([0, 1, 2].map((line) => broken[lineAt(0, line)]! < 0)).toEqual([false, true, false])
    const failed = record(at('at 1s set platform.spacing 30m\n'))
    expect(CONDITIONS[failed[ACTOR.condition]!]).toBe('failed')
  })
})

describe('the view', () => {
  test('says in one sentence how it moves, or why it does not', () => {
    const afloat = projection.view(at(''), null)
    expect(afloat.failure).toBeNull()
    expect(afloat.summary).toMatch(
      /^surge 19\.3 ± 0\.64 m, heave ± 0\.72 m, pitch 5\.01 ± 0\.29 deg, lines up to \d+ kN/,
    )
    const failed = projection.view(at('at 1s set platform.spacing 30m\n'), null)
    expect(failed.failure?.kind).toBe('capsizes')
    expect(failed.summary).toBe(`No solution: ${failed.failure?.message}`)
    expect(failed.revision).toBe(afloat.revision + 1)
  })
})

describe('the sheets', () => {
  test('are made anew when an act has changed them, and not by time', () => {
    const from = (world: World, id: string) => sheet(world, id).from[0]
    const world = at('')
    expect(from(world, SHEETS.picture)).toBe(world.state(0))
    expect(from(world, SHEETS.input)).toBe(world.state(0)!.input)
    expect(from(world, SHEETS.motion)).toBe(world.state(0)!.solved)
  })

  test('the motion is that which the worker computes with', () => {
    const world = at('')
    const motion = new Float64Array(sheet(world, SHEETS.motion).write() as ArrayBuffer)
    const table = motionTable(world.state(0)!.solved, world.plan.seed)
    expect(motion).toEqual(table)
    expect(motion.buffer).not.toBe(table.buffer)
  })

  test('the input travels as text, and gives the same solution elsewhere', () => {
    const world = at('at 1s flood tank 2 10%\nat 1s cut line 3\nat 1s model as-raft step-inertia\n')
    const text = unpackText(sheet(world, SHEETS.input).write() as ArrayBuffer)
    const input = unpacked(JSON.parse(text) as PortableInput)
    expect(input).toEqual({ ...world.state(0)!.input, parts: [] })
    const solved = solve(input, null)
    expect(solved.ok && solved.value.solution.statistics).toEqual(world.state(0)!.solved.solution.statistics)
  })

  test('the picture has what the solver has: figures, members, lines, tanks, dimensions', () => {
    const world = at('at 1s flood tank 3 10%\nat 1s cut line 2\n')
    const { solved, input } = world.state(0)!
    const shown = picture(world)
    expect(shown.stale).toBe(false)
    expect(shown.figures.periodsS).toEqual([...solved.modes.periodS])
    expect(shown.figures.meanPose).toEqual([...solved.solution.rest.pose])
    expect(shown.figures.metacentricHeightM).toBeGreaterThan(10)
    expect(new Set(shown.members.map(({ id }) => id)).size).toBe(shown.members.length)
    expect(shown.lines.map(({ broken, points, tension }) => [broken, points.length, tension === null])).toEqual([
      [false, LINE_POINTS, false],
      [true, 0, true],
      [false, LINE_POINTS, false],
    ])
    expect(shown.tanks.find(({ number }) => number === 3)).toMatchObject({ floodedPermille: 100 })
    const { water } = shown.tanks.find(({ number }) => number === 3)!
    expect(water.toM).toBeGreaterThan(water.fromM)
    expect(shown.tanks.filter(({ floodedPermille }) => floodedPermille > 0)).toHaveLength(1)
    // Each tank stands in a member that is drawn; each key begins the name of a dimension.
    for (const { member } of shown.tanks) expect(shown.members.map(({ id }) => id)).toContain(member)
    for (const { key, part } of shown.members) {
      if (part === 'tower') expect(key).toBe('')
      else expect(shown.dimensions.some(({ name }) => name.startsWith(`${key}.`))).toBe(true)
    }
    expect(shown.sea[0]).toMatchObject({ spectrum: input.loads.waves[0]!.spectrum, heightM: 6, periodS: 12 })
  })

  test('a picture of a failure is the last that stood, marked as stale, with the dimensions of now', () => {
    const shown = picture(at('at 1s set platform.spacing 30m\n'))
    expect(shown.stale).toBe(true)
    expect(shown.dimensions.find(({ name }) => name === 'platform.spacing')?.value).toBe(30)
    expect(shown.figures.metacentricHeightM).toBeCloseTo(14.08, 2)
  })

  test('a design without mooring or turbine has a picture, too', () => {
    const shown = picture(worldOf(floatingLab, 'set design cylinder\n', 100_000))
    expect(shown.turbine).toBeNull()
    expect(shown.lines).toHaveLength(4)
  })
})

test('a text is packed and unpacked, whatever it holds', () => {
  for (const text of ['', 'ä½∑', 'x'.repeat(20_000)]) expect(unpackText(packText(text))).toBe(text)
})
