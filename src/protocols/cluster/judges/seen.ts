import type { Invariant, World, WorldEvent } from '../../../machine/invariant.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import type { ClusterProtocol, NodeState } from '../state.ts'

/** How the judges look at the world: from outside, sharing no code with the rules they judge beyond reading a table. */

export type ClusterWorld = World<ClusterProtocol>
export type ClusterEvent = WorldEvent<ClusterProtocol>
export type ClusterInvariant<Memory> = Invariant<ClusterProtocol, Memory>

export const nodeAt = (world: ClusterWorld, actor: number): NodeState | undefined => {
  const state = world.state(actor)
  return state?.kind === 'node' ? state : undefined
}

export const asNode = (state: ClusterProtocol['state'] | undefined): NodeState | undefined =>
  state?.kind === 'node' ? state : undefined

/** What a node says of itself. */
export const ownEntry = ({ cluster }: NodeState): Peer => cluster.peers.own

export const isMaster = (peer: Peer): boolean => (peer.flags & FLAG.master) !== 0

/** Whether the event changed what its actor says of itself. */
export function changedOwnEntry({ before, after }: ClusterEvent): boolean {
  const old = asNode(before)
  const now = asNode(after)
  if (old === undefined || now === undefined) return old !== now
  // Most packets change times only, and leave the entries as they are.
  return old.cluster.peers.all() !== now.cluster.peers.all() && ownEntry(old) !== ownEntry(now)
}

/** Unix ms of a node's clock. */
const nowMs = (world: ClusterWorld, node: NodeState): number => node.config.epochMs + Math.floor(world.now / 1000)

/** Both have heard from each other directly, and lately. */
export function inContact(world: ClusterWorld, one: NodeState, other: NodeState): boolean {
  return hears(world, one, other.cluster.myself) && hears(world, other, one.cluster.myself)
}

function hears(world: ClusterWorld, listener: NodeState, speaker: BusId): boolean {
  const peer = listener.cluster.peers.get(speaker)
  if (peer === undefined || (peer.flags & (FLAG.handshake | FLAG.noaddr)) !== 0) return false
  return (
    nowMs(world, listener) - listener.cluster.peers.timesOf(speaker).dataReceivedMs < listener.options.nodeTimeoutMs
  )
}
