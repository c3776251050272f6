import { type BusId, FLAG } from '../peers.ts'
import { SlotSet } from '../slot-set.ts'
import type { Turn } from '../turn.ts'
import { mastersHaveReplicas } from './nodes.ts'

export { bumpConfigEpochWithoutConsensus } from './epochs.ts'

/** Nobody owns these slots any more. */
export function releaseSlots(turn: Turn, slots: SlotSet): void {
  const owned = ownedOf(turn, slots)
  if (owned.length === 0) return
  for (const { owner, part } of owned) turn.changePeer(owner, { slots: turn.peer(owner)!.slots.minus(part) })
  const { owners, unclaimed } = turn.cluster
  turn.change({ owners: owners.setAll(slots, null), unclaimed: unclaimed.minus(slots) })
}

/** The slots that have an owner, by owner. */
function ownedOf(turn: Turn, slots: SlotSet): { readonly owner: BusId; readonly part: SlotSet }[] {
  const parts = new Map<BusId, number[]>()
  for (const slot of slots) {
    const owner = turn.cluster.owners.get(slot)
    if (owner === null) continue
    const part = parts.get(owner)
    if (part === undefined) parts.set(owner, [slot])
    else part.push(slot)
  }
  return [...parts].map(([owner, part]) => ({ owner, part: SlotSet.of(part) }))
}

/** A node owns these slots from now on, whoever did before. */
export function assignSlots(turn: Turn, slots: SlotSet, id: BusId): void {
  if (slots.size === 0) return
  releaseSlots(turn, slots)
  const peer = turn.peer(id)!
  const isFirst = peer.slots.size === 0
  const flags = isFirst && mastersHaveReplicas(turn.cluster.peers) ? peer.flags | FLAG.migrateTo : peer.flags
  turn.changePeer(id, { slots: peer.slots.union(slots), flags })
  turn.change({ owners: turn.cluster.owners.setAll(slots, id) })
}

/** {@link assignSlots} for one slot. */
export const assignSlot = (turn: Turn, slot: number, id: BusId): void => assignSlots(turn, SlotSet.of([slot]), id)

/** {@link releaseSlots} for one slot. */
export const releaseSlot = (turn: Turn, slot: number): void => releaseSlots(turn, SlotSet.of([slot]))

/** SETSLOT MIGRATING: keys of my slot are on their way to `target`. */
export function setMigrating(turn: Turn, slot: number, target: BusId): void {
  turn.change({ migrating: new Map(turn.cluster.migrating).set(slot, target) })
  turn.note('slot-migrating', slot)
  changed(turn)
}

/** SETSLOT IMPORTING: keys of a slot of `source` are on their way to me. */
export function setImporting(turn: Turn, slot: number, source: BusId): void {
  turn.change({ importing: new Map(turn.cluster.importing).set(slot, source) })
  turn.note('slot-importing', slot)
  changed(turn)
}

/** SETSLOT STABLE: the slot is neither migrating nor importing. */
export function clearOpenSlot(turn: Turn, slot: number): void {
  stopMigrating(turn, slot)
  stopImporting(turn, slot)
  turn.note('slot-stable', slot)
  changed(turn)
}

/** No slot is migrating or importing. */
export function closeAllSlots(turn: Turn): void {
  const { migrating, importing } = turn.cluster
  if (migrating.size + importing.size > 0) turn.change({ migrating: new Map(), importing: new Map() })
}

function stopMigrating(turn: Turn, slot: number): void {
  const migrating = new Map(turn.cluster.migrating)
  if (migrating.delete(slot)) turn.change({ migrating })
}

function stopImporting(turn: Turn, slot: number): void {
  const importing = new Map(turn.cluster.importing)
  if (importing.delete(slot)) turn.change({ importing })
}

function changed(turn: Turn): void {
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}
