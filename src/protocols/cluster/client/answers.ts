import { AppendList } from '../../../base/append-list.ts'
import type { NodeId } from '../../../base/brand.ts'
import type { Reply } from '../reply.ts'
import { SlotTable } from '../slot-table.ts'
import { type Redirection, readRedirection, readSlots } from './redirection.ts'
import { dispatch, learn, refresh, sendTo } from './routes.ts'
import type { Run } from './run.ts'
import type { Answered, Connection, Expected, Outcome, Pending } from './types.ts'

/** Pause before an operation is tried again (ioredis: retryDelayOnTryAgain, …OnClusterDown, …OnFailover). */
const RETRY_MS = 100

/** The map of a client that knows nothing. */
export const NO_OWNERS: SlotTable<readonly NodeId[]> = SlotTable.filled<readonly NodeId[]>([])

/** Answers on a connection, in the order of what was sent. Those on a connection that was given up are ignored. */
export function onReplies(run: Run, from: NodeId, number: number, replies: readonly Reply[]): void {
  const connection = run.connection(from)
  if (connection === undefined || connection.number !== number) return
  const unconfirmed = connection.unconfirmed.slice()
  let at = 0
  for (const reply of replies) {
    const expected = connection.sent[at]
    if (expected === undefined || (reply.kind === 'push' && !confirms(expected, reply))) {
      run.push(from, reply)
      continue
    }
    at++
    if (reply.kind === 'push') run.push(from, reply)
    if (expected.kind === 'control') onControl(run, from, expected.what, reply)
    else if (expected.kind === 'wait') {
      const replicas = reply.kind === 'integer' ? Number(reply.value) : null
      for (const done of unconfirmed.splice(0)) settle(run, done.pending, done.reply, from, replicas, done.endMs)
    } else onAnswer(run, from, expected.pending, reply, unconfirmed)
  }
  run.setConnection({ ...connection, sent: at === 0 ? connection.sent : connection.sent.slice(at), unconfirmed })
}

/** A push answers a subscription that names itself in it. */
function confirms(expected: Expected, { items }: Extract<Reply, { kind: 'push' }>): boolean {
  const kind = items[0]
  if (expected.kind !== 'operation' || kind?.kind !== 'bulk') return false
  return expected.pending.operation.args[0]?.toLowerCase() === kind.bytes && kind.bytes.endsWith('subscribe')
}

function onControl(run: Run, from: NodeId, what: 'asking' | 'readonly' | 'slots', reply: Reply): void {
  if (what !== 'slots') return
  run.refreshing = false
  const rows = readSlots(run.config, from, reply)
  if (rows === null || rows.length === 0) {
    postponeHeld(run, from)
    return
  }
  learn(run, rows)
  const { held } = run
  run.held = AppendList.empty()
  for (const pending of held) dispatch(run, pending, null)
}

/** No map came from there: what waits for it tries again later. */
function postponeHeld(run: Run, avoid: NodeId): void {
  const { held } = run
  run.held = AppendList.empty()
  for (const pending of held) tryLater(run, pending, null, avoid)
}

function onAnswer(run: Run, from: NodeId, pending: Pending, reply: Reply, unconfirmed: Answered[]): void {
  if (reply.kind === 'error') {
    const redirection = readRedirection(run.config, from, reply.text)
    if (redirection !== null) {
      onRedirection(run, from, pending, reply, redirection)
      return
    }
    if (pending.typed === null && isTransient(run, reply.text)) {
      if (!reply.text.startsWith('TRYAGAIN')) refresh(run, from)
      tryLater(run, pending, reply, null)
      return
    }
  }
  const hasWait = pending.isWrite && run.config.wait.replicas > 0
  if (hasWait && reply.kind !== 'error') unconfirmed.push({ pending, reply, endMs: run.nowMs })
  else settle(run, pending, reply, from, null, run.nowMs)
}

/** Errors that pass: they are counted, and the operation is tried again. */
function isTransient(run: Run, text: string): boolean {
  const code = text.slice(0, text.indexOf(' '))
  if (code === 'TRYAGAIN') run.stats.tryAgain++
  else if (code === 'CLUSTERDOWN') run.stats.down++
  else return code === 'MASTERDOWN' || code === 'LOADING'
  return true
}

function onRedirection(run: Run, from: NodeId, pending: Pending, reply: Reply, redirection: Redirection): void {
  const { kind, slot, target } = redirection
  if (kind === 'MOVED') run.stats.moved++
  else run.stats.ask++
  const { typed, attempts } = pending
  const redirections = [...pending.redirections, reply.kind === 'error' ? reply.text : '']
  const isLast = attempts >= run.config.attemptsMax
  if (typed !== null ? !typed.follow || isLast || target === undefined : isLast) {
    if (typed === null || typed.follow) run.note('client-gave-up', attempts)
    settle(run, typed?.follow === false ? pending : { ...pending, redirections }, reply, from, null, run.nowMs)
    return
  }
  run.note('client-redirected', attempts)
  if (kind === 'MOVED' && typed === null && run.config.style === 'smart') {
    if (target !== undefined) run.map = run.map.set(slot, [target])
    refresh(run, null)
  }
  if (target === undefined) tryLater(run, { ...pending, redirections }, reply, null)
  else sendTo(run, { ...pending, asking: kind === 'ASK', attempts: attempts + 1, redirections }, target)
}

/** After a pause; or it ends with what came last (null: nothing, its outcome is unknown). */
function tryLater(run: Run, pending: Pending, reply: Reply | null, avoid: NodeId | null): void {
  const { attempts } = pending
  if (attempts >= run.config.attemptsMax) {
    run.note('client-gave-up', attempts)
    settle(run, pending, reply, reply === null ? null : pending.target, null, run.nowMs)
    return
  }
  const next = { ...pending, attempts: attempts + 1, asking: false }
  run.retries = run.retries.append({ pending: next, avoid, atMs: run.nowMs + RETRY_MS })
}

/** Sends what has waited long enough. */
export function onRetry(run: Run): void {
  const { retries, nowMs } = run
  let due = retries.start
  while (due < retries.end && retries.at(due)!.atMs <= nowMs) due++
  run.retries = retries.dropBefore(due)
  for (const { pending, avoid } of retries.slice(retries.start, due)) dispatch(run, pending, avoid)
}

/** The node closed the connection, or refused it. */
export function onClosed(run: Run, from: NodeId, number: number): void {
  const connection = run.connection(from)
  if (connection === undefined || connection.number !== number) return
  run.forget(from)
  lost(run, connection)
}

/** Gives up the connections on which an answer takes too long. */
export function onTimeout(run: Run): void {
  const { patienceMs } = run
  if (patienceMs === 0) return
  for (const connection of run.allConnections()) {
    const first = connection.sent[0]
    if (first === undefined || first.sentMs + patienceMs > run.nowMs) continue
    run.stats.timeouts++
    run.hangUp(connection)
    lost(run, connection)
  }
}

/** What was not answered may have happened or not. Batches try again elsewhere; a typed command tells that nobody knows. */
function lost(run: Run, { node, sent, unconfirmed }: Connection): void {
  for (const { pending, reply, endMs } of unconfirmed) settle(run, pending, reply, node, null, endMs)
  const hadSlots = sent.some((expected) => expected.kind === 'control' && expected.what === 'slots')
  if (hadSlots) {
    run.refreshing = false
    postponeHeld(run, node)
  }
  if (sent.length > 0 && run.mapKnown) refresh(run, node)
  for (const expected of sent) {
    if (expected.kind !== 'operation') continue
    const { pending } = expected
    if (pending.typed !== null) settle(run, pending, null, null, null, run.nowMs)
    else tryLater(run, pending, null, node)
  }
}

function settle(
  run: Run,
  pending: Pending,
  reply: Reply | null,
  node: NodeId | null,
  replicas: number | null,
  endMs: number,
): void {
  if (reply !== null) run.stats.answered++
  const outcome: Outcome = {
    reply,
    node,
    redirections: pending.redirections,
    replicas,
    sentMs: pending.firstSentMs,
    endMs,
  }
  run.finish(pending, outcome)
}
