import type { WorkshopKit } from '../../../stage/kit.ts'
import { clientActions, failoverActions } from './actions.ts'
import { ClientBar } from './client-bar.tsx'
import { count, describeClient, describeNode, describeWorld, shortNode } from './describe.ts'
import { trafficFilter } from './glyphs.ts'
import { clientOf, nodeOf, viewOf } from './hooks.ts'
import { MessageKey } from './key.tsx'
import { pictureKit } from './picture-kit.ts'
import { Beliefs, PointOfView } from './point-of-view.tsx'
import { SlotPanel } from './slot-panel.tsx'

/** What can be done to a cluster. */
export const workshopKit: WorkshopKit = {
  ...pictureKit,
  node(slow, name) {
    const node = nodeOf(slow, name)
    if (node === null) return null
    return { name, status: node.status, role: node.role, short: shortNode(node), text: describeNode(node) }
  },
  client(slow, name) {
    const client = clientOf(slow, name)
    return client === null ? null : describeClient(client)
  },
  nodeActions: failoverActions,
  clientActions,
  clientForm: { label: 'Type a command…', verb: 'n1> SET foo bar' },
  ClientBar,
  Key: MessageKey,
  filter: trafficFilter,
  Overlay: Beliefs,
  Notice: PointOfView,
  Beside: SlotPanel,
  regionText(slow, group) {
    const { nodes, quorum } = viewOf(slow)
    const masters = nodes.filter((node) => group.includes(node.name) && node.role === 'master' && node.slots > 0).length
    return `${count(masters, 'master')}: ${masters >= quorum ? 'a majority' : 'no majority'}`
  },
  keys: [{ key: 'f', label: 'Fail over to this replica' }],
  describe: (slow) => describeWorld(viewOf(slow), slow.run),
}
