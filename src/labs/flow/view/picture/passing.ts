import { actorAt, HEADER, MESSAGE, messageAt } from '../../../../engine/frame.ts'
import { MESSAGE_KINDS, type PartKindName } from '../../contract.ts'
import { ACTOR } from '../../frame.ts'
import type { FlowLayout } from './layout.ts'
import { CLASSES, type Sprites } from './looks.ts'
import type { Way, Ways } from './ways.ts'

/**
 * What comes and goes between two frames is in none of them. The counters tell how many there were: each of them, up to a
 * few in a frame, is a mark that travels its way at the pace of the eye. So a fast pipe does not look empty.
 */

export interface Passing {
  paint(on: CanvasRenderingContext2D, frame: Float64Array, nowMs: number, reduced: boolean): void
}

/** One way with the counter that says how much has passed it. */
interface Stream {
  readonly from: number
  readonly to: number
  readonly way: Way
  /** Whose counter, and which. */
  readonly actor: number
  readonly counter: number
  readonly isAnswer: boolean
}

const PER_FRAME = 2
const MARKS_MAX = 512
const TRAVEL_MS = 380
const ANSWER = MESSAGE_KINDS.indexOf('answer')
const FORWARD = [MESSAGE_KINDS.indexOf('item'), MESSAGE_KINDS.indexOf('segment')]

export interface PassingOptions {
  readonly layout: FlowLayout
  readonly ways: Ways
  readonly kinds: readonly PartKindName[]
  readonly variants: readonly number[]
  /** Actor numbers: from, to. */
  readonly pipes: readonly (readonly [number, number])[]
  readonly sprites: Sprites
  readonly answerInk: string
}

export function createPassing(options: PassingOptions): Passing {
  const { layout, sprites, answerInk } = options
  const streams = streamsOf(options)
  const actors = layout.boxes.length
  const streamOf = new Int16Array(actors * actors).fill(-1)
  for (const [at, { from, to, isAnswer }] of streams.entries()) if (!isAnswer) streamOf[from * actors + to] = at
  const answerOf = new Int16Array(actors * actors).fill(-1)
  for (const [at, { from, to, isAnswer }] of streams.entries()) if (isAnswer) answerOf[from * actors + to] = at
  const before = new Float64Array(streams.length).fill(Number.NaN)
  const retriedBefore = new Float64Array(actors).fill(Number.POSITIVE_INFINITY)
  const seen = new Float64Array(streams.length)
  const births = new Float64Array(MARKS_MAX).fill(Number.NEGATIVE_INFINITY)
  const marks = new Int16Array(MARKS_MAX)
  const looks = new Uint8Array(MARKS_MAX)
  /** Of what was seen on each way last: what is not seen is taken for the same. */
  const classes = new Int8Array(streams.length).fill(-1)
  let beforeUs = Number.NaN
  let next = 0

  /** How many of those that left since the last frame are on their way still: they are drawn where they are. */
  function countSeen(frame: Float64Array): void {
    seen.fill(0)
    let row = messageAt(frame, 0)
    for (let position = 0; position < frame[HEADER.messages]!; position += 1, row += MESSAGE.size) {
      const pair = frame[row + MESSAGE.from]! * actors + frame[row + MESSAGE.to]!
      const label = frame[row + MESSAGE.label]!
      const stream = (label === ANSWER ? answerOf : streamOf)[pair]
      if (stream === undefined || stream < 0) continue
      if (FORWARD.includes(label)) classes[stream] = (frame[row + MESSAGE.value]! % 64) % CLASSES
      const counts = label === ANSWER || FORWARD.includes(label)
      if (counts && frame[row + MESSAGE.sentAtUs]! > beforeUs) seen[stream]! += 1
    }
  }

  function add(frame: Float64Array, nowMs: number): void {
    for (const [at, stream] of streams.entries()) {
      const count = frame[actorAt(frame, stream.actor) + stream.counter]!
      const unseen = count - before[at]! - seen[at]!
      before[at] = count
      if (!(unseen > 0)) continue
      const retries = retriesOf(frame, stream)
      for (let each = 0; each < Math.min(PER_FRAME, unseen); each += 1) {
        births[next] = nowMs - each * 9
        marks[next] = at
        looks[next] = (classes[at]! >= 0 ? classes[at]! : classAt(frame, stream.to)) + (each < retries ? CLASSES : 0)
        next = (next + 1) % MARKS_MAX
      }
    }
  }

  function retriesOf(frame: Float64Array, { from, isAnswer }: Stream): number {
    if (isAnswer) return 0
    const retried = frame[actorAt(frame, from) + ACTOR.retried]!
    const more = retried - retriedBefore[from]!
    retriedBefore[from] = retried
    return Math.max(0, more)
  }

  return {
    paint(on, frame, nowMs, reduced) {
      if (reduced) return
      if (frame[HEADER.nowUs] !== beforeUs) {
        countSeen(frame)
        add(frame, nowMs)
        beforeUs = frame[HEADER.nowUs]!
      }
      on.fillStyle = answerInk
      for (let mark = 0; mark < MARKS_MAX; mark += 1) {
        const share = (nowMs - births[mark]!) / TRAVEL_MS
        if (share >= 1 || share < 0) continue
        const { way, isAnswer } = streams[marks[mark]!]!
        const at = share * (way.xs.length - 1)
        const sample = Math.min(Math.floor(at), way.xs.length - 2)
        const x = way.xs[sample]! + (way.xs[sample + 1]! - way.xs[sample]!) * (at - sample)
        const y = way.ys[sample]! + (way.ys[sample + 1]! - way.ys[sample]!) * (at - sample)
        if (isAnswer) on.fillRect(x - 3.5, y - 1, 7, 2)
        else sprites.draw(on, looks[mark]! % CLASSES, looks[mark]! >= CLASSES, x, y)
      }
    },
  }
}

/** What is worked on there now says what has just come. */
function classAt(frame: Float64Array, actor: number): number {
  const row = actorAt(frame, actor)
  const jobs = frame[row + ACTOR.jobs]!
  return jobs > 0 ? (frame[row + ACTOR.job + 2]! % 64) % CLASSES : 0
}

/** Pipes whose counter is one: the only one of its sender, or the only one into its receiver. And the way of answers. */
function streamsOf({ ways, kinds, variants, pipes }: PassingOptions): readonly Stream[] {
  const forward = pipes.flatMap(([from, to], at): readonly Stream[] => {
    const common = { from, to, way: ways.pipes[at]!, isAnswer: false }
    if (pipes.filter((pipe) => pipe[0] === from).length === 1) {
      return [{ ...common, actor: from, counter: ACTOR.departed }]
    }
    const isOnly = pipes.filter((pipe) => pipe[1] === to).length === 1 && kinds[to] === 'stage'
    return isOnly ? [{ ...common, actor: to, counter: ACTOR.arrived }] : []
  })
  const back = kinds.flatMap((kind, source): readonly Stream[] => {
    const last = kinds.flatMap((each, at) =>
      each === 'stage' && variants[at] === variants[source] && pipes.every(([from]) => from !== at) ? [at] : [],
    )
    const [only] = last
    if (kind !== 'source' || only === undefined || last.length > 1) return []
    const way = ways.between(only, source)
    return way === null
      ? []
      : [{ from: only, to: source, way, actor: source, counter: ACTOR.succeeded, isAnswer: true }]
  })
  return [...forward, ...back]
}
