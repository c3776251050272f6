/**
 * What travels between sender and receiver. Sequence numbers count bytes from 0 and never wrap here (JavaScript integers
 * are exact up to 2^53), so comparisons are plain; the initial handshake is not modelled.
 */

/** A half-open interval of sequence numbers. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/**
 * What the sender knew when it sent a segment (RFC 7323 timestamps; delivery-rate-estimation draft, Linux tcp_rate.c).
 * Real senders keep it in their retransmission queue; here the segment carries it and the acknowledgement echoes it.
 */
export interface SendRecord {
  readonly sentUs: number
  readonly retransmission: boolean
  /** Bytes delivered so far, when that count last changed, and when the segment that changed it was sent. */
  readonly delivered: number
  readonly deliveredUs: number
  readonly firstSentUs: number
  /** Whether the sender had nothing more to send: such a sample tells the speed of the application, not of the path. */
  readonly appLimited: boolean
}

/** `length` 0 is a probe: it asks for an acknowledgement (RFC 9293 section 3.8.6.1). */
export interface Segment {
  readonly seq: number
  readonly length: number
  readonly record: SendRecord
}

/**
 * An acknowledgement. `sack` lists everything that arrived beyond `ack`, oldest first: RFC 2018 would carry three or four
 * blocks at a time, and the sender would put them together.
 */
export interface Ack {
  readonly ack: number
  readonly windowBytes: number
  readonly sack: readonly ByteRange[]
  /** Of the segment that caused it; null for a window update. */
  readonly echo: SendRecord | null
}

/** `ranges` (sorted, disjoint, not touching) with the bytes of `added` in it. */
export function withRange(ranges: readonly ByteRange[], added: ByteRange): readonly ByteRange[] {
  if (added.from >= added.to) return ranges
  const before = ranges.filter(({ to }) => to < added.from)
  const after = ranges.filter(({ from }) => from > added.to)
  const joined = ranges.slice(before.length, ranges.length - after.length)
  const from = Math.min(added.from, joined[0]?.from ?? added.from)
  const to = Math.max(added.to, joined.at(-1)?.to ?? added.to)
  return [...before, { from, to }, ...after]
}

/** The bytes that `ranges` holds. */
export const rangeBytes = (ranges: readonly ByteRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from, 0)
