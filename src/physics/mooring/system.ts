import { assert } from '../../base/assert.ts'
import { AS_RAFT, type Corrections } from '../corrections.ts'
import type { MooringDesign, MooringLineDesign, MooringPoint, Site, Vec3 } from '../design/types.ts'
import { add, cross, dot, type Mat3, rotation, transform } from '../linear/vec3.ts'
import type { NewtonStep } from './catenary.ts'
import { type Cable, newtonSteps, type SolvedLine, solveLine, toCable, type Water } from './line.ts'
import { type End, Network, ownForce } from './network.ts'

/** What all lines together do to the platform at a pose. */
export interface MooringState {
  /** Force and moment about the platform's reference point, in the directions of the sea. */
  readonly force: Float64Array
  /** 6 x 6, row by row; not symmetric, because the moment of a force turns with its lever. */
  readonly stiffness: Float64Array
  readonly lines: readonly SolvedLine[]
  /** Positions of the free points. */
  readonly free: readonly Vec3[]
  /** Have the free points come to rest, and all lines been solved? */
  readonly converged: boolean
}

/** Which lines are broken, and where the free points may be looked for. */
export interface MooringOptions {
  /** Indices of lines. */
  readonly broken?: readonly number[]
  readonly near?: readonly Vec3[]
}

/** A state with what it was computed from. */
interface Solved {
  readonly network: Network
  readonly ends: readonly (readonly [End, End])[]
  readonly broken: readonly number[]
  readonly state: MooringState
}

/** What MoorPy assumes where RAFT tells it nothing else. */
const MOORPY_WATER = { density: 1025, gravity: 9.81 }
/** RAFT's step of the derivative of tensions, m and rad. */
const RAFT_STEP = 0.1
const MAX_STEPS = 200

/** A mooring system: lines between anchors, the platform, and points that are free. It has no state; a pose determines everything. */
export class MooringSystem {
  readonly cables: readonly Cable[]
  private readonly ends: readonly (readonly [MooringPoint, MooringPoint])[]
  private readonly freePoints: readonly MooringPoint[]

  private constructor(
    readonly design: MooringDesign,
    readonly water: Water,
    private readonly asMoorPy: boolean,
  ) {
    const points = new Map(design.points.map((point) => [point.name, point]))
    const types = new Map(design.types.map((type) => [type.name, type]))
    const named = <T>(map: ReadonlyMap<string, T>, name: string): T => {
      const found = map.get(name)
      assert(found !== undefined, `the mooring has no "${name}"`)
      return found
    }
    this.cables = design.lines.map((line) => toCable(line, named(types, line.type), water))
    this.ends = design.lines.map((line: MooringLineDesign) => [named(points, line.endA), named(points, line.endB)])
    this.freePoints = design.points.filter(({ kind }) => kind === 'free')
  }

  /** The lines of a design. Its names must be consistent: the reader of designs has checked them. */
  static build(mooring: MooringDesign, site: Site, corrections: Corrections = AS_RAFT): MooringSystem {
    const { waterDensity: density, gravity } = site
    const water = corrections.mooringSite ? { density, gravity } : MOORPY_WATER
    return new MooringSystem(mooring, { depthM: mooring.waterDepthM, ...water }, !corrections.lineInAir)
  }

  /** The mooring when the platform stands at a pose (six numbers). */
  at(pose: ArrayLike<number>, options: MooringOptions = {}): MooringState {
    return this.solve(pose, options).state
  }

  /** Tension at end A of every line, then at end B of every line, N. */
  tensions(pose: ArrayLike<number>, options: MooringOptions = {}): Float64Array {
    return tensionsOf(this.at(pose, options).lines)
  }

  /**
   * Change of {@link tensions} with the pose, 6 numbers a tension. `raft`: as MoorPy system.py:getCoupledStiffness does it for RAFT,
   * over 0.1 m and 0.1 rad, refined where the force is curved, yet divided by the first step (defect 10 of the specification).
   * `converged`: the derivative itself (the weight of a line that sticks out of the water taken as it is).
   */
  tensionJacobian(pose: ArrayLike<number>, kind: 'raft' | 'converged', options: MooringOptions = {}): Float64Array {
    const solved = this.solve(pose, options)
    if (kind === 'converged') return byAngles(derivative(solved), pose)
    const jacobian = new Float64Array(2 * this.cables.length * 6)
    const near = { ...options, near: solved.state.free }
    for (let i = 0; i < 6; i++) {
      const column = this.raftColumn(pose, i, solved.state.force[i]!, near)
      for (let t = 0; t < column.length; t++) jacobian[t * 6 + i] = column[t]!
    }
    return jacobian
  }

  /** The steps of Newton's method for a line of a state; empty where a formula is enough. */
  steps(state: MooringState, line: number): readonly NewtonStep[] {
    return newtonSteps(this.cables[line]!, state.lines[line]!, this.water.depthM, this.asMoorPy)
  }

  private raftColumn(pose: ArrayLike<number>, i: number, force: number, options: MooringOptions): Float64Array {
    let first = 0
    for (let step = RAFT_STEP, tries = 1; ; step *= 0.1, tries++) {
      const [plus, minus] = [this.at(moved(pose, i, step), options), this.at(moved(pose, i, -step), options)]
      const [up, down] = [plus.force[i]!, minus.force[i]!]
      if (tries === 1) first = Math.abs(up - down)
      const isStraight = Math.abs(force) < 1 || Math.abs(down - 2 * force + up) < 0.1 * first
      if (isStraight || tries === 3) {
        const before = tensionsOf(minus.lines)
        return tensionsOf(plus.lines).map((t, k) => (0.5 * (t - before[k]!)) / RAFT_STEP)
      }
    }
  }

  private solve(pose: ArrayLike<number>, { broken = [], near }: MooringOptions): Solved {
    if (this.freePoints.length === 0) return this.around(pose, [], broken)
    return this.settle(pose, near ?? this.freePoints.map(({ location }) => location), broken)
  }

  /** All lines between the platform at a pose and the free points where they are. */
  private around(pose: ArrayLike<number>, free: readonly Vec3[], broken: readonly number[]): Solved {
    const network = new Network(free.length)
    const turn = rotation(pose[3]!, pose[4]!, pose[5]!)
    const reference: Vec3 = [pose[0]!, pose[1]!, pose[2]!]
    const lines: SolvedLine[] = []
    const ends: (readonly [End, End])[] = []
    for (const [i, cable] of this.cables.entries()) {
      const a = this.endOf(this.ends[i]![0], reference, turn, free)
      const b = this.endOf(this.ends[i]![1], reference, turn, free)
      const isBroken = broken.includes(i)
      const line = isBroken ? this.fallen(cable, a, b) : this.hung(cable, a, b)
      if (!isBroken) hangOn(network, line, a, b)
      lines.push(line)
      ends.push([a, b])
    }
    for (const [i, point] of this.freePoints.entries()) this.weigh(network, point, free[i]!, i)
    return { network, ends, broken, state: stateOf(network, lines, free) }
  }

  private hung(cable: Cable, a: End, b: End): SolvedLine {
    return solveLine(cable, a.position, b.position, this.water.depthM, this.asMoorPy)
  }

  private endOf(point: MooringPoint, reference: Vec3, turn: Mat3, free: readonly Vec3[]): End {
    if (point.kind === 'fixed') return { position: point.location, column: -1, lever: null }
    if (point.kind === 'free') {
      const index = this.freePoints.indexOf(point)
      return { position: free[index]!, column: 6 + 3 * index, lever: null }
    }
    const lever = transform(turn, point.location)
    return { position: add(reference, lever), column: 0, lever }
  }

  private weigh(network: Network, point: MooringPoint, at: Vec3, index: number): void {
    const end: End = { position: at, column: 6 + 3 * index, lever: null }
    const { up, stiffness } = ownForce(point, at[2], this.water)
    network.addForce(end, [0, 0, up])
    network.addStiffness(end, end, Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, stiffness))
  }

  /** A broken line lies on the bed by the end that does not move: its other end has let go. */
  private fallen(cable: Cable, a: End, b: End): SolvedLine {
    const [held, lost] = a.column < 0 ? [a, b] : [b, a]
    const [dx, dy] = [lost.position[0] - held.position[0], lost.position[1] - held.position[1]]
    const away = cable.lengthM / (Math.hypot(dx, dy) || 1)
    const bed = -this.water.depthM
    const foot: Vec3 = [held.position[0], held.position[1], bed]
    const tip: Vec3 = [foot[0] + dx * away, foot[1] + dy * away, bed]
    const [endA, endB] = held === a ? [foot, tip] : [tip, foot]
    return { ...solveLine(cable, endA, endB, this.water.depthM, this.asMoorPy), profile: 'broken' }
  }

  /** Newton's method for the free points, with backtracking on what is left of their forces. */
  private settle(pose: ArrayLike<number>, start: readonly Vec3[], broken: readonly number[]): Solved {
    let free = start
    let now = this.around(pose, free, broken)
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const rest = freeForce(now.network)
      const step = now.network.freeStep()
      if (step === null) break
      if (rest === 0 || greatest(step) < 1e-12 * this.water.depthM) return now
      let part = Math.min(1, (0.1 * this.water.depthM) / greatest(step))
      let next = now
      let tried = free
      for (let tries = 0; tries < 30; tries++, part *= 0.5) {
        tried = free.map((at, i) => add(at, [part * step[3 * i]!, part * step[3 * i + 1]!, part * step[3 * i + 2]!]))
        next = this.around(pose, tried, broken)
        if (freeForce(next.network) < rest) break
      }
      if (!(freeForce(next.network) < rest)) return rest < 1e-6 * scaleOf(now.state) ? now : unsettled(now)
      ;[free, now] = [tried, next]
    }
    return unsettled(now)
  }
}

/** Tension at end A of every line, then at end B of every line. */
const tensionsOf = (lines: readonly SolvedLine[]): Float64Array =>
  Float64Array.from([...lines.map(({ tensionA }) => tensionA), ...lines.map(({ tensionB }) => tensionB)])

const unsettled = (solved: Solved): Solved => ({ ...solved, state: { ...solved.state, converged: false } })

const stateOf = (network: Network, lines: readonly SolvedLine[], free: readonly Vec3[]): MooringState => ({
  force: network.force.slice(0, 6),
  stiffness: network.platformStiffness(),
  lines,
  free,
  converged: lines.every(({ solution }) => solution.converged),
})

/** Force and stiffness of a line on what it hangs on. */
function hangOn(network: Network, line: SolvedLine, a: End, b: End): void {
  network.addForce(a, line.forceA)
  network.addForce(b, line.forceB)
  network.addStiffness(a, a, line.stiffnessA)
  network.addStiffness(b, b, line.stiffnessB)
  if (a.column < 0 || b.column < 0) return
  network.addStiffness(b, a, line.stiffnessBA)
  network.addStiffness(a, b, transposed3(line.stiffnessBA))
}

/** Derivative of every tension with small turns about the axes of the sea, the free points following. */
function derivative({ network, ends, broken, state }: Solved): Float64Array {
  const count = ends.length
  const jacobian = new Float64Array(2 * count * 6)
  const follow = network.response()
  for (const [i, line] of state.lines.entries()) {
    if (broken.includes(i)) continue
    const [a, b] = ends[i]!
    const ab = transposed3(line.stiffnessBA)
    const rowA = jacobian.subarray(i * 6, i * 6 + 6)
    const rowB = jacobian.subarray((count + i) * 6, (count + i) * 6 + 6)
    addGradient(rowA, along(line.forceA, line.tensionA, line.stiffnessA), a, follow)
    addGradient(rowA, along(line.forceA, line.tensionA, ab), b, follow)
    addGradient(rowB, along(line.forceB, line.tensionB, line.stiffnessB), b, follow)
    addGradient(rowB, along(line.forceB, line.tensionB, line.stiffnessBA), a, follow)
  }
  return jacobian
}

/** From turns about the axes of the sea to the angles of a pose, whose axes stand where yaw and pitch have turned them. */
function byAngles(jacobian: Float64Array, pose: ArrayLike<number>): Float64Array {
  const turn = rotation(0, pose[4]!, pose[5]!)
  const axes: readonly Vec3[] = [transform(turn, [1, 0, 0]), transform(turn, [0, 1, 0]), [0, 0, 1]]
  for (let row = 0; row < jacobian.length; row += 6) {
    const about: Vec3 = [jacobian[row + 3]!, jacobian[row + 4]!, jacobian[row + 5]!]
    for (let i = 0; i < 3; i++) jacobian[row + 3 + i] = dot(axes[i]!, about)
  }
  return jacobian
}

const transposed3 = (k: Float64Array): Float64Array => {
  const out = new Float64Array(9)
  for (let i = 0; i < 9; i++) out[i] = k[(i % 3) * 3 + Math.floor(i / 3)]!
  return out
}

/** Change of the size of a force whose change with a position is -k. */
function along(force: Vec3, tension: number, k: Float64Array): Vec3 {
  if (tension === 0) return [0, 0, 0]
  const [x, y, z] = [-force[0] / tension, -force[1] / tension, -force[2] / tension]
  const component = (j: number): number => x * k[j]! + y * k[3 + j]! + z * k[6 + j]!
  return [component(0), component(1), component(2)]
}

/** A change with the position of an end, as a change with the pose. */
function addGradient(row: Float64Array, g: Vec3, { column, lever }: End, follow: Float64Array): void {
  if (column < 0) return
  for (let j = 0; j < 6; j++) {
    let sum = 0
    if (lever === null) for (let i = 0; i < 3; i++) sum += g[i]! * follow[(column - 6 + i) * 6 + j]!
    else sum = j < 3 ? g[j]! : cross(lever, g)[j - 3]!
    row[j] = row[j]! + sum
  }
}

/** A pose with one coordinate moved. */
function moved(pose: ArrayLike<number>, i: number, step: number): Float64Array {
  const out = Float64Array.from(pose)
  out[i] = out[i]! + step
  return out
}

const greatest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
const freeForce = (network: Network): number => Math.hypot(...network.force.subarray(6))
const scaleOf = ({ lines }: MooringState): number => Math.max(1, ...lines.map(({ tensionB }) => tensionB))
