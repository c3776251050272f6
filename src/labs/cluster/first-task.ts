import type { FirstTask } from '../manifest.ts'
import type { ClusterView, NodeView } from './contract.ts'

/** What the task has seen so far; survives rewinding, as a learner's success should. */
interface Seen {
  /** The masters with slots of the moment before, so that the death of one can be told from any other. */
  readonly masters: readonly string[]
  readonly killed: string | null
  readonly replaced: boolean
  readonly restarted: boolean
}

/** Kill a master, see its replica take over, bring the dead one back. */
export const firstTask: FirstTask<ClusterView, Seen> = {
  title: 'Your first task: kill a master',
  goals: [
    {
      text: 'Kill a master',
      hint: 'Click one of the nodes that own slots, then Kill. Or type kill n1 in the terminal.',
    },
    {
      text: 'See its replica take over its slots',
      hint: 'Let it play: first the others suspect it, then a majority agrees, then its replica asks for votes.',
    },
    {
      text: 'Bring the dead node back',
      hint: 'Select it and choose Restart. It learns that its slots have another owner, and becomes a replica.',
    },
  ],
  done: 'Suspicion, agreement, election, takeover: each has its own rule. The lessons go through them.',
  start: { masters: [], killed: null, replaced: false, restarted: false },
  next(seen, view, acts) {
    const masters = view.nodes
      .filter(({ role, status }) => role === 'master' && status === 'up')
      .map(({ name }) => name)
    const killed = seen.killed ?? seen.masters.find((name) => isDown(view.nodes, name)) ?? null
    return {
      masters,
      killed,
      replaced: seen.replaced || (killed !== null && isReplaced(view, killed)),
      // Taking the kill back makes the node alive as well, but that is another lesson.
      restarted: seen.restarted || (killed !== null && acts.includes(`restart ${killed}`)),
    }
  },
  ticks: (seen) => [seen.killed !== null, seen.replaced, seen.restarted],
}

function isDown(nodes: readonly NodeView[], name: string): boolean {
  return nodes.some((node) => node.name === name && node.status === 'down')
}

/** Every slot has a living owner again. */
function isReplaced({ nodes, ranges }: ClusterView, killed: string): boolean {
  const owners = ranges.map(({ owner }) => owner)
  const alive = nodes.filter(({ status }) => status === 'up').map(({ name }) => name)
  return isDown(nodes, killed) && owners.every((owner) => owner !== null && owner !== killed && alive.includes(owner))
}
