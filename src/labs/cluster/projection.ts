import { nodeId } from '../../base/brand.ts'
import { lastAnswer } from '../../engine/actor-table.ts'
import { STATUS } from '../../engine/frame.ts'
import type { Projection } from '../../engine/lab.ts'
import type { AdminState } from '../../protocols/cluster/client/admin.ts'
import { commandOf } from '../../protocols/cluster/client/admin.ts'
import type { ClientState } from '../../protocols/cluster/client/types.ts'
import { FLAG, type Peer } from '../../protocols/cluster/peers.ts'
import type { ClusterProtocol, NodeState } from '../../protocols/cluster/state.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { ADMIN, addressOf, idOf, TERMINAL } from './addresses.ts'
import {
  type Belief,
  type BeliefView,
  BUSY,
  type Busy,
  type ClientView,
  type ClusterView,
  type ElectionView,
  type FailureReportView,
  type JobView,
  type NodeView,
  type OpenSlotView,
  RANGES_MAX,
  REPLICATION_LINKS,
  type ReplicationLink,
  type ReplicationView,
  ROLES,
  type RoleName,
} from './contract.ts'
import { ACTOR } from './frame.ts'
import { ledgerView } from './ledger.ts'
import { clientRates } from './measures.ts'
import {
  actorOf,
  isMaster,
  myselfOf,
  nodeNamed,
  type RunningNode,
  runningNodes,
  sheets,
  slotMap,
  slotRanges,
} from './slots.ts'
import { table } from './tables.ts'
import { commandText, resultText } from './words.ts'

type World = Simulation<ClusterProtocol>

const ABSENT = -1
const MS_US = 1_000
const REPORTS_SHOWN = 100
const OPEN_SHOWN = 100

// ---- The frame --------------------------------------------------------------------------------------------------

function actor(world: World, number: number, frame: Float64Array, offset: number): void {
  const state = world.state(number)
  frame.fill(ABSENT, offset, offset + ACTOR.size)
  frame[offset + ACTOR.status] = STATUS[world.status(number)]
  frame[offset + ACTOR.role] = ROLES.indexOf(roleOf(world, number))
  if (state?.kind === 'client') {
    frame[offset + ACTOR.answered] = state.stats.answered
    frame[offset + ACTOR.redirected] = state.stats.moved + state.stats.ask
  } else if (state !== undefined) writeNode(world, state, frame, offset)
}

function writeNode(world: World, state: NodeState, frame: Float64Array, offset: number): void {
  const { cluster, replication, db, stats } = state
  const myself = myselfOf(state)
  const campaign = campaignOf(world, state)
  const link = replicationLink(state)
  frame[offset + ACTOR.clusterOk] = cluster.health === 'ok' ? 1 : 0
  frame[offset + ACTOR.currentEpoch] = cluster.currentEpoch
  frame[offset + ACTOR.configEpoch] = epochOf(state)
  frame[offset + ACTOR.slots] = isMaster(myself) ? myself.slots.size : 0
  frame[offset + ACTOR.keys] = db.size
  frame[offset + ACTOR.offset] = replication.offset
  frame[offset + ACTOR.lag] = lagOf(world, state)
  frame[offset + ACTOR.master] = masterActor(world, state)
  frame[offset + ACTOR.replicationLink] = link === null ? ABSENT : REPLICATION_LINKS.indexOf(link)
  frame[offset + ACTOR.electionDueUs] = campaign?.phase === 'waiting' ? world.now + campaign.startsInMs * MS_US : ABSENT
  frame[offset + ACTOR.votes] = campaign?.phase === 'asking' ? campaign.votes : ABSENT
  frame[offset + ACTOR.busy] = BUSY.indexOf(busyOf(world, state))
  frame[offset + ACTOR.migrating] = cluster.migrating.size
  frame[offset + ACTOR.importing] = cluster.importing.size
  frame[offset + ACTOR.answered] = stats.commands
  frame[offset + ACTOR.redirected] = (stats.errors.MOVED ?? 0) + (stats.errors.ASK ?? 0)
}

/** What an actor is on the stage. A node that is down keeps the role of its nodes.conf. */
function roleOf(world: World, number: number): RoleName {
  const name = world.names[number]!
  if (name === TERMINAL) return 'terminal'
  if (name === ADMIN) return 'admin'
  const state = world.state(number)
  if (state?.kind === 'client' || world.plan.actors[number]!.role === 'client') return 'client'
  if (state !== undefined) return nodeRole(state)
  const disk = world.durable(number)
  const myself = disk?.kind === 'node' ? disk.cluster.peers.get(disk.cluster.myself) : undefined
  return myself === undefined ? 'alone' : peerRole(myself)
}

const peerRole = (peer: Peer): RoleName => (!isMaster(peer) ? 'replica' : peer.slots.size > 0 ? 'master' : 'alone')

export function nodeRole(state: NodeState): RoleName {
  const role = peerRole(myselfOf(state))
  return role === 'replica' && state.cluster.election.sent && isCampaigning(state) ? 'candidate' : role
}

/** Its election is neither won nor so old that it expired. */
function isCampaigning({ cluster, options }: NodeState): boolean {
  const { election, manual } = cluster
  const master = cluster.peers.get(myselfOfCluster(cluster).master ?? '')
  const isFailing = master !== undefined && (master.flags & FLAG.fail) !== 0
  return election.timeMs > 0 && (isFailing || manual.endMs > 0) && options.nodeTimeoutMs > 0
}

const myselfOfCluster = (cluster: NodeState['cluster']): Peer => cluster.peers.get(cluster.myself)!

/** Of a replica, that of its master. */
export function epochOf({ cluster }: NodeState): number {
  const myself = myselfOfCluster(cluster)
  const master = myself.master === null ? undefined : cluster.peers.get(myself.master)
  return (master ?? myself).configEpoch
}

function masterActor(world: World, { cluster }: NodeState): number {
  const { master } = myselfOfCluster(cluster)
  return master === null ? ABSENT : actorOf(world, cluster.peers.get(master))
}

/** Bytes of its master's stream that a replica lacks; of a dead master nobody knows. */
function lagOf(world: World, state: NodeState): number {
  const master = masterActor(world, state)
  if (master < 0) return 0
  const above = world.state(master)
  return above?.kind === 'node' ? Math.max(0, above.replication.offset - state.replication.offset) : 0
}

function replicationLink({ replication, cluster }: NodeState): ReplicationLink | null {
  if (myselfOfCluster(cluster).master === null) return null
  const { upstream } = replication
  if (upstream === null) return 'down'
  return upstream.state === 'connect' ? 'down' : upstream.state
}

const nowMs = (world: World, { config }: NodeState): number => config.epochMs + Math.floor(world.now / MS_US)

function busyOf(world: World, state: NodeState): Busy {
  if (state.busy !== null) return state.busy.kind
  return state.pause.untilMs > nowMs(world, state) ? 'paused' : 'no'
}

function campaignOf(world: World, state: NodeState): ElectionView['campaign'] {
  const { election, size } = state.cluster
  if (nodeRole(state) === 'master' || myselfOf(state).master === null || !isCampaigning(state)) return null
  return {
    phase: election.sent ? 'asking' : 'waiting',
    startsInMs: Math.max(0, election.timeMs - nowMs(world, state)),
    rank: election.rank,
    epoch: election.epoch,
    votes: election.votes,
    needed: Math.floor(size / 2) + 1,
  }
}

// ---- Slow state -------------------------------------------------------------------------------------------------

function view(world: World, selected: string | null): ClusterView {
  const pointOfView = nodeNamed(world, selected)
  const nodes = runningNodes(world)
  const map = slotMap(world, pointOfView)
  const ranges = slotRanges(world, map)
  const size = pointOfView?.state.cluster.size ?? Math.max(0, ...nodes.map(({ state }) => state.cluster.size))
  const asked = pointOfView ?? nodes[0] ?? null
  const chosen = selected === null ? -1 : world.indexOf(nodeId(selected))
  return {
    pointOfView: pointOfView === null ? null : selected,
    nodeTimeoutMs: asked?.state.options.nodeTimeoutMs ?? 0,
    masters: size,
    quorum: Math.floor(size / 2) + 1,
    nodes: nodeViews(world, pointOfView, nodes),
    clients: world.names.flatMap((name, number) =>
      world.plan.actors[number]!.role === 'client' ? [clientView(world, name, number)] : [],
    ),
    ranges: ranges.slice(0, RANGES_MAX),
    rangesOmitted: Math.max(0, ranges.length - RANGES_MAX),
    open: (pointOfView === null ? nodes : [pointOfView]).flatMap((node) => openSlots(world, node)).slice(0, OPEN_SHOWN),
    reports: reports(world, pointOfView === null ? nodes : [pointOfView]),
    elections: nodes.map((node) => electionView(world, node)),
    replication: nodes.flatMap((node) => replicationView(world, node)),
    ledger: ledgerView(world),
    job: jobView(world),
    selected: chosen < 0 ? null : table(world, chosen),
  }
}

/** Who suspects whom, in one walk through all tables: names of the holders by actor number. */
function suspicions(world: World, nodes: readonly RunningNode[], flag: number): readonly string[][] {
  const held: string[][] = world.names.map(() => [])
  for (const { actor: holder, state } of nodes) {
    for (const peer of state.cluster.peers.all()) {
      if ((peer.flags & flag) === 0) continue
      const about = actorOf(world, peer)
      if (about >= 0) held[about]!.push(world.names[holder]!)
    }
  }
  return held
}

function nodeViews(world: World, pointOfView: RunningNode | null, nodes: readonly RunningNode[]): readonly NodeView[] {
  const suspected = suspicions(world, nodes, FLAG.pfail)
  const failed = suspicions(world, nodes, FLAG.fail)
  const entries = pointOfView === null ? null : entriesByActor(world, pointOfView)
  return world.names.flatMap((name, number) => {
    if (world.plan.actors[number]!.role === 'client') return []
    const state = world.state(number)
    const node = state?.kind === 'node' ? state : null
    const common = {
      name,
      port: addressOf(name).port,
      status: world.status(number),
      role: roleOf(world, number),
      suspectedBy: suspected[number]!,
      failedFor: failed[number]!,
      believed: pointOfView === null ? null : belief(world, pointOfView, number, entries?.get(number)),
    }
    return [node === null ? { ...common, ...deadFacts(world, number) } : { ...common, ...liveFacts(world, node) }]
  })
}

function liveFacts(world: World, state: NodeState) {
  const myself = myselfOf(state)
  const master = masterActor(world, state)
  return {
    id: myself.id,
    master: master < 0 ? null : world.names[master]!,
    clusterOk: state.cluster.health === 'ok',
    currentEpoch: state.cluster.currentEpoch,
    configEpoch: epochOf(state),
    slots: isMaster(myself) ? myself.slots.size : 0,
    keys: state.db.size,
    offset: state.replication.offset,
    busy: busyOf(world, state),
    connections: state.sessions.size,
  }
}

/** Of a node that is down: what its nodes.conf says. */
function deadFacts(world: World, number: number) {
  const disk = world.durable(number)
  const cluster = disk?.kind === 'node' ? disk.cluster : null
  const myself = cluster?.peers.get(cluster.myself)
  const master = cluster?.peers.get(myself?.master ?? '')
  const masterNumber = actorOf(world, master)
  return {
    id: myself?.id ?? idOf(world.names[number]!),
    master: masterNumber < 0 ? null : world.names[masterNumber]!,
    clusterOk: false,
    currentEpoch: cluster?.currentEpoch ?? 0,
    configEpoch: (master ?? myself)?.configEpoch ?? 0,
    slots: myself !== undefined && isMaster(myself) ? myself.slots.size : 0,
    keys: 0,
    offset: 0,
    busy: 'no' as const,
    connections: 0,
  }
}

const UNKNOWN: BeliefView = {
  belief: 'unknown',
  role: 'unknown',
  master: null,
  slots: 0,
  configEpoch: 0,
  link: 'none',
  pongAgeMs: null,
  pingAgeMs: null,
  reports: 0,
}

function beliefOf({ flags }: Peer): Belief {
  if ((flags & FLAG.myself) !== 0) return 'myself'
  if ((flags & FLAG.fail) !== 0) return 'fail'
  if ((flags & FLAG.pfail) !== 0) return 'pfail'
  if ((flags & FLAG.handshake) !== 0) return 'handshake'
  return (flags & FLAG.noaddr) !== 0 ? 'noaddr' : 'ok'
}

/** The node table of the point of view by actor; itself with its own entry. */
function entriesByActor(world: World, { actor: viewer, state }: RunningNode): ReadonlyMap<number, Peer> {
  const entries = new Map(state.cluster.peers.all().map((peer) => [actorOf(world, peer), peer]))
  return entries.set(viewer, myselfOf(state))
}

/** What the point of view holds of the actor. */
function belief(
  world: World,
  { actor: viewer, state }: RunningNode,
  about: number,
  peer: Peer | undefined,
): BeliefView {
  const { peers } = state.cluster
  if (peer === undefined) return UNKNOWN
  const now = nowMs(world, state)
  const times = peers.timesOf(peer.id)
  const master = peer.master === null ? -1 : actorOf(world, peers.get(peer.master))
  const isMyself = viewer === about
  const age = (sinceMs: number) => (isMyself || sinceMs === 0 ? null : Math.max(0, now - sinceMs))
  return {
    belief: beliefOf(peer),
    role: isMaster(peer) ? 'master' : (peer.flags & FLAG.slave) !== 0 ? 'replica' : 'unknown',
    master: master < 0 ? null : world.names[master]!,
    slots: peer.slots.size,
    configEpoch: peer.configEpoch,
    link: isMyself ? null : (peer.link?.state ?? 'none'),
    pongAgeMs: age(times.pongReceivedMs),
    pingAgeMs: age(times.pingSentMs),
    reports: peer.reports.length,
  }
}

function openSlots(world: World, { actor: holder, state }: RunningNode): readonly OpenSlotView[] {
  const { migrating, importing, peers } = state.cluster
  const one =
    (kind: OpenSlotView['state']) =>
    ([slot, id]: readonly [number, string]): OpenSlotView => {
      const partner = actorOf(world, peers.get(id))
      return {
        slot,
        state: kind,
        node: world.names[holder]!,
        partner: partner < 0 ? null : world.names[partner]!,
        keys: state.db.countInSlot(slot),
      }
    }
  return [...[...migrating].map(one('migrating')), ...[...importing].map(one('importing'))]
}

function reports(world: World, holders: readonly RunningNode[]): readonly FailureReportView[] {
  const found: FailureReportView[] = []
  for (const { actor: holder, state } of holders) {
    const { peers } = state.cluster
    for (const peer of peers.all()) {
      for (const { reporter, atMs } of peer.reports) {
        const about = actorOf(world, peer)
        const by = actorOf(world, peers.get(reporter))
        if (about < 0 || by < 0) continue
        found.push({
          holder: world.names[holder]!,
          about: world.names[about]!,
          reporter: world.names[by]!,
          ageMs: nowMs(world, state) - atMs,
          validMs: 2 * state.options.nodeTimeoutMs,
        })
      }
    }
  }
  return found.slice(0, REPORTS_SHOWN)
}

function electionView(world: World, { actor: number, state }: RunningNode): ElectionView {
  const { cluster } = state
  return {
    node: world.names[number]!,
    currentEpoch: cluster.currentEpoch,
    configEpoch: epochOf(state),
    lastVoteEpoch: cluster.lastVoteEpoch,
    campaign: campaignOf(world, state),
    manual: cluster.manual.endMs > 0,
  }
}

function replicationView(world: World, { actor: number, state }: RunningNode): readonly ReplicationView[] {
  const master = masterActor(world, state)
  const link = replicationLink(state)
  if (master < 0 || link === null) return []
  const above = world.state(master)
  const source = above?.kind === 'node' ? above : null
  const replica = world.names[number]!
  const listed = source?.replication.replicas.find((each) => each.actor === replica)
  const backlog = source?.replication.backlog ?? null
  return [
    {
      replica,
      master: world.names[master]!,
      link,
      offset: state.replication.offset,
      masterOffset: source?.replication.offset ?? state.replication.offset,
      lagBytes: lagOf(world, state),
      ackOffset: listed?.ackOffset ?? null,
      ackAgeMs: listed === undefined || source === null ? null : Math.max(0, nowMs(world, source) - listed.ackMs),
      backlogBytes: backlog === null || source === null ? 0 : source.replication.offset - backlog.start,
      backlogSize: source?.options.replBacklogSizeBytes ?? 0,
    },
  ]
}

const IDLE: ClientState['stats'] = {
  calls: 0,
  answered: 0,
  moved: 0,
  ask: 0,
  tryAgain: 0,
  down: 0,
  refreshes: 0,
  timeouts: 0,
}

function clientView(world: World, name: string, number: number): ClientView {
  const state = world.state(number)
  const client = state?.kind === 'client' ? state : null
  const style = client?.config.style ?? 'terminal'
  const rates = clientRates(world, number)
  const { calls, answered, moved, ask, tryAgain, down, refreshes, timeouts } = client?.stats ?? IDLE
  return {
    name,
    role: name === TERMINAL ? 'terminal' : name === ADMIN ? 'admin' : 'client',
    style: style === 'terminal' ? null : style,
    ratePerSecond: world.streamRate(number),
    open: client?.open.size ?? 0,
    ...{ calls, answered, moved, ask, tryAgain, down, refreshes, timeouts },
    answeredPerSecond: rates.answered,
    movedPerSecond: rates.moved,
    askPerSecond: rates.ask,
    last: lastAnswer(world, name, answerText),
  }
}

function answerText(asked: ClusterProtocol['command'], result: ClusterProtocol['result'] | undefined): string {
  return `${commandText(asked)} → ${result === undefined ? 'no answer' : resultText(result)}`
}

function jobView(world: World): JobView | null {
  const state = world.state(world.indexOf(ADMIN)) as AdminState | undefined
  const job = state?.job ?? null
  if (job === null) return null
  const { node, args } = commandOf(job)
  const slots = job.wanted
  return {
    title: commandText({ kind: 'job', job: { kind: 'reshard', from: job.from, to: job.to, slots } }),
    done: job.done,
    total: job.map?.slots.length ?? (typeof slots === 'number' ? slots : 0),
    step: job.ended?.failure === null ? '' : commandText({ kind: 'typed', node, args, follow: false }),
    failure: job.ended?.failure ?? null,
    finished: job.ended !== null,
  }
}

export const projection: Projection<ClusterProtocol, ClusterView> = { actorStride: ACTOR.size, actor, view, sheets }
