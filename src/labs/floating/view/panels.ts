import type { LabPanel } from '../../manifest.ts'
import { ExplorePanel } from './explore-panel.tsx'
import { InsidePanel } from './inside-panel.tsx'
import { LinesPanel } from './lines-panel.tsx'
import { ModelPanel } from './model-panel.tsx'
import { ResponsePanel } from './response-panel.tsx'
import { StabilityPanel } from './stability-panel.tsx'
import './panels.css'

/** The instruments of this lab, in the order of their tabs. */
export const panels: readonly LabPanel[] = [
  { id: 'response', title: 'Response', Panel: ResponsePanel },
  { id: 'stability', title: 'Stability', Panel: StabilityPanel },
  { id: 'lines', title: 'Lines', Panel: LinesPanel },
  { id: 'explore', title: 'Explore', Panel: ExplorePanel },
  { id: 'model', title: 'Model', Panel: ModelPanel },
  { id: 'inside', title: 'Inside', Panel: InsidePanel },
]
