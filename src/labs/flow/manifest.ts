import type { LabManifest } from '../manifest.ts'
import { firstTask } from './first-task.ts'
import { first, preview } from './openings.ts'

export const flow: LabManifest = {
  id: 'flow',
  title: 'Flow control',
  tagline: 'Queues, credits, retries. Raise the load and find out who should wait.',
  createWorker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'flow' }),
  pace: 1,
  first,
  preview,
  firstTask,
  loadView: () => import('./view/index.tsx').then((module) => module.view),
  loadPreview: () => import('./view/preview.tsx').then((module) => module.Preview),
  loadContent: () => import('./content.ts').then((module) => module.content),
}
