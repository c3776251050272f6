import { actorAt, STATUS } from '../../../engine/frame.ts'
import type { NodePainter } from '../../../stage/kit.ts'
import { createRecordMemory, STATUS_MARKS, shapesOf } from '../../../stage/node-paint.ts'
import type { StageLayout } from '../../../viz/geometry.ts'
import { hueOf } from '../../../viz/palette.ts'
import { ROLES } from '../contract.ts'
import { ACTOR } from '../frame.ts'

const LEADER = ROLES.indexOf('leader')
const CANDIDATE = ROLES.indexOf('candidate')
const PRE_CANDIDATE = ROLES.indexOf('pre-candidate')

const CROWN = 'M-10 1 L-11 -9 L-5 -4.5 L0 -12 L5 -4.5 L11 -9 L10 1 Z'
const TRIANGLE = 'M-8 0 L0 -13 L8 0 Z'

interface Parts {
  readonly group: Element
  readonly halo: Element
  readonly votes: Element
  readonly body: Element
  readonly timer: Element
  readonly mark: Element
  readonly sub: Element | null
  readonly badgeMark: Element
  readonly cells: readonly { readonly rect: Element; readonly digit: Element | null; look: string; text: string }[]
  readonly commit: Element
  readonly hidden: Element | null
  readonly stack: Element | null
  readonly caption: Element | null
  votesD: string
  subText: string
  dash: string
}

/** Writes only what differs from the frame before. `nodes`: the actor numbers of the nodes. Create it anew after every change of the structure. */
export function createNodePainter(svg: SVGSVGElement, nodes: readonly number[], layout: StageLayout): NodePainter {
  const found = shapesOf(svg, nodes).map(({ node, group }) => ({ node, parts: partsOf(group) }))
  const isChanged = createNodeMemory(layout)
  return {
    paint(frame, nowUs) {
      for (const { node, parts } of found) {
        const row = actorAt(frame, node)
        paintTimer(parts, frame, row, nowUs)
        const changed = isChanged(frame, node)
        if (changed) {
          paintState(parts, frame, row)
          paintStrip(parts, frame, row, layout)
        }
        if (frame[row + ACTOR.role] === CANDIDATE || parts.votesD !== '') paintVotes(parts, frame, node, nodes, layout)
        if (changed || frame[row + ACTOR.role] === CANDIDATE) paintSub(parts, frame, row, node, nodes)
      }
    },
  }
}

function partsOf(group: Element): Parts {
  const part = (name: string) => group.querySelector(`[data-part="${name}"]`)
  const must = (name: string) => part(name) ?? group
  return {
    group,
    halo: must('halo'),
    votes: must('votes'),
    body: must('body'),
    timer: must('timer'),
    mark: must('mark'),
    sub: part('sub'),
    badgeMark: must('badge-mark'),
    cells: [...group.querySelectorAll('[data-part="cell"]')].map((cell) => ({
      rect: cell.querySelector('rect') ?? cell,
      digit: cell.querySelector('text'),
      look: '',
      text: '',
    })),
    commit: must('commit'),
    hidden: part('hidden'),
    stack: part('stack'),
    caption: part('caption'),
    votesD: '',
    subText: '',
    dash: '',
  }
}

/** Whether anything but the timer differs from what was painted last. */
export const createNodeMemory = (layout: StageLayout) =>
  createRecordMemory(layout.x.length, ACTOR.size, [ACTOR.timerDueUs, ACTOR.timerSpanUs])

/** Share of the timer that is left, 0..1; 0 when it does not run. */
export function timerLeft(frame: Float64Array, row: number, nowUs: number): number {
  const due = frame[row + ACTOR.timerDueUs]!
  const span = frame[row + ACTOR.timerSpanUs]!
  if (due < 0 || span <= 0 || frame[row + ACTOR.status] === STATUS.down) return 0
  return Math.min(1, Math.max(0, (due - nowUs) / span))
}

function paintTimer(parts: Parts, frame: Float64Array, row: number, nowUs: number): void {
  const dash = `${timerLeft(frame, row, nowUs).toFixed(3)} 2`
  if (dash === parts.dash) return
  parts.dash = dash
  parts.timer.setAttribute('stroke-dasharray', dash)
}

function paintState(parts: Parts, frame: Float64Array, row: number): void {
  const status = frame[row + ACTOR.status]!
  const role = frame[row + ACTOR.role]!
  const hue = hueOf(frame[row + ACTOR.term]!)
  const down = status === STATUS.down
  parts.group.setAttribute('data-status', down ? 'down' : status === STATUS.paused ? 'paused' : 'up')
  parts.group.setAttribute('data-role', ROLES[role] ?? 'follower')
  parts.group.setAttribute('data-writing', frame[row + ACTOR.writing] === 1 && !down ? 'yes' : 'no')
  const color = down ? 'var(--node-down)' : `var(--term-${hue})`
  parts.body.setAttribute('stroke', color)
  parts.halo.setAttribute('stroke', color)
  parts.votes.setAttribute('stroke', color)
  parts.mark.setAttribute('stroke', color)
  parts.mark.setAttribute('fill', role === PRE_CANDIDATE ? 'var(--surface-0)' : color)
  const shape = down ? '' : role === LEADER ? CROWN : role === CANDIDATE || role === PRE_CANDIDATE ? TRIANGLE : ''
  parts.mark.setAttribute('d', shape)
  parts.badgeMark.setAttribute('d', STATUS_MARKS[status] ?? '')
}

function paintSub(parts: Parts, frame: Float64Array, row: number, node: number, nodes: readonly number[]): void {
  if (parts.sub === null) return
  const status = frame[row + ACTOR.status]!
  const role = frame[row + ACTOR.role]!
  const text =
    status === STATUS.down
      ? 'down'
      : status === STATUS.paused
        ? 'paused'
        : role === CANDIDATE
          ? `${votesFor(frame, node, nodes)}/${nodes.length} votes`
          : `term ${frame[row + ACTOR.term]}`
  if (text === parts.subText) return
  parts.subText = text
  parts.sub.textContent = text
}

/** How many nodes voted for this one in its term, itself included. */
function votesFor(frame: Float64Array, node: number, nodes: readonly number[]): number {
  let votes = 0
  for (const voter of nodes) if (hasVote(frame, node, voter)) votes += 1
  return votes
}

function hasVote(frame: Float64Array, node: number, voter: number): boolean {
  const row = actorAt(frame, voter)
  return frame[row + ACTOR.votedFor] === node && frame[row + ACTOR.term] === frame[actorAt(frame, node) + ACTOR.term]
}

/** A tick on the rim towards each voter. */
function paintVotes(
  parts: Parts,
  frame: Float64Array,
  node: number,
  nodes: readonly number[],
  layout: StageLayout,
): void {
  let path = ''
  if (frame[actorAt(frame, node) + ACTOR.role] === CANDIDATE && frame[actorAt(frame, node)] !== STATUS.down) {
    for (const voter of nodes) {
      if (voter === node || !hasVote(frame, node, voter)) continue
      const dx = layout.x[voter]! - layout.x[node]!
      const dy = layout.y[voter]! - layout.y[node]!
      const length = Math.hypot(dx, dy) || 1
      const inner = (layout.nodeRadius + 9) / length
      const outer = (layout.nodeRadius + 18) / length
      path += `M${(dx * inner).toFixed(1)} ${(dy * inner).toFixed(1)}L${(dx * outer).toFixed(1)} ${(dy * outer).toFixed(1)}`
    }
  }
  if (path === parts.votesD) return
  parts.votesD = path
  parts.votes.setAttribute('d', path)
}

/** Which part of the log a strip of `cells` shows: the newest entries, from the left while they all fit. */
export function stripStart(frame: Float64Array, row: number, cells: number): number {
  const start = frame[row + ACTOR.windowStart]!
  const last = frame[row + ACTOR.lastIndex]!
  return Math.max(start, last - cells + 1)
}

function paintStrip(parts: Parts, frame: Float64Array, row: number, layout: StageLayout): void {
  const { cells, cellWidth } = layout.strip
  const first = stripStart(frame, row, cells)
  const last = frame[row + ACTOR.lastIndex]!
  const commit = frame[row + ACTOR.commitIndex]!
  const durable = frame[row + ACTOR.durableIndex]!
  const skipped = first - frame[row + ACTOR.windowStart]!
  const down = frame[row + ACTOR.status] === STATUS.down
  for (let position = 0; position < parts.cells.length; position += 1) {
    const cell = parts.cells[position]!
    const index = first + position
    const term = index > last ? -1 : frame[row + ACTOR.window + skipped + position]!
    const look =
      term < 0
        ? 'empty'
        : `${hueOf(term)} ${index <= commit && !down ? 'committed' : index > durable ? 'volatile' : 'open'}`
    if (cell.look !== look) {
      cell.look = look
      paintCell(cell.rect, cell.digit, look)
    }
    const text = term < 0 ? '' : term > 999 ? `${term % 1000}` : `${term}`
    if (cell.text !== text && cell.digit !== null) {
      cell.text = text
      cell.digit.textContent = text
      cell.digit.setAttribute('data-long', text.length > 2 ? 'yes' : 'no')
    }
  }
  paintCommitLine(parts, commit, first, last, cellWidth, cells, down)
  paintCaption(parts, frame, row, first, layout.narrow)
}

function paintCell(rect: Element, digit: Element | null, look: string): void {
  const [hue, state] = look === 'empty' ? ['', 'empty'] : (look.split(' ') as [string, string])
  rect.setAttribute('data-state', state)
  rect.setAttribute('stroke', hue === '' ? 'var(--line)' : `var(--term-${hue})`)
  rect.setAttribute(
    'fill',
    state === 'committed' ? `var(--term-${hue})` : state === 'volatile' ? 'url(#rs-hatch)' : 'none',
  )
  digit?.setAttribute('fill', state === 'committed' ? `var(--term-ink-${hue})` : 'var(--ink)')
}

function paintCommitLine(
  parts: Parts,
  commit: number,
  first: number,
  last: number,
  cellWidth: number,
  cells: number,
  down: boolean,
): void {
  const at = Math.min(Math.max(commit - first + 1, 0), cells) * cellWidth
  const shown = !down && commit >= first - 1 && last >= first
  parts.commit.setAttribute('visibility', shown ? 'visible' : 'hidden')
  parts.commit.setAttribute('x1', String(at))
  parts.commit.setAttribute('x2', String(at))
}

function paintCaption(parts: Parts, frame: Float64Array, row: number, first: number, narrow: boolean): void {
  if (parts.caption === null || parts.hidden === null || parts.stack === null) return
  const before = first - 1
  const compacted = frame[row + ACTOR.firstIndex]! > 1
  parts.stack.setAttribute('visibility', compacted && !narrow ? 'visible' : 'hidden')
  parts.hidden.setAttribute('x', compacted ? '-16' : '-4')
  parts.hidden.textContent = before > 0 && !narrow ? `…${before}` : ''
  const last = frame[row + ACTOR.lastIndex]!
  const commit = Math.max(0, frame[row + ACTOR.commitIndex]!)
  const text =
    frame[row + ACTOR.status] === STATUS.down
      ? `${last} on disk`
      : narrow
        ? `${commit} of ${last}`
        : `commit ${commit} · last ${last}`
  parts.caption.textContent = text
}
