import { assert } from '../../../base/assert.ts'
import type { Step } from '../step.ts'

/** `tokens` every `perUs` flow into a bucket that holds `burst`. Integers, so that no rate ever drifts. */
export interface RateConfig {
  readonly tokens: number
  readonly perUs: number
  /** The most that may pass at once, at least 1. */
  readonly burst: number
}

/** A hundred a second, ten at once. The mechanism has no standard figures. */
export const RATE_DEFAULTS: RateConfig = Object.freeze({ tokens: 100, perUs: 1_000_000, burst: 10 })

export interface TokenBucket {
  /** What is in the bucket, in parts of a token: one token is `perUs` parts. */
  readonly parts: number
  readonly atUs: number
}

/** What a limiter says; `retryAfterUs` is 0 when the event may pass, and else how long until it could. */
export interface Admission {
  readonly allowed: boolean
  readonly retryAfterUs: number
}

export const fullBucket = (config: RateConfig, nowUs: number): TokenBucket => ({
  parts: config.burst * config.perUs,
  atUs: nowUs,
})

/**
 * The token bucket (Turner 1986; RFC 2697 calls its depth CBS): an event that costs `cost` tokens passes when they are
 * there. Any window of t seconds lets through at most burst + rate·t.
 */
export function takeTokens(
  config: RateConfig,
  bucket: TokenBucket,
  cost: number,
  nowUs: number,
): Step<TokenBucket, Admission> {
  assert(nowUs >= bucket.atUs, 'time runs forward')
  assert(cost > 0 && cost <= config.burst, 'more tokens than the bucket can ever hold')
  const parts = Math.min(config.burst * config.perUs, bucket.parts + (nowUs - bucket.atUs) * config.tokens)
  const price = cost * config.perUs
  if (parts >= price) {
    return { state: { parts: parts - price, atUs: nowUs }, outcome: { allowed: true, retryAfterUs: 0 } }
  }
  const retryAfterUs = Math.ceil((price - parts) / config.tokens)
  return { state: { parts, atUs: nowUs }, outcome: { allowed: false, retryAfterUs } }
}
