/** Two patiences: one while the queue empties now and then, one while it does not. */
export interface ControlledDelayConfig {
  /** For how long the queue must not have been empty to be called overloaded; and the patience while it is not. */
  readonly intervalUs: number
  /** The patience under overload. */
  readonly targetUs: number
}

/** Maurer, "Fail at Scale" (ACM Queue 2015): N = 100 ms, M = 5 ms, for all of Facebook's services. */
export const CONTROLLED_DELAY_DEFAULTS: ControlledDelayConfig = Object.freeze({ intervalUs: 100_000, targetUs: 5_000 })

export interface ControlledDelay {
  readonly lastEmptyUs: number
}

/** The queue was seen empty at `nowUs`. */
export const sawEmpty = (nowUs: number): ControlledDelay => ({ lastEmptyUs: nowUs })

/**
 * Controlled delay for requests, CoDel's idea without its schedule: how long an arriving request may wait before it is
 * thrown away. A queue that has not been empty for 100 ms is a standing one, and waits in it are useless.
 */
export const patienceUs = (config: ControlledDelayConfig, state: ControlledDelay, nowUs: number): number =>
  state.lastEmptyUs < nowUs - config.intervalUs ? config.targetUs : config.intervalUs
