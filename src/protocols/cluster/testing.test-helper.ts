import { type Micros, micros, type NodeId, nodeId } from '../../base/brand.ts'
import { Heap } from '../../base/heap.ts'
import { draw, streamKey } from '../../base/prng.ts'
import type { Bytes } from './bytes.ts'
import { clusterMachine } from './machine.ts'
import type { Message } from './messages.ts'
import { DEFAULT_OPTIONS, type Options } from './options.ts'
import { addressKey } from './peers.ts'
import type { Reply } from './reply.ts'
import type { SlotRange } from './slot-set.ts'
import type {
  ClusterProtocol,
  Durable,
  Effect,
  InitialNode,
  Input,
  NodeConfig,
  NodeState,
  PlantedFault,
} from './state.ts'

/** Three masters, and a replica of each: the cluster of the recordings, with its ids, ports and epochs. */
export const SIX = ['M1', 'M2', 'M3', 'R1', 'R2', 'R3'] as const
export type SixName = (typeof SIX)[number]

const RANGES: readonly SlotRange[] = [
  { first: 0, last: 5460 },
  { first: 5461, last: 10922 },
  { first: 10923, last: 16383 },
]

const LATENCY_US = 500
const EPOCH_MS = 1_700_000_000_000

/** The id of a node of the recordings: `a1a1…` of M1, `b1b1…` of R1. */
export const idOf = (name: string): string =>
  `${name.startsWith('M') ? 'a' : name.startsWith('R') ? 'b' : 'c'}${name.slice(1)}`.repeat(20)
const portOf = (name: string): number =>
  7000 + Number(name.slice(1)) + (name.startsWith('M') ? 0 : name.startsWith('R') ? 3 : 6)

/** Configurations of nodes that know each other's addresses; `assigned`: as a cluster that stands. */
export function configs(
  names: readonly string[],
  options: Partial<Options>,
  assigned: boolean,
  fault: PlantedFault = 'none',
): ReadonlyMap<NodeId, NodeConfig> {
  const directory = new Map(names.map((name) => [addressKey('127.0.0.1', portOf(name)), nodeId(name)]))
  const nodes = names.map((name): InitialNode => {
    const number = Number(name.slice(1))
    const isMaster = name.startsWith('M')
    return {
      ip: '127.0.0.1',
      port: portOf(name),
      busPort: portOf(name) + 10_000,
      id: idOf(name),
      master: isMaster ? null : idOf(`M${number}`),
      configEpoch: isMaster ? number : number + 3,
      slots: isMaster ? [RANGES[number - 1]!] : [],
    }
  })
  const initial = assigned ? { currentEpoch: names.length, nodes } : null
  return new Map(
    names.map((name) => {
      const config: NodeConfig = {
        kind: 'node',
        self: nodeId(name),
        id: idOf(name),
        ip: '127.0.0.1',
        port: portOf(name),
        busPort: portOf(name) + 10_000,
        options: { ...DEFAULT_OPTIONS, nodeTimeoutMs: 1000, replDisklessSyncDelayS: 0, ...options },
        directory,
        epochMs: EPOCH_MS,
        initial,
        fault,
      }
      return [nodeId(name), config]
    }),
  )
}

interface Actor {
  readonly config: NodeConfig
  state: NodeState | null
  disk: Durable | null
  steps: number
  /** Number of the setting of each timer: one that was set again does not fire. */
  readonly timers: Map<string, number>
}

type Happening =
  | { readonly kind: 'message'; readonly from: NodeId; readonly to: NodeId; readonly message: Message }
  | {
      readonly kind: 'timer'
      readonly actor: NodeId
      readonly timer: 'cron' | 'blocked' | 'busy'
      readonly setting: number
    }

/** For tests: nodes of a cluster on a perfect network of fixed latency, with clients that are typed by hand. */
export class Pocket {
  private now = 0
  private sequence = 0
  private readonly actors = new Map<NodeId, Actor>()
  private readonly heap = new Heap<{ readonly time: number; readonly seq: number; readonly what: Happening }>()
  private readonly inbox = new Map<NodeId, { from: NodeId; message: Message }[]>()
  private cut: (from: NodeId, to: NodeId) => boolean = () => false
  private connection = 0
  private readonly connections = new Map<string, number>()
  readonly notes: { readonly actor: NodeId; readonly kind: string; readonly value: number }[] = []

  constructor(
    configurations: ReadonlyMap<NodeId, NodeConfig>,
    private readonly seed = 1,
  ) {
    for (const [name, config] of configurations) {
      this.actors.set(name, { config, state: null, disk: null, steps: 0, timers: new Map() })
    }
    for (const name of configurations.keys()) this.restart(name)
  }

  get nowMs(): number {
    return Math.floor(this.now / 1000)
  }

  state(name: string): NodeState {
    const { state } = this.actors.get(nodeId(name))!
    if (state === null) throw new Error(`${name} does not run`)
    return state
  }

  restart(name: string): void {
    const actor = this.actors.get(nodeId(name))!
    const { state, effects } = clusterMachine.boot(actor.config, actor.disk, this.env(nodeId(name), actor))
    actor.state = state as NodeState
    this.carryOut(nodeId(name), actor, effects)
  }

  kill(name: string): void {
    const id = nodeId(name)
    const actor = this.actors.get(id)!
    for (const { to, message } of clusterMachine.lastWords!(actor.state!)) this.post(id, to, message)
    actor.state = null
    actor.timers.clear()
  }

  /** Nothing passes between two actors for which `cut` holds; until it is called again. */
  partition(cut: (from: NodeId, to: NodeId) => boolean): void {
    this.cut = cut
  }

  /** Lets time pass. */
  run(ms: number): void {
    const end = this.now + ms * 1000
    while (this.heap.peek() !== undefined && this.heap.peek()!.time <= end) this.next()
    this.now = end
  }

  /** Lets time pass until something holds; fails after `ms`. */
  until(what: string, holds: () => boolean, ms = 30_000): number {
    const start = this.now
    while (!holds()) {
      if (this.heap.peek() === undefined || this.now > start + ms * 1000)
        throw new Error(`after ${ms} ms not yet: ${what}`)
      this.next()
    }
    return Math.round((this.now - start) / 1000)
  }

  /** Sends commands in one packet, as client `client`; the answers come with {@link replies}. */
  send(client: string, node: string, commands: readonly (readonly Bytes[])[]): void {
    const key = `${client} ${node}`
    let connection = this.connections.get(key)
    if (connection === undefined) {
      connection = ++this.connection
      this.connections.set(key, connection)
    }
    this.post(nodeId(client), nodeId(node), { kind: 'Request', connection, commands })
  }

  /** Closes the connection of a client. */
  close(client: string, node: string): void {
    const number = this.connections.get(`${client} ${node}`)!
    this.connections.delete(`${client} ${node}`)
    this.post(nodeId(client), nodeId(node), { kind: 'Closed', of: 'client', number, byOpener: true })
  }

  /** What came back to a client and was not fetched yet. */
  replies(client: string): Reply[] {
    const box = this.inbox.get(nodeId(client)) ?? []
    this.inbox.delete(nodeId(client))
    return box.flatMap(({ message }) => (message.kind === 'Replies' ? message.replies : []))
  }

  /** What a client got and did not fetch, as messages. */
  mail(client: string): readonly Message[] {
    return (this.inbox.get(nodeId(client)) ?? []).map(({ message }) => message)
  }

  /** Types one command at a node (`M1`, or `M1.t` for a connection of its own) and waits for the answer. */
  ask(where: string, ...args: Bytes[]): Reply {
    const node = where.split('.')[0]!
    const client = `client@${where}`
    this.send(client, node, [args])
    this.until(`an answer to ${args.join(' ')}`, () => this.inbox.has(nodeId(client)))
    const answers = this.replies(client)
    if (answers.length === 0) throw new Error(`${node} closed the connection after ${args.join(' ')}`)
    return answers.at(-1)!
  }

  private env(self: NodeId, actor: Actor) {
    return { self, now: micros(this.now), entropy: draw(streamKey(this.seed, self), actor.steps++) }
  }

  private post(from: NodeId, to: NodeId, message: Message): void {
    if (this.cut(from, to)) return
    this.heap.push({
      time: this.now + LATENCY_US,
      seq: this.sequence++,
      what: { kind: 'message', from, to, message },
    })
  }

  private next(): void {
    const { time, what } = this.heap.pop()!
    this.now = time
    if (what.kind === 'timer') {
      const actor = this.actors.get(what.actor)!
      if (actor.timers.get(what.timer) !== what.setting) return
      actor.timers.delete(what.timer)
      this.step(what.actor, actor, { kind: 'timer', timer: what.timer })
      return
    }
    const { from, to, message } = what
    const actor = this.actors.get(to)
    if (actor === undefined) {
      const box = this.inbox.get(to) ?? []
      box.push({ from, message })
      this.inbox.set(to, box)
    } else if (actor.state === null) {
      const answer = clusterMachine.refuse!(message)
      if (answer !== null) this.post(to, from, answer)
    } else this.step(to, actor, { kind: 'message', from, message })
  }

  private step(name: NodeId, actor: Actor, input: Input): void {
    const { state, effects } = clusterMachine.step(actor.state!, input, this.env(name, actor))
    actor.state = state as NodeState
    this.carryOut(name, actor, effects)
  }

  private carryOut(name: NodeId, actor: Actor, effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'persist':
          actor.disk = effect.durable as ClusterProtocol['durable'] & Durable
          break
        case 'send':
          this.post(name, effect.to, effect.message)
          break
        case 'set-timer': {
          const setting = this.sequence++
          actor.timers.set(effect.timer, setting)
          const what = { kind: 'timer', actor: name, timer: effect.timer as 'cron', setting } as const
          this.heap.push({ time: this.now + (effect.after as Micros), seq: this.sequence++, what })
          break
        }
        case 'clear-timer':
          actor.timers.delete(effect.timer)
          break
        case 'note':
          this.notes.push({ actor: name, ...effect.note })
          break
        case 'reply':
          throw new Error('a node answers by messages')
      }
    }
  }
}

/** A cluster of six in which every node is content, and every replica follows its master. */
export function standing(seed = 1, options: Partial<Options> = {}, fault: PlantedFault = 'none'): Pocket {
  const pocket = new Pocket(configs(SIX, options, true, fault), seed)
  pocket.until('every node says the cluster is fine', () =>
    SIX.every((name) => pocket.state(name).cluster.health === 'ok'),
  )
  pocket.until('every replica follows', () =>
    ['R1', 'R2', 'R3'].every((name) => pocket.state(name).replication.upstream?.state === 'connected'),
  )
  return pocket
}
