import { AppendList } from '../../../base/append-list.ts'
import type { Step } from '../step.ts'

export interface DagorConfig {
  /** A mean wait in the queue above it is overload. */
  readonly queuingTimeUs: number
  /** A window ends after this time or this many requests, whichever is first. */
  readonly windowUs: number
  readonly windowRequests: number
  /** Under overload so much less of what was admitted is to be admitted (α)… */
  readonly shedPermille: number
  /** …and else so much more, of what arrived (β). */
  readonly admitPermille: number
  /** Priorities of the business, and of the user within each. Together they are the levels. */
  readonly businessLevels: number
  readonly userLevels: number
}

/** Zhou et al. 2018, sections 4.1 to 4.2.3: 20 ms, 1 s or 2,000 requests, α = 5 %, β = 1 %; 128 user priorities. */
export const DAGOR_DEFAULTS: DagorConfig = Object.freeze({
  queuingTimeUs: 20_000,
  windowUs: 1_000_000,
  windowRequests: 2_000,
  shedPermille: 50,
  admitPermille: 10,
  businessLevels: 64,
  userLevels: 128,
})

export interface Dagor {
  /** Requests of a level below it are admitted; 0 is the most urgent. All are at the beginning. */
  readonly admissionLevel: number
  readonly windowStartUs: number
  /** The levels of what arrived in this window: the histogram of the paper, before it is counted. */
  readonly arrived: AppendList<number>
  readonly admitted: number
  readonly started: number
  readonly waitedUs: number
}

const levels = (config: DagorConfig): number => config.businessLevels * config.userLevels

export const initialDagor = (config: DagorConfig, nowUs: number): Dagor => ({
  admissionLevel: levels(config),
  ...freshWindow(nowUs),
})

const freshWindow = (nowUs: number) => ({
  windowStartUs: nowUs,
  arrived: AppendList.empty<number>(),
  admitted: 0,
  started: 0,
  waitedUs: 0,
})

/** The compound level of a request: first its business, then its user. Callees get it with the request. */
export const dagorLevel = (config: DagorConfig, business: number, user: number): number =>
  business * config.userLevels + user

/**
 * Overload control of WeChat (Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC 2018): a request
 * is admitted when its level is more urgent than the admission level, which moves by the histogram of the last window.
 */
export function dagorArrival(config: DagorConfig, before: Dagor, level: number, nowUs: number): Step<Dagor, boolean> {
  const state = isOver(config, before, nowUs) ? closeWindow(config, before, nowUs) : before
  const isAdmitted = level < state.admissionLevel
  // Written out, as below: a spread would cost more than the decision.
  const { admissionLevel, windowStartUs, started, waitedUs } = state
  const admitted = state.admitted + (isAdmitted ? 1 : 0)
  const arrived = state.arrived.append(level)
  return { state: { admissionLevel, windowStartUs, arrived, admitted, started, waitedUs }, outcome: isAdmitted }
}

/** A request starts after it waited `waitUs`: the only load that is measured, since service times are of callees too. */
export function dagorStart(state: Dagor, waitUs: number): Dagor {
  const { admissionLevel, windowStartUs, arrived, admitted } = state
  const [started, waitedUs] = [state.started + 1, state.waitedUs + waitUs]
  return { admissionLevel, windowStartUs, arrived, admitted, started, waitedUs }
}

const isOver = (config: DagorConfig, state: Dagor, nowUs: number): boolean =>
  nowUs - state.windowStartUs >= config.windowUs || state.arrived.length >= config.windowRequests

function closeWindow(config: DagorConfig, state: Dagor, nowUs: number): Dagor {
  const isOverloaded = state.waitedUs > config.queuingTimeUs * state.started
  const wanted = isOverloaded
    ? (state.admitted * (1_000 - config.shedPermille)) / 1_000
    : state.admitted + (state.arrived.length * config.admitPermille) / 1_000
  const admissionLevel = isOverloaded ? lowered(state, wanted) : raised(config, state, wanted)
  return { admissionLevel, ...freshWindow(nowUs) }
}

/** How many arrived of each level. */
function histogram({ arrived }: Dagor): Map<number, number> {
  const counts = new Map<number, number>()
  for (const level of arrived) counts.set(level, (counts.get(level) ?? 0) + 1)
  return counts
}

/** The level at which the last window would have admitted at most `wanted`. */
function lowered(state: Dagor, wanted: number): number {
  let left = state.admitted
  let level = state.admissionLevel
  const downwards = [...histogram(state)].filter(([at]) => at < level).sort(([x], [y]) => y - x)
  for (const [at, count] of downwards) {
    if (left <= wanted) break
    left -= count
    level = at
  }
  return level
}

/** The level at which the last window would have admitted at least `wanted`: all, when there were not so many. */
function raised(config: DagorConfig, state: Dagor, wanted: number): number {
  let sum = state.admitted
  let level = state.admissionLevel
  const upwards = [...histogram(state)].filter(([at]) => at >= level).sort(([x], [y]) => x - y)
  for (const [at, count] of upwards) {
    if (sum >= wanted) return level
    sum += count
    level = at + 1
  }
  return sum >= wanted ? level : levels(config)
}
