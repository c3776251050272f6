import { type Motion, poseAt } from '../../../physics/motion.ts'
import { type Plot, type PlotSeries, plotNumber } from '../../../viz/plot.ts'
import { DOFS } from '../contract.ts'

/** Plots of the response over frequency and time, made of the motion table that moves the picture. */

const TURN = 2 * Math.PI
/** Waves smaller than this say nothing of a response per metre of wave, m (RAFT's own limit). */
const ZETA_MIN = 1e-6
const DEGREES = 180 / Math.PI

/** Hues of the degrees of freedom, by their order. */
const DOF_COLORS = DOFS.map((_, at) => `--term-${at}`)

export const isAngle = (dof: number): boolean => dof >= 3

const unitOf = (dof: number): string => (isAngle(dof) ? 'deg' : 'm')
const scaled = (dof: number, value: number): number => (isAngle(dof) ? value * DEGREES : value)

/** Frequency in Hz of each column. */
const hertz = (table: Motion, at: number): number => table.w[at]! / TURN

type Point = readonly [number, number]

/** Amplitude of the response to a wave of one metre; only where there are waves. */
export function responseAmplitude(table: Motion, dof: number): readonly Point[] {
  const [train] = table.trains
  if (train === undefined) return []
  const nw = table.w.length
  return Array.from({ length: nw }, (_, at): Point | null => {
    const zeta = train.zeta[at]!
    if (zeta <= ZETA_MIN) return null
    const size = Math.hypot(train.re[dof * nw + at]!, train.im[dof * nw + at]!)
    return [hertz(table, at), scaled(dof, size / zeta)]
  }).filter((point) => point !== null)
}

/** Spectral density of a motion over all trains, unit squared per Hz. */
export function responseSpectrum(table: Motion, dof: number): readonly Point[] {
  const nw = table.w.length
  const df = (table.w[1]! - table.w[0]!) / TURN
  return Array.from({ length: nw }, (_, at): Point => {
    const power = table.trains.reduce((sum, { re, im }) => {
      const size = scaled(dof, Math.hypot(re[dof * nw + at]!, im[dof * nw + at]!))
      return sum + 0.5 * size * size
    }, 0)
    return [hertz(table, at), power / df]
  })
}

/** Spectral density of the sea over all trains, m2/Hz. */
export function seaSpectrum(table: Motion): readonly Point[] {
  const df = (table.w[1]! - table.w[0]!) / TURN
  return Array.from(table.w, (_, at): Point => {
    const power = table.trains.reduce((sum, { zeta }) => sum + 0.5 * zeta[at]! * zeta[at]!, 0)
    return [hertz(table, at), power / df]
  })
}

const curve = (
  id: string,
  label: string,
  color: string,
  look: PlotSeries['look'],
  points: readonly Point[],
): PlotSeries => ({
  id,
  label,
  color,
  look,
  points,
})

const FREQUENCY = { label: 'Frequency', unit: 'Hz' } as const

/** Where the natural frequencies of the chosen degrees of freedom stand. */
const resonances = (dofs: readonly number[], periodsS: readonly number[]) =>
  dofs.map((dof) => ({ x: 1 / periodsS[dof]!, label: `${DOFS[dof]} ${plotNumber(periodsS[dof]!)} s` }))

/** What a reading of the table says of degrees of freedom of one unit; `before` is dashed. */
const overFrequency = (
  points: (table: Motion, dof: number) => readonly Point[],
  now: Motion,
  before: Motion | null,
  dofs: readonly number[],
  periodsS: readonly number[],
): Pick<Plot, 'x' | 'series' | 'marks'> => ({
  x: FREQUENCY,
  series: dofs.flatMap((dof) => {
    const [name, color] = [DOFS[dof]!, DOF_COLORS[dof]!]
    const line = curve(`${dof}`, name, color, 'line', points(now, dof))
    if (before === null) return [line]
    return [line, curve(`${dof} before`, `${name} before`, color, 'dashed', points(before, dof))]
  }),
  marks: resonances(dofs, periodsS),
})

/** Response amplitude operators of degrees of freedom of one unit; `before` is dashed. */
export const raoPlot = (
  now: Motion,
  before: Motion | null,
  dofs: readonly number[],
  periodsS: readonly number[],
): Plot => ({
  title: 'Response amplitude operator',
  y: { label: 'Amplitude per wave amplitude', unit: `${unitOf(dofs[0]!)}/m` },
  ...overFrequency(responseAmplitude, now, before, dofs, periodsS),
})

/** What the sea brings. */
export const seaPlot = (table: Motion): Plot => ({
  title: 'Sea spectrum',
  x: FREQUENCY,
  y: { label: 'Spectral density', unit: 'm²/Hz' },
  series: [curve('sea', 'sea', '--accent', 'line', seaSpectrum(table))],
})

/** What the platform makes of it. */
export const spectrumPlot = (
  now: Motion,
  before: Motion | null,
  dofs: readonly number[],
  periodsS: readonly number[],
): Plot => ({
  title: 'Response spectrum',
  y: { label: 'Spectral density', unit: `${unitOf(dofs[0]!)}²/Hz` },
  ...overFrequency(responseSpectrum, now, before, dofs, periodsS),
})

const SERIES_POINTS = 300

/** The motion around an instant, as it was and as it will be. */
export function seriesPlot(buffer: Float64Array, dofs: readonly number[], nowS: number, spanS: number): Plot {
  const unit = unitOf(dofs[0]!)
  const fromS = Math.max(0, nowS - spanS / 2)
  const times = Array.from({ length: SERIES_POINTS + 1 }, (_, at) => fromS + (spanS * at) / SERIES_POINTS)
  const poses = times.map((time) => poseAt(buffer, time, new Float64Array(6)))
  return {
    title: 'Time series',
    x: { label: 'Time', unit: 's' },
    y: { label: 'Position', unit },
    series: dofs.map((dof) =>
      curve(
        `${dof}`,
        DOFS[dof]!,
        DOF_COLORS[dof]!,
        'line',
        times.map((time, at) => [time, scaled(dof, poses[at]![dof]!)]),
      ),
    ),
    marks: [{ x: nowS, label: 'now' }],
  }
}
