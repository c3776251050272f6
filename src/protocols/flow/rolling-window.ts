import { assert } from '../../base/assert.ts'

/** Counters over the last `windowUs`, in `buckets` equal parts: the oldest part is forgotten as a whole. */
export interface RollingConfig {
  readonly windowUs: number
  readonly buckets: number
}

/**
 * Sums of several counters (their names are the keys) over a sliding window. The newest part is filled while time runs
 * through it, so the window covers between (buckets − 1)/buckets and all of `windowUs`: so do Hystrix, opossum, Finagle.
 */
export interface RollingWindow<Counts extends Readonly<Record<string, number>>> {
  /** Number of the newest part since instant 0. */
  readonly newest: number
  /** The parts from the oldest to the newest; at most `buckets`. */
  readonly parts: readonly Counts[]
}

/** A window in which nothing has happened; `zero` gives the names of the counters. */
export function emptyWindow<C extends Readonly<Record<string, number>>>(zero: C): RollingWindow<C> {
  return { newest: 0, parts: [zero] }
}

function advance<C extends Readonly<Record<string, number>>>(
  config: RollingConfig,
  window: RollingWindow<C>,
  nowUs: number,
): RollingWindow<C> {
  const newest = Math.floor((nowUs * config.buckets) / config.windowUs)
  const passed = newest - window.newest
  assert(passed >= 0, 'time runs forward')
  if (passed === 0) return window
  const zero = zeroOf(window)
  const empty = Array.from({ length: Math.min(passed, config.buckets) }, () => zero)
  return { newest, parts: [...window.parts, ...empty].slice(-config.buckets) }
}

const zeroOf = <C extends Readonly<Record<string, number>>>(window: RollingWindow<C>): C =>
  Object.fromEntries(Object.keys(window.parts[0]!).map((name) => [name, 0])) as C

/** The window after `change` was added to its newest part. */
export function countInWindow<C extends Readonly<Record<string, number>>>(
  config: RollingConfig,
  window: RollingWindow<C>,
  change: Partial<C>,
  nowUs: number,
): RollingWindow<C> {
  const { newest, parts } = advance(config, window, nowUs)
  const last = parts.at(-1)!
  const names = Object.keys(last) as (keyof C & string)[]
  const sum = Object.fromEntries(names.map((name) => [name, last[name]! + (change[name] ?? 0)])) as C
  return { newest, parts: parts.with(-1, sum) }
}

/** The sums over the window that ends at `nowUs`. */
export function windowSums<C extends Readonly<Record<string, number>>>(
  config: RollingConfig,
  window: RollingWindow<C>,
  nowUs: number,
): C {
  const { parts } = advance(config, window, nowUs)
  const names = Object.keys(parts[0]!) as (keyof C & string)[]
  return Object.fromEntries(
    names.map((name) => [name, parts.reduce((total, part) => total + part[name]!, 0)]),
  ) as unknown as C
}
