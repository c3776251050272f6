import type { LabManifest } from '../manifest.ts'
import { firstTask } from './first-task.ts'

export const raft: LabManifest = {
  id: 'raft',
  title: 'Raft',
  tagline: 'Five nodes agree on one log. Kill the leader and watch.',
  createWorker: () => new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'raft' }),
  firstText: '# Five nodes, one log\nlab raft\nseed 7\nset load 2/s\n',
  firstTask,
  loadView: () => import('./view/index.tsx').then((module) => module.view),
  loadPreview: () => import('./view/preview.tsx').then((module) => module.Preview),
  loadContent: () => import('./content.ts').then((module) => module.content),
}
