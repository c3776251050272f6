/** What the runs of a load-latency curve say together. Pure: the runs themselves are made by load-run.ts. */

/** One run: of which load, under which seed, and what came of it. */
export interface LoadSample {
  /** Position of the load. */
  readonly load: number
  readonly perS: number
  readonly meanMs: number
  readonly n: number
}

/** One load, over its seeds. */
export interface LoadMean {
  readonly perS: number
  readonly meanMs: number
  /** Half of the 95 % interval of the mean over seeds; null: fewer than two runs. */
  readonly halfMs: number | null
  readonly seeds: number
  readonly n: number
}

/** Student's t, 97.5 %, by degrees of freedom. */
const STUDENT = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The loads of which something is known, ascending. */
export function loadMeans(samples: readonly LoadSample[]): readonly LoadMean[] {
  const loads = [...new Set(samples.map(({ load }) => load))].sort((a, b) => a - b)
  return loads.map((load) => {
    const here = samples.filter((sample) => sample.load === load)
    const times = here.map(({ meanMs }) => meanMs)
    const middle = mean(times)
    const variance = times.reduce((sum, time) => sum + (time - middle) ** 2, 0) / (times.length - 1)
    const student = STUDENT[times.length - 1] ?? 2.1
    return {
      perS: mean(here.map(({ perS }) => perS)),
      meanMs: middle,
      halfMs: times.length < 2 ? null : student * Math.sqrt(variance / times.length),
      seeds: times.length,
      n: here.reduce((sum, { n }) => sum + n, 0),
    }
  })
}

/** Theory's time at a load, between the points of its curve; null beyond them. */
export function theoryAt(points: readonly (readonly [number, number])[], perS: number): number | null {
  const above = points.findIndex(([x]) => x >= perS)
  if (above < 0) return null
  const [x1, y1] = points[above]!
  const [x0, y0] = points[above - 1] ?? [x1, y1]
  return x1 === x0 ? (x1 === perS ? y1 : null) : y0 + ((perS - x0) / (x1 - x0)) * (y1 - y0)
}

/** A row for each load. */
export function loadCsv(means: readonly LoadMean[], theory: readonly (readonly [number, number])[]): string {
  const head = 'arrivals [/s],mean time [ms],half of the 95 % interval [ms],seeds,n,theory [ms]\n'
  const rows = means.map(({ perS, meanMs, halfMs, seeds, n }) =>
    [perS, meanMs, halfMs ?? '', seeds, n, theoryAt(theory, perS) ?? ''].join(','),
  )
  return `${head}${rows.join('\n')}${rows.length > 0 ? '\n' : ''}`
}
