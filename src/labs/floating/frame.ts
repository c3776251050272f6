/** The platform's record in the frame (engine/frame.ts): where it is at the reader's instant, and how its lines hang there. */

/** Lines that are drawn, and points a line. */
export const LINES_MAX = 12
export const LINE_POINTS = 33

export const ACTOR = {
  /** 0 up, 1 paused, 2 down: as in every lab. */
  status: 0,
  /** Position in CONDITIONS (contract.ts). */
  condition: 1,
  /** Changes with every act that changes what is solved. */
  revision: 2,
  /** Six numbers: m, rad. */
  pose: 3,
  /** How many lines follow. */
  lines: 9,
  /** Per line: tension at the fairlead, N (-1: broken), then x, y, z of its points from end A to end B. */
  line: 10,
  lineStride: 1 + 3 * LINE_POINTS,
  size: 10 + LINES_MAX * (1 + 3 * LINE_POINTS),
} as const

/** Where the record of a line begins, from the record of the platform. */
export const lineAt = (record: number, line: number): number => record + ACTOR.line + line * ACTOR.lineStride
