import type { NodeId } from '../../../base/brand.ts'
import { flow } from '../../../base/flow.ts'
import type { Bytes } from '../bytes.ts'
import { type CommandSpec, serverCommand } from '../commands/types.ts'
import { parseSafeInteger } from '../integers.ts'
import { ackedReplicas, requestAcks } from '../replication/wait.ts'
import { array, error, integer, NOT_AN_INTEGER, NULL_ARRAY, OK, type Reply } from '../reply.ts'
import type { Session, Watched } from '../state.ts'
import type { Turn } from '../turn.ts'
import { block } from './blocking.ts'
import { executeByServer, runData, type Unit } from './execute.ts'
import { liveEntry } from './expire.ts'
import { recognise } from './known.ts'
import { changeSession, outboxOf } from './sessions.ts'
import { propagateUnit } from './units.ts'

const NESTED = error('ERR MULTI calls can not be nested')
const WATCH_IN_MULTI = error('ERR WATCH inside MULTI is not allowed')
const EXEC_ALONE = error('ERR EXEC without MULTI')
const DISCARD_ALONE = error('ERR DISCARD without MULTI')
const ABORTED = error('EXECABORT Transaction discarded because of previous errors.')
const WAIT_ON_REPLICA = error(
  flow(`ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is
  configured to be writable (which is not the default) writes to replicas are just local and are not propagated.`),
)
const NO_TIMEOUT = error('ERR timeout is not an integer or out of range')
const NEGATIVE_TIMEOUT = error('ERR timeout is negative')

function multi(turn: Turn, key: NodeId): Reply {
  if (turn.sessions.get(key)!.multi !== null) return NESTED
  changeSession(turn, key, { multi: { queue: [], failed: false } })
  return OK
}

function discard(turn: Turn, key: NodeId): Reply {
  if (turn.sessions.get(key)!.multi === null) return DISCARD_ALONE
  changeSession(turn, key, { multi: null, watched: [] })
  return OK
}

function watch(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  const { multi: open, watched } = turn.sessions.get(key)!
  if (open !== null) return WATCH_IN_MULTI
  const fresh: Watched[] = []
  for (const name of args.slice(1)) {
    if (watched.some((it) => it.key === name) || fresh.some((it) => it.key === name)) continue
    fresh.push({ key: name, entry: liveEntry(turn, name) })
  }
  if (fresh.length > 0) changeSession(turn, key, { watched: [...watched, ...fresh] })
  return OK
}

function unwatch(turn: Turn, key: NodeId): Reply {
  if (turn.sessions.get(key)!.watched.length > 0) changeSession(turn, key, { watched: [] })
  return OK
}

function exec(turn: Turn, key: NodeId): Reply {
  const { multi: open, watched } = turn.sessions.get(key)!
  if (open === null) return EXEC_ALONE
  const isTouched = watched.some((it) => liveEntry(turn, it.key) !== it.entry)
  changeSession(turn, key, { multi: null, watched: [] })
  if (open.failed) return ABORTED
  if (isTouched) return NULL_ARRAY
  const unit: Unit = []
  turn.unit = unit
  const items = open.queue.flatMap((args) => runQueued(turn, key, args, unit))
  turn.unit = null
  propagateUnit(turn, unit)
  return array(items)
}

/** What one command of a transaction answers: one reply, or for subscriptions their confirmations. */
function runQueued(turn: Turn, key: NodeId, args: readonly Bytes[], unit: Unit): readonly Reply[] {
  const known = recognise(args)
  if (!('spec' in known)) return [known]
  const session = turn.sessions.get(key) as Session
  const { run } = known.spec
  if (run.scope === 'data') return [runData(turn, session, known, run.execute, args, unit).reply]
  // What the server propagates by itself comes behind what was written before it; a script adds to the unit.
  if (known.spec.group !== 'scripting') propagateUnit(turn, unit.splice(0))
  const length = outboxOf(turn, key).length
  const answer = executeByServer(turn, session, known, args)
  return answer === null ? outboxOf(turn, key).splice(length) : [answer]
}

function wait(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply | null {
  if (turn.replication.upstream !== null) return WAIT_ON_REPLICA
  const replicas = parseSafeInteger(args[1]!)
  if (replicas === null) return NOT_AN_INTEGER
  const timeoutMs = parseSafeInteger(args[2]!)
  if (timeoutMs === null) return NO_TIMEOUT
  if (timeoutMs < 0) return NEGATIVE_TIMEOUT
  const offset = turn.sessions.get(key)!.writeOffset
  const acked = ackedReplicas(turn, offset)
  if (acked >= replicas || turn.unit !== null) return integer(acked)
  const untilMs = timeoutMs === 0 ? null : turn.nowMs + timeoutMs
  block(turn, key, { kind: 'wait', replicas, offset, untilMs })
  requestAcks(turn)
  return null
}

/** Transactions, and WAIT. */
export const transactionCommands: readonly CommandSpec[] = [
  serverCommand('multi', '', 'Begins a transaction: what follows is queued.', multi),
  serverCommand('exec', '', 'Runs the commands of the transaction, nothing between them.', exec),
  serverCommand('discard', '', 'Forgets the commands of the transaction.', discard),
  serverCommand('watch', 'key [key ...]', 'EXEC will do nothing if one of the keys changes before it.', watch),
  serverCommand('unwatch', '', 'Forgets all watched keys.', unwatch),
  serverCommand(
    'wait',
    'numreplicas timeout',
    'Waits until so many replicas have acknowledged the writes of this connection.',
    wait,
  ),
]
