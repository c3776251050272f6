import { unreachable } from '../../../base/assert.ts'
import { Fifo } from '../../../base/fifo.ts'

/**
 * A glass-box ReadableStream with a default controller: the WHATWG Streams Standard, section 4 (abstract operations named
 * below), with every internal slot in sight. It is always locked to one reader. An event is what source or reader does;
 * promises are the events that settle them, and jobs that the standard queues happen within the step.
 */
export interface Chunk {
  readonly value: number
  /** What the strategy's size() says; a size that is no finite number from 0 on breaks the stream. */
  readonly size: number
}

export interface ReadableState {
  readonly status: 'readable' | 'closed' | 'errored'
  readonly storedError: string | null
  readonly queue: Fifo<Chunk>
  readonly queueTotalSize: number
  readonly highWaterMark: number
  readonly started: boolean
  readonly closeRequested: boolean
  /** The source's pull() has not settled; and it is to be called again when it has. */
  readonly pulling: boolean
  readonly pullAgain: boolean
  readonly readRequests: Fifo<number>
}

export type ReadableEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'pulled' }
  | { readonly kind: 'pull-failed'; readonly reason: string }
  | { readonly kind: 'enqueue'; readonly chunk: Chunk }
  | { readonly kind: 'close' }
  | { readonly kind: 'error'; readonly reason: string }
  | { readonly kind: 'read'; readonly id: number }
  | { readonly kind: 'cancel'; readonly reason: string }

export type ReadResult =
  | { readonly kind: 'chunk'; readonly value: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly reason: string }

export type ReadableEffect =
  | { readonly kind: 'pull' }
  | { readonly kind: 'cancel-source'; readonly reason: string }
  | { readonly kind: 'read'; readonly id: number; readonly result: ReadResult }
  | { readonly kind: 'threw'; readonly name: 'TypeError' | 'RangeError' }

/** The standard's defaults: a high-water mark of 1 chunk (0 for byte streams). */
const READABLE_HIGH_WATER_MARK = 1

export const readableStart = (highWaterMark = READABLE_HIGH_WATER_MARK): ReadableState => ({
  status: 'readable',
  storedError: null,
  queue: Fifo.empty(),
  queueTotalSize: 0,
  highWaterMark,
  started: false,
  closeRequested: false,
  pulling: false,
  pullAgain: false,
  readRequests: Fifo.empty(),
})

/** controller.desiredSize: null when errored, 0 when closed. */
export function readableDesiredSize({ status, highWaterMark, queueTotalSize }: ReadableState): number | null {
  return status === 'errored' ? null : status === 'closed' ? 0 : highWaterMark - queueTotalSize
}

/** ReadableStreamDefaultControllerCanCloseOrEnqueue. */
export const canEnqueue = ({ closeRequested, status }: ReadableState): boolean =>
  !closeRequested && status === 'readable'

/** ReadableStreamDefaultControllerShouldCallPull. */
export const shouldPull = (state: ReadableState): boolean =>
  canEnqueue(state) && state.started && (state.readRequests.length > 0 || readableDesiredSize(state)! > 0)

/** EnqueueValueWithSize refuses anything else. */
export const isSize = (size: number): boolean => Number.isFinite(size) && size >= 0

export function stepReadable(
  state: ReadableState,
  event: ReadableEvent,
): { state: ReadableState; outcome: readonly ReadableEffect[] } {
  const out: ReadableEffect[] = []
  return { state: readableTurn(state, event, out), outcome: out }
}

function readableTurn(state: ReadableState, event: ReadableEvent, out: ReadableEffect[]): ReadableState {
  switch (event.kind) {
    case 'started':
      return pullIfNeeded({ ...state, started: true }, out)
    case 'pulled': {
      const idle = { ...state, pulling: false, pullAgain: false }
      return state.pullAgain ? pullIfNeeded(idle, out) : idle
    }
    case 'pull-failed':
    case 'error':
      return errored(state, event.reason, out)
    case 'enqueue':
      return enqueued(state, event.chunk, out)
    case 'close':
      if (!canEnqueue(state)) return threw(state, 'TypeError', out)
      return state.queue.length === 0 ? closed(state, out) : { ...state, closeRequested: true }
    case 'read':
      return read(state, event.id, out)
    case 'cancel':
      return cancelled(state, event.reason, out)
    default:
      return unreachable(event)
  }
}

function threw(state: ReadableState, name: 'TypeError' | 'RangeError', out: ReadableEffect[]): ReadableState {
  out.push({ kind: 'threw', name })
  return state
}

/** ReadableStreamDefaultControllerCallPullIfNeeded. */
function pullIfNeeded(state: ReadableState, out: ReadableEffect[]): ReadableState {
  if (!shouldPull(state)) return state
  if (state.pulling) return { ...state, pullAgain: true }
  out.push({ kind: 'pull' })
  return { ...state, pulling: true }
}

function enqueued(state: ReadableState, chunk: Chunk, out: ReadableEffect[]): ReadableState {
  if (!canEnqueue(state)) return threw(state, 'TypeError', out)
  const id = state.readRequests.first()
  if (id !== undefined) {
    out.push({ kind: 'read', id, result: { kind: 'chunk', value: chunk.value } })
    return pullIfNeeded({ ...state, readRequests: state.readRequests.shift() }, out)
  }
  if (!isSize(chunk.size)) return threw(errored(state, 'RangeError', out), 'RangeError', out)
  const queueTotalSize = state.queueTotalSize + chunk.size
  return pullIfNeeded({ ...state, queue: state.queue.push(chunk), queueTotalSize }, out)
}

/** All waiting reads get the same answer. */
function answered(state: ReadableState, result: ReadResult, out: ReadableEffect[]): ReadableState {
  for (const id of state.readRequests.toArray()) out.push({ kind: 'read', id, result })
  return { ...state, readRequests: Fifo.empty() }
}

const emptied = (state: ReadableState): ReadableState => ({ ...state, queue: Fifo.empty(), queueTotalSize: 0 })

const closed = (state: ReadableState, out: ReadableEffect[]): ReadableState => ({
  ...answered(state, { kind: 'done' }, out),
  status: 'closed',
  closeRequested: true,
})

function errored(state: ReadableState, reason: string, out: ReadableEffect[]): ReadableState {
  if (state.status !== 'readable') return state
  return { ...answered(emptied(state), { kind: 'error', reason }, out), status: 'errored', storedError: reason }
}

/** ReadableStreamDefaultReaderRead, [[PullSteps]]. */
function read(state: ReadableState, id: number, out: ReadableEffect[]): ReadableState {
  if (state.status !== 'readable') {
    const reason = state.storedError
    out.push({ kind: 'read', id, result: reason === null ? { kind: 'done' } : { kind: 'error', reason } })
    return state
  }
  const chunk = state.queue.first()
  if (chunk === undefined) return pullIfNeeded({ ...state, readRequests: state.readRequests.push(id) }, out)
  out.push({ kind: 'read', id, result: { kind: 'chunk', value: chunk.value } })
  // Sums of fractions may end a hair below zero.
  const queueTotalSize = Math.max(0, state.queueTotalSize - chunk.size)
  const next = { ...state, queue: state.queue.shift(), queueTotalSize }
  return next.closeRequested && next.queue.length === 0 ? closed(next, out) : pullIfNeeded(next, out)
}

/** ReadableStreamCancel: what waits is lost, the source is told. */
function cancelled(state: ReadableState, reason: string, out: ReadableEffect[]): ReadableState {
  if (state.status !== 'readable') return state
  const next = emptied(closed(state, out))
  out.push({ kind: 'cancel-source', reason })
  return next
}
