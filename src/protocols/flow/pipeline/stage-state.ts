import type { NodeId } from '../../../base/brand.ts'
import type { Fifo } from '../../../base/fifo.ts'
import type { Fleet, Hpa } from '../autoscaling/hpa.ts'
import type { ServiceEstimate } from '../deadlines.ts'
import type { Agenda } from './agenda.ts'
import type { DemandState } from './demand.ts'
import type { Output } from './grants.ts'
import { type KafkaPart, kafkaWaiting } from './kafka.ts'
import type { LimitState } from './limiter.ts'
import type { RateState } from './rate.ts'
import type { StageSettings } from './settings.ts'
import type { SheddingState } from './shedder.ts'
import { type Store, storeLength } from './store.ts'
import type { FlowDurable, Parcel, PartConfig } from './types.ts'

/** Servers behind a buffer, as an immutable value. */
export interface StageState {
  readonly kind: 'stage'
  readonly config: PartConfig
  readonly durable: FlowDurable<StageSettings>
  /** Whoever sends here, in the order in which they came, with what each was told to send. */
  readonly inputs: readonly Input[]
  /** Rises whenever all inputs are asked anew. */
  readonly epoch: number
  readonly outputs: readonly Output[]
  /** Output whose turn it is in a round robin. */
  readonly turn: number
  readonly store: Store
  /** Items that came although the buffer blocks and is full: they wait at its door. */
  readonly door: Fifo<Parcel>
  /** Items that the rate limit holds back; they are in the agenda. */
  readonly held: number
  /** A Kafka consumer's log, and what its last poll gave. */
  readonly kafka: KafkaPart | null
  /** One entry for each busy server. */
  readonly serving: readonly Job[]
  readonly rate: RateState
  readonly limit: LimitState
  readonly shedding: SheddingState
  /** In the stage (waiting or in service) by priority, for partitions of the limit. */
  readonly presentByPriority: readonly number[]
  readonly estimate: ServiceEstimate
  readonly fleet: Fleet | null
  readonly hpa: Hpa
  /** Busy time of all servers since the autoscaler looked last. */
  readonly scaled: { readonly atUs: number; readonly busyUs: number }
  readonly agenda: Agenda<StageWork>
  readonly counts: StageCounts
  /** When a note of a full queue may be made again: once a second is enough. */
  readonly fullNotedUs: number
  readonly isFull: boolean
  readonly isBlocked: boolean
  /** The block was told, and when the next one may be. */
  readonly isBlockTold: boolean
  readonly blockNotedUs: number
  /** Items that went on or were answered in the last step, for who measures. */
  readonly left: readonly Departed[]
}

export interface Input {
  readonly name: NodeId
  readonly demand: DemandState
}

/** A server at work on one item, or on a batch of them. */
export interface Job {
  /** Number of the job since the stage began. */
  readonly number: number
  readonly parcels: readonly Parcel[]
  readonly startedUs: number
  readonly doneUs: number
  /** Parcels that are done and could not go on, because nobody asked for them: the server is blocked. */
  readonly blocked: boolean
  /** How many of its parcels are done again (Kafka): they are no departures. */
  readonly repeated: readonly boolean[]
}

export type StageWork =
  | { readonly kind: 'done'; readonly job: number }
  | { readonly kind: 'release'; readonly parcel: Parcel }
  /** The store may give something now: a sample's tick, a lingering batch, a poll. */
  | { readonly kind: 'look' }
  | { readonly kind: 'pie' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'scale' }
  | { readonly kind: 'boot' }
  | { readonly kind: 'kafka' }

/** What has happened here since the stage began (or began again after a crash). Integers. */
export interface StageCounts {
  readonly arrived: number
  /** Items that went on or were answered. */
  readonly departed: number
  /** By {@link DROP_REASONS}. */
  readonly dropped: readonly number[]
  readonly departedBytes: number
  /** Services that were begun. */
  readonly started: number
  /** Sum over items of the time from arrival to departure or drop, while in this stage. */
  readonly presentUs: number
  /** Sum over items that began service of the time they waited. */
  readonly waitedUs: number
  /** Area under the number in the stage, and under the number of busy servers (blocked ones included), up to `countedUs`. */
  readonly presentAreaUs: number
  readonly waitingAreaUs: number
  readonly busyAreaUs: number
  readonly blockedAreaUs: number
  readonly countedUs: number
  /** Records that a Kafka consumer did again. They are no arrivals and no departures. */
  readonly repeated: number
}

/** An item that has left the stage. */
export interface Departed {
  readonly id: number
  readonly attempt: number
  readonly waitedUs: number
  readonly presentUs: number
  readonly batch: number
}

/** Items that wait: in the store, at its door, held back by the rate limit, or in a log. */
export const waitingIn = ({ store, door, held, kafka }: StageState): number =>
  storeLength(store) + door.length + held + (kafka === null ? 0 : kafkaWaiting(kafka))

/** Items at servers. Records that are done again are none. */
export function atServers({ serving, kafka }: StageState): number {
  let items = 0
  for (const { parcels, repeated } of serving)
    items += kafka === null ? parcels.length : repeated.filter((again) => !again).length
  return items
}

/** Servers that hold what nobody asked for. */
export function blockedServers({ serving }: StageState): number {
  let blocked = 0
  for (const job of serving) if (job.blocked) blocked++
  return blocked
}

/** All items in the stage. */
export const presentIn = (state: StageState): number => waitingIn(state) + atServers(state)

/** Servers that may work now. */
export const serversOf = (state: StageState): number =>
  state.fleet === null ? state.durable.settings.servers : state.fleet.ready
