import type { Bytes } from './bytes.ts'

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?$/
const INFINITE = /^[+-]?inf(?:inity)?$/i

/** 2 to the power of `exponent`, exact in its range, 0 and Infinity outside. */
function powerOfTwo(exponent: number): number {
  let value = 1
  for (let rest = Math.min(Math.abs(exponent), 1100); rest > 0; rest--) value = exponent < 0 ? value / 2 : value * 2
  return value
}

function parseHexadecimal(bytes: Bytes): number | null {
  const match = HEXADECIMAL.exec(bytes)
  if (match === null || `${match[2]}${match[3]}` === '') return null
  const digits = Number.parseInt(`${match[2]}${match[3]}`, 16)
  const value = digits * powerOfTwo(Number(match[4] ?? 0) - 4 * match[3]!.length)
  return match[1] === '-' ? -value : value
}

/** A double as string2d of 7.0 reads it: decimal, hexadecimal, `inf`; null: it is none, is NaN, or leaves the range. */
export function parseDouble(bytes: Bytes): number | null {
  if (INFINITE.test(bytes)) return bytes[0] === '-' ? -Infinity : Infinity
  if (!DECIMAL.test(bytes)) return parseHexadecimal(bytes)
  const value = Number(bytes)
  if (value === Infinity || value === -Infinity) return null
  return value === 0 && /[1-9]/.test(bytes.replace(/[eE].*$/, '')) ? null : value
}

/** Integers below this print all their digits. */
const PLAIN = 1e15

/** A double as C's `%.17g` prints it, which is how 7.0 answers with scores: 1.1 is `1.1000000000000001`. */
export function formatDouble(value: number): string {
  if (Number.isInteger(value) && value < PLAIN && value > -PLAIN) return Object.is(value, -0) ? '-0' : String(value)
  if (value === Infinity) return 'inf'
  if (value === -Infinity) return '-inf'
  if (Number.isNaN(value)) return 'nan'
  const [mantissa, power] = value.toExponential(16).split('e') as [string, string]
  const exponent = Number(power)
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '')
  if (exponent >= -4 && exponent < 17) return sign + plain(digits, exponent)
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponent < 0 ? '-' : '+'}${size}`
}

/** `digits` with the decimal point behind digit number `exponent`. */
function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0')
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}
