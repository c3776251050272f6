import { scaleLinear } from 'd3'

/** The part of virtual time that a diagram shows, in microseconds: `fromUs` < `toUs`. */
export interface TimeView {
  readonly fromUs: number
  readonly toUs: number
}

/** The shortest span that can be shown: below it nothing is left to tell apart. */
const SPAN_MIN_US = 20
/** Where the cursor stays in the window while it follows. */
const FOLLOW_AT = 0.84
/** What is shown of a run that has only begun. */
const FIRST_SPAN_US = 2_000_000

const spanOf = (view: TimeView): number => view.toUs - view.fromUs

/** Keeps the span and moves the window so that it begins at 0 or later. */
function settle(fromUs: number, spanUs: number): TimeView {
  const from = Math.max(0, fromUs)
  return { fromUs: from, toUs: from + spanUs }
}

/** The whole run, with a little room behind its end. */
export function fitView(frontierUs: number, untilUs: number | null): TimeView {
  const end = Math.max(frontierUs, untilUs !== null && untilUs <= 2 * frontierUs ? untilUs : 0)
  return { fromUs: 0, toUs: Math.max(FIRST_SPAN_US, Math.ceil(end * 1.04)) }
}

/** `factor` < 1 zooms in. What stands under `atUs` stays where it is. */
export function zoomView(view: TimeView, atUs: number, factor: number, longestUs: number): TimeView {
  const span = Math.min(Math.max(spanOf(view) * factor, SPAN_MIN_US), Math.max(longestUs, SPAN_MIN_US))
  const share = (atUs - view.fromUs) / spanOf(view)
  return settle(atUs - share * span, span)
}

/** Moves the window; its beginning stays within [0, lastUs]. */
export function panView(view: TimeView, byUs: number, lastUs: number): TimeView {
  return settle(Math.min(view.fromUs + byUs, Math.max(0, lastUs)), spanOf(view))
}

/** Moves the window, as little as needed, so that `nowUs` is inside with room ahead. */
export function followView(view: TimeView, nowUs: number): TimeView {
  const span = spanOf(view)
  if (nowUs > view.fromUs + span * FOLLOW_AT) return settle(nowUs - span * FOLLOW_AT, span)
  if (nowUs < view.fromUs) return settle(nowUs - span * (1 - FOLLOW_AT), span)
  return view
}

export interface Tick {
  readonly atUs: number
  readonly text: string
}

/** Round instants (1, 2 or 5 times a power of ten) at least `gapPx` apart, with texts of one common unit. */
export function timeTicks(view: TimeView, widthPx: number, gapPx: number): readonly Tick[] {
  const wanted = Math.max(1, Math.floor(widthPx / gapPx))
  const scale = scaleLinear().domain([view.fromUs, view.toUs])
  for (let count = wanted; count >= 1; count--) {
    const at = scale.ticks(count).filter((us) => Number.isInteger(us))
    const step = (at[1] ?? Number.POSITIVE_INFINITY) - (at[0] ?? 0)
    if (at.length > wanted + 1 && count > 1) continue
    return at.map((atUs) => ({ atUs, text: formatTick(atUs, step, view.toUs) }))
  }
  return []
}

/** The unit by the end of the window, the decimals by the step: `3.2 s`, `120 ms`, `15 µs`. */
export function formatTick(us: number, stepUs: number, endUs: number): string {
  const [unit, scale, most] =
    endUs >= 1_000_000 ? ['s', 1_000_000, 6] : endUs >= 1_000 ? ['ms', 1_000, 3] : ['µs', 1, 0]
  const decimals = Number.isFinite(stepUs) ? decimalsOf(stepUs / scale) : 3
  return `${(us / scale).toFixed(Math.min(decimals, most))} ${unit}`
}

/** How many decimals tell multiples of `step` apart. */
function decimalsOf(step: number): number {
  let decimals = 0
  for (let rest = step; rest < 0.999 && decimals < 6; rest *= 10) decimals++
  return decimals
}

/** An exact instant for people, in seconds; the microseconds apart, so that they can be set fainter: `3.214` + `567`. */
export function formatInstant(us: number): { readonly coarse: string; readonly fine: string } {
  const whole = Math.floor(us)
  const text = `${Math.floor(whole / 1_000_000)}.${String(whole % 1_000_000).padStart(6, '0')}`
  return { coarse: text.slice(0, -3), fine: text.slice(-3) }
}

/** `3.214 s`: an instant with milliseconds, and microseconds only where they are not zero. */
export function instantText(us: number): string {
  const { coarse, fine } = formatInstant(us)
  return `${coarse}${fine === '000' ? '' : fine} s`
}

/** A length of time to three digits: `6 ms`, `1.25 s`, `340 µs`. */
export function spanText(us: number): string {
  const size = Math.abs(us)
  if (size < 1_000) return `${Math.round(us)} µs`
  if (size < 999_500) return `${trim(us / 1_000)} ms`
  return size < 120_000_000 ? `${trim(us / 1_000_000)} s` : `${trim(us / 60_000_000)} min`
}

const trim = (value: number): string => String(Number(value.toPrecision(3)))
