import type { Bytes } from './bytes.ts'

/** Least and greatest value of a signed 64-bit integer. */
export const INT64_MIN = -(1n << 63n)
/** See {@link INT64_MIN}. */
export const INT64_MAX = (1n << 63n) - 1n

/** Decimal digits that always fit a safe integer. */
const SAFE_DIGITS = 15
/** Digits and sign of the longest int64. */
const LONGEST = 20

/**
 * A 64-bit integer as string2ll reads it: no space, no plus, no leading zero, not `-0`. A number when it has at most 15
 * digits, else a bigint; null: it is none, or out of range.
 */
export function parseInt64(bytes: Bytes): number | bigint | null {
  const length = bytes.length
  if (length === 0 || length > LONGEST) return null
  const negative = bytes.charCodeAt(0) === 0x2d
  const start = negative ? 1 : 0
  if (bytes.charCodeAt(start) === 0x30) return length === 1 ? 0 : null
  if (length === start) return null
  let value = 0
  for (let at = start; at < length; at++) {
    const digit = bytes.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return null
    value = value * 10 + digit
  }
  if (length - start <= SAFE_DIGITS) return negative ? -value : value
  const big = BigInt(bytes)
  return big < INT64_MIN || big > INT64_MAX ? null : big
}

/** The same within the safe integers (beyond: null), where a count, an index or a time is asked for. */
export function parseSafeInteger(bytes: Bytes): number | null {
  const value = parseInt64(bytes)
  if (typeof value === 'number' || value === null) return value
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : null
}

/** True for what Redis stores as an integer. */
export function isCanonicalInteger(bytes: Bytes): boolean {
  const first = bytes.charCodeAt(0)
  return bytes.length <= LONGEST && first <= 0x39 && first >= 0x2d && parseInt64(bytes) !== null
}

/** The sum, or null when it leaves 64 bits. */
export function addInt64(x: number | bigint, y: number | bigint): number | bigint | null {
  if (typeof x === 'number' && typeof y === 'number') {
    const sum = x + y
    if (Number.isSafeInteger(sum)) return sum
  }
  const sum = BigInt(x) + BigInt(y)
  return sum < INT64_MIN || sum > INT64_MAX ? null : sum
}
