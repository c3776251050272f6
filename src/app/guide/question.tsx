import { type FormEvent, useId, useState } from 'react'
import type { QuestionView } from '../../engine/api.ts'
import { Button } from '../../ui/button.tsx'

interface QuestionProps {
  readonly question: QuestionView
  readonly onCommit: (value: string) => void
}

/** Predict first: what is committed before the run stays visible beside the outcome. */
export function Question({ question, onCommit }: QuestionProps) {
  const [value, setValue] = useState('')
  const name = useId()
  const { prediction, outcome } = question
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (value.trim() !== '') onCommit(value.trim())
  }
  return (
    <form className="question" onSubmit={submit}>
      <fieldset disabled={prediction !== null}>
        <legend>{question.prompt}</legend>
        {question.form === 'choice' ? (
          question.options.map((option) => (
            <label
              key={option.id}
              className="option"
              data-predicted={prediction === option.id}
              data-outcome={outcome?.value === option.id}
            >
              <input
                type="radio"
                name={name}
                value={option.id}
                checked={(prediction ?? value) === option.id}
                onChange={() => setValue(option.id)}
              />
              <span>
                {option.text}
                {prediction === option.id && <small>your prediction</small>}
                {outcome?.value === option.id && <small className="option-outcome">what happened</small>}
              </span>
            </label>
          ))
        ) : (
          <label className="number-answer">
            <input
              className="b-input b-num"
              type="number"
              inputMode="decimal"
              step="any"
              value={prediction ?? value}
              onChange={(event) => setValue(event.target.value)}
              aria-label={question.prompt}
            />
            {question.unit !== null && <span>{question.unit}</span>}
          </label>
        )}
      </fieldset>
      {prediction === null && (
        <Button type="submit" look="accent" disabled={value.trim() === ''}>
          Commit my prediction
        </Button>
      )}
      {prediction !== null && outcome === null && <p className="sheet-note">Committed. It runs now: look.</p>}
      {outcome !== null && <Verdict question={question} outcome={outcome} />}
    </form>
  )
}

function Verdict({
  question,
  outcome,
}: {
  readonly question: QuestionView
  readonly outcome: NonNullable<QuestionView['outcome']>
}) {
  const right = question.form === 'number' ? 'Close enough.' : 'As you predicted.'
  return (
    <div className="verdict" data-right={outcome.right} role="status">
      <strong>{outcome.right ? right : 'Not as you predicted.'}</strong>
      {question.form === 'number' && (
        <p className="b-num">
          You said {question.prediction} {question.unit}; it was {outcome.value} {question.unit}.
        </p>
      )}
      <p>{outcome.explanation}</p>
    </div>
  )
}
