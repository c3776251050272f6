import type { LabManifest } from '../manifest.ts'
import { firstTask } from './first-task.ts'
import { first, preview } from './openings.ts'

export const cluster: LabManifest = {
  id: 'cluster',
  title: 'Redis Cluster',
  tagline: '16,384 slots, six nodes, no centre. Kill a master and see who takes over.',
  createWorker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'cluster' }),
  pace: 0.25,
  first,
  preview,
  firstTask,
  loadView: () => import('./view/index.tsx').then((module) => module.view),
  loadPreview: () => import('./view/preview.tsx').then((module) => module.Preview),
  loadContent: () => import('./content.ts').then((module) => module.content),
}
