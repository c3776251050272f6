import { wrap } from 'comlink'
import { createStore } from 'zustand'
import type { LabSession } from '../../../../engine/client/session.ts'
import type { SweepApi } from '../../sweep.ts'
import type { LoadSample } from './load-points.ts'

/** The measured points of a load-latency curve, run by a worker beside the page. It goes on while its panel is not shown. */
export interface LoadRunState {
  readonly session: LabSession
  readonly part: string
  readonly samples: readonly LoadSample[]
  readonly done: number
  readonly state: 'running' | 'stopped' | 'done'
  /** What ended each run, as the last one has it; null before the first. */
  readonly limit: string | null
  /** Why it came to no end. */
  readonly failure: string | null
  /** What was set when it began: another setting makes another curve. */
  readonly of: string
}

/** Shares of all that the stage can do. */
const LOADS = [0.2, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.96]
const SEEDS = 5
export const RUNS = LOADS.length * SEEDS

/** The last curve of the page. */
export const loadStore = createStore<{ readonly run: LoadRunState | null }>(() => ({ run: null }))

let stopLast = () => {}

/** Ends the runs under way; what was measured stays. */
export const stopLoads = (): void => stopLast()

/** Measures the curve of a stage as it is set now; the one before ends. */
export async function measureCurve(session: LabSession, part: string, of: string): Promise<void> {
  stopLast()
  const worker = new Worker(new URL('../../sweep.worker.ts', import.meta.url), { type: 'module', name: 'flow-sweep' })
  const api = wrap<SweepApi>(worker)
  const samples: LoadSample[] = []
  let isOver = false
  let limit: string | null = null
  const tell = (state: LoadRunState['state'], failure: string | null = null) =>
    loadStore.setState({
      run: { session, part, of, samples: [...samples], done: samples.length, state, limit, failure },
    })
  const end = (state: 'stopped' | 'done', failure: string | null = null) => {
    if (isOver) return
    isOver = true
    worker.terminate()
    tell(state, failure)
  }
  stopLast = () => end('stopped')
  worker.onerror = ({ message }) => end('stopped', message || 'the worker stopped')
  tell('running')
  const asked = { text: await session.api.text(), nowUs: Math.round(session.nowUs), part }
  const full = await api.fullFactor({ ...asked, seed: 1 })
  if (!full.ok) return end('stopped', full.reason)
  // All loads under one seed before the next: the curve is there early and grows surer.
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const [load, share] of LOADS.entries()) {
      const result = await api.measure({ ...asked, seed, factor: share * full.factor })
      if (isOver) return
      if (!result.ok) return end('stopped', result.reason)
      const { arrivedPerS, meanMs, n } = result.point
      limit = result.point.limit
      samples.push({ load, perS: arrivedPerS, meanMs, n })
      tell('running')
    }
  }
  end('done')
}
