/**
 * How BBR v1 finds out that a token-bucket policer drops its packets: two sampling intervals in a row with heavy loss and
 * the same throughput (Linux tcp_bbr.c, bbr_lt_bw_sampling). Bytes per microsecond, microseconds.
 */
export interface PolicerConfig {
  /** An interval has at least so many round trips, at most four times as many. */
  readonly roundsMin: number
  /** Loss from which a policer is suspected, of 256: 50 is 20 %. */
  readonly lossOf256: number
  /** Two rates are the same within this share of 256 (32 is 1/8), or within `differenceMax` bytes/s. */
  readonly ratioOf256: number
  readonly differenceMaxBytesPerS: number
  /** The long-term rate is used for so many round trips, then probing begins again. */
  readonly useRounds: number
}

export const POLICER: PolicerConfig = Object.freeze({
  roundsMin: 4,
  lossOf256: 50,
  ratioOf256: 32,
  differenceMaxBytesPerS: 500,
  useRounds: 48,
})

export interface PolicerState {
  readonly sampling: boolean
  /** The rate is taken for a policer's: pace by it. */
  readonly using: boolean
  readonly rate: number
  readonly rounds: number
  readonly since: { readonly us: number; readonly delivered: number; readonly lost: number }
}

export interface PolicerSample {
  readonly delivered: number
  /** Bytes lost so far, and by this acknowledgement. */
  readonly lost: number
  readonly newlyLost: number
  readonly appLimited: boolean
  readonly roundStart: boolean
  readonly probingBandwidth: boolean
}

export const POLICER_START: PolicerState = Object.freeze({
  sampling: false,
  using: false,
  rate: 0,
  rounds: 0,
  since: Object.freeze({ us: 0, delivered: 0, lost: 0 }),
})

const begin = (state: PolicerState, { delivered, lost }: PolicerSample, us: number): PolicerState => ({
  ...state,
  rounds: 0,
  since: { us, delivered, lost },
})

const forget = (sample: PolicerSample, nowUs: number): PolicerState => begin(POLICER_START, sample, nowUs)

/** `outcome` is 'released' when the long-term rate has been used long enough: gain cycling starts again. */
export function stepPolicer(
  config: PolicerConfig,
  state: PolicerState,
  sample: PolicerSample,
  nowUs: number,
): { state: PolicerState; outcome: 'released' | 'none' } {
  if (state.using) {
    const rounds = state.rounds + (sample.probingBandwidth && sample.roundStart ? 1 : 0)
    if (rounds >= config.useRounds) return { state: forget(sample, nowUs), outcome: 'released' }
    return { state: { ...state, rounds }, outcome: 'none' }
  }
  return { state: sampled(config, state, sample, nowUs), outcome: 'none' }
}

function sampled(config: PolicerConfig, state: PolicerState, sample: PolicerSample, nowUs: number): PolicerState {
  // The first loss says that the tokens are used up; what came before was a burst.
  if (!state.sampling && sample.newlyLost === 0) return state
  const begun = state.sampling ? state : { ...begin(state, sample, nowUs), sampling: true }
  if (sample.appLimited) return forget(sample, nowUs)
  const rounds = begun.rounds + (sample.roundStart ? 1 : 0)
  const next = { ...begun, rounds }
  if (rounds < config.roundsMin) return next
  if (rounds > 4 * config.roundsMin) return forget(sample, nowUs)
  return sample.newlyLost === 0 ? next : intervalEnds(config, next, sample, nowUs)
}

function intervalEnds(config: PolicerConfig, state: PolicerState, sample: PolicerSample, nowUs: number): PolicerState {
  const delivered = sample.delivered - state.since.delivered
  const lost = sample.lost - state.since.lost
  const elapsedUs = nowUs - state.since.us
  if (delivered <= 0 || lost * 256 < config.lossOf256 * delivered || elapsedUs < 1_000) return state
  const rate = delivered / elapsedUs
  const difference = Math.abs(rate - state.rate)
  const same = difference * 256 <= config.ratioOf256 * state.rate || difference * 1e6 <= config.differenceMaxBytesPerS
  if (state.rate > 0 && same) return { ...state, rate: (rate + state.rate) / 2, using: true, rounds: 0 }
  return { ...begin(state, sample, nowUs), rate }
}
