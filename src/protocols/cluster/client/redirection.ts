import type { NodeId } from '../../../base/brand.ts'
import { addressKey } from '../peers.ts'
import type { Reply } from '../reply.ts'
import type { ClientConfig } from './types.ts'

/** MOVED or ASK, as a client reads it. */
export interface Redirection {
  readonly kind: 'MOVED' | 'ASK'
  readonly slot: number
  /** Undefined: nobody is known at that address. */
  readonly target: NodeId | undefined
}

type Places = Pick<ClientConfig, 'directory'>

/** The host at which this client reaches an actor; empty when it is in no directory. */
function hostOf({ directory }: Places, actor: NodeId): string {
  for (const [address, name] of directory) if (name === actor) return address.slice(0, address.lastIndexOf(':'))
  return ''
}

/** The actor at an address. An empty host, or `?`, stands for the host of the node that said it. */
function actorOf(places: Places, saidBy: NodeId, host: string, port: number): NodeId | undefined {
  return places.directory.get(addressKey(host === '' || host === '?' ? hostOf(places, saidBy) : host, port))
}

/** What an error asks the client to do; null: it is no redirection. */
export function readRedirection(places: Places, saidBy: NodeId, text: string): Redirection | null {
  const [code, slot, address = ''] = text.split(' ')
  if (code !== 'MOVED' && code !== 'ASK') return null
  const colon = address.lastIndexOf(':')
  const target = actorOf(places, saidBy, address.slice(0, Math.max(0, colon)), Number(address.slice(colon + 1)))
  return { kind: code, slot: Number(slot), target }
}

/** A range of slots with its nodes: master first. */
export interface SlotRow {
  readonly first: number
  readonly last: number
  readonly nodes: readonly NodeId[]
}

const hostIn = (reply: Reply | undefined) =>
  reply?.kind === 'bulk' ? reply.bytes : reply?.kind === 'simple' ? reply.text : ''
const numberIn = (reply: Reply | undefined) => (reply?.kind === 'integer' ? Number(reply.value) : -1)

/** The answer to CLUSTER SLOTS; nodes at unknown addresses are left out. Null: it is none. */
export function readSlots(places: Places, saidBy: NodeId, reply: Reply): readonly SlotRow[] | null {
  if (reply.kind !== 'array') return null
  return reply.items.flatMap((row): SlotRow[] => {
    if (row.kind !== 'array') return []
    const [first, last, ...nodes] = row.items
    const actors = nodes.flatMap((node): NodeId[] => {
      const [host, port] = node.kind === 'array' ? node.items : []
      const actor = actorOf(places, saidBy, hostIn(host), numberIn(port))
      return actor === undefined ? [] : [actor]
    })
    return [{ first: numberIn(first), last: numberIn(last), nodes: actors }]
  })
}
