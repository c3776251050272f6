import { ln } from '../../../base/elementary.ts'
import { draw, streamKey } from '../../../base/prng.ts'
import { conform, freshGcra } from './gcra.ts'
import { fullBucket, type RateConfig, takeTokens } from './token-bucket.ts'

/** Instants of `count` Poisson arrivals, `meanUs` apart. */
export function poisson(seed: number, meanUs: number, count: number): number[] {
  const key = streamKey(seed, 'arrivals')
  let exact = 0
  return Array.from({ length: count }, (_, at) => {
    exact -= meanUs * ln((draw(key, at) + 1) / 0x1_0000_0000)
    return Math.round(exact)
  })
}

/** What a token bucket lets through. */
export function throughBucket(config: RateConfig, arrivals: readonly number[]): boolean[] {
  let bucket = fullBucket(config, 0)
  return arrivals.map((nowUs) => {
    const { state, outcome } = takeTokens(config, bucket, 1, nowUs)
    bucket = state
    return outcome.allowed
  })
}

/** What GCRA lets through. */
export function throughGcra(config: RateConfig, arrivals: readonly number[]): boolean[] {
  let gcra = freshGcra
  return arrivals.map((nowUs) => {
    const { state, outcome } = conform(config, gcra, nowUs)
    gcra = state
    return outcome.allowed
  })
}
