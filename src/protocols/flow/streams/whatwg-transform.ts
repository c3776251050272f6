import { assert, unreachable } from '../../../base/assert.ts'
import {
  type Chunk,
  canEnqueue,
  type ReadableEffect,
  type ReadableEvent,
  type ReadableState,
  type ReadResult,
  readableStart,
  shouldPull,
  stepReadable,
} from './whatwg-readable.ts'
import { stepWritable, type WritableEvent, type WritableState, writableStart } from './whatwg-writable.ts'

/**
 * A glass-box TransformStream: the WHATWG Streams Standard, section 6. A writable and a readable side with one bit
 * between them: while `backpressure` is set, a chunk waits in the writable side. The defaults 1 and 0 hold one chunk.
 * The transformer has transform() and flush(), no cancel().
 */
export interface TransformState {
  readonly readable: ReadableState
  readonly writable: WritableState
  readonly backpressure: boolean
  /** The chunk that the sink has taken and that backpressure holds. */
  readonly held: number | null
  /** [[finishPromise]]: flush(), an abort or a cancel is under way or done; whatever ends the stream next is ignored. */
  readonly finishing: boolean
}

export type TransformEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'write'; readonly id: number; readonly chunk: Chunk }
  | { readonly kind: 'close'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: string }
  | { readonly kind: 'read'; readonly id: number }
  | { readonly kind: 'cancel'; readonly reason: string }
  /** By the transformer's controller. */
  | { readonly kind: 'enqueue'; readonly chunk: Chunk }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'error'; readonly reason: string }
  /** The promise of transform() or flush() settles; `reason` null: well. */
  | { readonly kind: 'transformed' | 'flushed'; readonly reason: string | null }

export type TransformEffect =
  | { readonly kind: 'transform'; readonly value: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'settled'; readonly id: number; readonly reason: string | null }
  | { readonly kind: 'read'; readonly id: number; readonly result: ReadResult }
  | { readonly kind: 'threw'; readonly name: 'TypeError' | 'RangeError' }

export interface HighWaterMarks {
  readonly writable: number
  readonly readable: number
}

/** The standard's defaults: 1 on the writable side, 0 on the readable side. */
const TRANSFORM_HIGH_WATER_MARKS: HighWaterMarks = Object.freeze({ writable: 1, readable: 0 })

export const transformStart = ({
  writable,
  readable,
}: HighWaterMarks = TRANSFORM_HIGH_WATER_MARKS): TransformState => ({
  readable: readableStart(readable),
  writable: writableStart(writable),
  backpressure: true,
  held: null,
  finishing: false,
})

export function stepTransform(
  state: TransformState,
  event: TransformEvent,
): { state: TransformState; outcome: readonly TransformEffect[] } {
  const out: TransformEffect[] = []
  return { state: transformTurn(state, event, out), outcome: out }
}

function transformTurn(state: TransformState, event: TransformEvent, out: TransformEffect[]): TransformState {
  switch (event.kind) {
    case 'started':
      return onWritable(onReadable(state, event, out), event, out)
    case 'write':
    case 'close':
    case 'abort':
      return onWritable(state, event, out)
    case 'read':
    case 'cancel':
      return onReadable(state, event, out)
    case 'enqueue':
      return enqueued(state, event.chunk, out)
    case 'terminate': {
      const ended = canEnqueue(state.readable) ? onReadable(state, { kind: 'close' }, out) : state
      return writableErrored(ended, 'TypeError', out)
    }
    case 'error':
      return errored(state, event.reason, out)
    case 'transformed': {
      const next = event.reason === null ? state : errored(state, event.reason, out)
      return onWritable(next, { kind: 'sink-wrote', reason: event.reason }, out)
    }
    case 'flushed':
      return flushed(state, event.reason, out)
    default:
      return unreachable(event)
  }
}

function onReadable(state: TransformState, event: ReadableEvent, out: TransformEffect[]): TransformState {
  const { state: readable, outcome } = stepReadable(state.readable, event)
  return outcome.reduce((next, effect) => fromReadable(next, effect, out), { ...state, readable })
}

function fromReadable(state: TransformState, effect: ReadableEffect, out: TransformEffect[]): TransformState {
  switch (effect.kind) {
    case 'pull':
      // TransformStreamDefaultSourcePullAlgorithm: the promise settles when backpressure comes back.
      return relieved(state, out)
    case 'cancel-source':
      // TransformStreamDefaultSourceCancelAlgorithm.
      return state.finishing ? state : writableErrored({ ...state, finishing: true }, effect.reason, out)
    case 'read':
    case 'threw':
      out.push(effect)
      return state
    default:
      return unreachable(effect)
  }
}

function onWritable(state: TransformState, event: WritableEvent, out: TransformEffect[]): TransformState {
  const stepped = stepWritable(state.writable, event)
  let next: TransformState = { ...state, writable: stepped.state }
  for (const effect of stepped.outcome) {
    if (effect.kind === 'settled') out.push(effect)
    else if (effect.kind === 'sink-close') {
      out.push({ kind: 'flush' })
      next = { ...next, finishing: true }
    } else if (effect.kind === 'sink-write') next = taken(next, effect.value, out)
    else next = aborted(next, effect.reason, out)
  }
  return next
}

/** TransformStreamDefaultSinkAbortAlgorithm: the readable side errors, and that is all there is to do. */
function aborted(state: TransformState, reason: string, out: TransformEffect[]): TransformState {
  if (state.finishing) return onWritable(state, { kind: 'sink-aborted', reason: null }, out)
  const failed = state.readable.storedError
  const next = onReadable({ ...state, finishing: true }, { kind: 'error', reason }, out)
  return onWritable(next, { kind: 'sink-aborted', reason: failed }, out)
}

/** TransformStreamDefaultSinkWriteAlgorithm. */
function taken(state: TransformState, value: number, out: TransformEffect[]): TransformState {
  if (state.backpressure) return { ...state, held: value }
  out.push({ kind: 'transform', value })
  return state
}

/** TransformStreamSetBackpressure(false): a chunk that was held goes on, unless the writable side has failed. */
function relieved(state: TransformState, out: TransformEffect[]): TransformState {
  const next = { ...state, backpressure: false, held: null }
  if (state.held === null) return next
  if (next.writable.status === 'erroring')
    return onWritable(next, { kind: 'sink-wrote', reason: next.writable.storedError }, out)
  return taken(next, state.held, out)
}

function enqueued(state: TransformState, chunk: Chunk, out: TransformEffect[]): TransformState {
  if (!canEnqueue(state.readable)) {
    out.push({ kind: 'threw', name: 'TypeError' })
    return state
  }
  const next = onReadable(state, { kind: 'enqueue', chunk }, out)
  // A chunk of impossible size errors the readable side; the controller passes the error on to the writable side.
  if (next.readable.status === 'errored') return writableErrored(next, next.readable.storedError!, out)
  if (shouldPull(next.readable) || next.backpressure) return next
  assert(next.readable.pulling, 'backpressure comes only while the readable side waits for its pull')
  return onReadable({ ...next, backpressure: true }, { kind: 'pulled' }, out)
}

/** TransformStreamErrorWritableAndUnblockWrite. */
function writableErrored(state: TransformState, reason: string, out: TransformEffect[]): TransformState {
  const next = onWritable(state, { kind: 'error', reason }, out)
  return next.backpressure ? relieved(next, out) : next
}

/** TransformStreamError: both sides. */
const errored = (state: TransformState, reason: string, out: TransformEffect[]): TransformState =>
  writableErrored(onReadable(state, { kind: 'error', reason }, out), reason, out)

/** TransformStreamDefaultSinkCloseAlgorithm. */
function flushed(state: TransformState, reason: string | null, out: TransformEffect[]): TransformState {
  const failed = reason ?? state.readable.storedError
  if (failed === null) {
    const closed = canEnqueue(state.readable) ? onReadable(state, { kind: 'close' }, out) : state
    return onWritable(closed, { kind: 'sink-closed', reason: null }, out)
  }
  return onWritable(
    onReadable(state, { kind: 'error', reason: failed }, out),
    { kind: 'sink-closed', reason: failed },
    out,
  )
}
