import type { CongestionConfig } from '../tcp/congestion.ts'
import type { ReceiverConfig } from '../tcp/receive-window.ts'

/** What can be set of the two ends of a TCP connection. */

export interface SenderSettings {
  readonly congestion: CongestionConfig['kind']
  /** The flow's number: its colour, and its queue where queues are fair. */
  readonly class: number
  readonly startUs: number
  /** What the application has to send. Null: without end. */
  readonly offerBytes: number | null
  /** Without it a lost window update is a deadlock (RFC 9293, 3.8.6.1). */
  readonly persists: boolean
}

export type ReceiverSettings = ReceiverConfig
