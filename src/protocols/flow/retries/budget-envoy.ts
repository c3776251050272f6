export interface EnvoyBudgetConfig {
  /** Retries in flight per hundred requests that are active or pending. */
  readonly budgetPercent: number
  /** So many retries may be in flight in any case. */
  readonly minRetryConcurrency: number
}

/** Envoy, `CircuitBreakers.Thresholds.RetryBudget`. */
export const ENVOY_BUDGET_DEFAULTS: EnvoyBudgetConfig = Object.freeze({ budgetPercent: 20, minRetryConcurrency: 3 })

/** What the proxy counts of one cluster. Retries in flight are active requests too. */
export interface EnvoyLoad {
  readonly active: number
  readonly pending: number
  readonly retriesInFlight: number
}

/** How many retries may be in flight under this load, rounded down. */
export const envoyRetryLimit = (config: EnvoyBudgetConfig, { active, pending }: EnvoyLoad): number =>
  Math.max(config.minRetryConcurrency, Math.floor(((active + pending) * config.budgetPercent) / 100))

/** Envoy's retry budget: a share of what is in flight now, so it has no memory and needs no state of its own. */
export const mayRetryEnvoy = (config: EnvoyBudgetConfig, load: EnvoyLoad): boolean =>
  load.retriesInFlight < envoyRetryLimit(config, load)
