import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Problem } from '../../experiment/types.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { InlineCode } from '../../ui/inline-code.tsx'
import { applySuggestion, excerpt, problemOffset } from '../problems.ts'
import { type Lab, useLab } from './context.ts'
import type { Fault } from './host.ts'

/** What could not be opened, why, and the way to mend it. The run that was there goes on behind it. */
export function FaultSheet() {
  const lab = useLab()
  const fault = useStore(lab.host.state, (state) => state.fault)
  if (fault === null) return null
  return fault.kind === 'link' ? (
    <LinkFault lab={lab} reason={fault.reason} />
  ) : (
    <TextFault key={fault.text} lab={lab} fault={fault} />
  )
}

function LinkFault({ lab, reason }: { readonly lab: Lab; readonly reason: string }) {
  return (
    <Dialog open title="This link cannot be opened" onClose={() => lab.host.dismissFault()}>
      <p>{reason}</p>
      <p className="sheet-note">
        Nothing else was changed, and behind this sheet an experiment runs on. Ask for the link again, or for the
        experiment as a file.
      </p>
      <Button look="accent" onClick={() => lab.host.dismissFault()}>
        Go on without it
      </Button>
    </Dialog>
  )
}

function TextFault({ lab, fault }: { readonly lab: Lab; readonly fault: Extract<Fault, { kind: 'text' }> }) {
  const [text, setText] = useState(fault.text)
  const area = useRef<HTMLTextAreaElement>(null)
  const count = fault.problems.length
  const show = (problem: Problem) => {
    const start = problemOffset(text, problem)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + problem.length)
  }
  return (
    <Dialog
      open
      width="wide"
      title={`${count === 1 ? 'One mistake' : `${count} mistakes`} in ${fault.from}`}
      onClose={() => lab.host.dismissFault()}
    >
      <Problems
        text={fault.text}
        problems={fault.problems}
        onShow={show}
        // Once the text was edited, the places of the mistakes no longer fit.
        onApply={text === fault.text ? setText : null}
      />
      <label className="field">
        The experiment’s text
        <textarea
          ref={area}
          className="b-textarea"
          rows={Math.min(18, Math.max(6, text.split('\n').length + 1))}
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="sheet-acts">
        <Button look="accent" onClick={() => void lab.host.openText(text, fault.from)}>
          Try again
        </Button>
        <Button onClick={() => lab.host.dismissFault()}>Leave it</Button>
        <span className="sheet-note">The present run is untouched.</span>
      </div>
    </Dialog>
  )
}

interface ProblemsProps {
  readonly text: string
  readonly problems: readonly Problem[]
  readonly onShow: (problem: Problem) => void
  /** Takes the text with a suggestion applied; null while suggestions do not fit. */
  readonly onApply: ((text: string) => void) | null
}

/** Every mistake with its line and a caret; shared with the editor. */
export function Problems({ text, problems, onShow, onApply }: ProblemsProps) {
  return (
    <ol className="problems">
      {problems.map((problem) => {
        const shown = excerpt(text, problem)
        const mended = onApply === null ? null : applySuggestion(text, problem)
        return (
          <li key={`${problem.line}:${problem.column}:${problem.message}`}>
            <button type="button" className="problem-place" onClick={() => onShow(problem)}>
              line {problem.line}, column {problem.column}
            </button>
            <p>
              <InlineCode text={problem.message} />
            </p>
            {shown !== null && (
              <pre aria-hidden="true">
                {shown.line}
                {'\n'}
                <span className="problem-caret">{shown.caret}</span>
              </pre>
            )}
            {problem.expected !== '' && (
              <p className="problem-expected">
                Expected: <InlineCode text={problem.expected} />
              </p>
            )}
            {problem.suggestion !== null && (
              <p className="problem-expected">
                Did you mean <code>{problem.suggestion}</code>?{' '}
                {mended !== null && (
                  <Button size="small" onClick={() => onApply?.(mended)}>
                    Use it
                  </Button>
                )}
              </p>
            )}
          </li>
        )
      })}
    </ol>
  )
}
