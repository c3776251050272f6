import { describe, expect, test } from 'vitest'
import { CORRECTED } from '../corrections.ts'
import type { Design, Pair, PointInertia } from '../design/types.ts'
import { shipped } from '../designs/index.ts'
import { buildHull } from './build.ts'
import { design, member } from './members.test-helper.ts'
import { attitudeOf, type FloatingBody, floatingBody, restoringForce, righting, submerge } from './nonlinear.ts'

const bodyOf = (each: Design): FloatingBody => floatingBody(each, buildHull(each, CORRECTED).statics)

/** A barge 60 m long and 20 m wide, 10 m high, without a mass of its own, and its load. */
function barge(massKg: number, heightM: number, more: Partial<PointInertia> = {}): FloatingBody {
  const sides: Pair = [10, 20]
  const hull = member([-30, 0, 0], [30, 0, 0], [sides, sides], { shape: 'rectangular', wallM: [0, 0] })
  const load: PointInertia = { massKg, inertia: [0, 0, 0, 0, 0, 0], location: [0, 0, heightM], ...more }
  return bodyOf(design([hull], [load]))
}

const degrees = (...angles: number[]) => angles.map((angle) => (angle * Math.PI) / 180)

describe('righting arms', () => {
  test("a barge with its sides through the water: Scribanti's formula, (GM + BM tan^2 / 2) sin", () => {
    // 60 x 20 x 5 m under water; half of the height of the hull.
    const body = barge(6_000_000, 1)
    const { points, end } = righting(body, 0, degrees(0, 5, 10, 20, 26))
    expect(end).toBeNull()
    const bm = (60 * 20 ** 3) / 12 / 6000
    const gm = -2.5 + bm - 1
    for (const { heelRad, armM, volumeM3, trimRad } of points) {
      expect(armM).toBeCloseTo((gm + (bm * Math.tan(heelRad) ** 2) / 2) * Math.sin(heelRad), 9)
      expect(volumeM3).toBeCloseTo(6000, 6)
      expect(trimRad).toBeCloseTo(0, 10)
    }
  })

  test('about the other axis the barge is stiff along its length', () => {
    const [point] = righting(barge(6_000_000, 1), 90, degrees(3)).points
    const bm = (20 * 60 ** 3) / 12 / 6000
    expect(point!.armM).toBeCloseTo((bm - 3.5 + (bm * Math.tan(degrees(3)[0]!) ** 2) / 2) * Math.sin(degrees(3)[0]!), 8)
  })

  test('a load to one side: the barge trims until it is under the load', () => {
    const hull = barge(6_000_000, 1, { location: [2, 0, 1] })
    const [point] = righting(hull, 0, [0]).points
    const bm = (20 * 60 ** 3) / 12 / 6000
    // Equilibrium of the wall-sided barge along its length: 2 cos = (GM + BM tan^2 / 2) sin.
    const t = point!.trimRad
    expect(2 * Math.cos(t)).toBeCloseTo((bm - 3.5 + (bm * Math.tan(t) ** 2) / 2) * Math.sin(t), 9)
    expect(t).toBeGreaterThan(0)
  })

  test('a free surface takes its second moment off the metacentric height', () => {
    const surface: Pair = [1000 * 700, 1000 * 9000]
    const [dry, wet] = [barge(6_000_000, 1), barge(6_000_000, 1, { freeSurface: surface })]
    const arm = (body: FloatingBody) => righting(body, 0, degrees(10)).points[0]!.armM
    expect(arm(dry) - arm(wet)).toBeCloseTo((700_000 / 6_000_000) * Math.sin(degrees(10)[0]!), 9)
  })

  test('the arm is the slope of potential energy', () => {
    for (const id of ['oc3', 'frame', 'oc4'] as const) {
      const body = bodyOf(shipped(id))
      const n = 60
      const heels = Array.from({ length: n + 1 }, (_, i) => (0.5 * i) / n)
      const { points } = righting(body, 20, heels)
      expect(points.length).toBe(n + 1)
      const weight = body.massKg * body.gravity
      // Height of gravity over buoyancy is all the energy there is at one displacement.
      const energy = points.map(({ heelRad, trimRad, heaveM, centreOfBuoyancy }) => {
        const [x, y, z] = body.centreOfGravity
        const a = (20 * Math.PI) / 180
        const along = x * Math.cos(a) + y * Math.sin(a)
        const across = -x * Math.sin(a) + y * Math.cos(a)
        const up = z * Math.cos(heelRad) + across * Math.sin(heelRad)
        const gravityHeight = heaveM + up * Math.cos(trimRad) - along * Math.sin(trimRad)
        return weight * (gravityHeight - centreOfBuoyancy[2])
      })
      // The turn is about the axis that the trim has tilted; Simpson's rule.
      const torque = points.map(({ armM, trimRad }) => weight * armM * Math.cos(trimRad))
      const work =
        torque.reduce((sum, each, i) => sum + each * (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2), 0) * (0.5 / n / 3)
      expect(work / (energy[n]! - energy[0]!)).toBeCloseTo(1, 4)
    }
  })

  test('it starts with the slope of the metacentric height, and a symmetric body rights to both sides alike', () => {
    const body = bodyOf(shipped('volturnus'))
    const { hydrostaticStiffness, weightStiffness } = buildHull(shipped('volturnus'), CORRECTED).statics
    const afloat = submerge(body, attitudeOf([0, 0, righting(body, 0, [0]).points[0]!.heaveM, 0, 0, 0]))
    const { areaM2, xx, yy } = afloat.waterplane
    expect(areaM2).toBeGreaterThan(0)
    const [positive, negative] = [0.01, -0.01].map((heel) => righting(body, 0, [heel]).points[0]!)
    expect(positive!.armM + negative!.armM).toBeCloseTo(0, 9)
    const gm =
      yy / afloat.volumeM3 +
      afloat.centreOfBuoyancy[2] -
      (body.centreOfGravity[2] + righting(body, 0, [0]).points[0]!.heaveM)
    expect(positive!.armM / 0.01 / gm).toBeCloseTo(1, 3)
    expect(xx / yy).toBeCloseTo(1, 3)
    // The draught that the mooring pulls it to is not that of the free body: the stiffness only resembles it.
    const linear = (hydrostaticStiffness[21]! + weightStiffness[21]!) / (body.massKg * body.gravity)
    expect(Math.abs(linear / gm - 1)).toBeLessThan(0.1)
  })

  test('a body that is too heavy sinks, and the weight that decides is said', () => {
    const { points, end } = righting(barge(12_000_001, 0), 0, degrees(0, 10))
    expect(points).toEqual([])
    expect(end).toMatchObject({ kind: 'sinks', heelRad: 0, weightN: 120_000_010 })
    expect(end!.greatestBuoyancyN).toBeCloseTo(120_000_000, 4)
  })

  test('a spar without its ballast capsizes: no arm brings it back', () => {
    const spar = shipped('oc3')
    const light = {
      ...spar,
      platform: {
        ...spar.platform,
        members: spar.platform.members.map((each) => ({ ...each, fillM: each.fillM.map(() => 0) })),
      },
    }
    expect(righting(bodyOf(spar), 0, degrees(5, 30, 60)).points.every(({ armM }) => armM > 0)).toBe(true)
    expect(righting(bodyOf(light), 0, degrees(5)).points[0]!.armM).toBeLessThan(0)
  })
})

describe('restoring force', () => {
  test('it is zero where the body rests, pulls included, and does not know surge, sway and yaw', () => {
    const volturnus = shipped('volturnus')
    const { statics } = buildHull(volturnus, CORRECTED)
    const lift = statics.displacedM3 * volturnus.site.waterDensity - statics.massKg
    const moored = floatingBody(volturnus, statics, [{ at: [0, 0, -14], forceN: lift * volturnus.site.gravity }])
    const rest = restoringForce(moored, attitudeOf([0, 0, 0, 0, 0, 0]))
    expect(rest.every((x) => Math.abs(x) < 1)).toBe(true)
    const here = restoringForce(moored, attitudeOf([0, 0, 0.3, 0.05, -0.02, 0]))
    const there = restoringForce(moored, attitudeOf([40, -7, 0.3, 0.05, -0.02, 0]))
    expect(Array.from(here, (x, i) => Math.abs(x - there[i]!)).every((off) => off < 1e-3)).toBe(true)
    const turned = restoringForce(moored, attitudeOf([0, 0, 0.3, 0.05, -0.02, 1]))
    const [c, s] = [Math.cos(1), Math.sin(1)]
    expect(turned[2]! / here[2]!).toBeCloseTo(1, 9)
    expect(turned[3]!).toBeCloseTo(c * here[3]! - s * here[4]!, -1)
    expect(turned[4]!).toBeCloseTo(s * here[3]! + c * here[4]!, -1)
  })

  test('the pitch moment of VolturnUS-S at 0.02 rad, which RAFT underestimates by a third: -55.1 MNm', () => {
    const volturnus = shipped('volturnus')
    const { statics } = buildHull(volturnus, CORRECTED)
    const body = floatingBody(volturnus, statics)
    const moment = (pitch: number) => restoringForce(body, attitudeOf([0, 0, 0, 0, pitch, 0]))[4]! / 1e6
    expect(moment(0.02) - moment(0)).toBeCloseTo(-55.1, 0)
  })
})
