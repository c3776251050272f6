import type { LabView } from '../../manifest.ts'
import { ActorPanel } from './actor-panel.tsx'
import { describeWorld } from './describe.ts'
import { viewOf } from './hooks.ts'
import { lane } from './lane.ts'
import { Stage } from './stage.tsx'

export const view: LabView = {
  Stage,
  ActorPanel,
  lane,
  describe: (slow) => describeWorld(viewOf(slow), slow.run),
}
