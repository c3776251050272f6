import type { Replication } from '../state.ts'
import { covers } from './backlog.ts'

/** How a master answers PSYNC; for a refusal, why. */
export type PsyncDecision =
  | { readonly kind: 'continue' }
  /** `asked`: the replica has nothing (`?`). The other reasons are refusals of a partial resynchronization. */
  | { readonly kind: 'full'; readonly reason: 'asked' | 'unknown-id' | 'beyond-second-id' | 'not-in-backlog' }

/**
 * Whether a replica that asks for byte `offset` of history `replid` can go on where it is (masterTryPartialResync): the
 * history must be mine, or that of my former master up to where I left it, and the bytes must still be here.
 */
export function decidePsync(replication: Replication, replid: string, offset: number): PsyncDecision {
  const { replid: id1, replid2: id2, secondOffset, backlog } = replication
  const asked = replid.toLowerCase()
  if (asked !== id1 && (asked !== id2 || offset > secondOffset)) {
    if (asked.startsWith('?')) return { kind: 'full', reason: 'asked' }
    return { kind: 'full', reason: asked === id2 ? 'beyond-second-id' : 'unknown-id' }
  }
  if (backlog === null || !covers(backlog, offset - 1, replication.offset)) {
    return { kind: 'full', reason: 'not-in-backlog' }
  }
  return { kind: 'continue' }
}
