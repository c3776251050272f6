import type { Rotor } from '../design/types.ts'
import type { Section } from './element.ts'
import { linear } from './interpolate.ts'
import type { SectionPolar } from './polars.ts'

/**
 * A blade cut into elements (raft_rotor, Rotor.__init__; CCBlade, bem.f90: defineCurvature, thrustTorque). Coordinates turn with the
 * blade: x downwind along the shaft, z outwards, y along the direction of motion.
 */
export interface Blade {
  readonly sections: readonly Section[]
  /** Positions of the elements. */
  readonly x: Float64Array
  readonly y: Float64Array
  readonly z: Float64Array
  /** Cone angle of the bent blade at each element, as sine and cosine. */
  readonly coneSin: Float64Array
  readonly coneCos: Float64Array
  /** What one newton per metre of normal load at an element adds to thrust, radial force and flap moment of a blade. */
  readonly thrustWeight: Float64Array
  readonly radialWeight: Float64Array
  readonly flapWeight: Float64Array
  /** The same of tangential load: side force and torque. */
  readonly sideWeight: Float64Array
  readonly torqueWeight: Float64Array
}

/** Builds the blade's elements, hub to tip. */
export function buildBlade(rotor: Rotor, polars: readonly SectionPolar[]): Blade {
  const cone = (-rotor.preconeDeg * Math.PI) / 180
  const stations = rotor.geometry
  const radii = elementRadii(rotor)
  const radiusIn = stations.map((station) => station.radiusM)
  const along = (values: readonly number[]): number[] => radii.map((r) => linear(radiusIn, values, r))
  const chord = along(stations.map((station) => station.chordM))
  const twist = along(stations.map((station) => station.twistDeg))
  const precurve = along(stations.map((station) => station.precurveM))
  const presweep = along(stations.map((station) => station.presweepM))
  const bent = curvature(radii, precurve, presweep, cone)
  const sections = radii.map((r, i) => section(rotor, r, chord[i]!, (twist[i]! * Math.PI) / 180, polars[i]!))
  // Loads vanish at hub and tip; between them the trapezoidal rule runs along the arc.
  const full = curvature(
    [rotor.hubRadiusM, ...radii, rotor.tipRadiusM],
    [0, ...precurve, rotor.tipPrecurveM],
    [0, ...presweep, rotor.tipPresweepM],
    cone,
  )
  const inner = full.cone.slice(1, -1)
  const lengths = radii.map((_, i) => 0.5 * (full.arc[i + 2]! - full.arc[i]!))
  const weigh = (by: (i: number) => number): Float64Array => Float64Array.from(lengths, (length, i) => length * by(i))
  return {
    sections,
    x: Float64Array.from(bent.x),
    y: Float64Array.from(presweep),
    z: Float64Array.from(bent.z),
    coneSin: Float64Array.from(bent.cone, Math.sin),
    coneCos: Float64Array.from(bent.cone, Math.cos),
    thrustWeight: weigh((i) => Math.cos(inner[i]!)),
    radialWeight: weigh((i) => Math.sin(inner[i]!)),
    flapWeight: weigh((i) => bent.z[i]!),
    sideWeight: weigh(() => 1),
    torqueWeight: weigh((i) => bent.z[i]!),
  }
}

/** Middles of equal elements between the hub and the last station of the geometry. */
function elementRadii({ hubRadiusM, geometry, elements }: Rotor): number[] {
  const length = (geometry.at(-1)!.radiusM - hubRadiusM) / elements
  return Array.from({ length: elements }, (_, i) => i * length + hubRadiusM + length / 2)
}

function section(rotor: Rotor, r: number, chordM: number, twistRad: number, polar: SectionPolar): Section {
  const { blades, hubRadiusM, tipRadiusM } = rotor
  return {
    radiusM: r,
    chordM,
    twistRad,
    polar,
    solidity: ((blades / 2 / Math.PI) * chordM) / r,
    tipFactor: ((blades / 2) * (tipRadiusM - r)) / r,
    hubFactor: ((blades / 2) * (r - hubRadiusM)) / hubRadiusM,
  }
}

/** Positions, cone angle (mean of the slopes to both neighbours) and arc length of a bent blade under a cone angle. */
function curvature(
  r: readonly number[],
  precurve: readonly number[],
  presweep: readonly number[],
  coneRad: number,
): { x: number[]; z: number[]; cone: number[]; arc: number[] } {
  const x = r.map((value, i) => -value * Math.sin(coneRad) + precurve[i]! * Math.cos(coneRad))
  const z = r.map((value, i) => value * Math.cos(coneRad) + precurve[i]! * Math.sin(coneRad))
  const slope = r.slice(1).map((_, i) => Math.atan2(x[i]! - x[i + 1]!, z[i + 1]! - z[i]!))
  const cone = r.map((_, i) => 0.5 * (slope[Math.max(i - 1, 0)]! + slope[Math.min(i, slope.length - 1)]!))
  const arc = [0]
  for (let i = 1; i < r.length; i += 1) {
    const step = Math.hypot(precurve[i]! - precurve[i - 1]!, presweep[i]! - presweep[i - 1]!, r[i]! - r[i - 1]!)
    arc.push(arc[i - 1]! + step)
  }
  return { x, z, cone, arc }
}
