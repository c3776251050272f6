import type { NodeId } from '../../base/brand.ts'
import { actorTable, type Facts, lastAnswer } from '../../engine/actor-table.ts'
import type { ActorTable } from '../../engine/api.ts'
import { STATUS } from '../../engine/frame.ts'
import type { Projection } from '../../engine/lab.ts'
import type { Durable, NodeState, RaftProtocol, RaftState } from '../../protocols/raft/types.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { type ClientView, type NodeView, type RaftView, ROLES } from './contract.ts'
import { ACTOR, LOG_WINDOW } from './frame.ts'
import { commandText, resultText } from './words.ts'

type World = Simulation<RaftProtocol>

const ABSENT = -1

function actor(world: World, number: number, frame: Float64Array, offset: number): void {
  const state = world.state(number)
  frame.fill(ABSENT, offset, offset + ACTOR.size)
  frame[offset + ACTOR.status] = STATUS[world.status(number)]
  if (world.plan.actors[number]!.role === 'client') {
    frame[offset + ACTOR.role] = ROLES.indexOf('client')
    return
  }
  const durable = state === undefined || state.kind === 'client' ? world.durable(number) : state.durable
  if (durable !== null) writeDurable(world, number, durable, frame, offset)
  if (state !== undefined && state.kind !== 'client') writeState(world, number, state, frame, offset)
}

function writeDurable(world: World, number: number, durable: Durable, frame: Float64Array, offset: number): void {
  const { log } = durable
  frame[offset + ACTOR.role] = 0
  frame[offset + ACTOR.term] = durable.term
  frame[offset + ACTOR.lastIndex] = log.end - 1
  frame[offset + ACTOR.firstIndex] = log.start
  frame[offset + ACTOR.durableIndex] = (world.durable(number)?.log.end ?? 1) - 1
  frame[offset + ACTOR.votedFor] = durable.votedFor === null ? ABSENT : world.indexOf(durable.votedFor)
  const start = Math.max(log.start, log.end - LOG_WINDOW)
  frame[offset + ACTOR.windowStart] = start
  for (let at = 0; at < LOG_WINDOW; at++) frame[offset + ACTOR.window + at] = log.at(start + at)?.term ?? ABSENT
}

function writeState(world: World, number: number, state: NodeState, frame: Float64Array, offset: number): void {
  const isLeader = state.kind === 'leader'
  frame[offset + ACTOR.role] = ROLES.indexOf(state.kind)
  frame[offset + ACTOR.commitIndex] = state.commit
  frame[offset + ACTOR.lastApplied] = state.applied
  frame[offset + ACTOR.timerDueUs] = world.timerDue(number, isLeader ? 'heartbeat' : 'election') ?? ABSENT
  frame[offset + ACTOR.timerSpanUs] = isLeader ? state.config.heartbeat : state.config.electionTimeout.high
  frame[offset + ACTOR.leader] = leaderOf(world, number, state)
  frame[offset + ACTOR.writing] = world.writing(number) ? 1 : 0
}

function leaderOf(world: World, number: number, state: NodeState): number {
  if (state.kind === 'leader') return number
  return state.kind === 'follower' && state.leader !== null ? world.indexOf(state.leader) : ABSENT
}

// ---- tables -----------------------------------------------------------------------------------------------------

function view(world: World, selected: string | null): RaftView {
  const nodes: NodeView[] = []
  const clients: ClientView[] = []
  world.names.forEach((name, number) => {
    if (world.plan.actors[number]!.role === 'client') clients.push(clientView(world, name, number))
    else nodes.push(nodeView(world, name, number))
  })
  const chosen = selected === null ? -1 : world.indexOf(selected as NodeId)
  return { nodes, clients, selected: chosen < 0 ? null : table(world, chosen) }
}

function nodeView(world: World, name: string, number: number): NodeView {
  const state = world.state(number)
  const node = state === undefined || state.kind === 'client' ? null : state
  const durable = node?.durable ?? world.durable(number)
  const leader = node === null ? ABSENT : leaderOf(world, number, node)
  return {
    name,
    status: world.status(number),
    role: node?.kind ?? 'follower',
    term: durable?.term ?? 0,
    commitIndex: node?.commit ?? 0,
    lastIndex: (durable?.log.end ?? 1) - 1,
    leader: leader < 0 ? null : world.names[leader]!,
  }
}

function clientView(world: World, name: string, number: number): ClientView {
  const state = world.state(number)
  const client = state?.kind === 'client' ? state : null
  const open = client?.open ?? null
  return {
    name,
    open: open === null ? null : commandText(open.operation),
    queued: client?.queue.length ?? 0,
    server: client === null ? null : (client.config.servers[client.target] ?? null),
    attempts: open?.attempts ?? 0,
    last: lastAnswer(world, name, answerText),
    ratePerSecond: world.streamRate(number),
  }
}

function answerText(asked: RaftProtocol['command'], result: RaftProtocol['result'] | undefined): string {
  return `${commandText(asked)} → ${result === undefined ? 'unknown' : resultText(asked, result)}`
}

function table(world: World, number: number): ActorTable {
  return actorTable(world, number, summary(world, number), (state) => sections(world, number, state))
}

function summary(world: World, number: number): string {
  const name = world.names[number]!
  const state = world.state(number)
  if (state === undefined) return `${name} is down. Its disk keeps what it had written.`
  if (world.status(number) === 'paused') return `${name} is paused: its timers stand still and its mail waits.`
  if (state.kind === 'client')
    return `${name} is a client; it believes that ${state.config.servers[state.target]} leads.`
  if (state.kind === 'leader') {
    const last = state.durable.log.end - 1
    const holders = state.progress.filter(({ match }) => match >= last).length
    return `${name} leads term ${state.durable.term}; ${holders} of ${state.config.peers.length} hold its last entry ${last}.`
  }
  if (state.kind === 'follower') {
    const leader = state.leader === null ? 'knows no leader' : `follows ${state.leader}`
    return `${name} ${leader} in term ${state.durable.term}.`
  }
  const granted = state.votes.filter((ballot) => ballot === 'granted').length
  const term = state.kind === 'candidate' ? state.durable.term : state.durable.term + 1
  const verb = state.kind === 'candidate' ? 'campaigns for' : 'asks whether it could win'
  return `${name} ${verb} term ${term}; ${granted} of ${state.config.peers.length} votes.`
}

function sections(world: World, number: number, state: RaftState | undefined): readonly Facts[] {
  if (state === undefined) {
    const durable = world.durable(number)
    return durable === null ? [] : [{ title: 'Durable', rows: durableRows(durable) }]
  }
  if (state.kind === 'client') return [{ title: 'Client', rows: clientRows(state) }]
  return [
    { title: 'Durable', rows: durableRows(state.durable) },
    { title: 'Volatile', rows: volatileRows(state) },
    ...(state.kind === 'leader' ? [{ title: 'Leader', rows: leaderRows(state) }] : []),
    { title: 'Key-value state', rows: cellRows(state) },
  ]
}

function durableRows({ term, votedFor, log, snapshot }: Durable): Facts['rows'] {
  const last = log.at(log.end - 1)
  const end = last === undefined ? `up to ${snapshot.index}` : `last ${last.index}, term ${last.term}`
  return [
    ['currentTerm', String(term)],
    ['votedFor', votedFor ?? 'nobody'],
    ['log', log.length === 0 ? 'empty' : `${log.length} entries, ${end}`],
    ['snapshot', snapshot.index === 0 ? 'none' : `up to ${snapshot.index}, term ${snapshot.term}`],
  ]
}

function volatileRows(state: NodeState): Facts['rows'] {
  const votes =
    state.kind === 'candidate' || state.kind === 'pre-candidate'
      ? [['votes', state.votes.map((ballot, at) => `${state.config.peers[at]} ${ballot}`).join(' · ')] as const]
      : []
  const leader = state.kind === 'follower' ? [['leader', state.leader ?? 'unknown'] as const] : []
  return [
    ['role', state.kind],
    ...leader,
    ...votes,
    ['commitIndex', String(state.commit)],
    ['lastApplied', String(state.applied)],
  ]
}

function leaderRows(state: Extract<NodeState, { kind: 'leader' }>): Facts['rows'] {
  return state.progress.map((progress, at) => {
    const self = state.config.peers[at] === state.config.self
    const value = self
      ? `match ${progress.match} (own disk)`
      : `next ${progress.next}, match ${progress.match}, ${progress.kind}`
    return [state.config.peers[at]!, value] as const
  })
}

/** Rows of the store that are shown; the rest is counted. */
const CELLS_MAX = 40

function cellRows({ kv }: NodeState): Facts['rows'] {
  const cells = kv.cells.entries()
  const shown = cells.slice(0, CELLS_MAX).map(([key, { value }]) => [key, value] as const)
  return cells.length > CELLS_MAX ? [...shown, ['…', `${cells.length - CELLS_MAX} more keys`] as const] : shown
}

function clientRows(client: Extract<RaftState, { kind: 'client' }>): Facts['rows'] {
  const { open, queue, sequence } = client
  return [
    ['asks', client.config.servers[client.target] ?? 'nobody'],
    ['operation', open === null ? 'none' : commandText(open.operation)],
    ['attempts', open === null ? '0' : String(open.attempts)],
    ['waiting', String(queue.length)],
    ['sequence', String(sequence)],
  ]
}

export const projection: Projection<RaftProtocol, RaftView> = { actorStride: ACTOR.size, actor, view }
