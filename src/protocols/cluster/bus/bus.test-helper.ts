import { micros, type NodeId, nodeId } from '../../../base/brand.ts'
import { Heap } from '../../../base/heap.ts'
import { draw, streamKey } from '../../../base/prng.ts'
import { clusterOf, type Shape } from '../initial.ts'
import type { BusMessage, LinkMessage, Message, ReplicationMessage } from '../messages.ts'
import { bootNode } from '../node.ts'
import type { NoteKind } from '../notes.ts'
import { DEFAULT_OPTIONS, type Options } from '../options.ts'
import type { BusId, Peer } from '../peers.ts'
import { replicationLastWords } from '../replication/boot.ts'
import { replicationCron } from '../replication/cron.ts'
import { receiveReplication } from '../replication/receive.ts'
import { flushStream } from '../replication/stream.ts'
import type { Cluster, Durable, Effect, NodeConfig, NodeState, PlantedFault } from '../state.ts'
import { Turn } from '../turn.ts'
import { clusterBeforeSleep } from './before-sleep.ts'
import { clusterCron } from './cron.ts'
import { busLastWords } from './last-words.ts'
import { receiveBus } from './receive.ts'

const EPOCH_MS = 1_700_000_000_000
const LATENCY_US = 500
const CRON_US = 100_000
/** A timer of the event loop fires late by up to a millisecond, and the next period begins then. */
const CRON_LATE_US = 1000

interface Actor {
  readonly config: NodeConfig
  state: NodeState | null
  disk: Durable | null
  steps: number
  /** A stopped process: what comes in waits. */
  stopped: boolean
  readonly waiting: Happening[]
  /** Counts starts: crons of an earlier life do not fire. */
  life: number
}

type Happening =
  | { readonly kind: 'message'; readonly from: NodeId; readonly to: NodeId; readonly message: Message }
  | { readonly kind: 'cron'; readonly to: NodeId; readonly life: number }

/** A note of a node, with the time since the start in ms. */
export interface Heard {
  readonly node: string
  readonly kind: NoteKind
  readonly value: number
  readonly atMs: number
}

/** For tests: nodes with their bus and their replication, but without clients, on a network with a latency of 0.5 ms. */
export class BusWorld {
  private nowUs = 0
  private sequence = 0
  private readonly actors = new Map<string, Actor>()
  private readonly heap = new Heap<{ readonly time: number; readonly seq: number; readonly what: Happening }>()
  private readonly groups = new Map<string, number>()
  readonly notes: Heard[] = []
  /** Called for every message that is delivered. */
  tap: (from: string, to: string, message: Message) => void = () => {}
  /** Messages for which it holds are lost. */
  lose: (from: string, to: string, message: Message) => boolean = () => false

  constructor(
    shape: Partial<Shape>,
    options: Partial<Options> = {},
    private readonly seed = 1,
    faults: Readonly<Record<string, PlantedFault>> = {},
  ) {
    const whole = { masters: 0, replicaOf: [], extra: 0, assign: true, ...shape }
    const place = (at: number) => ({ ip: '127.0.0.1', port: 7001 + at })
    for (const config of clusterOf(whole, place, { ...DEFAULT_OPTIONS, ...options }, EPOCH_MS)) {
      const fault = faults[config.self] ?? 'none'
      const actor = { state: null, disk: null, steps: 0, stopped: false, waiting: [], life: 0 }
      this.actors.set(config.self, { config: { ...config, fault }, ...actor })
    }
    for (const name of this.actors.keys()) this.start(name)
  }

  get nowMs(): number {
    return Math.floor(this.nowUs / 1000)
  }

  get names(): string[] {
    return [...this.actors.keys()]
  }

  /** Unix time of the nodes' clocks. */
  get clockMs(): number {
    return EPOCH_MS + this.nowMs
  }

  private actor(name: string): Actor {
    return this.actors.get(name)!
  }

  runs(name: string): boolean {
    return this.actor(name).state !== null
  }

  state(name: string): NodeState {
    const { state } = this.actor(name)
    if (state === null) throw new Error(`${name} does not run`)
    return state
  }

  cluster(name: string): Cluster {
    return this.state(name).cluster
  }

  id(name: string): BusId {
    return this.actor(name).config.id
  }

  port(name: string): number {
    return this.actor(name).config.port
  }

  /** The entry of `whom` in the table of `viewer`. */
  peer(viewer: string, whom: string): Peer {
    const peer = this.cluster(viewer).peers.get(this.id(whom))
    if (peer === undefined) throw new Error(`${viewer} does not know ${whom}`)
    return peer
  }

  /** Lets a node do something, as a command of a client would. */
  act<T>(name: string, what: (turn: Turn) => T): T {
    let result: T | undefined
    this.step(name, (turn) => {
      result = what(turn)
    })
    return result as T
  }

  start(name: string): void {
    const actor = this.actor(name)
    const { state, effects } = bootNode(actor.config, actor.disk, this.env(name))
    actor.life++
    actor.state = state as NodeState
    for (const effect of effects) this.carryOut(name, actor, effect)
    const first = draw(streamKey(this.seed, `phase ${name}`), actor.life) % CRON_US
    this.push(first, { kind: 'cron', to: nodeId(name), life: actor.life })
  }

  kill(name: string): void {
    const actor = this.actor(name)
    const { cluster, replication, config } = actor.state!
    for (const { to, message } of [...busLastWords(cluster), ...replicationLastWords(replication, config)]) {
      this.send(name, to, message)
    }
    actor.state = null
    actor.waiting.length = 0
    actor.stopped = false
  }

  /** SIGSTOP. */
  stop(name: string): void {
    this.actor(name).stopped = true
  }

  /** SIGCONT: first what came in the meantime, and a cron that is overdue. */
  cont(name: string): void {
    const actor = this.actor(name)
    actor.stopped = false
    for (const what of actor.waiting.splice(0)) this.happen(what)
  }

  /** Nodes of different groups do not reach each other: nothing passes, and connecting fails. */
  partition(...groups: readonly (readonly string[])[]): void {
    this.groups.clear()
    groups.forEach((group, number) => {
      for (const name of group) this.groups.set(name, number)
    })
  }

  heal(): void {
    this.groups.clear()
  }

  setOptions(name: string, options: Partial<Options>): void {
    this.act(name, (turn) => {
      turn.options = { ...turn.options, ...options }
    })
  }

  run(ms: number): void {
    const end = this.nowUs + ms * 1000
    while (this.heap.peek()!.time <= end) this.next()
    this.nowUs = end
  }

  /** Lets time pass until something holds; how many ms it took. */
  until(what: string, holds: () => boolean, ms = 60_000): number {
    const start = this.nowUs
    while (!holds()) {
      if (this.nowUs > start + ms * 1000) throw new Error(`after ${ms} ms not yet: ${what}`)
      this.next()
    }
    return Math.floor((this.nowUs - start) / 1000)
  }

  /** A message as if `from` had sent it. */
  inject(from: string, to: string, message: Message): void {
    this.send(from, nodeId(to), message)
  }

  /** Notes of a kind, of one node or of all. */
  heard(kind: NoteKind, node?: string): Heard[] {
    return this.notes.filter((note) => note.kind === kind && (node === undefined || note.node === node))
  }

  private env(name: string) {
    const actor = this.actor(name)
    return { self: nodeId(name), now: micros(this.nowUs), entropy: draw(streamKey(this.seed, name), actor.steps++) }
  }

  private push(afterUs: number, what: Happening): void {
    this.heap.push({ time: this.nowUs + afterUs, seq: this.sequence++, what })
  }

  private isCut(from: string, to: string): boolean {
    return this.groups.size > 0 && this.groups.get(from) !== this.groups.get(to)
  }

  private send(from: string, to: NodeId, message: Message): void {
    if (this.lose(from, to, message)) return
    if (this.isCut(from, to)) {
      if (message.kind === 'Connect') this.refuse(from, to, message.link)
      return
    }
    this.push(from === to ? 0 : LATENCY_US, { kind: 'message', from: nodeId(from), to, message })
  }

  private refuse(opener: string, at: NodeId, number: number): void {
    const message = { kind: 'Closed', of: 'bus', number, byOpener: false } as const
    this.push(LATENCY_US, { kind: 'message', from: at, to: nodeId(opener), message })
  }

  private next(): void {
    const { time, what } = this.heap.pop()!
    this.nowUs = time
    this.happen(what)
  }

  private happen(what: Happening): void {
    const actor = this.actor(what.to)
    if (actor.stopped) {
      if (what.kind === 'message' || actor.waiting.every(({ kind }) => kind === 'message')) actor.waiting.push(what)
      return
    }
    if (what.kind === 'cron') {
      if (actor.state === null || what.life !== actor.life) return
      this.push(CRON_US + (this.env(what.to).entropy % CRON_LATE_US), what)
      this.step(what.to, (turn) => {
        if (turn.cluster.crons % 10 === 0) replicationCron(turn)
        clusterCron(turn)
      })
      return
    }
    const { from, to, message } = what
    if (actor.state === null) {
      if (message.kind === 'Connect') this.refuse(from, to, message.link)
      return
    }
    this.tap(from, to, message)
    this.step(to, (turn) => receive(turn, from, message))
  }

  private step(name: string, what: (turn: Turn) => void): void {
    const actor = this.actor(name)
    const turn = new Turn(actor.state!, this.env(name))
    what(turn)
    clusterBeforeSleep(turn)
    flushStream(turn)
    const { state, effects } = turn.end()
    actor.state = state as NodeState
    for (const effect of effects) this.carryOut(name, actor, effect)
  }

  private carryOut(name: string, actor: Actor, effect: Effect): void {
    if (effect.kind === 'persist') actor.disk = effect.durable as Durable
    if (effect.kind === 'send') this.send(name, effect.to, effect.message)
    if (effect.kind === 'note') this.notes.push({ node: name, ...effect.note, atMs: this.nowMs })
  }
}

function receive(turn: Turn, from: NodeId, message: Message): void {
  const isReplication =
    ['Psync', 'FullResync', 'Continue', 'Stream', 'Ack'].includes(message.kind) ||
    (message.kind === 'Closed' && message.of === 'replication')
  if (isReplication) receiveReplication(turn, from, message as ReplicationMessage)
  else receiveBus(turn, from, message as BusMessage | LinkMessage)
}

/** Three masters and a replica of each. */
export const SIX: Shape = { masters: 3, replicaOf: [1, 2, 3], extra: 0, assign: true }
