import { assert } from '../base/assert.ts'
import { lowerBound } from '../base/bisect.ts'

/** What a row of the trace tells. The numbers are part of the frame format: append only. */
export const ROW = {
  delivered: 0,
  lost: 1,
  timer: 2,
  disk: 3,
  note: 4,
  act: 5,
  phase: 6,
  call: 7,
  result: 8,
  broken: 9,
} as const

/** One row, as read back. `label` counts within the plan's message kinds, timers or notes, by kind of row. */
export interface Row {
  readonly kind: number
  readonly label: number
  readonly time: number
  /** When the message left; for other rows the same as `time`. */
  readonly sentAt: number
  readonly actor: number
  /** The sender of a message; 65535 when there is no other side. */
  readonly peer: number
  readonly value: number
  /** Number of the event after which the row stands. */
  readonly event: number
}

/** Receives rows as the simulation goes. `body` is the message or note itself, for sinks that keep it. */
export interface TraceSink {
  row(
    kind: number,
    label: number,
    time: number,
    sentAt: number,
    actor: number,
    peer: number,
    value: number,
    event: number,
    body: unknown,
  ): void
}

export const noSink: TraceSink = { row: () => undefined }
export const NO_PEER = 0xffff

const CHUNK_ROWS = 1 << 14
const CHUNK_BITS = 14

interface Chunk {
  readonly time: Float64Array
  readonly flight: Uint32Array
  readonly event: Uint32Array
  readonly value: Uint32Array
  readonly actor: Uint16Array
  readonly peer: Uint16Array
  readonly kind: Uint8Array
  readonly label: Uint8Array
}

function createChunk(): Chunk {
  return {
    time: new Float64Array(CHUNK_ROWS),
    flight: new Uint32Array(CHUNK_ROWS),
    event: new Uint32Array(CHUNK_ROWS),
    value: new Uint32Array(CHUNK_ROWS),
    actor: new Uint16Array(CHUNK_ROWS),
    peer: new Uint16Array(CHUNK_ROWS),
    kind: new Uint8Array(CHUNK_ROWS),
    label: new Uint8Array(CHUNK_ROWS),
  }
}

function copyChunk(chunk: Chunk): Chunk {
  return {
    time: chunk.time.slice(),
    flight: chunk.flight.slice(),
    event: chunk.event.slice(),
    value: chunk.value.slice(),
    actor: chunk.actor.slice(),
    peer: chunk.peer.slice(),
    kind: chunk.kind.slice(),
    label: chunk.label.slice(),
  }
}

/**
 * The record of a run in columns (26 bytes a row), in chunks that branches share. Rows come in the order of time.
 * Beside it stands a short index of the rows that people look for: notes, acts, phases, operations.
 */
export class Trace implements TraceSink {
  private chunks: Chunk[] = []
  private rows = 0
  /** Rows of `phase`, per actor, so that a lane's state at any instant is one binary search away. */
  private readonly phaseRows: number[][]
  /** Rows that `isNamed` picks, in order. */
  private namedRows: number[] = []

  constructor(
    private readonly actors: number,
    private readonly isNamed: (kind: number, label: number) => boolean,
  ) {
    this.phaseRows = Array.from({ length: actors }, () => [])
  }

  get length(): number {
    return this.rows
  }

  row(
    kind: number,
    label: number,
    time: number,
    sentAt: number,
    actor: number,
    peer: number,
    value: number,
    event: number,
  ): void {
    const at = this.rows & (CHUNK_ROWS - 1)
    if (at === 0) this.chunks.push(createChunk())
    const chunk = this.chunks[this.chunks.length - 1]!
    chunk.time[at] = time
    chunk.flight[at] = Math.min(time - sentAt, 0xffff_ffff)
    chunk.event[at] = event
    chunk.value[at] = value
    chunk.actor[at] = actor
    chunk.peer[at] = peer
    chunk.kind[at] = kind
    chunk.label[at] = label
    if (kind === ROW.phase) this.phaseRows[actor]!.push(this.rows)
    if (this.isNamed(kind, label)) this.namedRows.push(this.rows)
    this.rows++
  }

  read(row: number): Row {
    assert(row >= 0 && row < this.rows, 'trace row out of range')
    const chunk = this.chunks[row >> CHUNK_BITS]!
    const at = row & (CHUNK_ROWS - 1)
    const time = chunk.time[at]!
    return {
      kind: chunk.kind[at]!,
      label: chunk.label[at]!,
      time,
      sentAt: time - chunk.flight[at]!,
      actor: chunk.actor[at]!,
      peer: chunk.peer[at]!,
      value: chunk.value[at]!,
      event: chunk.event[at]!,
    }
  }

  timeOf(row: number): number {
    return this.chunks[row >> CHUNK_BITS]!.time[row & (CHUNK_ROWS - 1)]!
  }

  kindOf(row: number): number {
    return this.chunks[row >> CHUNK_BITS]!.kind[row & (CHUNK_ROWS - 1)]!
  }

  eventOf(row: number): number {
    return this.chunks[row >> CHUNK_BITS]!.event[row & (CHUNK_ROWS - 1)]!
  }

  /** The first row at or after `time`. */
  firstAt(time: number): number {
    return lowerBound(this.rows, (row) => this.timeOf(row) >= time)
  }

  /** The first row that belongs to an event after `event`. */
  firstAfterEvent(event: number): number {
    return lowerBound(this.rows, (row) => this.eventOf(row) > event)
  }

  named(): readonly number[] {
    return this.namedRows
  }

  phases(actor: number): readonly number[] {
    return this.phaseRows[actor]!
  }

  /** A trace with the rows before `end` that shares all full chunks with this one. */
  fork(end: number): Trace {
    const copy = new Trace(this.actors, this.isNamed)
    const whole = end >> CHUNK_BITS
    copy.chunks = this.chunks.slice(0, whole)
    if ((end & (CHUNK_ROWS - 1)) !== 0) copy.chunks.push(copyChunk(this.chunks[whole]!))
    copy.rows = end
    copy.namedRows = before(this.namedRows, end)
    this.phaseRows.forEach((rows, actor) => {
      copy.phaseRows[actor] = before(rows, end)
    })
    return copy
  }
}

const before = (rows: readonly number[], end: number): number[] =>
  rows.slice(
    0,
    lowerBound(rows.length, (i) => rows[i]! >= end),
  )
