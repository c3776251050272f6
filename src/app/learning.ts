import { createStore } from 'zustand/vanilla'
import { type Progress, progressKey, readProgress, visit } from './progress.ts'
import { storage } from './storage.ts'

const KEY = 'ballast:progress'

/** Progress in all lessons of all labs. */
export const learning = createStore<{ readonly progress: Progress }>(() => ({
  progress: readProgress(storage.read(KEY)),
}))

export function keepProgress(progress: Progress): void {
  if (progress === learning.getState().progress) return
  learning.setState({ progress })
  storage.write(KEY, progress)
}

/** Notes where the learner is and what is solved. */
export function noteStep(lab: string, lesson: string, step: number, solved: readonly number[]): void {
  keepProgress(visit(learning.getState().progress, progressKey(lab, lesson), step, solved))
}
