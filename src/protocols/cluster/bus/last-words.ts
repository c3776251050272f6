import type { NodeId } from '../../../base/brand.ts'
import type { Message } from '../messages.ts'
import type { Cluster } from '../state.ts'

/** What the operating system says on the bus in the name of a process that died. */
export function busLastWords(cluster: Cluster): { readonly to: NodeId; readonly message: Message }[] {
  const words: { to: NodeId; message: Message }[] = []
  for (const { link } of cluster.peers.all()) {
    if (link !== null) words.push(closed(link.actor, link.number, true))
  }
  for (const [actor, numbers] of cluster.accepted) {
    for (const number of numbers) words.push(closed(actor, number, false))
  }
  return words
}

const closed = (to: NodeId, number: number, byOpener: boolean) =>
  ({ to, message: { kind: 'Closed', of: 'bus', number, byOpener } }) as const
