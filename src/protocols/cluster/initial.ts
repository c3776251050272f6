import { assert } from '../../base/assert.ts'
import { type NodeId, nodeId } from '../../base/brand.ts'
import type { Options } from './options.ts'
import { addressKey, type BusId } from './peers.ts'
import type { SlotRange } from './slot-set.ts'
import { SLOTS } from './slots.ts'
import type { InitialCluster, InitialNode, NodeConfig } from './state.ts'

/** Which nodes there are: masters `M1`…, replicas `R1`…, and `X1`… that belong to no cluster. */
export interface Shape {
  readonly masters: number
  /** Whose replica each replica is: numbers of masters, from 1. */
  readonly replicaOf: readonly number[]
  readonly extra: number
  /** Masters and replicas are one cluster with all slots assigned; else every node is alone. */
  readonly assign: boolean
}

/** Where node number `at` (masters first, then replicas, then the others) listens. */
export type Place = (at: number) => { readonly ip: string; readonly port: number }

/** Distance from the port for clients to the port of the bus. */
const BUS_PORT_OFFSET = 10_000

/** `a1a1…`, `b2b2…`: ids that people can tell apart, 40 characters, unique for up to 999 of a letter. */
function busId(letter: 'a' | 'b' | 'c', number: number): BusId {
  const unit = number < 10 ? `${letter}${number}` : `${letter}${String(number).padStart(3, '0')}`
  return unit.repeat(40 / unit.length)
}

/** The share of master `number` (from 1) of `masters`, cut as `redis-cli --cluster create` cuts. */
export function shareOf(number: number, masters: number): SlotRange {
  const share = SLOTS / masters
  const end = (of: number) => (of === masters ? SLOTS : Math.round(of * share))
  return { first: end(number - 1), last: end(number) - 1 }
}

/** Configurations of all nodes of a shape, in the order M, R, X. */
export function clusterOf(shape: Shape, place: Place, options: Options, epochMs: number): NodeConfig[] {
  const { masters, replicaOf, extra, assign } = shape
  const members = [
    ...Array.from({ length: masters }, (_, at) => ({ name: `M${at + 1}`, id: busId('a', at + 1), of: 0 })),
    ...replicaOf.map((of, at) => ({ name: `R${at + 1}`, id: busId('b', at + 1), of })),
    ...Array.from({ length: extra }, (_, at) => ({ name: `X${at + 1}`, id: busId('c', at + 1), of: 0 })),
  ].map((member, at) => ({ ...member, ...place(at), busPort: place(at).port + BUS_PORT_OFFSET }))
  assert(
    replicaOf.every((of) => of >= 1 && of <= masters),
    'a replica has a master',
  )
  const directory = new Map<string, NodeId>(members.map(({ ip, port, name }) => [addressKey(ip, port), nodeId(name)]))
  const initialNode = ({ id, ip, port, busPort, of }: (typeof members)[number], at: number): InitialNode => ({
    ...{ id, ip, port, busPort },
    master: of === 0 ? null : busId('a', of),
    configEpoch: of === 0 ? at + 1 : of,
    slots: of === 0 ? [shareOf(at + 1, masters)] : [],
  })
  const inCluster = masters + replicaOf.length
  const initial: InitialCluster = {
    currentEpoch: inCluster,
    nodes: members.slice(0, inCluster).map(initialNode),
  }
  return members.map(({ name, id, ip, port, busPort }, at) => ({
    kind: 'node',
    self: nodeId(name),
    ...{ id, ip, port, busPort, options, directory, epochMs },
    initial: assign && at < inCluster ? initial : null,
    fault: 'none',
  }))
}
