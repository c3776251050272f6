import type { LabContent } from '../content.ts'
import { CARDS } from './lessons/cards.ts'
import { scenarios } from './scenarios.ts'

/** What lists show of the scenarios and lessons: texts, without the world behind them. */
export const content: LabContent = { scenarios, lessons: Object.values(CARDS) }
