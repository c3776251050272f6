import { FRAME_MESSAGES_MAX, HEADER, MESSAGE, messageAt } from '../../../../engine/frame.ts'
import type { Palette } from '../../../../viz/palette.ts'
import { progress } from '../../../../viz/traffic.ts'
import { MESSAGE_KINDS, type MessageKind } from '../../contract.ts'
import { CLASSES, classToken, type Sprites } from './looks.ts'
import type { Way, Ways } from './ways.ts'

/** Messages on their ways. Where one is follows from the clock alone, so nothing is remembered between frames. */

export interface Flights {
  draw(on: CanvasRenderingContext2D, frame: Float64Array, nowUs: number, reduced: boolean, selectedId: number): void
  /** The number of the message nearest to a point within `reach` pixels, or -1. */
  hit(x: number, y: number, reach: number): number
  find(id: number): { readonly x: number; readonly y: number } | null
}

/** From this many on, items are small squares in the colour of their class: thousands cost as little as tens. */
const SMALL_FROM = 700
/** Below this many it goes back; the gap avoids flicker. */
const SMALL_UNTIL = 500
/** More numbers than this cover each other. */
const NUMBERS_MAX = 24
/** Numbers closer than this cover each other. */
const NUMBER_PX = 30
const QUEUE_PITCH = 7

const labelOf = (kind: MessageKind): number => MESSAGE_KINDS.indexOf(kind)
const ITEM = labelOf('item')
const ANSWER = labelOf('answer')
const DEMAND = labelOf('demand')
const SEGMENT = labelOf('segment')
const ACK = labelOf('ack')

/** What a mark is drawn as: classes first, then the same as retries, then what travels back. */
const LOOK = {
  retry: CLASSES,
  answer: 2 * CLASSES,
  failed: 2 * CLASSES + 1,
  demand: 2 * CLASSES + 2,
  ack: 2 * CLASSES + 3,
  signal: 2 * CLASSES + 4,
} as const
const LOOKS = 2 * CLASSES + 5

function lookOf(label: number, value: number): number {
  switch (label) {
    case ITEM:
    case SEGMENT:
      return value >= 64 ? LOOK.retry + ((value - 64) % CLASSES) : value % CLASSES
    case ANSWER:
      return value > 0 ? LOOK.failed : LOOK.answer
    case DEMAND:
      return LOOK.demand
    case ACK:
      return LOOK.ack
    default:
      return LOOK.signal
  }
}

export interface FlightOptions {
  readonly ways: Ways
  readonly actors: number
  readonly palette: Palette
  readonly sprites: Sprites
}

export function createFlights({ ways, actors, palette, sprites }: FlightOptions): Flights {
  const ids = new Float64Array(FRAME_MESSAGES_MAX)
  const xs = new Float32Array(FRAME_MESSAGES_MAX)
  const ys = new Float32Array(FRAME_MESSAGES_MAX)
  /** -1 or 1: to the left or to the right. */
  const sides = new Int8Array(FRAME_MESSAGES_MAX)
  const values = new Float64Array(FRAME_MESSAGES_MAX)
  /** Positions by look: the counts, the starts, and the order. */
  const counts = new Uint16Array(LOOKS + 1)
  const looks = new Uint8Array(FRAME_MESSAGES_MAX)
  const order = new Uint16Array(FRAME_MESSAGES_MAX)
  const waiting = new Uint16Array(actors * actors)
  const flying = new Uint16Array(actors * actors)
  const cache: (Way | null | undefined)[] = Array.from({ length: actors * actors })
  const inks = Array.from({ length: CLASSES }, (_, each) => palette.color(classToken(each)))
  let drawn = 0
  let small = false

  const wayOf = (pair: number): Way | null => {
    const known = cache[pair]
    if (known !== undefined) return known
    const made = ways.between(Math.floor(pair / actors), pair % actors)
    cache[pair] = made
    return made
  }

  function place(frame: Float64Array, nowUs: number, reduced: boolean): void {
    waiting.fill(0)
    flying.fill(0)
    counts.fill(0)
    drawn = 0
    const count = Math.min(frame[HEADER.messages]!, FRAME_MESSAGES_MAX)
    let row = messageAt(frame, 0)
    for (let position = 0; position < count; position += 1, row += MESSAGE.size) {
      const from = frame[row + MESSAGE.from]!
      const to = frame[row + MESSAGE.to]!
      if (from === to || from >= actors || to >= actors) continue
      const pair = from * actors + to
      const way = wayOf(pair)
      if (way === null) continue
      const waits = frame[row + MESSAGE.waiting] !== 0
      if (!waits) flying[pair]! += 1
      if (reduced && !waits) continue
      const share = waits
        ? Math.min(0.92, (8 + QUEUE_PITCH * waiting[pair]!) / Math.max(1, way.length))
        : progress(frame[row + MESSAGE.sentAtUs]!, frame[row + MESSAGE.arrivesAtUs]!, nowUs, false)
      if (waits) waiting[pair]! += 1
      const at = share * (way.xs.length - 1)
      const sample = Math.min(at | 0, way.xs.length - 2)
      const rest = at - sample
      const dx = way.xs[sample + 1]! - way.xs[sample]!
      xs[drawn] = way.xs[sample]! + dx * rest
      ys[drawn] = way.ys[sample]! + (way.ys[sample + 1]! - way.ys[sample]!) * rest
      sides[drawn] = dx < 0 ? -1 : 1
      ids[drawn] = frame[row + MESSAGE.id]!
      const value = frame[row + MESSAGE.value]!
      values[drawn] = value
      const look = lookOf(frame[row + MESSAGE.label]!, value)
      looks[drawn] = look
      counts[look + 1]! += 1
      drawn += 1
    }
    for (let look = 0; look < LOOKS; look += 1) counts[look + 1]! += counts[look]!
    for (let index = 0; index < drawn; index += 1) order[counts[looks[index]!]!++] = index
    // Each count now stands at the end of its look, which is the start of the next one.
  }

  /** Marks of one look: from `start` to `end` in the order. */
  function paint(on: CanvasRenderingContext2D, look: number, start: number, end: number): void {
    if (look < LOOK.answer) paintItems(on, look, start, end)
    else paintBack(on, look, start, end)
  }

  function paintBack(on: CanvasRenderingContext2D, look: number, start: number, end: number): void {
    on.lineWidth = 1.5
    on.strokeStyle = look === LOOK.failed ? palette.bad : look === LOOK.demand ? palette.good : palette.ink3
    on.fillStyle = on.strokeStyle
    on.beginPath()
    for (let at = start; at < end; at += 1) {
      const index = order[at]!
      traceBack(on, look, xs[index]!, ys[index]!, sides[index]!, small)
    }
    if (look === LOOK.answer || look === LOOK.signal) on.fill()
    else on.stroke()
    if (look === LOOK.demand && end - start <= NUMBERS_MAX) paintNumbers(on, start, end)
  }

  function paintItems(on: CanvasRenderingContext2D, look: number, start: number, end: number): void {
    const isRetry = look >= LOOK.retry
    const itemClass = isRetry ? look - LOOK.retry : look
    if (!small) {
      for (let at = start; at < end; at += 1) sprites.draw(on, itemClass, isRetry, xs[order[at]!]!, ys[order[at]!]!)
      return
    }
    on.fillStyle = inks[itemClass]!
    // Odd classes lie, even ones stand: told apart without colour even when they are tiny.
    const width = itemClass % 2 === 0 ? 3 : 5
    const height = itemClass % 2 === 0 ? 4 : 2.5
    for (let at = start; at < end; at += 1) {
      on.fillRect(xs[order[at]!]! - width / 2, ys[order[at]!]! - height / 2, width, height)
    }
    if (!isRetry) return
    on.fillStyle = palette.ink
    for (let at = start; at < end; at += 1) on.fillRect(xs[order[at]!]! - 1.5, ys[order[at]!]! - height / 2 - 2, 3, 1.5)
  }

  function paintNumbers(on: CanvasRenderingContext2D, start: number, end: number): void {
    setFont(on)
    on.fillStyle = palette.good
    on.strokeStyle = palette.surface0
    on.lineWidth = 3
    let lastX = Number.NEGATIVE_INFINITY
    let lastY = 0
    for (let at = start; at < end; at += 1) {
      const index = order[at]!
      const value = values[index]!
      const isCovered = Math.abs(xs[index]! - lastX) < NUMBER_PX && Math.abs(ys[index]! - lastY) < NUMBER_PX
      if (value <= 0 || isCovered) continue
      lastX = xs[index]!
      lastY = ys[index]!
      const text =
        value >= Number.MAX_SAFE_INTEGER ? '∞' : value >= 10_000 ? `${Math.round(value / 1000)}k` : String(value)
      on.strokeText(text, xs[index]!, ys[index]! + 11 * palette.textScale)
      on.fillText(text, xs[index]!, ys[index]! + 11 * palette.textScale)
    }
  }

  function setFont(on: CanvasRenderingContext2D): void {
    on.font = `600 ${10 * palette.textScale}px ${palette.fontUi}`
    on.textAlign = 'center'
    on.textBaseline = 'middle'
    on.lineJoin = 'round'
  }

  /** Without flights: how many are on each way. */
  function paintCounters(on: CanvasRenderingContext2D): void {
    setFont(on)
    on.strokeStyle = palette.surface0
    on.lineWidth = 4
    on.fillStyle = palette.ink2
    for (let pair = 0; pair < flying.length; pair += 1) {
      const way = flying[pair]! > 0 ? wayOf(pair) : null
      if (way === null) continue
      const middle = way.xs.length >> 1
      on.strokeText(`×${flying[pair]}`, way.xs[middle]!, way.ys[middle]!)
      on.fillText(`×${flying[pair]}`, way.xs[middle]!, way.ys[middle]!)
    }
  }

  const indexOf = (id: number): number => {
    for (let index = 0; index < drawn; index += 1) if (ids[index] === id) return index
    return -1
  }

  return {
    draw(on, frame, nowUs, reduced, selectedId) {
      place(frame, nowUs, reduced)
      small = drawn > (small ? SMALL_UNTIL : SMALL_FROM)
      let start = 0
      for (let look = 0; look < LOOKS; look += 1) {
        const end = counts[look]!
        if (end > start) paint(on, look, start, end)
        start = end
      }
      if (reduced) paintCounters(on)
      const selected = selectedId < 0 ? -1 : indexOf(selectedId)
      if (selected < 0) return
      on.strokeStyle = palette.ink
      on.lineWidth = 2
      on.beginPath()
      on.arc(xs[selected]!, ys[selected]!, sprites.half + 6, 0, 2 * Math.PI)
      on.stroke()
    },
    hit(x, y, reach) {
      let best = -1
      let bestSquare = reach * reach
      for (let index = 0; index < drawn; index += 1) {
        const square = (xs[index]! - x) ** 2 + (ys[index]! - y) ** 2
        if (square > bestSquare) continue
        best = index
        bestSquare = square
      }
      return best < 0 ? -1 : ids[best]!
    },
    find(id) {
      const index = indexOf(id)
      return index < 0 ? null : { x: xs[index]!, y: ys[index]! }
    },
  }
}

/** What travels back: an answer is a thin dash, a failed one a cross, demand a pair of chevrons, an acknowledgement a tick. */
function traceBack(
  on: CanvasRenderingContext2D,
  look: number,
  x: number,
  y: number,
  side: number,
  small: boolean,
): void {
  const size = small ? 2 : 3.5
  switch (look) {
    case LOOK.answer:
      on.rect(x - size, y - 1, 2 * size, 2)
      break
    case LOOK.failed:
      on.moveTo(x - size, y - size)
      on.lineTo(x + size, y + size)
      on.moveTo(x + size, y - size)
      on.lineTo(x - size, y + size)
      break
    case LOOK.demand:
      for (const step of [0, 4]) {
        on.moveTo(x - side * (size - step), y - size)
        on.lineTo(x + side * step, y)
        on.lineTo(x - side * (size - step), y + size)
      }
      break
    case LOOK.ack:
      on.moveTo(x - side * size, y - size)
      on.lineTo(x, y)
      on.lineTo(x - side * size, y + size)
      break
    default:
      on.rect(x - 2, y - 2, 4, 4)
  }
}
