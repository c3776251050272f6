import type { Bytes } from '../bytes.ts'
import { addInt64, INT64_MAX, INT64_MIN } from '../integers.ts'
import { int64Argument, isWord, refuse } from './call.ts'

/** A time on the Unix clock in ms, and as replicas are told. */
export interface ExpireTime {
  readonly ms: number
  readonly text: Bytes
}

/** How a time is given: in seconds or ms, from now or on the Unix clock. */
export interface TimeUnit {
  readonly seconds: boolean
  readonly relative: boolean
}

const refuseTime = (command: string): never => refuse(`ERR invalid expire time in '${command}' command`)

/** The time that an argument of EXPIRE and its like names; it may be past. Refused when it leaves 64 bits. */
export function expireTime(arg: Bytes, unit: TimeUnit, nowMs: number, command: string): ExpireTime {
  const given = int64Argument(arg)
  if (unit.seconds && (given > INT64_MAX / 1000n || given < INT64_MIN / 1000n)) return refuseTime(command)
  const ms = unit.seconds ? BigInt(given) * 1000n : given
  const end = addInt64(ms, unit.relative ? nowMs : 0)
  return end === null ? refuseTime(command) : { ms: Number(end), text: String(end) }
}

/** The same of an option of SET or GETEX, where the argument itself must be above 0. */
export function positiveExpireTime(arg: Bytes, unit: TimeUnit, nowMs: number, command: string): ExpireTime {
  if (int64Argument(arg) <= 0) refuseTime(command)
  return expireTime(arg, unit, nowMs, command)
}

/** Options of SET and GETEX that take a time, by name. */
export const TIME_OPTIONS = {
  ex: { seconds: true, relative: true },
  px: { seconds: false, relative: true },
  exat: { seconds: true, relative: false },
  pxat: { seconds: false, relative: false },
} as const satisfies Readonly<Record<string, TimeUnit>>

/** See {@link TIME_OPTIONS}. */
export type TimeOption = keyof typeof TIME_OPTIONS

const NAMES = Object.keys(TIME_OPTIONS) as TimeOption[]

/** Which option of time the argument is, if any. */
export const timeOption = (arg: Bytes): TimeOption | undefined => NAMES.find((name) => isWord(arg, name))
