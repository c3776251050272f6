import { nodeId } from '../../../base/brand.ts'
import { type Action, type ActionGroup, action, isolate, type NodeStatus, onNode } from '../../../stage/actions.ts'

/** What can be done in this lab beside the acts that all labs share. */

/** A node may be told to stand for election. */
export function campaignActions(node: string, status: NodeStatus): readonly ActionGroup[] {
  const refused = status === 'up' ? null : `${node} is ${status}`
  const campaign = action('Campaign', `campaign ${node}`, onNode('campaign', node), { key: 'c', refused })
  return [{ title: '', actions: [campaign] }]
}

export const OPERATIONS = ['put', 'get', 'append', 'cas', 'delete'] as const
export type OperationName = (typeof OPERATIONS)[number]

export interface OperationDraft {
  readonly op: OperationName
  readonly key: string
  /** For cas: the value that must be there. */
  readonly old: string
  readonly value: string
}

/** A client's operation from a small form; refused while a field is empty or has a blank. */
export function clientAction(client: string, draft: OperationDraft): Action {
  const used: readonly (readonly [string, string])[] = [
    ['key', draft.key],
    ...(draft.op === 'cas' ? [['old', draft.old] as const] : []),
    ...(draft.op === 'get' || draft.op === 'delete' ? [] : [['value', draft.value] as const]),
  ]
  const empty = used.find(([, text]) => text === '')
  const words = used.map(([, text]) => (/^[^\s"#|\\]+$/.test(text) ? text : JSON.stringify(text)))
  return action(
    draft.op,
    `client ${client} ${draft.op} ${words.join(' ')}`,
    { id: `client-${draft.op}`, args: { client: nodeId(client), ...Object.fromEntries(used) } },
    { refused: empty === undefined ? null : `the ${empty[0]} is missing` },
  )
}

/** A steady stream of operations; 0 stops it. */
function loadAction(client: string, rate: number): Action {
  const label = rate === 0 ? 'Stop the load' : `Load ${rate}/s`
  return action(label, `load ${client} ${rate}/s`, { id: 'load', args: { client: nodeId(client), rate } })
}

/** Everything a client can do besides single operations. */
export function clientActions(client: string): readonly Action[] {
  return [...[0, 1, 5, 50].map((rate) => loadAction(client, rate)), isolate(client)]
}
