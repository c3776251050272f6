import { Workshop } from '../../../stage/workshop.tsx'
import type { StageProps } from '../../manifest.ts'
import { Preview } from './preview.tsx'
import { workshopKit } from './workshop-kit.ts'

export function Stage({ session, preview, allow }: StageProps) {
  return preview ? <Preview session={session} /> : <Workshop kit={workshopKit} session={session} allow={allow} />
}
