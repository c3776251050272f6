import type { LabPanel } from '../../manifest.ts'

import { ResponsePanel } from './response-panel.tsx'

/** The instruments of this lab, in the order of their tabs. */
export const panels: readonly LabPanel[] = [{ id: 'response', title: 'Response', Panel: ResponsePanel }]
