import { useStore } from 'zustand'
import type { LabSession } from '../../../../engine/client/session.ts'
import { Button } from '../../../../ui/button.tsx'
import { useSession } from '../../../../ui/use-session.ts'
import { shortNumber } from '../../../../viz/chart.ts'
import type { FlowView, LittleView, LoadCurveView, TheoryView } from '../../contract.ts'
import { useRate, useSelected, useStructure, viewOf } from '../hooks.ts'
import { LoadPlot, LoadTable } from './load-plot.tsx'
import { loadMeans } from './load-points.ts'
import { type LoadRunState, loadStore, measureCurve, RUNS, stopLoads } from './load-run.ts'
import { PartChoice } from './part-choice.tsx'

/** What theory says, beside what is measured: now, over a run, and over all loads. */
export function TheoryPanel({ session }: { readonly session: LabSession }) {
  const shown = useSession(session, ({ slow }) => (slow === null ? null : shownOf(viewOf(slow))))
  const selected = useSelected(session)
  const { parts } = useStructure(session)
  if (shown === null) return null
  const stage = parts.find(({ name, kind }) => name === selected && kind === 'stage')?.name ?? null
  const first = shown.loadCurve?.part ?? parts.find(({ kind }) => kind === 'stage')?.name ?? null
  return (
    <div className="fp-panel">
      <section aria-label="Theory against measured">
        <h3 className="fp-title">Theory against measured</h3>
        {shown.theory.length === 0 ? (
          <p className="fp-note">
            No formula holds for what is set: there is one for Poisson arrivals (or users who think) at stages that
            serve in turn, from an unbounded queue or a bounded one that drops the newest, without timeouts, retries or
            limits. Where more comes than can be served, nothing settles that could be measured.
          </p>
        ) : (
          <ul className="fp-badges">
            {shown.theory.map((line) => (
              <Badge key={line.part} line={line} />
            ))}
          </ul>
        )}
      </section>
      <PartChoice session={session} label="One stage" tab="theory" stagesOnly />
      <Little little={shown.little} stage={stage} />
      {(stage ?? first) !== null && <LoadCurve session={session} part={stage ?? first!} curve={shown.loadCurve} />}
    </div>
  )
}

const shownOf = ({ theory, little, loadCurve }: FlowView) => ({ theory, little, loadCurve })

const SIGNS = { agrees: '✓', differs: '≠', 'too short to tell': '…' } as const

function Badge({ line }: { readonly line: TheoryView }) {
  const { part, formula, quantity, unit, expected, measured, n, verdict } = line
  return (
    <li className="fp-badge" data-verdict={verdict}>
      <p>
        <b>{part}</b> <span className="fp-verdict">{`${SIGNS[verdict]} ${verdict}`}</span>
      </p>
      <p>
        <code>{formula}</code>
      </p>
      <dl className="fp-numbers">
        <div>
          <dt>{quantity}, theory</dt>
          <dd>
            {shortNumber(expected)} {unit}
          </dd>
        </div>
        <div>
          <dt>measured, 95 %</dt>
          <dd>
            {measured === null
              ? 'not yet'
              : `${shortNumber(measured.mean)} ± ${shortNumber(measured.halfWidth)} ${unit}`}
          </dd>
        </div>
        <div>
          <dt>n</dt>
          <dd>{n.toLocaleString('en-US')}</dd>
        </div>
      </dl>
    </li>
  )
}

function Little({ little, stage }: { readonly little: LittleView | null; readonly stage: string | null }) {
  return (
    <section aria-label="Little’s law">
      <h3 className="fp-title">
        Little’s law <small>L = λ W</small>
      </h3>
      {little === null ? (
        <p className="fp-note">
          {stage === null
            ? 'Choose a stage: three numbers, measured apart, and one identity.'
            : `Nothing has left ${stage} yet.`}
        </p>
      ) : (
        <Identity little={little} />
      )}
    </section>
  )
}

function Identity({ little: { inStage, ratePerS, timeMs, present } }: { readonly little: LittleView }) {
  const product = (ratePerS * timeMs) / 1_000
  return (
    <>
      <p className="fp-identity">
        <span>
          <b>{shortNumber(inStage)}</b> <small>L, mean number in the stage</small>
        </span>
        <i aria-hidden="true">{present === 0 ? '=' : '≥'}</i>
        <span>
          <b>{shortNumber(ratePerS)}/s</b> <small>λ, that left</small>
        </span>
        <i aria-hidden="true">×</i>
        <span>
          <b>{shortNumber(timeMs)} ms</b> <small>W, mean time of those</small>
        </span>
      </p>
      <p className="fp-note">
        {present === 0 ? (
          <>
            The stage is empty, so it is exact: the area under the number of items is the sum of the times that they
            were there (λ W = {product.toPrecision(6)}, L = {inStage.toPrecision(6)}).
          </>
        ) : (
          <>
            λ W = {shortNumber(product)}. Exact from empty to empty: the {present} in the stage now{' '}
            {present === 1 ? 'has' : 'have'} waited already, and not left yet.
          </>
        )}
      </p>
    </>
  )
}

interface CurveProps {
  readonly session: LabSession
  readonly part: string
  readonly curve: LoadCurveView | null
}

function LoadCurve({ session, part, curve }: CurveProps) {
  const { parts } = useStructure(session)
  const last = useStore(loadStore, ({ run }) => run)
  // Another act may have set something else: what was measured before is of another pipeline.
  const of = useSession(session, ({ slow }) => settingsKey(slow?.acts ?? [], slow?.run.title ?? ''))
  const run = last?.session === session && last.part === part ? last : null
  const own = curve?.part === part ? curve : null
  const means = loadMeans(run?.samples ?? [])
  const nowPerS = useRate(
    session,
    parts.findIndex(({ name }) => name === part),
    'arrivedPerS',
  )
  return (
    <section aria-label="Load and latency">
      {own === null && means.length === 0 ? (
        <p className="fp-note">
          For {part} as it is set no formula gives the time over the load. It can be measured all the same.
        </p>
      ) : (
        <LoadPlot curve={own} means={means} part={part} nowPerS={nowPerS} />
      )}
      {run !== null && run.of !== of && (
        <p className="fp-note" role="status">
          These points are of the pipeline before it was changed.
        </p>
      )}
      <div className="fp-row">
        {run?.state === 'running' ? (
          <Button size="small" onClick={stopLoads}>
            Cancel
          </Button>
        ) : (
          <Button size="small" look="accent" onClick={() => void measureCurve(session, part, of)}>
            Measure this curve
          </Button>
        )}
        {run !== null && <Progress run={run} />}
      </div>
      {means.length > 0 && <LoadTable means={means} curve={own} />}
    </section>
  )
}

const settingsKey = (acts: readonly { readonly line: string; readonly done: boolean }[], title: string): string =>
  [title, ...acts.filter(({ done }) => done).map(({ line }) => line)].join('\n')

function Progress({ run: { state, done, limit, failure } }: { readonly run: LoadRunState }) {
  return (
    <>
      {state === 'running' && <progress max={RUNS} value={done} aria-label="Runs that are done" />}
      <p className="fp-note" role="status">
        {failure !== null
          ? `It came to no end: ${failure}.`
          : state === 'running'
            ? ''
            : `${state === 'done' ? 'Done' : 'Cancelled'}: ${done} of ${RUNS} runs${limit === null ? '' : `, each to the limit of ${limit}`}.`}
      </p>
    </>
  )
}
