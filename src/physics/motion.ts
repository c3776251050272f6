/**
 * The frequency domain made visible: the motion at an instant from amplitudes and phases. A packed table, so that worker and page read the
 * same numbers: what the page draws at time t is what the worker measures at time t.
 *
 *     header | w [nw] | k [nw] | mean pose [6] | per train: heading, zeta [nw], phase [nw], Re Xi [6 nw], Im Xi [6 nw]
 *            | per tension channel: mean, derivatives [6]
 *
 * Conventions of RAFT: f(t) = Re{F exp(i w t)}, a wave towards heading b has phase -k (x cos b + y sin b).
 */
const HEADER = { frequencies: 0, trains: 1, channels: 2, size: 3 } as const
const DOF = 6

/** One train of waves with the response to it; turbulent wind is one without waves. */
export interface TrainMotion {
  readonly headingRad: number
  /** Wave amplitudes, m. */
  readonly zeta: Float64Array
  /** Phase of each component, rad. */
  readonly phase: Float64Array
  /** Response amplitudes: dof * nw + frequency, m and rad. */
  readonly re: Float64Array
  readonly im: Float64Array
}

/** What {@link packMotion} packs. */
export interface Motion {
  readonly w: Float64Array
  readonly k: Float64Array
  /** Mean pose: m, rad. */
  readonly mean: Float64Array
  readonly trains: readonly TrainMotion[]
  /** What follows the pose linearly (line tensions): mean, and its derivative by each degree of freedom. */
  readonly channels: readonly { readonly mean: number; readonly slope: Float64Array }[]
}

const trainSize = (nw: number): number => 1 + nw * (2 + 2 * DOF)

/** One table of numbers, fit to be transferred. */
export function packMotion({ w, k, mean, trains, channels }: Motion): Float64Array {
  const nw = w.length
  const table = new Float64Array(
    HEADER.size + 2 * nw + DOF + trains.length * trainSize(nw) + channels.length * (1 + DOF),
  )
  table.set([nw, trains.length, channels.length])
  table.set(w, HEADER.size)
  table.set(k, HEADER.size + nw)
  table.set(mean, HEADER.size + 2 * nw)
  let at = HEADER.size + 2 * nw + DOF
  for (const { headingRad, zeta, phase, re, im } of trains) {
    table[at] = headingRad
    table.set(zeta, at + 1)
    table.set(phase, at + 1 + nw)
    table.set(re, at + 1 + 2 * nw)
    table.set(im, at + 1 + 2 * nw + DOF * nw)
    at += trainSize(nw)
  }
  for (const { mean: level, slope } of channels) {
    table[at] = level
    table.set(slope, at + 1)
    at += 1 + DOF
  }
  return table
}

/** The inverse of {@link packMotion}: views into the table. */
export function unpackMotion(table: Float64Array): Motion {
  const nw = table[HEADER.frequencies]!
  const part = (from: number, length: number) => table.subarray(from, from + length)
  const train = (at: number): TrainMotion => ({
    headingRad: table[at]!,
    zeta: part(at + 1, nw),
    phase: part(at + 1 + nw, nw),
    re: part(at + 1 + 2 * nw, DOF * nw),
    im: part(at + 1 + (2 + DOF) * nw, DOF * nw),
  })
  const firstChannel = trainAt(table, trainsIn(table))
  const channel = (at: number) => ({ mean: table[at]!, slope: part(at + 1, DOF) })
  return {
    w: part(HEADER.size, nw),
    k: part(HEADER.size + nw, nw),
    mean: meanPose(table),
    trains: Array.from({ length: trainsIn(table) }, (_, at) => train(trainAt(table, at))),
    channels: Array.from({ length: channelsIn(table) }, (_, at) => channel(firstChannel + at * (1 + DOF))),
  }
}

const trainAt = (table: Float64Array, train: number): number => {
  const nw = table[HEADER.frequencies]!
  return HEADER.size + 2 * nw + DOF + train * trainSize(nw)
}

/** Number of wave trains in the table. */
export const trainsIn = (table: Float64Array): number => table[HEADER.trains]!

/** Number of channels (line tensions) in the table. */
const channelsIn = (table: Float64Array): number => table[HEADER.channels]!

/** Where a train runs to, rad. */
export const headingOf = (table: Float64Array, train: number): number => table[trainAt(table, train)]!

/** The mean pose, m and rad: a view into the table. */
export function meanPose(table: Float64Array): Float64Array {
  const at = HEADER.size + 2 * table[HEADER.frequencies]!
  return table.subarray(at, at + DOF)
}

/** The pose at a time [s], in `out` (6 numbers, m and rad). */
export function poseAt(table: Float64Array, timeS: number, out: Float64Array): Float64Array {
  const nw = table[HEADER.frequencies]!
  out.set(meanPose(table))
  for (let train = 0; train < trainsIn(table); train++) {
    const at = trainAt(table, train)
    const phase = at + 1 + nw
    const re = phase + nw
    const im = re + DOF * nw
    for (let i = 0; i < nw; i++) {
      const angle = table[HEADER.size + i]! * timeS + table[phase + i]!
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      for (let dof = 0; dof < DOF; dof++) {
        const offset = dof * nw + i
        out[dof] = out[dof]! + table[re + offset]! * cos - table[im + offset]! * sin
      }
    }
  }
  return out
}

/** What a channel says when the body has this pose. */
export function channelAt(table: Float64Array, channel: number, pose: Float64Array): number {
  const at = trainAt(table, trainsIn(table)) + channel * (1 + DOF)
  const mean = meanPose(table)
  let value = table[at]!
  for (let dof = 0; dof < DOF; dof++) value += table[at + 1 + dof]! * (pose[dof]! - mean[dof]!)
  return value
}

/** Elevation of the sea at a place and time, m. */
export function elevationAt(table: Float64Array, x: number, y: number, timeS: number): number {
  let elevation = 0
  for (let train = 0; train < trainsIn(table); train++) {
    const heading = headingOf(table, train)
    elevation += trainElevation(table, train, x * Math.cos(heading) + y * Math.sin(heading), timeS)
  }
  return elevation
}

/** Elevation that one train adds at a distance [m] along its own heading: a long-crested sea needs one line of them. */
export function trainElevation(table: Float64Array, train: number, alongM: number, timeS: number): number {
  const nw = table[HEADER.frequencies]!
  const at = trainAt(table, train)
  let elevation = 0
  for (let i = 0; i < nw; i++) {
    const amplitude = table[at + 1 + i]!
    if (amplitude === 0) continue
    const w = table[HEADER.size + i]!
    const k = table[HEADER.size + nw + i]!
    elevation += amplitude * Math.cos(w * timeS - k * alongM + table[at + 1 + nw + i]!)
  }
  return elevation
}

/**
 * What {@link trainElevation} says at `out.length` points in steps of `stepM` from `fromM`, added to `out`. One cosine a component: along a
 * line each component obeys c(n+1) = 2 cos(k step) c(n) - c(n-1).
 */
export function addElevations(
  table: Float64Array,
  train: number,
  fromM: number,
  stepM: number,
  timeS: number,
  out: Float64Array,
): void {
  const nw = table[HEADER.frequencies]!
  const at = trainAt(table, train)
  for (let i = 0; i < nw; i++) {
    const amplitude = table[at + 1 + i]!
    if (amplitude === 0) continue
    const k = table[HEADER.size + nw + i]!
    const turn = k * stepM
    const start = table[HEADER.size + i]! * timeS - k * fromM + table[at + 1 + nw + i]!
    const factor = 2 * Math.cos(turn)
    let before = amplitude * Math.cos(start + turn)
    let now = amplitude * Math.cos(start)
    for (let point = 0; point < out.length; point++) {
      out[point] = out[point]! + now
      const next = factor * now - before
      before = now
      now = next
    }
  }
}
