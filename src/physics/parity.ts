import { present } from '../base/assert.ts'
import { AS_RAFT } from './corrections.ts'
import { readCaseFile } from './design/read.ts'
import type { Design } from './design/types.ts'
import type { RotorStatistics } from './outputs.ts'
import type { SectionSplines } from './rotor/polars.ts'
import type { CaseSolution, Statistic } from './solution.ts'
import { modesAt, type Prepared, prepare, solveCase, solveUnloaded } from './solve.ts'

/**
 * How far this solver is from RAFT: its numbers for a design, with every iteration of RAFT driven to the end, beside ours. A difference is
 * relative to the largest entry of the array.
 */

/** Average and standard deviation. */
type Pair = readonly [number, number]

/** RAFT's numbers for one load case. */
export interface ReferenceCase {
  /** RAFT's keys. */
  readonly load: Readonly<Record<string, unknown>>
  readonly passes: number
  readonly pose: readonly number[]
  readonly mooringStiffness: readonly number[]
  readonly dragDamping: readonly number[]
  readonly currentForce: readonly number[]
  /** Null: no waves. Per train and degree of freedom: real and imaginary parts, in units; null for zeros. */
  readonly response: {
    readonly unit: number
    readonly trains: readonly (readonly (readonly (readonly number[] | null)[] | null)[])[]
  } | null
  readonly motion: readonly Pair[]
  /** RAFT as it is shipped, with its own tolerances: passes of the drag, poses of the rest, motion. */
  readonly asShipped?: { readonly passes: number; readonly poses: number; readonly motion: readonly Pair[] }
  readonly tension?: readonly Pair[]
  readonly nacelle?: readonly Pair[]
  readonly towerBase?: Pair
  readonly rotor?: {
    readonly force: readonly number[]
    readonly gyroscopic: readonly number[]
    readonly thrust: number
    readonly torque: number
    readonly power: number
  }
  readonly control?: Readonly<Record<keyof RotorStatistics, Pair>>
}

/** RAFT's numbers for one design. */
export interface ReferenceDesign {
  readonly frequencies: number
  readonly hull: {
    readonly mass: number
    readonly centreOfGravity: readonly number[]
    readonly massMatrix: readonly number[]
    readonly weightStiffness: readonly number[]
    readonly displaced: number
    readonly centreOfBuoyancy: readonly number[]
    readonly waterplane: number
    readonly metacentre: number
    readonly hydrostaticStiffness: readonly number[]
    readonly addedMass: readonly number[]
    readonly weight: readonly number[]
    readonly buoyancy: readonly number[]
  }
  readonly mooring: { readonly force: readonly number[]; readonly stiffness: readonly number[] }
  readonly unloaded: {
    readonly pose: readonly number[]
    readonly stiffness: readonly number[]
    readonly frequencyHz: readonly number[]
  }
  readonly cases: Readonly<Record<string, ReferenceCase>>
}

/** One quantity: its greatest difference, where that is, and what it may be. */
export interface ParityRow {
  readonly quantity: string
  readonly difference: number
  readonly gate: number
  /** Name of the case; empty for what no case changes. */
  readonly at: string
}

const GATE = { statics: 1e-10, mooring: 1e-9, modes: 1e-9, pose: 1e-8, response: 1e-8, rotor: 1e-9 } as const
/**
 * Rotor speed and pitch follow the rotor-averaged wind, which RAFT computes as differences of modified Struve and Bessel functions in which
 * all digits cancel at higher frequencies: RAFT's own noise.
 */
const GATE_OF_WIND = 1e-5

/** The design as RAFT has it, every iteration to the end. */
export const prepareParity = (design: Design, splines?: readonly SectionSplines[]): Prepared =>
  prepare(design, AS_RAFT, { precision: 'tight', judge: false, ...(splines === undefined ? {} : { splines }) })

/** All rows of a design: its own, and the worst of all cases. */
export function parity(design: Design, reference: ReferenceDesign, splines?: readonly SectionSplines[]): ParityRow[] {
  const prepared = prepareParity(design, splines)
  const rows = Object.entries(reference.cases).flatMap(([name, one]) => compareCase(prepared, name, one))
  return worstRows([...compareBody(prepared, reference), ...rows])
}

/** Of all rows of a quantity the one with the greatest difference. */
function worstRows(rows: readonly ParityRow[]): ParityRow[] {
  const worst = new Map<string, ParityRow>()
  for (const row of rows) {
    const before = worst.get(row.quantity)
    // A difference that is not a number is the worst of all.
    if (before === undefined || !(row.difference <= before.difference)) worst.set(row.quantity, row)
  }
  return [...worst.values()]
}

/** What no load case changes. */
function compareBody(prepared: Prepared, { hull, mooring, unloaded }: ReferenceDesign): ParityRow[] {
  const { statics } = prepared.hull
  const row = rowsAt('')
  const held = prepared.mooring?.at(new Float64Array(6))
  const solved = solveUnloaded(prepared)
  const rows = [
    row('mass', [statics.massKg], [hull.mass], GATE.statics),
    row('centre of gravity', statics.centreOfGravity, hull.centreOfGravity, GATE.statics),
    row('mass matrix', statics.massMatrix, hull.massMatrix, GATE.statics),
    row('weight stiffness', statics.weightStiffness, hull.weightStiffness, GATE.statics),
    row('displacement', [statics.displacedM3], [hull.displaced], GATE.statics),
    row('centre of buoyancy', statics.centreOfBuoyancy, hull.centreOfBuoyancy, GATE.statics),
    row('waterplane', [statics.waterplaneAreaM2], [hull.waterplane], GATE.statics),
    row('metacentre', [statics.metacentreM], [hull.metacentre], GATE.statics),
    row('hydrostatic stiffness', statics.hydrostaticStiffness, hull.hydrostaticStiffness, GATE.statics),
    row('added mass', statics.addedMass, hull.addedMass, GATE.statics),
    row('weight', statics.weight, hull.weight, GATE.statics),
    row('buoyancy', statics.buoyancy, hull.buoyancy, GATE.statics),
    row('mooring force', held?.force ?? [], mooring.force, GATE.mooring),
    row('mooring stiffness', held?.stiffness ?? [], mooring.stiffness, GATE.mooring),
  ]
  if (!solved.ok) return [...rows, { quantity: 'unloaded pose', difference: Number.NaN, gate: GATE.pose, at: '' }]
  const { rest } = solved.value
  const modes = modesAt(prepared, Float64Array.from(unloaded.stiffness))
  return [
    ...rows,
    row('unloaded pose', rest.pose, unloaded.pose, GATE.pose),
    row('unloaded mooring stiffness', rest.mooringStiffness, unloaded.stiffness, GATE.pose),
    row('natural frequencies', solved.value.modes.frequencyHz, unloaded.frequencyHz, GATE.modes),
    row('of the reference stiffness', modes.ok ? modes.value.frequencyHz : [], unloaded.frequencyHz, GATE.modes),
  ]
}

/** One load case. */
export function compareCase(prepared: Prepared, name: string, reference: ReferenceCase): ParityRow[] {
  const read = readCaseFile({ [name]: reference.load })
  const solved = read.ok ? solveCase(prepared, present(read.value[0], 'case').input) : read
  if (!solved.ok) return [{ quantity: 'response', difference: Number.NaN, gate: GATE.response, at: name }]
  const solution = solved.value
  const row = rowsAt(name)
  const [pose, stiffness] = [solution.rest.pose, solution.rest.mooringStiffness]
  return [
    row('current force', solution.currentForce, reference.currentForce, GATE.response),
    row('mean pose', pose, reference.pose, GATE.pose),
    row('mean mooring stiffness', stiffness, reference.mooringStiffness, GATE.pose),
    row('drag damping', solution.dragDamping, reference.dragDamping, GATE.response),
    responseRow(solution, reference, name),
    ...statisticRows(row, 'motion', solution.statistics.dof, reference.motion),
    ...statisticRows(row, 'tension', solution.statistics.tension, reference.tension),
    ...statisticRows(row, 'nacelle acceleration', solution.statistics.nacelleAcceleration, reference.nacelle),
    ...towerRows(row, solution, reference),
    ...rotorRows(row, solution, reference),
  ]
}

type Row = (quantity: string, found: ArrayLike<number>, expected: ArrayLike<number>, gate: number) => ParityRow

const rowsAt =
  (at: string): Row =>
  (quantity, found, expected, gate) => ({ quantity, difference: difference(found, expected), gate, at })

/** Greatest difference relative to the largest entry expected; absolute where all of them are 0; NaN for arrays of other lengths. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.NaN
  let [largest, worst] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!))
    const apart = Math.abs(found[i]! - expected[i]!)
    if (!(apart <= worst)) worst = apart
  }
  return largest === 0 ? worst : worst / largest
}

function responseRow({ Xi }: CaseSolution, { response }: ReferenceCase, at: string): ParityRow {
  const quantity = 'response'
  const nw = Xi.re.length / 6 / Math.max(1, response?.trains.length ?? 1)
  if (response === null)
    return { quantity, difference: difference(Xi.re, new Float64Array(Xi.re.length)), gate: GATE.response, at }
  let [largest, worst] = [0, 0]
  response.trains.flat().forEach((parts, j) => {
    for (let i = 0; i < nw; i++) {
      const [re, im] = [0, 1].map((part) => (parts?.[part]?.[i] ?? 0) * response.unit)
      largest = Math.max(largest, Math.hypot(re!, im!))
      const apart = Math.hypot(Xi.re[j * nw + i]! - re!, Xi.im[j * nw + i]! - im!)
      if (!(apart <= worst)) worst = apart
    }
  })
  return { quantity, difference: worst / largest, gate: GATE.response, at }
}

function statisticRows(
  row: Row,
  name: string,
  found: readonly Statistic[] | null,
  expected: readonly Pair[] | undefined,
): ParityRow[] {
  if (expected === undefined || expected.length === 0) return []
  const [averages, deviations] = [expected.map(([avg]) => avg), expected.map(([, std]) => std)]
  return [
    row(
      `${name}, average`,
      (found ?? []).map(({ avg }) => avg),
      averages,
      GATE.response,
    ),
    row(
      `${name}, deviation`,
      (found ?? []).map(({ std }) => std),
      deviations,
      GATE.response,
    ),
  ]
}

/** Average and deviation in one array, and not finer than a newton metre: without wind and waves the moment is rounding alone. */
function towerRows(row: Row, { statistics }: CaseSolution, { towerBase }: ReferenceCase): ParityRow[] {
  if (towerBase === undefined) return []
  const found = statistics.towerBaseMoment
  const moment = found === null ? [] : [1, found.avg, found.std]
  return [row('tower base moment', moment, [1, ...towerBase], GATE.response)]
}

function rotorRows(row: Row, { rotor, statistics }: CaseSolution, reference: ReferenceCase): ParityRow[] {
  if (reference.rotor === undefined) return []
  const { force, gyroscopic, thrust, torque, power } = reference.rotor
  const loads = rotor === null ? [] : [rotor.loads.thrust.value, rotor.loads.torque.value, rotor.loads.powerW]
  const rows = [
    row('rotor force', rotor?.force6 ?? [], force, GATE.rotor),
    row('gyroscopic damping', rotor?.gyroscopic ?? [], gyroscopic, GATE.rotor),
    ...[thrust, torque, power].map((value, i) =>
      row(['thrust', 'torque', 'power'][i]!, loads.slice(i, i + 1), [value], GATE.rotor),
    ),
  ]
  for (const [key, [avg, std]] of Object.entries(reference.control ?? {})) {
    const found = statistics.rotor?.[key as keyof RotorStatistics]
    rows.push(row(`controlled ${key}, average`, [found?.avg ?? Number.NaN], [avg], GATE.rotor))
    rows.push(row(`controlled ${key}, deviation`, [found?.std ?? Number.NaN], [std], GATE_OF_WIND))
  }
  return rows
}
