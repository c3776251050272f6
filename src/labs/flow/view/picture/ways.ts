import type { Point } from '../../../../viz/geometry.ts'
import type { Box, FlowLayout, PartPlace } from './layout.ts'

/** The ways of messages: pipes from wall to wall, the thin way back beside each, and the rail of answers. */

/** A way as points at equal distances, so that a place on it is one interpolation. */
export interface Way {
  readonly xs: Float32Array
  readonly ys: Float32Array
  readonly length: number
  /** For an SVG path. */
  readonly path: string
}

/** Pixels between a pipe and the way back. */
export const BACK_LANE = 12

export interface Ways {
  /** The way of messages from one actor to another; null when they have nothing to do with each other. */
  between(from: number, to: number): Way | null
  /** Forward along every pipe, by its position in the list. */
  readonly pipes: readonly Way[]
  /** From the last stages straight back to the sources. */
  readonly rails: readonly Way[]
}

/** @param pipes actor numbers: from, to */
export function waysOf(
  layout: FlowLayout,
  parts: readonly Pick<PartPlace, 'kind' | 'variant'>[],
  pipes: readonly (readonly [number, number])[],
): Ways {
  const actors = layout.boxes.length
  const known = new Map<number, Way>()
  const forward = pipes.map(([from, to]) => {
    const way = pipeWay(layout, from, to, parts[from]?.variant ?? 0)
    known.set(from * actors + to, way)
    return way
  })
  pipes.forEach(([from, to], at) => {
    // Two parts that feed each other use the pipes of one another.
    if (!known.has(to * actors + from)) known.set(to * actors + from, backOf(forward[at]!))
  })
  const between = (from: number, to: number): Way | null => {
    const key = from * actors + to
    const way = known.get(key)
    if (way !== undefined) return way
    if (from >= actors || to >= actors || from === to) return null
    const made = railWay(layout, from, to, parts[from]?.variant ?? 0)
    known.set(key, made)
    return made
  }
  return { pipes: forward, between, rails: railsOf(parts, pipes, between) }
}

const isEnd = (kind: PartPlace['kind']): boolean => kind === 'stage' || kind === 'receiver'

function railsOf(
  parts: readonly Pick<PartPlace, 'kind' | 'variant'>[],
  pipes: readonly (readonly [number, number])[],
  between: (from: number, to: number) => Way | null,
): readonly Way[] {
  const numbers = parts.map((_, at) => at)
  const last = numbers.filter(
    (at) => isEnd(parts[at]!.kind) && pipes.every(([from]) => from !== at) && pipes.some((pipe) => pipe[1] === at),
  )
  return last.flatMap((from) =>
    numbers
      .filter((to) => !isEnd(parts[to]!.kind) && parts[to]!.variant === parts[from]!.variant)
      .filter((to) => pipes.every((pipe) => pipe[0] !== to || pipe[1] !== from))
      .flatMap((to) => between(from, to) ?? []),
  )
}

const outletOf = ({ x, width, pipeY }: Box): Point => ({ x: x + width, y: pipeY })
const inletOf = ({ x, pipeY }: Box): Point => ({ x, y: pipeY })

function pipeWay(layout: FlowLayout, from: number, to: number, variant: number): Way {
  const start = outletOf(layout.boxes[from]!)
  const end = inletOf(layout.boxes[to]!)
  if (end.x > start.x) return sampled(curve(start, end))
  const { railY } = layout.cells[variant]!
  return sampled([
    start,
    { x: start.x + 14, y: start.y },
    { x: start.x + 14, y: railY },
    { x: end.x - 14, y: railY },
    { x: end.x - 14, y: end.y },
    end,
  ])
}

const CURVE_POINTS = 25

/** Level at both ends. */
function curve(start: Point, end: Point): readonly Point[] {
  if (Math.abs(start.y - end.y) < 1) return [start, end]
  const middle = (start.x + end.x) / 2
  return Array.from({ length: CURVE_POINTS }, (_, at) => {
    const t = at / (CURVE_POINTS - 1)
    const u = 1 - t
    const x = u ** 3 * start.x + 3 * u * t * middle + t ** 3 * end.x
    return { x, y: start.y + (end.y - start.y) * (3 * t * t - 2 * t ** 3) }
  })
}

/** Beside the pipe, the other way. */
function backOf(way: Way): Way {
  const last = way.xs.length - 1
  return sampled(Array.from(way.xs, (_, at) => ({ x: way.xs[last - at]!, y: way.ys[last - at]! + BACK_LANE })))
}

/** An answer goes straight to who asked: below all parts, and up beside the source. */
function railWay(layout: FlowLayout, from: number, to: number, variant: number): Way {
  const { railY } = layout.cells[variant]!
  const start = layout.boxes[from]!
  const end = layout.boxes[to]!
  const downX = start.x + start.width + 10
  const upX = end.x + end.width + 14
  const startY = start.pipeY + BACK_LANE
  const endY = end.pipeY + BACK_LANE
  return sampled([
    { x: start.x + start.width, y: startY },
    { x: downX, y: startY },
    { x: downX, y: railY },
    { x: upX, y: railY },
    { x: upX, y: endY },
    { x: end.x + end.width, y: endY },
  ])
}

const SAMPLE_PX = 6
const SAMPLES_MAX = 256

/** Points at equal distances along a line of straight pieces. */
function sampled(points: readonly Point[]): Way {
  const pieces = points.slice(1).map((point, at) => Math.hypot(point.x - points[at]!.x, point.y - points[at]!.y))
  const length = pieces.reduce((sum, piece) => sum + piece, 0)
  const count = Math.min(SAMPLES_MAX, Math.max(2, Math.ceil(length / SAMPLE_PX)))
  const xs = new Float32Array(count)
  const ys = new Float32Array(count)
  let piece = 0
  let before = 0
  for (let at = 0; at < count; at += 1) {
    const wanted = (length * at) / (count - 1)
    while (piece < pieces.length - 1 && before + pieces[piece]! < wanted) before += pieces[piece++]!
    const share = pieces[piece] ? (wanted - before) / pieces[piece]! : 0
    xs[at] = points[piece]!.x + (points[piece + 1]!.x - points[piece]!.x) * share
    ys[at] = points[piece]!.y + (points[piece + 1]!.y - points[piece]!.y) * share
  }
  return { xs, ys, length, path: pathOf(points) }
}

const pathOf = (points: readonly Point[]): string =>
  `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`
