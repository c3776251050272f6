import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them: the home page loads this and nothing more of them. */
export const CARDS = {} as const satisfies Readonly<Record<string, LessonCard>>
