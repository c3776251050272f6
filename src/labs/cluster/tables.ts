import { actorTable, type Fact, type Facts } from '../../engine/actor-table.ts'
import type { ActorTable } from '../../engine/api.ts'
import { textOf } from '../../protocols/cluster/bytes.ts'
import type { ClientState } from '../../protocols/cluster/client/types.ts'
import { FLAG, type Peer } from '../../protocols/cluster/peers.ts'
import { flagNames } from '../../protocols/cluster/server/commands/cluster/nodes.ts'
import type { SlotSet } from '../../protocols/cluster/slot-set.ts'
import type { ClusterProtocol, Durable, NodeState } from '../../protocols/cluster/state.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { nodeOfId, nodeOfPort } from './addresses.ts'
import { isMaster, myselfOf } from './slots.ts'
import { rangeText } from './words.ts'

/** The selected actor in full: what it knows, what it holds, and what it believes of the others. */

type World = Simulation<ClusterProtocol>
/** Rows of a long list that are shown; the rest is counted. */
const KEYS_SHOWN = 40
const RANGES_SHOWN = 6
/** Characters of a value that are shown. */
const VALUE_SHOWN = 60

export function table(world: World, number: number): ActorTable {
  return actorTable(world, number, summary(world, number), (state) => sections(world, number, state))
}

function summary(world: World, number: number): string {
  const name = world.names[number]!
  const state = world.state(number)
  if (state === undefined)
    return `${name} is down. Its keys are gone; its disk keeps nodes.conf: who it is, and what it knew.`
  if (world.status(number) === 'paused') return `${name} is paused: its timers stand still and its mail waits.`
  if (state.kind === 'client') return clientSummary(name, state)
  const myself = myselfOf(state)
  const down = state.cluster.health === 'ok' ? '' : ' It holds the cluster for down.'
  if (!isMaster(myself)) {
    const master = myself.master === null ? 'nobody' : nodeOfId(myself.master)
    return `${name} replicates ${master}, up to offset ${state.replication.offset}.${down}`
  }
  if (myself.slots.size === 0) return `${name} is a master without slots.${down}`
  return `${name} owns ${myself.slots.size} slots under epoch ${myself.configEpoch}.${down}`
}

function clientSummary(name: string, { config, mapKnown, stats }: ClientState): string {
  if (config.style === 'terminal') return `${name} types commands at the prompts of nodes.`
  const map =
    config.style === 'naive'
      ? 'keeps no map of the slots'
      : mapKnown
        ? 'knows the map of the slots'
        : 'has no map of the slots yet'
  return `${name} is a ${config.style} client: it ${map}; redirected ${stats.moved + stats.ask} times.`
}

function sections(world: World, number: number, state: ClusterProtocol['state'] | undefined): readonly Facts[] {
  if (state === undefined) {
    const disk = world.durable(number)
    return disk?.kind === 'node' ? [{ title: 'nodes.conf', rows: confRows(disk) }] : []
  }
  if (state.kind === 'client') return [{ title: 'Client', rows: clientRows(state) }]
  return [
    { title: 'Cluster state', rows: clusterRows(state) },
    { title: 'Node table', rows: state.cluster.peers.all().map(peerRow) },
    { title: 'Replication', rows: replicationRows(state) },
    { title: 'Server', rows: serverRows(state) },
    { title: 'Keys', rows: keyRows(state) },
  ]
}

/** A set of slots is written out once: it is the same object until it changes. */
const slotTexts = new WeakMap<SlotSet, string>()

function slotsText({ slots }: Peer): string {
  const known = slotTexts.get(slots)
  if (known !== undefined) return known
  const ranges = slots.ranges()
  const shown = ranges.slice(0, RANGES_SHOWN).map(rangeText).join(' ')
  const text = ranges.length === 0 ? 'none' : ranges.length > RANGES_SHOWN ? `${shown} … (${slots.size})` : shown
  slotTexts.set(slots, text)
  return text
}

function confRows({ cluster }: Durable): readonly Fact[] {
  return [
    ['currentEpoch', String(cluster.currentEpoch)],
    ['lastVoteEpoch', String(cluster.lastVoteEpoch)],
    ...cluster.peers.all().map(peerRow),
  ]
}

function clusterRows({ cluster }: NodeState): readonly Fact[] {
  const myself = cluster.peers.get(cluster.myself)!
  const open = [
    ...[...cluster.migrating].map(([slot, id]) => `${slot} → ${nodeOfId(id)}`),
    ...[...cluster.importing].map(([slot, id]) => `${slot} ← ${nodeOfId(id)}`),
  ]
  return [
    ['id', cluster.myself],
    ['cluster_state', cluster.health],
    ['currentEpoch', String(cluster.currentEpoch)],
    ['configEpoch', String(myself.configEpoch)],
    ['lastVoteEpoch', String(cluster.lastVoteEpoch)],
    ['own slots', slotsText(myself)],
    ['open slots', open.slice(0, RANGES_SHOWN).join(', ') || 'none'],
    ['cluster_size', `${cluster.size} masters with slots; ${Math.floor(cluster.size / 2) + 1} are a majority`],
    ['known nodes', String(cluster.peers.size)],
  ]
}

/** Like a line of CLUSTER NODES, without what changes with every message. */
function peerRow(peer: Peer): Fact {
  const flags = flagNames(peer.flags)
  const of = peer.master === null ? '' : ` of ${nodeOfId(peer.master)}`
  const slots = peer.slots.size === 0 ? '' : `, ${slotsText(peer)}`
  const link = (peer.flags & FLAG.myself) !== 0 || peer.link?.state === 'connected' ? '' : ', disconnected'
  const reports =
    peer.reports.length === 0 ? '' : `, reported by ${peer.reports.map(({ reporter }) => nodeOfId(reporter)).join(' ')}`
  const name = peer.port === 0 ? peer.id.slice(0, 8) : nodeOfPort(peer.port)
  return [name, `${flags}${of}, epoch ${peer.configEpoch}${slots}${link}${reports}`]
}

function replicationRows({ replication, cluster }: NodeState): readonly Fact[] {
  const { replid, offset, replid2, secondOffset, backlog, replicas, upstream } = replication
  const myself = cluster.peers.get(cluster.myself)!
  const source: readonly Fact[] =
    myself.master === null
      ? []
      : [['master', `${nodeOfId(myself.master)}, ${upstream === null ? 'no connection' : upstream.state}`]]
  return [
    ...source,
    ['offset', String(offset)],
    ['replid', `${replid.slice(0, 12)}…`],
    ['replid2', secondOffset < 0 ? 'none' : `${replid2.slice(0, 12)}… up to ${secondOffset}`],
    ['backlog', backlog === null ? 'none' : `${offset - backlog.start} bytes from ${backlog.start + 1}`],
    ...replicas.map(({ actor, state, ackOffset }): Fact => [`replica ${actor}`, `${state}, acknowledged ${ackOffset}`]),
  ]
}

function serverRows({ options, sessions, stats, busy, pause }: NodeState): readonly Fact[] {
  const errors = Object.entries(stats.errors).map(([code, count]) => `${code} ${count}`)
  return [
    ['cluster-node-timeout', `${options.nodeTimeoutMs} ms`],
    ['full coverage', options.requireFullCoverage ? 'required' : 'not required'],
    ['clients', String(sessions.size)],
    ['commands', String(stats.commands)],
    ['error replies', errors.join(', ') || 'none'],
    ['busy', busy === null ? 'no' : busy.kind],
    ['writes held back', pause.untilMs > 0 ? 'yes' : 'no'],
  ]
}

function keyRows({ db }: NodeState): readonly Fact[] {
  const rows: Fact[] = [['keys', String(db.size)]]
  const { keys } = db.scan(0, KEYS_SHOWN)
  for (const [key] of keys.slice(0, KEYS_SHOWN)) rows.push([textOf(key), valueText(db, key)])
  return rows
}

function valueText(db: NodeState['db'], key: string): string {
  const entry = db.get(key)
  if (entry === undefined) return ''
  if (entry.value.type !== 'string') return `a ${entry.value.type}`
  const text = textOf(entry.value.bytes)
  return text.length > VALUE_SHOWN ? `${text.slice(0, VALUE_SHOWN)}…` : text
}

function clientRows({ config, open, retries, connections, stats }: ClientState): readonly Fact[] {
  return [
    ['style', config.style],
    ['open requests', String(open.size)],
    ['waiting to try again', String(retries.length)],
    ['connections', [...connections.keys()].join(' ') || 'none'],
    ['calls', String(stats.calls)],
    ['answered', String(stats.answered)],
    ['MOVED', String(stats.moved)],
    ['ASK', String(stats.ask)],
    ['TRYAGAIN', String(stats.tryAgain)],
    ['CLUSTERDOWN', String(stats.down)],
    ['timeouts', String(stats.timeouts)],
    ['maps fetched', String(stats.refreshes)],
  ]
}
