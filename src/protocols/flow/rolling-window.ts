import { assert } from '../../base/assert.ts'

/** Counters over the last `windowUs`, in `buckets` equal parts: the oldest part is forgotten as a whole. */
export interface RollingConfig {
  readonly windowUs: number
  readonly buckets: number
}

/** Two counters: of everything, and of what matters of it (failures among calls, accepts among requests). */
export interface Tally {
  readonly all: number
  readonly some: number
}

/**
 * Sums over a sliding window. The newest part is filled while time runs through it, so the window covers between
 * (buckets − 1)/buckets and all of `windowUs`: so do Hystrix, opossum, Finagle.
 */
export interface RollingWindow {
  /** Number of the newest part since instant 0, and what was counted in it. */
  readonly newest: number
  readonly current: Tally
  /** The parts before it from the oldest on; at most `buckets` − 1. */
  readonly older: readonly Tally[]
  /** Over all parts. */
  readonly sums: Tally
}

const NOTHING: Tally = Object.freeze({ all: 0, some: 0 })

/** A window in which nothing has happened. */
export const emptyWindow: RollingWindow = Object.freeze({ newest: 0, current: NOTHING, older: [], sums: NOTHING })

const plus = (tally: Tally, all: number, some: number): Tally => ({ all: tally.all + all, some: tally.some + some })

/** The window after `all` and `some` were added to its newest part. */
export function countInWindow(
  config: RollingConfig,
  window: RollingWindow,
  all: number,
  some: number,
  nowUs: number,
): RollingWindow {
  const { newest, current, older, sums } = advance(config, window, nowUs)
  return { newest, current: plus(current, all, some), older, sums: plus(sums, all, some) }
}

/** The sums over the window that ends at `nowUs`. */
export const windowSums = (config: RollingConfig, window: RollingWindow, nowUs: number): Tally =>
  advance(config, window, nowUs).sums

function advance(config: RollingConfig, window: RollingWindow, nowUs: number): RollingWindow {
  const newest = Math.floor((nowUs * config.buckets) / config.windowUs)
  const passed = newest - window.newest
  assert(passed >= 0, 'time runs forward')
  if (passed === 0) return window
  if (passed >= config.buckets) return { newest, current: NOTHING, older: [], sums: NOTHING }
  const parts = [...window.older, window.current, ...Array<Tally>(passed - 1).fill(NOTHING)]
  const gone = Math.max(0, parts.length - (config.buckets - 1))
  const sums = parts.slice(0, gone).reduce((sum, part) => plus(sum, -part.all, -part.some), window.sums)
  return { newest, current: NOTHING, older: parts.slice(gone), sums }
}
