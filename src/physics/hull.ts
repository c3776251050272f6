import type { Pair, Vec3 } from './design/types.ts'

/**
 * What geometry alone says of a floating body, before any sea: computed once per design. Matrices are 6 x 6, row by row, in order
 * surge, sway, heave, roll, pitch, yaw about the platform's reference point at zero offset.
 */
export interface Hull {
  readonly members: readonly Member[]
  readonly strips: Strips
  readonly statics: HullStatics
}

/** One copy of a member with its numbers. */
export interface Member {
  readonly name: string
  /** Index of its design in `platform.members`; -1 for the tower. */
  readonly design: number
  readonly part: 'platform' | 'tower'
  readonly shape: 'circular' | 'rectangular'
  readonly headingDeg: number
  readonly endA: Vec3
  readonly endB: Vec3
  readonly lengthM: number
  /** Unit vectors: along the axis from A to B, and of the two sides. */
  readonly q: Vec3
  readonly p1: Vec3
  readonly p2: Vec3
  readonly stationsM: readonly number[]
  readonly sidesM: readonly Pair[]
  readonly massKg: number
  readonly shellMassKg: number
  readonly fillMassKg: readonly number[]
  readonly fillVolumeM3: readonly number[]
  readonly capMassKg: readonly number[]
  /** Centre of gravity in the platform's frame. */
  readonly centreOfGravity: Vec3
  /** About end A. */
  readonly massMatrix: Float64Array
  /** About end A. */
  readonly buoyancy: { readonly force: Float64Array; readonly stiffness: Float64Array }
  readonly displacedM3: number
  /** Relative to end A. */
  readonly centreOfBuoyancy: Vec3
  /** Centre relative to end A; second moment about the x-axis through it. */
  readonly waterplane: {
    readonly areaM2: number
    readonly secondMomentM4: number
    readonly x: number
    readonly y: number
  }
  /** Its strips are [firstStrip, firstStrip + strips) of the hull's; a member without any has strips 0. */
  readonly firstStrip: number
  readonly strips: number
}

/** All strips of all members at zero offset, column by column. */
export interface Strips {
  readonly count: number
  /** Index of the member in {@link Hull.members}. */
  readonly member: Int32Array
  /** Distance from end A, m. */
  readonly s: Float64Array
  /** Length, m. */
  readonly dl: Float64Array
  /** Side (or diameter) along p1 and p2 in the middle, m. */
  readonly d1: Float64Array
  readonly d2: Float64Array
  /** Half the change of the side over the strip, m. */
  readonly dr1: Float64Array
  readonly dr2: Float64Array
  /** 1 for circular sections. */
  readonly circular: Uint8Array
  /** 1 where diffraction after MacCamy and Fuchs applies. */
  readonly macCamyFuchs: Uint8Array
  /** Node positions, 3 numbers a strip. */
  readonly position: Float64Array
  /** Unit vectors, 3 numbers a strip. */
  readonly q: Float64Array
  readonly p1: Float64Array
  readonly p2: Float64Array
  /** Transverse, end and axial coefficients, interpolated at the node. */
  readonly cd1: Float64Array
  readonly cd2: Float64Array
  readonly cdEnd: Float64Array
  readonly cdAxial: Float64Array
  readonly ca1: Float64Array
  readonly ca2: Float64Array
  readonly caEnd: Float64Array
  /** Signed end area on which the dynamic pressure acts, m2 (0 above water). */
  readonly endArea: Float64Array
  /** Volume of the side in water and of the end, m3 (0 above water): what added mass and inertia are taken of. */
  readonly sideVolume: Float64Array
  readonly endVolume: Float64Array
  /**
   * Areas on which drag acts: along the axis, across p1, across p2, and of the end, m2. Under water or not: at a mean pose other nodes
   * are wet than at zero offset, so whoever takes them looks at the node's depth.
   */
  readonly dragAreaAxial: Float64Array
  readonly dragArea1: Float64Array
  readonly dragArea2: Float64Array
  readonly dragAreaEnd: Float64Array
}

/** Sums over the body at zero offset. */
export interface HullStatics {
  readonly massKg: number
  readonly substructureMassKg: number
  readonly towerMassKg: number
  readonly shellMassKg: number
  /** Ballast by density, in order of first use. */
  readonly ballast: readonly { readonly density: number; readonly massKg: number }[]
  readonly centreOfGravity: Vec3
  readonly substructureCentreOfGravity: Vec3
  readonly towerCentreOfGravity: Vec3 | null
  readonly massMatrix: Float64Array
  readonly substructureMassMatrix: Float64Array
  readonly weightStiffness: Float64Array
  readonly weight: Float64Array
  readonly displacedM3: number
  readonly centreOfBuoyancy: Vec3
  readonly waterplaneAreaM2: number
  /** Height of the metacentre, m. */
  readonly metacentreM: number
  readonly hydrostaticStiffness: Float64Array
  readonly buoyancy: Float64Array
  /** Morison added mass of all strips. */
  readonly addedMass: Float64Array
}
