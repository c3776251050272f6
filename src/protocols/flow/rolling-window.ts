import { assert } from '../../base/assert.ts'

/** Counters over the last `windowUs`, in `buckets` equal parts: the oldest part is forgotten as a whole. */
export interface RollingConfig {
  readonly windowUs: number
  readonly buckets: number
}

/** Named counters. */
export type Counts = { readonly [name: string]: number }

/**
 * Sums of several counters (their names are the keys) over a sliding window. The newest part is filled while time runs
 * through it, so the window covers between (buckets − 1)/buckets and all of `windowUs`: so do Hystrix, opossum, Finagle.
 */
export interface RollingWindow<C extends Counts> {
  /** Number of the newest part since instant 0. */
  readonly newest: number
  readonly current: C
  /** The parts before it from the oldest on; at most `buckets` − 1. */
  readonly older: readonly C[]
  /** Over all parts. */
  readonly sums: C
}

/** A window in which nothing has happened; `zero` gives the names of the counters. */
export const emptyWindow = <C extends Counts>(zero: C): RollingWindow<C> => ({
  newest: 0,
  current: zero,
  older: [],
  sums: zero,
})

/** The window after `change` was added to its newest part. */
export function countInWindow<C extends Counts>(
  config: RollingConfig,
  window: RollingWindow<C>,
  change: Partial<C>,
  nowUs: number,
): RollingWindow<C> {
  const at = advance(config, window, nowUs)
  return { ...at, current: combined(at.current, change, 1), sums: combined(at.sums, change, 1) }
}

/** The sums over the window that ends at `nowUs`. */
export const windowSums = <C extends Counts>(config: RollingConfig, window: RollingWindow<C>, nowUs: number): C =>
  advance(config, window, nowUs).sums

function advance<C extends Counts>(config: RollingConfig, window: RollingWindow<C>, nowUs: number): RollingWindow<C> {
  const newest = Math.floor((nowUs * config.buckets) / config.windowUs)
  const passed = newest - window.newest
  assert(passed >= 0, 'time runs forward')
  if (passed === 0) return window
  const zero = combined(window.sums, window.sums, -1)
  if (passed >= config.buckets) return { newest, current: zero, older: [], sums: zero }
  const parts = [...window.older, window.current, ...Array<C>(passed - 1).fill(zero)]
  const gone = Math.max(0, parts.length - (config.buckets - 1))
  const sums = parts.slice(0, gone).reduce((sum, part) => combined(sum, part, -1), window.sums)
  return { newest, current: zero, older: parts.slice(gone), sums }
}

/** a + sign·b, counter by counter. */
function combined<C extends Counts>(a: C, b: Partial<C>, sign: 1 | -1): C {
  const sum: Record<string, number> = { ...a }
  for (const name in b) sum[name] = sum[name]! + sign * b[name]!
  return sum as C
}
