import { AppendList } from '../../../base/append-list.ts'
import type { NodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import type { ClientCommand, ClientResult, Outcome } from '../client/types.ts'
import { keySlot } from '../slots.ts'
import type { NodeState } from '../state.ts'
import { isPlainSet, stringAt } from './answers.ts'
import { asNode, type ClusterEvent, type ClusterWorld, changedOwnEntry, isMaster, nodeAt, ownEntry } from './seen.ts'

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
  readonly calledUs: number
  readonly acknowledgedUs: number
  /** Replicas that WAIT counted; null: the client did not wait. */
  readonly waited: number | null
  /** How often each actor had died when it was acknowledged. */
  readonly deaths: readonly number[]
}

/** A write that is gone. */
export interface Loss extends Write {
  readonly lostUs: number
  readonly rule: LossRule
}

/** Acknowledged writes of a key that may still be lost, the newest first. */
interface Book {
  readonly write: Write
  readonly older: Book | null
  /** How many they are: between {@link KEPT} and twice as many, the oldest are forgotten. */
  readonly length: number
}

/** One answered request, as it came: it is entered into the books only when somebody looks at them. */
interface Slip {
  readonly command: ClientCommand
  readonly outcomes: readonly Outcome[]
  readonly client: NodeId
  readonly calledUs: number
  readonly atUs: number
  readonly deaths: readonly number[]
}

/** What was asked, and when. */
interface Asked {
  readonly command: ClientCommand
  readonly atUs: number
}

type Books = ReadonlyMap<Bytes, Book>

export interface Ledger {
  /** By key; replaced as a whole when slips are entered, never changed. */
  readonly books: Books
  /** Not entered yet. */
  readonly slips: AppendList<Slip>
  readonly slipWrites: number
  readonly acknowledged: number
  readonly lost: number
  /** Sent, but never answered. */
  readonly unknown: number
  readonly lostBy: Readonly<Partial<Record<LossRule, number>>>
  readonly losses: AppendList<Loss>
  /** Operations under way. */
  readonly open: PersistentMap<Asked>
  readonly deaths: readonly number[]
  /** By actor: somebody claims some of its slots under a greater epoch. */
  readonly outbid: readonly boolean[]
}

/** Writes of one key that are remembered: a client that overwrites a key more often during an outage is counted short. */
const KEPT = 64

export const LEDGER_ID = 'ledger'

/** A meter: it judges nothing, it counts. */
export const ledger = {
  id: LEDGER_ID,
  init: (world: ClusterWorld): Ledger => ({
    books: new Map(),
    slips: AppendList.empty(),
    slipWrites: 0,
    acknowledged: 0,
    lost: 0,
    unknown: 0,
    lostBy: {},
    losses: AppendList.empty(),
    open: PersistentMap.empty(),
    deaths: world.names.map(() => 0),
    outbid: world.names.map(() => false),
  }),
  step(memory: Ledger, world: ClusterWorld, event: ClusterEvent): Ledger {
    let now = memory
    if (event.kind === 'act') now = countDeaths(now, world)
    if (event.actor >= 0 && changesHands(event)) now = auditAll(findOutbid(entered(now), world), world)
    return event.operations.length > 0 ? listen(now, world, event) : now
  },
}

function countDeaths(memory: Ledger, world: ClusterWorld): Ledger {
  if (!world.names.some((_, actor) => world.status(actor) === 'down')) return memory
  const deaths = memory.deaths.map((count, actor) => (world.status(actor) === 'down' ? count + 1 : count))
  return { ...memory, deaths }
}

function findOutbid(memory: Ledger, world: ClusterWorld): Ledger {
  const claims = world.names.map((_, actor) => {
    const entry = entryOf(world, actor)
    return entry !== undefined && isMaster(entry) ? entry : undefined
  })
  const outbid = claims.map(
    (entry) =>
      entry !== undefined &&
      claims.some(
        (other) => other !== undefined && other.configEpoch > entry.configEpoch && other.slots.intersects(entry.slots),
      ),
  )
  return { ...memory, outbid }
}

/** Ownership or a whole memory changed: some writes may be gone now. */
function changesHands(event: ClusterEvent): boolean {
  const old = asNode(event.before)
  const now = asNode(event.after)
  if (now === undefined || !changedOwnEntry(event)) return false
  if (old === undefined) return true
  const [was, is] = [ownEntry(old), ownEntry(now)]
  return was.flags !== is.flags || was.slots !== is.slots || was.configEpoch !== is.configEpoch
}

// ---- What clients hear ------------------------------------------------------------------------------------------

function listen(memory: Ledger, world: ClusterWorld, event: ClusterEvent): Ledger {
  let { open } = memory
  let now = memory
  for (const operation of event.operations) {
    if (operation.kind === 'call') {
      const { command, at } = operation
      if (hasSet(command)) open = open.set(operation.request, { command, atUs: at })
      continue
    }
    const asked = open.get(operation.request)
    if (asked === undefined) continue
    open = open.delete(operation.request)
    now = enter(now, world, asked, operation.result, operation.client, operation.at)
  }
  return open === now.open ? now : { ...now, open }
}

function hasSet(command: ClientCommand): boolean {
  if (command.kind === 'job') return false
  return command.kind === 'typed' ? isPlainSet(command.args) : command.operations.some(({ args }) => isPlainSet(args))
}

const argsOf = (command: ClientCommand, at: number): readonly Bytes[] =>
  command.kind === 'batch' ? command.operations[at]!.args : command.kind === 'typed' ? command.args : []

/** Slips wait until there are so many writes on them, or somebody looks. */
const SLIP_WRITES_MIN = 4_096

function enter(
  memory: Ledger,
  world: ClusterWorld,
  { command, atUs: calledUs }: Asked,
  result: ClientResult | undefined,
  client: NodeId,
  atUs: number,
): Ledger {
  const outcomes = result?.outcomes ?? []
  let acknowledged = 0
  let unknown = 0
  let isStale = false
  for (let at = 0; at < outcomes.length; at++) {
    const { reply, node } = outcomes[at]!
    if (!isPlainSet(argsOf(command, at))) continue
    if (reply === null) unknown++
    if (reply?.kind !== 'simple' || node === null) continue
    acknowledged++
    if (memory.outbid[world.indexOf(node)] === true) isStale = true
  }
  const slip: Slip = { command, outcomes, client, calledUs, atUs, deaths: memory.deaths }
  const noted = {
    ...memory,
    slips: memory.slips.append(slip),
    slipWrites: memory.slipWrites + acknowledged,
    acknowledged: memory.acknowledged + acknowledged,
    unknown: memory.unknown + unknown,
  }
  if (isStale) return auditStale(entered(noted), world, slip)
  return noted.slipWrites > Math.max(SLIP_WRITES_MIN, 2 * noted.books.size) ? entered(noted) : noted
}

/** The same with every slip in the books. */
function entered(memory: Ledger): Ledger {
  if (memory.slips.length === 0) return memory
  const books = new Map(memory.books)
  const put = (write: Write) => books.set(write.key, bookOf(write, books.get(write.key) ?? null))
  for (const slip of memory.slips) eachWrite(slip, put)
  return { ...memory, books, slips: AppendList.empty(), slipWrites: 0 }
}

/** Every acknowledged `SET` of a slip. */
function eachWrite(slip: Slip, visit: (write: Write) => void): void {
  const { command, outcomes, client, calledUs, atUs, deaths } = slip
  for (let at = 0; at < outcomes.length; at++) {
    const { reply, node, replicas } = outcomes[at]!
    if (reply?.kind !== 'simple' || node === null) continue
    const args = argsOf(command, at)
    if (!isPlainSet(args)) continue
    const [, key, value] = args as readonly [Bytes, Bytes, Bytes]
    visit({ key, value, client, node, calledUs, acknowledgedUs: atUs, waited: replicas, deaths })
  }
}

/** Whoever acknowledged these writes may not have been the owner any more. */
function auditStale(memory: Ledger, world: ClusterWorld, slip: Slip): Ledger {
  const keys = new Set<Bytes>()
  eachWrite(slip, ({ key, node }) => {
    const actor = world.indexOf(node)
    if (memory.outbid[actor] === true && ownerOf(world, keySlot(key))?.actor !== actor) keys.add(key)
  })
  return audit(memory, world, keys, true)
}

function bookOf(write: Write, older: Book | null): Book {
  if (older === null || older.length < 2 * KEPT) return { write, older, length: 1 + (older?.length ?? 0) }
  return bookOf(write, newest(older, KEPT))
}

/** The newest `count` writes of a book. */
function newest(book: Book, count: number): Book {
  const writes: Write[] = []
  for (let at: Book | null = book; at !== null && writes.length < count; at = at.older) writes.push(at.write)
  return writes.reduceRight<Book | null>((older, write, at) => ({ write, older, length: writes.length - at }), null)!
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

const auditAll = (memory: Ledger, world: ClusterWorld): Ledger => audit(memory, world, memory.books.keys(), false)

/** Looks at these keys: at all of them after a change of owners, which is rare. */
function audit(memory: Ledger, world: ClusterWorld, keys: Iterable<Bytes>, isStale: boolean): Ledger {
  const lost: { readonly key: Bytes; readonly left: Book | null; readonly gone: readonly Write[] }[] = []
  for (const key of keys) {
    const book = memory.books.get(key)
    const rest = book === undefined ? undefined : whatIsLeft(world, key, book)
    if (rest !== undefined) lost.push({ key, ...rest })
  }
  if (lost.length === 0) return memory
  const books = new Map(memory.books)
  const lostBy = { ...memory.lostBy }
  let { losses } = memory
  for (const { key, left, gone } of lost) {
    if (left === null) books.delete(key)
    else books.set(key, left)
    const owner = ownerOf(world, keySlot(key))!.actor
    for (const write of gone.toReversed()) {
      const rule = isStale ? 'stale' : ruleOf(world, write, owner, memory.deaths)
      lostBy[rule] = (lostBy[rule] ?? 0) + 1
      losses = losses.append({ ...write, lostUs: world.now, rule })
    }
  }
  return { ...memory, books, lostBy, losses, lost: losses.length }
}

/** The writes that the owner of the key lacks, newest first, and those before them; undefined: it lacks none. */
function whatIsLeft(
  world: ClusterWorld,
  key: Bytes,
  book: Book,
): { readonly left: Book | null; readonly gone: readonly Write[] } | undefined {
  const owner = ownerOf(world, keySlot(key))
  if (owner === undefined) return undefined
  const value = stringAt(owner.node, key)
  if (book.write.value === value || isElsewhere(world, owner.actor, key, book.write.value)) return undefined
  const newer: Write[] = []
  let left: Book | null = book
  while (left !== null && left.write.value !== value) {
    newer.push(left.write)
    left = left.older
  }
  // A value that nobody was told of is a later write whose answer is under way, or lost.
  if (left === null && value !== undefined) return undefined
  // Of two writes at once either may have been the last.
  const endedUs = left?.write.acknowledgedUs ?? Number.NEGATIVE_INFINITY
  const gone = newer.filter(({ calledUs }) => calledUs > endedUs)
  return gone.length === 0 ? undefined : { left, gone }
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
  const died = world.status(actor) === 'down' || deaths[actor] !== write.deaths[actor]
  if (actor === owner) return died ? 'restart' : 'dropped'
  if (died) return 'failover'
  const [old, now] = [entryOf(world, actor), entryOf(world, owner)]
  // Who was replaced is outbid for everything that it owns; who gave a slot away still has the others.
  const isReplaced = old === undefined || now === undefined || !isMaster(old) || now.slots.covers(old.slots)
  return isReplaced ? 'partition' : 'dropped'
}

/** How many of the newest writes (at most `most`) only the node that acknowledged them holds. */
export function atRisk(memory: Ledger, world: ClusterWorld, most: number): number {
  let risk = 0
  let looked = 0
  for (const [key, { write }] of entered(memory).books) {
    if (world.now - write.acknowledgedUs > RISK_WINDOW_US) continue
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
