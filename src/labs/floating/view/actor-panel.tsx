import type { LabSession } from '../../../engine/client/session.ts'
import { usePicture } from './hooks.ts'

/** The design in numbers. */
export function ActorPanel({ session }: { readonly session: LabSession }) {
  const picture = usePicture(session)
  if (picture === null) return null
  return <p>{picture.title}</p>
}
