import type { WorkshopKit } from '../../../stage/kit.ts'
import { campaignActions, clientActions } from './actions.ts'
import { ClientBar } from './client-bar.tsx'
import { describeClient, describeNode, describeWorld } from './describe.ts'
import { clientOf, nodeOf, viewOf } from './hooks.ts'
import { MessageKey } from './key.tsx'
import { pictureKit } from './picture-kit.ts'

/** What can be done to a Raft cluster. */
export const workshopKit: WorkshopKit = {
  ...pictureKit,
  node(slow, name) {
    const node = nodeOf(slow, name)
    if (node === null) return null
    const short = node.status === 'up' ? `${node.role}, term ${node.term}` : node.status
    return { name, status: node.status, role: node.role, short, text: describeNode(node) }
  },
  client(slow, name) {
    const client = clientOf(slow, name)
    return client === null ? null : describeClient(client)
  },
  nodeActions: ({ name, status }) => campaignActions(name, status),
  clientActions,
  clientForm: { label: 'Put, get, append, cas, delete…', verb: 'client * …' },
  ClientBar,
  Key: MessageKey,
  keys: [{ key: 'c', label: 'Start an election' }],
  describe: (slow) => describeWorld(viewOf(slow), slow.run),
}
