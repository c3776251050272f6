import { Check, Circle } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { LabSession } from '../../engine/client/session.ts'
import type { FirstTask, LabManifest } from '../../labs/manifest.ts'
import { Button } from '../../ui/button.tsx'
import { useSession } from '../../ui/use-session.ts'
import { useLab } from '../lab/context.ts'
import { storage } from '../storage.ts'

const key = (lab: string) => `ballast:first-task:${lab}`

/**
 * The unfinished task of a first visit, over the experiment that it was written for. It ticks when the facts show it;
 * once closed it does not come back.
 */
export function FirstTaskCard() {
  const { manifest, session } = useLab()
  const [closed, setClosed] = useState(() => storage.getItem(key(manifest.id)) === 'done')
  const title = useSession(session, ({ slow }) => slow?.run.title ?? null)
  if (closed || title !== firstTitle(manifest)) return null
  const close = () => {
    storage.setItem(key(manifest.id), 'done')
    setClosed(true)
  }
  return <OpenTask task={manifest.firstTask} session={session} onClose={close} />
}

/** What the first line of the first experiment calls it: `# Five nodes, one log`. */
const firstTitle = ({ first }: LabManifest): string | null => /^# (.+)/.exec(first.text)?.[1] ?? null

interface OpenTaskProps {
  readonly task: FirstTask
  readonly session: LabSession
  readonly onClose: () => void
}

function OpenTask({ task, session, onClose }: OpenTaskProps) {
  const ticks = useTicks(task, session)
  const open = ticks.indexOf(false)
  return (
    <section className="task" aria-labelledby="first-task">
      <h2 id="first-task">{task.title}</h2>
      <ol className="goals">
        {task.goals.map((goal, index) => (
          <li key={goal.text} className="goal" data-done={ticks[index]}>
            {ticks[index] ? <Check size={16} aria-label="done" /> : <Circle size={16} aria-label="open" />}
            <span>
              {goal.text}
              {index === open && <small>{goal.hint}</small>}
            </span>
          </li>
        ))}
      </ol>
      {open < 0 && <p>{task.done}</p>}
      <Button size="small" look={open < 0 ? 'accent' : 'ghost'} onClick={onClose}>
        {open < 0 ? 'Done' : 'Not now'}
      </Button>
    </section>
  )
}

/** Feeds the task every slow state. The task itself decides what a tick takes. */
function useTicks(task: FirstTask, session: LabSession): readonly boolean[] {
  const [ticks, setTicks] = useState(() => task.ticks(task.start))
  useEffect(() => {
    let seen = task.start
    return session.subscribe(() => {
      const { slow } = session
      if (slow === null) return
      const acts = slow.acts.filter((act) => act.done).map((act) => act.line)
      seen = task.next(seen, slow.view as never, acts)
      const now = task.ticks(seen)
      setTicks((before) => (before.every((tick, index) => tick === now[index]) ? before : now))
    })
  }, [task, session])
  return ticks
}
