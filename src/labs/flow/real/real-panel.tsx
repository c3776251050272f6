import { Pause, Play, Skull, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { announce } from '../../../ui/live-region.tsx'
import { PlotView } from '../../../ui/plot.tsx'
import type { Plot, PlotSeries } from '../../../viz/plot.ts'
import { expectedAhead, FIRST_PLAN, type Primitive, type RealPlan, realProblem } from './plan.ts'
import { RealControls } from './real-controls.tsx'
import { RealPicture } from './real-picture.tsx'
import { canTransfer, RealRun } from './run.ts'
import type { PartShot, RealSnapshot } from './snapshot.ts'
import { bytesText, itemsText, questionOf, sentenceOf, timeText } from './words.ts'
import './real.css'

/** Streams that this browser cannot hand to a worker. */
const impossible = (): readonly Primitive[] =>
  (['readable', 'writable'] as const).filter((primitive) => !canTransfer(primitive))

const firstPlan = (without: readonly Primitive[]): RealPlan =>
  without.includes(FIRST_PLAN.joint.primitive)
    ? { ...FIRST_PLAN, joint: { primitive: 'credits', credits: 16 } }
    : FIRST_PLAN

/** Pipelines of real workers: nothing here is simulated, and nothing can be rewound. */
export function RealMode() {
  const [without] = useState(impossible)
  const [plan, setPlan] = useState(() => firstPlan(without))
  const [guess, setGuess] = useState('')
  const { course, start, hold, kill, end } = useRealRun()
  const problem = realProblem(plan)
  const shot = course?.shots.at(-1)
  const isRunning = shot?.running ?? false
  const change = (next: RealPlan) => {
    setPlan(next)
    if (!isRunning) return
    if (realProblem(next) === null) start(next)
    else end()
  }
  return (
    <div className="rm-panel">
      <p className="rm-intro">
        Each part is a real Web Worker, joined by the browser’s own primitives, in real time. What waits here takes real
        memory.
      </p>
      {without.length > 0 && (
        <p className="rm-problem">
          This browser cannot hand a stream to a worker; the ways of postMessage and RxJS work.
        </p>
      )}
      <RealControls plan={plan} impossible={without} change={change} />
      <p className="rm-question">{questionOf(plan)}</p>
      <div className="rm-row">
        <label className="rm-field">
          Your guess, items
          <input
            type="number"
            inputMode="numeric"
            min={0}
            value={guess}
            onChange={({ target }) => setGuess(target.value)}
          />
        </label>
        <Button look="accent" disabled={problem !== null} onClick={() => start(plan)}>
          <Play size={14} aria-hidden />
          {isRunning ? 'Start anew' : 'Start the workers'}
        </Button>
        {isRunning && (
          <>
            <Button onClick={() => hold(!shot!.held)} aria-pressed={shot!.held}>
              <Pause size={14} aria-hidden />
              Hold the producer
            </Button>
            <Button onClick={end}>
              <Square size={14} aria-hidden />
              End all
            </Button>
          </>
        )}
      </div>
      {problem !== null && (
        <p className="rm-problem" role="alert">
          This cannot be run: {problem}.
        </p>
      )}
      {course === null || shot === undefined ? (
        <p className="rm-empty">No worker runs yet. Guess first, then start them.</p>
      ) : (
        <Outcome course={course} shot={shot} guess={guess === '' ? null : Number(guess)} kill={kill} />
      )}
    </div>
  )
}

/** A run as it was seen, a few times a second; bounded by the limit of run time. */
interface Course {
  readonly plan: RealPlan
  readonly shots: readonly RealSnapshot[]
}

/** The one run of the panel; it ends with the panel. */
function useRealRun() {
  const run = useRef<RealRun | null>(null)
  const [course, setCourse] = useState<Course | null>(null)
  useEffect(() => () => run.current?.end(), [])
  const start = (plan: RealPlan) => {
    run.current?.end()
    setCourse({ plan, shots: [] })
    run.current = new RealRun(plan, (shot) => setCourse((now) => ({ plan, shots: [...(now?.shots ?? []), shot] })))
    announce('Workers started')
  }
  return {
    course,
    start,
    hold: (held: boolean) => run.current?.hold(held),
    kill: (index: number) => run.current?.kill(index),
    end: () => run.current?.end(),
  }
}

interface OutcomeProps {
  readonly course: Course
  readonly shot: RealSnapshot
  readonly guess: number | null
  kill(index: number): void
}

function Outcome({ course: { plan, shots }, shot, guess, kill }: OutcomeProps) {
  const killer = ({ name, alive }: PartShot, index: number) =>
    shot.running && (
      <Button
        size="small"
        look="danger"
        disabled={!alive}
        aria-label={`Kill the ${name}: worker.terminate()`}
        onClick={() => kill(index)}
      >
        <Skull size={14} aria-hidden />
        Kill
      </Button>
    )
  const sentence = sentenceOf(plan, shot)
  return (
    <section aria-label="What the workers do">
      <p className="rm-sentence">{sentence}</p>
      <Spoken text={eventOf(shot) === null ? null : sentence} event={eventOf(shot)} />
      <RealPicture snapshot={shot} actions={killer} />
      <p className="rm-memory">
        <b>{bytesText(shot.bytes)}</b> of payload in {itemsText(shot.open)} made and not done, after{' '}
        {timeText(shot.elapsedMs)}.
      </p>
      <PlotView plot={plotOf(plan, shots, guess)} height={180} />
    </section>
  )
}

/** What is worth being said aloud; null while nothing has happened but items. */
function eventOf({ limit, running, parts }: RealSnapshot): string | null {
  if (limit !== null) return limit
  if (!running) return 'ended'
  const dead = parts.filter(({ alive }) => !alive).map(({ name }) => name)
  return dead.length === 0 ? null : dead.join()
}

/** Says `text` when `event` changes, and not with every number in it. */
function Spoken({ text, event }: { readonly text: string | null; readonly event: string | null }) {
  const said = useRef<string | null>(null)
  useEffect(() => {
    if (event !== said.current && text !== null) announce(text)
    said.current = event
  }, [event, text])
  return null
}

const COLORS = ['--term-1', '--term-0', '--term-2', '--term-6']

/** Items ahead over time, pipe by pipe; with what is to be expected and what was guessed. */
function plotOf(plan: RealPlan, shots: readonly RealSnapshot[], guess: number | null): Plot {
  const seconds = shots.map(({ elapsedMs }) => elapsedMs / 1_000)
  const across = (y: number) => [0, seconds.at(-1) ?? 0].map((x) => [x, y] as const)
  const pipes = shots[0]?.pipes ?? []
  const measured = pipes.map(({ between: [from, to] }, index): PlotSeries => {
    const points = shots.map(({ pipes }, at) => [seconds[at]!, pipes[index]!.ahead] as const)
    return { id: to, label: `${from} to ${to}`, color: COLORS[index]!, look: 'line', points }
  })
  const expected = expectedAhead(plan.joint)
  const lines: PlotSeries[] = []
  if (expected !== null) {
    const label = `${expected.formula} = ${expected.items}`
    lines.push({ id: 'expected', label, color: '--ink-2', look: 'dashed', points: across(expected.items) })
  }
  if (guess !== null && Number.isFinite(guess))
    lines.push({ id: 'guess', label: 'your guess', color: '--accent', look: 'dotted', points: across(guess) })
  return {
    title: 'Items ahead',
    x: { label: 'Time', unit: 's' },
    y: { label: 'Ahead', unit: 'items' },
    series: [...measured, ...lines],
  }
}
