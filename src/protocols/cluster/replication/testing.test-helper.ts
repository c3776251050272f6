import { type Micros, type NodeId, nodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import { draw, streamKey } from '../../../base/prng.ts'
import type { Bytes } from '../bytes.ts'
import { COMMANDS } from '../commands/table.ts'
import { Keyspace } from '../keyspace.ts'
import type { Message } from '../messages.ts'
import { DEFAULT_OPTIONS, type Options } from '../options.ts'
import { addressKey, PeerTable } from '../peers.ts'
import type { Reply } from '../reply.ts'
import type { NodeConfig, NodeState, Replication } from '../state.ts'
import { Turn } from '../turn.ts'
import { bootReplication } from './boot.ts'
import { replicationCron } from './cron.ts'
import { receiveReplication } from './receive.ts'
import { flushStream, propagate } from './stream.ts'
import { replicateFrom } from './upstream.ts'

interface Mail {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: Message
}

const EPOCH_MS = 1_700_000_000_000
const IP = '127.0.0.1'
const portOf = (at: number) => 7001 + at

/** Servers that do nothing but replicate, joined by connections that keep order and that a test can cut. */
export class Servers {
  nowMs = 0
  /** Everything that was delivered, or lost in a cut. */
  readonly log: Mail[] = []
  private mail: Mail[] = []
  private readonly states = new Map<NodeId, NodeState>()
  private readonly silent = new Set<string>()
  private steps = 0

  constructor(
    private readonly names: readonly string[],
    private readonly options: Partial<Options> = {},
  ) {
    for (const name of names) this.start(name)
  }

  /** A process starts, with nothing in its memory. */
  start(name: string): void {
    const self = nodeId(name)
    this.states.set(self, blank(this.config(name), this.hex(name), this.nowMs))
  }

  /** A process dies without a word: what was sent to it is lost. */
  kill(name: string): void {
    this.states.delete(nodeId(name))
  }

  private hex(name: string): string {
    const key = streamKey(1, name + this.nowMs)
    return Array.from({ length: 5 }, (_, at) => draw(key, at).toString(16).padStart(8, '0')).join('')
  }

  private config(name: string): NodeConfig {
    const at = this.names.indexOf(name)
    return {
      kind: 'node',
      self: nodeId(name),
      id: `${at}`.repeat(40),
      ip: IP,
      port: portOf(at),
      busPort: portOf(at) + 10_000,
      options: { ...DEFAULT_OPTIONS, replDisklessSyncDelayS: 0, ...this.options },
      directory: new Map(this.names.map((each, index) => [addressKey(IP, portOf(index)), nodeId(each)])),
      epochMs: EPOCH_MS,
      initial: null,
      fault: 'none',
    }
  }

  /** One step of a server. */
  act(name: string, handler: (turn: Turn) => void): void {
    const self = nodeId(name)
    const state = this.states.get(self)
    if (state === undefined) return
    const env = { self, now: (this.nowMs * 1000) as Micros, entropy: draw(streamKey(1, name), this.steps++) }
    const turn = new Turn(state, env)
    handler(turn)
    flushStream(turn)
    const { state: next, effects } = turn.end()
    this.states.set(self, next as NodeState)
    for (const effect of effects) if (effect.kind === 'send') this.mail.push({ from: self, ...effect })
  }

  follow(name: string, master: string | null): void {
    const port = master === null ? 0 : portOf(this.names.indexOf(master))
    this.act(name, (turn) => replicateFrom(turn, master === null ? null : { ip: IP, port }))
  }

  /** A client's write, as a master carries it out. */
  write(name: string, ...args: readonly Bytes[]): Reply | null {
    let reply: Reply | null = null
    this.act(name, (turn) => {
      const run = COMMANDS.get(args[0]!.toLowerCase())!.run
      if (run.scope !== 'data') throw new Error(`${args[0]} is no command over the keyspace`)
      const call = {
        db: turn.db,
        nowMs: turn.nowMs,
        resp: 2,
        fromMaster: false,
        retry: false,
        random: () => 1,
      } as const
      const outcome = run.execute(call, args)
      turn.db = outcome.db
      for (const each of outcome.propagate ?? [args]) propagate(turn, each)
      reply = outcome.reply
    })
    return reply
  }

  /** From now on, what these two send to each other is lost. */
  cut(one: string, other: string): void {
    this.silent.add(`${one}>${other}`).add(`${other}>${one}`)
  }

  heal(): void {
    this.silent.clear()
  }

  /** Hands over what is on its way, until nobody says anything more. */
  deliver(): void {
    for (let mail = this.mail.shift(); mail !== undefined; mail = this.mail.shift()) {
      this.log.push(mail)
      const { from, to, message } = mail
      if (!this.silent.has(`${from}>${to}`)) this.hand(from, to, message)
    }
  }

  private hand(from: NodeId, to: NodeId, message: Message): void {
    if (message.kind === 'Request' || (message.kind === 'Closed' && message.of !== 'replication')) return
    if (this.states.has(to)) {
      this.act(to, (turn) => receiveReplication(turn, from, message as Parameters<typeof receiveReplication>[2]))
    } else if (message.kind === 'Psync') {
      const { connection: number } = message
      this.mail.push({ from: to, to: from, message: { kind: 'Closed', of: 'replication', number, byOpener: false } })
    }
  }

  /** Time passes: each second every server's cron runs, and everything arrives. */
  pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.nowMs += 1000
      for (const name of this.states.keys()) this.act(name, replicationCron)
      this.deliver()
    }
  }

  state(name: string): NodeState {
    return this.states.get(nodeId(name))!
  }

  replication(name: string): Replication {
    return this.state(name).replication
  }

  /** The value of a key that holds a string; null: it is not there. */
  value(name: string, key: Bytes): Bytes | null {
    const value = this.state(name).db.get(key)?.value
    return value?.type === 'string' ? value.bytes : null
  }

  /** Kinds of the messages that went from one to the other since the log had `from` entries. */
  kinds(one: string, other: string, from = 0): readonly string[] {
    return this.log
      .slice(from)
      .filter((mail) => mail.from === one && mail.to === other)
      .map(({ message }) => message.kind)
  }
}

function blank(config: NodeConfig, replid: string, nowMs: number): NodeState {
  const cluster = {
    myself: config.id,
    peers: PeerTable.of([]),
    manual: { endMs: 0 },
  } as unknown as NodeState['cluster']
  return {
    kind: 'node',
    config,
    options: config.options,
    durable: { kind: 'node', cluster },
    cluster,
    db: Keyspace.empty,
    replication: bootReplication(replid, nowMs, EPOCH_MS + nowMs),
    sessions: PersistentMap.empty(),
    pubsub: { channels: PersistentMap.empty(), patterns: [], shardChannels: PersistentMap.empty() },
    pause: { untilMs: 0, all: false },
    busy: null,
    deferred: [],
    held: [],
    blocked: [],
    wakeMs: 0,
    stats: { fullSyncs: 0, partialOk: 0, partialErr: 0 },
    clients: 0,
    outgoing: 0,
  } as unknown as NodeState
}
