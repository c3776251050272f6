import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from '../corrections.ts'
import { bladeLoads } from './aero.ts'
import { difference, NAMES, reference, rotorOf, turbineOf, windCase } from './reference.test-helper.ts'
import { type BuiltRotor, buildRotor, type RotorCase, rotorCase, rotorPoints } from './rotor.ts'

const GRID = Float64Array.from({ length: 40 }, (_, i) => 0.01 * Math.PI * (i + 1))

const solved = (rotor: BuiltRotor, input: Parameters<typeof windCase>[0], corrections = CORRECTED): RotorCase => {
  const found = rotorCase(rotor, windCase(input), GRID, corrections)
  if (found === null) throw new Error('the rotor has no effect')
  return found
}

/** Entry [0][0] of every matrix. */
const first = (matrices: Float64Array): Float64Array => matrices.filter((_, i) => i % 36 === 0)

describe.each(NAMES)('%s against RAFT', (name) => {
  describe.each(['of CCBlade', 'our own'] as const)('with the splines %s', (splines) => {
    const rotor = rotorOf(name, splines)
    const { shaftTiltDeg } = rotor.turbine

    test.each(reference[name].points)('$windMps m/s', (point) => {
      const w = Float64Array.from(point.w)
      const input = windCase({ windMps: point.windMps, aeroServoMode: 2 })
      const found = rotorCase(rotor, input, w, AS_RAFT)!
      const { thrust, torque, powerW } = found.loads
      expect(found.run.rotorRpm).toBeCloseTo(point.rotorRpm, 12)
      expect(found.run.pitchDeg).toBeCloseTo(point.pitchDeg, 12)
      expect(Math.abs(thrust.value / point.thrust[0]! - 1)).toBeLessThan(1e-11)
      expect(Math.abs(torque.value / point.torque[0]! - 1)).toBeLessThan(1e-11)
      expect(Math.abs(powerW / point.powerW - 1)).toBeLessThan(1e-11)
      for (const [i, key] of (['perWind', 'perRpm', 'perPitchDeg'] as const).entries()) {
        expect(Math.abs(thrust[key] / point.thrust[i + 1]! - 1)).toBeLessThan(1e-9)
        expect(Math.abs(torque[key] / point.torque[i + 1]! - 1)).toBeLessThan(1e-9)
      }
      expect(difference([found.gains!.pitchKp, found.gains!.pitchKi], point.pitchGains)).toBeLessThan(1e-14)
      const { response } = found
      expect(difference(response.thrustPerWind.re, point.thrustPerWind.re)).toBeLessThan(1e-10)
      expect(difference(response.thrustPerWind.im, point.thrustPerWind.im)).toBeLessThan(1e-10)
      expect(difference(response.azimuthPerMotion.re, point.azimuthPerMotion.re)).toBeLessThan(1e-10)
      expect(difference(response.azimuthPerMotion.im, point.azimuthPerMotion.im)).toBeLessThan(1e-10)
      expect(difference(first(found.damping), point.damping00)).toBeLessThan(1e-10)
      expect(difference(first(found.addedMass), point.addedMass00)).toBeLessThan(1e-10)
    })

    test.each(reference[name].blade)('along the blade at $windMps m/s', (given) => {
      const tiltRad = (-shaftTiltDeg * Math.PI) / 180
      const loads = bladeLoads(rotor, { ...given, tiltRad, yawRad: 0, state: 'turning' }, 0)
      const differs = (values: readonly number[], key: keyof (typeof loads)[number], unit = 1) =>
        difference(
          loads.map((load) => (load[key] as number) * unit),
          values,
        )
      expect(differs(given.normal, 'normal')).toBeLessThan(1e-9)
      expect(differs(given.tangential, 'tangential')).toBeLessThan(1e-9)
      expect(differs(given.axialInduction, 'axialInduction')).toBeLessThan(1e-9)
      expect(differs(given.tangentialInduction, 'tangentialInduction')).toBeLessThan(1e-9)
      expect(differs(given.angleOfAttackDeg, 'angleOfAttack', 180 / Math.PI)).toBeLessThan(1e-9)
      expect(differs(given.relativeSpeed, 'relativeSpeed')).toBeLessThan(1e-9)
      expect(differs(given.lift, 'liftCoefficient')).toBeLessThan(1e-9)
      expect(differs(given.drag, 'dragCoefficient')).toBeLessThan(1e-9)
    })

    test.each(reference[name].cases)('case $name', (given) => {
      const { count, stepHz } = reference[name].frequencies
      const w = Float64Array.from({ length: count }, (_, i) => 2 * Math.PI * stepHz * (i + 1))
      const found = rotorCase(rotor, windCase({ ...given, aeroServoMode: given.mode as 1 | 2 }), w, AS_RAFT)!
      expect(difference(found.force6, given.force6)).toBeLessThan(1e-11)
      expect(difference(found.damping.subarray(0, 36), given.damping.flat())).toBeLessThan(1e-10)
      const turning = [21, 22, 23, 27, 28, 29, 33, 34, 35].map((i) => found.gyroscopic[i]!)
      expect(difference(turning, given.gyroscopic.flat())).toBeLessThan(1e-13)
      expect(difference(found.windAmplitude, given.windAmplitude)).toBeLessThan(1e-7)
      expect(found.excitation).toBeNull()
      if (given.mode === 1) {
        expect(found.damping.slice(-36)).toEqual(found.damping.slice(0, 36))
        expect(found.addedMass.every((value) => value === 0)).toBe(true)
        return
      }
      expect(difference(first(found.damping), given.damping00!)).toBeLessThan(1e-10)
      expect(difference(first(found.addedMass), given.addedMass00!)).toBeLessThan(1e-10)
      expect(difference(found.addedMass.subarray(0, 36), given.addedMass!.flat())).toBeLessThan(1e-10)
    })
  })
})

describe('what the rotor does to the platform', () => {
  const rotor = rotorOf('oc3', 'our own')

  test('nothing without wind, switched off, or parked as RAFT has it', () => {
    const effect = (input: Parameters<typeof windCase>[0], corrections = CORRECTED) =>
      rotorCase(rotor, windCase(input), GRID, corrections)
    expect(effect({ windMps: 0 })).toBeNull()
    expect(effect({ aeroServoMode: 0 })).toBeNull()
    expect(effect({ turbineStatus: 'parked' }, AS_RAFT)).toBeNull()
    expect(effect({ turbineStatus: 'parked' })).not.toBeNull()
  })

  test('turns with the wind', () => {
    const along = solved(rotor, { windMps: 12, turbulence: 0.1 })
    const across = solved(rotor, { windMps: 12, turbulence: 0.1, windHeadingDeg: 90 })
    const turned = [0, 3].flatMap((i) => [-along.force6[i + 1]!, along.force6[i]!, along.force6[i + 2]!])
    expect(difference(across.force6, turned)).toBeLessThan(1e-13)
    expect(across.damping[7]).toBeCloseTo(along.damping[0]!, 6)
    expect(across.excitation!.re[GRID.length]).toBeCloseTo(along.excitation!.re[0]!, 6)
  })

  test('thrust acts at the hub: its moment about the reference point', () => {
    const { force6, loads, hub, shaft, damping } = solved(rotor, { windMps: 9 })
    expect(hub[2]).toBeCloseTo(90, 12)
    const { reference: yawAxis } = rotorPoints(rotor.turbine, shaft)
    expect(yawAxis.slice(0, 2)).toEqual([0, 0])
    expect(force6[4]).toBeGreaterThan(0.97 * 90 * loads.thrust.value)
    // Damping of pitch is that of surge with the lever of the shaft about the origin, squared.
    const lever = hub[2] * shaft[0] - hub[0] * shaft[2]
    expect(damping[28]! / damping[0]!).toBeCloseTo((lever / shaft[0]) ** 2, 8)
  })

  test('matrices are symmetric, gyroscopic ones antisymmetric', () => {
    const { damping, addedMass, gyroscopic } = solved(rotor, { windMps: 14, aeroServoMode: 2, windHeadingDeg: 20 })
    for (const [i, j] of Array.from({ length: 36 }, (_, at) => [Math.floor(at / 6), at % 6] as const)) {
      expect(damping[i * 6 + j]).toBe(damping[j * 6 + i])
      expect(addedMass[i * 6 + j]).toBe(addedMass[j * 6 + i])
      expect(gyroscopic[i * 6 + j]! + gyroscopic[j * 6 + i]!).toBe(0)
    }
  })

  test('a misaligned nacelle has less thrust and pushes sideways; RAFT does not notice', () => {
    const aligned = solved(rotor, { windMps: 9 })
    const askew = solved(rotor, { windMps: 9, yawMisalignDeg: 20 })
    expect(askew.loads.thrust.value).toBeLessThan(0.95 * aligned.loads.thrust.value)
    expect(askew.force6[1]).toBeGreaterThan(0.2 * aligned.force6[0]!)
    expect(solved(rotor, { windMps: 9, yawMisalignDeg: 20 }, AS_RAFT).force6).toEqual(
      solved(rotor, { windMps: 9 }, AS_RAFT).force6,
    )
  })

  test('a parked rotor drags with the square of the wind', () => {
    const [slow, fast] = [25, 50].map((windMps) => solved(rotor, { windMps, turbineStatus: 'parked' }))
    expect(slow!.run).toMatchObject({ rotorRpm: 0, pitchDeg: 90, state: 'still' })
    for (let i = 0; i < 6; i += 1) expect(fast!.force6[i]! / slow!.force6[i]!).toBeCloseTo(4, 10)
    expect(fast!.loads.thrust.perWind).toBeCloseTo((2 * fast!.loads.thrust.value) / 50, 6)
    expect(fast!.gyroscopic.every((value) => Math.abs(value) === 0)).toBe(true)
    // Blades feathered: far less than a disc of the same wind, more than nothing.
    expect(fast!.loads.thrust.value).toBeGreaterThan(2e4)
    expect(fast!.loads.thrust.value).toBeLessThan(2e5)
  })

  test('turbulence has the amplitudes of its spectrum per rad/s; RAFT takes the one per hertz', () => {
    const ours = solved(rotor, { windMps: 12, turbulence: 'IB_NTM' })
    const theirs = solved(rotor, { windMps: 12, turbulence: 'IB_NTM' }, AS_RAFT)
    expect(theirs.windAmplitude[3]! / ours.windAmplitude[3]!).toBeCloseTo(Math.sqrt(2 * Math.PI), 12)
    const { excitation, shaft, loads } = ours
    expect(excitation!.re[5]).toBeCloseTo(loads.thrust.perWind * ours.windAmplitude[5]! * shaft[0], 6)
    expect(solved(rotor, { windMps: 12 }).excitation).toBeNull()
  })

  test('turbulence that is no turbulence is refused', () => {
    expect(() => solved(rotor, { turbulence: 'gusty' })).toThrow(
      'turbulence is neither an intensity nor a class: gusty',
    )
  })

  test('outside its table of operation the rotor is parked; RAFT turns it on, driven by the generator', () => {
    for (const windMps of [2, 27, 40])
      expect(solved(rotor, { windMps, aeroServoMode: 2 })).toMatchObject({
        gains: null,
        run: { rotorRpm: 0, pitchDeg: 90, state: 'still' },
      })
    const theirs = (windMps: number) => solved(rotor, { windMps, aeroServoMode: 2 }, AS_RAFT)
    expect(theirs(2).run.rotorRpm).toBe(theirs(3).run.rotorRpm)
    expect(theirs(27).loads.powerW).toBeLessThan(-1e6)
    expect(theirs(40).run).toMatchObject({ rotorRpm: 0, pitchDeg: 90, state: 'still axial' })
    expect(theirs(40).gains).not.toBeNull()
  })
})

test('splines of another rotor are refused', () => {
  expect(() => buildRotor(turbineOf('oc3'), [])).toThrow('the rotor has 20 elements, but splines of 0 are given')
  expect(buildRotor({ ...turbineOf('oc3'), rotor: null }, null)).toBeNull()
})
