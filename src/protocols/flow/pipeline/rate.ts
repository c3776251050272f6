import { unreachable } from '../../../base/assert.ts'
import { countInFixedWindow, type FixedWindow, freshWindow } from '../limits/fixed-window.ts'
import { conform, freshGcra, type Gcra } from '../limits/gcra.ts'
import { emptyLeakyBucket, type LeakyBucket, type LeakyBucketConfig, pour } from '../limits/leaky-bucket.ts'
import { type Admission, fullBucket, type TokenBucket, takeTokens } from '../limits/token-bucket.ts'
import type { Step } from '../step.ts'
import { chosen } from './chosen.ts'
import type { RateLimit } from './settings.ts'

/** All rate limits behind one face. */
export type RateState =
  | { readonly kind: 'none' }
  | { readonly kind: 'token-bucket'; readonly inner: TokenBucket }
  | { readonly kind: 'gcra'; readonly inner: Gcra }
  | { readonly kind: 'leaky-bucket'; readonly inner: LeakyBucket }
  | { readonly kind: 'fixed-window'; readonly inner: FixedWindow }

/** What a rate limit says of one item. */
export interface Passage extends Admission {
  /** How long what is admitted stays in the limiter: above 0 in a leaky bucket only, whose queue makes the flow smooth. */
  readonly holdUs: number
}

export function rateStart(rate: RateLimit, nowUs: number): RateState {
  switch (rate.kind) {
    case 'none':
      return rate
    case 'token-bucket':
      return { kind: 'token-bucket', inner: fullBucket(rate.config, nowUs) }
    case 'gcra':
      return { kind: 'gcra', inner: freshGcra }
    case 'leaky-bucket':
      return { kind: 'leaky-bucket', inner: emptyLeakyBucket }
    case 'fixed-window':
      return { kind: 'fixed-window', inner: freshWindow }
    default:
      return unreachable(rate)
  }
}

/** May one item pass at `nowUs`? Asking uses up what it is granted. */
export function admit(rate: RateLimit, state: RateState, nowUs: number): Step<RateState, Passage> {
  switch (state.kind) {
    case 'none':
      return { state, outcome: { allowed: true, retryAfterUs: 0, holdUs: 0 } }
    case 'token-bucket':
      return atOnce(state.kind, takeTokens(chosen(rate, state.kind).config, state.inner, 1, nowUs))
    case 'gcra':
      return atOnce(state.kind, conform(chosen(rate, state.kind).config, state.inner, nowUs))
    case 'leaky-bucket':
      return poured(chosen(rate, state.kind).config, state.inner, nowUs)
    case 'fixed-window':
      return atOnce(state.kind, countInFixedWindow(chosen(rate, state.kind).config, state.inner, nowUs))
    default:
      return unreachable(state)
  }
}

const atOnce = <Kind extends string, Inner>(kind: Kind, { state, outcome }: Step<Inner, Admission>) => ({
  state: { kind, inner: state },
  outcome: { ...outcome, holdUs: 0 },
})

function poured(config: LeakyBucketConfig, before: LeakyBucket, nowUs: number): Step<RateState, Passage> {
  const { state, outcome: leavesUs } = pour(config, before, nowUs)
  const after = { kind: 'leaky-bucket', inner: state } as const
  if (leavesUs !== null) {
    return { state: after, outcome: { allowed: true, retryAfterUs: 0, holdUs: leavesUs - nowUs } }
  }
  const roomUs = state.emptyUs - (config.capacity - 1) * config.intervalUs
  return { state: after, outcome: { allowed: false, retryAfterUs: roomUs - nowUs, holdUs: 0 } }
}
