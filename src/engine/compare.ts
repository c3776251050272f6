import type { Protocol } from '../machine/machine.ts'
import { ROW, type Row, type Trace } from '../sim/trace.ts'
import type { Comparison } from './api.ts'
import type { Timeline } from './timeline.ts'
import { rowText } from './window.ts'

/** Where two futures part: the first row of their traces that is not the same. */
export function compareBranches<P extends Protocol>(timeline: Timeline<P>, left: number, right: number): Comparison {
  const one = timeline.branches.find(({ id }) => id === left)
  const other = timeline.branches.find(({ id }) => id === right)
  if (one === undefined || other === undefined || one === other) {
    return { left, right, differsAtUs: null, leftText: null, rightText: null }
  }
  const at = firstDifference(one.trace, other.trace)
  const length = Math.max(one.trace.length, other.trace.length)
  if (at === length) return { left, right, differsAtUs: null, leftText: null, rightText: null }
  const a = at < one.trace.length ? one.trace.read(at) : null
  const b = at < other.trace.length ? other.trace.read(at) : null
  return {
    left,
    right,
    differsAtUs: Math.min(a?.time ?? one.frontierTime, b?.time ?? other.frontierTime),
    leftText: a === null ? null : rowText(timeline, visible(one.trace, at), one),
    rightText: b === null ? null : rowText(timeline, visible(other.trace, at), other),
  }
}

function firstDifference(one: Trace, other: Trace): number {
  const shorter = Math.min(one.length, other.length)
  for (let row = 0; row < shorter; row++) if (!isSame(one.read(row), other.read(row))) return row
  return shorter
}

const isSame = (a: Row, b: Row): boolean =>
  a.time === b.time &&
  a.kind === b.kind &&
  a.label === b.label &&
  a.actor === b.actor &&
  a.peer === b.peer &&
  a.value === b.value

/** The first row from `at` on that has words: a change of a lane has none. */
function visible(trace: Trace, at: number): Row {
  for (let row = at; row < trace.length; row++) if (trace.kindOf(row) !== ROW.phase) return trace.read(row)
  return trace.read(at)
}
