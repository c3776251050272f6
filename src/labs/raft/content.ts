import type { LabContent } from '../content.ts'
import { lessons } from './lessons/index.ts'
import { scenarios } from './scenarios.ts'

export const content: LabContent = {
  scenarios,
  lessons: lessons.map(({ id, title, blurb, source, minutes, steps }) => ({
    id,
    title,
    blurb,
    source,
    minutes,
    steps: steps.length,
  })),
}
