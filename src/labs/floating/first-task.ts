import type { FirstTask } from '../manifest.ts'
import type { FloatingView } from './contract.ts'

interface Seen {
  readonly changed: boolean
  readonly failed: boolean
  readonly recovered: boolean
}

/** Dimensions that are no part of the hull. */
const AROUND = ['lines', 'line_', 'anchors', 'fairleads', 'turbine', 'site']

const isOfHull = (line: string): boolean => {
  const name = /^set ([^ ]+)\.[^ ]+ /.exec(line)?.[1]
  return name !== undefined && !AROUND.some((part) => name.startsWith(part))
}

/** Change the shape until it cannot stay upright, and bring it back. */
export const firstTask: FirstTask<FloatingView, Seen> = {
  title: 'Your first task: make it capsize',
  goals: [
    {
      text: 'Change a dimension of the hull',
      hint: 'Drag a handle on the picture, or a slider beside it. Everything is solved again while you drag.',
    },
    {
      text: 'Find a shape that capsizes',
      hint: 'Move the outer columns inwards, or make them thinner: less water-plane, less righting moment.',
    },
    { text: 'Let it float again', hint: 'Undo takes the last act back; or set the dimension to what it was.' },
  ],
  done: 'The metacentric height decides. Why a spar needs no water-plane at all is what the first lesson is about.',
  start: { changed: false, failed: false, recovered: false },
  next(seen, view, acts) {
    const changed = seen.changed || acts.some(isOfHull)
    const failed = seen.failed || (changed && view.failure?.kind === 'capsizes')
    return { changed, failed, recovered: seen.recovered || (failed && view.failure === null) }
  },
  ticks: ({ changed, failed, recovered }) => [changed, failed, recovered],
}
