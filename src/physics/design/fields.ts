import { nearest } from '../../base/nearest.ts'
import type { Report } from './problems.ts'
import type { Pair, Vec3 } from './types.ts'

/** Which numbers are allowed. */
export interface Range {
  readonly min?: number
  /** Must be greater than this. */
  readonly above?: number
  readonly max?: number
  readonly integer?: boolean
}

/** An object of a file, with nothing known of its values. */
export type Plain = Readonly<Record<string, unknown>>

/** Is it an object with keys? */
export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/** A number, or a text that reads as one (`"384.243e6"`: YAML 1.1 takes an exponent without sign for text); else null. */
export function toNumber(value: unknown): number | null {
  // Python allows `1_000`.
  const text = typeof value === 'string' ? value.trim().replace(/(\d)_(?=\d)/g, '$1') : ''
  const number = NUMBER.test(text) ? Number(text) : value
  // A negative zero is a zero: JSON has no other.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : null
}

/** The allowed numbers in words. */
function inWords({ min, above, max, integer = false }: Range): string {
  const kind = integer ? 'an integer' : 'a number'
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`
  const low = above !== undefined ? ` above ${above}` : min !== undefined ? ` of at least ${min}` : ''
  const high = max === undefined ? '' : `${low === '' ? '' : ' and'} of at most ${max}`
  return `${kind}${low}${high}`
}

const within = (value: number, { min, above, max, integer = false }: Range): boolean =>
  value >= (min ?? Number.NEGATIVE_INFINITY) &&
  value <= (max ?? Number.POSITIVE_INFINITY) &&
  (above === undefined || value > above) &&
  (!integer || Number.isInteger(value))

/** What a wrong value is replaced by, so that reading goes on and finds the other problems: the design is never made. */
const STAND_IN = 1

/**
 * An object of a design file while it is read: every question names a key, checks its value and reports what is wrong. It knows which keys
 * were asked for, so that {@link finish} can name the others.
 */
export class Fields {
  readonly #asked = new Set<string>()

  constructor(
    readonly plain: Plain,
    readonly path: string,
    readonly report: Report,
  ) {}

  /** The path of a key; `[1]` is a place in a list. */
  at(key: string): string {
    return this.path === '' || key.startsWith('[') ? `${this.path}${key}` : `${this.path}.${key}`
  }

  /** The value of a key; undefined when it is not there or empty. */
  value(key: string): unknown {
    this.#asked.add(key)
    return Object.hasOwn(this.plain, key) ? (this.plain[key] ?? undefined) : undefined
  }

  has(key: string): boolean {
    return this.value(key) !== undefined
  }

  /** Without a fallback the key must be there. */
  number(key: string, range: Range = {}, fallback?: number): number {
    const value = this.value(key)
    if (value === undefined && fallback !== undefined) return fallback
    return this.#numberAt(value, this.at(key), range, inWords(range))
  }

  #numberAt(value: unknown, path: string, range: Range, what: string): number {
    const number = toNumber(value)
    if (number !== null && within(number, range)) return number
    this.report.expected(path, what, value)
    return STAND_IN
  }

  /** One of some whole numbers. */
  choice<const T extends number>(key: string, allowed: readonly T[], fallback: T): T {
    const value = this.value(key)
    const found = allowed.find((one) => one === toNumber(value))
    if (value === undefined || found !== undefined) return found ?? fallback
    this.report.expected(this.at(key), `one of ${allowed.join(', ')}`, value)
    return fallback
  }

  text(key: string, fallback?: string): string {
    const value = this.value(key)
    if (value === undefined && fallback !== undefined) return fallback
    if (typeof value === 'string' && value !== '') return value
    // Names such as 1 or 2 are numbers to YAML.
    if (typeof value === 'number') return String(value)
    this.report.expected(this.at(key), 'a text', value)
    return ''
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.value(key)
    if (value === undefined) return fallback
    const word = String(value).toLowerCase()
    // YAML 1.1 has more words for it than YAML 1.2.
    if (['true', 'yes', 'on', '1'].includes(word)) return true
    if (['false', 'no', 'off', '0'].includes(word)) return false
    this.report.expected(this.at(key), 'true or false', value)
    return fallback
  }

  point(key: string, fallback?: Vec3): Vec3 {
    const value = this.value(key)
    if (value === undefined && fallback !== undefined) return fallback
    const found = this.tuple(key, 3)
    return found === null ? [0, 0, 0] : [found[0]!, found[1]!, found[2]!]
  }

  /** Exactly so many numbers; null after an error. */
  tuple(key: string, length: number): readonly number[] | null {
    const value = this.value(key)
    if (Array.isArray(value) && value.length === length) return this.#each(value, this.at(key), {})
    this.report.expected(this.at(key), `a list of ${length} numbers`, value)
    return null
  }

  #each(list: readonly unknown[], path: string, range: Range): number[] {
    return list.map((value, at) => this.#numberAt(value, `${path}[${at}]`, range, inWords(range)))
  }

  /** Numbers in any count; null when the key is missing or after an error. */
  list(key: string, range: Range = {}): readonly number[] | null {
    const value = this.value(key)
    if (Array.isArray(value)) return this.#each(value, this.at(key), range)
    this.report.expected(this.at(key), 'a list of numbers', value)
    return null
  }

  /** One number for all places, or one for each: `getFromDict` of raft/helpers.py with a shape of n. */
  perPlace(key: string, places: number, range: Range = {}, fallback?: number): readonly number[] {
    const value = this.value(key) ?? fallback
    if (Array.isArray(value) && value.length === places) return this.#each(value, this.at(key), range)
    const what = `${inWords(range)} or a list of ${places}`
    const one = Array.isArray(value) ? Number.NaN : this.#checked(value, range)
    if (Number.isNaN(one)) this.report.expected(this.at(key), what, value)
    return Array.from({ length: places }, () => (Number.isNaN(one) ? STAND_IN : one))
  }

  #checked(value: unknown, range: Range): number {
    const number = toNumber(value)
    return number !== null && within(number, range) ? number : Number.NaN
  }

  /**
   * One number for everything, a pair for all places, or a pair for each place: `getFromDict` with a shape of [n, 2].
   * Null after an error.
   */
  pairs(key: string, places: number, range: Range, fallback?: number): readonly Pair[] | null {
    const value = this.value(key) ?? fallback
    const path = this.at(key)
    const tile = (pair: Pair) => Array.from({ length: places }, () => pair)
    if (!Array.isArray(value)) {
      const one = this.#checked(value, range)
      if (!Number.isNaN(one)) return tile([one, one])
    } else if (value.length === places && value.every((row) => Array.isArray(row) && row.length === 2)) {
      return value.map((row, at) => this.#each(row, `${path}[${at}]`, range) as unknown as Pair)
    } else if (value.length === 2 && !value.some(Array.isArray)) {
      return tile(this.#each(value, path, range) as unknown as Pair)
    }
    this.report.expected(path, `${inWords(range)}, a list of 2 or a list of ${places} pairs`, value)
    return null
  }

  /** Rows of `least` to `most` numbers, whose first column ascends; empty after an error. */
  table(key: string, least: number, most: number): readonly (readonly number[])[] {
    const value = this.value(key)
    const path = this.at(key)
    const width = least === most ? `${least}` : `${least} to ${most}`
    if (!Array.isArray(value) || value.length < 2) {
      this.report.expected(path, `at least 2 rows of ${width} numbers`, value)
      return []
    }
    const rows = value.map((row, at) => {
      if (Array.isArray(row) && row.length >= least && row.length <= most) return this.#each(row, `${path}[${at}]`, {})
      this.report.expected(`${path}[${at}]`, `${width} numbers`, row)
      return []
    })
    const descends = rows.findIndex((row, at) => at > 0 && row[0]! < rows[at - 1]![0]!)
    if (descends > 0)
      this.report.expected(`${path}[${descends}][0]`, 'not less than in the row before', rows[descends]![0])
    return rows
  }

  /** An object behind a key; null when it is missing and need not be there, or after an error. */
  section(key: string, required = false): Fields | null {
    const value = this.value(key)
    if (isPlain(value)) return new Fields(value, this.at(key), this.report)
    if (value !== undefined || required) this.report.expected(this.at(key), 'an object with keys', value)
    return null
  }

  /** An object that need not be there; null when it is missing or has nothing in it. */
  optional(key: string): Fields | null {
    const value = this.value(key)
    return isPlain(value) && Object.keys(value).length === 0 ? null : this.section(key)
  }

  /** Objects in a list. */
  sections(key: string, required = false): readonly Fields[] {
    const value = this.value(key)
    if (!Array.isArray(value)) {
      if (value !== undefined || required) this.report.expected(this.at(key), 'a list of objects', value)
      return []
    }
    return value.flatMap((entry, at) => {
      const path = `${this.at(key)}[${at}]`
      if (isPlain(entry)) return [new Fields(entry, path, this.report)]
      this.report.expected(path, 'an object with keys', entry)
      return []
    })
  }

  /** Tells of a key that RAFT knows and this model does not, when its value would make a difference. */
  unsupported(key: string, without: readonly unknown[], why: string): void {
    const value = this.value(key)
    if (value === undefined || without.some((harmless) => harmless === value || harmless === toNumber(value))) return
    this.report.warn(this.at(key), why)
  }

  /** Names the keys that nobody asked for. `idle` are those that have no effect in RAFT, each with what there is to say. */
  finish(idle: Readonly<Record<string, string>> = {}): void {
    const known = [...this.#asked, ...Object.keys(idle)]
    for (const key of Object.keys(this.plain)) {
      if (this.#asked.has(key)) continue
      if (Object.hasOwn(idle, key)) {
        this.report.note(this.at(key), idle[key]!)
        continue
      }
      const meant = nearest(
        key,
        known.filter((other) => !Object.hasOwn(this.plain, other)),
      )
      const hint = meant === null ? '' : `; did you mean \`${meant}\`?`
      this.report.warn(this.at(key), `unknown key, not used${hint}`)
    }
  }
}
