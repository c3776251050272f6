import { type NodeId, nodeId } from '../../base/brand.ts'
import { draw, streamKey } from '../../base/prng.ts'
import { type Address, addressKey, type BusId } from '../../protocols/cluster/peers.ts'

/** Who is called what: n1 listens at 127.0.0.1:7001, and its 40 digits on the bus begin with 001. */

const HOST = '127.0.0.1'
const FIRST_PORT = 7000
const BUS_OFFSET = 10_000
const ID_LENGTH = 40
const ID_KEY = streamKey(0, 'cluster node ids')

/** The actor that types commands at the prompts of nodes, and the one that moves slots. */
export const TERMINAL = nodeId('cli')
export const ADMIN = nodeId('admin')

/** `n1` … of so many nodes. */
export const nodeNames = (count: number): readonly NodeId[] =>
  Array.from({ length: count }, (_, at) => nodeId(`n${at + 1}`))

export const clientNames = (count: number): readonly NodeId[] =>
  Array.from({ length: count }, (_, at) => nodeId(`c${at + 1}`))

const numberOf = (node: string): number => Number(node.slice(1))

export function addressOf(node: string): Address {
  const port = FIRST_PORT + numberOf(node)
  return { ip: HOST, port, busPort: port + BUS_OFFSET }
}

/** The node that listens at the port, if it is one of `nodes`. */
export function nodeAt(port: number, nodes: readonly NodeId[]): NodeId | undefined {
  return nodes.find((node) => addressOf(node).port === port)
}

/** The same in every run: three digits of the number, so that ids sort like names, and 37 more. */
export function idOf(node: string): BusId {
  const number = numberOf(node)
  let id = String(number).padStart(3, '0')
  for (let at = 0; id.length < ID_LENGTH; at++)
    id += draw(ID_KEY, 8 * number + at)
      .toString(16)
      .padStart(8, '0')
  return id.slice(0, ID_LENGTH)
}

export function directoryOf(nodes: readonly NodeId[]): ReadonlyMap<string, NodeId> {
  return new Map(
    nodes.map((node) => {
      const { ip, port } = addressOf(node)
      return [addressKey(ip, port), node]
    }),
  )
}

/** The name of the node that listens at the port, for log lines. */
export const nodeOfPort = (port: number): string => (port > FIRST_PORT ? `n${port - FIRST_PORT}` : `port ${port}`)

/** The name of the node with this id; of one that has taken another id, its first digits. */
export function nodeOfId(id: BusId): string {
  const name = `n${Number(id.slice(0, 3))}`
  return idOf(name) === id ? name : `${id.slice(0, 8)}…`
}
