import { useMemo, useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSize } from '../../../stage/stage-hooks.ts'
import { FlatPicture } from './flat-picture.tsx'
import { fitted } from './flat-view.tsx'
import { useMotion, usePicture } from './hooks.ts'

/** The living picture alone, for the home page: from the side, and without the view in space. */
export function Preview({ session }: { readonly session: LabSession }) {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const picture = usePicture(session)
  const motion = useMotion(session)
  const camera = useMemo(
    () => ({
      current:
        size === null || picture === null ? { x: 0, y: 0, scale: 1 } : fitted({ picture }, 'side', 'whole', size),
    }),
    [size, picture],
  )
  return (
    <div ref={frame} className="fs-view" data-preview="true" data-stale={picture?.stale ?? false}>
      {size !== null && picture !== null && motion !== null && (
        <FlatPicture
          session={session}
          shown={{ picture, motion, before: null }}
          plane="side"
          camera={camera}
          {...size}
        />
      )}
    </div>
  )
}
