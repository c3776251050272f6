import type { ExportKind } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { download, fileName } from '../files.ts'
import { stagePng, stageSvg } from './picture.ts'

/** Everything of a run that can be saved as a file. */
export type Saveable = ExportKind | 'png' | 'svg'

interface Form {
  readonly label: string
  readonly extension: string
  readonly type: string
}

export const FORMS: Readonly<Record<Saveable, Form>> = {
  lab: { label: 'Experiment', extension: 'lab', type: 'text/plain' },
  png: { label: 'PNG', extension: 'png', type: 'image/png' },
  svg: { label: 'SVG', extension: 'svg', type: 'image/svg+xml' },
  csv: { label: 'Measures (CSV)', extension: 'csv', type: 'text/csv' },
  history: { label: 'Client history (JSON)', extension: 'history.json', type: 'application/json' },
  trace: { label: 'Trace (NDJSON)', extension: 'trace.ndjson', type: 'application/x-ndjson' },
}

export function isSaveable(value: unknown): value is Saveable {
  return typeof value === 'string' && Object.hasOwn(FORMS, value)
}

/** Saves it under the title of the run; answers what went wrong, or null. */
export async function save(session: LabSession, what: Saveable, title: string): Promise<string | null> {
  const { extension, type } = FORMS[what]
  try {
    download(fileName(title, extension), type, await contentOf(session, what, title))
    return null
  } catch (failure) {
    return `Saving failed: ${failure instanceof Error ? failure.message : String(failure)}`
  }
}

async function contentOf(session: LabSession, what: Saveable, title: string): Promise<string | Blob> {
  if (what !== 'png' && what !== 'svg') return session.api.export(what)
  const stage = document.getElementById('stage')
  if (stage === null) throw new Error('there is no stage on this page')
  return what === 'svg' ? stageSvg(stage, title) : stagePng(stage, title)
}
