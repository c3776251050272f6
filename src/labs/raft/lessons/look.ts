import { nodeId } from '../../../base/brand.ts'
import type { WorldEvent } from '../../../machine/invariant.ts'
import type { Entry, NodeState, RaftProtocol } from '../../../protocols/raft/types.ts'
import type { Simulation } from '../../../sim/simulation.ts'

/** What the lessons ask of a world. Pure; nothing is remembered. */

export type World = Simulation<RaftProtocol>
export type Event = WorldEvent<RaftProtocol>

export const SECOND_US = 1_000_000

/** A node that has a memory: running or paused. */
export function node(world: World, name: string): NodeState | undefined {
  const state = world.state(world.indexOf(nodeId(name)))
  return state === undefined || state.kind === 'client' ? undefined : state
}

function nodes(world: World): readonly NodeState[] {
  return world.names.flatMap((name) => node(world, name) ?? [])
}

const isNode = (world: World, actor: number): boolean => world.plan.actors[actor]!.role === 'node'

export const isDown = (world: World, name: string): boolean => world.status(world.indexOf(nodeId(name))) === 'down'

export function countDown(world: World): number {
  return world.names.filter((_, actor) => isNode(world, actor) && world.status(actor) === 'down').length
}

/** Everybody who believes to lead, in the order of names. */
export function leaders(world: World): readonly NodeState[] {
  return nodes(world).filter(({ kind }) => kind === 'leader')
}

/** The highest term in which somebody leads now; 0 when nobody does. */
export function ledTerm(world: World): number {
  return Math.max(0, ...leaders(world).map(({ durable }) => durable.term))
}

/** A dead node that voted for itself in `term`: it led it, or tried to. */
export function hasFallen(world: World, term: number): boolean {
  return world.names.some((name, actor) => {
    const disk = world.durable(actor)
    return isDown(world, name) && disk?.term === term && disk.votedFor === name
  })
}

/** The entries of a node, in memory or else on disk. */
function entries(world: World, name: string): readonly Entry[] {
  const durable = node(world, name)?.durable ?? world.durable(world.indexOf(nodeId(name)))
  return durable === null ? [] : [...durable.log]
}

export const terms = (world: World, name: string): readonly number[] => entries(world, name).map(({ term }) => term)

/** All running nodes hold the same log, as far as terms tell: then they are equal (Log Matching). */
export function logsAgree(world: World): boolean {
  const logs = nodes(world).map(({ durable }) => [...durable.log].map(({ term }) => term).join())
  return logs.length > 0 && logs.every((log) => log === logs[0])
}

/** Operations that ended well in this event. */
export function answered(event: Event): number {
  return event.operations.filter((each) => each.kind === 'return' && each.result?.kind === 'ok').length
}

/** Operations that ended well in this event, at most `withinUs` after they were asked. */
export function answeredWithin(world: World, event: Event, withinUs: number): number {
  const { operations } = world
  return event.operations.filter((each) => {
    if (each.kind !== 'return' || each.result?.kind !== 'ok') return false
    for (let at = operations.end - 1; at >= operations.start; at--) {
      const call = operations.at(at)!
      if (each.at - call.at > withinUs) return false
      if (call.kind === 'call' && call.request === each.request) return true
    }
    return false
  }).length
}

/** The clients that have had a good answer since `sinceUs`. */
export function answeredClients(world: World, sinceUs: number): ReadonlySet<string> {
  const clients = new Set<string>()
  for (const event of world.operations) {
    if (event.kind === 'return' && event.result?.kind === 'ok' && event.at >= sinceUs) clients.add(event.client)
  }
  return clients
}

/** When the last operation ended well, in microseconds; 0 when none has. */
export function lastAnswer(world: World): number {
  const { operations } = world
  for (let at = operations.end - 1; at >= operations.start; at--) {
    const event = operations.at(at)!
    if (event.kind === 'return' && event.result?.kind === 'ok') return event.at
  }
  return 0
}

/** Whether the link from one node to the other is cut. */
export function isCut({ names, network }: World, from: string, to: string): boolean {
  return network.links[names.indexOf(nodeId(from)) * names.length + names.indexOf(nodeId(to))]?.cut === true
}

/** How many one-way links between nodes are cut. */
export function countCut({ names, network, plan }: World): number {
  return network.links.filter(({ cut }, at) => {
    const to = at % names.length
    const from = (at - to) / names.length
    return cut && plan.actors[from]!.role === 'node' && plan.actors[to]!.role === 'node'
  }).length
}
