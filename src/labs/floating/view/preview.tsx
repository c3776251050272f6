import type { LabSession } from '../../../engine/client/session.ts'
import { SideView } from './side-view.tsx'

/** The living picture alone, for the home page. */
export function Preview({ session }: { readonly session: LabSession }) {
  return <SideView session={session} preview />
}
