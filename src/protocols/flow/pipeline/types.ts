import type { NodeId } from '../../../base/brand.ts'
import type { StreamKey } from '../../../base/prng.ts'
import type { Note, Protocol } from '../../../machine/machine.ts'
import type { Item } from '../item.ts'
import type { ReceiverState } from '../tcp/receive-window.ts'
import type { Ack, Segment } from '../tcp/segment.ts'
import type { SenderState } from '../tcp/sender.ts'
import type { Patch, SourceSettings, StageSettings } from './settings.ts'
import type { SourceState } from './source-state.ts'
import type { StageState } from './stage-state.ts'
import type { ReceiverSettings, SenderSettings } from './tcp-settings.ts'

/**
 * A pipeline as machines of the house: sources and stages, senders and receivers, each an actor; pipes are the links of the
 * network. Items travel down, demand travels up, answers go straight back to the source that asked.
 */

/** An item on its way, with what brings its answer home. */
export interface Parcel extends Item {
  /** The source that made it and waits for its answer. */
  readonly origin: NodeId
  /** What a TCP sender put in. Null: it is a request. */
  readonly segment: Segment | null
  /** The part that sent it on its present pipe. */
  readonly via: NodeId
  /** How many were in the stage when it came, itself included, and when that was; 0 on its way to the first. */
  readonly entered: number
  readonly enteredUs: number
  /** The asking that it was sent for, and whether that was still in force when it came. */
  readonly epoch: number
  readonly asked: boolean
}

/** Why an item was turned away or thrown away. In the order of the counters. */
export const DROP_REASONS = [
  /** The buffer was full (whoever had to go). */
  'overflow',
  /** Active queue management. */
  'managed',
  /** Its deadline had passed, or could not be met. */
  'expired',
  /** It had waited longer than patience allows. */
  'impatient',
  /** The rate limit. */
  'rate',
  /** The concurrency limit. */
  'limit',
  /** Load shedding. */
  'shed',
  /** The buffer has failed. */
  'failed',
  /** Nobody listens there: the process does not run, or the pipe was taken away. */
  'refused',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

/** How an attempt ended, as its source is told. */
export type Outcome = 'done' | DropReason

/** Who asks for what may be sent. `reset`: what was said before is void. */
export type DemandSignal =
  /** Send what you have. */
  | { readonly how: 'open' }
  | { readonly how: 'request'; readonly n: number; readonly reset: boolean }
  | { readonly how: 'window'; readonly bytes: number; readonly reset: boolean }
  | { readonly how: 'pause' }
  | { readonly how: 'resume' }

/** In the order of the trace. */
export const MESSAGE_KINDS = ['item', 'answer', 'demand', 'subscribe', 'cancel', 'segment', 'ack'] as const

export type FlowMessage =
  /** A request or an element of a stream. `segment` of the parcel is null. */
  | { readonly kind: 'item'; readonly parcel: Parcel }
  /** The same with a TCP segment in it. */
  | { readonly kind: 'segment'; readonly parcel: Parcel }
  | {
      readonly kind: 'answer'
      readonly origin: NodeId
      readonly id: number
      readonly attempt: number
      readonly outcome: Outcome
    }
  /** `epoch`: which asking anew it belongs to; what was sent under an earlier one was not asked for by this. */
  | { readonly kind: 'demand'; readonly signal: DemandSignal; readonly epoch: number }
  /** "I may send to you": the answer is a demand. */
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'ack'; readonly ack: Ack }

/** What an act does to one part. */
export type FlowCommand =
  | { readonly kind: 'source'; readonly patch: Patch<SourceSettings> }
  | { readonly kind: 'stage'; readonly patch: Patch<StageSettings> }
  | { readonly kind: 'sender'; readonly patch: Patch<SenderSettings> }
  | { readonly kind: 'receiver'; readonly patch: Patch<ReceiverSettings> }
  | { readonly kind: 'connect'; readonly to: NodeId }
  | { readonly kind: 'disconnect'; readonly to: NodeId }

/** Kinds of notes, in the order of the trace. `value`: a count where one is concerned, else 0. */
export const NOTE_KINDS = [
  /** The first item in a while that found the buffer full; `value`: how many waited. */
  'queue-full',
  /** A server holds an item that nobody after it asked for, and the other servers do, too; and the end of it. */
  'blocked',
  'unblocked',
  /** The queue is empty again after it was full. */
  'drained',
  'breaker-opened',
  'breaker-half-open',
  'breaker-closed',
  /** `value`: the new number of servers. */
  'scaled-up',
  'scaled-down',
  /** A Kafka consumer lost its partition, and has it again. */
  'evicted',
  'rejoined',
  /** TCP: a retransmission timeout; and the start of a repair. */
  'timed-out',
  'loss-repaired',
  'zero-window',
  /** An output is left alone; `value`: its number. And it is asked again. */
  'ejected',
  'returned',
  /** The named memory limit was reached. */
  'memory-limit',
  'changed',
] as const

export interface FlowNote extends Note {
  readonly kind: (typeof NOTE_KINDS)[number]
}

/** A part before it starts. */
export interface PartConfig {
  readonly kind: PartKind
  readonly self: NodeId
  /** Its draws: the same in every copy of the pipeline that is compared. */
  readonly key: StreamKey
  /** Its place among the sources and senders, from 0: makes ids unique. */
  readonly index: number
  /** The pipes that it begins with. */
  readonly pipes: readonly NodeId[]
  /** Planted to prove that a judge looks. Null: it does as it should. */
  readonly fault: Fault | null
}

/** What can be planted, and the judge that must see it. */
export const FAULTS = [
  /** A waiting item vanishes uncounted: conservation. */
  'loses-items',
  /** A full buffer takes one more: capacity. */
  'overfills',
  /** Sends what nobody asked for: demand. */
  'ignores-demand',
  /** A server rests though somebody waits: work conservation. */
  'idles',
  /** Who waited is said to have come just now: Little's law. */
  'forgets-waits',
  /** A TCP sender sends beyond what the receiver offered: windows. */
  'overruns-window',
] as const
export type Fault = (typeof FAULTS)[number]

export type PartKind = 'source' | 'stage' | 'sender' | 'receiver'

/** What survives a crash: what was set, and the pipes. */
export interface FlowDurable<Settings = SourceSettings | StageSettings | SenderSettings | ReceiverSettings> {
  readonly settings: Settings
  readonly outputs: readonly NodeId[]
  readonly inputs: readonly NodeId[]
}

/** A TCP sender: bytes without end (or as many as it was given) into its only output. */
export interface SenderPart {
  readonly kind: 'sender'
  readonly config: PartConfig
  readonly durable: FlowDurable<SenderSettings>
  readonly connection: SenderConnection
  /** Of the next parcel. It begins with the clock, so that a number is not used again after a crash. */
  readonly sequence: number
  /** What the timer is set to; it may be earlier than need be. */
  readonly dueUs: number | null
}

export type SenderConnection =
  /** Before its time, or without an output. */
  | { readonly phase: 'idle' }
  /** A SYN is on its way: parcel `id`, first sent at `bornUs`, `attempt` times sent again. */
  | {
      readonly phase: 'opening'
      readonly id: number
      readonly bornUs: number
      readonly attempt: number
      readonly retryAtUs: number
    }
  /** `id` is that of the SYN. */
  | { readonly phase: 'open'; readonly id: number; readonly tcp: SenderState }

/** A TCP receiver with an application that reads. Several senders may send to it, each has a connection of its own. */
export interface ReceiverPart {
  readonly kind: 'receiver'
  readonly config: PartConfig
  readonly durable: FlowDurable<ReceiverSettings>
  readonly connections: readonly ReceiverConnection[]
  /** What the timer is set to; it may be earlier than need be. */
  readonly dueUs: number | null
}

export interface ReceiverConnection {
  readonly from: NodeId
  /** Of the SYN that opened it: a later one opens a new connection, what came before belongs to an earlier one. */
  readonly id: number
  readonly tcp: ReceiverState
}

export type FlowState = SourceState | StageState | SenderPart | ReceiverPart

export interface FlowProtocol extends Protocol {
  readonly config: PartConfig
  readonly durable: FlowDurable
  readonly state: FlowState
  readonly message: FlowMessage
  readonly timer: 'due'
  readonly command: FlowCommand
  readonly result: null
  readonly note: FlowNote
}
