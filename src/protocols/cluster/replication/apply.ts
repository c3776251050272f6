import type { NodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import { COMMANDS } from '../commands/table.ts'
import type { DataCall } from '../commands/types.ts'
import { Keyspace } from '../keyspace.ts'
import type { StreamEntry } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { forward } from './stream.ts'
import { sendAck } from './upstream.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Carries out commands of the master's stream, which begin where this replica stands. No routing, no expiry, no
 * checks: the master decided. A transaction comes within one message, so nobody sees half of it.
 */
export function applyStream(turn: Turn, master: NodeId, entries: readonly StreamEntry[]): void {
  const call: Writable<DataCall> = {
    db: turn.db,
    nowMs: turn.nowMs,
    resp: 2,
    fromMaster: true,
    retry: false,
    random: () => turn.random(),
  }
  for (const entry of entries) {
    apply(turn, master, call, entry.args)
    forward(turn, entry)
  }
  turn.db = call.db
}

function apply(turn: Turn, master: NodeId, call: Writable<DataCall>, args: readonly Bytes[]): void {
  const name = args[0]!
  const run = (COMMANDS.get(name) ?? COMMANDS.get(name.toLowerCase()))?.run
  if (run?.scope === 'data') {
    call.db = run.execute(call, args).db
    return
  }
  switch (name.toLowerCase()) {
    case 'flushall':
    case 'flushdb':
      call.db = Keyspace.empty
      return
    case 'replconf':
      // The offset does not count the request itself yet.
      if (args[1]?.toLowerCase() === 'getack') sendAck(turn, master)
      return
    default:
    // PING, SELECT 0, MULTI, EXEC: nothing to do.
  }
}
