import { useEffect, useRef, useState } from 'react'
import type { LabSession } from '../../engine/client/session.ts'
import type { Problem } from '../../experiment/types.ts'
import { Button } from '../../ui/button.tsx'
import { useSession } from '../../ui/use-session.ts'
import { useLab } from '../lab/context.ts'
import { Problems } from '../lab/fault-sheet.tsx'
import { problemOffset } from '../problems.ts'

/** The experiment as its text: what the terminal, links and files carry. Editing never touches the run until applied. */
export function ExperimentText() {
  const { session, host } = useLab()
  const text = useText(session)
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? text ?? ''
  const problems = useProblems(session, draft)
  const area = useRef<HTMLTextAreaElement>(null)
  const select = (problem: Problem) => {
    const start = problemOffset(shown, problem)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + problem.length)
  }
  const apply = async () => {
    if (draft !== null && (await host.openText(draft, 'your text'))) setDraft(null)
  }
  return (
    <div className="guide-page experiment-text">
      <label className="field">
        The whole experiment as text
        <textarea
          ref={area}
          className="b-textarea"
          value={shown}
          spellCheck={false}
          aria-invalid={problems.length > 0}
          onChange={(event) => setDraft(event.target.value)}
        />
      </label>
      <div className="guide-acts">
        <Button look="accent" disabled={draft === null || problems.length > 0} onClick={() => void apply()}>
          Apply
        </Button>
        <Button disabled={draft === null} onClick={() => setDraft(null)}>
          Back to the run’s text
        </Button>
      </div>
      {problems.length > 0 && <Problems text={shown} problems={problems} onShow={select} onApply={setDraft} />}
      <p className="sheet-note">
        Every click adds a line here. Applying starts the run anew from this text; the one before stays in the list of
        recent experiments.
      </p>
    </div>
  )
}

/** The canonical text of the present run; follows every act. */
function useText(session: LabSession): string | null {
  const revision = useSession(session, ({ slow }) => slow?.run.revision ?? null)
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    if (revision === null) return
    let wanted = true
    session.api.text().then(
      (now) => wanted && setText(now),
      // The crash panel says it.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [session, revision])
  return text
}

/** What is wrong with the draft; the worker's parser judges, and a late answer never overwrites a newer one. */
function useProblems(session: LabSession, draft: string | null): readonly Problem[] {
  const [problems, setProblems] = useState<readonly Problem[]>([])
  useEffect(() => {
    if (draft === null) return setProblems([])
    let wanted = true
    session.api.check(draft).then(
      (found) => wanted && setProblems(found),
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [session, draft])
  return problems
}
