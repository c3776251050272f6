import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them. */
export const CARDS = {
  upright: {
    id: 'upright',
    title: 'Why a spar floats upright',
    blurb: 'A needle of 130 m stands in the sea, and falls over when its foot gets lighter. What holds it up?',
    source: 'OC3-Hywind, NREL/TP-500-47535; initial stability: GM = KB + BM - KG',
    minutes: 9,
    steps: 7,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
