import { actorAt, STATUS } from '../../../engine/frame.ts'
import type { NodePainter } from '../../../stage/kit.ts'
import { createRecordMemory, STATUS_MARKS, shapesOf } from '../../../stage/node-paint.ts'
import type { StageLayout } from '../../../viz/geometry.ts'
import { hueOf } from '../../../viz/palette.ts'
import { BUSY, REPLICATION_LINKS, ROLES, SLOTS } from '../contract.ts'
import { ACTOR } from '../frame.ts'

export const MASTER = ROLES.indexOf('master')
const REPLICA = ROLES.indexOf('replica')
export const CANDIDATE = ROLES.indexOf('candidate')
/** A full ring: no election is scheduled further ahead. */
const DUE_SPAN_US = 2_000_000

/** The hue of a node: that of the master whose slots it serves or copies. */
export function nodeHue(frame: Float64Array, node: number): number {
  const row = actorAt(frame, node)
  const master = frame[row + ACTOR.master]!
  const copies = frame[row + ACTOR.role] !== MASTER && master >= 0
  return hueOf(copies ? master : node)
}

interface Parts {
  readonly group: Element
  readonly share: Element
  readonly body: Element
  readonly due: Element
  readonly name: Element
  readonly sub: Element | null
  readonly caption: Element | null
  readonly caption2: Element | null
  readonly badgeMark: Element
  /** What each attribute and text was last set to. */
  readonly last: Map<string, string>
}

/** Writes only what differs from the frame before. `nodes`: the actor numbers. Create it anew after every change of the structure. */
export function createNodePainter(svg: SVGSVGElement, nodes: readonly number[], layout: StageLayout): NodePainter {
  const found = shapesOf(svg, nodes).map(({ node, group }) => ({ node, parts: partsOf(group) }))
  const isChanged = createRecordMemory(layout.x.length, ACTOR.size)
  const rates = found.map(() => createRate())
  return {
    paint(frame, nowUs) {
      found.forEach(({ node, parts }, position) => {
        const row = actorAt(frame, node)
        paintDue(parts, frame, row, nowUs)
        const rate = rates[position]!
        const newRate = rate.take(nowUs, frame[row + ACTOR.answered]!)
        if (isChanged(frame, node)) {
          paintState(parts, frame, node, row)
          paintTexts(parts, frame, row, layout.narrow, rate.perSecond())
        } else if (newRate) paintTexts(parts, frame, row, layout.narrow, rate.perSecond())
      })
    },
  }
}

const RATE_STEP_US = 250_000
const RATE_STEPS = 4

/** How many a second, from a counter that is looked at in every frame; null until a second of the world has been seen. */
export function createRate() {
  let samples: { readonly atUs: number; readonly count: number }[] = []
  return {
    /** Says whether the rate is another one now. A jump of time begins anew. */
    take(nowUs: number, count: number): boolean {
      const last = samples.at(-1)
      const jumped = last !== undefined && (nowUs < last.atUs || nowUs > last.atUs + RATE_STEPS * RATE_STEP_US)
      if (!jumped && last !== undefined && nowUs < last.atUs + RATE_STEP_US) return false
      samples = [...(jumped || (last?.count ?? 0) > count ? [] : samples), { atUs: nowUs, count }].slice(
        -RATE_STEPS - 1,
      )
      return true
    },
    perSecond(): number | null {
      const [first, last] = [samples[0], samples.at(-1)]
      if (first === undefined || last === undefined || samples.length <= RATE_STEPS) return null
      return Math.round(((last.count - first.count) * 1e6) / (last.atUs - first.atUs))
    },
  }
}

function partsOf(group: Element): Parts {
  const part = (name: string) => group.querySelector(`[data-part="${name}"]`)
  return {
    group,
    share: part('share') ?? group,
    body: part('body') ?? group,
    due: part('due') ?? group,
    name: part('name') ?? group,
    sub: part('sub'),
    caption: part('caption'),
    caption2: part('caption2'),
    badgeMark: part('badge-mark') ?? group,
    last: new Map(),
  }
}

function set(parts: Parts, element: Element, what: string, attribute: string, value: string): void {
  const key = `${what}.${attribute}`
  if (parts.last.get(key) === value) return
  parts.last.set(key, value)
  element.setAttribute(attribute, value)
}

function write(parts: Parts, element: Element | null, what: string, text: string): void {
  if (element === null || parts.last.get(what) === text) return
  parts.last.set(what, text)
  element.textContent = text
}

function paintDue(parts: Parts, frame: Float64Array, row: number, nowUs: number): void {
  const due = frame[row + ACTOR.electionDueUs]!
  const left = due < nowUs ? 0 : Math.min(1, (due - nowUs) / DUE_SPAN_US)
  set(parts, parts.due, 'due', 'stroke-dasharray', `${left.toFixed(3)} 2`)
}

function paintState(parts: Parts, frame: Float64Array, node: number, row: number): void {
  const status = frame[row + ACTOR.status]!
  const role = frame[row + ACTOR.role]!
  const down = status === STATUS.down
  const master = role === MASTER && !down
  const hue = nodeHue(frame, node)
  const color = down ? 'var(--node-down)' : `var(--term-${hue})`
  set(parts, parts.group, 'group', 'data-status', down ? 'down' : status === STATUS.paused ? 'paused' : 'up')
  set(parts, parts.group, 'group', 'data-role', ROLES[role] ?? 'alone')
  set(parts, parts.group, 'group', 'data-cluster', frame[row + ACTOR.clusterOk] === 0 && !down ? 'down' : 'ok')
  set(parts, parts.body, 'body', 'stroke', color)
  set(parts, parts.body, 'body', 'fill', master ? color : 'var(--node-fill)')
  set(parts, parts.name, 'name', 'fill', master ? `var(--term-ink-${hue})` : 'var(--ink)')
  if (parts.sub !== null) set(parts, parts.sub, 'sub', 'fill', master ? `var(--term-ink-${hue})` : 'var(--ink-2)')
  set(parts, parts.share, 'share', 'stroke', color)
  const share = Math.max(0, frame[row + ACTOR.slots]!) / SLOTS
  set(parts, parts.share, 'share', 'stroke-dasharray', `${share.toFixed(4)} 2`)
  set(parts, parts.badgeMark, 'badge', 'd', STATUS_MARKS[status] ?? '')
}

function paintTexts(parts: Parts, frame: Float64Array, row: number, narrow: boolean, rate: number | null): void {
  const at = (column: number) => frame[row + column]!
  const role = at(ACTOR.role)
  const status = at(ACTOR.status)
  const sub =
    status === STATUS.down
      ? 'down'
      : status === STATUS.paused
        ? 'paused'
        : role === CANDIDATE
          ? `${Math.max(0, at(ACTOR.votes))} votes`
          : role === MASTER
            ? `epoch ${at(ACTOR.configEpoch)}`
            : role === REPLICA
              ? 'replica'
              : 'alone'
  write(parts, parts.sub, 'sub.text', sub)
  write(parts, parts.caption, 'caption.text', status === STATUS.down ? '' : captionOf(frame, row, narrow))
  write(parts, parts.caption2, 'caption2.text', status === STATUS.down ? '' : detailOf(frame, row, narrow, rate))
}

/** What it serves: `5461 slots`; a replica: how far it is behind. */
function captionOf(frame: Float64Array, row: number, narrow: boolean): string {
  const at = (column: number) => frame[row + column]!
  if (at(ACTOR.role) === MASTER) {
    const moving = at(ACTOR.migrating) > 0 || at(ACTOR.importing) > 0
    return `${at(ACTOR.slots)} slots${moving && !narrow ? `, ${at(ACTOR.migrating)} out, ${at(ACTOR.importing)} in` : ''}`
  }
  const link = REPLICATION_LINKS[at(ACTOR.replicationLink)]
  if (link === undefined) return ''
  if (link !== 'connected') return `link ${link}`
  const lag = at(ACTOR.lag)
  return lag > 0 ? `lag ${lag} B` : 'in step'
}

/** What it is busy with, or how many commands and keys it has. */
function detailOf(frame: Float64Array, row: number, narrow: boolean, rate: number | null): string {
  const at = (column: number) => frame[row + column]!
  const busy = BUSY[at(ACTOR.busy)]
  if (at(ACTOR.clusterOk) === 0) return 'CLUSTERDOWN'
  if (busy === 'sleep' || busy === 'migrate') return busy === 'sleep' ? 'sleeps' : 'migrates keys'
  if (busy === 'paused') return 'writes wait'
  const commands =
    rate === null || rate === 0 || at(ACTOR.role) !== MASTER ? '' : `${rate} ${rate === 1 ? 'command' : 'commands'}/s`
  if (narrow) return commands
  const keys = `${at(ACTOR.keys)} keys`
  return commands === '' ? keys : `${commands} · ${keys}`
}
