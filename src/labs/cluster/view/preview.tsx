import type { LabSession } from '../../../engine/client/session.ts'
import { StagePreview } from '../../../stage/preview.tsx'
import { pictureKit } from './picture-kit.ts'

export function Preview({ session }: { readonly session: LabSession }) {
  return <StagePreview kit={pictureKit} session={session} />
}
