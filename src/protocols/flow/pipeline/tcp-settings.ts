import { BBR } from '../tcp/bbr.ts'
import type { CongestionConfig } from '../tcp/congestion.ts'
import { CUBIC } from '../tcp/cubic.ts'
import { PERSIST, type PersistConfig } from '../tcp/persist.ts'
import { RECEIVER, type ReceiverConfig } from '../tcp/receive-window.ts'
import { RENO } from '../tcp/reno.ts'
import { SENDER, type SenderConfig } from '../tcp/sender.ts'
import { SILLY_WINDOW, type SillyWindowConfig } from '../tcp/silly-window.ts'

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
  readonly silly: SillyWindowConfig
}

export type ReceiverSettings = ReceiverConfig

/** CUBIC from the beginning, without end. */
export const SENDER_DEFAULTS: SenderSettings = Object.freeze({
  congestion: 'cubic',
  class: 0,
  startUs: 0,
  offerBytes: null,
  persists: true,
  silly: SILLY_WINDOW,
})

/** An application that reads everything at once out of Linux's buffer. */
export const RECEIVER_DEFAULTS: ReceiverSettings = RECEIVER

const CONGESTION: { readonly [Kind in CongestionConfig['kind']]: CongestionConfig } = Object.freeze({
  reno: Object.freeze({ kind: 'reno', config: RENO }),
  cubic: Object.freeze({ kind: 'cubic', config: CUBIC }),
  bbr: Object.freeze({ kind: 'bbr', config: BBR }),
})

const WITHOUT_PERSIST: PersistConfig = Object.freeze({ ...PERSIST, enabled: false })

/** The settings as the sending side of TCP takes them. */
export const senderConfig = ({ congestion, persists, silly }: SenderSettings): SenderConfig => ({
  mssBytes: SENDER.mssBytes,
  headerBytes: SENDER.headerBytes,
  congestion: CONGESTION[congestion],
  rto: SENDER.rto,
  silly,
  persist: persists ? PERSIST : WITHOUT_PERSIST,
})
