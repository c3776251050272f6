import { assert } from '../../../base/assert.ts'
import { countInWindow, emptyWindow, type RollingWindow, windowSums } from '../rolling-window.ts'
import type { Step } from '../step.ts'

export interface FinagleBudgetConfig {
  /** A deposit expires after about this time: 1 s to 60 s, whole seconds. */
  readonly ttlUs: number
  /** Retries that are allowed whatever the load. */
  readonly minRetriesPerSecond: number
  /** Retries for each request, 0 to 1,000: 0.2 is one for five. */
  readonly share: number
}

/** Finagle, `RetryBudget.apply()`: 20 % and ten a second, over ten seconds. */
export const FINAGLE_BUDGET_DEFAULTS: FinagleBudgetConfig = Object.freeze({
  ttlUs: 10_000_000,
  minRetriesPerSecond: 10,
  share: 0.2,
})

/** What a request deposits, so that shares above 1 need no fractions. */
const SCALE = 1_000
const BUCKETS = 10

/** Counts tokens. */
export type FinagleBudget = RollingWindow

export const initialFinagleBudget: FinagleBudget = emptyWindow

const window = (config: FinagleBudgetConfig) => ({ windowUs: config.ttlUs, buckets: BUCKETS })
const price = ({ share }: FinagleBudgetConfig): number => (share === 0 ? 1 : Math.floor(SCALE / share))

/** How many retries may be made at once now. */
export function finagleBalance(config: FinagleBudgetConfig, state: FinagleBudget, nowUs: number): number {
  const reserve = config.minRetriesPerSecond * Math.floor(config.ttlUs / 1_000_000) * price(config)
  return Math.floor((windowSums(window(config), state, nowUs).all + reserve) / price(config))
}

/** A request was made (a first attempt). */
export function finagleDeposit(config: FinagleBudgetConfig, state: FinagleBudget, nowUs: number): FinagleBudget {
  assert(config.ttlUs >= 1_000_000 && config.ttlUs <= 60_000_000, 'a time to live of 1 s to 60 s')
  assert(config.share >= 0 && config.share <= SCALE, 'a share of 0 to 1,000 retries a request')
  return config.share === 0 ? state : countInWindow(window(config), state, SCALE, 0, nowUs)
}

/**
 * The retry budget of Finagle (`RetryBudget`, a leaky `TokenBucket`): a retry is paid from what requests deposited in
 * the last seconds, so that retries never multiply the load by more than 1 + share.
 */
export function finagleWithdraw(
  config: FinagleBudgetConfig,
  state: FinagleBudget,
  nowUs: number,
): Step<FinagleBudget, boolean> {
  if (finagleBalance(config, state, nowUs) < 1) return { state, outcome: false }
  return { state: countInWindow(window(config), state, -price(config), 0, nowUs), outcome: true }
}
