/**
 * The pull protocol between the screen and the worker, on a plain MessagePort. The screen asks, the worker answers, and
 * at most one frame is under way: a hidden tab stops asking, so its world pauses.
 */
export interface Want {
  readonly kind: 'want'
  /** Real microseconds since the last frame was asked for; the worker clips it. */
  readonly elapsedUs: number
  /** The buffer of an earlier frame, handed back to be filled again; null at first. */
  readonly buffer: ArrayBuffer | null
  /** Also send the slow state (at most ten times a second). */
  readonly slow: boolean
}

/** The answer to a {@link Want}. */
export interface Here<Slow> {
  readonly kind: 'here'
  readonly buffer: ArrayBuffer
  readonly slow: Slow | null
  /** With the slow state: the sheets (engine/lab.ts) that have changed since the last answer. */
  readonly sheets: readonly SheetData[]
}

/** One sheet as it is now. */
export interface SheetData {
  readonly id: string
  readonly data: ArrayBuffer
}
