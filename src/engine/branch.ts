import { AppendList } from '../base/append-list.ts'
import type { OperationEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import { Checkpoints } from '../sim/checkpoints.ts'
import { ROW, Trace, type TraceSink } from '../sim/trace.ts'
import type { Lab } from './lab.ts'
import type { Place, Script } from './run.ts'
import { Series } from './series.ts'

/** A place with its number and digest, as the store of checkpoints keeps it. */
export interface Mark<P extends Protocol> extends Place<P> {
  readonly event: number
  readonly time: number
  readonly high: number
  readonly low: number
}

/** One future: a script, and everything that was recorded while it ran. Branches share what they have in common. */
export interface Branch<P extends Protocol> {
  readonly id: number
  name: string
  readonly parent: number | null
  readonly forkTime: number
  script: Script
  /** Event numbers of the acts applied so far, in order. */
  actEvents: number[]
  readonly marks: Checkpoints<Mark<P>>
  readonly trace: Trace
  readonly series: Series
  /** The client history up to the frontier. */
  operations: AppendList<OperationEvent<P>>
  /** How far it was ever computed. */
  frontierEvent: number
  frontierTime: number
  /** A rule broke somewhere in it. */
  broken: boolean
}

/** The branch that a run begins with. `kinds` are the note kinds in the order of the trace. */
export function firstBranch<P extends Protocol>(
  lab: Lab<P>,
  script: Script,
  actors: number,
  kinds: readonly string[],
): Branch<P> {
  const named = new Set(kinds.flatMap((kind, at) => (lab.namedNotes.has(kind) ? [at] : [])))
  const isNamed = (kind: number, label: number) =>
    kind === ROW.act || kind === ROW.broken || (kind === ROW.note && named.has(label))
  return {
    id: 1,
    name: 'main',
    parent: null,
    forkTime: 0,
    script,
    actEvents: [],
    marks: new Checkpoints<Mark<P>>(),
    trace: new Trace(actors, isNamed),
    series: new Series(lab.measures.length),
    operations: AppendList.empty(),
    frontierEvent: 0,
    frontierTime: 0,
    broken: false,
  }
}

/** The branch that leaves `from` after its event `event`, at `time`, with another script. */
export function forkBranch<P extends Protocol>(
  from: Branch<P>,
  at: {
    readonly event: number
    readonly time: number
    readonly done: number
    readonly operations: AppendList<OperationEvent<P>>
  },
  as: { readonly id: number; readonly name: string; readonly script: Script; readonly broken: boolean },
): Branch<P> {
  return {
    ...as,
    parent: from.id,
    forkTime: at.time,
    actEvents: from.actEvents.slice(0, at.done),
    marks: from.marks.fork(at.event),
    trace: from.trace.fork(from.trace.firstAfterEvent(at.event)),
    series: from.series.fork(at.time),
    operations: at.operations,
    frontierEvent: at.event,
    frontierTime: at.time,
  }
}

/** Appends to the trace of the present branch what lies beyond its frontier; the rest was recorded before. */
export function frontierSink<P extends Protocol>(branch: () => Branch<P>): TraceSink {
  return {
    row(kind, label, time, sentAt, actor, peer, value, event) {
      const { trace, frontierEvent } = branch()
      if (event > frontierEvent || event === 0) trace.row(kind, label, time, sentAt, actor, peer, value, event)
    },
  }
}
