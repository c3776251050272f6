import type { Bytes } from '../bytes.ts'
import { dumpValue, isDump, restoreValue } from '../dump.ts'
import { bulk, NULL, OK } from '../reply.ts'
import { answer, changed, int64Argument, isWord, refuse, refuseSyntax, rewritten } from './call.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

function dump(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const entry = call.db.get(args[1]!)
  return answer(call, entry === undefined ? NULL : bulk(dumpValue(entry.value)))
}

interface RestoreOptions {
  replace: boolean
  /** The time to live is a time on the Unix clock. */
  absolute: boolean
}

/** Idle time and frequency are checked and forgotten: nothing is evicted here. */
function readOptions(args: readonly Bytes[]): RestoreOptions {
  const options = { replace: false, absolute: false }
  let [idle, frequency] = [false, false]
  for (let at = 4; at < args.length; at++) {
    const value = args[at + 1]
    if (isWord(args[at], 'replace')) options.replace = true
    else if (isWord(args[at], 'absttl')) options.absolute = true
    else if (isWord(args[at], 'idletime') && value !== undefined && !frequency) {
      if (int64Argument(value) < 0) refuse('ERR Invalid IDLETIME value, must be >= 0')
      idle = true
      at++
    } else if (isWord(args[at], 'freq') && value !== undefined && !idle) {
      const given = int64Argument(value)
      if (given < 0 || given > 255) refuse('ERR Invalid FREQ value, must be >= 0 and <= 255')
      frequency = true
      at++
    } else refuseSyntax()
  }
  return options
}

function restore(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { replace, absolute } = readOptions(args)
  const [name, key, ttl, payload] = args as [Bytes, Bytes, Bytes, Bytes]
  if (!replace && call.db.has(key)) return refuse('BUSYKEY Target key name already exists.')
  const time = Number(int64Argument(ttl))
  if (time < 0) return refuse('ERR Invalid TTL value, must be >= 0')
  if (!isDump(payload)) return refuse('ERR DUMP payload version or checksum are wrong')
  const value = restoreValue(payload)
  if (value === null) return refuse('ERR Bad data format')
  const expireAtMs = time === 0 ? null : absolute ? time : call.nowMs + time
  const cleared = call.db.delete(key)
  if (expireAtMs !== null && expireAtMs <= call.nowMs && !call.fromMaster) {
    return cleared === call.db ? answer(call, OK) : rewritten(OK, cleared, ['DEL', key])
  }
  const db = cleared.set(key, { value, expireAtMs })
  if (expireAtMs === null || absolute) return changed(OK, db)
  return rewritten(OK, db, [name, key, String(expireAtMs), payload, ...args.slice(4), 'ABSTTL'])
}

const SYNTAX = 'key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]'

/** DUMP and RESTORE. */
export const restoreCommands: readonly CommandSpec[] = [
  dataCommand('dump', 'key', 'Return a serialized version of the value stored at the specified key.', dump),
  dataCommand(
    'restore',
    SYNTAX,
    'Create a key using the provided serialized value, previously obtained using DUMP.',
    restore,
  ),
  dataCommand('restore-asking', SYNTAX, 'An internal command for migrating keys in a cluster', restore),
]
