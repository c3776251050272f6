/**
 * A floating wind turbine as data. Frame: x downwind, z up, still water at z = 0, the platform's reference point at the origin.
 * Lengths in metres, masses in kilograms, forces in newtons, angles as their names say. Source: RAFT's design files (raft_model,
 * raft_fowt, raft_member of WISDEM/RAFT) in our own, typed form.
 */

/** A point or direction [x, y, z]. */
export type Vec3 = readonly [number, number, number]

/** One value for each of a cross-section's two directions, along p1 and along p2. */
export type Pair = readonly [number, number]

/** Everything about one floating turbine. */
export interface Design {
  readonly name: string
  readonly settings: SolverSettings
  readonly site: Site
  readonly platform: Platform
  /** Null: a platform without a turbine. */
  readonly turbine: Turbine | null
  /** Null: nothing holds it. */
  readonly mooring: MooringDesign | null
  readonly cases: readonly LoadCase[]
}

/** RAFT's `settings`. */
export interface SolverSettings {
  /** Lowest frequency, and the width of a bin. */
  readonly minFrequencyHz: number
  readonly maxFrequencyHz: number
  /** Amplitude of every degree of freedom at every frequency before the first pass, m or rad. */
  readonly startAmplitude: number
  /** Passes of the drag linearization after the first, at most. */
  readonly maxIterations: number
}

/** Where it floats. */
export interface Site {
  readonly waterDepthM: number
  /** kg/m3 */
  readonly waterDensity: number
  /** kg/m3 */
  readonly airDensity: number
  /** Dynamic viscosity of air, Pa s. */
  readonly airViscosity: number
  /** m/s2 */
  readonly gravity: number
  /** Exponent of the wind's power law. */
  readonly windShear: number
  /** Exponent of the current's power law. */
  readonly currentShear: number
}

/** What floats. */
export interface Platform {
  /** Longest strip of a member that does not say its own, m. */
  readonly maxStripM: number
  /** Added to the yaw stiffness of the mooring, Nm/rad. */
  readonly yawStiffness: number
  readonly members: readonly MemberDesign[]
  readonly lumps: readonly PointInertia[]
  readonly loads: readonly MeanLoad[]
}

/** A mass without geometry. */
export interface PointInertia {
  readonly massKg: number
  /** Ixx, Iyy, Izz, Ixy, Ixz, Iyz about its own centre, kg m2. */
  readonly inertia: readonly [number, number, number, number, number, number]
  readonly location: Vec3
  /** Of a liquid: density times the second moment of its free surface about x and y, kg m2. It takes g times that off C44 and C55. */
  readonly freeSurface?: Pair
}

/** A constant load: forces [N] and moments [Nm], applied at a point. */
export interface MeanLoad {
  readonly load: readonly [number, number, number, number, number, number]
  readonly location: Vec3
}

/** A coefficient in both directions of the cross-section, per station. */
export interface PerStation {
  readonly values: readonly Pair[]
  /**
   * The file gave a one-dimensional list with one entry a station. RAFT HEAD reads the first two entries of such a list as (p1, p2)
   * and repeats them (section 6, defect 7 of the specification); the corrected reading is one value a station for both directions.
   */
  readonly listed: boolean
}

/** A column, pontoon, brace or tower: a straight member of circular or rectangular section. */
export interface MemberDesign {
  readonly name: string
  readonly shape: 'circular' | 'rectangular'
  readonly endA: Vec3
  readonly endB: Vec3
  /** Rotation of the section about the member's own axis; 0 for circles. */
  readonly twistDeg: number
  /** One copy of the member for each heading about z; null: a single one that is not rotated. */
  readonly headingsDeg: readonly number[] | null
  /** Distances of the stations from end A along the axis, 0 .. length, m. */
  readonly stationsM: readonly number[]
  /** The first and the last station as the file gave them: its scale for stations, fills and caps. For writing back. */
  readonly stationScale: { readonly start: number; readonly end: number }
  /** Diameter twice, or side along p1 and side along p2, per station, m. */
  readonly sidesM: readonly Pair[]
  /** Wall thickness per station, m. */
  readonly wallM: readonly number[]
  /** kg/m3 */
  readonly shellDensity: number
  /** Height of the ballast above the lower station of each interval, m (stations - 1 entries). */
  readonly fillM: readonly number[]
  /** kg/m3 (stations - 1 entries). */
  readonly fillDensity: readonly number[]
  readonly caps: readonly Cap[]
  readonly transverseDrag: PerStation
  readonly transverseAddedMass: PerStation
  /** Per station. */
  readonly endDrag: readonly number[]
  /** Per station. */
  readonly endAddedMass: readonly number[]
  /** Along the axis, on the side, per station. */
  readonly axialDrag: readonly number[]
  /** Along the axis, on the side, per station. */
  readonly axialAddedMass: readonly number[]
  readonly maxStripM: number
  /** Diffraction after MacCamy and Fuchs instead of a constant inertia coefficient. */
  readonly macCamyFuchs: boolean
}

/** An end cap, bulkhead or ring inside a member. */
export interface Cap {
  /** Distance from end A, m. */
  readonly atM: number
  readonly thicknessM: number
  /** Diameter (twice) or sides of the hole, m; 0 closes it. */
  readonly holeM: Pair
}

/** Rotor, nacelle and tower. */
export interface Turbine {
  /** Mass of rotor and nacelle, kg. */
  readonly massKg: number
  /** About the shaft, kg m2. */
  readonly inertiaAxial: number
  /** About the two axes across the shaft, kg m2. */
  readonly inertiaRadial: number
  /** Centre of gravity of rotor and nacelle along the shaft from the rotor's reference point, m. */
  readonly centreOfGravityM: number
  readonly hubHeightM: number
  /** Negative for a rotor upwind of the tower, m. */
  readonly overhangM: number
  /** Null: no aerodynamics can be computed. */
  readonly rotor: Rotor | null
  readonly shaftTiltDeg: number
  readonly shaftToeDeg: number
  readonly tower: MemberDesign | null
}

/** The aerodynamic rotor with its control. */
export interface Rotor {
  readonly blades: number
  readonly hubRadiusM: number
  readonly tipRadiusM: number
  readonly preconeDeg: number
  readonly airDensity: number
  readonly airViscosity: number
  readonly windShear: number
  readonly sectors: number
  readonly elements: number
  /** Of the blade, inner to outer: radius, chord, twist, prebend, sweep. */
  readonly geometry: readonly BladeStation[]
  readonly tipPrecurveM: number
  readonly tipPresweepM: number
  /** Which polar stands where: fraction of the span, name. */
  readonly airfoilPositions: readonly { readonly fraction: number; readonly name: string }[]
  readonly airfoils: readonly Airfoil[]
  readonly operation: readonly OperatingPoint[]
  readonly control: Control
  /** 0: no aerodynamics, 1: fixed operating point, 2: with the controller. */
  readonly aeroServoMode: 0 | 1 | 2
  readonly speedGain: number
}

/** One station of a blade. */
export interface BladeStation {
  readonly radiusM: number
  readonly chordM: number
  readonly twistDeg: number
  readonly precurveM: number
  readonly presweepM: number
}

/** Coefficients of one section against the angle of attack. */
export interface Airfoil {
  readonly name: string
  readonly relativeThickness: number
  readonly angleDeg: readonly number[]
  readonly lift: readonly number[]
  readonly drag: readonly number[]
  readonly moment: readonly number[]
}

/** Steady operation at a wind speed. */
export interface OperatingPoint {
  readonly windMps: number
  readonly pitchDeg: number
  readonly rotorRpm: number
}

/** Gains of the linearized controller. */
export interface Control {
  /** About the shaft on the low-speed side, kg m2. */
  readonly drivetrainInertia: number
  readonly gearRatio: number
  /** Blade pitch at which each gain holds, rad. */
  readonly pitchAnglesRad: readonly number[]
  readonly pitchKp: readonly number[]
  readonly pitchKi: readonly number[]
  /** Platform feedback on blade pitch (Fl_Kp). */
  readonly floatKp: number
  readonly torqueKp: number
  readonly torqueKi: number
}

/** Lines, what they hang on, and what they are made of. */
export interface MooringDesign {
  readonly waterDepthM: number
  readonly points: readonly MooringPoint[]
  readonly lines: readonly MooringLineDesign[]
  readonly types: readonly LineType[]
}

/** An end of a line: on the bed, on the platform, or free in the water. */
export interface MooringPoint {
  readonly name: string
  readonly kind: 'fixed' | 'vessel' | 'free'
  readonly location: Vec3
  readonly massKg: number
  readonly volumeM3: number
}

/** One line. End A is given first in the file, usually the anchor. */
export interface MooringLineDesign {
  readonly name: string
  readonly endA: string
  readonly endB: string
  readonly type: string
  /** Unstretched, m. */
  readonly lengthM: number
}

/** What a line is made of. */
export interface LineType {
  readonly name: string
  /** Volume-equivalent diameter, m. */
  readonly diameterM: number
  /** In air, kg/m. */
  readonly massPerM: number
  /** Axial stiffness EA, N. */
  readonly stiffnessN: number
  readonly breakingLoadN: number | null
  /** Keys that the quasi-static model has no use for, kept for writing the file back. */
  readonly rest: Readonly<Record<string, number | string>>
}

/** One row of `cases`. */
export interface LoadCase {
  readonly windMps: number
  readonly windHeadingDeg: number
  /** Turbulence intensity 0..1, or an IEC class such as `IB_NTM`. */
  readonly turbulence: number | string
  readonly turbineStatus: 'operating' | 'parked'
  readonly turbineHeadingDeg: number
  readonly yawMisalignDeg: number
  /** One entry for each wave train. */
  readonly waves: readonly WaveTrain[]
  readonly currentMps: number
  readonly currentHeadingDeg: number
  /** Overrides the rotor's mode when given. */
  readonly aeroServoMode: 0 | 1 | 2 | null
}

/** One train of waves. */
export interface WaveTrain {
  /** `unit` is S = 1 m2 s/rad everywhere, `constant` S = the given height. */
  readonly spectrum: 'JONSWAP' | 'unit' | 'constant' | 'still'
  /** Peak period Tp, s. */
  readonly periodS: number
  /** Significant height Hs, m. */
  readonly heightM: number
  /** Towards which it runs. */
  readonly headingDeg: number
  /** Peak enhancement; 0 takes IEC's rule. */
  readonly gamma: number
}
