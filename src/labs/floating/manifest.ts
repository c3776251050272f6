import type { LabManifest } from '../manifest.ts'
import { firstTask } from './first-task.ts'
import { first, preview } from './openings.ts'

export const floating: LabManifest = {
  id: 'floating',
  title: 'Floating platform',
  tagline: 'A wind turbine that floats, solved while you drag. Make a column thinner and watch it roll.',
  createWorker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'floating' }),
  pace: 1,
  first,
  preview,
  firstTask,
  loadView: () => import('./view/index.tsx').then((module) => module.view),
  loadPreview: () => import('./view/preview.tsx').then((module) => module.Preview),
  loadContent: () => import('./content.ts').then((module) => module.content),
}
