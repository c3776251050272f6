import type { FirstTask } from '../manifest.ts'
import type { NodeView, RaftView } from './contract.ts'

/** What the task has seen so far; survives rewinding, as a learner's success should. */
interface Seen {
  /** The leader of the moment before, so that its death can be told from any other. */
  readonly leader: { readonly name: string; readonly term: number } | null
  readonly killed: { readonly name: string; readonly term: number } | null
  readonly replaced: boolean
  readonly restarted: boolean
}

/** Kill the leader, see the next one, bring the dead one back. */
export const firstTask: FirstTask<RaftView, Seen> = {
  title: 'Your first task: kill the leader',
  goals: [
    {
      text: 'Kill the leader',
      hint: 'Click the node with the crown, then Kill. Or type kill and its name in the terminal.',
    },
    { text: 'See another node win a later term', hint: 'Let it play: the others notice when their timers run out.' },
    { text: 'Bring the dead node back', hint: 'Select it and choose Restart. What was on its disk is still there.' },
  ],
  done: 'A majority was enough to go on. Why a majority, and what exactly is safe? The lessons go through it.',
  start: { leader: null, killed: null, replaced: false, restarted: false },
  next(seen, view, acts) {
    const leader = newestLeader(view.nodes)
    const killed = seen.killed ?? (isDown(view.nodes, seen.leader?.name) ? seen.leader : null)
    return {
      leader: leader === null ? seen.leader : { name: leader.name, term: leader.term },
      killed,
      replaced: seen.replaced || (killed !== null && leader !== null && leader.term > killed.term),
      // Taking the kill back makes the node alive as well, but that is another lesson.
      restarted: seen.restarted || (killed !== null && acts.includes(`restart ${killed.name}`)),
    }
  },
  ticks: (seen) => [seen.killed !== null, seen.replaced, seen.restarted],
}

function newestLeader(nodes: readonly NodeView[]): NodeView | null {
  const leaders = nodes.filter((node) => node.role === 'leader' && node.status === 'up')
  return leaders.reduce<NodeView | null>(
    (newest, node) => (newest === null || node.term > newest.term ? node : newest),
    null,
  )
}

function isDown(nodes: readonly NodeView[], name: string | undefined): boolean {
  return nodes.some((node) => node.name === name && node.status === 'down')
}
