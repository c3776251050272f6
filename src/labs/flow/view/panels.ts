import type { LabPanel } from '../../manifest.ts'
import { ComparePanel } from './panels/compare-panel.tsx'
import { CurvesPanel } from './panels/curves-panel.tsx'
import { InsidePanel } from './panels/inside-panel.tsx'
import { RealTab } from './panels/real-tab.tsx'
import { TheoryPanel } from './panels/theory-panel.tsx'
import './panels/panels.css'

/** The instruments of this lab, in the order of their tabs. */
export const panels: readonly LabPanel[] = [
  { id: 'curves', title: 'Curves', Panel: CurvesPanel },
  { id: 'theory', title: 'Theory', Panel: TheoryPanel },
  { id: 'compare', title: 'Compare', Panel: ComparePanel },
  { id: 'inside', title: 'Inside', Panel: InsidePanel },
  { id: 'real', title: 'Real', Panel: RealTab },
]
