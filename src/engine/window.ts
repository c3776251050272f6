import { lowerBound } from '../base/bisect.ts'
import { printAct } from '../experiment/printer.ts'
import type { TimedAct } from '../experiment/types.ts'
import type { OperationEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import { NO_PEER, ROW, type Row } from '../sim/trace.ts'
import type { EventKind, EventPage, EventQuery, EventRow, Mark, OperationView, TimeWindow, WindowQuery } from './api.ts'
import type { Branch } from './branch.ts'
import type { Lab } from './lab.ts'
import type { Timeline } from './timeline.ts'

/** Views of the past: slices of the trace for the space-time diagram and the log. */

const MARKS_MAX = 400
const OPERATIONS_MAX = 2_000
const ROWS_SCANNED_MAX = 200_000

/** A stretch of time on the lanes. */
export function windowOf<P extends Protocol>(timeline: Timeline<P>, query: WindowQuery): TimeWindow {
  const branch = timeline.branches.find(({ id }) => id === query.branch) ?? timeline.branch
  const { messages, total } = messagesOf(timeline, branch, query)
  return {
    fromUs: query.fromUs,
    toUs: query.toUs,
    frontierUs: branch.frontierTime,
    lanes: lanesOf(timeline, branch, query),
    messages,
    messagesTotal: total,
    marks: marksOf(timeline, branch, query),
    operations: operationsOf(timeline.lab, branch, query),
    faults: faultsOf(timeline.lab, branch, query),
  }
}

function lanesOf<P extends Protocol>(
  { sim }: Timeline<P>,
  { trace, frontierTime }: Branch<P>,
  { fromUs, toUs }: WindowQuery,
): Float64Array {
  const segments: number[] = []
  sim.names.forEach((_, actor) => {
    const rows = trace.phases(actor)
    const first = Math.max(0, lowerBound(rows.length, (at) => trace.timeOf(rows[at]!) > fromUs) - 1)
    for (let at = first; at < rows.length; at++) {
      const { time, value } = trace.read(rows[at]!)
      if (time > toUs) break
      const next = rows[at + 1]
      const end = next === undefined ? frontierTime : trace.timeOf(next)
      if (end >= fromUs) segments.push(actor, Math.max(time, fromUs), Math.min(end, toUs), value)
    }
  })
  return Float64Array.from(segments)
}

/** Messages of the window, evenly thinned when there are more than asked for; those in flight come with them. */
function messagesOf<P extends Protocol>(timeline: Timeline<P>, branch: Branch<P>, query: WindowQuery) {
  const { trace } = branch
  const end = trace.firstAt(query.toUs + longestFlight(timeline))
  const rows: number[] = []
  for (let row = trace.firstAt(query.fromUs); row < end && rows.length < ROWS_SCANNED_MAX; row++) {
    const kind = trace.kindOf(row)
    if (kind === ROW.delivered || kind === ROW.lost) rows.push(row)
  }
  const stride = Math.max(1, Math.ceil(rows.length / Math.max(1, query.messagesMax)))
  const values: number[] = []
  let total = 0
  rows.forEach((row, at) => {
    const { kind, label, time, sentAt, actor, peer, value } = trace.read(row)
    if (sentAt > query.toUs || peer === actor) return
    total++
    if (at % stride === 0) values.push(peer, actor, label, sentAt, time, value, kind === ROW.lost ? 1 : 0, row)
  })
  const isAtFrontier = branch === timeline.branch && timeline.sim.eventCount >= branch.frontierEvent
  if (isAtFrontier) {
    timeline.sim.eachInFlight((item, waiting) => {
      if (item.sentAt > query.toUs || (!waiting && item.time < query.fromUs)) return
      const message = item.message as P['message']
      total++
      if (values.length / 8 < query.messagesMax) {
        const label = timeline.labels.get(message.kind) ?? 255
        values.push(
          item.detail,
          item.actor,
          label,
          item.sentAt,
          item.time,
          timeline.sim.plan.messageValue(message),
          2,
          -1,
        )
      }
    })
  }
  return { messages: Float64Array.from(values), total }
}

/** How far beyond the window's end a message that left within it may arrive and still be looked for. */
function longestFlight<P extends Protocol>({ sim }: Timeline<P>): number {
  return 4 * Math.max(...sim.network.links.map(({ delayUs }) => delayUs.high), 1)
}

function marksOf<P extends Protocol>(
  timeline: Timeline<P>,
  branch: Branch<P>,
  { fromUs, toUs }: WindowQuery,
): readonly Mark[] {
  const { trace } = branch
  const rows = trace.named()
  const first = lowerBound(rows.length, (at) => trace.timeOf(rows[at]!) >= fromUs)
  const last = lowerBound(rows.length, (at) => trace.timeOf(rows[at]!) > toUs)
  const stride = Math.max(1, Math.ceil((last - first) / MARKS_MAX))
  const marks: Mark[] = []
  for (let at = first; at < last; at += stride) {
    const row = trace.read(rows[at]!)
    const kind = row.kind === ROW.act ? 'act' : row.kind === ROW.broken ? 'broken' : 'note'
    const text = rowText(timeline, row, branch)
    marks.push({ timeUs: row.time, event: row.event, kind, actor: row.actor === NO_PEER ? -1 : row.actor, text })
  }
  return marks
}

function operationsOf<P extends Protocol>(
  lab: Lab<P>,
  { operations }: Branch<P>,
  { fromUs, toUs }: WindowQuery,
): readonly OperationView[] {
  const open = new Map<string, OperationEvent<P> & { readonly kind: 'call' }>()
  const views: OperationView[] = []
  const view = (call: OperationEvent<P> & { readonly kind: 'call' }, toTime: number | null, result: string | null) => {
    if (call.at > toUs || (toTime !== null && toTime < fromUs) || views.length >= OPERATIONS_MAX) return
    const text = lab.words.command(call.command)
    views.push({ client: call.client, request: call.request, text, fromUs: call.at, toUs: toTime, result })
  }
  // Operations are short: looking back two windows finds those that reach in, without a scan of the whole run.
  const since = fromUs - 2 * (toUs - fromUs) - 20_000_000
  for (
    let at = lowerBound(operations.length, (i) => operations.at(operations.start + i)!.at >= since);
    at < operations.length;
    at++
  ) {
    const event = operations.at(operations.start + at)!
    if (event.kind === 'call') {
      if (event.at > toUs) break
      open.set(event.request, event)
      continue
    }
    const call = open.get(event.request)
    open.delete(event.request)
    if (call === undefined) continue
    const known = event.result === undefined ? null : lab.words.result(event.result, call.command)
    view(call, event.at, known)
  }
  for (const call of open.values()) view(call, null, null)
  return views
}

/** Faults with a beginning and an end: bars from the act to the one that undoes it. */
function faultsOf<P extends Protocol>(
  lab: Lab<P>,
  branch: Branch<P>,
  { fromUs, toUs }: WindowQuery,
): TimeWindow['faults'] {
  const bars: { fromUs: number; toUs: number; text: string; actors: readonly string[] }[] = []
  const open = new Map<string, { fromUs: number; text: string; actors: readonly string[]; isWall: boolean }>()
  const close = (key: string, at: number) => {
    const bar = open.get(key)
    if (bar !== undefined) bars.push({ fromUs: bar.fromUs, toUs: at, text: bar.text, actors: bar.actors })
    open.delete(key)
  }
  for (const timed of branch.script.acts) {
    if (timed.at > branch.frontierTime) break
    const ended =
      timed.act.id === 'heal'
        ? [...open].flatMap(([key, { isWall }]) => (isWall ? [key] : []))
        : endedBy(timed, [...open.keys()])
    for (const key of ended) close(key, timed.at)
    const key = startedBy(timed)
    if (key === null) continue
    const text = printAct(timed.act, lab.language)
    open.set(key, { fromUs: timed.at, text, actors: actorsOf(timed), isWall: isWall(timed) })
  }
  for (const key of [...open.keys()]) close(key, branch.frontierTime)
  return bars.filter((bar) => bar.toUs >= fromUs && bar.fromUs <= toUs)
}

const WALLS = ['partition', 'isolate']
const WEATHER = ['delay', 'loss', 'duplicate', 'reorder']

/** What healing takes away; delays and losses stay. */
function isWall({ act }: TimedAct): boolean {
  return WALLS.includes(act.id) || (act.id === 'link' && WEATHER.every((option) => act.args[option] === undefined))
}

function startedBy({ act }: TimedAct): string | null {
  if (WALLS.includes(act.id)) return `${act.id} ${JSON.stringify(act.args.actor ?? null)}`
  if (act.id === 'link' && act.args.reset !== true && act.args.open !== true) return linkKey(act.args.direction)
  if (act.id === 'disk' && act.args.stall === true) return `disk ${String(act.args.node)}`
  return null
}

const linkKey = (direction: unknown) => `link ${JSON.stringify(direction)}`

function endedBy({ act }: TimedAct, open: readonly string[]): readonly string[] {
  if (act.id === 'partition') return open.filter((key) => key.startsWith('partition'))
  if (act.id === 'link') return open.filter((key) => key === linkKey(act.args.direction))
  if (act.id === 'disk' && act.args.resume === true)
    return open.filter((key) => key === `disk ${String(act.args.node)}`)
  return []
}

function actorsOf({ act }: TimedAct): readonly string[] {
  const { actor, node, direction } = act.args as {
    actor?: string
    node?: string
    direction?: { from: string | null; to: string | null }
  }
  return [actor, node, direction?.from, direction?.to].filter((name): name is string => typeof name === 'string')
}

// ---- The log ----------------------------------------------------------------------------------------------------

const KINDS: Readonly<Record<number, EventKind>> = {
  [ROW.delivered]: 'message',
  [ROW.lost]: 'lost',
  [ROW.timer]: 'timer',
  [ROW.disk]: 'disk',
  [ROW.note]: 'note',
  [ROW.act]: 'act',
  [ROW.call]: 'operation',
  [ROW.result]: 'operation',
  [ROW.broken]: 'broken',
}

/** One row in words; a message by its kind, without its body. */
export function rowText<P extends Protocol>(
  timeline: Timeline<P>,
  row: Row,
  branch: Branch<P> = timeline.branch,
): string {
  const { sim, lab } = timeline
  const name = (actor: number) => sim.names[actor] ?? '?'
  switch (row.kind) {
    case ROW.delivered:
      return `${name(row.peer)} → ${name(row.actor)} ${sim.plan.messageKinds[row.label]}${valueText(row)}`
    case ROW.lost:
      return `${name(row.peer)} ↛ ${name(row.actor)} ${sim.plan.messageKinds[row.label]}${valueText(row)} lost`
    case ROW.timer: {
      const timer = sim.plan.actors[row.actor]?.machine.timers[row.label]
      return `${name(row.actor)}: ${timer === undefined ? 'timer' : lab.words.timer(timer)}`
    }
    case ROW.disk:
      return `${name(row.actor)}: write is durable`
    case ROW.note: {
      const kind = sim.plan.noteKinds[row.label]
      return kind === undefined ? '?' : lab.words.note({ kind, value: row.value } as P['note'], name(row.actor))
    }
    case ROW.act: {
      const act = timeline.actOfEvent(row.event, branch)
      return act === undefined ? 'act' : printAct(act.act, lab.language)
    }
    case ROW.call:
      return `${name(row.actor)} calls`
    case ROW.result:
      return `${name(row.actor)} has its answer`
    case ROW.broken:
      return `rule broken: ${sim.plan.invariants[row.label]?.title ?? '?'}`
    default:
      return ''
  }
}

const valueText = (row: Row) => (row.value > 0 ? ` (term ${row.value})` : '')

/** Rows before `query.before` (or before now) that fit, newest first. */
export function eventsOf<P extends Protocol>(timeline: Timeline<P>, query: EventQuery): EventPage {
  const { trace } = timeline.branch
  const words = query.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const start = query.before ?? trace.firstAfterEvent(timeline.sim.eventCount)
  const oldest = Math.max(0, start - ROWS_SCANNED_MAX)
  const rows: EventRow[] = []
  let row = start - 1
  for (; row >= oldest && rows.length < query.count; row--) {
    const kind = KINDS[trace.kindOf(row)]
    if (kind === undefined || !query.kinds.includes(kind)) continue
    const found = trace.read(row)
    const text = rowText(timeline, found)
    if (!words.every((word) => text.toLowerCase().includes(word))) continue
    const actor = found.actor === NO_PEER ? null : (timeline.sim.names[found.actor] ?? null)
    rows.push({ row, event: found.event, timeUs: found.time, kind, actor, text })
  }
  return { rows, more: row >= 0 }
}
