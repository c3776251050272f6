import { clamp, type Step, unit } from '../step.ts'

export interface PieConfig {
  readonly targetUs: number
  /** The probability is updated this often: the owner of the queue calls {@link pieUpdate}. */
  readonly updateUs: number
  readonly limitPackets: number
  /** In 1/s: by how much the probability moves for a second above the target, and for a second of growth. */
  readonly alpha: number
  readonly beta: number
  /** A burst of this length passes after a time without congestion. */
  readonly burstUs: number
  readonly mtuBytes: number
  readonly ecn: boolean
}

/** RFC 8033 section 4 and Linux `pie_params_init`: α = 2/16, β = 20/16. */
export const PIE_DEFAULTS: PieConfig = Object.freeze({
  targetUs: 15_000,
  updateUs: 15_000,
  limitPackets: 1_000,
  alpha: 0.125,
  beta: 1.25,
  burstUs: 150_000,
  mtuBytes: 1_514,
  ecn: false,
})

export interface Pie {
  readonly probability: number
  /** The sum of the probabilities since the last drop: it keeps drops apart and runs of luck short. */
  readonly accumulated: number
  readonly burstLeftUs: number
  readonly delayUs: number
  readonly delayBeforeUs: number
  readonly lastDequeueUs: number | null
}

export const initialPie = (config: PieConfig): Pie => ({
  probability: 0,
  accumulated: 0,
  burstLeftUs: config.burstUs,
  delayUs: 0,
  delayBeforeUs: 0,
  lastDequeueUs: null,
})

export type PieVerdict = 'enqueue' | 'mark' | 'drop-early' | 'drop-full'

/** Above this delay the probability rises by 2 % at each update: something is very wrong. */
const ALARM_US = 250_000
const MARK_MAX = 0.1

/**
 * PIE (Pan et al. 2013; RFC 8033; Linux `sch_pie.c`): a packet is dropped on arrival with a probability that follows
 * the delay like a proportional-integral controller. @param backlog what waits, without this packet
 */
export function pieEnqueue(
  config: PieConfig,
  state: Pie,
  backlog: { readonly packets: number; readonly bytes: number },
  ecnCapable: boolean,
  entropy: number,
): Step<Pie, PieVerdict> {
  if (backlog.packets >= config.limitPackets) return { state: gathered(state, 0), outcome: 'drop-full' }
  if (isExempt(config, state, backlog.bytes)) return { state, outcome: 'enqueue' }
  const accumulated = state.probability === 0 ? 0 : state.accumulated + state.probability
  const hit = accumulated >= 8.5 || (accumulated >= 0.85 && unit(entropy) < state.probability)
  if (!hit) return { state: gathered(state, accumulated), outcome: 'enqueue' }
  const marks = config.ecn && ecnCapable && state.probability <= MARK_MAX
  return { state: gathered(state, 0), outcome: marks ? 'mark' : 'drop-early' }
}

/** Written out: a spread would cost more than the decision. */
function gathered(state: Pie, accumulated: number): Pie {
  const { probability, burstLeftUs, delayUs, delayBeforeUs, lastDequeueUs } = state
  return { probability, accumulated, burstLeftUs, delayUs, delayBeforeUs, lastDequeueUs }
}

/** No early drop in a burst, with little delay and a low probability, or with less than two packets waiting. */
function isExempt(config: PieConfig, state: Pie, bytes: number): boolean {
  if (state.burstLeftUs > 0 || bytes < 2 * config.mtuBytes) return true
  return state.delayUs < config.targetUs / 2 && state.probability < 0.2
}

/** A packet that waited `sojournUs` leaves; `backlogBytes` stay behind. */
export function pieDequeue(state: Pie, sojournUs: number, backlogBytes: number, nowUs: number): Pie {
  const sinceUs = state.lastDequeueUs === null ? 0 : nowUs - state.lastDequeueUs
  return {
    ...state,
    delayUs: backlogBytes === 0 ? 0 : sojournUs,
    lastDequeueUs: nowUs,
    burstLeftUs: Math.max(0, state.burstLeftUs - sinceUs),
  }
}

/** The probability for the next `updateUs`. */
export function pieUpdate(config: PieConfig, state: Pie, backlogBytes: number): Pie {
  const { delayUs, delayBeforeUs } = state
  const probability = nextProbability(config, state, backlogBytes)
  const isCalm = delayUs < config.targetUs / 2 && delayBeforeUs < config.targetUs / 2 && probability === 0
  if (isCalm) return { ...initialPie(config), delayUs, delayBeforeUs: delayUs }
  return { ...state, probability, delayBeforeUs: delayUs }
}

function nextProbability(config: PieConfig, state: Pie, backlogBytes: number): number {
  const { probability, delayUs, delayBeforeUs } = state
  const scale = scaleOf(probability)
  const error = (config.alpha * (delayUs - config.targetUs)) / 1_000_000
  const trend = (config.beta * (delayUs - delayBeforeUs)) / 1_000_000
  const wish = scale * (error + trend)
  const delta = probability >= 0.1 ? Math.min(wish, 0.02) : wish
  const next = clamp(probability + delta + (delayUs > ALARM_US ? 0.02 : 0), 0, 1)
  const isIdle = delayUs === 0 && delayBeforeUs === 0 && backlogBytes === 0
  return isIdle ? next - next / 64 : next
}

/** A low probability moves in small steps: half below 10 %, and a quarter of that for each decade, down to 1e-6. */
function scaleOf(probability: number): number {
  if (probability >= 0.1) return 1
  let scale = 0.5
  for (let power = 100; power <= 1_000_000 && probability < 1 / power; power *= 10) scale /= 4
  return scale
}
