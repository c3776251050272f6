import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from '../corrections.ts'
import type { Rotor } from '../design/types.ts'
import { bladeLoads, type Operation, type RotorModel, rotorLoads } from './aero.ts'
import { buildBlade } from './blade.ts'
import { residual } from './element.ts'
import { blendPolars, type SectionPolar, sectionPolars, smoothPolars } from './polars.ts'
import { NAMES, rotorOf, turbineOf } from './reference.test-helper.ts'
import { piecewise } from './spline.ts'

const KNOTS = [-4, -4, -4, -4, 4, 4, 4, 4]
const constant = (value: number) => piecewise({ knots: KNOTS, coefficients: [value, value, value, value] })
const run = (given: Partial<Operation>): Operation => ({
  windMps: 9,
  rotorRpm: 10,
  pitchDeg: 1,
  tiltRad: 0,
  yawRad: 0,
  state: 'turning',
  ...given,
})

/** A straight blade of constant chord in steady wind. */
const PLAIN: Rotor = {
  ...turbineOf('oc3').rotor,
  preconeDeg: 0,
  windShear: 0,
  geometry: [2, 60].map((radiusM) => ({ radiusM, chordM: 3, twistDeg: 0, precurveM: 0, presweepM: 0 })),
  hubRadiusM: 2,
  tipRadiusM: 60,
  elements: 30,
}
const plain = (polar: SectionPolar): RotorModel => ({
  rotor: PLAIN,
  blade: buildBlade(PLAIN, new Array(30).fill(polar)),
  hubHeightM: 90,
})

describe('a rotor of plates that only drag', () => {
  const model = plain({ lift: constant(0), drag: constant(1.2) })

  test('standing across the wind is a bluff body, by hand', () => {
    const { thrust, torque, force } = rotorLoads(model, run({ state: 'still', rotorRpm: 0 }), CORRECTED)
    // Loads are zero at hub and tip: the outermost elements count three quarters of a step and a half of one.
    const length = 58 - 58 / 30 / 2
    const expected = 3 * 0.5 * 1.225 * 9 ** 2 * 1.2 * 3 * length
    expect(thrust.value / expected).toBeCloseTo(1, 12)
    expect(thrust.perWind / ((2 * expected) / 9)).toBeCloseTo(1, 12)
    expect(Math.abs(torque.value / expected)).toBeLessThan(1e-9)
    expect(Math.abs(force[1] / expected)).toBeLessThan(1e-12)
  })

  test('standing askew is pushed the way the wind blows, across the shaft, too', () => {
    const yawRad = 0.4
    const askew = run({ state: 'still', rotorRpm: 0, yawRad })
    const { force } = rotorLoads(model, askew, CORRECTED)
    // The nacelle is turned to the left, so the wind comes from its left and blows to its right, -y.
    // Upright and hanging blades feel V sin(yaw) across, lying ones nothing: half of the four azimuths.
    const length = 58 - 58 / 30 / 2
    const expected = -0.5 * 3 * 0.5 * 1.225 * 9 ** 2 * 1.2 * 3 * length * Math.sin(yawRad)
    expect(force[1] / expected).toBeCloseTo(1, 10)
    expect(rotorLoads(model, askew, AS_RAFT).force[1] / expected).toBeCloseTo(-1, 10)
  })
})

describe('momentum', () => {
  const model = plain({ lift: constant(0.9), drag: constant(0) })

  test('the wake loses what the blades take: thrust of each ring with its induction', () => {
    const operation = run({ windMps: 10, rotorRpm: 14, pitchDeg: 0 })
    for (const [i, load] of bladeLoads(model, operation, 0).entries()) {
      const { radiusM, tipFactor, hubFactor } = model.blade.sections[i]!
      const a = load.axialInduction
      if (a > 0.39) continue // beyond, Buhl's curve replaces momentum theory
      const sine = Math.sin(load.phi)
      const prandtl = (factor: number) => (2 / Math.PI) * Math.acos(Math.exp(-factor / sine))
      const ring = prandtl(tipFactor) * prandtl(hubFactor) * 4 * Math.PI * radiusM * 1.225 * 100 * a * (1 - a)
      expect((3 * load.normal) / ring).toBeCloseTo(1, 9)
      const swirl = (14 * Math.PI) / 30
      const moment =
        prandtl(tipFactor) *
        prandtl(hubFactor) *
        4 *
        Math.PI *
        radiusM ** 2 *
        1.225 *
        10 *
        (1 - a) *
        load.tangentialInduction *
        swirl
      expect((3 * load.tangential) / moment).toBeCloseTo(1, 9)
    }
  })

  test('no rotor takes more than Betz allows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 4, max: 25, noNaN: true }),
        fc.double({ min: 4, max: 16, noNaN: true }),
        (windMps, rotorRpm) => {
          const { powerW } = rotorLoads(model, run({ windMps, rotorRpm, pitchDeg: 0 }), CORRECTED)
          expect(powerW / (0.5 * 1.225 * Math.PI * 60 ** 2 * windMps ** 3)).toBeLessThan(16 / 27)
        },
      ),
      { seed: 1, numRuns: 60 },
    )
  })

  test('with the wind along the shaft there are no forces across it', () => {
    for (const { force, moment } of [run({}), run({ tiltRad: 1e-12 })].map((at) => rotorLoads(model, at, CORRECTED))) {
      for (const across of force.slice(1)) expect(Math.abs(across / force[0])).toBeLessThan(1e-11)
      for (const across of moment.slice(1)) expect(Math.abs(across / moment[0])).toBeLessThan(1e-11)
    }
  })
})

describe.each(NAMES)('the rotor of %s', (name) => {
  const model = rotorOf(name, 'our own')
  const operations = fc.record({
    windMps: fc.double({ min: 4, max: 30, noNaN: true }),
    rotorRpm: fc.double({ min: 3, max: 13, noNaN: true }),
    pitchDeg: fc.double({ min: -2, max: 30, noNaN: true }),
    tiltRad: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
    yawRad: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
  })

  test('derivatives are those of the loads', () => {
    fc.assert(
      fc.property(operations, (given) => {
        const here = run(given)
        const { thrust, torque } = rotorLoads(model, here, CORRECTED)
        const scale = Math.abs(thrust.value)
        for (const [key, slope] of [
          ['windMps', 'perWind'],
          ['rotorRpm', 'perRpm'],
          ['pitchDeg', 'perPitchDeg'],
        ] as const) {
          const h = 1e-4
          const up = rotorLoads(model, { ...here, [key]: here[key] + h }, CORRECTED)
          const down = rotorLoads(model, { ...here, [key]: here[key] - h }, CORRECTED)
          // An element on the edge between two branches has a kink within the step.
          const tolerance = 2e-3 * (Math.abs(thrust[slope]) + 0.01 * scale)
          expect(Math.abs((up.thrust.value - down.thrust.value) / (2 * h) - thrust[slope])).toBeLessThan(tolerance)
          const turning = 2e-3 * (Math.abs(torque[slope]) + 0.3 * scale)
          expect(Math.abs((up.torque.value - down.torque.value) / (2 * h) - torque[slope])).toBeLessThan(turning)
        }
      }),
      { seed: 1, numRuns: 12 },
    )
  })

  test('every element closes the triangle of speeds: the induced wind blows at the inflow angle', () => {
    const steady: RotorModel = { ...model, rotor: { ...model.rotor, windShear: 0 } }
    fc.assert(
      fc.property(operations, (given) => {
        const operation = run({ ...given, tiltRad: 0, yawRad: 0 })
        for (const [i, load] of bladeLoads(steady, operation, 0).entries()) {
          expect(Number.isFinite(load.normal) && Number.isFinite(load.tangential)).toBe(true)
          const section = model.blade.sections[i]!
          expect(load.angleOfAttack).toBeCloseTo(load.phi - section.twistRad - (given.pitchDeg * Math.PI) / 180, 12)
          // Below zero the axial induction is not used, beyond 10 the speed is taken from the other component.
          if (load.phi < 0 || Math.abs(load.axialInduction) > 10 || Math.abs(load.tangentialInduction) > 10) continue
          const axial = given.windMps * model.blade.coneCos[i]! * (1 - load.axialInduction)
          const speed = (given.rotorRpm * Math.PI) / 30
          const tangential = speed * model.blade.z[i]! * (1 + load.tangentialInduction)
          expect(axial / load.relativeSpeed).toBeCloseTo(Math.sin(load.phi), 6)
          expect(tangential / load.relativeSpeed).toBeCloseTo(Math.cos(load.phi), 6)
        }
      }),
      { seed: 2, numRuns: 25 },
    )
  })

  test('a mirrored yaw leaves thrust and torque when there is neither shear nor tilt', () => {
    const steady: RotorModel = { ...model, rotor: { ...model.rotor, windShear: 0 } }
    const left = rotorLoads(steady, run({ yawRad: 0.3, pitchDeg: 4, windMps: 12 }), CORRECTED)
    const right = rotorLoads(steady, run({ yawRad: -0.3, pitchDeg: 4, windMps: 12 }), CORRECTED)
    expect(left.thrust.value / right.thrust.value).toBeCloseTo(1, 10)
    expect(left.torque.value / right.torque.value).toBeCloseTo(1, 10)
    expect(left.force[1] / -right.force[1]).toBeCloseTo(1, 8)
  })
})

test('the residual changes sign across the root', () => {
  const { rotor } = turbineOf('oc3')
  const blade = buildBlade(rotor, sectionPolars(smoothPolars(blendPolars(rotor))))
  const inflow = { axial: 9, tangential: 50, pitchRad: 0, state: 'turning' as const }
  const section = blade.sections[12]!
  expect(residual(section, inflow, 1e-6) * residual(section, inflow, Math.PI / 2)).toBeLessThan(0)
})
