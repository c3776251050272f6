import { Fifo } from '../../../base/fifo.ts'

/**
 * The writable side of Node's streams, as lib/internal/streams/writable.js of Node 20 has it: write() answers false from
 * the high-water mark on, 'drain' comes when everything has been written. The answer is advice: a writer that ignores it
 * fills the memory. And pipe(): a source that pauses at `false` and goes on at 'drain'.
 */
export interface NodeWritableConfig {
  readonly highWaterMark: number
}

/** Bytes: 16 KiB up to Node 20, 64 KiB from Node 22 on; in object mode 16 objects. */
export const NODE_20: NodeWritableConfig = Object.freeze({ highWaterMark: 16_384 })

export interface NodeWritableState {
  /** writableLength: bytes or objects not yet written, the one under way included. */
  readonly length: number
  readonly writing: number | null
  readonly buffered: Fifo<number>
  readonly corked: number
  readonly needDrain: boolean
  readonly ending: boolean
  readonly finished: boolean
}

export type NodeWritableEvent =
  | { readonly kind: 'write'; readonly size: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'cork' }
  | { readonly kind: 'uncork' }
  /** The callback of _write(). */
  | { readonly kind: 'written' }

export type NodeWritableEffect =
  | { readonly kind: 'sink-write'; readonly size: number }
  /** What write() returns. */
  | { readonly kind: 'returned'; readonly more: boolean }
  | { readonly kind: 'refused'; readonly code: 'ERR_STREAM_WRITE_AFTER_END' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'finish' }

export const NODE_WRITABLE_START: NodeWritableState = Object.freeze({
  length: 0,
  writing: null,
  buffered: Fifo.empty<number>(),
  corked: 0,
  needDrain: false,
  ending: false,
  finished: false,
})

export function stepNodeWritable(
  config: NodeWritableConfig,
  state: NodeWritableState,
  event: NodeWritableEvent,
): { state: NodeWritableState; outcome: readonly NodeWritableEffect[] } {
  const out: NodeWritableEffect[] = []
  return { state: turn(config, state, event, out), outcome: out }
}

function turn(
  config: NodeWritableConfig,
  state: NodeWritableState,
  event: NodeWritableEvent,
  out: NodeWritableEffect[],
): NodeWritableState {
  switch (event.kind) {
    case 'write':
      return written(config, state, event.size, out)
    case 'cork':
      return { ...state, corked: state.corked + 1 }
    case 'uncork':
      return started({ ...state, corked: Math.max(0, state.corked - 1) }, out)
    case 'end':
      // end() uncorks whatever was corked.
      return finished(started({ ...state, ending: true, corked: 0 }, out), out)
    default: {
      const length = state.length - (state.writing ?? 0)
      const next = started({ ...state, writing: null, length }, out)
      const drains = next.needDrain && next.length === 0 && !next.ending
      if (drains) out.push({ kind: 'drain' })
      return finished(drains ? { ...next, needDrain: false } : next, out)
    }
  }
}

function written(config: NodeWritableConfig, state: NodeWritableState, size: number, out: NodeWritableEffect[]) {
  if (state.ending) {
    out.push({ kind: 'refused', code: 'ERR_STREAM_WRITE_AFTER_END' })
    return state
  }
  const length = state.length + size
  const more = length < config.highWaterMark
  const next = started(
    { ...state, length, needDrain: state.needDrain || !more, buffered: state.buffered.push(size) },
    out,
  )
  out.push({ kind: 'returned', more })
  return next
}

/** One _write() at a time, none while corked. */
function started(state: NodeWritableState, out: NodeWritableEffect[]): NodeWritableState {
  const size = state.buffered.first()
  if (size === undefined || state.writing !== null || state.corked > 0) return state
  out.push({ kind: 'sink-write', size })
  return { ...state, writing: size, buffered: state.buffered.shift() }
}

function finished(state: NodeWritableState, out: NodeWritableEffect[]): NodeWritableState {
  if (!state.ending || state.finished || state.length > 0 || state.writing !== null) return state
  out.push({ kind: 'finish' })
  return { ...state, finished: true }
}

/** A producer in front of a writable: `obeys` is what pipe() does, and what hand-written loops forget. */
export interface PipeState {
  readonly flowing: boolean
}

export const PIPE_START: PipeState = Object.freeze({ flowing: true })

/** What write() returned and 'drain' do to the source. */
export function stepPipe(obeys: boolean, state: PipeState, effect: NodeWritableEffect): PipeState {
  if (effect.kind === 'returned' && !effect.more && obeys) return { flowing: false }
  return effect.kind === 'drain' ? { flowing: true } : state
}
