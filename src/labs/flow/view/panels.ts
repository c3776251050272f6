import type { LabPanel } from '../../manifest.ts'
import { RealMode } from '../real/real-panel.tsx'
import { CurvesPanel } from './panels/curves-panel.tsx'
import './panels/panels.css'

/** The instruments of this lab, in the order of their tabs. */
export const panels: readonly LabPanel[] = [
  { id: 'curves', title: 'Curves', Panel: CurvesPanel },
  { id: 'real', title: 'Real', Panel: RealMode },
]
