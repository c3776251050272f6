import type { NodeId } from '../../../base/brand.ts'
import type { Fleet, Hpa } from '../autoscaling/hpa.ts'
import type { ServiceEstimate } from '../deadlines.ts'
import type { Agenda } from './agenda.ts'
import type { DemandState } from './demand.ts'
import type { Output } from './grants.ts'
import type { LimitState } from './limiter.ts'
import type { RateState } from './rate.ts'
import type { StageSettings } from './settings.ts'
import type { SheddingState } from './shedder.ts'
import type { Store } from './store.ts'
import type { FlowDurable, Parcel, PartConfig } from './types.ts'

/** Servers behind a buffer, as an immutable value. */
export interface StageState {
  readonly kind: 'stage'
  readonly config: PartConfig
  readonly durable: FlowDurable<StageSettings>
  /** Whoever sends here, in the order in which they came, with what each was told to send. */
  readonly inputs: readonly Input[]
  readonly outputs: readonly Output[]
  /** Output whose turn it is in a round robin. */
  readonly turn: number
  readonly store: Store
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
  /** The last item that left, for who measures. */
  readonly last: Departed | null
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
  /** When each of them had come, as the parcels stand. */
  readonly sinceUs: readonly number[]
  readonly startedUs: number
  readonly doneUs: number
  /** Parcels that are done and could not go on, because nobody asked for them: the server is blocked. */
  readonly blocked: boolean
}

export type StageWork =
  | { readonly kind: 'done'; readonly job: number }
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
