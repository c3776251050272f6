import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from '../corrections.ts'
import type { MooringDesign, MooringPoint, Site, Vec3 } from '../design/types.ts'
import { turned } from '../linear/vec3.ts'
import reference from '../testdata/mooring.json' with { type: 'json' }
import { pointsAlong } from './line.ts'
import { difference, mooringOf } from './reference.test-helper.ts'
import { type MooringState, MooringSystem } from './system.ts'

const SITE: Site = {
  waterDepthM: 200,
  waterDensity: 1025,
  airDensity: 1.225,
  airViscosity: 1.81e-5,
  gravity: 9.81,
  windShear: 0.12,
  currentShear: 0.12,
}
const ZERO = [0, 0, 0, 0, 0, 0]
const POSE = [9, -4, 1.5, 0.04, -0.07, 0.2]
const [CYLINDER, FRAME, SPAR, VOLTURN] = reference.systems as [System, System, System, System]
type System = (typeof reference.systems)[number]

const build = (system: System) => MooringSystem.build(mooringOf(system), SITE, AS_RAFT)
const tensions = (lines: readonly { tensionA: number; tensionB: number }[]) => [
  ...lines.map(({ tensionA }) => tensionA),
  ...lines.map(({ tensionB }) => tensionB),
]
const moved = (pose: readonly number[], i: number, step: number) => pose.map((x, k) => (k === i ? x + step : x))

describe('MoorPy finds the same', () => {
  test.each(reference.systems)('$name at zero offset', (system) => {
    const { force, stiffness, lines, converged } = build(system).at(ZERO)
    expect(converged).toBe(true)
    expect(difference(force, system.atZero.force)).toBeLessThan(1e-10)
    expect(difference(stiffness, system.atZero.stiffness)).toBeLessThan(1e-10)
    for (const [i, line] of lines.entries()) {
      const expected = system.atZero.lines[i]!
      expect(line.profile).toBe(expected.profile)
      expect(difference(line.forceA, expected.forceA)).toBeLessThan(1e-10)
      expect(difference(line.forceB, expected.forceB)).toBeLessThan(1e-10)
      expect(difference(line.stiffnessA, expected.stiffnessA)).toBeLessThan(1e-10)
      expect(difference(line.stiffnessB, expected.stiffnessB)).toBeLessThan(1e-10)
      expect(Math.abs(line.onBedM - expected.onBed)).toBeLessThan(1e-8)
    }
  })

  test.each(reference.systems.flatMap((system) => system.cases.map((load) => ({ system, load, name: system.name }))))(
    '$name displaced under $load.name',
    ({ system, load }) => {
      const mooring = build(system)
      const { force, stiffness, lines } = mooring.at(load.pose)
      expect(difference(force, load.mooringForce)).toBeLessThan(1e-9)
      expect(difference(stiffness, load.stiffness)).toBeLessThan(1e-9)
      expect(difference(tensions(lines), load.tensions)).toBeLessThan(1e-9)
      expect(difference(mooring.tensionJacobian(load.pose, 'raft'), load.slopeRaft)).toBeLessThan(3e-9)
      // The reference takes differences over a thousandth of a metre and less: they carry its own noise in the rotations.
      const slope = mooring.tensionJacobian(load.pose, 'converged')
      expect(difference(slope, load.slope)).toBeLessThan(3e-6)
      const translations = (row: ArrayLike<number>) => Array.from(row).filter((_, i) => i % 6 < 3)
      expect(difference(translations(slope), translations(load.slope))).toBeLessThan(1e-7)
    },
  )
})

test('the mooring of OC4-DeepCwind is as stiff as its definition says (NREL/TP-5000-60601, equation 5-15)', () => {
  const around = (radiusM: number, z: number): Vec3[] => [60, 180, 300].map((deg) => turned([radiusM, 0, z], deg))
  const point = (kind: MooringPoint['kind']) => (location: Vec3, i: number) => ({
    name: `${kind} ${i}`,
    kind,
    location,
    massKg: 0,
    volumeM3: 0,
  })
  const mooring = MooringSystem.build(
    {
      waterDepthM: 200,
      points: [...around(837.6, -200).map(point('fixed')), ...around(40.868, -14).map(point('vessel'))],
      lines: [0, 1, 2].map((i) => ({
        name: `${i}`,
        endA: `fixed ${i}`,
        endB: `vessel ${i}`,
        type: 'chain',
        lengthM: 835.35,
      })),
      types: [
        { name: 'chain', diameterM: 0.0766, massPerM: 113.35, stiffnessN: 753.6e6, breakingLoadN: null, rest: {} },
      ],
    },
    SITE,
  )
  const { stiffness } = mooring.at(ZERO)
  const within = (found: number, published: number) => expect(Math.abs(found / published - 1)).toBeLessThan(3e-3)
  within(stiffness[0]!, 7.08e4)
  within(stiffness[14]!, 1.91e4)
  within(stiffness[21]!, 8.73e7)
  within(stiffness[35]!, 1.17e8)
})

describe('what must hold of any mooring', () => {
  test('stiffness is minus the change of force', () => {
    for (const system of reference.systems) {
      const mooring = build(system)
      const { stiffness } = mooring.at(ZERO)
      const numeric = new Float64Array(36)
      for (let j = 0; j < 6; j++) {
        const h = j < 3 ? 1e-3 : 1e-5
        const [plus, minus] = [mooring.at(moved(ZERO, j, h)), mooring.at(moved(ZERO, j, -h))]
        for (let i = 0; i < 6; i++) numeric[i * 6 + j] = -(plus.force[i]! - minus.force[i]!) / (2 * h)
      }
      expect(difference(stiffness, numeric)).toBeLessThan(1e-6)
    }
  })

  test('the slope of tensions is their change, at any pose', () => {
    for (const system of reference.systems) {
      const mooring = build(system)
      const slope = mooring.tensionJacobian(POSE, 'converged')
      const numeric = new Float64Array(slope.length)
      for (let j = 0; j < 6; j++) {
        const h = j < 3 ? 1e-3 : 1e-5
        const [plus, minus] = [mooring.tensions(moved(POSE, j, h)), mooring.tensions(moved(POSE, j, -h))]
        for (let t = 0; t < plus.length; t++) numeric[t * 6 + j] = (plus[t]! - minus[t]!) / (2 * h)
      }
      expect(difference(slope, numeric)).toBeLessThan(1e-6)
    }
  })

  test('turned with the platform, it pulls as before, turned', () => {
    const turnDeg = 77
    for (const system of reference.systems) {
      const design = mooringOf(system)
      const points = design.points.map((point) => ({ ...point, location: turned(point.location, turnDeg) }))
      const [x, y, z] = turned([9, -4, 1.5], turnDeg)
      const there = MooringSystem.build({ ...design, points }, SITE).at([x, y, z, 0, 0, 0.2])
      const here = build(system).at([9, -4, 1.5, 0, 0, 0.2])
      const [fx, fy, fz, mx, my, mz] = here.force as unknown as [number, number, number, number, number, number]
      expect(
        difference(there.force, [...turned([fx, fy, fz], turnDeg), ...turned([mx, my, mz], turnDeg)]),
      ).toBeLessThan(1e-9)
      expect(difference(tensions(there.lines), tensions(here.lines))).toBeLessThan(1e-9)
    }
  })

  test('points along a line run from anchor to fairlead, not through the bed, with its tensions at the ends', () => {
    const mooring = build(SPAR)
    const state = mooring.at(POSE)
    for (const line of state.lines) {
      const points = pointsAlong(line, 50)
      const [first, last] = [points[0]!, points[49]!]
      expect(difference([first.x, first.y, first.z], line.endA)).toBeLessThan(1e-9)
      expect(difference([last.x, last.y, last.z], line.endB)).toBeLessThan(1e-9)
      expect(first.tension).toBeCloseTo(line.tensionA, 4)
      expect(last.tension).toBeCloseTo(line.tensionB, 4)
      for (const { z } of points) expect(z).toBeGreaterThanOrEqual(-320)
    }
    const steps = mooring.steps(state, 0)
    expect(steps.at(-1)!.vertical).toBeCloseTo(state.lines[0]!.vertical, 4)
  })
})

describe('broken lines', () => {
  test('a broken line pulls no more; the others pull as before', () => {
    const mooring = build(VOLTURN)
    const whole = mooring.at(ZERO)
    const cut = mooring.at(ZERO, { broken: [1] })
    expect(cut.lines[1]).toMatchObject({ profile: 'broken', tensionB: 0 })
    const [f, m] = [whole.lines[1]!.forceB, cut.force]
    for (let i = 0; i < 3; i++) expect(m[i]! - whole.force[i]!).toBeCloseTo(-f[i]!, 6)
    expect(cut.lines[0]!.tensionB).toBe(whole.lines[0]!.tensionB)
    const slope = mooring.tensionJacobian(ZERO, 'converged', { broken: [1] })
    expect([...slope.slice(24, 30)]).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('free points', () => {
  /** Two anchors, and a fairlead on a line of two halves that meet in a free point, or of one piece. */
  function hanging(pieces: 1 | 2, massKg = 0, volumeM3 = 0): MooringDesign {
    const at = (name: string, kind: MooringPoint['kind'], location: Vec3, free = 0): MooringPoint => ({
      name,
      kind,
      location,
      massKg: free * massKg,
      volumeM3: free * volumeM3,
    })
    const line = (name: string, endA: string, endB: string, lengthM: number) => ({
      name,
      endA,
      endB,
      type: 'chain',
      lengthM,
    })
    const points = [
      at('left', 'fixed', [-300, 0, -50]),
      at('right', 'fixed', [250, 120, -60]),
      at('fair', 'vessel', [2, 1, -10]),
    ]
    const whole = [line('left', 'left', 'fair', 330), line('right', 'fair', 'right', 300)]
    const halves = [line('left 1', 'left', 'joint', 165), line('left 2', 'joint', 'fair', 165), whole[1]!]
    return {
      waterDepthM: 500,
      points: pieces === 1 ? points : [...points, at('joint', 'free', [-150, 0, -100], 1)],
      lines: pieces === 1 ? whole : halves,
      types: [{ name: 'chain', diameterM: 0.1, massPerM: 120, stiffnessN: 4e8, breakingLoadN: null, rest: {} }],
    }
  }

  test('two halves of a line that meet in a weightless point are one line', () => {
    const one = MooringSystem.build(hanging(1), SITE)
    const two = MooringSystem.build(hanging(2), SITE)
    for (const pose of [ZERO, [5, 3, -1, 0.05, 0.02, -0.1]]) {
      const [a, b] = [one.at(pose), two.at(pose)]
      expect(b.converged).toBe(true)
      expect(difference(b.force, a.force)).toBeLessThan(1e-9)
      expect(difference(b.stiffness, a.stiffness)).toBeLessThan(1e-8)
      expect(b.lines[1]!.tensionB).toBeCloseTo(a.lines[0]!.tensionB, 2)
      const [slopeOne, slopeTwo] = [one.tensionJacobian(pose, 'converged'), two.tensionJacobian(pose, 'converged')]
      // Fairlead tensions of the left line: end B of line 0 of two, end B of line 1 of three.
      expect(difference(slopeTwo.slice(24, 30), slopeOne.slice(12, 18))).toBeLessThan(1e-8)
    }
  })

  test('a clump weight pulls its point down, a buoy pulls it up, and both are in balance', () => {
    const rest = (massKg: number, volumeM3: number) => MooringSystem.build(hanging(2, massKg, volumeM3), SITE).at(ZERO)
    const [plain, heavy, light] = [rest(0, 0), rest(20e3, 1), rest(1e3, 15)]
    const height = ({ free }: MooringState) => free[0]![2]
    expect(height(heavy)).toBeLessThan(height(plain) - 1)
    expect(height(light)).toBeGreaterThan(height(plain) + 1)
    const [a, b] = [heavy.lines[0]!, heavy.lines[1]!]
    expect(a.forceB[2] + b.forceA[2]).toBeCloseTo((20e3 - 1025) * 9.81, 3)
    expect(a.forceB[0] + b.forceA[0]).toBeCloseTo(0, 3)
  })

  test('with free points, too, stiffness is minus the change of force', () => {
    const mooring = MooringSystem.build(hanging(2, 20e3, 1), SITE)
    const { stiffness } = mooring.at(ZERO)
    const numeric = new Float64Array(36)
    for (let j = 0; j < 6; j++) {
      const h = j < 3 ? 1e-3 : 1e-5
      const [plus, minus] = [mooring.at(moved(ZERO, j, h)), mooring.at(moved(ZERO, j, -h))]
      for (let i = 0; i < 6; i++) numeric[i * 6 + j] = -(plus.force[i]! - minus.force[i]!) / (2 * h)
    }
    expect(difference(stiffness, numeric)).toBeLessThan(1e-5)
  })
})

describe('what RAFT and MoorPy get wrong', () => {
  test('lines hang in the water of the site, RAFT takes 1025 kg/m3 and 9.81 m/s2', () => {
    const design = mooringOf(CYLINDER)
    const fresh: Site = { ...SITE, waterDensity: 1000, gravity: 9.8 }
    const { diameter, massPerM } = CYLINDER.type
    const weight = (density: number, g: number) => (massPerM - (Math.PI / 4) * diameter ** 2 * density) * g
    expect(MooringSystem.build(design, fresh, AS_RAFT).cables[0]!.wetWeight).toBeCloseTo(weight(1025, 9.81), 9)
    expect(MooringSystem.build(design, fresh, CORRECTED).cables[0]!.wetWeight).toBeCloseTo(weight(1000, 9.8), 9)
    expect(CYLINDER.atZero.lines[0]!.weight).toBeCloseTo(weight(1025, 9.81), 9)
  })

  test('a line that sticks out of the water a little weighs a little more, with MoorPy almost as much as in air', () => {
    const design = mooringOf(FRAME)
    const pose = [0, 0, 12, 0, 0, 0]
    const dry = MooringSystem.build(design, SITE, AS_RAFT).at(ZERO)
    const at = (corrections: typeof AS_RAFT) => {
      const { lines } = MooringSystem.build(design, SITE, corrections).at(pose)
      return -(lines[0]!.forceA[2] + lines[0]!.forceB[2]) / (475 * dry.lines[0]!.solution.problem.W)
    }
    const ratio = (45 * 9.81) / dry.lines[0]!.solution.problem.W
    expect(at(CORRECTED)).toBeCloseTo(1 + (ratio - 1) * (2 / 152), 9)
    expect(at(AS_RAFT)).toBeCloseTo(1 + (ratio - 1) * (150 / 152), 9)
  })
})
