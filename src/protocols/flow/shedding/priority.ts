import { assert } from '../../../base/assert.ts'

/** Up to which load (in per-mille of capacity) each priority is admitted; 0 is the most urgent. */
export interface PrioritySheddingConfig {
  readonly thresholdsPermille: readonly number[]
}

/**
 * Four classes as Google's SRE book names them (chapter 21, "Criticality": CRITICAL_PLUS, CRITICAL, SHEDDABLE_PLUS,
 * SHEDDABLE). The thresholds are ours: the book gives none.
 */
export const PRIORITY_SHEDDING_DEFAULTS: PrioritySheddingConfig = Object.freeze({
  thresholdsPermille: Object.freeze([1_000, 950, 850, 700]),
})

/**
 * Load shedding by priority: the less urgent are refused first, and a class only when all below it are. A priority
 * behind the last is treated as the last. @param load what is busy or waits @param capacity what may be, above 0
 */
export function admitsPriority(
  config: PrioritySheddingConfig,
  load: number,
  capacity: number,
  priority: number,
): boolean {
  assert(capacity > 0 && priority >= 0, 'a capacity above 0 and a priority from 0')
  const threshold = config.thresholdsPermille[Math.min(priority, config.thresholdsPermille.length - 1)]!
  return load * 1_000 < capacity * threshold
}
