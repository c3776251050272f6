import type { LaneStyle } from '../../manifest.ts'
import { CONDITIONS } from '../contract.ts'

/** The platform's lane in the time diagram: afloat, or without a solution. */
export const lane: LaneStyle = {
  phase: (phase) =>
    CONDITIONS[phase] === 'failed'
      ? { color: '--bad', weight: 'dashed', label: 'no solution' }
      : { color: '--accent', weight: 'thick', label: 'afloat' },
  message: () => ({ color: '--ink-3', dashed: false }),
}
