import { Check, Circle } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { LessonView } from '../../engine/api.ts'
import { Button } from '../../ui/button.tsx'
import { useSession } from '../../ui/use-session.ts'
import { type Lab, useLab } from '../lab/context.ts'
import { learning } from '../learning.ts'
import { progressKey } from '../progress.ts'
import { Prose } from './prose.tsx'
import { Question } from './question.tsx'

const KINDS: Readonly<Record<LessonView['steps'][number]['kind'], string>> = {
  predict: 'Predict',
  observe: 'Observe',
  do: 'Do',
  explain: 'Explain',
  challenge: 'Challenge',
}

/** One step of a lesson: what to read, predict, bring about. The engine judges; this only shows its verdicts. */
export function LessonRunner() {
  const lab = useLab()
  const lesson = useSession(lab.session, ({ slow }) => slow?.lesson ?? null)
  if (lesson === null) return null
  return (
    <div className="guide-page lesson">
      <header>
        <div className="lesson-over">
          <span>Lesson · {lesson.title}</span>
          <Button size="small" look="ghost" onClick={() => void lab.host.leaveLesson()}>
            Leave
          </Button>
        </div>
        <h2>{lesson.steps[lesson.step]?.title ?? lesson.title}</h2>
        <Steps lesson={lesson} lab={lab} />
      </header>
      <Prose text={lesson.prose} />
      {lesson.question !== null && (
        <Question key={lesson.step} question={lesson.question} onCommit={(value) => void commit(lab, value)} />
      )}
      <Goals goals={lesson.goals} />
      <Help key={`help ${lesson.step}`} lesson={lesson} lab={lab} />
      {lesson.score !== null && (
        <p className="lesson-score">
          <strong className="b-num">{lesson.score.value}</strong> {lesson.score.text}
        </p>
      )}
      <p className="sheet-note">
        {lesson.source} · {lesson.minutes} min
      </p>
      <Ways lesson={lesson} lab={lab} />
    </div>
  )
}

/** The prediction stands; now the run may show who is right. */
async function commit(lab: Lab, value: string): Promise<void> {
  await lab.session.api.predict(value)
  await lab.session.api.play()
}

/** The steps as a bar: each one is a place to go to. What was solved on an earlier visit stays green. */
function Steps({ lesson, lab }: { readonly lesson: LessonView; readonly lab: Lab }) {
  const progress = useStore(learning, (state) => state.progress[progressKey(lab.manifest.id, lesson.id)])
  const steps = lesson.steps.map((step, index) => ({
    ...step,
    solved: step.solved || progress?.solved.includes(index) === true,
  }))
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <li key={step.title}>
          <button
            type="button"
            className="step"
            data-solved={step.solved}
            aria-current={index === lesson.step ? 'step' : undefined}
            aria-label={`Step ${index + 1} of ${lesson.steps.length}: ${step.title}${step.solved ? ', solved' : ''}`}
            title={`${KINDS[step.kind]}: ${step.title}`}
            onClick={() => void lab.host.startLesson(lesson.id, index)}
          />
        </li>
      ))}
    </ol>
  )
}

function Goals({ goals }: { readonly goals: LessonView['goals'] }) {
  if (goals.length === 0) return null
  return (
    <ul className="goals" aria-label="Goals">
      {goals.map((goal) => (
        <li key={goal.text} className="goal" data-done={goal.done}>
          {goal.done ? <Check size={16} aria-label="done" /> : <Circle size={16} aria-label="open" />}
          <span>{goal.text}</span>
        </li>
      ))}
    </ul>
  )
}

/** A hint on request, and the solution as visible acts. */
function Help({ lesson, lab }: { readonly lesson: LessonView; readonly lab: Lab }) {
  const [hinting, setHinting] = useState(false)
  const [shown, setShown] = useState<readonly string[]>([])
  if (lesson.solved && shown.length === 0) return null
  return (
    <div className="lesson-help">
      <div className="guide-acts">
        {!lesson.solved && lesson.hint !== null && (
          <Button size="small" aria-expanded={hinting} onClick={() => setHinting(!hinting)}>
            Hint
          </Button>
        )}
        {!lesson.solved && lesson.goals.length > 0 && (
          <Button size="small" onClick={() => void lab.session.api.showMe().then(setShown)}>
            Show me
          </Button>
        )}
      </div>
      {hinting && !lesson.solved && lesson.hint !== null && <p className="hint">{lesson.hint}</p>}
      {shown.length > 0 && (
        <>
          <p className="sheet-note">These acts were typed for you:</p>
          <pre className="hint">{shown.join('\n')}</pre>
        </>
      )}
    </div>
  )
}

/** Back, again, onward. Nobody is locked in: an unsolved step can be skipped. */
function Ways({ lesson, lab }: { readonly lesson: LessonView; readonly lab: Lab }) {
  const last = lesson.step === lesson.steps.length - 1
  // A step that only wants to be read cannot be skipped.
  const done = lesson.solved || (lesson.goals.length === 0 && lesson.question === null)
  return (
    <div className="lesson-ways">
      <Button disabled={lesson.step === 0} onClick={() => void lab.host.startLesson(lesson.id, lesson.step - 1)}>
        Back
      </Button>
      <Button onClick={() => void lab.session.api.enterStep(lesson.step)}>Retry</Button>
      {last ? (
        <Button look={done ? 'accent' : 'plain'} onClick={() => void lab.host.leaveLesson()}>
          Free play
        </Button>
      ) : (
        <Button look={done ? 'accent' : 'plain'} onClick={() => void lab.host.startLesson(lesson.id, lesson.step + 1)}>
          {done ? 'Next' : 'Skip'}
        </Button>
      )}
    </div>
  )
}
