import { diffraction } from './bessel.ts'
import type { Corrections } from './corrections.ts'
import type { Site } from './design/types.ts'
import { stripInertia } from './hull/strips.ts'
import type { Strips } from './hull.ts'
import { type Mat3, radians, rotation } from './linear/vec3.ts'
import type { Complex, Grid } from './solution.ts'
import { depthProfile, fillDepthProfile } from './waves.ts'

/**
 * Morison's equation on the strips: what waves and current do to the body, and drag linearized about its motion (specification 2.6;
 * RAFT raft_fowt.py:calcHydroExcitation, calcHydroLinearization, calcDragExcitation, calcCurrentLoads).
 *
 * A force along the unit vector n at the node r (from the displaced reference point) acts on the body as its lever l = [n, r x n], and the
 * body moves the node along n by l . X: so a strip is three rows (axial, p1, p2), each a lever of six numbers.
 */

const DOF = 6
const DIRECTIONS = 3
/** RAFT HEAD passes no density to its wave kinematics. */
const RAFT_WAVE_DENSITY = 1025

/** The strips in water at a mean pose. */
export interface WetStrips {
  readonly count: number
  /** Index in {@link Strips}. */
  readonly strip: Int32Array
  /** Nodes in the global frame, 3 numbers a strip. */
  readonly position: Float64Array
  /** Nodes from the displaced reference point, 3 numbers a strip. */
  readonly arm: Float64Array
  /** Rows axial, p1, p2 of each strip, six numbers a row. */
  readonly lever: Float64Array
  /** Per row: coefficient times area, m2. */
  readonly dragArea: Float64Array
  /** 1: both transverse rows feel the whole transverse velocity. */
  readonly circular: Uint8Array
}

/** The strips whose nodes are under water when the body stands at `pose`. */
export function wetStrips(strips: Strips, pose: Float64Array): WetStrips {
  const turn = rotation(pose[3]!, pose[4]!, pose[5]!)
  const wet: number[] = []
  for (let s = 0; s < strips.count; s++) {
    if (pose[2]! + along(turn, 2, strips.position, s * 3) < 0) wet.push(s)
  }
  const count = wet.length
  const out = {
    count,
    strip: Int32Array.from(wet),
    position: new Float64Array(count * 3),
    arm: new Float64Array(count * 3),
    lever: new Float64Array(count * DIRECTIONS * DOF),
    dragArea: new Float64Array(count * DIRECTIONS),
    circular: new Uint8Array(count),
  }
  const axes = [strips.q, strips.p1, strips.p2]
  for (let n = 0; n < count; n++) {
    const s = wet[n]!
    for (let i = 0; i < 3; i++) {
      out.arm[n * 3 + i] = along(turn, i, strips.position, s * 3)
      out.position[n * 3 + i] = pose[i]! + out.arm[n * 3 + i]!
    }
    for (let d = 0; d < DIRECTIONS; d++) {
      const at = (n * DIRECTIONS + d) * DOF
      for (let i = 0; i < 3; i++) out.lever[at + i] = along(turn, i, axes[d]!, s * 3)
      setMoment(out.lever, at, out.arm, n * 3)
    }
    out.dragArea[n * DIRECTIONS] =
      strips.dragAreaAxial[s]! * strips.cdAxial[s]! + strips.dragAreaEnd[s]! * strips.cdEnd[s]!
    out.dragArea[n * DIRECTIONS + 1] = strips.dragArea1[s]! * strips.cd1[s]!
    out.dragArea[n * DIRECTIONS + 2] = strips.dragArea2[s]! * strips.cd2[s]!
    out.circular[n] = strips.circular[s]!
  }
  return out
}

/** Row i of a rotation times the vector at `at`. */
const along = (turn: Mat3, i: number, v: Float64Array, at: number): number =>
  turn[i * 3]! * v[at]! + turn[i * 3 + 1]! * v[at + 1]! + turn[i * 3 + 2]! * v[at + 2]!

/** Completes lever[at .. at + 2] = n with r x n. */
function setMoment(lever: Float64Array, at: number, r: Float64Array, from: number): void {
  const [x, y, z] = [r[from]!, r[from + 1]!, r[from + 2]!]
  const [a, b, c] = [lever[at]!, lever[at + 1]!, lever[at + 2]!]
  lever[at + 3] = y * c - z * b
  lever[at + 4] = z * a - x * c
  lever[at + 5] = x * b - y * a
}

/** What one train of waves does to the strips. */
export interface WaveLoads {
  /** Water velocity along each row, m/s: row * nw + frequency. */
  readonly velocity: Complex
  /** Inertia and dynamic pressure on the whole body: dof * nw + frequency, N and Nm. */
  readonly force: Complex
}

/** The train that is met. */
export interface Train {
  readonly headingDeg: number
  /** Amplitudes, m. */
  readonly zeta: Float64Array
}

/** Velocities at the strips and the force of inertia and pressure, for one train of waves. */
export function waveLoads(
  wet: WetStrips,
  strips: Strips,
  grid: Grid,
  train: Train,
  site: Site,
  corrections: Corrections,
): WaveLoads {
  const nw = grid.count
  const complex = (rows: number): Complex => ({ re: new Float64Array(rows * nw), im: new Float64Array(rows * nw) })
  const loads = { velocity: complex(wet.count * DIRECTIONS), force: complex(DOF) }
  const pressure = site.gravity * (corrections.waveDensity ? site.waterDensity : RAFT_WAVE_DENSITY)
  const sea = { grid, train, site, cos: Math.cos(radians(train.headingDeg)), sin: Math.sin(radians(train.headingDeg)) }
  const node: Node = {
    profile: depthProfile(nw),
    velocityRe: new Float64Array(nw),
    velocityIm: new Float64Array(nw),
  }
  const diffract = cachedDiffraction(grid, corrections.diffractionPhase)
  let depth = Number.NaN
  for (let n = 0; n < wet.count; n++) {
    const z = wet.position[n * 3 + 2]!
    if (z !== depth) fillDepthProfile(grid, z, node.profile)
    depth = z
    setAmplitudes(sea, wet.position[n * 3]!, wet.position[n * 3 + 1]!, node)
    addVelocities(sea, wet, n, node, loads.velocity)
    const s = wet.strip[n]!
    if (strips.endArea[s] !== 0) addPressure(sea, wet, n, pressure * strips.endArea[s]!, node, loads.force)
    if (strips.macCamyFuchs[s] === 1) addDiffraction(sea, wet, strips, n, diffract, node, loads.force)
    else addInertia(sea, wet, n, stripInertia(strips, s, site.waterDensity), node, loads.force)
  }
  return loads
}

interface Sea {
  readonly grid: Grid
  readonly train: Train
  readonly site: Site
  readonly cos: number
  readonly sin: number
}

/** Of the node at hand: depth functions, and w zeta exp(-i k (x cos b + y sin b)). */
interface Node {
  readonly profile: ReturnType<typeof depthProfile>
  readonly velocityRe: Float64Array
  readonly velocityIm: Float64Array
}

function setAmplitudes({ grid, train, cos, sin }: Sea, x: number, y: number, node: Node): void {
  const { count, w, k } = grid
  const distance = x * cos + y * sin
  for (let i = 0; i < count; i++) {
    const size = w[i]! * train.zeta[i]!
    const phase = k[i]! * distance
    node.velocityRe[i] = size * Math.cos(phase)
    node.velocityIm[i] = -size * Math.sin(phase)
  }
}

/** u . n of the three rows of node n: horizontal part in phase with the wave, vertical part i ahead of it. */
function addVelocities({ grid, cos, sin }: Sea, wet: WetStrips, n: number, node: Node, velocity: Complex): void {
  const nw = grid.count
  const { horizontal, vertical } = node.profile
  for (let d = 0; d < DIRECTIONS; d++) {
    const row = n * DIRECTIONS + d
    const level = cos * wet.lever[row * DOF]! + sin * wet.lever[row * DOF + 1]!
    const upright = wet.lever[row * DOF + 2]!
    for (let i = 0; i < nw; i++) {
      const re = horizontal[i]! * level
      const im = vertical[i]! * upright
      velocity.re[row * nw + i] = node.velocityRe[i]! * re - node.velocityIm[i]! * im
      velocity.im[row * nw + i] = node.velocityRe[i]! * im + node.velocityIm[i]! * re
    }
  }
}

/** Dynamic pressure on the end: rho g zeta cosh k(z + h) / cosh kh times its area, along the axis. */
function addPressure({ grid }: Sea, wet: WetStrips, n: number, perMetre: number, node: Node, force: Complex): void {
  const nw = grid.count
  for (let j = 0; j < DOF; j++) {
    const lever = wet.lever[n * DIRECTIONS * DOF + j]! * perMetre
    if (lever === 0) continue
    for (let i = 0; i < nw; i++) {
      const size = (lever * node.profile.pressure[i]!) / grid.w[i]!
      force.re[j * nw + i] = force.re[j * nw + i]! + size * node.velocityRe[i]!
      force.im[j * nw + i] = force.im[j * nw + i]! + size * node.velocityIm[i]!
    }
  }
}

/** I du/dt, where I stands as at zero offset (as in RAFT) and acts at the displaced node. */
function addInertia(sea: Sea, wet: WetStrips, n: number, inertia: Mat3, node: Node, force: Complex): void {
  const level = new Float64Array(DOF)
  const upright = new Float64Array(DOF)
  for (let i = 0; i < 3; i++) {
    level[i] = inertia[i * 3]! * sea.cos + inertia[i * 3 + 1]! * sea.sin
    upright[i] = inertia[i * 3 + 2]!
  }
  setMoment(level, 0, wet.arm, n * 3)
  setMoment(upright, 0, wet.arm, n * 3)
  const { grid } = sea
  const nw = grid.count
  const { horizontal, vertical } = node.profile
  for (let j = 0; j < DOF; j++) {
    const a = level[j]!
    const b = upright[j]!
    if (a === 0 && b === 0) continue
    for (let i = 0; i < nw; i++) {
      // i w (a + i b) times the amplitude of the velocity.
      const re = -grid.w[i]! * vertical[i]! * b
      const im = grid.w[i]! * horizontal[i]! * a
      force.re[j * nw + i] = force.re[j * nw + i]! + re * node.velocityRe[i]! - im * node.velocityIm[i]!
      force.im[j * nw + i] = force.im[j * nw + i]! + re * node.velocityIm[i]! + im * node.velocityRe[i]!
    }
  }
}

/** Inertia coefficients of a vertical cylinder over the grid. */
type Diffract = (radiusM: number, addedMassCoefficient: number) => Complex

/**
 * The coefficients, computed once per radius. RAFT HEAD takes those of the time factor exp(-i w t), whose force lags behind the wave that
 * it scatters; with exp(+i w t), as everywhere else, they are the conjugate ones.
 */
function cachedDiffraction(grid: Grid, conjugate: boolean): Diffract {
  const known = new Map<string, Complex>()
  return (radiusM, addedMassCoefficient) => {
    const key = `${radiusM} ${addedMassCoefficient}`
    const found = known.get(key)
    if (found !== undefined) return found
    const pairs = Array.from(grid.k, (k) => diffraction(k, radiusM, addedMassCoefficient))
    const made = {
      re: Float64Array.from(pairs, ([re]) => re),
      im: Float64Array.from(pairs, ([, im]) => (conjugate ? -im : im)),
    }
    known.set(key, made)
    return made
  }
}

/** Inertia with diffraction on the side, without on the end. */
function addDiffraction(
  sea: Sea,
  wet: WetStrips,
  strips: Strips,
  n: number,
  diffract: Diffract,
  node: Node,
  force: Complex,
): void {
  const s = wet.strip[n]!
  const radius = strips.d1[s]! / 2
  const side = sea.site.waterDensity * strips.sideVolume[s]!
  const end = sea.site.waterDensity * strips.endVolume[s]! * strips.caEnd[s]!
  // An end has no side, and where it is a point no radius either.
  if (side > 0) {
    addAlong(sea, wet, n, strips.p1, side, diffract(radius, strips.ca1[s]!), node, force)
    addAlong(sea, wet, n, strips.p2, side, diffract(radius, strips.ca2[s]!), node, force)
  }
  addAlong(sea, wet, n, strips.q, end, null, node, force)
}

/** mass * coefficient * (du/dt . n) n, with n as at zero offset. */
function addAlong(
  { grid, cos, sin }: Sea,
  wet: WetStrips,
  n: number,
  axes: Float64Array,
  mass: number,
  coefficient: Complex | null,
  node: Node,
  force: Complex,
): void {
  const at = wet.strip[n]! * 3
  const lever = new Float64Array(DOF)
  for (let i = 0; i < 3; i++) lever[i] = axes[at + i]!
  setMoment(lever, 0, wet.arm, n * 3)
  const level = mass * (cos * lever[0]! + sin * lever[1]!)
  const upright = mass * lever[2]!
  const nw = grid.count
  for (let i = 0; i < nw; i++) {
    const plainRe = -grid.w[i]! * node.profile.vertical[i]! * upright
    const plainIm = grid.w[i]! * node.profile.horizontal[i]! * level
    const factorRe = coefficient === null ? 1 : coefficient.re[i]!
    const factorIm = coefficient === null ? 0 : coefficient.im[i]!
    const re = plainRe * factorRe - plainIm * factorIm
    const im = plainRe * factorIm + plainIm * factorRe
    const forceRe = re * node.velocityRe[i]! - im * node.velocityIm[i]!
    const forceIm = re * node.velocityIm[i]! + im * node.velocityRe[i]!
    for (let j = 0; j < DOF; j++) {
      force.re[j * nw + i] = force.re[j * nw + i]! + lever[j]! * forceRe
      force.im[j * nw + i] = force.im[j * nw + i]! + lever[j]! * forceIm
    }
  }
}

/**
 * Adds to `out` the mean square of the water's velocity relative to each row, m2/s2: half the sum of |u - l . V|^2, where V is the body's
 * velocity (frequency * 12 + dof * 2, real and imaginary part).
 */
export function addRelativeVariance(
  wet: WetStrips,
  velocity: Complex,
  bodyVelocity: Float64Array,
  nw: number,
  out: Float64Array,
): void {
  const rows = wet.count * DIRECTIONS
  const { lever } = wet
  const { re, im } = velocity
  for (let row = 0; row < rows; row++) {
    const at = row * DOF
    const l0 = lever[at]!
    const l1 = lever[at + 1]!
    const l2 = lever[at + 2]!
    const l3 = lever[at + 3]!
    const l4 = lever[at + 4]!
    const l5 = lever[at + 5]!
    let sum = 0
    for (let i = 0, v = 0, u = row * nw; i < nw; i++, v += 12, u++) {
      const relativeRe =
        re[u]! -
        (l0 * bodyVelocity[v]! +
          l1 * bodyVelocity[v + 2]! +
          l2 * bodyVelocity[v + 4]! +
          l3 * bodyVelocity[v + 6]! +
          l4 * bodyVelocity[v + 8]! +
          l5 * bodyVelocity[v + 10]!)
      const relativeIm =
        im[u]! -
        (l0 * bodyVelocity[v + 1]! +
          l1 * bodyVelocity[v + 3]! +
          l2 * bodyVelocity[v + 5]! +
          l3 * bodyVelocity[v + 7]! +
          l4 * bodyVelocity[v + 9]! +
          l5 * bodyVelocity[v + 11]!)
      sum += relativeRe * relativeRe + relativeIm * relativeIm
    }
    out[row] = out[row]! + 0.5 * sum
  }
}

/** Linearized coefficient B' of every row, Ns/m: sqrt(8 / pi) sigma rho Cd A / 2 (Borgman). */
export function linearizeDrag(wet: WetStrips, variance: Float64Array, density: number, out: Float64Array): void {
  const factor = Math.sqrt(8 / Math.PI) * 0.5 * density
  for (let n = 0; n < wet.count; n++) {
    const at = n * DIRECTIONS
    const whole = variance[at + 1]! + variance[at + 2]!
    const circular = wet.circular[n] === 1
    out[at] = factor * Math.sqrt(variance[at]!) * wet.dragArea[at]!
    out[at + 1] = factor * Math.sqrt(circular ? whole : variance[at + 1]!) * wet.dragArea[at + 1]!
    out[at + 2] = factor * Math.sqrt(circular ? whole : variance[at + 2]!) * wet.dragArea[at + 2]!
  }
}

/** Damping of the body, 6 x 6: sum of B' l l^T. */
export function dragDamping(wet: WetStrips, coefficient: Float64Array, out: Float64Array): void {
  out.fill(0)
  const rows = wet.count * DIRECTIONS
  for (let row = 0; row < rows; row++) {
    const at = row * DOF
    for (let i = 0; i < DOF; i++) {
      const part = coefficient[row]! * wet.lever[at + i]!
      for (let j = 0; j < DOF; j++) out[i * DOF + j] = out[i * DOF + j]! + part * wet.lever[at + j]!
    }
  }
}

/** Adds the force of drag of waves on a body at rest, sum of B' u l, to `out` (frequency * 12 + dof * 2). */
export function addDragForce(
  wet: WetStrips,
  velocity: Complex,
  coefficient: Float64Array,
  nw: number,
  out: Float64Array,
): void {
  const rows = wet.count * DIRECTIONS
  for (let row = 0; row < rows; row++) {
    const b = coefficient[row]!
    if (b === 0) continue
    const at = row * DOF
    const l0 = b * wet.lever[at]!
    const l1 = b * wet.lever[at + 1]!
    const l2 = b * wet.lever[at + 2]!
    const l3 = b * wet.lever[at + 3]!
    const l4 = b * wet.lever[at + 4]!
    const l5 = b * wet.lever[at + 5]!
    for (let i = 0, v = 0, u = row * nw; i < nw; i++, v += 12, u++) {
      const re = velocity.re[u]!
      const im = velocity.im[u]!
      out[v] = out[v]! + l0 * re
      out[v + 1] = out[v + 1]! + l0 * im
      out[v + 2] = out[v + 2]! + l1 * re
      out[v + 3] = out[v + 3]! + l1 * im
      out[v + 4] = out[v + 4]! + l2 * re
      out[v + 5] = out[v + 5]! + l2 * im
      out[v + 6] = out[v + 6]! + l3 * re
      out[v + 7] = out[v + 7]! + l3 * im
      out[v + 8] = out[v + 8]! + l4 * re
      out[v + 9] = out[v + 9]! + l4 * im
      out[v + 10] = out[v + 10]! + l5 * re
      out[v + 11] = out[v + 11]! + l5 * im
    }
  }
}

/** Mean force of a current whose speed follows the power law, at zero offset: rho / 2 Cd A |v| v along each row. */
export function currentForce(strips: Strips, site: Site, speedMps: number, headingDeg: number): Float64Array {
  const force = new Float64Array(DOF)
  if (speedMps === 0) return force
  const wet = wetStrips(strips, new Float64Array(DOF))
  const [x, y] = [Math.cos(radians(headingDeg)), Math.sin(radians(headingDeg))]
  const along = new Float64Array(DIRECTIONS)
  for (let n = 0; n < wet.count; n++) {
    const height = site.waterDepthM + wet.position[n * 3 + 2]!
    const speed = height > 0 ? speedMps * (height / site.waterDepthM) ** site.currentShear : 0
    for (let d = 0; d < DIRECTIONS; d++) {
      const at = (n * DIRECTIONS + d) * DOF
      along[d] = speed * (x * wet.lever[at]! + y * wet.lever[at + 1]!)
    }
    const across = Math.hypot(along[1]!, along[2]!)
    for (let d = 0; d < DIRECTIONS; d++) {
      const row = n * DIRECTIONS + d
      const size = d > 0 && wet.circular[n] === 1 ? across : Math.abs(along[d]!)
      const drag = 0.5 * site.waterDensity * wet.dragArea[row]! * size * along[d]!
      for (let j = 0; j < DOF; j++) force[j] = force[j]! + drag * wet.lever[row * DOF + j]!
    }
  }
  return force
}
