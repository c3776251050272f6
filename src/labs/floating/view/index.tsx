import type { LabView } from '../../manifest.ts'
import { ActorPanel } from './actor-panel.tsx'
import { viewOf } from './hooks.ts'
import { lane } from './lane.ts'
import { panels } from './panels.ts'
import { Stage } from './stage.tsx'

export const view: LabView = {
  Stage,
  ActorPanel,
  actorTitle: 'Design',
  lane,
  panels,
  network: false,
  describe: (slow) => viewOf(slow).summary,
}
