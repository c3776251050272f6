import { unreachable } from '../../../base/assert.ts'
import { Fifo } from '../../../base/fifo.ts'
import { type Chunk, isSize } from './whatwg-readable.ts'

/**
 * A glass-box WritableStream with a default controller and one writer: the WHATWG Streams Standard, section 5 (abstract
 * operations named below), with every internal slot in sight. Backpressure is desiredSize <= 0: then `ready` is pending.
 * Nothing stops a writer that does not wait for it.
 */
export type PromiseState = 'pending' | 'fulfilled' | 'rejected'

export interface WritableState {
  readonly status: 'writable' | 'erroring' | 'errored' | 'closed'
  readonly storedError: string | null
  readonly started: boolean
  /** Chunks, the one in flight first; the close sentinel is `closeQueued`. */
  readonly queue: Fifo<Chunk>
  readonly queueTotalSize: number
  readonly highWaterMark: number
  readonly backpressure: boolean
  /** Ids of writes whose promises are pending, without the one in flight. */
  readonly writeRequests: Fifo<number>
  readonly inFlightWrite: number | null
  readonly closeRequest: number | null
  readonly inFlightClose: number | null
  readonly pendingAbort: { readonly ids: readonly number[]; readonly reason: string; readonly late: boolean } | null
  /** Ids of the aborts that wait for the sink's abort(). */
  readonly aborting: readonly number[] | null
  readonly ready: PromiseState
  readonly closed: PromiseState
}

export type WritableEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'write'; readonly id: number; readonly chunk: Chunk }
  | { readonly kind: 'close'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: string }
  /** controller.error() by the sink. */
  | { readonly kind: 'error'; readonly reason: string }
  /** The promise of the sink's write(), close() or abort() settles; `reason` null: well. */
  | { readonly kind: 'sink-wrote' | 'sink-closed' | 'sink-aborted'; readonly reason: string | null }

export type WritableEffect =
  | { readonly kind: 'sink-write'; readonly value: number }
  | { readonly kind: 'sink-close' }
  | { readonly kind: 'sink-abort'; readonly reason: string }
  | { readonly kind: 'settled'; readonly id: number; readonly reason: string | null }

/** The standard's default: one chunk. */
const WRITABLE_HIGH_WATER_MARK = 1

export const writableStart = (highWaterMark = WRITABLE_HIGH_WATER_MARK): WritableState => ({
  status: 'writable',
  storedError: null,
  started: false,
  queue: Fifo.empty(),
  queueTotalSize: 0,
  highWaterMark,
  backpressure: highWaterMark <= 0,
  writeRequests: Fifo.empty(),
  inFlightWrite: null,
  closeRequest: null,
  inFlightClose: null,
  pendingAbort: null,
  aborting: null,
  ready: highWaterMark <= 0 ? 'pending' : 'fulfilled',
  closed: 'pending',
})

/** writer.desiredSize: null when something went wrong, 0 when closed. */
export function writableDesiredSize({ status, highWaterMark, queueTotalSize }: WritableState): number | null {
  if (status === 'errored' || status === 'erroring') return null
  return status === 'closed' ? 0 : highWaterMark - queueTotalSize
}

/** WritableStreamCloseQueuedOrInFlight. */
const isClosing = ({ closeRequest, inFlightClose }: WritableState): boolean =>
  closeRequest !== null || inFlightClose !== null

export function stepWritable(
  state: WritableState,
  event: WritableEvent,
): { state: WritableState; outcome: readonly WritableEffect[] } {
  const out: WritableEffect[] = []
  return { state: writableTurn(state, event, out), outcome: out }
}

function writableTurn(state: WritableState, event: WritableEvent, out: WritableEffect[]): WritableState {
  switch (event.kind) {
    case 'started':
      return advanced({ ...state, started: true }, out)
    case 'write':
      return written(state, event.id, event.chunk, out)
    case 'close':
      return closeAsked(state, event.id, out)
    case 'abort':
      return abortAsked(state, event.id, event.reason, out)
    case 'error':
      return state.status === 'writable' ? startErroring(state, event.reason, out) : state
    case 'sink-wrote':
      return wrote(state, event.reason, out)
    case 'sink-closed':
      return sinkClosed(state, event.reason, out)
    case 'sink-aborted':
      settle(state.aborting ?? [], event.reason, out)
      return rejectClosed({ ...state, aborting: null }, out)
    default:
      return unreachable(event)
  }
}

function settle(ids: readonly number[], reason: string | null, out: WritableEffect[]): void {
  for (const id of ids) out.push({ kind: 'settled', id, reason })
}

function refused(state: WritableState, id: number, reason: string, out: WritableEffect[]): WritableState {
  settle([id], reason, out)
  return state
}

/** WritableStreamDefaultWriterWrite and ControllerWrite. */
function written(state: WritableState, id: number, chunk: Chunk, out: WritableEffect[]): WritableState {
  if (state.status === 'errored') return refused(state, id, state.storedError!, out)
  if (isClosing(state) || state.status === 'closed') return refused(state, id, 'TypeError', out)
  if (state.status === 'erroring') return refused(state, id, state.storedError!, out)
  const asked = { ...state, writeRequests: state.writeRequests.push(id) }
  if (!isSize(chunk.size)) return startErroring(asked, 'RangeError', out)
  const queueTotalSize = asked.queueTotalSize + chunk.size
  return advanced(withBackpressure({ ...asked, queue: asked.queue.push(chunk), queueTotalSize }), out)
}

/** WritableStreamUpdateBackpressure: `ready` follows. */
function withBackpressure(state: WritableState): WritableState {
  const backpressure = state.highWaterMark - state.queueTotalSize <= 0
  if (backpressure === state.backpressure) return state
  return { ...state, backpressure, ready: backpressure ? 'pending' : 'fulfilled' }
}

/** WritableStreamDefaultControllerAdvanceQueueIfNeeded: one write at a time, the close at the end. */
function advanced(state: WritableState, out: WritableEffect[]): WritableState {
  if (!state.started || state.inFlightWrite !== null) return state
  if (state.status === 'erroring') return finishErroring(state, out)
  const chunk = state.queue.first()
  if (chunk !== undefined) {
    out.push({ kind: 'sink-write', value: chunk.value })
    return { ...state, inFlightWrite: state.writeRequests.first()!, writeRequests: state.writeRequests.shift() }
  }
  if (state.closeRequest === null) return state
  out.push({ kind: 'sink-close' })
  return { ...state, inFlightClose: state.closeRequest, closeRequest: null }
}

function wrote(state: WritableState, reason: string | null, out: WritableEffect[]): WritableState {
  settle([state.inFlightWrite!], reason, out)
  const idle = { ...state, inFlightWrite: null }
  if (reason !== null) return rejected(idle, reason, out)
  const queueTotalSize = Math.max(0, state.queueTotalSize - state.queue.first()!.size)
  const shorter = { ...idle, queue: idle.queue.shift(), queueTotalSize }
  return advanced(shorter.status === 'writable' && !isClosing(shorter) ? withBackpressure(shorter) : shorter, out)
}

function closeAsked(state: WritableState, id: number, out: WritableEffect[]): WritableState {
  if (isClosing(state) || state.status === 'closed' || state.status === 'errored')
    return refused(state, id, 'TypeError', out)
  const ready = state.backpressure && state.status === 'writable' ? 'fulfilled' : state.ready
  return advanced({ ...state, closeRequest: id, ready }, out)
}

/** WritableStreamFinishInFlightClose, with and without an error. A close that succeeds undoes an error under way. */
function sinkClosed(state: WritableState, reason: string | null, out: WritableEffect[]): WritableState {
  settle([state.inFlightClose!, ...(state.pendingAbort?.ids ?? [])], reason, out)
  const idle: WritableState = { ...state, inFlightClose: null, pendingAbort: null }
  return reason === null
    ? { ...idle, status: 'closed', storedError: null, closed: 'fulfilled' }
    : rejected(idle, reason, out)
}

/** WritableStreamDealWithRejection. */
const rejected = (state: WritableState, reason: string, out: WritableEffect[]): WritableState =>
  state.status === 'writable' ? startErroring(state, reason, out) : finishErroring(state, out)

/** WritableStreamAbort: writes that wait are rejected, the one in flight is waited for. */
function abortAsked(state: WritableState, id: number, reason: string, out: WritableEffect[]): WritableState {
  if (state.status === 'closed' || state.status === 'errored') {
    settle([id], null, out)
    return state
  }
  if (state.pendingAbort !== null)
    return { ...state, pendingAbort: { ...state.pendingAbort, ids: [...state.pendingAbort.ids, id] } }
  const late = state.status === 'erroring'
  const asked = { ...state, pendingAbort: { ids: [id], reason, late } }
  return late ? asked : startErroring(asked, reason, out)
}

function startErroring(state: WritableState, reason: string, out: WritableEffect[]): WritableState {
  const next: WritableState = { ...state, status: 'erroring', storedError: reason, ready: 'rejected' }
  const inFlight = next.inFlightWrite !== null || next.inFlightClose !== null
  return inFlight || !next.started ? next : finishErroring(next, out)
}

function finishErroring(state: WritableState, out: WritableEffect[]): WritableState {
  settle(state.writeRequests.toArray(), state.storedError, out)
  const next: WritableState = {
    ...state,
    status: 'errored',
    queue: Fifo.empty(),
    queueTotalSize: 0,
    writeRequests: Fifo.empty(),
    pendingAbort: null,
  }
  const abort = state.pendingAbort
  if (abort !== null && !abort.late) {
    out.push({ kind: 'sink-abort', reason: abort.reason })
    return { ...next, aborting: abort.ids }
  }
  if (abort !== null) settle(abort.ids, state.storedError, out)
  return rejectClosed(next, out)
}

/** WritableStreamRejectCloseAndClosedPromiseIfNeeded. */
function rejectClosed(state: WritableState, out: WritableEffect[]): WritableState {
  if (state.closeRequest !== null) settle([state.closeRequest], state.storedError, out)
  return { ...state, closeRequest: null, closed: 'rejected' }
}
