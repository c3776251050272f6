import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them: the home page loads this and nothing more of them. */
export const CARDS = {
  acknowledged: {
    id: 'acknowledged-and-gone',
    title: 'The write that was acknowledged and is gone',
    blurb: 'The server says OK, and the write is lost. Nobody did anything wrong: what did OK promise?',
    source: 'Redis Cluster specification, "Write safety"; Redis documentation, "WAIT"',
    minutes: 10,
    steps: 7,
  },
  keys: {
    id: 'where-a-key-lives',
    title: 'Where a key lives',
    blurb: 'A name becomes a number, a number a slot, a slot an owner. Why can two keys be too far apart?',
    source: 'Redis Cluster specification, "Key distribution model" and "Hash tags"',
    minutes: 8,
    steps: 7,
  },
  suspicion: {
    id: 'suspicion-is-not-failure',
    title: 'Suspicion is not failure',
    blurb: 'A node is silent. Is it dead, asleep, or is it you who hear badly? Who decides, and when?',
    source: 'Redis Cluster specification, "Failure detection"',
    minutes: 9,
    steps: 7,
  },
  election: {
    id: 'who-may-vote',
    title: 'Who may vote, and why rank matters',
    blurb: 'A master is dead, and two replicas want its place. Who goes first, who decides, and who may not even ask?',
    source: 'Redis Cluster specification, "Replica election and promotion" and "Manual failover"',
    minutes: 12,
    steps: 8,
  },
  moving: {
    id: 'moving-a-slot',
    title: 'Moving a slot without stopping',
    blurb: 'A slot changes its owner while clients write to it. Key by key, and nobody is refused: how?',
    source: 'Redis Cluster specification, "Live reconfiguration" and "ASK redirection"',
    minutes: 12,
    steps: 8,
  },
  coverage: {
    id: 'coverage',
    title: 'A slot without an owner',
    blurb: 'A third of the keys is gone, and all of them are refused. Who decides that, and how to lose nobody?',
    source: 'Redis Cluster specification, "Availability" and "Replica migration algorithm"',
    minutes: 9,
    steps: 6,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
