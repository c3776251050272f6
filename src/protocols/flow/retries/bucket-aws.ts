import type { Step } from '../step.ts'

export interface AwsBucketConfig {
  readonly capacity: number
  /** What a retry costs, by the failure that made it necessary. */
  readonly transientCost: number
  readonly throttlingCost: number
  readonly timeoutCost: number
  /** What a success at the first attempt gives back. A success of a retry returns what that retry cost. */
  readonly successRefund: number
  readonly attemptsMax: number
  readonly transientBaseUs: number
  readonly throttlingBaseUs: number
}

/** AWS SDKs, standard mode before "2026": 500 tokens, 5 a retry, 10 after a timeout; 3 attempts, 1 s doubling to 20 s. */
export const AWS_BUCKET_DEFAULTS: AwsBucketConfig = Object.freeze({
  capacity: 500,
  transientCost: 5,
  throttlingCost: 5,
  timeoutCost: 10,
  successRefund: 1,
  attemptsMax: 3,
  transientBaseUs: 1_000_000,
  throttlingBaseUs: 1_000_000,
})

/**
 * What AWS announced for November 2026 (`AWS_NEW_RETRIES_2026`): dearer retries, a shorter base except after throttling,
 * and a timeout is a failure like others.
 */
export const AWS_BUCKET_2026: AwsBucketConfig = Object.freeze({
  ...AWS_BUCKET_DEFAULTS,
  transientCost: 14,
  timeoutCost: 14,
  transientBaseUs: 50_000,
})

export type AwsFailure = 'transient' | 'throttling' | 'timeout'

export interface AwsBucket {
  readonly tokens: number
}

export const fullAwsBucket = (config: AwsBucketConfig): AwsBucket => ({ tokens: config.capacity })

function awsCost(config: AwsBucketConfig, failure: AwsFailure): number {
  if (failure === 'timeout') return config.timeoutCost
  return failure === 'throttling' ? config.throttlingCost : config.transientCost
}

/**
 * The retry quota of AWS SDKs: a client that fails for long has no tokens left, and makes no retries at all.
 * @param attempt number of the attempt that failed, from 1
 */
export function awsWithdraw(
  config: AwsBucketConfig,
  state: AwsBucket,
  failure: AwsFailure,
  attempt: number,
): Step<AwsBucket, boolean> {
  const cost = awsCost(config, failure)
  if (attempt >= config.attemptsMax || state.tokens < cost) return { state, outcome: false }
  return { state: { tokens: state.tokens - cost }, outcome: true }
}

/** A success: at the first attempt (null), or of a retry that `failure` had made necessary. */
export function awsRefund(config: AwsBucketConfig, state: AwsBucket, failure: AwsFailure | null): AwsBucket {
  const refund = failure === null ? config.successRefund : awsCost(config, failure)
  return { tokens: Math.min(config.capacity, state.tokens + refund) }
}
