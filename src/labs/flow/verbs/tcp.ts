import type { ReceiverSettings, SenderSettings } from '../../../protocols/flow/pipeline/tcp-settings.ts'
import { RECEIVER } from '../../../protocols/flow/tcp/receive-window.ts'
import { argument, duration, type Form, fixed, HOUR_US, integer, SWITCH, word, words } from './form.ts'
import { plainly } from './source.ts'

/** What can be set of the ends of a TCP connection. */

const SENDS = ['sender'] as const
const RECEIVES = ['receiver'] as const
const OFFER_MAX_BYTES = 1_000_000_000_000
/** A window field of 16 bits, shifted by 14 (RFC 7323). */
const BUFFER_MAX_BYTES = 1_073_725_440

export const senderForms: readonly Form<SenderSettings>[] = [
  plainly(
    SENDS,
    'congestion',
    'congestion',
    words('reno', 'cubic', 'bbr'),
    'who finds the congestion window',
    'congestion s1 cubic',
  ),
  plainly(SENDS, 'begin', 'startUs', duration(0, HOUR_US), 'when it begins to send', 'begin s1 10s'),
  fixed(SENDS, 'offer', 'offerBytes', 'endless', null, 'the application always has something to send'),
  plainly(
    SENDS,
    'offer',
    'offerBytes',
    integer(0, OFFER_MAX_BYTES),
    'bytes that the application has to send in all',
    'offer s1 1000000',
  ),
  plainly(
    SENDS,
    'persist',
    'persists',
    SWITCH,
    'probe a window of zero; without, a lost update stops the connection for good',
    'persist s1 off',
  ),
]

export const receiverForms: readonly Form<ReceiverSettings>[] = [
  plainly(
    RECEIVES,
    'buffer',
    'bufferBytes',
    integer(RECEIVER.mssBytes, BUFFER_MAX_BYTES),
    'bytes that may wait for the application',
    'buffer r1 65535',
  ),
  {
    ...fixed<ReceiverSettings, 'readBytes'>(
      RECEIVES,
      'read',
      'readBytes',
      'all',
      0,
      'the application reads everything at once',
    ),
    patch: () => ({ readBytes: 0, readEveryUs: 0 }),
  },
  {
    id: 'read',
    verb: 'read',
    of: RECEIVES,
    parts: [
      argument('bytes', integer(1, BUFFER_MAX_BYTES), 'bytes'),
      word('every'),
      argument('period', duration(1, HOUR_US), 'how often'),
    ],
    help: 'the application reads so many bytes again and again',
    example: 'read r1 1000 every 10ms',
    patch: (args) => ({ readBytes: args.bytes as number, readEveryUs: args.period as number }),
    args: ({ readBytes, readEveryUs }) => (readBytes === 0 ? null : { bytes: readBytes, period: readEveryUs }),
  },
]
