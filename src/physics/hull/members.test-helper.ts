import { CORRECTED, type Corrections } from '../corrections.ts'
import type { Design, MemberDesign, Pair, PointInertia, Vec3 } from '../design/types.ts'
import { norm, subtract } from '../linear/vec3.ts'
import { memberBuoyancy } from './buoyancy.ts'
import { place } from './geometry.ts'

/** Members and designs for tests of the hull: what is not said is a thin circular pipe of water's weight without anything in it. */

export const SITE: Design['site'] = {
  waterDepthM: 100,
  waterDensity: 1000,
  airDensity: 1.2,
  airViscosity: 1.8e-5,
  gravity: 10,
  windShear: 0.12,
  currentShear: 0.12,
}

export function member(
  endA: Vec3,
  endB: Vec3,
  sidesM: readonly Pair[],
  more: Partial<MemberDesign> = {},
): MemberDesign {
  const length = norm(subtract(endB, endA))
  const n = more.stationsM?.length ?? sidesM.length
  const same = <T>(value: T): T[] => Array.from({ length: n }, () => value)
  return {
    name: 'member',
    shape: 'circular',
    endA,
    endB,
    twistDeg: 0,
    headingsDeg: null,
    stationScale: { start: 0, end: 1 },
    stationsM: sidesM.map((_, i) => (i * length) / (n - 1)),
    sidesM,
    wallM: same(0.05),
    shellDensity: 8000,
    fillM: same(0).slice(1),
    fillDensity: same(1000).slice(1),
    caps: [],
    transverseDrag: { values: same([1, 1]), listed: false },
    transverseAddedMass: { values: same([1, 1]), listed: false },
    endDrag: same(0.6),
    endAddedMass: same(0.6),
    axialDrag: same(0.1),
    axialAddedMass: same(0),
    maxStripM: 1,
    macCamyFuchs: false,
    ...more,
  }
}

export function design(members: readonly MemberDesign[], lumps: readonly PointInertia[] = []): Design {
  return {
    name: 'test',
    settings: { minFrequencyHz: 0.01, maxFrequencyHz: 0.1, startAmplitude: 0.1, maxIterations: 15 },
    site: SITE,
    platform: { maxStripM: 5, yawStiffness: 0, members, lumps, loads: [] },
    turbine: null,
    mooring: null,
    cases: [],
  }
}

/** The hydrostatics of a single member about its end A. */
export const buoyancyOf = (each: MemberDesign, corrections: Corrections = CORRECTED) =>
  memberBuoyancy(place(each, 0, 'platform')[0]!, SITE, corrections)

/** Nodes and weights of a rule with many points on 0..1, without using the code under test: tanh-sinh, exact to rounding at ends, too. */
export function quadrature(points = 120): readonly (readonly [number, number])[] {
  const h = 7 / points
  return Array.from({ length: 2 * points + 1 }, (_, i) => {
    const t = (i - points) * h * 0.5
    const u = (Math.PI / 2) * Math.sinh(t)
    const x = 1 / (1 + Math.exp(-2 * u))
    return [x, (h * 0.5 * (Math.PI / 2) * Math.cosh(t)) / (2 * Math.cosh(u) ** 2)] as const
  })
}

/** The greatest difference of two arrays, relative to the greatest entry of the second. */
export function difference(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY
  const a = Array.from(got)
  const b = Array.from(wanted)
  const off = a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0)
  const size = b.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  return off / (size || 1)
}
