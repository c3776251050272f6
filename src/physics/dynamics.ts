import type { SolverSettings } from './design/types.ts'
import {
  addDragForce,
  addRelativeVariance,
  dragDamping,
  linearizeDrag,
  type WaveLoads,
  type WetStrips,
} from './hydro.ts'
import { complex6, factor, solve } from './linear/complex6.ts'
import type { Complex, Grid, Precision } from './solution.ts'

/**
 * Response amplitudes: Xi = Z^-1 F at every frequency, with drag linearized about the response itself, again and again until it no
 * longer changes (specification 2.10; RAFT raft_model.py:solveDynamics).
 */

const DOF = 6
/** One frequency of a vector: six complex numbers. */
const STRIDE = 2 * DOF
/** Part of the old amplitudes that is kept from pass to pass. */
const KEEP = 0.2

/** Everything that does not change from pass to pass. Matrices per frequency start at frequency * 36. */
export interface LinearSystem {
  readonly grid: Grid
  /** Structure and water. */
  readonly mass: Float64Array
  readonly stiffness: Float64Array
  /** Gyroscopic; the same at every frequency. */
  readonly damping: Float64Array
  /** Of the rotor with its control, per frequency. */
  readonly rotorMass: Float64Array | null
  readonly rotorDamping: Float64Array | null
  /** Of turbulent wind: dof * nw + frequency. */
  readonly windForce: Complex | null
}

/** The strips and what each train of waves does to them. */
export interface Sea {
  readonly wet: WetStrips
  readonly loads: readonly WaveLoads[]
  readonly waterDensity: number
}

/** When the passes end. */
export interface Convergence {
  readonly tolerance: number
  readonly passesMax: number
}

/** RAFT's own limits, or tighter ones. */
export function convergence(precision: Precision, settings: SolverSettings): Convergence {
  if (precision === 'raft') return { tolerance: 0.01, passesMax: settings.maxIterations + 1 }
  return precision === 'converged' ? { tolerance: 1e-5, passesMax: 200 } : { tolerance: 1e-9, passesMax: 1000 }
}

/** What one pass found, for those who want to look inside. */
export interface Pass {
  readonly relativeChange: number
  readonly damping: Float64Array
  /** dof * nw + frequency. */
  readonly Xi: Complex
}

/** The response to every train of waves and to wind. */
export interface Response {
  /** train * 6 * nw + dof * nw + frequency. */
  readonly Xi: Complex
  /** dof * nw + frequency; null where wind excites nothing. */
  readonly windXi: Complex | null
  readonly dragDamping: Float64Array
  /** Force of drag of the waves, laid out as Xi. */
  readonly dragForce: Complex
  /** Per row of the wet strips: root of the mean square of the relative velocity, m/s, and the coefficient B' that it gives, Ns/m. */
  readonly relativeSpeed: Float64Array
  readonly dragCoefficient: Float64Array
  readonly iterations: number
  readonly converged: boolean
  readonly relativeChange: readonly number[]
  readonly passes: readonly Pass[]
}

/** What the passes work on: one place for each thing, so that no pass allocates. */
interface Workspace {
  readonly variance: Float64Array
  readonly coefficient: Float64Array
  readonly damping: Float64Array
  /** Per source: frequency * 12 + dof * 2. */
  readonly force: Float64Array[]
  readonly last: Float64Array[]
  readonly next: Float64Array[]
  readonly bodyVelocity: Float64Array
}

/**
 * Solves the system. With `allSources` drag is linearized about the response to all trains and wind; without, about the first train
 * alone, as in RAFT. `keepPasses` keeps every pass.
 */
export function solveDynamics(
  system: LinearSystem,
  sea: Sea,
  settings: SolverSettings,
  { tolerance, passesMax }: Convergence,
  allSources: boolean,
  keepPasses = false,
): Response {
  const { grid } = system
  const trains = sea.loads.length
  const loads = system.windForce === null ? sea.loads : [...sea.loads, windLoads(system.windForce, sea.wet)]
  const sources = loads.length
  const driving = allSources ? sources : Math.min(1, trains)
  const space = workspace(sea.wet, grid.count, sources, settings.startAmplitude)
  const relativeChange: number[] = []
  const passes: Pass[] = []
  let converged = false
  while (!converged && relativeChange.length < passesMax) {
    linearize(sea, loads, grid, driving, space)
    setForces(sea.wet, loads, grid.count, driving, space)
    respond(system, space, 0, driving)
    const change = greatestChange(space, driving, tolerance)
    relativeChange.push(change)
    if (keepPasses) passes.push(keepPass(space, change, grid.count))
    converged = change < tolerance
    if (!converged) relax(space, driving)
  }
  if (driving < sources) {
    setForces(sea.wet, loads, grid.count, sources, space)
    respond(system, space, driving, sources)
  }
  return {
    Xi: byDof(space.next.slice(0, trains), grid.count),
    windXi: system.windForce === null ? null : byDof([space.next[trains]!], grid.count),
    dragDamping: space.damping.slice(),
    dragForce: dragForces(sea, space, grid.count),
    relativeSpeed: space.variance.map(Math.sqrt),
    dragCoefficient: space.coefficient.slice(),
    iterations: relativeChange.length,
    converged,
    relativeChange,
    passes,
  }
}

function workspace(wet: WetStrips, nw: number, sources: number, startAmplitude: number): Workspace {
  const rows = wet.count * 3
  const perSource = () => Array.from({ length: sources }, () => new Float64Array(nw * STRIDE))
  const last = perSource()
  // RAFT's start: the same real amplitude for every degree of freedom at every frequency, in the first train.
  if (sources > 0) for (let i = 0; i < nw * DOF; i++) last[0]![i * 2] = startAmplitude
  return {
    variance: new Float64Array(rows),
    coefficient: new Float64Array(rows),
    damping: new Float64Array(DOF * DOF),
    force: perSource(),
    last,
    next: perSource(),
    bodyVelocity: new Float64Array(nw * STRIDE),
  }
}

/** Wind excites the body and leaves the water still. */
function windLoads(force: Complex, wet: WetStrips): WaveLoads {
  const zeros = new Float64Array((force.re.length / DOF) * wet.count * 3)
  return { force, velocity: { re: zeros, im: zeros } }
}

/** Drag coefficients and damping about the last amplitudes. */
function linearize(sea: Sea, loads: readonly WaveLoads[], grid: Grid, driving: number, space: Workspace): void {
  space.variance.fill(0)
  for (let source = 0; source < driving; source++) {
    setBodyVelocity(grid, space.last[source]!, space.bodyVelocity)
    addRelativeVariance(sea.wet, loads[source]!.velocity, space.bodyVelocity, grid.count, space.variance)
  }
  linearizeDrag(sea.wet, space.variance, sea.waterDensity, space.coefficient)
  dragDamping(sea.wet, space.coefficient, space.damping)
}

/** V = i w Xi. */
function setBodyVelocity({ count, w }: Grid, xi: Float64Array, velocity: Float64Array): void {
  for (let i = 0; i < count; i++) {
    for (let j = i * STRIDE; j < (i + 1) * STRIDE; j += 2) {
      velocity[j] = -w[i]! * xi[j + 1]!
      velocity[j + 1] = w[i]! * xi[j]!
    }
  }
}

/** Forces of the first `sources` sources with the present drag. */
function setForces(wet: WetStrips, loads: readonly WaveLoads[], nw: number, sources: number, space: Workspace): void {
  for (let source = 0; source < sources; source++) {
    const { force, velocity } = loads[source]!
    interleave(force, nw, space.force[source]!)
    addDragForce(wet, velocity, space.coefficient, nw, space.force[source]!)
  }
}

/** From dof * nw + frequency to frequency * 12 + dof * 2. */
function interleave({ re, im }: Complex, nw: number, out: Float64Array): void {
  for (let j = 0; j < DOF; j++) {
    for (let i = 0; i < nw; i++) {
      out[i * STRIDE + j * 2] = re[j * nw + i]!
      out[i * STRIDE + j * 2 + 1] = im[j * nw + i]!
    }
  }
}

const Z = complex6()
const xRe = new Float64Array(DOF)
const xIm = new Float64Array(DOF)

/** Writes the impedance at frequency number `i` into `re` and `im`. */
export function setImpedance(
  system: LinearSystem,
  dragDampingMatrix: Float64Array,
  i: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const { mass, stiffness, damping, rotorMass, rotorDamping } = system
  const w = system.grid.w[i]!
  const at = i * DOF * DOF
  for (let k = 0; k < DOF * DOF; k++) {
    const m = rotorMass === null ? mass[k]! : mass[k]! + rotorMass[at + k]!
    const b = damping[k]! + dragDampingMatrix[k]! + (rotorDamping === null ? 0 : rotorDamping[at + k]!)
    re[k] = stiffness[k]! - w * w * m
    im[k] = w * b
  }
}

/** Xi = Z^-1 F for the sources [from, to). */
function respond(system: LinearSystem, { force, next, damping }: Workspace, from: number, to: number): void {
  if (from === to) return
  const nw = system.grid.count
  for (let i = 0; i < nw; i++) {
    setImpedance(system, damping, i, Z.re, Z.im)
    factor(Z)
    for (let source = from; source < to; source++) {
      const right = force[source]!
      const found = next[source]!
      for (let j = 0; j < DOF; j++) {
        xRe[j] = right[i * STRIDE + j * 2]!
        xIm[j] = right[i * STRIDE + j * 2 + 1]!
      }
      solve(Z, xRe, xIm)
      for (let j = 0; j < DOF; j++) {
        found[i * STRIDE + j * 2] = xRe[j]!
        found[i * STRIDE + j * 2 + 1] = xIm[j]!
      }
    }
  }
}

/** Greatest |next - last| / (|next| + tolerance). */
function greatestChange({ last, next }: Workspace, driving: number, tolerance: number): number {
  let worst = 0
  for (let source = 0; source < driving; source++) {
    const a = last[source]!
    const b = next[source]!
    for (let j = 0; j < b.length; j += 2) {
      const difference = Math.sqrt((b[j]! - a[j]!) ** 2 + (b[j + 1]! - a[j + 1]!) ** 2)
      const change = difference / (Math.sqrt(b[j]! * b[j]! + b[j + 1]! * b[j + 1]!) + tolerance)
      // What is not a number is no convergence.
      if (!(change <= worst)) worst = change
    }
  }
  return worst
}

function relax({ last, next }: Workspace, driving: number): void {
  for (let source = 0; source < driving; source++) {
    const a = last[source]!
    const b = next[source]!
    for (let j = 0; j < a.length; j++) a[j] = KEEP * a[j]! + (1 - KEEP) * b[j]!
  }
}

/** From frequency * 12 + dof * 2, source by source, to source * 6 * nw + dof * nw + frequency. */
function byDof(sources: readonly Float64Array[], nw: number): Complex {
  const re = new Float64Array(sources.length * DOF * nw)
  const im = new Float64Array(sources.length * DOF * nw)
  for (const [s, values] of sources.entries()) {
    for (let j = 0; j < DOF; j++) {
      for (let i = 0; i < nw; i++) {
        re[(s * DOF + j) * nw + i] = values[i * STRIDE + j * 2]!
        im[(s * DOF + j) * nw + i] = values[i * STRIDE + j * 2 + 1]!
      }
    }
  }
  return { re, im }
}

function dragForces({ wet, loads }: Sea, { coefficient }: Workspace, nw: number): Complex {
  const forces = loads.map(({ velocity }) => {
    const force = new Float64Array(nw * STRIDE)
    addDragForce(wet, velocity, coefficient, nw, force)
    return force
  })
  return byDof(forces, nw)
}

function keepPass({ damping, next }: Workspace, relativeChange: number, nw: number): Pass {
  return { relativeChange, damping: damping.slice(), Xi: byDof(next.slice(0, 1), nw) }
}
