import { Violation } from '../../../machine/invariant.ts'
import { FLAG } from '../peers.ts'
import { SlotSet } from '../slot-set.ts'
import { SLOTS } from '../slots.ts'
import type { NodeState } from '../state.ts'
import { type ClusterInvariant, type ClusterWorld, inContact, isMaster, nodeAt, ownEntry } from './seen.ts'

/** Since when coverage should return, and when this was looked at last (µs); -1: it need not. */
interface Waiting {
  readonly sinceUs: number
  readonly lookedUs: number
}

const LOOK_EVERY_US = 500_000
const NEVER: Waiting = { sinceUs: -1, lookedUs: -LOOK_EVERY_US }

/** Everybody's claims at their newest: who should serve. */
interface Picture {
  /** Masters that own slots, dead ones included, by actor. */
  readonly owners: readonly number[]
  /** Owners that run and are in contact with each other. */
  readonly core: readonly number[]
}

/** A node's own entry, from memory or else from its disk. */
function entryOf(world: ClusterWorld, actor: number) {
  const node = nodeAt(world, actor)
  if (node !== undefined) return ownEntry(node)
  const durable = world.durable(actor)
  return durable?.kind === 'node' ? durable.cluster.peers.get(durable.cluster.myself) : undefined
}

function pictureOf(world: ClusterWorld): Picture {
  const claims = world.names.flatMap((_, actor) => {
    const entry = entryOf(world, actor)
    return entry !== undefined && isMaster(entry) && entry.slots.size > 0 ? [{ actor, entry }] : []
  })
  // Who is outbid for all its slots by a greater epoch owns nothing any more.
  const owners = claims.filter(({ actor, entry }) =>
    claims.every(
      (other) =>
        other.actor === actor || other.entry.configEpoch <= entry.configEpoch || !other.entry.slots.covers(entry.slots),
    ),
  )
  const running = owners.map(({ actor }) => actor).filter((actor) => world.status(actor) === 'up')
  const first = running.map((actor) => running.filter((other) => other === actor || touch(world, actor, other)))
  const core = first.toSorted((x, y) => y.length - x.length)[0] ?? []
  return { owners: owners.map(({ actor }) => actor), core }
}

function touch(world: ClusterWorld, one: number, other: number): boolean {
  const a = nodeAt(world, one)
  const b = nodeAt(world, other)
  return a !== undefined && b !== undefined && inContact(world, a, b)
}

/** A running replica of `owner` that may be elected and that the core hears. */
function hasHeir(world: ClusterWorld, owner: number, core: readonly number[], sinceUs: number): boolean {
  const id = entryOf(world, owner)?.id
  return world.names.some((_, actor) => {
    const node = world.status(actor) === 'up' ? nodeAt(world, actor) : undefined
    if (node === undefined) return false
    const entry = ownEntry(node)
    if (isMaster(entry) || entry.master !== id || (entry.flags & FLAG.nofailover) !== 0) return false
    return isFresh(node, sinceUs) && core.every((member) => touch(world, actor, member))
  })
}

/**
 * When coverage was lost, its data had at most half the age that bars from an election: time is left for several. A
 * replica that was never in step is none.
 */
function isFresh({ replication: { upstream }, options, config }: NodeState, sinceUs: number): boolean {
  const { replicaValidityFactor, replPingReplicaPeriodS, nodeTimeoutMs } = options
  if (replicaValidityFactor === 0 || upstream === null) return false
  const heardMs = upstream.state === 'connected' ? upstream.lastIoMs : upstream.downSinceMs
  const ageMs = config.epochMs + sinceUs / 1000 - heardMs
  return ageMs <= (replPingReplicaPeriodS * 1000 + replicaValidityFactor * nodeTimeoutMs) / 2
}

/** Whether the timers promise that coverage, lost at `sinceUs`, returns. */
function isPromised(world: ClusterWorld, { owners, core }: Picture, sinceUs: number): boolean {
  if (core.length < Math.floor(owners.length / 2) + 1) return false
  const claimed = owners.reduce((all, owner) => all.union(entryOf(world, owner)?.slots ?? SlotSet.none), SlotSet.none)
  if (claimed.size < SLOTS) return false
  const lost = owners.filter((owner) => !core.includes(owner))
  return lost.every((owner) => hasHeir(world, owner, core, sinceUs))
}

/** Every suspicion, failure, election and its retry, one after the other. */
function boundMs(world: ClusterWorld, core: readonly number[]): number {
  const timeout = Math.max(...core.map((actor) => nodeAt(world, actor)?.options.nodeTimeoutMs ?? 0))
  const election = 1_000 + 1_000 * world.names.length
  return 4 * timeout + 2 * Math.max(4 * timeout, 4_000) + election
}

export const coverageReturns: ClusterInvariant<Waiting> = {
  id: 'coverage',
  title: 'Coverage Returns',
  source: 'Redis Cluster specification, "Availability"; the timers of cluster.c',
  meaning:
    'While most masters are in touch and every lost one has a replica among them, the cluster is up again in bounded time.',
  init: () => NEVER,
  step(memory, world, event) {
    if (event.kind !== 'timer' || world.now - memory.lookedUs < LOOK_EVERY_US) return memory
    if (!world.names.some((_, actor) => nodeAt(world, actor)?.cluster.health === 'fail')) {
      return { sinceUs: -1, lookedUs: world.now }
    }
    const picture = pictureOf(world)
    const down = picture.core.filter((actor) => nodeAt(world, actor)?.cluster.health === 'fail')
    const sinceUs = memory.sinceUs < 0 ? world.now : memory.sinceUs
    if (down.length === 0 || !isPromised(world, picture, sinceUs)) return { sinceUs: -1, lookedUs: world.now }
    const bound = boundMs(world, picture.core)
    if (world.now - sinceUs <= bound * 1000) return { sinceUs, lookedUs: world.now }
    const names = down.map((actor) => world.names[actor]!)
    return new Violation(
      `the cluster is down for ${names.join(', ')} for more than ${bound} ms, with a majority and every heir in touch`,
      names,
    )
  },
}
