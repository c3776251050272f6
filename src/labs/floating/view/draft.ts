import { type Remote, wrap } from 'comlink'
import { createStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import type { Picture } from '../contract.ts'
import type { SolverApi } from '../solver.ts'
import { inputIn, pictureIn } from './hooks.ts'

/** What is shown while a hand drags: the design as it would be. Latest wins; nothing is done before the hand lets go. */
export interface Draft {
  readonly dimension: string
  readonly value: number
  /** Null until the first answer. */
  readonly picture: Picture | null
  readonly motion: Float64Array | null
  /** Why this value cannot be. */
  readonly failure: string | null
}

/** The draft of the page; null while nothing is dragged. */
export const draftStore = createStore<{ readonly draft: Draft | null }>(() => ({ draft: null }))

let solver: Remote<SolverApi> | null = null
let underway = false

/** A solver of one's own; whoever starts it ends it. */
export function startSolver(): { readonly solver: Remote<SolverApi>; end(): void } {
  const worker = new Worker(new URL('../solver.worker.ts', import.meta.url), {
    type: 'module',
    name: 'floating-solver',
  })
  return { solver: wrap<SolverApi>(worker), end: () => worker.terminate() }
}

/** The solver beside the page; started when it is first needed. */
export function solverOf(): Remote<SolverApi> {
  solver ??= startSolver().solver
  return solver
}

/** Shows what the design would be with this value. */
export function tryDimension(session: LabSession, dimension: string, value: number): void {
  const last = draftStore.getState().draft
  const kept = last?.dimension === dimension ? last : { picture: null, motion: null, failure: null }
  draftStore.setState({ draft: { ...kept, dimension, value } })
  if (!underway) void follow(session)
}

/** One trial at a time; whoever moved on meanwhile is followed with the newest value. */
async function follow(session: LabSession): Promise<void> {
  underway = true
  let solved: number | null = null
  for (;;) {
    const { draft } = draftStore.getState()
    const input = inputIn(session)
    if (draft === null || input === null || draft.value === solved) break
    const { dimension, value } = draft
    const command = { kind: 'set', dimension, value } as const
    const result = await solverOf().tryOut({ input, command, seed: session.slow?.run.seed ?? 0 })
    solved = value
    const now = draftStore.getState().draft
    if (now === null || now.dimension !== dimension) continue
    draftStore.setState({
      draft:
        result.kind === 'solved'
          ? { ...now, picture: result.picture, motion: result.motion, failure: null }
          : { ...now, failure: result.message },
    })
  }
  underway = false
}

/** Lets go: the value becomes an act of the experiment. */
export async function keepDraft(session: LabSession, unit: string): Promise<void> {
  const { draft } = draftStore.getState()
  if (draft === null) return
  // While the act is on its way the draft stays: the old value must not flash up.
  const text = `${Number(draft.value.toPrecision(6))}${unit}`
  const shown = pictureIn(session)
  const reply = await session.act({ id: 'dimension', args: { dimension: draft.dimension, value: text } })
  if (reply.ok) await pictureAfter(session, shown)
  if (draftStore.getState().draft?.value === draft.value) draftStore.setState({ draft: null })
}

/** Comes when the page has the design after an act. */
function pictureAfter(session: LabSession, before: Picture | null): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (pictureIn(session) === before) return
      stop()
      resolve()
    }
    const stop = session.subscribe(look)
    look()
  })
}

/** Lets go without an act. */
export function dropDraft(): void {
  draftStore.setState({ draft: null })
}
