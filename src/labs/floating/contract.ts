import type { Corrections } from '../../physics/corrections.ts'
import type { Pair, Vec3 } from '../../physics/design/types.ts'
import type { Statistic } from '../../physics/solution.ts'

/** The degrees of freedom in the order of every array of six. */
export const DOFS = ['surge', 'sway', 'heave', 'roll', 'pitch', 'yaw'] as const

/** How the platform is, as its lane and its frame tell. */
export const CONDITIONS = ['afloat', 'failed'] as const

/** The designs that ship. */
export const DESIGN_IDS = ['volturnus', 'oc3', 'oc4', 'cylinder', 'frame'] as const
export type DesignId = (typeof DESIGN_IDS)[number]

/** What the slow state tells ten times a second: little. Everything about the solved design travels as sheets. */
export interface FloatingView {
  /** Rises with every act that changes what is solved. */
  readonly revision: number
  readonly title: string
  /** Null while there is a solution. */
  readonly failure: { readonly kind: string; readonly message: string } | null
  /** The pose at this instant: m and degrees. */
  readonly pose: readonly number[]
  /** Elevation of the sea at the platform, m. */
  readonly elevationM: number
  /** One sentence for people. */
  readonly summary: string
}

/** Names of the sheets. */
export const SHEETS = {
  /** {@link Picture} as text. */
  picture: 'picture',
  /** Packed by `physics/motion.ts`. */
  motion: 'motion',
  /** What is solved, as text, for the solver beside the page (`solver.worker.ts`). */
  input: 'input',
} as const

/** The solved design, for pictures and tables. When the present input has no solution, the last one that had. */
export interface Picture {
  readonly revision: number
  readonly title: string
  /** True: the present input cannot be solved; what is shown is older. */
  readonly stale: boolean
  readonly corrections: Corrections
  readonly sea: readonly SeaTrain[]
  readonly wind: { readonly mps: number; readonly headingDeg: number; readonly turbulence: number | string }
  readonly current: { readonly mps: number; readonly headingDeg: number }
  readonly parked: boolean
  readonly waterDepthM: number
  readonly members: readonly MemberPicture[]
  readonly lines: readonly LinePicture[]
  readonly turbine: TurbinePicture | null
  readonly tanks: readonly TankPicture[]
  readonly dimensions: readonly DimensionView[]
  readonly figures: Figures
}

export interface SeaTrain {
  readonly spectrum: 'JONSWAP' | 'unit' | 'constant' | 'still'
  readonly heightM: number
  readonly periodS: number
  readonly headingDeg: number
}

/** One straight member at zero offset, in the platform's frame. */
export interface MemberPicture {
  /** Unique: name and heading of the copy. */
  readonly id: string
  readonly name: string
  readonly part: 'platform' | 'tower'
  readonly shape: 'circular' | 'rectangular'
  readonly endA: Vec3
  readonly endB: Vec3
  readonly p1: Vec3
  readonly p2: Vec3
  readonly stationsM: readonly number[]
  readonly sidesM: readonly Pair[]
  /** Height of the ballast above the lower station of each interval, m. */
  readonly fillM: readonly number[]
  /** What the names of its dimensions begin with: `column` of `column.diameter`. Empty for the tower. */
  readonly key: string
}

/** One mooring line at the mean pose. */
export interface LinePicture {
  readonly name: string
  readonly broken: boolean
  /** Where its ends are held, with the platform at zero offset. */
  readonly ends: readonly [Vec3, Vec3]
  /** Points from end A to end B, m. Empty when it is broken. */
  readonly points: readonly Vec3[]
  readonly onBedM: number
  /** At the fairlead, N. */
  readonly tension: Statistic | null
  readonly breakingLoadN: number | null
}

export interface TurbinePicture {
  readonly hub: Vec3
  readonly rotorRadiusM: number | null
  readonly rotorRpm: number
  readonly tiltDeg: number
}

/** A space that can be flooded. */
export interface TankPicture {
  readonly number: number
  readonly title: string
  readonly volumeM3: number
  readonly floodedPermille: number
  /** Which space it is: the id of a member, and which interval of its stations. */
  readonly member: string
  readonly interval: number
  readonly water: WaterPicture
}

/** Where the water stands in a tank: between two distances from end A, and up to which share of its height when the member lies. */
export interface WaterPicture {
  readonly fromM: number
  readonly toM: number
  readonly height: number
}

/** One number that a hand may change. */
export interface DimensionView {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly max: number
}

/** Numbers by which designs are compared, in the order of every row of them. Extremes are the mean and three standard deviations. */
export const NUMBERS = [
  { id: 'mass', name: 'mass', unit: 't' },
  { id: 'gm', name: 'metacentric height', unit: 'm' },
  { id: 'heave-period', name: 'heave period', unit: 's' },
  { id: 'pitch-period', name: 'pitch period', unit: 's' },
  { id: 'yaw-period', name: 'yaw period', unit: 's' },
  { id: 'pitch-mean', name: 'mean pitch', unit: 'deg' },
  { id: 'surge-std', name: 'surge std', unit: 'm' },
  { id: 'heave-std', name: 'heave std', unit: 'm' },
  { id: 'pitch-std', name: 'pitch std', unit: 'deg' },
  { id: 'yaw-std', name: 'yaw std', unit: 'deg' },
  { id: 'tension-max', name: 'greatest tension', unit: 'kN' },
  { id: 'nacelle-max', name: 'greatest nacelle acceleration', unit: 'm/s²' },
  { id: 'tower-max', name: 'greatest tower base moment', unit: 'MNm' },
] as const
export type NumberId = (typeof NUMBERS)[number]['id']

/** Designs of a sweep: between two ends of one or two dimensions. */
export interface SweepPlan {
  readonly axes: readonly { readonly dimension: string; readonly from: number; readonly to: number }[]
  /** `grid`: the same number of steps along every axis. `random`: drawn under the seed. */
  readonly order: 'grid' | 'random'
  readonly count: number
  readonly seed: number
}

/** `outerColumn` as it is written: `outer-column`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** What tables show. SI units; angles of statistics in degrees. */
export interface Figures {
  readonly massKg: number
  readonly displacedM3: number
  readonly centreOfGravity: Vec3
  readonly centreOfBuoyancy: Vec3
  readonly waterplaneAreaM2: number
  /** Metacentric height above the centre of gravity, m. */
  readonly metacentricHeightM: number
  readonly periodsS: readonly number[]
  /** Mode shapes: [degree of freedom * 6 + mode]. */
  readonly modes: readonly number[]
  readonly meanPose: readonly number[]
  readonly dof: readonly Statistic[]
  readonly nacelle: readonly Statistic[] | null
  readonly towerBaseMoment: Statistic | null
  /** The highest crest above the mean that is most probable in three hours, by the name of the quantity (Rayleigh). */
  readonly threeHours: Readonly<Record<string, number>>
  readonly iterations: number
  readonly converged: boolean
  /** Width of a bin of frequencies, rad/s. */
  readonly dw: number
  readonly hydrostaticStiffness: readonly number[]
  readonly mooringStiffness: readonly number[]
}

/** A text as a buffer that can be given away. */
export function packText(text: string): ArrayBuffer {
  const codes = new Uint16Array(text.length)
  for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at)
  return codes.buffer
}

/** The text of {@link packText}. */
export function unpackText(buffer: ArrayBuffer): string {
  const codes = new Uint16Array(buffer)
  let text = ''
  const chunk = 8_192
  for (let at = 0; at < codes.length; at += chunk) text += String.fromCharCode(...codes.subarray(at, at + chunk))
  return text
}
