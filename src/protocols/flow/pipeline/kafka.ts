import { AppendList } from '../../../base/append-list.ts'
import { Fifo } from '../../../base/fifo.ts'
import {
  type KafkaConsumerConfig,
  type KafkaEvent,
  type KafkaState,
  kafkaStart,
  stepKafka,
} from '../streams/kafka-consumer.ts'
import type { Parcel } from './types.ts'

/**
 * The log in front of a consumer, and what its last poll gave. What is committed leaves the log; what is not is done again
 * after the group has thought the consumer dead. An evicted consumer goes on with the records it has, as clients do: only
 * its next poll tells it.
 */
export interface KafkaPart {
  readonly group: KafkaState
  /** Records from the last commit on, by offset. */
  readonly log: AppendList<Parcel>
  /** Offsets that the last poll gave and no server has begun. */
  readonly records: Fifo<number>
  /** Offsets below were begun by a server once: beyond them a record is done for the first time. */
  readonly begunTo: number
}

/** What the group says. */
export interface KafkaTold {
  readonly part: KafkaPart
  readonly evicted: boolean
  readonly joined: boolean
}

/** An empty log, and a consumer that has just polled. */
export const kafkaPartStart = (nowUs: number): KafkaPart => ({
  group: kafkaStart(nowUs),
  log: AppendList.empty(),
  records: Fifo.empty(),
  begunTo: 0,
})

/** Records that no server has ever begun. */
export const kafkaWaiting = ({ group, begunTo }: KafkaPart): number => group.logEnd - begunTo

/** A record is written to the log. Writing needs no consumer, so nothing else can happen. */
export function kafkaProduced(part: KafkaPart, parcel: Parcel): KafkaPart {
  return { ...part, log: part.log.append(parcel), group: { ...part.group, logEnd: part.group.logEnd + 1 } }
}

/** The consumer's next record, or null. `repeated`: a server had begun it before. */
export function kafkaTake(
  part: KafkaPart,
): { readonly part: KafkaPart; readonly parcel: Parcel; readonly repeated: boolean } | null {
  const offset = part.records.first()
  if (offset === undefined) return null
  const begunTo = Math.max(part.begunTo, offset + 1)
  const next = { ...part, records: part.records.shift(), begunTo }
  return { part: next, parcel: part.log.at(offset)!, repeated: offset < part.begunTo }
}

/** The application asks for records; that commits what it had. `paused`: it wants none, but it lives. */
export function kafkaPoll(config: KafkaConsumerConfig, part: KafkaPart, paused: boolean, nowUs: number): KafkaTold {
  const wish = paused === part.group.paused ? null : ({ kind: paused ? 'pause' : 'resume' } as const)
  const first = wish === null ? told(part) : step(config, part, wish, nowUs)
  const recordBytes = Math.max(1, first.part.log.at(first.part.group.position)?.sizeBytes ?? 1)
  const polled = step(config, first.part, { kind: 'poll', recordBytes }, nowUs)
  return { part: polled.part, evicted: first.evicted || polled.evicted, joined: first.joined || polled.joined }
}

/** Time has come to `nowUs`: the heartbeat thread beats, unless it is too late. */
export function kafkaTimer(config: KafkaConsumerConfig, part: KafkaPart, nowUs: number): KafkaTold {
  const woken = step(config, part, { kind: 'timer' }, nowUs)
  const beaten = step(config, woken.part, { kind: 'heartbeat' }, nowUs)
  return { part: beaten.part, evicted: woken.evicted || beaten.evicted, joined: woken.joined || beaten.joined }
}

/** What is left when the log is given up: records that no server has begun. */
export const kafkaLeft = ({ log, begunTo }: KafkaPart): readonly Parcel[] =>
  log.slice(Math.max(log.start, begunTo), log.end)

const told = (part: KafkaPart): KafkaTold => ({ part, evicted: false, joined: false })

function step(config: KafkaConsumerConfig, part: KafkaPart, event: KafkaEvent, nowUs: number): KafkaTold {
  const { state: group, outcome } = stepKafka(config, part.group, event, nowUs)
  // Whoever polls and is late hears of its eviction by the answer: the membership tells.
  const evicted = part.group.membership.kind === 'member' && group.membership.kind !== 'member'
  const joined = part.group.membership.kind === 'joining' && group.membership.kind === 'member'
  const log = group.committed > part.log.start ? part.log.dropBefore(Math.min(group.committed, part.log.end)) : part.log
  const given = outcome.kind === 'records' ? range(outcome.from, outcome.to) : []
  const records = given.reduce((list, offset) => list.push(offset), part.records)
  return { part: { ...part, group, log, records }, evicted, joined }
}

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, at) => from + at)
