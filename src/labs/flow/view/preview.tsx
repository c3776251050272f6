import { useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useStructure } from './hooks.ts'
import { Picture, useDrawn } from './picture.tsx'
import './stage.css'

/** The living picture alone, for the home page. */
export function Preview({ session }: { readonly session: LabSession }) {
  const window = useRef<HTMLDivElement>(null)
  const structure = useStructure(session)
  const drawn = useDrawn(structure, window, true)
  return (
    <div ref={window} className="fl-window" data-preview="true">
      <Picture session={session} drawn={drawn} pointing={null} />
    </div>
  )
}
