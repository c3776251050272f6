import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them: the home page loads this and nothing more of them. */
export const CARDS = {
  leaderDies: {
    id: 'leader-dies',
    title: 'The leader dies',
    blurb: 'One node leads, and it dies. What happens, in which order, and how long does it take?',
    source: 'Raft, 5.1 and 5.2',
    minutes: 8,
    steps: 7,
  },
  majority: {
    id: 'majority',
    title: 'Why a majority',
    blurb: 'The network breaks in two, and both halves have a leader. Why is that no disaster, and what does it cost?',
    source: 'Raft, 5.2, 5.3 and 5.4.3',
    minutes: 10,
    steps: 8,
  },
  figure7: {
    id: 'figure-7',
    title: 'The log that disagrees',
    blurb: 'Seven logs, hardly two alike. One leader brings them into agreement: who may lead, and what is lost?',
    source: 'Raft, 5.3, 5.4.1 and Figure 7',
    minutes: 10,
    steps: 6,
  },
  figure8: {
    id: 'figure-8',
    title: 'The commit rule',
    blurb: 'An entry is on three of five nodes, and it is lost. The smallest rule of Raft, and the easiest to forget.',
    source: 'Raft, 5.4.2 and Figure 8',
    minutes: 12,
    steps: 7,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
