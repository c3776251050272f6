import { Violation } from '../../../machine/invariant.ts'
import type { NodeState } from '../state.ts'
import {
  type ClusterEvent,
  type ClusterInvariant,
  type ClusterWorld,
  changedOwnEntry,
  inContact,
  isMaster,
  nodeAt,
  ownEntry,
} from './seen.ts'

/** Two masters whose claims cannot both stand, and since when they could have settled it (µs); -1: they could not. */
interface Dispute {
  readonly one: number
  readonly other: number
  readonly sinceUs: number
}

type Disputes = readonly Dispute[]
const NONE: Disputes = []

interface Rule {
  /** Whether the claims of two masters contradict each other. */
  disputes(one: NodeState, other: NodeState): boolean
  /** Whether they could settle it now. */
  canSettle(world: ClusterWorld, one: number, other: number): boolean
  /** How long it may take them, in ms. */
  limitMs(node: NodeState): number
  explain(world: ClusterWorld, one: number, other: number): string
}

const masterAt = (world: ClusterWorld, actor: number): NodeState | undefined => {
  const node = world.status(actor) === 'up' ? nodeAt(world, actor) : undefined
  return node !== undefined && isMaster(ownEntry(node)) ? node : undefined
}

/** Disputes of `actor` with everybody else, and those of others as they were. */
function update(rule: Rule, old: Disputes, world: ClusterWorld, actor: number): Disputes {
  const rest = old.filter(({ one, other }) => one !== actor && other !== actor)
  const node = masterAt(world, actor)
  const own: Dispute[] = []
  if (node !== undefined) {
    for (let peer = 0; peer < world.names.length; peer++) {
      const other = peer === actor ? undefined : masterAt(world, peer)
      if (other === undefined || !rule.disputes(node, other)) continue
      const known = old.find(
        ({ one, other: two }) => (one === actor && two === peer) || (one === peer && two === actor),
      )
      own.push(known ?? { one: actor, other: peer, sinceUs: -1 })
    }
  }
  return rest.length + own.length === 0 ? NONE : [...rest, ...own]
}

/** The disputes after the event, or the violation: one that lasts although it could be settled. */
function judge(rule: Rule, disputes: Disputes, world: ClusterWorld, event: ClusterEvent): Disputes | Violation {
  const acts = event.kind === 'act'
  let now = disputes
  if (acts) for (const { one, other } of disputes) now = update(rule, update(rule, now, world, one), world, other)
  if (event.actor >= 0 && (acts || changedOwnEntry(event))) now = update(rule, now, world, event.actor)
  if (now.length === 0 || event.kind !== 'timer') return now
  const judged: Dispute[] = []
  for (const dispute of now) {
    const { one, other, sinceUs } = dispute
    if (event.actor !== one && event.actor !== other) judged.push(dispute)
    else if (!rule.canSettle(world, one, other)) judged.push(sinceUs < 0 ? dispute : { ...dispute, sinceUs: -1 })
    else if (sinceUs < 0) judged.push({ ...dispute, sinceUs: world.now })
    else {
      const limit = rule.limitMs(nodeAt(world, one)!) * 1000
      if (world.now - sinceUs > limit) {
        return new Violation(rule.explain(world, one, other), [world.names[one]!, world.names[other]!])
      }
      judged.push(dispute)
    }
  }
  return judged.every((dispute, at) => dispute === now[at]) ? now : judged
}

const talk = (world: ClusterWorld, one: number, other: number): boolean => {
  const a = masterAt(world, one)
  const b = masterAt(world, other)
  return a !== undefined && b !== undefined && inContact(world, a, b)
}

const uniqueEpochs: Rule = {
  disputes: (one, other) => ownEntry(one).configEpoch === ownEntry(other).configEpoch,
  canSettle: talk,
  limitMs: ({ options }) => 2 * options.nodeTimeoutMs + 2_000,
  explain: (world, one, other) =>
    `${world.names[one]} and ${world.names[other]} kept config epoch ${ownEntry(nodeAt(world, one)!).configEpoch} although they talk`,
}

export const epochsDiffer: ClusterInvariant<Disputes> = {
  id: 'epochs-differ',
  title: 'Epochs Differ',
  source: 'Redis Cluster specification, "configEpoch conflicts resolution algorithm"',
  meaning: 'Masters that talk to each other end up with different config epochs.',
  init: () => NONE,
  step: (memory, world, event) => judge(uniqueEpochs, memory, world, event),
}

/** The longest rejoin delay (clamp(NT, 500, 5000)), and time to hear of it. */
const REJOIN_MS = 5_000

const oneOwner: Rule = {
  disputes: (one, other) => ownEntry(one).slots.intersects(ownEntry(other).slots),
  canSettle(world, one, other) {
    if (talk(world, one, other)) return true
    const a = masterAt(world, one)
    const b = masterAt(world, other)
    if (a === undefined || b === undefined) return false
    // A third node that talks to both tells the older one (UPDATE).
    return world.names.some((_, third) => {
      const node = third === one || third === other || world.status(third) !== 'up' ? undefined : nodeAt(world, third)
      return node !== undefined && inContact(world, node, a) && inContact(world, node, b)
    })
  },
  limitMs: ({ options }) => 2 * options.nodeTimeoutMs + REJOIN_MS,
  explain(world, one, other) {
    const shared = ownEntry(nodeAt(world, one)!).slots.intersect(ownEntry(nodeAt(world, other)!).slots)
    const epochs = [one, other].map((actor) => ownEntry(nodeAt(world, actor)!).configEpoch)
    return `${world.names[one]} (epoch ${epochs[0]}) and ${world.names[other]} (epoch ${epochs[1]}) both own ${shared.size} slots although they are in touch`
  },
}

export const slotsHaveOneOwner: ClusterInvariant<Disputes> = {
  id: 'one-owner',
  title: 'One Owner per Slot',
  source: 'Redis Cluster specification, "UPDATE messages and hash slots configuration propagation"',
  meaning: 'After the rejoin window no two masters that are in touch, directly or through a third, both own a slot.',
  init: () => NONE,
  step: (memory, world, event) => judge(oneOwner, memory, world, event),
}
