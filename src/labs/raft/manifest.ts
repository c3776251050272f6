import type { LabManifest } from '../manifest.ts'
import { firstTask } from './first-task.ts'
import { first, preview } from './openings.ts'

export const raft: LabManifest = {
  id: 'raft',
  title: 'Raft',
  tagline: 'Five nodes agree on one log. Kill the leader and watch.',
  createWorker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'raft' }),
  pace: 0.2,
  first,
  preview,
  firstTask,
  loadView: () => import('./view/index.tsx').then((module) => module.view),
  loadPreview: () => import('./view/preview.tsx').then((module) => module.Preview),
  loadContent: () => import('./content.ts').then((module) => module.content),
}
