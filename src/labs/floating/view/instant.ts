import type { LabSession } from '../../../engine/client/session.ts'
import { actorAt, HEADER } from '../../../engine/frame.ts'
import { poseAt } from '../../../physics/motion.ts'
import { ACTOR, LINE_POINTS, lineAt } from '../frame.ts'
import { draftStore } from './draft.ts'
import type { Shown } from './shown.ts'

/** What a picture needs of the reader's instant, every animation frame. */

/** The reader's instant, s. */
export const timeS = (session: LabSession): number => (session.frame?.[HEADER.nowUs] ?? 0) / 1e6

const pose = new Float64Array(6)

/** Where the platform is that is shown: the design that a hand tries moves in the same sea. The array is used again. */
export const poseNow = (session: LabSession, { motion }: { readonly motion: Float64Array }): Float64Array =>
  poseAt(motion, timeS(session), pose)

/** One line at this instant. */
export interface LineNow {
  /** At the fairlead, N; null when it is broken. */
  readonly tensionN: number | null
  /** x, y, z of its points from end A to end B: a view that the next frame replaces. */
  readonly points: ArrayLike<number>
}

const NOTHING: LineNow = { tensionN: null, points: [] }

/** A line as it hangs now; while a hand tries a design, as it would hang on average. */
export function lineNow(session: LabSession, { picture }: Shown, line: number): LineNow {
  const { frame } = session
  const { draft } = draftStore.getState()
  if (frame === null || picture.lines[line]?.broken || draft?.picture === picture) return meanLine(picture, line)
  const record = actorAt(frame, 0)
  const at = lineAt(record, line)
  if (line >= frame[record + ACTOR.lines]! || frame[at]! < 0) return NOTHING
  return { tensionN: frame[at]!, points: frame.subarray(at + 1, at + 1 + 3 * LINE_POINTS) }
}

function meanLine({ lines }: Shown['picture'], line: number): LineNow {
  const found = lines[line]
  if (found === undefined || found.broken) return NOTHING
  return { tensionN: found.tension?.avg ?? null, points: found.points.flat() }
}
