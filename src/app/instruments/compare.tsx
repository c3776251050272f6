import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { BranchView, Comparison, TimeWindow, WindowQuery } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { useSession } from '../../ui/use-session.ts'
import { onFrame } from '../../viz/scheduler.ts'
import type { SpaceTimeScene } from '../../viz/space-time.ts'
import { fitView, instantText, type TimeView } from '../../viz/time-axis.ts'
import { deskOf } from './desk.ts'
import { windowQuery } from './diagram.tsx'
import { mountDiagram } from './diagram-canvas.ts'
import { createFeed } from './feed.ts'
import { compareWindow, defaultPair } from './pair.ts'
import type { InstrumentProps } from './props.ts'
import './compare.css'

const NONE: readonly BranchView[] = []
const WINDOW_GAP_MS = 100
const NO_BOOKMARKS: SpaceTimeScene['bookmarks'] = []

/** Two futures of a run over one time axis, with the first difference. */
export function Compare({ session, labView }: InstrumentProps) {
  const branches = useSession(session, ({ slow }) => slow?.branches ?? NONE)
  const wished = useStore(deskOf(session), (state) => state.compared)
  const [chosen, choose] = useState<{ readonly left: number; readonly right: number } | null>(null)
  const pair = defaultPair(branches, chosen ?? wished)
  if (pair === null) {
    return (
      <p className="i-empty">
        There is only one future so far. Go back in time and do something else: both futures are kept, and here they
        stand side by side.
      </p>
    )
  }
  return (
    <Pair
      key={`${pair.left}|${pair.right}`}
      session={session}
      labView={labView}
      branches={branches}
      pair={pair}
      onPair={choose}
    />
  )
}

interface PairProps extends Omit<InstrumentProps, 'allow'> {
  readonly branches: readonly BranchView[]
  readonly pair: { readonly left: number; readonly right: number }
  readonly onPair: (pair: { readonly left: number; readonly right: number }) => void
}

function Pair({ session, labView, branches, pair, onPair }: PairProps) {
  const [comparison, setComparison] = useState<Comparison | null>(null)
  const revision = useSession(
    session,
    ({ slow }) => `${slow?.run.revision} ${slow?.run.playing ? '' : slow?.run.frontierUs}`,
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the comparison is asked again when the run has changed
  useEffect(() => {
    let wanted = true
    session.api.compare(pair.left, pair.right).then(
      (found) => wanted && setComparison(found),
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [session, pair.left, pair.right, revision])
  const view = useRef<TimeView | null>(null)
  const differsAtUs = comparison?.differsAtUs ?? null
  const show = (which: TimeView) => {
    view.current = which
  }
  const whole = () => fitView(Math.max(...branches.map(({ frontierUs }) => frontierUs)), null)
  const options = branches.map(({ id, name }) => ({ value: String(id), label: name }))
  const side = (which: 'left' | 'right') => (
    <section className="i-compare-side" aria-label={branches.find(({ id }) => id === pair[which])?.name ?? ''}>
      <div className="i-compare-head">
        <Select
          label={which === 'left' ? 'Upper branch' : 'Lower branch'}
          size="small"
          value={String(pair[which])}
          options={options}
          onChange={(value) => onPair({ ...pair, [which]: Number(value) })}
        />
        <span className="i-compare-text">{which === 'left' ? comparison?.leftText : comparison?.rightText}</span>
        <Button size="small" look="ghost" onClick={() => void goTo(session, pair[which], differsAtUs)}>
          Go there
        </Button>
      </div>
      <BranchDiagram
        session={session}
        labView={labView}
        branch={pair[which]}
        differsAtUs={differsAtUs}
        view={view}
        whole={whole}
      />
    </section>
  )
  return (
    <div className="i-compare">
      <p className="i-compare-summary">
        {summary(comparison)}
        {differsAtUs !== null && (
          <Button size="small" onClick={() => show(compareWindow(differsAtUs))}>
            Show the difference
          </Button>
        )}
        <Button size="small" look="ghost" onClick={() => show(whole())}>
          Whole run
        </Button>
      </p>
      {side('left')}
      {side('right')}
    </div>
  )
}

function summary(comparison: Comparison | null): string {
  if (comparison === null) return 'Comparing…'
  if (comparison.differsAtUs === null) return 'No difference: one is the beginning of the other.'
  return `They differ from ${instantText(comparison.differsAtUs)} on.`
}

async function goTo(session: LabSession, branch: number, atUs: number | null): Promise<void> {
  await session.api.switchBranch(branch)
  if (atUs !== null) await session.api.seek(atUs)
}

interface BranchDiagramProps extends Omit<InstrumentProps, 'allow'> {
  readonly branch: number
  readonly differsAtUs: number | null
  /** Shared by both diagrams: they move and zoom together. */
  readonly view: { current: TimeView | null }
  readonly whole: () => TimeView
}

function BranchDiagram({ session, labView, branch, differsAtUs, view, whole }: BranchDiagramProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const latest = useRef({ differsAtUs, whole })
  latest.current = { differsAtUs, whole }
  useEffect(() => {
    if (canvas.current === null || tip.current === null) return
    let data: TimeWindow | null = null
    const windows = createFeed(
      (query: WindowQuery) => session.api.window(query),
      (answer) => {
        data = answer
      },
      WINDOW_GAP_MS,
    )
    const stop = onFrame('pull', (nowMs) => {
      view.current ??= latest.current.whole()
      const query = windowQuery(view.current, branch)
      windows.want(`${query.fromUs}|${query.toUs}|${session.slow?.run.frontierUs}`, query)
      windows.step(nowMs)
    })
    const frontier = () => session.slow?.branches.find(({ id }) => id === branch)?.frontierUs ?? 0
    const unmount = mountDiagram(canvas.current, tip.current, {
      style: labView.lane,
      scene: () =>
        session.slow === null || view.current === null
          ? null
          : {
              data,
              view: view.current,
              nowUs: Number.NEGATIVE_INFINITY,
              actors: session.slow.actors,
              bookmarks: NO_BOOKMARKS,
              differsAtUs: latest.current.differsAtUs,
              inspectedRow: null,
              selectedActor: null,
            },
      setView: (next) => {
        view.current = next
      },
      lastUs: () => Math.max(1, frontier()),
      fit: () => {
        view.current = latest.current.whole()
      },
      scrub: null,
      pick: () => true,
      describe: (hit) => (hit.kind === 'mark' ? `${instantText(hit.mark.timeUs)} · ${hit.mark.text}` : ''),
    })
    return () => {
      stop()
      unmount()
    }
  }, [session, labView, branch, view])
  return (
    <div className="i-compare-diagram">
      <canvas ref={canvas} className="i-diagram-canvas" role="img" aria-label="Space-time diagram of this branch" />
      <div ref={tip} className="i-tip" hidden aria-hidden />
    </div>
  )
}
