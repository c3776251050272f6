import type { Socket } from 'node:net'
import { micros, type NodeId, nodeId } from '../../base/brand.ts'
import { type Fault, Host } from '../../live/host.ts'
import { WallTime } from '../../live/wall-time.ts'
import { clusterOf } from '../../protocols/cluster/initial.ts'
import { clusterMachine } from '../../protocols/cluster/machine.ts'
import type { ClusterProtocol, NodeConfig, NodeState } from '../../protocols/cluster/state.ts'
import { BadInput } from '../bad-input.ts'
import { type Behind, Connection } from './connection.ts'
import { Port } from './port.ts'
import { type Wanted, withOption, withSame } from './shape.ts'
import { atCut, Wires } from './wires.ts'

/** A client has one connection to its node: connections are actors of their own. */
const CONNECTION = 1
/** How soon a connection looks again whose node is busy, or which is blocked (it hears its reply, if it wants replies). */
const BUSY_US = 5000
const BLOCKED_US = 100_000
/** From the start of a server until somebody could ask it: it has opened its links by then. */
const START_US = 20_000
const SETTLED_POLL_US = 20_000
/** A cluster that has not settled by then is shown as it is. */
const SETTLED_MAX_US = 20_000_000

/** What a fleet needs of its process. */
export interface Surroundings {
  readonly seed: number
  /** Unix time in milliseconds. */
  nowMs(): number
  /** A mistake in our own code that the fleet survived. */
  onFault(text: string): void
}

interface Berth {
  config: NodeConfig
  readonly port: Port
  readonly connections: Map<NodeId, Connection>
}

/** Nodes of a cluster in this process, a TCP port each. */
export class Fleet {
  private readonly time = new WallTime()
  private readonly host: Host<ClusterProtocol>
  private readonly berths: ReadonlyMap<NodeId, Berth>
  private readonly wires = new Wires(() => this.time.now())
  /** Connections that wait for their nodes, by how soon they look again. */
  private readonly waiting = new Map<number, Set<Connection>>()
  private accepted = 0

  private constructor(
    private readonly wanted: Wanted,
    private readonly surroundings: Surroundings,
  ) {
    this.host = new Host(clusterMachine, this.time, {
      seed: surroundings.seed,
      delayUs: (from, to, _entropy, message) => this.wires.delayUs(from, to, 0, message),
      atCut,
      diskUs: 0,
      onFault: (fault) => this.survive(fault),
    })
    const epochMs = surroundings.nowMs() - Math.floor(this.time.now() / 1000)
    const place = (at: number) => ({ ip: '127.0.0.1', port: wanted.port + at })
    const configs = clusterOf(wanted.shape, place, wanted.options, epochMs)
    this.berths = new Map(configs.map((config) => [config.self, this.berth(config)]))
  }

  /** Opens every port, starts every node, and waits until the cluster is up. Throws {@link BadInput}. */
  static async launch(wanted: Wanted, surroundings: Surroundings): Promise<Fleet> {
    const fleet = new Fleet(wanted, surroundings)
    try {
      for (const { port } of fleet.berths.values()) await port.open()
    } catch (error) {
      await fleet.end()
      throw error
    }
    for (const { config } of fleet.berths.values()) fleet.host.add(config.self, config)
    await fleet.settled()
    return fleet
  }

  /** Names of the nodes, in the order of their ports. */
  get names(): readonly string[] {
    return [...this.berths.keys()]
  }

  /** Stops everything and frees the ports. */
  async end(): Promise<void> {
    this.time.stop()
    await Promise.all([...this.berths.values()].map(({ port }) => port.close()))
  }

  // ---- What happens to nodes and network. Each throws BadInput when it cannot be. -----------------------------------

  async kill(name: string): Promise<void> {
    const berth = this.berthOf(name)
    if (this.host.status(berth.config.self) === 'down') throw new BadInput([`${name} is down already`])
    const closed = berth.port.close()
    this.host.kill(berth.config.self)
    await closed
  }

  async restart(name: string): Promise<void> {
    const { config, port } = this.berthOf(name)
    if (this.host.status(config.self) !== 'down') throw new BadInput([`${name} runs; only a killed node restarts`])
    await port.open()
    this.host.restart(config.self)
    await new Promise<void>((started) => this.time.at(micros(this.time.now() + START_US), () => started()))
  }

  pause(name: string): void {
    const { self } = this.berthOf(name).config
    const status = this.host.status(self)
    if (status !== 'up') throw new BadInput([`${name} is ${status} already`])
    this.host.pause(self)
  }

  resume(name: string): void {
    const { self } = this.berthOf(name).config
    if (this.host.status(self) !== 'paused') throw new BadInput([`${name} is not paused`])
    this.host.resume(self)
    for (const connection of this.berthOf(name).connections.values()) connection.pump()
  }

  partition(groups: readonly (readonly string[])[]): void {
    const names = groups.flat()
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) throw new BadInput([`${twice} stands in two groups`])
    if (groups.length < 2 || groups.some((group) => group.length === 0))
      throw new BadInput(['expected groups with | between: partition M1 | M2 M3'])
    this.host.partition(groups.map((group) => group.map((name) => this.berthOf(name).config.self)))
  }

  heal(): void {
    this.host.heal()
  }

  /** Sets an option of redis.conf on every node, also for later starts. */
  set(name: string, value: string): void {
    for (const berth of this.berths.values()) {
      const { config } = berth
      const options = withOption(config.options, name, value)
      if (typeof options === 'string') throw new BadInput([`${name} ${value}: ${options}`])
      // What CONFIG SET made of it meanwhile is the state to change from.
      const running = this.nodeState(config.self)?.options
      const now = running === undefined ? config.options : withSame(config.options, running, name)
      this.host.reconfigure(config.self, { ...config, options: now })
      berth.config = { ...config, options }
      this.host.reconfigure(config.self, berth.config)
    }
  }

  // ---- Insides ------------------------------------------------------------------------------------------------------

  private berth(config: NodeConfig): Berth {
    const connections = new Map<NodeId, Connection>()
    const port = new Port(config.port, (socket) => this.accept(config.self, connections, socket))
    return { config, port, connections }
  }

  private berthOf(name: string): Berth {
    const berth = this.berths.get(nodeId(name))
    if (berth === undefined) throw new BadInput([`there is no node ${name}; there are ${this.names.join(' ')}`])
    return berth
  }

  private nodeState(node: NodeId): NodeState | undefined {
    return this.host.state(node) as NodeState | undefined
  }

  private accept(node: NodeId, connections: Map<NodeId, Connection>, socket: Socket): void {
    const name = nodeId(`conn${++this.accepted}`)
    const behind: Behind = {
      request: (from, commands) => this.host.post(from, node, { kind: 'Request', connection: CONNECTION, commands }),
      gone: (from) => {
        connections.delete(from)
        this.host.post(from, node, { kind: 'Closed', of: 'client', number: CONNECTION, byOpener: true })
        this.host.remove(from)
      },
      accepts: (of) => this.accepts(node, of),
      isSubscriber: (from) => {
        const session = this.nodeState(node)?.sessions.get(from)
        return (
          session !== undefined && session.channels.length + session.patterns.length + session.shardChannels.length > 0
        )
      },
    }
    const connection = new Connection(name, socket, behind)
    connections.set(name, connection)
    this.host.attach(name, (_from, message) => connection.receive(message))
  }

  private accepts(node: NodeId, connection: Connection): boolean {
    if (this.host.status(node) === 'paused') return false
    const state = this.nodeState(node)
    const isBusy = state !== undefined && state.busy !== null
    const isBlocked = (state?.sessions.get(connection.name)?.blocked ?? null) !== null
    if (isBusy || isBlocked) this.askAgain(connection, isBusy ? BUSY_US : BLOCKED_US)
    return !isBusy && !isBlocked
  }

  private askAgain(connection: Connection, afterUs: number): void {
    const waiting = this.waiting.get(afterUs) ?? new Set<Connection>()
    this.waiting.set(afterUs, waiting)
    if (waiting.size === 0) {
      this.time.at(micros(this.time.now() + afterUs), () => {
        const asking = [...waiting]
        waiting.clear()
        for (const each of asking) each.pump()
      })
    }
    waiting.add(connection)
  }

  /** A client whose command our code could not stand loses its connection; everything else goes on. */
  private survive({ actor, input, error }: Fault<ClusterProtocol>): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.surroundings.onFault(`${actor}, ${input.kind === 'message' ? input.message.kind : input.kind}: ${text}`)
    if (input.kind === 'message') this.berths.get(actor)?.connections.get(input.from)?.destroy()
  }

  private isSettled(): boolean {
    if (!this.wanted.shape.assign) return true
    const { masters, replicaOf } = this.wanted.shape
    return [...this.berths.keys()].slice(0, masters + replicaOf.length).every((name) => {
      const { cluster, replication } = this.nodeState(name)!
      return cluster.health === 'ok' && (replication.upstream === null || replication.upstream.state === 'connected')
    })
  }

  private settled(): Promise<void> {
    const deadline = this.time.now() + SETTLED_MAX_US
    return new Promise((done) => {
      const look = () => {
        if (this.isSettled() || this.time.now() > deadline) done()
        else this.time.at(micros(this.time.now() + SETTLED_POLL_US), look)
      }
      look()
    })
  }
}
