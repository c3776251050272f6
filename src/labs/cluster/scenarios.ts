import type { Scenario } from '../../engine/lab.ts'
export const scenarios: readonly Scenario[] = []
