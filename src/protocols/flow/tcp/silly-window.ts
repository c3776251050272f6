/**
 * Silly-window avoidance on both sides: RFC 9293 section 3.8.6.2 (after RFC 813 and RFC 1122) and Nagle's algorithm
 * (RFC 896, RFC 1122 section 4.2.3.4). Without it a slow reader and an eager sender settle on tiny segments, each with a
 * full header.
 */
export interface SillyWindowConfig {
  /** Whether the sender holds small segments back (Nagle); TCP_NODELAY turns it off. */
  readonly nagle: boolean
  /** Whether the two rules of RFC 9293 are kept; off shows the syndrome. */
  readonly avoidance: boolean
  /** Sender: what is held back goes after this time all the same; RFC 9293 says 0.1 to 1 s. */
  readonly overrideUs: number
}

export const SILLY_WINDOW: SillyWindowConfig = Object.freeze({ nagle: true, avoidance: true, overrideUs: 200_000 })

/** How the sender stands: U is the usable window, D the queued data (RFC 9293 section 3.8.6.2.1). */
export interface SenderStanding {
  readonly usableBytes: number
  readonly queuedBytes: number
  readonly mssBytes: number
  /** The largest window that the receiver ever offered. */
  readonly windowMaxBytes: number
  /** SND.NXT > SND.UNA. */
  readonly unacked: boolean
  /** The override timer has run out. */
  readonly overridden: boolean
}

/** How many bytes the next new segment may carry; 0 waits. */
export function segmentBytes(config: SillyWindowConfig, standing: SenderStanding): number {
  const { usableBytes, queuedBytes, mssBytes, windowMaxBytes, unacked, overridden } = standing
  const size = Math.min(usableBytes, queuedBytes, mssBytes)
  if (size <= 0) return 0
  if (size >= mssBytes || overridden) return size
  const last = queuedBytes <= usableBytes && !(config.nagle && unacked)
  if (last || !config.avoidance) return size
  // Rule 3: at least half of the largest window, for receivers whose buffer is smaller than two segments.
  return 2 * size >= windowMaxBytes && !(config.nagle && unacked) ? size : 0
}

/**
 * The receiver's side (3.8.6.2.2): the right edge advances only by min(RCV.BUFF / 2, MSS) or more at once. Gives the
 * window to offer, when `freeBytes` are free and `offeredBytes` of the last offer are not yet used up.
 */
export function windowToOffer(
  config: SillyWindowConfig,
  freeBytes: number,
  offeredBytes: number,
  bufferBytes: number,
  mssBytes: number,
): number {
  const advance = freeBytes - offeredBytes
  const least = config.avoidance ? Math.min(Math.floor(bufferBytes / 2), mssBytes) : 1
  return advance >= least ? freeBytes : offeredBytes
}
