import type { NodeId } from '../../../base/brand.ts'
import { foldLane, hashText } from '../../../base/digest.ts'
import type { Reply } from '../reply.ts'
import type { ClientState, Connection, Pending } from './types.ts'

/** Hashes of rows of the slot map, which many states share. */
const rowHashes = new WeakMap<readonly (readonly NodeId[])[], number>()
const ROWS = 128

function rowHash(row: readonly (readonly NodeId[])[]): number {
  let hash = rowHashes.get(row)
  if (hash === undefined) {
    hash = row.reduce((lane, nodes) => foldLane(lane, hashText(nodes.join())), 0)
    rowHashes.set(row, hash)
  }
  return hash
}

/** Any data of a reply, as text: bigints included. */
const replyText = (reply: Reply | null): string =>
  JSON.stringify(reply, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))

function pendingHash(lane: number, { request, at, target, asking, attempts, firstSentMs }: Pending): number {
  return foldLane(foldLane(foldLane(lane, hashText(`${request}/${at}/${target}/${asking}`)), attempts), firstSentMs)
}

function connectionHash(lane: number, { number, node, sent, unconfirmed }: Connection): number {
  let hash = foldLane(foldLane(lane, number), hashText(node))
  for (const expected of sent) {
    hash = foldLane(hash, expected.sentMs)
    if (expected.kind === 'operation') hash = pendingHash(hash, expected.pending)
    else hash = foldLane(hash, hashText(expected.kind === 'control' ? expected.what : expected.kind))
  }
  for (const { pending, reply } of unconfirmed) hash = foldLane(pendingHash(hash, pending), hashText(replyText(reply)))
  return hash
}

/** 32 bits of everything in a client that matters. */
export function clientHash(state: ClientState): number {
  const { map, stats, connections, retries, held, open, pushes } = state
  let hash = foldLane(hashText(`${state.mapKnown} ${state.refreshing} ${state.known.join()}`), state.opened)
  for (let row = 0; row < ROWS; row++) hash = foldLane(hash, rowHash(map.row(row)))
  for (const connection of connections.values()) hash = connectionHash(hash, connection)
  for (const { pending, avoid, atMs } of retries)
    hash = foldLane(pendingHash(hash, pending), hashText(`${avoid} ${atMs}`))
  for (const pending of held) hash = pendingHash(hash, pending)
  for (const [request, { outcomes, missing }] of open.entries()) {
    hash = foldLane(foldLane(hash, hashText(request)), missing)
    for (const outcome of outcomes) hash = foldLane(hash, outcome === null ? 0 : hashText(replyText(outcome.reply)))
  }
  for (const { node, reply, atMs } of pushes) hash = foldLane(foldLane(hash, hashText(node + replyText(reply))), atMs)
  const { calls, answered, moved, ask, tryAgain, down, refreshes, timeouts } = stats
  const counts = [calls, answered, moved, ask, tryAgain, down, refreshes, timeouts]
  const times = [state.requestTimerMs, state.retryTimerMs]
  return [...counts, ...times].reduce(foldLane, hash) >>> 0
}
