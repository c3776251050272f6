import { FLAG } from '../peers.ts'
import type { Turn } from '../turn.ts'

/** What others must know of the configuration: the announced name, and that this replica does not fail over. */
export function announceOptions(turn: Turn): void {
  const { myself, options } = turn
  const flag = options.replicaNoFailover ? FLAG.nofailover : 0
  if ((myself.flags & FLAG.nofailover) === flag && myself.hostname === options.announceHostname) return
  turn.changePeer(myself.id, {
    flags: (myself.flags & ~FLAG.nofailover) | flag,
    hostname: options.announceHostname,
  })
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}
