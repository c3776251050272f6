import { type Micros, micros } from './brand.ts'

/** Durations and shares as people write them, kept as integers: microseconds and per-mille. */

const UNIT_US = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 } as const
type Unit = keyof typeof UNIT_US

/** The longest duration or instant that an experiment may name: 100 hours. */
export const DURATION_MAX: Micros = micros(360_000_000_000)

/** A closed interval of integers (microseconds, entries…): `low` <= `high`. */
export interface Range {
  readonly low: number
  readonly high: number
}

/** `1.2s`, `150ms`, `5us`, `2m`, `1h`, `0`. Null when it is not a duration, or finer than a microsecond. */
export function parseDuration(text: string): Micros | null {
  if (text === '0') return micros(0)
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?(us|ms|s|m|h)$/.exec(text)
  if (match === null) return null
  const scale = UNIT_US[match[3] as Unit]
  const digits = match[2] ?? ''
  // Integers throughout: 1.2s must not depend on how 1.2 rounds.
  const part = Number(digits) * scale
  const divisor = Number(`1${'0'.repeat(digits.length)}`)
  if (part % divisor !== 0) return null
  const value = Number(match[1]) * scale + part / divisor
  return value <= DURATION_MAX ? micros(value) : null
}

/** The canonical form: the largest of s, ms, us that is not below 1, with as many decimals as needed: `1.2s`, `150ms`. */
export function formatDuration(us: number): string {
  const unit: Unit = us >= 1_000_000 || us === 0 ? 's' : us >= 1_000 ? 'ms' : 'us'
  return decimal(us, UNIT_US[unit]) + unit
}

/** `value / scale` in exact decimal digits; `scale` is a power of ten. */
function decimal(value: number, scale: number): string {
  const whole = Math.floor(value / scale)
  const rest = value - whole * scale
  if (rest === 0) return String(whole)
  const digits = String(scale).length - 1
  return `${whole}.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`
}

/** `30%`, `0.5%` as per-mille (0..1000). Null when it is not a share, or finer than a tenth of a percent. */
export function parsePermille(text: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d))?%$/.exec(text)
  if (match === null) return null
  const value = Number(match[1]) * 10 + Number(match[2] ?? 0)
  return value <= 1000 ? value : null
}

/** `30%` for 300: as many decimals as needed, at most one. */
export function formatPermille(permille: number): string {
  return `${decimal(permille, 10)}%`
}
