import { type Micros, micros } from '../base/brand.ts'

/** A node's clock: `base` local time at real time `since`, running `ppm` millionths fast (negative: slow). */
export interface Clock {
  readonly since: number
  readonly base: number
  readonly ppm: number
}

export const trueClock: Clock = { since: 0, base: 0, ppm: 0 }
const MILLION = 1_000_000

/** Local time at real time `now`. Integer arithmetic: exact below 2^53 us * ppm. */
export function localTime(clock: Clock, now: number): Micros {
  const elapsed = now - clock.since
  return micros(clock.base + elapsed + (clock.ppm === 0 ? 0 : Math.floor((elapsed * clock.ppm) / MILLION)))
}

/** How long a local duration really takes, rounded up: a timer never fires before its local time. */
export function realDuration(clock: Clock, local: number): number {
  return clock.ppm === 0 ? local : Math.ceil((local * MILLION) / (MILLION + clock.ppm))
}

/** Jumps by `skewUs` and runs at `ppm` from `now` on. */
export function adjust(clock: Clock, now: number, skewUs: number, ppm: number): Clock {
  return { since: now, base: localTime(clock, now) + skewUs, ppm }
}
