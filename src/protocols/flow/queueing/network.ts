import type { Patience } from '../buffers/buffer.ts'
import { type Discipline, disciplineProblem, laneCount, type Overflow } from '../buffers/policies.ts'
import type { DeadlinePolicy } from '../deadlines.ts'
import { type ClientPolicy, clientProblems } from './client-policy.ts'
import { type Distribution, meanUs } from './distributions.ts'

/** A network of queues: what {@link file://./kernel.ts} runs. Stages are named by their position. */
export interface Network {
  readonly sources: readonly Source[]
  readonly stages: readonly Stage[]
}

/** Where customers come from. `to` is the first stage. */
export type Source = {
  readonly class: number
  readonly priority: number
  readonly sizeBytes: number
  readonly to: number
} /** `client` null: nobody waits for an answer. */ & (
  | { readonly kind: 'open'; readonly between: Distribution; readonly client: ClientPolicy | null }
  /** `users` who come back: think, send one customer, wait until it has left the network (or was dropped). */
  | { readonly kind: 'closed'; readonly users: number; readonly think: Distribution }
)

/** `servers` equal servers behind one buffer. */
export interface Stage {
  readonly servers: number
  /** By class of customer; the last one is for all classes beyond. */
  readonly service: readonly Distribution[]
  /** Places to wait, the servers not counted. */
  readonly capacity: number
  readonly discipline: Discipline
  readonly overflow: Exclude<Overflow, { kind: 'sample' }>
  /** Shares of what leaves the stage; the rest leaves the network. */
  readonly routes: readonly Route[]
  /** Null: one customer at a time. */
  readonly batch: Batch | null
  /** Instants from which services that begin take as much longer; soonest first, and full speed before the first. */
  readonly speeds: readonly Speed[]
  /** What becomes of a request whose turn has come too late, or nearly so. */
  readonly deadlines: DeadlinePolicy
  /** How long a customer may wait; null: as long as it takes. */
  readonly patience: Patience | null
}

export interface Speed {
  readonly fromUs: number
  /** 1,000 is full speed, 300 makes a service take 3.3 times as long. */
  readonly permille: number
}

export interface Route {
  readonly to: number
  readonly share: number
}

/** A server takes up to `max` at once, and waits for that many until the first has waited `lingerUs`. */
export interface Batch {
  readonly max: number
  readonly lingerUs: number
  /** Added to the service of the batch for each customer in it. */
  readonly eachUs: number
}

/** Named limits: what a network may ask for. */
export const NETWORK_LIMITS = Object.freeze({
  stages: 256,
  sources: 256,
  classes: 64,
  servers: 100_000,
  /** Customers at one time, thinking users included. */
  customers: 1 << 20,
})

/** An open source of class 0, most urgent, without size, to the first stage; nobody waits for its customers. */
export const open = (between: Distribution, given: Partial<Extract<Source, { kind: 'open' }>> = {}): Source => ({
  class: 0,
  priority: 0,
  sizeBytes: 0,
  to: 0,
  client: null,
  ...given,
  kind: 'open',
  between,
})

/** A closed source of class 0, most urgent, without size, to the first stage. */
export const closed = (users: number, think: Distribution, given: Partial<Source> = {}): Source =>
  ({ class: 0, priority: 0, sizeBytes: 0, to: 0, ...given, kind: 'closed', users, think }) as Source

/** One server, first come first served, places for all, nobody comes after it. */
export const stage = (service: Distribution, given: Partial<Stage> = {}): Stage => ({
  servers: 1,
  service: [service],
  capacity: NETWORK_LIMITS.customers,
  discipline: { kind: 'fifo' },
  overflow: { kind: 'drop-newest' },
  routes: [],
  batch: null,
  speeds: [],
  deadlines: 'ignore',
  patience: null,
  ...given,
})

/** Why a network cannot be run: where, what, and what was expected. Empty when it can. */
export function networkProblems(network: Network): string[] {
  const { sources, stages } = network
  const limits = [
    ...amount('sources', sources.length, 1, NETWORK_LIMITS.sources),
    ...amount('stages', stages.length, 1, NETWORK_LIMITS.stages),
  ]
  return [
    ...limits,
    ...sources.flatMap((source, at) => prefix(`source ${at}`, sourceProblems(source, stages))),
    ...stages.flatMap((given, at) => prefix(`stage ${at}`, stageProblems(given, stages))),
  ]
}

const prefix = (where: string, problems: readonly string[]) => problems.map((problem) => `${where}: ${problem}`)

function amount(what: string, value: number, low: number, high: number): string[] {
  return Number.isInteger(value) && value >= low && value <= high
    ? []
    : [`${what} must be an integer from ${low} to ${high}, not ${value}`]
}

function sourceProblems(source: Source, stages: readonly Stage[]): string[] {
  const common = [
    ...amount('the first stage', source.to, 0, stages.length - 1),
    ...amount('the class', source.class, 0, NETWORK_LIMITS.classes - 1),
    ...amount('the priority', source.priority, 0, NETWORK_LIMITS.classes - 1),
  ]
  if (source.kind === 'closed') {
    return [...common, ...amount('users', source.users, 1, NETWORK_LIMITS.customers), ...timeProblems(source.think)]
  }
  const isStuck = !(meanUs(source.between) >= 1)
  const waitsAtDoor = source.client !== null && stages[source.to]?.overflow.kind === 'block'
  return [
    ...common,
    ...(isStuck ? ['the mean time between arrivals must be at least 1 us'] : []),
    ...(source.client === null ? [] : clientProblems(source.client)),
    ...(waitsAtDoor ? ['a client does not wait at the door of a stage that blocks'] : []),
  ]
}

function timeProblems(time: Distribution): string[] {
  return meanUs(time) >= 0 && Number.isFinite(meanUs(time)) ? [] : ['a time must be 0 or more, and finite']
}

function stageProblems(given: Stage, stages: readonly Stage[]): string[] {
  const shares = given.routes.reduce((sum, { share }) => sum + share, 0)
  const problem = disciplineProblem(given.discipline)
  return [
    ...amount('servers', given.servers, 1, NETWORK_LIMITS.servers),
    ...amount('the capacity', given.capacity, 0, NETWORK_LIMITS.customers),
    ...(given.service.length === 0 ? ['a service is needed'] : given.service.flatMap(timeProblems)),
    ...(problem === null ? [] : [problem]),
    ...given.routes.flatMap(({ to }) => amount('a route', to, 0, stages.length - 1)),
    ...(shares > 1 + 1e-9 || given.routes.some(({ share }) => share < 0)
      ? ['shares must be 0 or more, 1 together']
      : []),
    ...(given.overflow.kind === 'conflate' && given.capacity < laneCount(given.discipline)
      ? ['conflation needs a place to wait for each lane']
      : []),
    ...speedProblems(given.speeds),
    ...batchProblems(given, stages),
  ]
}

function speedProblems(speeds: readonly Speed[]): string[] {
  const isSorted = speeds.every(({ fromUs }, at) => fromUs >= (speeds[at - 1]?.fromUs ?? 0))
  return [
    ...speeds.flatMap(({ permille }) => amount('the speed', permille, 1, 1_000_000)),
    ...(isSorted ? [] : ['speeds must stand in the order of time']),
  ]
}

function batchProblems({ batch, capacity, routes, deadlines, patience }: Stage, stages: readonly Stage[]): string[] {
  if (batch === null) return []
  const feedsBlocking = routes.some(({ to }) => stages[to]?.overflow.kind === 'block')
  return [
    ...amount('the batch', batch.max, 1, Math.max(1, capacity)),
    ...(batch.lingerUs >= 0 && batch.eachUs >= 0 ? [] : ['linger and time for each must be 0 or more']),
    ...(deadlines === 'ignore' && patience === null ? [] : ['a batch takes whoever waits: it has no patience']),
    ...(feedsBlocking ? ['a batch cannot wait at the door of a stage that blocks'] : []),
  ]
}
