import type { Bytes } from './bytes.ts'

/**
 * A number as an x87 register holds it, 64 bits of mantissa: what INCRBYFLOAT computes in, so that 0.1 and 0.2 make 0.3.
 * The value is `mantissa` times 2 to the power of `exponent`.
 */
export type LongDouble =
  | { readonly kind: 'finite'; readonly mantissa: bigint; readonly exponent: number }
  | { readonly kind: 'infinite' | 'nan'; readonly negative: boolean }

const MANTISSA_BITS = 64
/** Beyond these decimal exponents a long double overflows or vanishes. */
const EXPONENT_MAX = 4932
const EXPONENT_MIN = -4950
/** Longer texts are refused (MAX_LONG_DOUBLE_CHARS). */
const TEXT_MAX = 5 * 1024

const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length)
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

function tenTo(exponent: number): bigint {
  return BigInt(`1${'0'.repeat(exponent)}`)
}

/** The quotient rounded to the nearest integer, halves to even. All positive. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n)
  return up ? quotient + 1n : quotient
}

/** numerator / denominator times 2 to the power of `exponent`, in 64 bits of mantissa. */
function rounded(negative: boolean, numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return { kind: 'finite', mantissa: 0n, exponent: 0 }
  let shift = MANTISSA_BITS - (bitLength(numerator) - bitLength(denominator))
  const quotientAt = (by: number) =>
    by >= 0 ? divideRounded(numerator << BigInt(by), denominator) : divideRounded(numerator, denominator << BigInt(-by))
  if (bitLength(quotientAt(shift)) > MANTISSA_BITS) shift--
  const quotient = quotientAt(shift)
  return { kind: 'finite', mantissa: negative ? -quotient : quotient, exponent: exponent - shift }
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/

/** As strtold reads it (no hexadecimal), but for NaN, which Redis refuses: null is not a number, or out of range. */
export function parseLongDouble(bytes: Bytes): LongDouble | null {
  if (/^[+-]?inf(?:inity)?$/i.test(bytes)) return { kind: 'infinite', negative: bytes[0] === '-' }
  const match = bytes.length < TEXT_MAX ? DECIMAL.exec(bytes) : null
  if (match === null || `${match[2]}${match[3]}` === '') return null
  const digits = BigInt(`${match[2]}${match[3]}`)
  const exponent = Number(match[4] ?? 0) - match[3]!.length
  if (digits === 0n) return { kind: 'finite', mantissa: 0n, exponent: 0 }
  const size = String(digits).length + exponent
  if (size > EXPONENT_MAX + 1 || size < EXPONENT_MIN) return null
  const negative = match[1] === '-'
  return exponent >= 0
    ? rounded(negative, digits * tenTo(exponent), 1n, 0)
    : rounded(negative, digits, tenTo(-exponent), 0)
}

/** The sum, rounded as the processor rounds it; null when it is not finite. */
export function addLongDouble(x: LongDouble, y: LongDouble): LongDouble | null {
  if (x.kind !== 'finite' || y.kind !== 'finite') return null
  const exponent = Math.min(x.exponent, y.exponent)
  const sum = (x.mantissa << BigInt(x.exponent - exponent)) + (y.mantissa << BigInt(y.exponent - exponent))
  return rounded(sum < 0n, magnitude(sum), 1n, exponent)
}

/** `%.17Lf` without needless zeros, as INCRBYFLOAT stores it. Of a finite number. */
export function formatLongDouble(value: LongDouble): string {
  if (value.kind !== 'finite') return value.kind === 'nan' ? 'nan' : value.negative ? '-inf' : 'inf'
  const scaled = magnitude(value.mantissa) * tenTo(17)
  const units =
    value.exponent >= 0 ? scaled << BigInt(value.exponent) : divideRounded(scaled, 1n << BigInt(-value.exponent))
  const digits = String(units).padStart(18, '0')
  const fraction = digits.slice(-17).replace(/0+$/, '')
  const text = fraction === '' ? digits.slice(0, -17) : `${digits.slice(0, -17)}.${fraction}`
  return value.mantissa < 0n && text !== '0' ? `-${text}` : text
}
