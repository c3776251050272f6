import type { LabView } from '../../manifest.ts'
import { ActorPanel } from './actor-panel.tsx'
import { describeWorld } from './describe.ts'
import { lane } from './lane.ts'
import { panels } from './panels.ts'
import { Stage } from './stage.tsx'

export const view: LabView = {
  Stage,
  ActorPanel,
  actorTitle: 'Parts',
  lane,
  panels,
  describe: describeWorld,
}
