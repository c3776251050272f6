import type { AtCut } from '../../live/host.ts'
import type { Message } from '../../protocols/cluster/messages.ts'

/**
 * A cut as a firewall makes it that rejects: nobody connects across, and what established connections carry is sent
 * again until it is mended (TCP), unless they are given up before.
 */
export function atCut(message: Message): AtCut {
  return message.kind === 'Connect' || message.kind === 'Psync' ? 'refused' : 'held'
}
