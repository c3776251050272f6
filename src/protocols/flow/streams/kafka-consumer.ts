/**
 * A Kafka consumer of one partition in a group, as its broker and its application see it: the consumer pulls, so a slow
 * one is never overrun; but one that does not call poll() for max.poll.interval.ms is thought dead and loses the
 * partition, and what it has not committed is done again. Apache Kafka documentation, "Consumer Configs"; KIP-62
 * (heartbeats in the background). Times in microseconds, offsets from 0.
 */
export interface KafkaConsumerConfig {
  readonly maxPollRecords: number
  readonly maxPollIntervalUs: number
  readonly sessionTimeoutUs: number
  readonly heartbeatIntervalUs: number
  readonly fetchMinBytes: number
  readonly fetchMaxWaitUs: number
  readonly maxPartitionFetchBytes: number
  readonly fetchMaxBytes: number
  /** How long the group needs until a consumer that comes back has its partition again. */
  readonly rebalanceUs: number
}

/** The defaults of the Java client; the length of a rebalance is none of them. */
export const KAFKA_CONSUMER: KafkaConsumerConfig = Object.freeze({
  maxPollRecords: 500,
  maxPollIntervalUs: 300_000_000,
  sessionTimeoutUs: 45_000_000,
  heartbeatIntervalUs: 3_000_000,
  fetchMinBytes: 1,
  fetchMaxWaitUs: 500_000,
  maxPartitionFetchBytes: 1_048_576,
  fetchMaxBytes: 52_428_800,
  rebalanceUs: 3_000_000,
})

export interface KafkaState {
  /** End of the log, the next offset that poll() gives, and where a new owner would begin. */
  readonly logEnd: number
  readonly position: number
  readonly committed: number
  readonly membership:
    | { readonly kind: 'member'; readonly polledUs: number; readonly heartbeatUs: number }
    | { readonly kind: 'evicted'; readonly why: 'poll-interval' | 'session'; readonly sinceUs: number }
    | { readonly kind: 'joining'; readonly readyUs: number }
  readonly paused: boolean
  /** Records that were given out before and are given out again. */
  readonly reprocessed: number
  readonly deliveredTo: number
  readonly rebalances: number
}

export type KafkaEvent =
  | { readonly kind: 'produced'; readonly records: number }
  /** Asks for records, says that the application lives, and commits what the last poll gave. */
  | { readonly kind: 'poll'; readonly recordBytes: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'timer' }

export type KafkaOutcome =
  | { readonly kind: 'records'; readonly from: number; readonly to: number }
  | { readonly kind: 'evicted'; readonly why: 'poll-interval' | 'session' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'nothing' }

export const kafkaStart = (nowUs: number): KafkaState => ({
  logEnd: 0,
  position: 0,
  committed: 0,
  membership: { kind: 'member', polledUs: nowUs, heartbeatUs: nowUs },
  paused: false,
  reprocessed: 0,
  deliveredTo: 0,
  rebalances: 0,
})

/** Records between the end of the log and what is committed. */
export const lag = ({ logEnd, committed }: KafkaState): number => logEnd - committed

const NOTHING: KafkaOutcome = Object.freeze({ kind: 'nothing' })

/** When something happens by itself: the group gives up on the consumer, or a join ends. */
export function kafkaWakeUs(config: KafkaConsumerConfig, { membership }: KafkaState): number | null {
  if (membership.kind === 'evicted') return null
  if (membership.kind === 'joining') return membership.readyUs
  const { polledUs, heartbeatUs } = membership
  return Math.min(polledUs + config.maxPollIntervalUs, heartbeatUs + config.sessionTimeoutUs)
}

export function stepKafka(
  config: KafkaConsumerConfig,
  state: KafkaState,
  event: KafkaEvent,
  nowUs: number,
): { state: KafkaState; outcome: KafkaOutcome } {
  const wakeUs = kafkaWakeUs(config, state)
  if (wakeUs !== null && nowUs >= wakeUs) {
    const woken = timePassed(config, state, nowUs)
    // A poll that comes too late finds itself evicted, and begins to join.
    return event.kind === 'timer' ? woken : { ...stepKafka(config, woken.state, event, nowUs) }
  }
  const { membership } = state
  switch (event.kind) {
    case 'produced':
      return { state: { ...state, logEnd: state.logEnd + event.records }, outcome: NOTHING }
    case 'pause':
    case 'resume':
      return { state: { ...state, paused: event.kind === 'pause' }, outcome: NOTHING }
    case 'heartbeat':
      if (membership.kind !== 'member') return { state, outcome: NOTHING }
      return { state: { ...state, membership: { ...membership, heartbeatUs: nowUs } }, outcome: NOTHING }
    case 'poll':
      return polled(config, state, event.recordBytes, nowUs)
    default:
      return { state, outcome: NOTHING }
  }
}

function timePassed(config: KafkaConsumerConfig, state: KafkaState, nowUs: number) {
  const { membership } = state
  if (membership.kind === 'joining') {
    // Whoever owns the partition begins at the last commit.
    const joined: KafkaState = {
      ...state,
      position: state.committed,
      membership: { kind: 'member', polledUs: nowUs, heartbeatUs: nowUs },
    }
    return { state: joined, outcome: { kind: 'joined' } as const }
  }
  const late = membership.kind === 'member' && nowUs >= membership.polledUs + config.maxPollIntervalUs
  const why = late ? 'poll-interval' : 'session'
  const evicted: KafkaState = {
    ...state,
    rebalances: state.rebalances + 1,
    membership: { kind: 'evicted', why, sinceUs: nowUs },
  }
  return { state: evicted, outcome: { kind: 'evicted', why } as const }
}

function polled(
  config: KafkaConsumerConfig,
  state: KafkaState,
  recordBytes: number,
  nowUs: number,
): { state: KafkaState; outcome: KafkaOutcome } {
  const { membership } = state
  if (membership.kind === 'evicted') {
    const readyUs = nowUs + config.rebalanceUs
    return { state: { ...state, membership: { kind: 'joining', readyUs } }, outcome: NOTHING }
  }
  if (membership.kind === 'joining') return { state, outcome: NOTHING }
  const alive: KafkaState = {
    ...state,
    committed: state.position,
    membership: { ...membership, polledUs: nowUs, heartbeatUs: nowUs },
  }
  const byBytes = Math.max(1, Math.floor(config.maxPartitionFetchBytes / recordBytes))
  const count = Math.min(config.maxPollRecords, byBytes, state.logEnd - state.position)
  // A paused partition gives nothing, but the poll counts: that is what pause() is for.
  if (state.paused || count === 0) return { state: alive, outcome: NOTHING }
  const from = state.position
  const to = from + count
  const again = Math.max(0, Math.min(to, state.deliveredTo) - from)
  const next = {
    ...alive,
    position: to,
    deliveredTo: Math.max(state.deliveredTo, to),
    reprocessed: state.reprocessed + again,
  }
  return { state: next, outcome: { kind: 'records', from, to } }
}

/** d(lag)/dt, records per second. */
export const lagGrowth = (producedPerS: number, consumedPerS: number): number => producedPerS - consumedPerS

/** Seconds until `records` of lag are worked off; null: never. */
export const drainSeconds = (records: number, producedPerS: number, consumedPerS: number): number | null =>
  consumedPerS > producedPerS ? records / (consumedPerS - producedPerS) : null

/** The longest time a record may take when full polls are to come back in time. */
export const recordTimeMaxUs = ({ maxPollIntervalUs, maxPollRecords }: KafkaConsumerConfig): number =>
  maxPollIntervalUs / maxPollRecords
