import type { Pair } from '../design/types.ts'
import { hang, type Laid, lay, noReach, type Reach, rise } from './segment.ts'

/**
 * One elastic cable at rest in its vertical plane: what MoorPy's Catenary.py:catenary finds, in all its profiles. Deviations, none of
 * which a converged result shows: the Newton steps are limited by backtracking instead of dsolve2's reversal and growth limits; a
 * cable that touches the bed between two hanging ends ("U") is solved as one equation for its horizontal tension instead of two
 * nested cables; the derivatives on a sloped bed are complete, and so is the coupling of the ends (MoorPy gives a wrong sign, or 0).
 */

/** A cable between two ends; x from A to B, z up. */
export interface Span {
  /** Horizontal and vertical distance from end A to end B, m; x >= 0. */
  readonly x: number
  readonly z: number
  /** Unstretched, m. */
  readonly lengthM: number
  /** EA, N. */
  readonly stiffnessN: number
  /** In water, N/m; negative for a cable that floats up. */
  readonly weight: number
  /** Of end A above the bed, m. */
  readonly heightA: number
  /** Coulomb friction on the bed; acts only when end A lies on it. */
  readonly friction: number
  /** Angle of the bed from A to B, upwards. */
  readonly slopeRad: number
  /** Depth of the water, m: a cable that floats up is stopped by the surface. */
  readonly depthM: number
}

/**
 * MoorPy's numbers: 0 wholly on the bed, 1 suspended, 2 partly on the bed, 3 the same with a slack end, 4 slack in an L, 5 slack in a
 * U, 6 vertical, 7 partly and 8 wholly on a sloped bed, U touching the bed between its ends, -1 and -2 last resorts.
 */
export type Profile = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | 'U' | '-1' | '-2'

/** [xx, xz, zx, zz]: minus the change of an end's force with the position of an end, N/m. */
export type Mat2 = readonly [number, number, number, number]

/** The upright problem as it was solved: weight downwards, end A the lower one or on the bed. */
export interface Upright {
  readonly profile: Profile
  /** Horizontal tension at each end, N. */
  readonly hA: number
  readonly hB: number
  /** Vertical tension at each end; positive when the cable comes from below B, and when it rises from A, N. */
  readonly vA: number
  readonly vB: number
  /** Unstretched lengths that hang from A and from B; the rest lies on the bed, m. */
  readonly hangA: number
  readonly hangB: number
  readonly stiffnessA: Mat2
  readonly stiffnessB: Mat2
  readonly stiffnessBA: Mat2
  readonly iterations: number
  readonly converged: boolean
}

/** The cable at rest. */
export interface CatenarySolution {
  readonly profile: Profile
  /** Force of the cable on its ends: [towards B, up], N. */
  readonly forceA: Pair
  readonly forceB: Pair
  readonly stiffnessA: Mat2
  readonly stiffnessB: Mat2
  /** Of the force at B with the position of A. */
  readonly stiffnessBA: Mat2
  /** Unstretched, m. */
  readonly onBedM: number
  readonly iterations: number
  readonly converged: boolean
  readonly upright: Upright
  readonly problem: UprightProblem
}

/** One step of the iteration for the tensions at the upper end. */
export interface NewtonStep {
  readonly horizontal: number
  readonly vertical: number
  /** What the cable reaches too far, m. */
  readonly errorX: number
  readonly errorZ: number
  /** Part of Newton's step that was taken from here; 0 in the last row. */
  readonly taken: number
}

/** What is solved after turning the cable upright. */
export interface UprightProblem {
  readonly x: number
  readonly z: number
  readonly L: number
  readonly EA: number
  readonly W: number
  /** Heights of the ends above the bed. */
  readonly heightA: number
  readonly heightB: number
  readonly friction: number
  readonly slope: number
  readonly reversed: boolean
  readonly flipped: boolean
}

const MAX_STEPS = 100
/** How often a step is halved before it is given up. */
const HALVINGS = 40
/** Below this ratio of x to z a cable counts as vertical. */
const VERTICAL = 1e-4
/** An end this near to the bed lies on it, as a part of the length: what rounding leaves of a height. */
const NEARLY_ON_BED = 1e-12
/** A cable weighs at least this part of EA / L: without weight, its shape would be anything. */
const WEIGHTLESS = 1e-12
/** Stands in for a distance of 0 where one is divided by, m. */
const TINY = 1e-9

/** The cable at rest. `trace` receives the steps of the iteration, if there is one. */
export function solveCatenary(span: Span, trace?: NewtonStep[]): CatenarySolution {
  const problem = turnUpright(span)
  const found = solveUpright(problem, trace)
  return turnBack(found, problem)
}

/** Weight downwards, end A the lower one: mirrors a floating cable in the horizontal, and one that descends in the vertical. */
function turnUpright(span: Span): UprightProblem {
  const flipped = span.weight < 0
  let heightA = span.heightA < NEARLY_ON_BED * span.lengthM ? 0 : span.heightA
  let heightB = span.heightA + span.z - span.x * Math.tan(span.slopeRad)
  if (Math.abs(heightB) < 0.001 * span.lengthM) heightB = 0
  heightB = Math.max(0, heightB)
  let z = span.z
  let slope = span.slopeRad
  if (flipped) {
    z = -z
    if (span.depthM > 0) [heightA, heightB] = [span.depthM - heightA, span.depthM - heightB]
  }
  const reversed = z < 0 && (heightA > 0 || flipped)
  if (reversed) {
    z = -z
    slope = -slope
    ;[heightA, heightB] = [heightB, heightA]
  }
  if (heightA < 0) [heightA, heightB] = [0, heightB - heightA]
  if (z < 0 && slope === 0) z = 0
  const friction = flipped || heightA > 0 ? 0 : span.friction
  const [L, EA] = [span.lengthM, span.stiffnessN]
  const W = Math.max(Math.abs(span.weight), (WEIGHTLESS * EA) / L)
  return { x: span.x, z, L, EA, W, heightA, heightB, friction, slope, reversed, flipped }
}

/** In a frame that is mirrored once. */
const mirrored = (k: Mat2): Mat2 => [k[0], -k[1], -k[2], k[3]]
const transposed = (k: Mat2): Mat2 => [k[0], k[2], k[1], k[3]]

/** Forces and stiffnesses in the frame of the cable as it was given. */
function turnBack(found: Upright, problem: UprightProblem): CatenarySolution {
  const { reversed, flipped } = problem
  const up = flipped ? -1 : 1
  const lower: Pair = [reversed ? -found.hA : found.hA, up * found.vA]
  const upper: Pair = [reversed ? found.hB : -found.hB, -up * found.vB]
  const a = reversed ? found.stiffnessB : found.stiffnessA
  const b = reversed ? found.stiffnessA : found.stiffnessB
  const ba = reversed ? transposed(found.stiffnessBA) : found.stiffnessBA
  const isMirrored = reversed !== flipped
  return {
    profile: found.profile,
    forceA: reversed ? upper : lower,
    forceB: reversed ? lower : upper,
    stiffnessA: isMirrored ? mirrored(a) : a,
    stiffnessB: isMirrored ? mirrored(b) : b,
    stiffnessBA: isMirrored ? mirrored(ba) : ba,
    onBedM: Math.max(0, problem.L - found.hangA - found.hangB),
    iterations: found.iterations,
    converged: found.converged,
    upright: found,
    problem,
  }
}

/** The length of cable that hangs down h under its own weight. */
const hangingLength = (h: number, p: UprightProblem): number => {
  const stretch = p.EA / p.W
  return (2 * h * stretch) / (Math.sqrt(2 * h * stretch + stretch * stretch) + stretch)
}

/** Which kind of profile it is, so far as that is known before any iteration. */
function solveUpright(p: UprightProblem, trace: NewtonStep[] | undefined): Upright {
  if (p.heightA === 0 && p.heightB === 0) return p.slope === 0 ? flatOnBed(p) : onSlope(p)
  const [hangA, hangB] = [hangingLength(p.heightA, p), hangingLength(p.heightB, p)]
  if (p.L >= p.x / Math.cos(p.slope) + hangA + hangB) return slack(p, hangA, hangB)
  if (p.z > 0 && p.x / p.z < VERTICAL) return vertical(p)
  return iterate(p, trace)
}

/** The parts of {@link Upright} that most profiles share. */
const upright = (profile: Profile, rest: Partial<Upright>): Upright => ({
  profile,
  hA: 0,
  hB: 0,
  vA: 0,
  vB: 0,
  hangA: 0,
  hangB: 0,
  stiffnessA: [0, 0, 0, 0],
  stiffnessB: [0, 0, 0, 0],
  stiffnessBA: [0, 0, 0, 0],
  iterations: 0,
  converged: true,
  ...rest,
})

/** Pull at the end of a cable on the flat bed: with friction the tension falls towards A, down to nothing in a long one. */
function pullOnBed({ L, EA, x }: UprightProblem, drag: number): number {
  const taut = EA * (x / L - 1)
  if (drag === 0 || x <= L) return Math.max(0, taut)
  if (taut >= 0.5 * drag * L) return taut + 0.5 * drag * L
  return Math.sqrt(2 * EA * drag * (x - L))
}

/** Profile 0. */
function flatOnBed(p: UprightProblem): Upright {
  const { L, EA, W } = p
  const drag = p.friction * W
  const hB = pullOnBed(p, drag)
  const k = hB > 0 ? EA / L : 0
  const hA = Math.max(0, hB - drag * L)
  return upright('0', { hA, hB, stiffnessA: [k, 0, 0, W], stiffnessB: [k, 0, 0, W], stiffnessBA: [-k, 0, 0, 0] })
}

/** Profile 8: stretched evenly, its weight along the slope carried by both ends; friction is left out, as in MoorPy. */
function onSlope(p: UprightProblem): Upright {
  const { L, EA, W, slope } = p
  const pull = Math.max(0, (p.x / Math.cos(slope) / L - 1) * EA)
  const weight = L * W * Math.sin(slope)
  const [atA, atB] = [pull - 0.5 * weight, pull + 0.5 * weight]
  const [cos, sin] = [Math.cos(slope), Math.sin(slope)]
  const k = atB > 0 ? EA / L : 0
  const forces = { hA: cos * atA, vA: sin * atA, hB: cos * atB, vB: sin * atB }
  return upright('8', { ...forces, stiffnessA: [k, 0, 0, W], stiffnessB: [k, 0, 0, W], stiffnessBA: [-k, 0, 0, 0] })
}

const slackStiffness = ({ W, EA }: UprightProblem, height: number): Mat2 => [
  0.01 * W,
  0,
  0,
  W / Math.sqrt((2 * height * W) / EA + 1),
]

/** Profiles 4 and 5: more cable than it can hang in. A hundredth of the weight stands in for the horizontal stiffness. */
function slack(p: UprightProblem, hangA: number, hangB: number): Upright {
  const { W } = p
  const onBed = p.heightA === 0
  return upright(onBed ? '4' : '5', {
    vA: -W * hangA,
    vB: W * hangB,
    hangA,
    hangB,
    stiffnessA: slackStiffness(p, p.heightA),
    stiffnessB: slackStiffness(p, onBed ? p.z : p.heightB),
  })
}

/** Profile 6. */
function vertical(p: UprightProblem): Upright {
  const { L, EA, W, z } = p
  const hanging = L + (0.5 * W * L * L) / EA
  const isSlack = hanging >= z
  const vB = isSlack ? (W * (z + hanging)) / (2 + (W * L) / EA) : ((z - hanging) / L) * EA + W * L
  const vA = vB - W * L
  const [kx, kz] = [vB / z, isSlack ? 0.5 * W : EA / L]
  const k: Mat2 = [kx, 0, 0, kz]
  return upright('6', { vA, vB, hangB: L, stiffnessA: k, stiffnessB: k, stiffnessBA: [-kx, 0, 0, -kz] })
}

/** Tensions at the upper end, the reach they give and what that says of the rest. */
interface Trial {
  h: number
  v: number
  profile: '1' | '2' | '3' | '7'
  readonly reach: Reach
  readonly bed: Laid
  errorX: number
  errorZ: number
}

const newTrial = (): Trial => ({
  h: 0,
  v: 0,
  profile: '1',
  reach: noReach(),
  bed: { reach: 0, tension: 0, tight: 0 },
  errorX: 0,
  errorZ: 0,
})

/** MoorPy's crude check that a steep cable of almost its chord's length lies nowhere on the bed (Catenary.py:eval_func_cat). */
function isNearlyStraight(p: UprightProblem, x: number, z: number): boolean {
  if (z / x <= 0.2) return false
  const slope = (2 * z) / x
  const parabola = (x * (slope * Math.sqrt(slope * slope + 1) + Math.asinh(slope))) / (2 * slope)
  const chord = Math.hypot(x, z)
  return p.L - chord < 0.001 * (parabola - chord)
}

/** Fills in what tensions h and v at the upper end reach. */
function evaluate(trial: Trial, p: UprightProblem, straight: boolean): void {
  const { h, v, reach, bed } = trial
  const { L, EA, W } = p
  const tan = Math.tan(p.slope)
  if (p.heightA > 0 || straight || v - W * L > h * tan) {
    trial.profile = '1'
    hang(reach, h, v, L, W, EA)
  } else {
    rise(reach, h, v, tan, W, EA)
    addBed(trial, p, tan)
    trial.profile = p.slope !== 0 ? '7' : bed.tension > 0 ? '2' : '3'
  }
  trial.errorX = reach.x - p.x
  trial.errorZ = reach.z - p.z
}

/** Adds what lies on the bed to the reach of a rising cable. */
function addBed({ h, v, reach, bed }: Trial, p: UprightProblem, tan: number): void {
  const { W, EA } = p
  const [cos, sin] = [Math.cos(p.slope), Math.sin(p.slope)]
  lay(bed, h / cos, p.L - (v - h * tan) / W, W * (sin + p.friction), EA)
  const byLength = 1 + bed.tension / EA
  const byH = (byLength * tan) / W + bed.tight / EA / cos
  reach.x += bed.reach * cos
  reach.z += bed.reach * sin
  reach.xH += byH * cos
  reach.zH += byH * sin
  reach.xV -= (byLength * cos) / W
  reach.zV -= (byLength * sin) / W
}

/** First guess of Peyrot and Goulois, "Analysis of cable structures", Computers & Structures 10 (1979) 805-813. */
function guess(trial: Trial, p: UprightProblem, x: number, z: number): void {
  const taut = p.L <= Math.hypot(x, z)
  const lambda = taut ? 0.2 : Math.sqrt(3 * ((p.L * p.L - z * z) / (x * x) - 1))
  trial.h = Math.max((0.5 * p.W * x) / lambda, TINY * p.W)
  trial.v = 0.5 * p.W * (z / Math.tanh(lambda) + p.L)
}

const size = (trial: Trial): number => Math.sqrt(trial.errorX * trial.errorX + trial.errorZ * trial.errorZ)

/** Profiles 1, 2, 3 and 7 by Newton's method with backtracking. The energy is convex in the tensions, so each step can descend. */
function iterate(p: UprightProblem, trace: NewtonStep[] | undefined): Upright {
  const [x, z] = [Math.max(p.x, TINY), Math.max(p.z, TINY)]
  const straight = isNearlyStraight(p, x, z)
  const tolerance = 2e-13 * (p.L + p.x + Math.abs(p.z))
  let [now, next] = [newTrial(), newTrial()]
  guess(now, p, x, z)
  evaluate(now, p, straight)
  let steps = 0
  // Once it is good enough, a last full step takes it to the last digits.
  for (let isLast = false; steps < MAX_STEPS && !isLast; ) {
    isLast = size(now) <= tolerance
    const taken = descend(now, next, p, straight, isLast ? 1 : HALVINGS)
    if (taken === 0) break
    trace?.push(record(now, taken))
    steps++
    ;[now, next] = [next, now]
  }
  trace?.push(record(now, 0))
  if (!(size(now) < 1e4 * tolerance)) return lastResort(p, steps)
  if (touchesBedBetween(now, p)) return solveU(p, now.h, steps)
  return fromTrial(now, p, steps)
}

const record = ({ h, v, errorX, errorZ }: Trial, taken: number): NewtonStep => ({
  horizontal: h,
  vertical: v,
  errorX,
  errorZ,
  taken,
})

/** One step from `now` into `next`; returns the part of Newton's step that was taken, 0 if none reaches better. */
function descend(now: Trial, next: Trial, p: UprightProblem, straight: boolean, tries: number): number {
  const { xH, xV, zH, zV } = now.reach
  const determinant = xH * zV - xV * zH
  const dh = (xV * now.errorZ - zV * now.errorX) / determinant
  const dv = (zH * now.errorX - xH * now.errorZ) / determinant
  let part = 1
  if (now.h + dh < 0.1 * now.h) part = Math.min(part, (0.9 * now.h) / -dh)
  if (now.v + dv < 0.1 * now.v) part = Math.min(part, (0.9 * now.v) / -dv)
  for (let i = 0; i < tries; i++, part *= 0.5) {
    next.h = now.h + part * dh
    next.v = now.v + part * dv
    evaluate(next, p, straight)
    if (size(next) < size(now)) return part
  }
  return 0
}

/** Does a cable between two ends above the bed sag through it? */
function touchesBedBetween(trial: Trial, p: UprightProblem): boolean {
  const low = trial.v - p.W * p.L
  if (trial.profile !== '1' || p.heightA === 0 || low >= 0) return false
  const sag = (Math.sqrt(trial.h * trial.h + low * low) - trial.h) / p.W + (low * low) / (2 * p.EA * p.W)
  return sag > p.heightA
}

/** Inverse of a 2 x 2 matrix. */
function inverse({ xH, xV, zH, zV }: Reach): Mat2 {
  const determinant = xH * zV - xV * zH
  return [zV / determinant, -xV / determinant, -zH / determinant, xH / determinant]
}

/** What the converged tensions say. */
function fromTrial(trial: Trial, p: UprightProblem, iterations: number): Upright {
  const { h, v, profile, bed } = trial
  const k = inverse(trial.reach)
  const negative: Mat2 = [-k[0], -k[1], -k[2], -k[3]]
  if (profile === '1') {
    const ends = { hA: h, hB: h, vA: v - p.W * p.L, vB: v, hangB: p.L }
    return upright('1', { ...ends, stiffnessA: k, stiffnessB: k, stiffnessBA: negative, iterations })
  }
  const [cos, sin] = [Math.cos(p.slope), Math.sin(p.slope)]
  return upright(profile, {
    hA: bed.tension * cos,
    vA: bed.tension * sin,
    hB: h,
    vB: v,
    hangB: (v - h * Math.tan(p.slope)) / p.W,
    // End A is pulled along the bed; lifting it costs the weight of what it lifts.
    stiffnessA: [bed.tension > 0 ? k[0] + p.friction * k[2] : 0, 0, 0, p.W],
    stiffnessB: k,
    stiffnessBA: [-k[0], 0, -k[2], 0],
    iterations,
  })
}

/** One arm of a U at horizontal tension h: from the bed up to a height. */
interface Arm {
  /** Vertical tension at its top, N. */
  readonly v: number
  /** Horizontal reach beyond the bed length it takes away, m, and its change with h at this height. */
  readonly x: number
  readonly xH: number
  /** Changes: of the reach with the height, of v with h, of v with the height. */
  readonly xz: number
  readonly vH: number
  readonly vz: number
}

/** (T + EA)^2 = (H + EA)^2 + 2 EA W height gives the tension T at the top of an arm. */
function arm(h: number, height: number, { W, EA }: UprightProblem): Arm {
  if (height === 0) return { v: 0, x: 0, xH: 0, xz: 0, vH: 0, vz: W }
  const [level, weight] = [h + EA, height * W]
  const more = (2 * EA * weight) / (Math.sqrt(level * level + 2 * EA * weight) + level)
  const tension = h + more
  const v = Math.sqrt(more * (tension + h))
  const angle = Math.asinh(v / h)
  const [xH, xV] = [(angle - v / tension) / W, (h / tension - 1) / W]
  const [zH, zV] = [xV, v / (tension * W) + v / (EA * W)]
  return { v, x: (h * angle - v) / W, xH: xH - (xV * zH) / zV, xz: xV / zV, vH: -zH / zV, vz: 1 / zV }
}

/** Profile U: one equation for the horizontal tension. `start` is that of the cable without a bed. */
function solveU(p: UprightProblem, start: number, before: number): Upright {
  const { L, EA, W } = p
  let h = start
  let steps = 0
  for (; ; steps++) {
    const [a, b] = [arm(h, p.heightA, p), arm(h, p.heightB, p)]
    const error = L + (h * L) / EA + a.x + b.x - p.x
    const slope = L / EA + a.xH + b.xH
    if (steps === MAX_STEPS || Math.abs(error) <= 1e-13 * (L + p.x)) {
      const ends = { hA: h, hB: h, vA: -a.v, vB: b.v, hangA: a.v / W, hangB: b.v / W }
      const converged = Math.abs(error) < 1e-9 * L
      return upright('U', { ...ends, ...stiffnessOfU(a, b, slope), iterations: before + steps, converged })
    }
    h = Math.max(0.05 * h, h - error / slope)
  }
}

/** d(h) = (dx - xz_a dz_a - xz_b dz_b) / slope, d(v) = vH d(h) + vz dz: the coupling of both arms through h. */
function stiffnessOfU(a: Arm, b: Arm, slope: number) {
  const k = 1 / slope
  const stiffnessA: Mat2 = [k, a.xz * k, -a.vH * k, a.vz - a.vH * a.xz * k]
  const stiffnessB: Mat2 = [k, -b.xz * k, b.vH * k, b.vz - b.vH * b.xz * k]
  const stiffnessBA: Mat2 = [-k, -a.xz * k, -b.vH * k, -b.vH * a.xz * k]
  return { stiffnessA, stiffnessB, stiffnessBA }
}

/** A stiffness along and one across the chord, in the frame of the span. */
function alongChord(x: number, z: number, along: number, across: number): Mat2 {
  const d = Math.hypot(x, z)
  const [c, s] = [x / d, z / d]
  const xz = c * s * (along - across)
  return [c * c * along + s * s * across, xz, xz, s * s * along + c * c * across]
}

/** Profiles -1 and -2, where the iteration found nothing: a weightless spring, or two straight pieces (MoorPy's last ditch). */
function lastResort(p: UprightProblem, iterations: number): Upright {
  const { x, z, L, EA, W } = p
  const d = Math.hypot(x, z)
  const isTaut = d > L
  const bed = isTaut ? 0 : Math.max(0, (d * d - L * L) / (2 * (x - L)))
  const tension = (d / L - 1) * EA
  const hangB = L - bed
  const [hB, vB] = isTaut ? [(tension * x) / d, (tension * z) / d] : [((x - bed) / z) * hangB * W, hangB * W]
  const k = alongChord(x, z, EA / L, Math.hypot(hB, vB) / d)
  return upright(isTaut ? '-1' : '-2', {
    hA: hB,
    hB,
    vA: isTaut ? vB : 0,
    vB,
    hangB,
    stiffnessA: k,
    stiffnessB: k,
    stiffnessBA: [-k[0], -k[1], -k[2], -k[3]],
    iterations,
    converged: isTaut || d > 0.9 * L,
  })
}
