import { type NodeId, type RequestId, requestId } from '../../../base/brand.ts'
import type { Env, Machine } from '../../../machine/machine.ts'
import type { Bytes } from '../bytes.ts'
import { addressKey } from '../peers.ts'
import { error, type Reply, simple } from '../reply.ts'
import type { SlotRange } from '../slot-set.ts'
import type { ClusterProtocol, Effect, Input, Transition } from '../state.ts'
import { bootClient, clientHash, stepClient } from './machine.ts'
import { CLIENT_TIMERS, type ClientConfig, type ClientState, type JobOrder } from './types.ts'

/**
 * The administrator's client: `redis-cli --cluster reshard` as an actor. It types the commands of redis-cli 7.0 in their
 * captured order, one at a time, through a terminal client, so every fault meets it where it stands: it stops at the
 * first error and leaves the cluster as it is, open slots and all.
 */
export interface AdminState extends ClientState {
  /** The last order; it stays when it is done, for whoever looks. */
  readonly job: Job | null
}

/** One reshard under way. */
export interface Job {
  /** What asked for it. */
  readonly request: RequestId
  readonly from: NodeId
  readonly to: NodeId
  readonly wanted: number | readonly SlotRange[]
  /** Who is who, as the source listed its cluster; null until it has answered. */
  readonly map: JobMap | null
  /** Slots that have moved. */
  readonly done: number
  readonly keysMoved: number
  readonly step: JobStep
  /** Number of the command under way: an answer to an earlier one is stale. */
  readonly sequence: number
  /** Null while it goes on. */
  readonly ended: { readonly failure: string | null } | null
}

interface JobMap {
  readonly fromId: string
  readonly toId: string
  readonly toIp: string
  readonly toPort: number
  readonly slots: readonly number[]
  /** Target, source, then the other masters with slots. */
  readonly tell: readonly NodeId[]
}

/** `assign`: CLUSTER SETSLOT … NODE at `map.tell[at]`. */
export type JobStep =
  | { readonly kind: 'look' }
  | { readonly kind: 'importing' }
  | { readonly kind: 'migrating' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'migrate'; readonly keys: readonly Bytes[] }
  | { readonly kind: 'assign'; readonly at: number }

/** Keys that one MIGRATE moves, and its timeout in ms (redis-cli: --cluster-pipeline, --cluster-timeout). */
const PIPELINE = 10
const TIMEOUT_MS = 60_000
const REQUEST = 'job:'

/** The node at which the step's command is typed, and the command. */
export function commandOf(job: Job): { readonly node: NodeId; readonly args: readonly Bytes[] } {
  const { from, to, map, step, done } = job
  if (step.kind === 'look' || map === null) return { node: from, args: ['CLUSTER', 'NODES'] }
  const slot = String(map.slots[done])
  switch (step.kind) {
    case 'importing':
      return { node: to, args: ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', map.fromId] }
    case 'migrating':
      return { node: from, args: ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', map.toId] }
    case 'keys':
      return { node: from, args: ['CLUSTER', 'GETKEYSINSLOT', slot, String(PIPELINE)] }
    case 'migrate': {
      const target = [map.toIp, String(map.toPort), '', '0', String(TIMEOUT_MS)]
      return { node: from, args: ['MIGRATE', ...target, 'KEYS', ...step.keys] }
    }
    case 'assign':
      return { node: map.tell[step.at]!, args: ['CLUSTER', 'SETSLOT', slot, 'NODE', map.toId] }
  }
}

type Next = { readonly kind: 'go'; readonly job: Job } | { readonly kind: 'stop'; readonly failure: string | null }

const go = (job: Job, change: Partial<Job>): Next => ({ kind: 'go', job: { ...job, ...change } })
const stop = (failure: string | null): Next => ({ kind: 'stop', failure })

/** What follows when the step's command was answered. */
function after(job: Job, reply: Reply, directory: ClientConfig['directory']): Next {
  if (reply.kind === 'error') return stop(reply.text)
  switch (job.step.kind) {
    case 'look': {
      const map = readMap(job, textOfReply(reply), directory)
      return typeof map === 'string' ? stop(map) : go(job, { map, step: { kind: 'importing' } })
    }
    case 'importing':
      return go(job, { step: { kind: 'migrating' } })
    case 'migrating':
      return go(job, { step: { kind: 'keys' } })
    case 'keys': {
      const keys = reply.kind === 'array' ? reply.items.map(textOfReply) : []
      return go(job, { step: keys.length > 0 ? { kind: 'migrate', keys } : { kind: 'assign', at: 0 } })
    }
    case 'migrate':
      return go(job, { keysMoved: job.keysMoved + job.step.keys.length, step: { kind: 'keys' } })
    case 'assign':
      return afterAssign(job, job.step.at)
  }
}

function afterAssign(job: Job, at: number): Next {
  const { tell, slots } = job.map!
  if (at + 1 < tell.length) return go(job, { step: { kind: 'assign', at: at + 1 } })
  const done = job.done + 1
  return done < slots.length ? go(job, { done, step: { kind: 'importing' } }) : stop(null)
}

const textOfReply = (reply: Reply): Bytes =>
  reply.kind === 'bulk' ? reply.bytes : reply.kind === 'verbatim' || reply.kind === 'simple' ? reply.text : ''

/** One line of CLUSTER NODES. */
interface Line {
  readonly id: string
  readonly ip: string
  readonly port: number
  readonly isMaster: boolean
  readonly slots: readonly SlotRange[]
}

function readLine(line: string): Line {
  const [id = '', address = '', flags = '', , , , , , ...slots] = line.split(' ')
  const [ip = '', port = '0'] = address.split('@')[0]!.split(':')
  const ranges = slots
    .filter((each) => !each.startsWith('['))
    .map((each) => {
      const [first = '', last = first] = each.split('-')
      return { first: Number(first), last: Number(last) }
    })
  return { id, ip, port: Number(port), isMaster: flags.split(',').includes('master'), slots: ranges }
}

/** Checks the order against the cluster as the source sees it; a string says what is wrong. */
function readMap(job: Job, text: string, directory: ClientConfig['directory']): JobMap | string {
  const lines = text.split('\n').filter((line) => line !== '')
  const nodes = lines.map((line) => ({ ...readLine(line), isMyself: line.includes('myself') }))
  const actorOf = ({ ip, port }: Line) => directory.get(addressKey(ip, port))
  const source = nodes.find(({ isMyself }) => isMyself)
  const target = nodes.find((node) => !node.isMyself && actorOf(node) === job.to)
  if (source === undefined || target === undefined) return `${job.from} does not know ${job.to}`
  if (!source.isMaster) return `${job.from} is not a master`
  if (!target.isMaster) return `${job.to} is not a master`
  const owned = slotsOf(source.slots)
  const slots = chosen(job, owned)
  if (typeof slots === 'string') return slots
  const others = nodes.filter((node) => node.isMaster && node.slots.length > 0 && node !== source && node !== target)
  const tell = [job.to, job.from, ...others.map(actorOf).filter((actor) => actor !== undefined)]
  return { fromId: source.id, toId: target.id, toIp: target.ip, toPort: target.port, slots, tell }
}

function slotsOf(ranges: readonly SlotRange[]): readonly number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
}

/** The first so many slots of the source, or the named ones; a string says why not. */
function chosen({ wanted, from }: Job, owned: readonly number[]): readonly number[] | string {
  if (typeof wanted === 'number') {
    return owned.length < wanted ? `${from} owns ${owned.length} slots, not ${wanted}` : owned.slice(0, wanted)
  }
  const mine = new Set(owned)
  const slots = slotsOf(wanted)
  const foreign = slots.find((slot) => !mine.has(slot))
  return foreign === undefined ? slots : `slot ${foreign} is not owned by ${from}`
}

// ---- The machine ------------------------------------------------------------------------------------------------

function begin(state: AdminState, request: RequestId, order: JobOrder, env: Env): Transition {
  if (order.kind === 'stop') {
    const running = state.job !== null && state.job.ended === null ? state.job : null
    const ended = running === null ? [] : [ending(running.request, error('ERR stopped'))]
    const job = running === null ? state.job : { ...running, ended: { failure: 'stopped' } }
    return { state: admin(state, job), effects: [...ended, ending(request, simple('OK'))] }
  }
  if (state.job?.ended === null) {
    return { state, effects: [ending(request, error('ERR another reshard is under way'))] }
  }
  const { from, to, slots } = order
  const fresh = { request, from, to, wanted: slots, map: null, done: 0, keysMoved: 0, step: { kind: 'look' } } as const
  return type(state, { ...fresh, sequence: state.job?.sequence ?? 0, ended: null }, env)
}

/** Types the job's present command. */
function type(state: AdminState, job: Job, env: Env): Transition {
  const sequence = job.sequence + 1
  const command = { kind: 'typed', ...commandOf(job), follow: false } as const
  const input: Input = { kind: 'command', request: requestId(`${REQUEST}${sequence}`), command }
  return heard(admin(state, { ...job, sequence }), stepClient(state, input, env), env)
}

/** Takes the answer to the job's own command out of the effects, and goes on. */
function heard(state: AdminState, next: Transition, env: Env): Transition {
  const after = admin(next.state as ClientState, state.job)
  const mine = next.effects.find((effect) => isOwn(effect))
  if (mine === undefined) return { state: after, effects: next.effects }
  const others = next.effects.filter((effect) => effect !== mine)
  const following = answered(after, mine, env)
  return { state: following.state, effects: [...others, ...following.effects] }
}

type Answer = Extract<Effect, { kind: 'reply' }>

const isOwn = (effect: Effect): effect is Answer => effect.kind === 'reply' && effect.request.startsWith(REQUEST)

function answered(state: AdminState, { request, result }: Answer, env: Env): Transition {
  const { job } = state
  if (job === null || job.ended !== null || request !== `${REQUEST}${job.sequence}`) return { state, effects: [] }
  const reply = result.outcomes[0]?.reply ?? null
  const next = reply === null ? stop('no answer') : after(job, reply, state.config.directory)
  if (next.kind === 'go') return type(state, next.job, env)
  const { failure } = next
  const done = failure === null ? (job.map?.slots.length ?? 0) : job.done
  const ended: Job = { ...job, done, ended: { failure } }
  const outcome = failure === null ? simple('OK') : error(failure)
  return { state: admin(state, ended), effects: [ending(job.request, outcome)] }
}

const admin = (state: ClientState, job: Job | null): AdminState => ({ ...state, job })

const ending = (request: RequestId, reply: Reply): Effect => ({
  kind: 'reply',
  request,
  result: { outcomes: [{ reply, node: null, redirections: [], replicas: null, sentMs: 0, endMs: 0 }] },
})

/** A terminal client with a job. Its configuration is that of a client of style `terminal`. */
export const adminMachine: Machine<ClusterProtocol> = {
  timers: CLIENT_TIMERS,
  boot(config, _durable, env) {
    const { state, effects } = bootClient(config as ClientConfig, env)
    return { state: admin(state as ClientState, null), effects }
  },
  step(given, input, env) {
    const state = given as AdminState
    if (input.kind === 'command' && input.command.kind === 'job') {
      return begin(state, input.request, input.command.job, env)
    }
    return heard(state, stepClient(state, input, env), env)
  },
  reconfigure: (state, config) => ({ ...(state as AdminState), config: config as ClientConfig }),
  tear: (before) => before,
  hash: (state) => {
    const { job } = state as AdminState
    return (clientHash(state as ClientState) + Math.imul(job?.sequence ?? 0, 0x9e3779b1)) >>> 0
  },
}
