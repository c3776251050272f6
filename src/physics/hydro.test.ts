import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from './corrections.ts'
import type { Design } from './design/types.ts'
import { shipped } from './designs/index.ts'
import { buildHull } from './hull/build.ts'
import {
  addDragForce,
  addRelativeVariance,
  currentForce,
  dragDamping,
  linearizeDrag,
  waveLoads,
  wetStrips,
} from './hydro.ts'
import { frequencyGrid } from './waves.ts'

// A vertical cylinder of 10 m with a draught of 20 m, Cd = Ca = 1 on the side, 0.6 at the end: everything can be said by hand.

const design = shipped('cylinder')
const { site } = design
const hull = buildHull(design, CORRECTED)
const { strips } = hull
const REST = new Float64Array(6)
const RHO = site.waterDensity
const grid = frequencyGrid(design.settings, site.waterDepthM, site.gravity, 'tight')
const nw = grid.count
const unit = new Float64Array(nw).fill(1)

const loadsAt = (pose: Float64Array, headingDeg: number) =>
  waveLoads(wetStrips(strips, pose), strips, grid, { headingDeg, zeta: unit }, site, CORRECTED)

describe('strips in water', () => {
  test('are those below the surface, with levers n and r x n', () => {
    const wet = wetStrips(strips, REST)
    for (let n = 0; n < wet.count; n++) expect(wet.position[n * 3 + 2]).toBeLessThan(0)
    // The axis points upwards through the reference point: no moment.
    expect([...wet.lever.subarray(0, 6)].map(Math.abs)).toEqual([0, 0, 1, 0, 0, 0])
    const z = wet.position[2]!
    // Along p1 = x at depth z: pitch moment z.
    expect(wet.lever[6]).toBeCloseTo(1, 15)
    expect(wet.lever[6 + 4]).toBeCloseTo(z, 12)
  })

  test('a body that is lifted out has none, one that sinks has all', () => {
    expect(wetStrips(strips, Float64Array.of(0, 0, 25, 0, 0, 0)).count).toBe(0)
    expect(wetStrips(strips, Float64Array.of(0, 0, -25, 0, 0, 0)).count).toBe(strips.count)
  })
})

describe('current', () => {
  const uniform = { ...site, currentShear: 0 }

  test('presses with rho / 2 Cd D T U^2 in its middle', () => {
    const force = currentForce(strips, uniform, 2, 0)
    const drag = 0.5 * RHO * 10 * 20 * 4
    expect(force[0]! / drag).toBeCloseTo(1, 12)
    expect(force[4]! / drag).toBeCloseTo(-10, 10)
    expect(Math.abs(force[1]!)).toBeLessThan(1e-9 * drag)
  })

  test('turns with its heading', () => {
    const ahead = currentForce(strips, site, 1.3, 0)
    const turned = currentForce(strips, site, 1.3, 40)
    expect(Math.hypot(turned[0]!, turned[1]!) / ahead[0]!).toBeCloseTo(1, 12)
    expect(Math.atan2(turned[1]!, turned[0]!)).toBeCloseTo((40 * Math.PI) / 180, 12)
  })

  test('is weaker at depth', () => {
    expect(currentForce(strips, site, 2, 0)[0]).toBeLessThan(currentForce(strips, uniform, 2, 0)[0]!)
  })
})

describe('waves', () => {
  test('so long that the water goes up and down as a whole lift with rho g A', () => {
    const { force } = loadsAt(REST, 0)
    const whole = RHO * site.gravity * Math.PI * 25
    expect(force.re[2 * nw]! / whole).toBeCloseTo(1, 2)
    expect(Math.abs(force.im[2 * nw]! / whole)).toBeLessThan(1e-3)
  })

  test('push with rho (1 + Ca) V du/dt where they are long, a quarter of a period ahead of the crest', () => {
    const { force } = loadsAt(REST, 0)
    const { w, k, depthM } = grid
    const middle = (w[0]! ** 2 * Math.cosh(k[0]! * (depthM - 10))) / Math.sinh(k[0]! * depthM)
    expect(force.im[0]! / (RHO * 2 * Math.PI * 25 * 20 * middle)).toBeCloseTo(1, 3)
    expect(Math.abs(force.re[0]!)).toBeLessThan(1e-6 * force.im[0]!)
  })

  test('from another side do the same to another side', () => {
    const [ahead, abeam] = [loadsAt(REST, 0).force, loadsAt(REST, 90).force]
    for (let i = 0; i < nw; i++) {
      expect(abeam.im[nw + i]! / ahead.im[i]!).toBeCloseTo(1, 10)
      expect(abeam.im[3 * nw + i]! / ahead.im[4 * nw + i]!).toBeCloseTo(-1, 10)
    }
  })

  test('reach a body that has drifted later', () => {
    const [here, there] = [loadsAt(REST, 0).force, loadsAt(Float64Array.of(12, 0, 0, 0, 0, 0), 0).force]
    for (let i = 0; i < nw; i++) {
      const phase = -grid.k[i]! * 12
      const re = here.re[i]! * Math.cos(phase) - here.im[i]! * Math.sin(phase)
      expect(Math.abs(there.re[i]! - re)).toBeLessThan(1e-6 * Math.abs(here.im[i]!))
    }
  })

  test('RAFT takes the pressure of water of 1025 kg/m3 in any water', () => {
    const heavy = { ...site, waterDensity: 1100 }
    const force = (corrections: typeof CORRECTED) =>
      waveLoads(wetStrips(strips, REST), strips, grid, { headingDeg: 0, zeta: unit }, heavy, corrections).force.re[
        2 * nw
      ]!
    expect(force(CORRECTED) / force({ ...CORRECTED, waveDensity: false })).toBeCloseTo(1100 / 1025, 3)
  })
})

describe('diffraction', () => {
  const withDiffraction: Design = {
    ...design,
    platform: {
      ...design.platform,
      members: design.platform.members.map((member) => ({ ...member, macCamyFuchs: true })),
    },
  }
  const bent = buildHull(withDiffraction, CORRECTED).strips
  const force = (corrections: typeof CORRECTED) =>
    waveLoads(wetStrips(bent, REST), bent, grid, { headingDeg: 0, zeta: unit }, site, corrections).force

  test('leaves long waves as they are and takes force from short ones', () => {
    const [plain, less] = [loadsAt(REST, 0).force, force(CORRECTED)]
    expect(less.im[0]! / plain.im[0]!).toBeCloseTo(1, 3)
    const last = nw - 1
    expect(Math.hypot(less.re[last]!, less.im[last]!)).toBeLessThan(0.7 * Math.hypot(plain.re[last]!, plain.im[last]!))
  })

  test('lets the force come earlier, because the front of the cylinder meets the crest first; in RAFT it comes later', () => {
    const last = nw - 1
    const lead = ({ re, im }: { re: Float64Array; im: Float64Array }) => Math.atan2(im[last]!, re[last]!)
    const plain = lead(loadsAt(REST, 0).force)
    expect(lead(force(CORRECTED))).toBeGreaterThan(plain)
    expect(lead(force(AS_RAFT))).toBeLessThan(plain)
  })
})

describe('linearized drag', () => {
  const wet = wetStrips(strips, REST)
  const still = { re: new Float64Array(wet.count * 3 * nw), im: new Float64Array(wet.count * 3 * nw) }

  /** Damping of a body that moves with velocity amplitude v in one degree of freedom at one frequency, in still water. */
  function dampingOf(dof: number, v: number): Float64Array {
    const body = new Float64Array(nw * 12)
    body[7 * 12 + dof * 2] = v
    const variance = new Float64Array(wet.count * 3)
    addRelativeVariance(wet, still, body, nw, variance)
    const coefficient = new Float64Array(wet.count * 3)
    linearizeDrag(wet, variance, RHO, coefficient)
    const damping = new Float64Array(36)
    dragDamping(wet, coefficient, damping)
    return damping
  }

  test('of surge is sqrt(8 / pi) sigma rho / 2 Cd D T', () => {
    const sigma = 1.5 / Math.SQRT2
    const expected = Math.sqrt(8 / Math.PI) * sigma * 0.5 * RHO * 10 * 20
    expect(dampingOf(0, 1.5)[0]! / expected).toBeCloseTo(1, 12)
  })

  test('of heave is that of the bottom', () => {
    const sigma = 0.5 / Math.SQRT2
    const bottom = Math.PI * 5 * 5
    const expected = Math.sqrt(8 / Math.PI) * sigma * 0.5 * RHO * bottom * 0.6
    expect(dampingOf(2, 0.5)[14]! / expected).toBeCloseTo(1, 12)
  })

  test('grows with the motion and is symmetric and never negative', () => {
    const damping = dampingOf(4, 0.2)
    expect(dampingOf(4, 0.4)[28]! / damping[28]!).toBeCloseTo(2, 12)
    for (let i = 0; i < 6; i++) {
      expect(damping[i * 7]).toBeGreaterThanOrEqual(0)
      for (let j = 0; j < 6; j++) expect(damping[i * 6 + j]).toBe(damping[j * 6 + i])
    }
  })

  test('a body that moves with the water feels none, and the force of waves on it is the damping times their velocity', () => {
    const uniform = { re: still.re.slice(), im: still.im }
    const body = new Float64Array(nw * 12)
    body[5 * 12] = 1
    // The same velocity along x everywhere.
    for (let row = 0; row < wet.count * 3; row++) uniform.re[row * nw + 5] = wet.lever[row * 6]!
    const variance = new Float64Array(wet.count * 3)
    addRelativeVariance(wet, uniform, body, nw, variance)
    expect(Math.max(...variance)).toBeLessThan(1e-30)
    const coefficient = new Float64Array(wet.count * 3).fill(7)
    const force = new Float64Array(nw * 12)
    addDragForce(wet, uniform, coefficient, nw, force)
    const damping = new Float64Array(36)
    dragDamping(wet, coefficient, damping)
    for (let j = 0; j < 6; j++) expect(force[5 * 12 + j * 2]).toBeCloseTo(damping[j * 6]!, 9)
  })
})
