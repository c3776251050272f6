import type { Delay } from '../plan.ts'

/** Wall time in a worker: this is the rim, and here it really passes. */

/** In ms since the epoch, the same in all workers. */
export const nowMs = (): number => performance.timeOrigin + performance.now()

/** Spends the time of an item: with a timer, or busy. */
export function spend(ms: number, delay: Delay): Promise<void> {
  if (delay === 'wait') return new Promise((resolve) => setTimeout(resolve, ms))
  const end = performance.now() + ms
  while (performance.now() < end) {
    // Busy: a computation that cannot be interrupted.
  }
  return Promise.resolve()
}

/** Time that may be made up for when a timer came late, ms. */
const LATE_MAX_MS = 50
/** After this time the event loop gets a turn, ms: who makes items without a break still hears the page. */
const BREATH_MS = 8

/**
 * Resolves when the next item is due.
 * @param ratePerS null: at once, but for a breath now and then
 */
export function pacer(ratePerS: number | null): () => Promise<void> {
  let due = performance.now()
  let breathed = due
  return async () => {
    const now = performance.now()
    if (ratePerS !== null) due = Math.max(due, now - LATE_MAX_MS) + 1_000 / ratePerS
    if (due <= now && now - breathed < BREATH_MS) return
    await spend(Math.max(0, due - now), 'wait')
    breathed = performance.now()
  }
}
