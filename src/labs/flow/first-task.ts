import type { FirstTask } from '../manifest.ts'
import type { FlowView, PartView } from './contract.ts'

/** What the task has seen so far; survives rewinding, as a learner's success should. */
interface Seen {
  readonly saturated: boolean
  readonly dropped: boolean
  readonly relieved: boolean
}

const isStage = ({ kind }: PartView): boolean => kind === 'stage'
const isSaturated = ({ condition }: PartView): boolean => condition === 'saturated' || condition === 'full'
/** What is called a queue: so many wait and more. */
const QUEUE = 20

/** Raise the load until the queue grows, see it overflow, and bring it back. */
export const firstTask: FirstTask<FlowView, Seen> = {
  title: 'Your first task: overload the server',
  goals: [
    {
      text: 'Make the queue grow to 20',
      hint: 'Drag the dial of web up, or type: load web poisson 25/s. The server can do 20 a second.',
    },
    {
      text: 'See the full queue turn requests away',
      hint: 'Let it play: 100 have room, and what comes then falls out.',
    },
    {
      text: 'Empty the queue again',
      hint: 'Less load, more servers (servers api 2), or a quicker service: which one helps, and what about the retries?',
    },
  ],
  done: 'Who was turned away came back: a retry is load, too. The lessons show what feeds a storm, and what ends it.',
  start: { saturated: false, dropped: false, relieved: false },
  next(seen, { parts }) {
    const stages = parts.filter(isStage)
    const waiting = stages.reduce((sum, part) => sum + part.waiting, 0)
    const saturated = seen.saturated || (waiting >= QUEUE && stages.some(isSaturated))
    const dropped = seen.dropped || (saturated && stages.some((part) => part.condition === 'full'))
    return { saturated, dropped, relieved: seen.relieved || (dropped && waiting === 0) }
  },
  ticks: (seen) => [seen.saturated, seen.dropped, seen.relieved],
}
