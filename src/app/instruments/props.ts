import type { LabSession } from '../../engine/client/session.ts'
import type { LabView } from '../../labs/manifest.ts'

/** What every instrument gets. */
export interface InstrumentProps {
  readonly session: LabSession
  readonly labView: LabView
  /** Ids of the acts that the present lesson step is about; null allows everything. */
  readonly allow: readonly string[] | null
}

/** Whether an act is quiet now because the lesson step is not about it. */
export const isDimmed = (allow: readonly string[] | null, id: string): boolean => allow !== null && !allow.includes(id)
