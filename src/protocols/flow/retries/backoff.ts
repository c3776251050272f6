import { assert, unreachable } from '../../../base/assert.ts'
import { between } from '../../../base/prng.ts'
import { clamp } from '../step.ts'

/** How the pauses between attempts grow, and how chance spreads them. */
export interface BackoffConfig {
  readonly baseUs: number
  readonly capUs: number
  /** By how much the pause grows from one retry to the next, in per-mille: 2,000 doubles. */
  readonly factorPermille: number
  readonly jitter: Jitter
}

/** Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). */
export type Jitter =
  /** Everybody comes back at the same instants. */
  | 'none'
  /** Anything from 0 to the exponential pause. */
  | 'full'
  /** Half of the pause for sure, the other half by chance. */
  | 'equal'
  /** Anything from the base to three times the last pause: it needs no number of the attempt. */
  | 'decorrelated'

/** 50 ms doubling to 20 s, full jitter: AWS SDKs from 2026 on, for failures that are no throttling. */
export const BACKOFF_DEFAULTS: BackoffConfig = Object.freeze({
  baseUs: 50_000,
  capUs: 20_000_000,
  factorPermille: 2_000,
  jitter: 'full',
})

/** gRFC A6: at most 5 attempts whatever is asked, U(0, min(initial·multiplier^(n−1), max)); its example is this. */
export const GRPC_BACKOFF_EXAMPLE = Object.freeze({
  attempts: 4,
  attemptsMax: 5,
  backoff: Object.freeze({ baseUs: 100_000, capUs: 1_000_000, factorPermille: 2_000, jitter: 'full' as const }),
})

/** min(cap, base·factor^(retry − 1)), for `retry` from 1. */
export function exponentialUs(config: BackoffConfig, retry: number): number {
  assert(retry >= 1, 'the first retry is number 1')
  let pause = config.baseUs
  for (let n = 1; n < retry && pause < config.capUs; n++) pause = Math.floor((pause * config.factorPermille) / 1_000)
  return Math.min(config.capUs, pause)
}

/**
 * The pause before retry number `retry` (from 1), in µs. Backoff delays an open load, it does not lower it: a storm is
 * ended by budgets, and only spread by jitter.
 * @param previousUs the last pause; of the first retry, anything @param entropy 32 bits
 */
export function backoffUs(config: BackoffConfig, retry: number, previousUs: number, entropy: number): number {
  const pause = exponentialUs(config, retry)
  switch (config.jitter) {
    case 'none':
      return pause
    case 'full':
      return between(entropy, 0, pause)
    case 'equal':
      return Math.ceil(pause / 2) + between(entropy, 0, Math.floor(pause / 2))
    case 'decorrelated': {
      const last = retry === 1 ? config.baseUs : clamp(previousUs, config.baseUs, config.capUs)
      return Math.min(config.capUs, between(entropy, config.baseUs, 3 * last))
    }
    default:
      return unreachable(config.jitter)
  }
}

/**
 * What a server that pushes back asks for (gRFC A6, `grpc-retry-pushback-ms`): the pause instead of the own one. A value
 * that is no number from 0 on forbids the retry: null.
 */
export const pushedBackUs = (pushbackMs: number): number | null =>
  Number.isInteger(pushbackMs) && pushbackMs >= 0 ? pushbackMs * 1_000 : null

/** (1 − p^(R+1))/(1 − p): the attempts that a request costs when each fails with probability p and R retries follow. */
export function expectedAttempts(failure: number, retries: number): number {
  let sum = 0
  let share = 1
  for (let attempt = 0; attempt <= retries; attempt++) {
    sum += share
    share *= failure
  }
  return sum
}

/** (R + 1)^layers: the attempts at the bottom when every layer of a call tree retries R times and the bottom is down. */
export function amplification(retries: number, layers: number): number {
  let product = 1
  for (let layer = 0; layer < layers; layer++) product *= retries + 1
  return product
}
