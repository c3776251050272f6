import type { LabSession } from '../../../engine/client/session.ts'
import { usePicture } from './hooks.ts'
import { SweepPanel } from './sweep-panel.tsx'
import { Tornado } from './tornado.tsx'
import './explore.css'

/** Designs around the present one: which dimension matters, and what hundreds of others would do. */
export function ExplorePanel({ session }: { readonly session: LabSession }) {
  const picture = usePicture(session)
  if (picture === null) return null
  return (
    <div className="f-panel">
      <Tornado session={session} picture={picture} />
      <SweepPanel session={session} picture={picture} />
    </div>
  )
}
