import { type Count, type Counters, NO_COUNTERS } from './messages.ts'
import { capacityOf, expectedAhead, type LimitName, partNames, type RealPlan } from './plan.ts'

/** What real mode shows: plain data, made of what the workers have said. */

export type PartKind = 'producer' | 'stage' | 'consumer'

/** What a worker is at. */
export type Condition =
  /** Makes items, or works on one. */
  | 'busy'
  /** Has nothing to do. */
  | 'idle'
  /** Has an item, or could make one, that the pipe behind does not take. */
  | 'blocked'
  | 'held'
  /** Stopped by a limit. */
  | 'stopped'
  /** Does not answer. */
  | 'silent'
  | 'dead'

export interface PartShot extends Counters {
  readonly name: string
  readonly kind: PartKind
  readonly alive: boolean
  readonly condition: Condition
  /** Items in the worker's own memory: waiting there, worked on, or not yet accepted by the pipe behind. */
  readonly inside: number
  /** For how long the worker has not answered, ms; 0 when it answers. */
  readonly silentMs: number
}

export interface PipeShot {
  readonly between: readonly [from: string, to: string]
  /** Items handed over that have not come out: they are in the platform's hands. */
  readonly inFlight: number
  /** Items handed over on which the downstream has not begun to work: those of the pipe, and those queued behind it. */
  readonly ahead: number
  /** Items that will never come out, since a worker is gone. */
  readonly lost: number
  readonly capacity: string
  /** What `ahead` comes to behind a slower downstream; null where nothing bounds it. */
  readonly expected: number | null
}

export interface RealSnapshot {
  readonly parts: readonly PartShot[]
  readonly pipes: readonly PipeShot[]
  /** Items made and neither done, dropped nor lost; and their payload. */
  readonly open: number
  readonly bytes: number
  readonly elapsedMs: number
  readonly held: boolean
  readonly limit: LimitName | null
  /** False once all workers are ended. */
  readonly running: boolean
}

/** What the page has heard of one worker. */
export interface Heard {
  readonly alive: boolean
  readonly counts: readonly Count[]
  readonly silentMs: number
}

/** What is known of one worker at the instant of the picture. */
export interface Known {
  readonly alive: boolean
  readonly counters: Counters
  /** Has it begun to work on something since the instant before? */
  readonly advanced: boolean
  readonly silentMs: number
}

/** Nothing changes between two counts before the later one's instant: so an instant in between is like the later. */
const countersAt = (counts: readonly Count[], instant: number): Counters =>
  (counts.find((count) => count.instant >= instant) ?? counts.at(-1))?.counters ?? NO_COUNTERS

/** All workers at the last instant of which everybody has told who answers; the others as they were heard last. */
export function knownOf(crew: readonly Heard[]): readonly Known[] {
  const newest = crew.flatMap(({ alive, silentMs, counts }) =>
    alive && silentMs === 0 ? (counts.at(-1)?.instant ?? 0) : [],
  )
  const instant = Math.min(...newest)
  return crew.map(({ alive, counts, silentMs }) => {
    const counters = countersAt(counts, instant)
    return { alive, counters, advanced: counters.begun > countersAt(counts, instant - 1).begun, silentMs }
  })
}

const kindOf = (index: number, count: number): PartKind =>
  index === 0 ? 'producer' : index === count - 1 ? 'consumer' : 'stage'

const between = (more: number, less: number): number => Math.max(0, more - less)

/**
 * Workers count at different instants, and a killed one never says its last: but what has come out of a pipe was sent, and
 * what was sent was done, begun and received.
 */
function agreed(known: readonly Known[]): readonly Counters[] {
  let receivedBehind = 0
  const fromBehind = known.toReversed().map(({ counters }) => {
    const sent = Math.max(counters.sent, receivedBehind)
    const done = Math.max(counters.done, sent)
    const begun = Math.max(counters.begun, done)
    const received = Math.max(counters.received, begun + counters.dropped)
    receivedBehind = received
    return { ...counters, received, begun, done, sent }
  })
  return fromBehind.toReversed()
}

function insideOf(kind: PartKind, { received, dropped, sent, done }: Counters): number {
  if (kind === 'producer') return 0
  return between(received, dropped + (kind === 'stage' ? sent : done))
}

function pipeOf(plan: RealPlan, from: Uncertain, to: Uncertain): PipeShot {
  const inFlight = between(from.sent, to.received)
  // What stands in front of a dead worker is lost; what a dead one leaves is lost once the next has taken what it could.
  const isLost = !to.alive || (!from.alive && to.inside === 0)
  return {
    between: [from.name, to.name],
    inFlight: isLost ? 0 : inFlight,
    ahead: isLost ? 0 : between(from.sent, to.begun + to.dropped),
    lost: isLost ? inFlight : 0,
    capacity: capacityOf(plan.joint),
    expected: expectedAhead(plan.joint)?.items ?? null,
  }
}

type Run = Pick<RealSnapshot, 'elapsedMs' | 'held' | 'limit' | 'running'>
type Uncertain = Omit<PartShot, 'condition'>

/** Nothing more goes in; also when what is in it will never come out. */
const isFull = (pipe: PipeShot | undefined): boolean =>
  pipe !== undefined && pipe.expected !== null && pipe.ahead + pipe.lost >= pipe.expected

function conditionOf(run: Run, part: Uncertain, advanced: boolean, behind: PipeShot | undefined): Condition {
  const { kind, alive, silentMs, begun, done, sent } = part
  if (!alive || !run.running) return 'dead'
  if (silentMs > 0) return 'silent'
  if (kind === 'producer') {
    if (run.limit !== null) return 'stopped'
    if (run.held) return 'held'
    return isFull(behind) ? 'blocked' : 'busy'
  }
  if (kind === 'stage' && begun === done && done > sent) return 'blocked'
  return begun > done || advanced ? 'busy' : 'idle'
}

/** @param known of every worker, from the producer to the consumer */
export function snapshotOf(plan: RealPlan, known: readonly Known[], run: Run): RealSnapshot {
  const counted = agreed(known)
  const uncertain = partNames(plan).map((name, index): Uncertain => {
    const { alive, silentMs } = known[index]!
    const kind = kindOf(index, known.length)
    const counters = counted[index]!
    return { name, kind, alive, ...counters, inside: insideOf(kind, counters), silentMs: alive ? silentMs : 0 }
  })
  const pipes = uncertain.slice(1).map((to, index) => pipeOf(plan, uncertain[index]!, to))
  const parts = uncertain.map((part, index): PartShot => {
    const condition = conditionOf(run, part, known[index]!.advanced, pipes[index])
    return { ...part, condition }
  })
  const open = between(parts[0]!.sent, closedIn(parts, pipes))
  return { parts, pipes, open, bytes: open * plan.payloadBytes, ...run }
}

/** Items that are done, dropped or lost. */
function closedIn(parts: readonly PartShot[], pipes: readonly PipeShot[]): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const lostInside = sum(parts.map(({ alive, inside }) => (alive ? 0 : inside)))
  return parts.at(-1)!.done + sum(parts.map(({ dropped }) => dropped)) + sum(pipes.map(({ lost }) => lost)) + lostInside
}

/** The same of a snapshot: what the producer is told, so that it can keep the limits itself. */
export const closedOf = ({ parts, pipes }: RealSnapshot): number => closedIn(parts, pipes)
