import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them: the home page loads this and nothing more of them. */
export const CARDS = {
  storm: {
    id: 'storm',
    title: 'The storm that feeds itself',
    blurb:
      'For ten seconds the servers are slow. Then they are as quick as before, and nobody is served. Who keeps the storm alive?',
    source: 'Bronson et al., Metastable Failures in Distributed Systems, HotOS 2021; Huang et al., OSDI 2022',
    minutes: 12,
    steps: 8,
  },
  whoWaits: {
    id: 'who-waits',
    title: 'Who should wait: block or drop',
    blurb: 'A fast producer, a slow consumer, a full queue. Who waits, who is lost, and how old is what arrives?',
    source: 'Akka Streams, OverflowStrategy; Reactive Streams; Maurer, Fail at Scale, ACM Queue 2015',
    minutes: 12,
    steps: 7,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
