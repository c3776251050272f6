import type { StageProps } from '../../manifest.ts'
import { SideView } from './side-view.tsx'

export function Stage({ session, preview }: StageProps) {
  return <SideView session={session} preview={preview} />
}
