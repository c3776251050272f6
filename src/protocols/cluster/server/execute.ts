import type { Bytes } from '../bytes.ts'
import { COMMANDS } from '../commands/table.ts'
import type { DataCall, DataCommand, DataOutcome } from '../commands/types.ts'
import type { Keyspace } from '../keyspace.ts'
import { propagate } from '../replication/stream.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { block, isPaused } from './blocking.ts'
import { expireKeys, withoutExpired } from './expire.ts'
import { type Known, keysOf } from './known.ts'
import { flushTally } from './tally.ts'
import { propagateUnit } from './units.ts'

/** Commands that go into the stream together. */
export type Unit = (readonly Bytes[])[]

/** Runs a command that may run, for its session. Null: no answer, or a later one. */
export function execute(turn: Turn, session: Session, known: Known, args: readonly Bytes[]): Reply | null {
  const { run } = known.spec
  if (run.scope !== 'data') return executeByServer(turn, session, known, args)
  const outcome = runAlone(turn, session, known, run.execute, args)
  turn.tally.offset = turn.replication.offset
  if (outcome.block === undefined) return outcome.reply
  const { keys, timeoutMs } = outcome.block
  block(turn, session.peer, { kind: 'keys', args, keys, untilMs: timeoutMs === 0 ? null : turn.nowMs + timeoutMs })
  return null
}

/** A command of the server sees the statistics and its session as they are. */
export function executeByServer(turn: Turn, { peer }: Session, { spec }: Known, args: readonly Bytes[]): Reply | null {
  turn.tally.commands++
  turn.tally.last = spec.name
  flushTally(turn, peer)
  const answer = spec.run.scope === 'server' ? spec.run.execute(turn, peer, args, COMMANDS) : null
  turn.tally.last = spec.name
  turn.tally.offset = turn.replication.offset
  return answer
}

class Call implements DataCall {
  readonly fromMaster = false

  constructor(
    private readonly turn: Turn,
    readonly db: Keyspace,
    readonly resp: 2 | 3,
    readonly retry: boolean,
  ) {}

  get nowMs(): number {
    return this.turn.nowMs
  }

  random(): number {
    return this.turn.random()
  }
}

/** A command outside a transaction, with what it puts into the stream; most often one command or nothing. */
function runAlone(
  turn: Turn,
  session: Session,
  known: Known,
  command: DataCommand,
  args: readonly Bytes[],
): DataOutcome {
  const { db } = turn
  if (db.expiring > 0) {
    const unit: Unit = []
    const outcome = runData(turn, session, known, command, args, unit)
    propagateUnit(turn, unit)
    return outcome
  }
  turn.tally.commands++
  const outcome = command(new Call(turn, db, session.resp, false), args)
  const hasChanged = outcome.db !== db
  if (hasChanged) turn.db = outcome.db
  if (outcome.propagate !== undefined) propagateUnit(turn, outcome.propagate)
  else if (hasChanged) propagate(turn, args)
  if (known.read && known.routed) countHits(turn, known, args, outcome)
  return outcome
}

/**
 * Carries a data command out: keys whose time is over go first, then the command changes the keyspace. What is to be
 * propagated is added to `unit`. `retry`: the command was blocked.
 */
export function runData(
  turn: Turn,
  session: Session,
  known: Known,
  command: DataCommand,
  args: readonly Bytes[],
  unit: Unit,
  retry = false,
): DataOutcome {
  turn.tally.commands++
  const seen = turn.db.expiring === 0 ? turn.db : expired(turn, known, args, unit)
  const outcome = command(new Call(turn, seen, session.resp, retry), args)
  const hasChanged = outcome.db !== seen
  if (hasChanged) turn.db = outcome.db
  if (outcome.propagate !== undefined) for (const told of outcome.propagate) unit.push(told)
  else if (hasChanged) unit.push(args)
  if (known.read && known.routed) countHits(turn, known, args, outcome)
  return outcome
}

/** The keyspace without those of the command's keys whose time is over: a master deletes them; a replica, and who is paused, hides them. */
function expired(turn: Turn, known: Known, args: readonly Bytes[], unit: Unit): Keyspace {
  const keys = known.routed ? keysOf(known, args) : []
  if (turn.replication.upstream !== null || isPaused(turn)) return withoutExpired(turn, keys)
  expireKeys(turn, keys, unit)
  return turn.db
}

function countHits({ tally }: Turn, known: Known, args: readonly Bytes[], { db, reply }: DataOutcome): void {
  if (known.oneKey) {
    if (reply.kind === 'null') tally.misses++
    else tally.hits++
    return
  }
  for (const key of keysOf(known, args)) {
    if (db.has(key)) tally.hits++
    else tally.misses++
  }
}
