import { describe, expect, test } from 'vitest'
import { inWaves, sea } from './cases.test-helper.ts'
import { AS_RAFT, CORRECTED } from './corrections.ts'
import { flooded } from './design/tanks.ts'
import type { Design } from './design/types.ts'
import { DESIGN_IDS, shipped } from './designs/index.ts'
import type { CaseSolution } from './solution.ts'
import { prepare, type SolveOptions, solveCase, solveDesign, solveUnloaded } from './solve.ts'

function solved(design: Design, input = inWaves([sea(6, 12)]), options: SolveOptions = {}): CaseSolution {
  const solution = solveCase(prepare(design, CORRECTED, options), input)
  if (!solution.ok) throw new Error(solution.error.message)
  return solution.value
}

/** The design with something changed in every member. */
const withMembers = (
  design: Design,
  change: (member: Design['platform']['members'][number]) => Partial<Design['platform']['members'][number]>,
): Design => ({
  ...design,
  platform: {
    ...design.platform,
    members: design.platform.members.map((member) => ({ ...member, ...change(member) })),
  },
})

describe('the whole chain', () => {
  test.each(DESIGN_IDS)('%s floats, swings and answers waves', (id) => {
    const solution = solveDesign(shipped(id), CORRECTED, {}, [inWaves([sea(4, 10)])])
    expect(solution.ok).toBe(true)
    if (!solution.ok) return
    const { modes, unloaded, cases } = solution.value
    expect(unloaded.converged).toBe(true)
    expect(modes.frequencyHz.every((f) => f > 0)).toBe(true)
    expect(cases.map(({ ok }) => ok)).toEqual([true])
    const statistics = cases[0]!.ok ? cases[0]!.value.statistics.dof : []
    expect(statistics[2]!.std).toBeGreaterThan(0.01)
  })

  test('still water moves nothing', () => {
    const { Xi, statistics } = solved(shipped('oc3'), inWaves([{ ...sea(0, 10), spectrum: 'still' }]))
    expect(Xi.re.every((x) => x === 0)).toBe(true)
    expect(statistics.tension.every(({ std }) => std === 0)).toBe(true)
  })

  test('the same input gives the same numbers, whatever was solved between', () => {
    const design = shipped('volturnus')
    const first = solved(design)
    solved(shipped('oc3'), inWaves([sea(9, 14, 70)]))
    expect([...solved(design).Xi.re]).toEqual([...first.Xi.re])
  })

  test('a platform of three columns answers waves from 120 degrees as those from ahead, turned', () => {
    const design = shipped('volturnus')
    const cubic: SolveOptions = { precision: 'tight' }
    const [ahead, turned] = [0, 120].map((heading) => solved(design, inWaves([sea(6, 12, heading)]), cubic))
    const surge = (dof: CaseSolution) => Math.hypot(dof.statistics.dof[0]!.std, dof.statistics.dof[1]!.std)
    // The mooring points are given to the millimetre.
    expect(surge(turned!) / surge(ahead!)).toBeCloseTo(1, 2)
    expect(turned!.statistics.dof[2]!.std / ahead!.statistics.dof[2]!.std).toBeCloseTo(1, 3)
  })

  test('small waves: twice the height moves twice as much; high waves: less, because drag grows with the square', () => {
    const ratio = (height: number) => {
      const [one, two] = [1, 2].map((times) =>
        solved(shipped('oc4'), inWaves([{ ...sea(height * times, 12), gamma: 1 }])),
      )
      return two!.statistics.dof[2]!.std / one!.statistics.dof[2]!.std
    }
    expect(ratio(0.001)).toBeCloseTo(2, 2)
    expect(ratio(5)).toBeLessThan(1.9)
  })

  test('wind pushes downwind and pitches, with a controller and without', () => {
    for (const aeroServoMode of [1, 2] as const) {
      const { rest, statistics, rotor } = solved(shipped('oc3'), inWaves([sea(2, 8)], { windMps: 12, aeroServoMode }))
      expect(rest.pose[0]).toBeGreaterThan(10)
      expect(rest.pose[4]).toBeGreaterThan(0.03)
      expect(rotor!.loads.thrust.value).toBeGreaterThan(4e5)
      expect(statistics.rotor === null).toBe(aeroServoMode === 1)
    }
  })

  test('turbulence moves the platform, and in RAFT it does not', () => {
    const gusty = inWaves([sea(2, 8)], { windMps: 12, turbulence: 0.15, aeroServoMode: 1 })
    const { windXi } = solved(shipped('oc3'), gusty)
    expect(Math.max(...windXi!.re.map(Math.abs))).toBeGreaterThan(0.1)
    const raft = solveCase(prepare(shipped('oc3'), AS_RAFT), gusty)
    expect(raft.ok && raft.value.windXi).toBe(null)
  })

  test('extra yaw stiffness holds against the rotor; in RAFT only the natural frequency knows it', () => {
    const windy = inWaves([sea(6, 12)], { windMps: 12, windHeadingDeg: 30, aeroServoMode: 1 })
    const yaw = (yawStiffness: boolean) => {
      const solution = solveCase(prepare(shipped('oc3'), { ...CORRECTED, yawStiffness }), windy)
      return solution.ok ? solution.value.statistics.dof[5]!.std : Number.NaN
    }
    expect(yaw(true)).toBeLessThan(0.5 * yaw(false))
  })

  test('a broken line lets the platform go to the other side', () => {
    const whole = solved(shipped('volturnus'))
    const cut = solved(shipped('volturnus'), inWaves([sea(6, 12)]), { brokenLines: [0] })
    const moved = Math.hypot(cut.rest.pose[0]! - whole.rest.pose[0]!, cut.rest.pose[1]! - whole.rest.pose[1]!)
    expect(moved).toBeGreaterThan(5)
  })

  test('a free platform has no period in surge, and answers waves', () => {
    const free = { ...shipped('volturnus'), mooring: null }
    const unloaded = solveUnloaded(prepare(free, CORRECTED))
    expect(unloaded.ok && unloaded.value.modes.periodS[0]).toBe(Number.POSITIVE_INFINITY)
    expect(solved(free).statistics.tension).toEqual([])
    expect(solved(free).statistics.dof[2]!.std).toBeGreaterThan(0.1)
  })
})

describe('what cannot be is said', () => {
  test('a spar without ballast capsizes', () => {
    const light = withMembers(shipped('oc3'), (member) => ({ fillDensity: member.fillDensity.map(() => 0) }))
    const rest = solveUnloaded(prepare(light, CORRECTED))
    expect(rest.ok).toBe(false)
    if (!rest.ok) expect(rest.error.message).toMatch(/\d/)
  })

  test('a platform that finds no rest: what still moves, and what to do', () => {
    const full = flooded(shipped('volturnus'), new Map([2, 7, 4].map((tank, at) => [tank, at === 0 ? 1 : 0.25])))
    const rest = solveUnloaded(prepare(full, CORRECTED))
    expect(rest.ok ? '' : rest.error.message).toMatch(
      /its yaw still changes by [\d.]+ degrees at each, leaning by 35 degrees\. To help: right it with less water/,
    )
  })

  test('unless nobody is to judge', () => {
    const heavy = withMembers(shipped('cylinder'), (member) => ({
      fillDensity: member.fillDensity.map((d) => 1.5 * d),
    }))
    const input = inWaves([sea(2, 8)])
    const judged = solveCase(prepare(heavy, CORRECTED), input)
    const raft = solveCase(prepare(heavy, AS_RAFT, { judge: false, precision: 'raft' }), input)
    expect(raft.ok).toBe(true)
    expect(judged.ok ? judged.value.rest.pose[2]! < -1 : true).toBe(true)
  })
})
