import { createStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import type { SweepPlan } from '../contract.ts'
import type { SweepSlice } from '../explore.ts'
import type { PortableInput } from '../projection.ts'
import { startSolver } from './draft.ts'
import { type Column, columnsOf, type Designs } from './sweep-data.ts'

/** A sweep over two solvers of its own. It goes on while its panel is not shown. */
export interface Sweep extends Designs {
  readonly session: LabSession
  /** Title of the design that was changed. */
  readonly title: string
  readonly done: number
  readonly perSecond: number
  readonly state: 'running' | 'stopped' | 'done'
}

/** The last sweep of the page. */
export const sweepStore = createStore<{ readonly sweep: Sweep | null }>(() => ({ sweep: null }))

const WORKERS = 2
/** Designs that a solver takes at once: it hears of the end of a sweep in between. */
const SLICE = 20
/** The cloud of thousands of points is drawn anew this often, ms. */
const DRAWN_EVERY_MS = 400

let stopLast = () => {}

/** Ends the sweep under way; what was found stays. */
export const stopSweep = (): void => stopLast()

/** Begins a sweep; the one before ends. */
export function startSweep(
  session: LabSession,
  input: PortableInput,
  plan: SweepPlan,
  dimensions: readonly Column[],
): void {
  stopSweep()
  const columns = columnsOf(plan, dimensions)
  const rows = new Float64Array(plan.count * columns.length).fill(Number.NaN)
  const reasons = new Map<number, string>()
  const solvers = Array.from({ length: WORKERS }, startSolver)
  const beganMs = performance.now()
  let [next, done, drawnMs] = [0, 0, beganMs]
  const tell = (state: Sweep['state']) => {
    const perSecond = (done * 1_000) / Math.max(1, performance.now() - beganMs)
    const title = input.design.name
    sweepStore.setState({ sweep: { session, title, plan, columns, rows, reasons, done, perSecond, state } })
  }
  const end = (state: 'stopped' | 'done') => {
    for (const solver of solvers) solver.end()
    stopLast = () => {}
    tell(state)
  }
  const take = (slice: SweepSlice, from: number) => {
    rows.set(slice.rows, from * columns.length)
    const failed = [...slice.failures]
    for (let at = from; failed.length > 0; at++)
      if (Number.isNaN(rows[at * columns.length + plan.axes.length]!)) reasons.set(at, failed.shift()!)
    done += slice.rows.length / columns.length
    if (done === plan.count) end('done')
    else if (performance.now() - drawnMs > DRAWN_EVERY_MS) {
      drawnMs = performance.now()
      tell('running')
    }
  }
  stopLast = () => end('stopped')
  tell('running')
  for (const { solver } of solvers) {
    const follow = async () => {
      while (next < plan.count) {
        const from = next
        next = Math.min(plan.count, from + SLICE)
        take(await solver.sweep(input, plan, from, next), from)
      }
    }
    void follow()
  }
}
