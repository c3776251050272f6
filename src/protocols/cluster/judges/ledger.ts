import { AppendList } from '../../../base/append-list.ts'
import type { NodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import type { ClientCommand, ClientResult } from '../client/types.ts'
import { keySlot } from '../slots.ts'
import type { NodeState } from '../state.ts'
import { plainSet, stringAt } from './answers.ts'
import { asNode, type ClusterEvent, type ClusterWorld, isMaster, nodeAt, ownEntry } from './seen.ts'

/**
 * The ledger of acknowledged writes: every `SET key value` that a client was told OK for, and whether its value (or that
 * of a later write) is still what the owner of its slot has. It looks at values, not at offsets: it knows nothing of how
 * replication works. A loss is counted when the slot has an owner that lacks the write.
 */

/** Why a write was lost. */
export const LOSS_RULES = {
  failover: 'its master died before it reached the replica that took over',
  partition: 'its master was cut off from the majority, which elected another one',
  stale: 'its master had been replaced already, and did not know it yet',
  restart: 'its master came back with an empty memory, and no replica took over',
  dropped: 'the slot changed hands without the key',
} as const
export type LossRule = keyof typeof LOSS_RULES

/** One acknowledged write. */
export interface Write {
  readonly key: Bytes
  readonly value: Bytes
  readonly client: NodeId
  /** Who said OK. */
  readonly node: NodeId
  readonly acknowledgedUs: number
  /** Replicas that WAIT counted; null: the client did not wait. */
  readonly waited: number | null
  /** How often the node had died when it said so. */
  readonly deaths: number
}

/** A write that is gone. */
export interface Loss extends Write {
  readonly lostUs: number
  readonly rule: LossRule
}

interface Book {
  /** Acknowledged writes of a key that may still be lost, oldest first, the newest last; at most {@link KEPT}. */
  readonly writes: readonly Write[]
}

export interface Ledger {
  readonly books: PersistentMap<Book>
  readonly acknowledged: number
  readonly lost: number
  /** Sent, but never answered. */
  readonly unknown: number
  readonly lostBy: Readonly<Partial<Record<LossRule, number>>>
  readonly losses: AppendList<Loss>
  /** Operations under way: what was asked. */
  readonly open: PersistentMap<ClientCommand>
  readonly deaths: readonly number[]
}

/** Writes of one key that are remembered: a client that overwrites a key more often during an outage is counted short. */
const KEPT = 64

export const LEDGER_ID = 'ledger'

/** A meter: it judges nothing, it counts. */
export const ledger = {
  id: LEDGER_ID,
  init: (world: ClusterWorld): Ledger => ({
    books: PersistentMap.empty(),
    acknowledged: 0,
    lost: 0,
    unknown: 0,
    lostBy: {},
    losses: AppendList.empty(),
    open: PersistentMap.empty(),
    deaths: world.names.map(() => 0),
  }),
  step(memory: Ledger, world: ClusterWorld, event: ClusterEvent): Ledger {
    let now = memory
    if (event.kind === 'act') now = countDeaths(now, world)
    if (event.operations.length > 0) now = listen(now, world, event)
    if (event.actor >= 0 && changesHands(event)) now = audit(now, world)
    return now
  },
}

function countDeaths(memory: Ledger, world: ClusterWorld): Ledger {
  if (!world.names.some((_, actor) => world.status(actor) === 'down')) return memory
  const deaths = memory.deaths.map((count, actor) => (world.status(actor) === 'down' ? count + 1 : count))
  return { ...memory, deaths }
}

/** Ownership or a whole memory changed: some writes may be gone now. */
function changesHands({ before, after }: ClusterEvent): boolean {
  const old = asNode(before)
  const now = asNode(after)
  if (now === undefined) return false
  if (old === undefined) return true
  if (old.cluster === now.cluster) return false
  const [was, is] = [ownEntry(old), ownEntry(now)]
  return was !== is && (was.flags !== is.flags || was.slots !== is.slots || was.configEpoch !== is.configEpoch)
}

// ---- What clients hear ------------------------------------------------------------------------------------------

function listen(memory: Ledger, world: ClusterWorld, event: ClusterEvent): Ledger {
  let { open } = memory
  let now = memory
  for (const operation of event.operations) {
    if (operation.kind === 'call') {
      if (hasSet(operation.command)) open = open.set(operation.request, operation.command)
      continue
    }
    const command = open.get(operation.request)
    if (command === undefined) continue
    open = open.delete(operation.request)
    now = enter(now, world, command, operation.result, operation.client, operation.at)
  }
  return open === now.open ? now : { ...now, open }
}

function hasSet(command: ClientCommand): boolean {
  if (command.kind === 'job') return false
  return command.kind === 'typed'
    ? plainSet(command.args) !== null
    : command.operations.some(({ args }) => plainSet(args) !== null)
}

const argsOf = (command: ClientCommand, at: number): readonly Bytes[] =>
  command.kind === 'batch' ? command.operations[at]!.args : command.kind === 'typed' ? command.args : []

function enter(
  memory: Ledger,
  world: ClusterWorld,
  command: ClientCommand,
  result: ClientResult | undefined,
  client: NodeId,
  atUs: number,
): Ledger {
  let { books, acknowledged, unknown } = memory
  const stale: Write[] = []
  for (const [at, { reply, node, replicas }] of (result?.outcomes ?? []).entries()) {
    const set = plainSet(argsOf(command, at))
    if (set === null) continue
    if (reply === null) unknown++
    if (reply?.kind !== 'simple' || node === null) continue
    const deaths = memory.deaths[world.indexOf(node)] ?? 0
    const write: Write = { ...set, client, node, acknowledgedUs: atUs, waited: replicas, deaths }
    acknowledged++
    const writes = books.get(set.key)?.writes ?? []
    books = books.set(set.key, { writes: [...writes.slice(1 - KEPT), write] })
    if (!isOwner(world, node, set.key)) stale.push(write)
  }
  const entered = { ...memory, books, acknowledged, unknown }
  return stale.reduce((now, { key }) => auditKey(now, world, key, true), entered)
}

// ---- What is left -----------------------------------------------------------------------------------------------

/** The running master that claims the slot under the greatest epoch; undefined while its claimant is down. */
function ownerOf(world: ClusterWorld, slot: number): { readonly actor: number; readonly node: NodeState } | undefined {
  let best: { readonly actor: number; readonly epoch: number } | undefined
  for (let actor = 0; actor < world.names.length; actor++) {
    const entry = entryOf(world, actor)
    if (entry === undefined || !isMaster(entry) || !entry.slots.has(slot)) continue
    if (best === undefined || entry.configEpoch > best.epoch) best = { actor, epoch: entry.configEpoch }
  }
  const node = best === undefined ? undefined : nodeAt(world, best.actor)
  return node === undefined ? undefined : { actor: best!.actor, node }
}

function entryOf(world: ClusterWorld, actor: number) {
  const node = nodeAt(world, actor)
  if (node !== undefined) return ownEntry(node)
  const durable = world.durable(actor)
  return durable?.kind === 'node' ? durable.cluster.peers.get(durable.cluster.myself) : undefined
}

function isOwner(world: ClusterWorld, name: NodeId, key: Bytes): boolean {
  const actor = world.indexOf(name)
  const node = nodeAt(world, actor)
  const slot = keySlot(key)
  // The usual case first: nobody else claims the slot under a greater epoch.
  return node !== undefined && ownEntry(node).slots.has(slot) && ownerOf(world, slot)?.actor === actor
}

/** Looks at every key: after a change of owners, which is rare. */
function audit(memory: Ledger, world: ClusterWorld): Ledger {
  let now = memory
  for (const [key] of memory.books.entries()) now = auditKey(now, world, key)
  return now
}

/** `stale`: whoever acknowledged the newest write was not the owner any more when it did. */
function auditKey(memory: Ledger, world: ClusterWorld, key: Bytes, stale = false): Ledger {
  const book = memory.books.get(key)
  const owner = ownerOf(world, keySlot(key))
  if (book === undefined || owner === undefined || book.writes.length === 0) return memory
  const { writes } = book
  const value = stringAt(owner.node, key)
  const held = writes.findLastIndex((write) => write.value === value)
  // A value that nobody was told of is a later write whose answer is under way, or lost.
  const isLater = value !== undefined && held < 0
  if (isLater || held === writes.length - 1 || isElsewhere(world, owner.actor, key, writes.at(-1)!.value)) return memory
  const rule = (write: Write) => (stale ? 'stale' : ruleOf(world, write, owner.actor, memory.deaths))
  const gone = writes.slice(held + 1).map((write): Loss => ({ ...write, lostUs: world.now, rule: rule(write) }))
  const lostBy = { ...memory.lostBy }
  for (const { rule } of gone) lostBy[rule] = (lostBy[rule] ?? 0) + 1
  return {
    ...memory,
    books: memory.books.set(key, { writes: writes.slice(0, held + 1) }),
    lost: memory.lost + gone.length,
    lostBy,
    losses: memory.losses.concat(gone),
  }
}

/** A key that is being moved lies with the other side. */
function isElsewhere(world: ClusterWorld, owner: number, key: Bytes, value: Bytes): boolean {
  const slot = keySlot(key)
  return world.names.some((_, actor) => {
    const node = actor === owner ? undefined : nodeAt(world, actor)
    if (node === undefined || stringAt(node, key) !== value) return false
    return isMaster(ownEntry(node)) && (node.cluster.importing.has(slot) || node.cluster.migrating.has(slot))
  })
}

function ruleOf(world: ClusterWorld, write: Write, owner: number, deaths: readonly number[]): LossRule {
  const actor = world.indexOf(write.node)
  const died = world.status(actor) === 'down' || (deaths[actor] ?? 0) > write.deaths
  if (actor === owner) return died ? 'restart' : 'dropped'
  return died ? 'failover' : 'partition'
}

/** How many of the newest writes (at most `most`) only the node that acknowledged them holds. */
export function atRisk({ books }: Ledger, world: ClusterWorld, most: number): number {
  let risk = 0
  let looked = 0
  for (const [key, { writes }] of books.entries()) {
    const write = writes.at(-1)
    if (write === undefined || world.now - write.acknowledgedUs > RISK_WINDOW_US) continue
    if (++looked > most) break
    const holders = world.names.filter((_, actor) => {
      const node = nodeAt(world, actor)
      return node !== undefined && stringAt(node, key) === write.value
    })
    if (holders.length < 2) risk++
  }
  return risk
}

/** Whatever no replica has after so long never reaches one without an event that the audit sees. */
const RISK_WINDOW_US = 60_000_000
