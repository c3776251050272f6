/**
 * A rolling 64-bit fingerprint made of two 32-bit lanes (integer operations only, the same in every engine). Not
 * cryptographic: it is there to notice that two runs differ.
 */
export interface Digest {
  readonly high: number
  readonly low: number
}

/** The digest of nothing. */
export const emptyDigest: Digest = { high: 0x6a09e667, low: 0xbb67ae85 | 0 }

/** Folds a safe integer into lane value `lane` (32-bit). The building block for hot paths that keep lanes in locals. */
export function foldLane(lane: number, value: number): number {
  const mixed = Math.imul(lane ^ (value | 0), 0x9e3779b1)
  const upper = value >= 0x8000_0000 || value < -0x8000_0000 ? Math.floor(value / 0x1_0000_0000) | 0 : 0
  return Math.imul((mixed ^ (mixed >>> 15)) + upper, 0x85ebca77) ^ (mixed >>> 13)
}

/** Folds a safe integer into both lanes. */
export function fold(digest: Digest, value: number): Digest {
  return { high: foldLane(digest.high, value), low: foldLane(digest.low ^ 0x5bd1e995, value) }
}

/** A 32-bit hash of a text (FNV-1a with a final mix). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return foldLane(hash, text.length)
}

/** Sixteen hexadecimal digits. */
export function digestText(digest: Digest): string {
  const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, '0')
  return hex(digest.high) + hex(digest.low)
}
