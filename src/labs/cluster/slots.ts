import { nodeId } from '../../base/brand.ts'
import type { Sheet } from '../../engine/lab.ts'
import { type BusId, FLAG, type Peer } from '../../protocols/cluster/peers.ts'
import type { ClusterProtocol, NodeState } from '../../protocols/cluster/state.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { nodeOfPort } from './addresses.ts'
import { SHEETS, SLOT_COLUMN, SLOT_STATES, SLOTS, type SlotRangeView, STRANGER } from './contract.ts'

/** The slot map: from the point of view of a node, or as it really is. */

type World = Simulation<ClusterProtocol>

export interface RunningNode {
  readonly actor: number
  readonly state: NodeState
}

export function runningNodes(world: World): readonly RunningNode[] {
  return world.names.flatMap((_, actor) => {
    const state = world.state(actor)
    return state?.kind === 'node' ? [{ actor, state }] : []
  })
}

/** The running node of this name; null when it is down, or a client. */
export function nodeNamed(world: World, name: string | null): RunningNode | null {
  const actor = name === null ? -1 : world.indexOf(nodeId(name))
  const state = actor < 0 ? undefined : world.state(actor)
  return state?.kind === 'node' ? { actor, state } : null
}

export const myselfOf = ({ cluster }: NodeState): Peer => cluster.peers.own

export const isMaster = (peer: Peer): boolean => (peer.flags & FLAG.master) !== 0

/** The actor behind an entry of a node table; -1: none. */
export function actorOf(world: World, peer: Peer | undefined): number {
  return peer === undefined ? -1 : world.indexOf(nodeId(nodeOfPort(peer.port)))
}

/** The byte of an actor in the columns `owner` and `partner`. */
const byteOf = (actor: number): number => (actor < 0 ? STRANGER : actor + 1)

const STATE = Object.fromEntries(SLOT_STATES.map((name, at) => [name, at])) as Record<
  (typeof SLOT_STATES)[number],
  number
>

/** Bytes of the nodes that one node knows, by id. */
function bytesOf(world: World, { cluster }: NodeState): (id: BusId | null) => number {
  const known = new Map<BusId, number>()
  for (const peer of cluster.peers.all()) known.set(peer.id, byteOf(actorOf(world, peer)))
  return (id) => (id === null ? 0 : (known.get(id) ?? STRANGER))
}

function writeView(world: World, state: NodeState, map: Uint8Array): void {
  const { owners, migrating, importing } = state.cluster
  const byte = bytesOf(world, state)
  let last: BusId | null = null
  let lastByte = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    const owner = owners.get(slot)
    if (owner !== last) {
      last = owner
      lastByte = byte(owner)
    }
    map[slot] = lastByte
  }
  for (const [slot, id] of migrating) open(map, slot, STATE.migrating, byte(id))
  for (const [slot, id] of importing) open(map, slot, STATE.importing, byte(id))
}

function open(map: Uint8Array, slot: number, state: number, partner: number): void {
  map[SLOT_COLUMN.state + slot] = state
  map[SLOT_COLUMN.partner + slot] = partner
}

/** The owner is the master that claims a slot under the greatest epoch; of those the first. */
function writeTruth(world: World, nodes: readonly RunningNode[], map: Uint8Array): void {
  const epochs = new Float64Array(SLOTS).fill(-1)
  for (const { actor, state } of nodes) {
    const { slots, configEpoch, flags } = myselfOf(state)
    if ((flags & FLAG.master) === 0) continue
    for (const slot of slots) {
      if (epochs[slot]! >= 0)
        open(map, slot, STATE['claimed-twice'], configEpoch > epochs[slot]! ? map[slot]! : byteOf(actor))
      if (configEpoch <= epochs[slot]!) continue
      epochs[slot] = configEpoch
      map[slot] = byteOf(actor)
    }
  }
  for (const { state } of nodes) {
    const byte = bytesOf(world, state)
    for (const [slot, id] of state.cluster.migrating) open(map, slot, STATE.moving, byte(id))
  }
}

/** What was made last, so that a frame's several readers make it once. */
interface Made<T> {
  from: readonly unknown[]
  value: T
}

function again<T>(made: Made<T>, from: readonly unknown[], make: () => T): T {
  if (made.from.length !== from.length || from.some((part, at) => part !== made.from[at])) {
    made.value = make()
    made.from = from
  }
  return made.value
}

const madeMap: Made<Uint8Array> = { from: [], value: new Uint8Array(SLOT_COLUMN.size) }

function mapFrom(world: World, pointOfView: RunningNode | null, nodes: readonly RunningNode[]): readonly unknown[] {
  const seen = pointOfView === null ? nodes : [pointOfView]
  return seen.flatMap(({ actor, state }) => {
    const { owners, migrating, importing } = state.cluster
    const { slots, configEpoch, flags } = myselfOf(state)
    const own = pointOfView === null ? [slots, configEpoch, flags & FLAG.master] : [owners]
    return [world, actor, ...own, migrating, importing]
  })
}

/** The columns of sheet `slots`. Read only. */
export function slotMap(world: World, pointOfView: RunningNode | null): Uint8Array {
  const nodes = runningNodes(world)
  return again(madeMap, mapFrom(world, pointOfView, nodes), () => {
    const map = new Uint8Array(SLOT_COLUMN.size)
    if (pointOfView === null) writeTruth(world, nodes, map)
    else writeView(world, pointOfView.state, map)
    return map
  })
}

/** Keys of each slot: at the point of view, or at the owners. */
function keyCounts(world: World, pointOfView: RunningNode | null): Uint32Array {
  const counts = new Uint32Array(SLOTS)
  if (pointOfView !== null) {
    const { db } = pointOfView.state
    if (db.size > 0) for (let slot = 0; slot < SLOTS; slot++) counts[slot] = db.countInSlot(slot)
    return counts
  }
  for (const { state } of runningNodes(world)) {
    const { slots, flags } = myselfOf(state)
    if ((flags & FLAG.master) === 0 || state.db.size === 0) continue
    for (const slot of slots) counts[slot] = Math.max(counts[slot]!, state.db.countInSlot(slot))
  }
  return counts
}

export function sheets(world: World, selected: string | null): readonly Sheet[] {
  const pointOfView = nodeNamed(world, selected)
  const nodes = runningNodes(world)
  const holders = pointOfView === null ? nodes : [pointOfView]
  const from = mapFrom(world, pointOfView, nodes)
  return [
    { id: SHEETS.slots, from, write: () => slotMap(world, pointOfView).slice().buffer as ArrayBuffer },
    {
      id: SHEETS.keys,
      from: [...from, ...holders.map(({ state }) => state.db)],
      write: () => keyCounts(world, pointOfView).buffer as ArrayBuffer,
    },
  ]
}

const madeRanges: Made<readonly SlotRangeView[]> = { from: [], value: [] }

/** The map as ranges of slots with the same owner. */
export function slotRanges(world: World, map: Uint8Array): readonly SlotRangeView[] {
  return again(madeRanges, [world, map], () => rangesOf(world, map))
}

function rangesOf(world: World, map: Uint8Array): readonly SlotRangeView[] {
  const ranges: SlotRangeView[] = []
  for (let first = 0, slot = 0; slot < SLOTS; first = slot) {
    const byte = map[first]!
    while (slot < SLOTS && map[slot] === byte) slot++
    const owner = byte === 0 ? null : byte === STRANGER ? 'a stranger' : world.names[byte - 1]!
    ranges.push({ first, last: slot - 1, owner })
  }
  return ranges
}
