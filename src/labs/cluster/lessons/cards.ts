import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, by id. */
export const CARDS: Readonly<Record<string, LessonCard>> = {}
