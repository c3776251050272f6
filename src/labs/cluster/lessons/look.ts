import { nodeId } from '../../../base/brand.ts'
import type { WorldEvent } from '../../../machine/invariant.ts'
import type { Bytes } from '../../../protocols/cluster/bytes.ts'
import type { LEDGER_ID, Ledger } from '../../../protocols/cluster/judges/ledger.ts'
import type { BusId, FLAG, Peer } from '../../../protocols/cluster/peers.ts'
import type { Reply } from '../../../protocols/cluster/reply.ts'
import type { ClusterProtocol, NodeState } from '../../../protocols/cluster/state.ts'
import type { Simulation } from '../../../sim/simulation.ts'

/** What the lessons ask of a world. Pure; nothing is remembered. */

export type World = Simulation<ClusterProtocol>
export type Event = WorldEvent<ClusterProtocol>

export const SECOND_US = 1_000_000

// Lessons are texts for the page, too: of the protocol they take types only, and these are checked by the compiler.
const MASTER: (typeof FLAG)['master'] = 1
const PFAIL: (typeof FLAG)['pfail'] = 4
const FAIL: (typeof FLAG)['fail'] = 8
const LEDGER: typeof LEDGER_ID = 'ledger'

/** The actor that types at the prompts of nodes. */
const TERMINAL = nodeId('cli')

// ---- Nodes ------------------------------------------------------------------------------------------------------

/** A node that has a memory: running or paused. */
export function node(world: World, name: string): NodeState | undefined {
  const state = world.state(world.indexOf(nodeId(name)))
  return state?.kind === 'node' ? state : undefined
}

const nodes = (world: World): readonly NodeState[] => world.names.flatMap((name) => node(world, name) ?? [])

const status = (world: World, name: string) => world.status(world.indexOf(nodeId(name)))
export const isDown = (world: World, name: string): boolean => status(world, name) === 'down'
export const isPaused = (world: World, name: string): boolean => status(world, name) === 'paused'

/** The 40 digits by which a node is known on the bus. */
export function idOf(world: World, name: string): BusId {
  const config = world.plan.actors[world.indexOf(nodeId(name))]?.config
  return node(world, name)?.cluster.myself ?? (config?.kind === 'node' ? config.id : '')
}

/** Who is known by these digits; null: nobody. */
const nameOf = (world: World, id: BusId): string | null => world.names.find((name) => idOf(world, name) === id) ?? null

/** What `observer` knows of `about`. */
const peer = (world: World, observer: string, about: string): Peer | undefined =>
  node(world, observer)?.cluster.peers.get(idOf(world, about))

function flagged(world: World, about: string, flag: number): number {
  const id = idOf(world, about)
  return nodes(world).filter(({ cluster }) => ((cluster.peers.get(id)?.flags ?? 0) & flag) !== 0).length
}

/** How many running nodes suspect `about` (PFAIL). */
export const suspecting = (world: World, about: string): number => flagged(world, about, PFAIL)
/** How many running nodes hold `about` for failed (FAIL). */
export const condemning = (world: World, about: string): number => flagged(world, about, FAIL)

/** Whom a node replicates by its own word; null: it is a master, or down. */
export function masterOf(world: World, name: string): string | null {
  const master = peer(world, name, name)?.master ?? null
  return master === null ? null : nameOf(world, master)
}

export const isMaster = (world: World, name: string): boolean => ((peer(world, name, name)?.flags ?? 0) & MASTER) !== 0

export const configEpoch = (world: World, name: string): number => peer(world, name, name)?.configEpoch ?? 0

/** Who owns a slot by the word of `observer`; null: nobody, or the observer is down. */
export function ownerAt(world: World, observer: string, slot: number): string | null {
  const id = node(world, observer)?.cluster.owners.get(slot) ?? null
  return id === null ? null : nameOf(world, id)
}

/** Whether a node holds the cluster for up. */
export const isOk = (world: World, name: string): boolean => node(world, name)?.cluster.health === 'ok'

export const holdsKey = (world: World, name: string, key: string): boolean =>
  node(world, name)?.db.get(key) !== undefined

export const ledger = (world: World): Ledger => world.meterMemory(LEDGER) as Ledger

/** Pairs of nodes between which some way is cut, as the numbers of the actors. */
export function cutPairs({ names, network, plan }: World): readonly (readonly [string, string])[] {
  const isNode = (actor: number) => plan.actors[actor]!.role === 'node'
  const isCut = (from: number, to: number) => network.links[from * names.length + to]?.cut === true
  return names.flatMap((name, one) =>
    names.flatMap((other, two) =>
      one < two && isNode(one) && isNode(two) && (isCut(one, two) || isCut(two, one)) ? [[name, other] as const] : [],
    ),
  )
}

// ---- Clients ----------------------------------------------------------------------------------------------------

export function clientStats(world: World, name: string) {
  const state = world.state(world.indexOf(nodeId(name)))
  return state?.kind === 'client' ? state.stats : undefined
}

const isRefused = (reply: Reply | null): boolean => reply === null || reply.kind === 'error'

type Return = Extract<Event['operations'][number], { kind: 'return' }>

const isLoad = (operation: Event['operations'][number]): operation is Return =>
  operation.kind === 'return' && /^c\d/.test(operation.client)

/** A command of the load ended with an error or without an answer. */
export const hasFailure = ({ operations }: Event): boolean =>
  operations.some((each) => isLoad(each) && (each.result?.outcomes.some(({ reply }) => isRefused(reply)) ?? true))

/** Commands of the load that ended well in this event, at most `withinMs` after they were asked. */
export function answeredWithin({ operations }: Event, withinMs: number): number {
  return operations
    .flatMap((each) => (isLoad(each) ? (each.result?.outcomes ?? []) : []))
    .filter(({ reply, sentMs, endMs }) => !isRefused(reply) && endMs - sentMs <= withinMs).length
}

// ---- What is typed ----------------------------------------------------------------------------------------------

/** A command that was typed at a prompt, and how it ended. */
export interface Answer {
  /** At whose prompt. */
  readonly node: string
  /** In capitals: `SET`. */
  readonly command: string
  readonly args: readonly Bytes[]
  /** Null: none came. */
  readonly reply: Reply | null
  readonly redirections: readonly string[]
}

/** The return at `end - 1`, or before, together with its call. */
function answerOf({ operations }: World, returned: Return): Answer | null {
  for (let at = operations.end - 1; at >= operations.start; at--) {
    const call = operations.at(at)!
    if (call.kind !== 'call' || call.request !== returned.request) continue
    if (call.command.kind !== 'typed') return null
    const outcome = returned.result?.outcomes[0]
    const { node: at_, args } = call.command
    return {
      node: at_,
      command: (args[0] ?? '').toUpperCase(),
      args: args.slice(1),
      reply: outcome?.reply ?? null,
      redirections: outcome?.redirections ?? [],
    }
  }
  return null
}

/** Typed commands that ended in this event. */
function answers(world: World, { operations }: Event): readonly Answer[] {
  return operations.flatMap((each) =>
    each.kind === 'return' && each.client === TERMINAL ? (answerOf(world, each) ?? []) : [],
  )
}

/** The newest typed command that has ended; null: none has. */
export function lastAnswer(world: World): Answer | null {
  const { operations } = world
  for (let at = operations.end - 1; at >= operations.start; at--) {
    const each = operations.at(at)!
    if (each.kind === 'return' && each.client === TERMINAL) return answerOf(world, each)
  }
  return null
}

/** `MOVED`, `ASK`, `CROSSSLOT`…: the first word of an error; empty when it is none. */
export function errorCode({ reply }: Answer): string {
  return reply?.kind === 'error' ? (/^\S*/.exec(reply.text)?.[0] ?? '') : ''
}

export const isOkReply = ({ reply }: Answer): boolean => reply?.kind === 'simple' && reply.text === 'OK'

export const integerOf = ({ reply }: Answer): number | null => (reply?.kind === 'integer' ? Number(reply.value) : null)

/** A predicate: something was typed and answered so. */
export const isAnswered =
  (test: (answer: Answer, world: World) => boolean) =>
  (world: World, event: Event): boolean =>
    answers(world, event).some((answer) => test(answer, world))

/** The code of the newest answer; empty when nothing was typed, or it went well. */
export function lastCode(world: World): string {
  const answer = lastAnswer(world)
  return answer === null ? '' : errorCode(answer)
}
