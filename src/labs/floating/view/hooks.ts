import type { Slow } from '../../../engine/api.ts'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSession } from '../../../ui/use-session.ts'
import { type FloatingView, type Picture, SHEETS, unpackText } from '../contract.ts'
import type { PortableInput } from '../projection.ts'

/** The floating part of the slow state. */
export const viewOf = (slow: Slow): FloatingView => slow.view as FloatingView

/** Sheets are replaced, never changed: what was made of one is kept with it. */
const pictures = new WeakMap<ArrayBuffer, Picture>()
const motions = new WeakMap<ArrayBuffer, Float64Array>()
const inputs = new WeakMap<ArrayBuffer, PortableInput>()

function madeOf<T>(
  known: WeakMap<ArrayBuffer, T>,
  buffer: ArrayBuffer | undefined,
  make: (buffer: ArrayBuffer) => T,
): T | null {
  if (buffer === undefined) return null
  const made = known.get(buffer) ?? make(buffer)
  known.set(buffer, made)
  return made
}

/** The solved design; null before the first frame. */
export const pictureIn = (session: LabSession): Picture | null =>
  madeOf(pictures, session.sheets.get(SHEETS.picture), (buffer) => JSON.parse(unpackText(buffer)) as Picture)

/** The motion table (physics/motion.ts); null before the first frame. */
const motionIn = (session: LabSession): Float64Array | null =>
  madeOf(motions, session.sheets.get(SHEETS.motion), (buffer) => new Float64Array(buffer))

/** What is solved; null before the first frame. */
export const inputIn = (session: LabSession): PortableInput | null =>
  madeOf(inputs, session.sheets.get(SHEETS.input), (buffer) => JSON.parse(unpackText(buffer)) as PortableInput)

/** The solved design of the session; renders again when an act has changed it. */
export function usePicture(session: LabSession): Picture | null {
  useSession(session, ({ sheets }) => sheets.get(SHEETS.picture))
  return pictureIn(session)
}

/** The motion of the session; renders again when an act has changed it. */
export function useMotion(session: LabSession): Float64Array | null {
  useSession(session, ({ sheets }) => sheets.get(SHEETS.motion))
  return motionIn(session)
}
