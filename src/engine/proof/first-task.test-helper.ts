import { expect } from 'vitest'
import { parseAct } from '../../experiment/acts.ts'
import type { Protocol } from '../../machine/machine.ts'
import { Desk } from '../desk.ts'
import type { Lab } from '../lab.ts'

/** A first task, as far as it judges. */
interface Task<View, Seen> {
  readonly start: Seen
  next(seen: Seen, view: View, acts: readonly string[]): Seen
  ticks(seen: Seen): readonly boolean[]
}

/** A learner in the lab of a first visit, and what the task has seen of them. */
export function visit<P extends Protocol, View, Seen>(
  lab: Lab<P, View>,
  first: { readonly text: string; readonly fromUs: number },
  task: Task<View, Seen>,
) {
  const desk = new Desk(lab)
  expect(desk.open(first.text, first.fromUs)).toMatchObject({ ok: true })
  let seen = task.start
  const look = () => {
    const { view, acts } = desk.slow()
    seen = task.next(
      seen,
      view,
      acts.map(({ line }) => line),
    )
  }
  const goTo = (timeUs: number) => {
    look()
    desk.seek(timeUs)
    look()
  }
  return {
    act(...lines: readonly string[]) {
      look()
      for (const line of lines) {
        const act = parseAct(line, lab.language, desk.timeline.facts())
        if (!act.ok) throw new Error(act.error.message)
        expect(desk.act(act.value)).toMatchObject({ ok: true })
      }
      look()
    },
    undo() {
      desk.undo()
      look()
    },
    wait: (seconds: number) => goTo(desk.timeline.cursor + seconds * 1_000_000),
    rewind: () => goTo(first.fromUs),
    view: () => desk.slow().view,
    ticks: () => task.ticks(seen),
  }
}
