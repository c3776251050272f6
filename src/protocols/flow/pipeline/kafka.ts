import { AppendList } from '../../../base/append-list.ts'
import { Fifo } from '../../../base/fifo.ts'
import {
  type KafkaConsumerConfig,
  type KafkaState,
  kafkaStart,
  kafkaWakeUs,
  lag,
  stepKafka,
} from '../streams/kafka-consumer.ts'
import type { Parcel } from './types.ts'

/**
 * A stage that polls: its queue is the log of one partition, and its servers are the application of the one consumer in
 * the group. The stage polls when all that the last poll gave is done; then that is committed, too. Who comes too late
 * finishes what it has in hand all the same, and after the rebalance does it again.
 */
export interface KafkaPart {
  readonly group: KafkaState
  /** The log from some committed offset on. */
  readonly log: AppendList<Parcel>
  /** What the last poll gave and no server has begun. */
  readonly records: Fifo<KafkaRecord>
  /** One past the last offset that a server has begun. */
  readonly begunTo: number
  /** Since when polls find less than a fetch is to bring; null when they do not. */
  readonly shortSinceUs: number | null
}

interface KafkaRecord {
  readonly offset: number
  readonly parcel: Parcel
}

export interface KafkaStep {
  readonly part: KafkaPart
  /** The consumer has lost its partition, or has it again. */
  readonly evicted: boolean
  readonly joined: boolean
}

/** A log without records, and a member of the group. */
export const kafkaPartStart = (nowUs: number): KafkaPart => ({
  group: kafkaStart(nowUs),
  log: AppendList.empty(),
  records: Fifo.empty(),
  begunTo: 0,
  shortSinceUs: null,
})

/** A producer appends a record: a log refuses nothing. */
export const kafkaProduced = (part: KafkaPart, parcel: Parcel): KafkaPart => ({
  ...part,
  log: part.log.append(parcel),
  group: { ...part.group, logEnd: part.group.logEnd + 1 },
})

/** What happens by itself at `nowUs`, if anything; and a heartbeat, which a thread of its own sends while the process runs. */
export function kafkaTimer(config: KafkaConsumerConfig, part: KafkaPart, nowUs: number): KafkaStep {
  const { state, outcome } = stepKafka(config, part.group, { kind: 'timer' }, nowUs)
  const { state: group } = stepKafka(config, state, { kind: 'heartbeat' }, nowUs)
  return { part: { ...part, group }, evicted: outcome.kind === 'evicted', joined: outcome.kind === 'joined' }
}

/** When {@link kafkaTimer} is to be called at the latest: something is due, a heartbeat is, or a fetch has waited enough. */
export function kafkaPartWakeUs(config: KafkaConsumerConfig, { group, shortSinceUs }: KafkaPart): number | null {
  const beatUs = group.membership.kind === 'member' ? group.membership.heartbeatUs + config.heartbeatIntervalUs : null
  const fetchUs = shortSinceUs === null ? null : shortSinceUs + config.fetchMaxWaitUs
  const all = [kafkaWakeUs(config, group), beatUs, fetchUs].filter((atUs) => atUs !== null)
  return all.length === 0 ? null : Math.min(...all)
}

/** The application asks for more: all that it had is done. @param paused it polls, so as to live, but wants no records */
export function kafkaPoll(config: KafkaConsumerConfig, before: KafkaPart, paused: boolean, nowUs: number): KafkaStep {
  const { part, evicted, joined } = kafkaTimer(config, before, nowUs)
  const isFetching = part.group.membership.kind === 'member' && !paused
  const shortSinceUs = isFetching && isShort(config, part) ? (part.shortSinceUs ?? nowUs) : null
  const waits = shortSinceUs !== null && nowUs < shortSinceUs + config.fetchMaxWaitUs
  const recordBytes = part.log.at(part.group.position)?.sizeBytes ?? 0
  const { state: group, outcome } = stepKafka(
    { ...config, maxPartitionFetchBytes: Math.min(config.maxPartitionFetchBytes, config.fetchMaxBytes) },
    { ...part.group, paused: paused || waits },
    { kind: 'poll', recordBytes: Math.max(1, recordBytes) },
    nowUs,
  )
  const log = trimmed(part.log, group.committed)
  if (outcome.kind !== 'records') return { part: { ...part, group, log, shortSinceUs }, evicted, joined }
  let { records } = part
  for (let offset = outcome.from; offset < outcome.to; offset++) {
    records = records.push({ offset, parcel: log.at(offset)! })
  }
  return { part: { ...part, group, log, records, shortSinceUs: null }, evicted, joined }
}

/** There are records, but less than a fetch shall bring. */
function isShort({ fetchMinBytes }: KafkaConsumerConfig, { group, log }: KafkaPart): boolean {
  let bytes = 0
  for (let offset = group.position; offset < group.logEnd && bytes < fetchMinBytes; offset++) {
    bytes += log.at(offset)!.sizeBytes
  }
  return group.position < group.logEnd && bytes < fetchMinBytes
}

/** Nobody reads again what is committed. Cuts when as much goes as stays: what is copied is paid for. */
function trimmed(log: AppendList<Parcel>, committed: number): AppendList<Parcel> {
  return committed - log.start > log.end - committed ? log.dropBefore(committed) : log
}

/** The next record of the last poll, for a server that begins with it; null: there is none. */
export function kafkaTake(part: KafkaPart): {
  readonly part: KafkaPart
  readonly parcel: Parcel
  /** A server has begun with it before. */
  readonly repeated: boolean
} | null {
  const record = part.records.first()
  if (record === undefined) return null
  const { offset, parcel } = record
  const begunTo = Math.max(part.begunTo, offset + 1)
  return { part: { ...part, records: part.records.shift(), begunTo }, parcel, repeated: offset < part.begunTo }
}

/** Records that no server has begun yet. */
export const kafkaWaiting = ({ group, begunTo }: KafkaPart): number => group.logEnd - begunTo

/** Those records, for a queue that takes the place of the log. */
export const kafkaLeft = ({ log, begunTo }: KafkaPart): readonly Parcel[] => log.slice(begunTo, log.end)

/** Records between the end of the log and the last commit: what monitoring calls consumer lag. */
export const kafkaLag = ({ group }: KafkaPart): number => lag(group)
