import { describe, expect, test } from 'vitest'
import type { Result } from '../base/result.ts'
import { AS_RAFT } from './corrections.ts'
import type { MooringDesign, Site } from './design/types.ts'
import { difference, mooringOf } from './mooring/reference.test-helper.ts'
import { MooringSystem } from './mooring/system.ts'
import { findRest, judgeRest, type RestProblem } from './rest.ts'
import type { Failure, Rest } from './solution.ts'
import reference from './testdata/mooring.json' with { type: 'json' }

const SITE: Site = {
  waterDepthM: 200,
  waterDensity: 1025,
  airDensity: 1.225,
  airViscosity: 1.81e-5,
  gravity: 9.81,
  windShear: 0.12,
  currentShear: 0.12,
}
type System = (typeof reference.systems)[number]
const [CYLINDER, FRAME, , VOLTURN] = reference.systems as [System, System, System, System]

function problemOf(system: System, load: readonly number[] = [0, 0, 0, 0, 0, 0]): RestProblem {
  return {
    stiffness: Float64Array.from(system.hull.stiffness),
    force: Float64Array.from(system.hull.force, (f, i) => f + load[i]!),
    mooring: MooringSystem.build(mooringOf(system), SITE, AS_RAFT),
  }
}

function found(result: Result<Rest, Failure>): Rest {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Nothing but springs: a diagonal stiffness and a force. */
const springs = (diagonal: readonly number[], force: readonly number[]): RestProblem => ({
  stiffness: Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? diagonal[i / 7]! : 0)),
  force: Float64Array.from(force),
  mooring: null,
})

describe('RAFT finds the same', () => {
  test.each(reference.systems)('$name without load', (system) => {
    const rest = found(findRest(problemOf(system), 'tight'))
    const { unloaded } = system
    expect(difference(rest.pose, unloaded.pose)).toBeLessThan(1e-8)
    expect(difference(rest.mooringStiffness, unloaded.stiffness)).toBeLessThan(1e-9)
    const tensions = [...rest.lines.map(({ tensionA }) => tensionA), ...rest.lines.map(({ tensionB }) => tensionB)]
    expect(difference(tensions, unloaded.tensions)).toBeLessThan(1e-9)
    expect(judgeRest(problemOf(system), rest)).toBeNull()
  })

  const cases = reference.systems.flatMap((system) =>
    system.cases.map((load) => ({ design: system.name, system, ...load })),
  )

  test.each(cases)('$design under $name', ({ system, force, pose, stiffness, mooringForce }) => {
    const rest = found(findRest(problemOf(system, force), 'tight'))
    expect(rest.converged).toBe(true)
    expect(difference(rest.pose, pose)).toBeLessThan(1e-9)
    expect(difference(rest.mooringStiffness, stiffness)).toBeLessThan(1e-9)
    expect(difference(rest.mooringForce, mooringForce)).toBeLessThan(1e-9)
    const scale = Math.max(...rest.mooringForce.map(Math.abs))
    expect(Math.max(...rest.residual.map(Math.abs)) / scale).toBeLessThan(1e-10)
  })

  test.each(cases.filter(({ raft }) => raft !== null))('$design under $name, stopped as early as RAFT stops', (row) => {
    const rest = found(findRest(problemOf(row.system, row.force), 'raft'))
    expect(rest.iterations).toBe(row.raft!.poses)
    // MoorPy's own tolerance is 0.5 mm on the way there.
    expect(difference(rest.pose, row.raft!.pose)).toBeLessThan(3e-5)
    expect(difference(rest.pose, row.pose)).toBeGreaterThan(1e-7)
  })

  test('less strictly converged is the same to what a reader could see', () => {
    for (const { system, force } of cases) {
      const [tight, plain] = (['tight', 'converged'] as const).map((p) => found(findRest(problemOf(system, force), p)))
      expect(difference(plain!.pose, tight!.pose)).toBeLessThan(1e-9)
    }
  })
})

describe('by hand', () => {
  test('springs give way as far as the force says', () => {
    const rest = found(findRest(springs([1e5, 2e5, 4e6, 1e9, 2e9, 5e8], [1e5, 1e5, -2e6, 1e8, -1e8, 0]), 'converged'))
    expect(difference(rest.pose, [1, 0.5, -0.5, 0.1, -0.05, 0])).toBeLessThan(1e-12)
    expect(rest.lines).toEqual([])
  })

  test('a platform that nothing holds stays where it is while nothing pulls it', () => {
    const rest = found(findRest(springs([0, 0, 4e6, 1e9, 1e9, 0], [0, 0, 4e5, 0, 0, 0]), 'converged'))
    expect(difference(rest.pose, [0, 0, 0.1, 0, 0, 0])).toBeLessThan(1e-12)
    expect(judgeRest(springs([0, 0, 4e6, 1e9, 1e9, 0], [0, 0, 4e5, 0, 0, 0]), rest)).toBeNull()
  })
})

describe('a broken line', () => {
  test('lets the platform drift away from it, until the others balance', () => {
    const problem = { ...problemOf(VOLTURN), broken: [0] }
    const rest = found(findRest(problem, 'converged'))
    expect(rest.converged).toBe(true)
    // Line 0 leads to -x: the other two pull towards +x.
    expect(rest.pose[0]).toBeGreaterThan(50)
    expect(Math.abs(rest.pose[1]!)).toBeLessThan(1e-3)
    expect(rest.lines[0]!.tensionB).toBeLessThan(1e-3)
    expect(Math.abs(rest.residual[0]!)).toBeLessThan(1)
  })

  test('leaves the last one as a leash: the platform turns round and hangs behind its anchor', () => {
    const load = [1e6, 0, 0, 0, 0, 0]
    const problem = { ...problemOf(FRAME, load), broken: [1, 2] }
    const rest = found(findRest(problem, 'converged'))
    expect(Math.abs(rest.pose[5]!)).toBeCloseTo(Math.PI, 6)
    // Anchor at 500 m, line of 475 m, fairlead 40 m before the middle of the platform, which now looks back.
    expect(rest.pose[0]).toBeGreaterThan(500 + 450 + 40)
    expect(rest.lines[0]!.horizontal).toBeCloseTo(1e6 + FRAME.hull.force[0]!, 0)
    expect(judgeRest(problem, rest)).toBeNull()
  })

  test.each([
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 1, 2],
  ])('and with lines %j broken there still is an answer', (...broken) => {
    const problem = { ...problemOf(VOLTURN), broken }
    const result = findRest(problem, 'converged')
    const failure = result.ok ? judgeRest(problem, result.value) : result.error
    expect(failure === null || failure.message.length > 20).toBe(true)
  })
})

describe('what is wrong is said with the number that decides', () => {
  const judged = (problem: RestProblem) => {
    const result = findRest(problem, 'converged')
    return result.ok ? judgeRest(problem, result.value) : result.error
  }
  const withMooring = (change: (design: MooringDesign) => MooringDesign): RestProblem => ({
    ...problemOf(CYLINDER),
    mooring: MooringSystem.build(change(mooringOf(CYLINDER)), SITE),
  })

  test('capsized: the righting stiffness is negative', () => {
    expect(judged(springs([1e5, 1e5, 4e6, 1e9, -2.5e7, 1e8], [0, 0, 0, 0, 1e4, 0]))).toMatchObject({
      kind: 'capsizes',
      message: 'It capsizes: its stiffness in pitch is -25 MNm/rad and must be positive.',
    })
  })

  test('capsized: it leans too far', () => {
    const failure = judged(springs([1e5, 1e5, 4e6, 1e8, 1e8, 1e8], [0, 0, 0, 1e8, 0, 0]))
    expect(failure).toMatchObject({ kind: 'capsizes', message: 'It capsizes: its roll would be 57 degrees.' })
  })

  test('sunk: deeper than its deck is high, or nothing that floats it', () => {
    const heavy = { ...springs([1e5, 1e5, 4e6, 1e9, 1e9, 1e8], [0, 0, -4.8e7, 0, 0, 0]), freeboardM: 10 }
    expect(judged(heavy)).toMatchObject({ kind: 'sinks', value: 12 })
    expect(judged(springs([1e5, 1e5, -1e3, 1e9, 1e9, 1e8], [0, 0, 0, 0, 0, 0]))?.kind).toBe('sinks')
  })

  test('adrift: nothing holds it against the wind', () => {
    expect(judged(springs([0, 0, 4e6, 1e9, 1e9, 0], [5e5, 0, 0, 0, 0, 0]))).toMatchObject({
      kind: 'no convergence',
      message: 'Nothing holds the platform in surge: 500.0 kN drive it away.',
    })
  })

  test('a line that is too short', () => {
    const failure = judged(
      withMooring((design) => ({
        ...design,
        lines: design.lines.map((line, i) => (i === 0 ? { ...line, lengthM: 240 } : line)),
        types: design.types.map((type) => ({ ...type, breakingLoadN: 5e6 })),
      })),
    )
    expect(failure?.kind).toBe('line too short')
    expect(failure?.message).toMatch(/^Line l1 is too short: its ends are [\d.]+ m farther apart than its 240 m/)
  })

  test('an anchor that hangs in the water', () => {
    const failure = judged(
      withMooring((design) => ({
        ...design,
        points: design.points.map((point) => (point.name === 'a2' ? { ...point, location: [0, 350, -90] } : point)),
      })),
    )
    expect(failure).toMatchObject({
      kind: 'anchor above the bed',
      message: 'Anchor a2 hangs 10.0 m above the bed, which is 100 m deep.',
    })
  })

  test('numbers that are none', () => {
    const problem = springs([1e5, 1e5, 4e6, 1e9, 1e9, 1e8], [Number.NaN, 0, 0, 0, 0, 0])
    expect(judged(problem)?.kind).toBe('not finite')
  })
})
