import type { Header } from '../messages.ts'
import type { BusId } from '../peers.ts'
import { dropKeysInSlots } from '../server/keys-in-slots.ts'
import { SlotSet } from '../slot-set.ts'
import type { Turn } from '../turn.ts'
import { setMaster } from './membership.ts'
import { isMaster } from './nodes.ts'
import { sendUpdate } from './send.ts'
import { assignSlots } from './slots.ts'

/**
 * A packet's claim of slots against what this node believes: a master's newer claim is adopted, and a claim that is
 * known to be outdated is answered with an UPDATE.
 */
export function compareClaims(turn: Turn, sender: BusId, { slots, configEpoch }: Header): void {
  const peer = turn.peer(sender)!
  const speaker = isMaster(peer) ? peer : turn.peer(peer.master)
  if (speaker === undefined || speaker.slots === slots) return
  if (speaker.slots.equals(slots)) {
    // From now on its packets are compared by reference. A replica's copy is not taken: it takes its master's.
    if (speaker === peer) turn.changePeer(sender, { slots })
    return
  }
  if (speaker === peer) adoptClaims(turn, sender, configEpoch, slots)
  const owner = betterOwner(turn, sender, slots, configEpoch)
  if (owner !== undefined) sendUpdate(turn, sender, owner)
}

/** The first claimed slot's owner whom this node knows under a greater epoch. */
function betterOwner(turn: Turn, sender: BusId, slots: SlotSet, epoch: number) {
  const { owners, unclaimed } = turn.cluster
  for (const slot of slots) {
    const id = owners.get(slot)
    if (id === null || id === sender || unclaimed.has(slot)) continue
    const owner = turn.peer(id)!
    if (owner.configEpoch > epoch) return owner
  }
  return undefined
}

/** Rebinds what a master claims under a greater epoch, and follows from it for this node (clusterUpdateSlotsConfigWith). */
export function adoptClaims(turn: Turn, sender: BusId, epoch: number, claimed: SlotSet): void {
  if (sender === turn.cluster.myself) return
  const family = turn.isMaster ? turn.cluster.myself : turn.myself.master
  const had = turn.peer(sender)!.slots
  const taken = SlotSet.of(takenSlots(turn, epoch, claimed.minus(had)))
  const ours = family === null ? SlotSet.none : taken.intersect(turn.peer(family)!.slots)
  const dirty = turn.isMaster ? [...ours].filter((slot) => turn.db.countInSlot(slot) > 0) : []
  const { unclaimed } = turn.cluster
  turn.change({ unclaimed: unclaimed.minus(claimed.intersect(had)).union(had.minus(claimed)) })
  if (taken.size > 0) {
    assignSlots(turn, taken, sender)
    turn.note('slots-taken', taken.size)
    turn.todo.saveConfig = true
    turn.todo.updateState = true
  }
  const isLeftEmpty = ours.size > 0 && turn.peer(family)!.slots.size === 0
  if (isLeftEmpty && (turn.options.allowReplicaMigration || claimed.size === ours.size)) setMaster(turn, sender)
  else if (!leaveReplica(turn)) dropKeysInSlots(turn, dirty)
}

function takenSlots(turn: Turn, epoch: number, slots: SlotSet): number[] {
  const { importing, owners, unclaimed, myself } = turn.cluster
  const mayLoseMine = turn.config.fault !== 'update-ignored'
  const isTaken = (slot: number): boolean => {
    if (importing.has(slot)) return false
    const owner = owners.get(slot)
    if (owner === null) return true
    if (owner === myself && !mayLoseMine) return false
    return unclaimed.has(slot) || turn.peer(owner)!.configEpoch < epoch
  }
  return [...slots].filter(isTaken)
}

/** A replica of a replica follows the master above, unless that is itself. */
function leaveReplica(turn: Turn): boolean {
  const master = turn.peer(turn.myself.master)
  const above = master?.master ?? null
  if (above === null || above === turn.cluster.myself) return false
  setMaster(turn, above)
  return true
}
