import type { NodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import { lacksReplicas } from '../replication/wait.ts'
import { error, QUEUED, type Reply } from '../reply.ts'
import { keySlot } from '../slots.ts'
import type { Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { block, isPaused } from './blocking.ts'
import { execute } from './execute.ts'
import { type Known, keysOf, recognise } from './known.ts'
import { type RoutedCommand, refusal } from './routing.ts'
import { flaggedCall } from './scripts.ts'
import { serveBlockedKeys } from './serve-blocked.ts'
import { changeSession, isSubscribed, openSession, outboxOf } from './sessions.ts'
import { countError, flushTally } from './tally.ts'

const NO_REPLICAS = error('NOREPLICAS Not enough good replicas to write.')
const READ_ONLY = error("READONLY You can't write against a read only replica.")
const MASTER_DOWN = error("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")
const NOT_IN_MULTI = error('ERR Command not allowed inside a transaction')

/** Commands that arrived together on a connection of `from`; the first one opens it. */
export function receiveRequest(
  turn: Turn,
  from: NodeId,
  connection: number,
  commands: readonly (readonly Bytes[])[],
): void {
  const known = turn.sessions.get(from)
  if (known !== undefined && connection < known.connection) return
  if (known === undefined || connection > known.connection) openSession(turn, from, connection)
  runCommands(turn, from, commands)
}

/** Runs commands of a session in order. Behind one that blocks, or that makes the server busy, the rest waits. */
export function runCommands(turn: Turn, key: NodeId, commands: readonly (readonly Bytes[])[]): void {
  let { sessions } = turn
  let session = sessions.get(key)
  for (let at = 0; at < commands.length; at++) {
    if (turn.sessions !== sessions) {
      sessions = turn.sessions
      session = sessions.get(key)
    }
    if (session === undefined || turn.closing.includes(key)) break
    if (session.blocked !== null || turn.busy !== null) {
      changeSession(turn, key, { waiting: [...session.waiting, ...commands.slice(at)] })
      break
    }
    const args = commands[at]!
    if (args.length > 0) runCommand(turn, session, args)
  }
  flushTally(turn, key)
}

function runCommand(turn: Turn, session: Session, args: readonly Bytes[]): void {
  const { peer, asking } = session
  const { db, sessions } = turn
  const answer = process(turn, session, args)
  if (asking) endAsking(turn, peer, args[0]!)
  if (turn.sessions === sessions && session.replyMode === 'on') give(turn, session, answer)
  else giveChanged(turn, session, answer)
  if (turn.blocked.length > 0 && turn.db !== db) serveBlockedKeys(turn)
}

function give(turn: Turn, session: Session, answer: Reply | null): void {
  if (answer === null) return
  if (answer.kind === 'error') countError(turn, answer)
  if (session.replyMode === 'on') outboxOf(turn, session.peer).push(answer)
}

/** CLIENT REPLY SKIP: this one is not answered; OFF: none is, until the mode changes. */
function giveChanged(turn: Turn, { peer, replyMode }: Session, answer: Reply | null): void {
  const now = turn.sessions.get(peer)
  if (now === undefined) return
  if (replyMode === 'skip' && now.replyMode === 'skip') changeSession(turn, peer, { replyMode: 'on' })
  else give(turn, now, answer)
}

/** ASKING is for one command, or for one transaction. */
function endAsking(turn: Turn, peer: NodeId, name: Bytes): void {
  const session = turn.sessions.get(peer)
  if (session === undefined || session.multi !== null || session.blocked?.kind === 'pause') return
  if (name.toLowerCase() !== 'asking') changeSession(turn, peer, { asking: false })
}

/** One command, with the checks of processCommand in their order. Null: no answer, or a later one. */
function process(turn: Turn, session: Session, args: readonly Bytes[]): Reply | null {
  const found = recognise(args)
  if (!('spec' in found)) return reject(turn, session, null, found)
  const known = found.script === null ? found : flaggedCall(turn, found, args)
  turn.tally.last = known.spec.name
  if (session.multi !== null && known.notInMulti) return reject(turn, session, known, NOT_IN_MULTI)
  if (known.routed && !isLocal(turn, known, args)) {
    const command = routedCommand(turn, session, known, args)
    const refused = command.keys.length === 0 ? null : refusal(turn, session, command)
    if (refused !== null) return redirected(turn, session, known, refused)
  }
  const denied = denial(turn, session, known)
  if (denied !== null) return reject(turn, session, known, denied)
  if (isPaused(turn) && (turn.pause.all || replicates(turn, session, known))) {
    block(turn, session.peer, { kind: 'pause', args, untilMs: null })
    return null
  }
  if (session.multi !== null && !known.immediate) return queue(turn, session, args)
  return execute(turn, session, known, args)
}

/** The common case of the routing, at once: one key of a slot that is mine and stays mine. */
function isLocal({ cluster }: Turn, known: Known, args: readonly Bytes[]): boolean {
  if (!known.oneKey || cluster.health !== 'ok') return false
  const slot = keySlot(args[1]!)
  return (
    cluster.owners.get(slot) === cluster.myself &&
    (cluster.migrating.size === 0 || !cluster.migrating.has(slot)) &&
    (cluster.importing.size === 0 || !cluster.importing.has(slot))
  )
}

const NO_KEYS: RoutedCommand = { keys: [], write: false, asking: false, migrate: false, shard: false }

function routedCommand(turn: Turn, session: Session, known: Known, args: readonly Bytes[]): RoutedCommand {
  if (!known.exec) {
    const { write, asking, migrate, shard } = known
    return { keys: keysOf(known, args), write, asking, migrate, shard }
  }
  if (session.multi === null) return NO_KEYS
  const queued = queuedIn(turn, session)
  return {
    keys: queued.flatMap((it) => (it.known.routed ? keysOf(it.known, it.args) : [])),
    write: queued.some((it) => it.known.write),
    asking: false,
    migrate: false,
    shard: queued.some((it) => it.known.shard),
  }
}

/** The commands of a session's transaction. */
const queuedIn = (
  turn: Turn,
  { multi }: Session,
): readonly { readonly known: Known; readonly args: readonly Bytes[] }[] =>
  (multi?.queue ?? []).map((args) => ({ known: flaggedCall(turn, recognise(args) as Known, args), args }))

const writes = (turn: Turn, session: Session, known: Known) =>
  known.write || (known.exec && queuedIn(turn, session).some((it) => it.known.write))

const replicates = (turn: Turn, session: Session, known: Known) =>
  known.mayReplicate || (known.exec && queuedIn(turn, session).some((it) => it.known.mayReplicate))

/** What forbids a command that this node would serve; null: nothing. */
function denial(turn: Turn, session: Session, known: Known): Reply | null {
  const { options, replication } = turn
  const { upstream } = replication
  if (
    (known.write || known.exec) &&
    (upstream !== null || options.minReplicasToWrite > 0) &&
    writes(turn, session, known)
  ) {
    if (lacksReplicas(turn)) return NO_REPLICAS
    if (upstream !== null && options.replicaReadOnly) return READ_ONLY
  }
  if (session.resp === 2 && !known.whileSubscribed && isSubscribed(session)) return notWhileSubscribed(known)
  const isStale = upstream !== null && upstream.state !== 'connected' && !options.replicaServeStaleData
  return isStale && !known.stale ? MASTER_DOWN : null
}

function notWhileSubscribed(known: Known): Reply {
  const allowed = '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context'
  return error(`ERR Can't execute '${known.spec.name}': only ${allowed}`)
}

/** A refused command spoils the transaction that it was to be queued in; a refused EXEC ends it. */
function reject(turn: Turn, session: Session, known: Known | null, answer: Reply): Reply {
  if (session.multi === null) return answer
  if (known?.exec !== true) {
    changeSession(turn, session.peer, { multi: { ...session.multi, failed: true } })
    return answer
  }
  changeSession(turn, session.peer, { multi: null, watched: [] })
  const text = answer.kind === 'error' ? answer.text : ''
  return error(`EXECABORT Transaction discarded because of: ${text}`)
}

function redirected(turn: Turn, session: Session, known: Known, answer: Reply): Reply {
  if (!known.exec) return reject(turn, session, known, answer)
  changeSession(turn, session.peer, { multi: null, watched: [] })
  return answer
}

function queue(turn: Turn, session: Session, args: readonly Bytes[]): Reply {
  const multi = session.multi!
  changeSession(turn, session.peer, { multi: { ...multi, queue: [...multi.queue, args] } })
  return QUEUED
}
