import type { LabPanel } from '../../manifest.ts'

/** The instruments of this lab, in the order of their tabs. */
export const panels: readonly LabPanel[] = []
