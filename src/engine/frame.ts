/**
 * The frame: what the worker writes for the canvas, 64-bit floats in one transferable buffer.
 *
 *     header (8) | actors x actorStride | messages x 8
 *
 * The lab's `frame.ts` says what stands in an actor's record; messages look the same in every lab.
 */
export const HEADER = {
  nowUs: 0,
  frontierUs: 1,
  actors: 2,
  actorStride: 3,
  messages: 4,
  /** Messages in flight that did not fit: said on the screen, never silently missing. */
  omitted: 5,
  event: 6,
  size: 8,
} as const

/** How the status of an actor is written in frames and lanes. */
export const STATUS = { up: 0, paused: 1, down: 2 } as const

/** Offsets in the record of a message. */
export const MESSAGE = {
  /** Its number, as in `drop m1234`. */
  id: 0,
  from: 1,
  to: 2,
  /** Position in the lab's list of message kinds. */
  label: 3,
  sentAtUs: 4,
  arrivesAtUs: 5,
  /** One integer of the lab: a term. */
  value: 6,
  /** 1 while a clogged link or a paused actor holds it. */
  waiting: 7,
  size: 8,
} as const

/** Messages that fit into a frame. */
export const FRAME_MESSAGES_MAX = 8_192
/** Actors that fit into a frame. */
const FRAME_ACTORS_MAX = 160

/** Numbers in a frame whose actor records have this many. */
export function frameLength(actorStride: number): number {
  return HEADER.size + FRAME_ACTORS_MAX * actorStride + FRAME_MESSAGES_MAX * MESSAGE.size
}

/** Where the record of an actor begins. */
export function actorAt(frame: Float64Array, actor: number): number {
  return HEADER.size + actor * frame[HEADER.actorStride]!
}

/** Where the record of the message at `position` (0 .. messages-1) begins. */
export function messageAt(frame: Float64Array, position: number): number {
  return HEADER.size + frame[HEADER.actors]! * frame[HEADER.actorStride]! + position * MESSAGE.size
}
