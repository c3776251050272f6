import type { LabView } from '../../manifest.ts'
import type { RaftView } from '../contract.ts'
import { ActorPanel } from './actor-panel.tsx'
import { describeWorld } from './describe.ts'
import { lane } from './lane.ts'
import { Stage } from './stage.tsx'

export const view: LabView = {
  Stage,
  ActorPanel,
  lane,
  describe: (slow) => describeWorld(slow.view as RaftView, slow.run),
}
