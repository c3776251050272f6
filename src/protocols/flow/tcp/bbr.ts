import { below } from '../../../base/prng.ts'
import { POLICER, POLICER_START, type PolicerConfig, type PolicerState, stepPolicer } from './bbr-policer.ts'
import type { RateSample } from './rate-sample.ts'
import { runningMax, type WindowedMax, windowedMax } from './windowed-max.ts'

/**
 * BBR v1: Cardwell, Cheng, Gunn, Yeganeh, Jacobson, "BBR: Congestion-Based Congestion Control" (2016), and Linux
 * net/ipv4/tcp_bbr.c, whose functions are named below. It builds a model of the path (the largest delivery rate of ten
 * round trips, the smallest round-trip time of ten seconds) and sends by it; loss hardly matters. Units: bytes,
 * microseconds, bytes per microsecond. Left out: the allowance for aggregated acknowledgements, and offload bursts.
 */
export interface BbrConfig {
  readonly mssBytes: number
  readonly initialSegments: number
  readonly bandwidthRounds: number
  readonly rttWindowUs: number
  readonly probeRttUs: number
  readonly minSegments: number
  /** Gains in 1/256, as Linux has them: 2/ln 2, its inverse, and 2. */
  readonly highGain: number
  readonly drainGain: number
  readonly cwndGain: number
  readonly cycleGains: readonly number[]
  /** Growth below `fullGrowth`/256 for `fullRounds` rounds: the pipe is full. */
  readonly fullGrowth: number
  readonly fullRounds: number
  /** Paced so many percent below the estimate, so that a queue cannot build up slowly. */
  readonly pacingMarginPercent: number
  readonly policer: PolicerConfig
}

export const BBR: BbrConfig = Object.freeze({
  mssBytes: 1_448,
  initialSegments: 10,
  bandwidthRounds: 10,
  rttWindowUs: 10_000_000,
  probeRttUs: 200_000,
  minSegments: 4,
  highGain: 739,
  drainGain: 88,
  cwndGain: 512,
  cycleGains: Object.freeze([320, 192, 256, 256, 256, 256, 256, 256]),
  fullGrowth: 320,
  fullRounds: 3,
  pacingMarginPercent: 1,
  policer: POLICER,
})

const UNIT = 256

export type BbrMode = 'startup' | 'drain' | 'probe-bandwidth' | 'probe-rtt'
export type Trouble = 'none' | 'recovery' | 'timeout'

export interface BbrState {
  readonly kind: 'bbr'
  readonly mode: BbrMode
  readonly cwndBytes: number
  readonly pacingRate: number
  readonly bandwidth: WindowedMax
  readonly rounds: number
  readonly roundEnds: number
  readonly roundStart: boolean
  readonly minRtt: { readonly us: number; readonly atUs: number } | null
  readonly full: { readonly bandwidth: number; readonly rounds: number }
  readonly cycle: { readonly index: number; readonly sinceUs: number }
  /** While probing for the round-trip time: when it may end, once the pipe has drained. */
  readonly probe: { readonly untilUs: number; readonly roundEnds: number } | null
  readonly priorCwndBytes: number
  readonly trouble: Trouble
  readonly conserving: boolean
  readonly policer: PolicerState
}

/** What an acknowledgement tells, in bytes and microseconds. */
export interface BbrAck {
  readonly kind: 'ack'
  readonly ackedBytes: number
  readonly rate: RateSample | null
  readonly rttUs: number | null
  readonly priorFlightBytes: number
  readonly flightBytes: number
  readonly delivered: number
  readonly lost: number
  readonly newlyLost: number
  readonly trouble: Trouble
  /** 32 bits, for the phase of the gain cycle. */
  readonly entropy: number
}

export type BbrEvent = BbrAck | { readonly kind: 'loss' } | { readonly kind: 'timeout' }

export function bbrStart(config: BbrConfig): BbrState {
  const cwndBytes = config.initialSegments * config.mssBytes
  return {
    kind: 'bbr',
    mode: 'startup',
    cwndBytes,
    // Until there is a sample: the initial window in a millisecond, times the gain (bbr_init_pacing_rate_from_rtt).
    pacingRate: (cwndBytes * config.highGain) / UNIT / 1_000,
    bandwidth: windowedMax(0, 0),
    rounds: 0,
    roundEnds: 0,
    roundStart: false,
    minRtt: null,
    full: { bandwidth: 0, rounds: 0 },
    cycle: { index: 0, sinceUs: 0 },
    probe: null,
    priorCwndBytes: 0,
    trouble: 'none',
    conserving: false,
    policer: POLICER_START,
  }
}

const bbrBandwidth = ({ bandwidth, policer }: BbrState): number => (policer.using ? policer.rate : bandwidth[0].value)

const pipeIsFull = (config: BbrConfig, { full }: BbrState): boolean => full.rounds >= config.fullRounds

/** The gain of the mode on the sending rate, in 1/256. */
function pacingGain(config: BbrConfig, state: BbrState): number {
  if (state.mode === 'startup') return config.highGain
  if (state.mode === 'drain') return config.drainGain
  if (state.mode === 'probe-rtt' || state.policer.using) return UNIT
  return config.cycleGains[state.cycle.index]!
}

const windowGain = (config: BbrConfig, { mode }: BbrState): number =>
  mode === 'probe-bandwidth' ? config.cwndGain : mode === 'probe-rtt' ? UNIT : config.highGain

export function stepBbr(config: BbrConfig, state: BbrState, event: BbrEvent, nowUs: number): BbrState {
  if (event.kind === 'ack') return acked(config, state, event, nowUs)
  const priorCwndBytes = saved(state)
  if (event.kind === 'loss') return { ...state, priorCwndBytes }
  // tcp_enter_loss: nothing counts as in flight any more, and the search for the ceiling begins anew.
  const full = pipeIsFull(config, state) ? state.full : { bandwidth: 0, rounds: 0 }
  return { ...state, priorCwndBytes, cwndBytes: config.mssBytes, trouble: 'timeout', roundStart: true, full }
}

/** bbr_save_cwnd: the last good window, before recovery or a probe cut it. */
const saved = ({ trouble, mode, cwndBytes, priorCwndBytes }: BbrState): number =>
  trouble === 'none' && mode !== 'probe-rtt' ? cwndBytes : Math.max(priorCwndBytes, cwndBytes)

/** bbr_main: first the model, then what follows from it. */
function acked(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): BbrState {
  let next = withBandwidth(config, state, ack, nowUs)
  if (next.mode === 'probe-bandwidth' && phaseEnds(config, next, ack, nowUs)) next = nextPhase(config, next, nowUs)
  next = withFullPipe(config, next, ack)
  next = drained(config, next, ack, nowUs)
  next = withMinRtt(config, next, ack, nowUs)
  next = { ...next, pacingRate: pace(config, next) }
  return withWindow(config, next, ack)
}

/** bbr_update_bw: a round ends when a segment sent after its start is acknowledged. */
function withBandwidth(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): BbrState {
  if (ack.rate === null) return { ...state, roundStart: false }
  const { rate, delivered } = ack
  const roundStart = rate.priorDelivered >= state.roundEnds
  const rounds = state.rounds + (roundStart ? 1 : 0)
  const judged = stepPolicer(
    config.policer,
    state.policer,
    { ...ack, appLimited: rate.appLimited, roundStart, probingBandwidth: state.mode === 'probe-bandwidth' },
    nowUs,
  )
  const sample = rate.deliveredBytes / rate.intervalUs
  const counts = !rate.appLimited || sample >= state.bandwidth[0].value
  const next: BbrState = {
    ...state,
    rounds,
    roundStart,
    roundEnds: roundStart ? delivered : state.roundEnds,
    conserving: state.conserving && !roundStart,
    policer: judged.state,
    bandwidth: counts ? runningMax(state.bandwidth, config.bandwidthRounds, rounds, sample) : state.bandwidth,
  }
  return judged.outcome === 'released' ? cycling(config, next, ack.entropy, nowUs) : next
}

/** The bytes that fill the path at `gain`/256, and three segments for what the hosts hold (bbr_inflight). */
function inflightTarget(config: BbrConfig, state: BbrState, bandwidth: number, gain: number): number {
  if (state.minRtt === null) return config.initialSegments * config.mssBytes
  const segments = Math.ceil((bandwidth * state.minRtt.us * gain) / UNIT / config.mssBytes) + 3
  const even = segments + (segments % 2)
  const probing = state.mode === 'probe-bandwidth' && state.cycle.index === 0
  return (even + (probing ? 2 : 0)) * config.mssBytes
}

/** bbr_is_next_cycle_phase: a phase lasts one round trip; probing up waits for the flight, draining ends early. */
function phaseEnds(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): boolean {
  const full = nowUs - state.cycle.sinceUs > (state.minRtt?.us ?? 0)
  const gain = pacingGain(config, state)
  if (gain === UNIT) return full
  const reach = (of: number) => inflightTarget(config, state, state.bandwidth[0].value, of)
  if (gain > UNIT) return full && (ack.newlyLost > 0 || ack.priorFlightBytes + config.mssBytes >= reach(gain))
  return full || ack.priorFlightBytes <= reach(UNIT)
}

const nextPhase = (config: BbrConfig, state: BbrState, nowUs: number): BbrState => ({
  ...state,
  cycle: { index: (state.cycle.index + 1) % config.cycleGains.length, sinceUs: nowUs },
})

/** bbr_reset_probe_bw_mode: begins anywhere but at the draining phase, so that flows do not march in step. */
function cycling(config: BbrConfig, state: BbrState, entropy: number, nowUs: number): BbrState {
  const last = config.cycleGains.length - 1
  const index = last - below(entropy, last)
  return nextPhase(config, { ...state, mode: 'probe-bandwidth', cycle: { index, sinceUs: nowUs } }, nowUs)
}

/** bbr_check_full_bw_reached. */
function withFullPipe(config: BbrConfig, state: BbrState, { rate }: BbrAck): BbrState {
  if (pipeIsFull(config, state) || !state.roundStart || rate === null || rate.appLimited) return state
  const bandwidth = state.bandwidth[0].value
  if (bandwidth * UNIT >= state.full.bandwidth * config.fullGrowth) return { ...state, full: { bandwidth, rounds: 0 } }
  return { ...state, full: { ...state.full, rounds: state.full.rounds + 1 } }
}

/** bbr_check_drain: from startup to draining what startup put into the queue, and on when it is gone. */
function drained(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): BbrState {
  const next: BbrState = state.mode === 'startup' && pipeIsFull(config, state) ? { ...state, mode: 'drain' } : state
  const target = inflightTarget(config, next, next.bandwidth[0].value, UNIT)
  return next.mode === 'drain' && ack.flightBytes <= target ? cycling(config, next, ack.entropy, nowUs) : next
}

/** bbr_update_min_rtt: a minimum older than ten seconds is looked for again, with almost nothing in flight. */
function withMinRtt(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): BbrState {
  const { minRtt } = state
  const expired = minRtt !== null && nowUs > minRtt.atUs + config.rttWindowUs
  let next = state
  if (ack.rttUs !== null && (minRtt === null || ack.rttUs < minRtt.us || expired))
    next = { ...state, minRtt: { us: ack.rttUs, atUs: nowUs } }
  if (expired && next.mode !== 'probe-rtt')
    next = { ...next, mode: 'probe-rtt', priorCwndBytes: saved(state), probe: null }
  return next.mode === 'probe-rtt' ? probingRtt(config, next, ack, nowUs) : next
}

function probingRtt(config: BbrConfig, state: BbrState, ack: BbrAck, nowUs: number): BbrState {
  if (state.probe === null) {
    if (ack.flightBytes > config.minSegments * config.mssBytes) return state
    return { ...state, probe: { untilUs: nowUs + config.probeRttUs, roundEnds: ack.delivered } }
  }
  const roundDone = ack.rate !== null && ack.rate.priorDelivered >= state.probe.roundEnds
  if (!roundDone || nowUs <= state.probe.untilUs) return state
  const minRtt = state.minRtt === null ? null : { ...state.minRtt, atUs: nowUs }
  const restored = { ...state, minRtt, probe: null, cwndBytes: Math.max(state.cwndBytes, state.priorCwndBytes) }
  return pipeIsFull(config, state) ? cycling(config, restored, ack.entropy, nowUs) : { ...restored, mode: 'startup' }
}

/** bbr_set_pacing_rate: before the pipe is full the rate only rises. */
function pace(config: BbrConfig, state: BbrState): number {
  const bandwidth = bbrBandwidth(state)
  const rate = (bandwidth * pacingGain(config, state) * (100 - config.pacingMarginPercent)) / UNIT / 100
  return bandwidth > 0 && (pipeIsFull(config, state) || rate > state.pacingRate) ? rate : state.pacingRate
}

/** bbr_set_cwnd, with bbr_set_cwnd_to_recover_or_restore before it. */
function withWindow(config: BbrConfig, state: BbrState, ack: BbrAck): BbrState {
  const least = config.minSegments * config.mssBytes
  const recovered = ack.ackedBytes > 0 ? recovering(config, state, ack) : state
  let cwndBytes = recovered.cwndBytes
  if (ack.ackedBytes > 0 && !recovered.conserving) {
    const target = inflightTarget(config, recovered, bbrBandwidth(recovered), windowGain(config, recovered))
    if (pipeIsFull(config, recovered)) cwndBytes = Math.min(cwndBytes + ack.ackedBytes, target)
    else if (cwndBytes < target || ack.delivered < config.initialSegments * config.mssBytes) cwndBytes += ack.ackedBytes
    cwndBytes = Math.max(cwndBytes, least)
  }
  return { ...recovered, cwndBytes: recovered.mode === 'probe-rtt' ? Math.min(cwndBytes, least) : cwndBytes }
}

function recovering(config: BbrConfig, state: BbrState, ack: BbrAck): BbrState {
  let cwndBytes = Math.max(state.cwndBytes - ack.newlyLost, config.mssBytes)
  let { conserving, roundEnds } = state
  if (ack.trouble === 'recovery' && state.trouble !== 'recovery') {
    conserving = true
    roundEnds = ack.delivered
    cwndBytes = ack.flightBytes + ack.ackedBytes
  } else if (ack.trouble === 'none' && state.trouble !== 'none') {
    conserving = false
    cwndBytes = Math.max(cwndBytes, state.priorCwndBytes)
  }
  if (conserving) cwndBytes = Math.max(cwndBytes, ack.flightBytes + ack.ackedBytes)
  return { ...state, cwndBytes, conserving, roundEnds, trouble: ack.trouble }
}
