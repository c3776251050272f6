import { Workshop } from '../../../stage/workshop.tsx'
import type { StageProps } from '../../manifest.ts'
import { Preview } from './preview.tsx'
import { workshopKit } from './workshop-kit.ts'

/** The nodes, and beside them the map of the slots. */
export function Stage({ session, preview, allow }: StageProps) {
  if (preview) return <Preview session={session} />
  return <Workshop kit={workshopKit} session={session} allow={allow} />
}
