import type { AppendList } from '../../../base/append-list.ts'
import type { Micros, NodeId, RequestId } from '../../../base/brand.ts'
import { again, below } from '../../../base/prng.ts'
import type { Env } from '../../../machine/machine.ts'
import type { Bytes } from '../bytes.ts'
import type { NoteKind } from '../notes.ts'
import type { Effect, Transition } from '../state.ts'
import type {
  ClientConfig,
  ClientState,
  ClientStats,
  ClientTimer,
  Connection,
  Expected,
  Outcome,
  Pending,
  Pushed,
  Retry,
} from './types.ts'

/** What goes to one node in this step. */
interface Parcel {
  readonly commands: (readonly Bytes[])[]
  readonly expected: Expected[]
  hasWrite: boolean
}

/** A batch while a step works on it. */
interface OwnBatch {
  readonly outcomes: (Outcome | null)[]
  missing: number
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const ASKING: readonly Bytes[] = ['ASKING']
const READONLY: readonly Bytes[] = ['READONLY']
const SLOTS: readonly Bytes[] = ['CLUSTER', 'SLOTS']

/** Messages of subscriptions that are kept. */
const PUSHES_MAX = 100

/**
 * One step of a client while it is under way, like the Turn of a node: parts that handlers replace, and parcels that
 * leave when it ends, one request for each node.
 */
export class Run {
  readonly config: ClientConfig
  readonly nowMs: number
  map: ClientState['map']
  mapKnown: boolean
  refreshing: boolean
  known: readonly NodeId[]
  held: AppendList<Pending>
  retries: AppendList<Retry>
  readonly stats: Writable<ClientStats>
  readonly effects: Effect[] = []
  private readonly connections: Map<NodeId, Connection>
  /** Batches that this step changed: its own copies, or null for those that are answered. */
  private readonly batches = new Map<RequestId, OwnBatch | null>()
  private opened: number
  private pushes: readonly Pushed[]
  private readonly parcels = new Map<NodeId, Parcel>()
  private draws = 0

  constructor(
    private readonly before: ClientState,
    private readonly env: Env,
  ) {
    this.config = before.config
    this.nowMs = before.config.epochMs + Math.floor(env.now / 1000)
    this.map = before.map
    this.mapKnown = before.mapKnown
    this.refreshing = before.refreshing
    this.known = before.known
    this.held = before.held
    this.retries = before.retries
    this.stats = { ...before.stats }
    this.connections = new Map(before.connections)
    this.opened = before.opened
    this.pushes = before.pushes
  }

  /** One of the nodes, by chance. */
  pick(nodes: readonly NodeId[]): NodeId {
    return nodes[below(again(this.env.entropy, this.draws++), nodes.length)]!
  }

  note(kind: NoteKind, value: number): void {
    this.effects.push({ kind: 'note', note: { kind, value } })
  }

  // ---- Batches ------------------------------------------------------------------------------------------------

  begin(request: RequestId, size: number): void {
    this.batches.set(request, { outcomes: new Array<Outcome | null>(size).fill(null), missing: size })
  }

  /** A batch without operations has its answer at once. */
  answerEmpty(request: RequestId): void {
    this.batches.set(request, null)
    this.effects.push({ kind: 'reply', request, result: { outcomes: [] } })
  }

  private batch(request: RequestId): OwnBatch | null {
    const own = this.batches.get(request)
    if (own !== undefined) return own
    const before = this.before.open.get(request)
    if (before === undefined) return null
    const copy = { outcomes: before.outcomes.slice(), missing: before.missing }
    this.batches.set(request, copy)
    return copy
  }

  /** An operation is done: with the last one of its batch, the batch is answered. */
  finish({ request, at }: Pending, outcome: Outcome): void {
    const batch = this.batch(request)
    if (batch === null) return
    batch.outcomes[at] = outcome
    batch.missing--
    if (batch.missing > 0) return
    this.batches.set(request, null)
    this.effects.push({ kind: 'reply', request, result: { outcomes: batch.outcomes as Outcome[] } })
  }

  private openBatches(): ClientState['open'] {
    let { open } = this.before
    for (const [request, batch] of this.batches) open = batch === null ? open.delete(request) : open.set(request, batch)
    return open
  }

  // ---- Connections --------------------------------------------------------------------------------------------

  connection(node: NodeId): Connection | undefined {
    return this.connections.get(node)
  }

  /** In the order in which they were opened. */
  allConnections(): readonly Connection[] {
    return [...this.connections.values()]
  }

  setConnection(connection: Connection): void {
    this.connections.set(connection.node, connection)
  }

  /** The connection is no more: what comes on it later is stale. */
  forget(node: NodeId): void {
    this.connections.delete(node)
  }

  hangUp({ node, number }: Connection): void {
    this.effects.push({
      kind: 'send',
      to: node,
      message: { kind: 'Closed', of: 'client', number, byOpener: true },
    })
    this.forget(node)
  }

  private parcel(node: NodeId): Parcel {
    let parcel = this.parcels.get(node)
    if (parcel === undefined) {
      parcel = { commands: [], expected: [], hasWrite: false }
      this.parcels.set(node, parcel)
    }
    return parcel
  }

  /** Sends an operation to its target at the end of the step. */
  post(pending: Pending): void {
    const parcel = this.parcel(pending.target)
    if (pending.asking) this.control(parcel, ASKING, 'asking')
    parcel.commands.push(pending.operation.args)
    parcel.expected.push({ kind: 'operation', pending, sentMs: this.nowMs })
    if (pending.isWrite) parcel.hasWrite = true
  }

  /** Asks a node for the map of slots. */
  postSlots(node: NodeId): void {
    this.control(this.parcel(node), SLOTS, 'slots')
  }

  private control(parcel: Parcel, args: readonly Bytes[], what: 'asking' | 'readonly' | 'slots'): void {
    parcel.commands.push(args)
    parcel.expected.push({ kind: 'control', what, sentMs: this.nowMs })
  }

  push(node: NodeId, reply: Pushed['reply']): void {
    this.pushes = [...this.pushes.slice(1 - PUSHES_MAX), { node, reply, atMs: this.nowMs }]
  }

  // ---- The end ------------------------------------------------------------------------------------------------

  private sendParcel(node: NodeId, { commands, expected, hasWrite }: Parcel): void {
    const sentMs = this.nowMs
    const { wait, readReplicas } = this.config
    const old = this.connections.get(node)
    const isNew = old === undefined
    const number = isNew ? ++this.opened : old.number
    if (isNew && readReplicas) {
      commands.unshift(READONLY)
      expected.unshift({ kind: 'control', what: 'readonly', sentMs })
    }
    if (hasWrite && wait.replicas > 0) {
      commands.push(['WAIT', `${wait.replicas}`, `${wait.timeoutMs}`])
      expected.push({ kind: 'wait', sentMs })
    }
    const sent = isNew || old.sent.length === 0 ? expected : [...old.sent, ...expected]
    this.setConnection({ number, node, sent, unconfirmed: isNew ? [] : old.unconfirmed })
    this.effects.push({ kind: 'send', to: node, message: { kind: 'Request', connection: number, commands } })
  }

  /** How long an answer may take; 0: as long as it likes. WAIT may keep others waiting. */
  get patienceMs(): number {
    const { requestTimeoutMs, wait } = this.config
    return requestTimeoutMs === 0 || wait.replicas === 0 ? requestTimeoutMs : requestTimeoutMs + wait.timeoutMs
  }

  private requestDeadlineMs(): number {
    const { patienceMs } = this
    let deadlineMs = 0
    if (patienceMs === 0) return 0
    for (const { sent } of this.connections.values()) {
      const first = sent[0]
      if (first !== undefined && (deadlineMs === 0 || first.sentMs + patienceMs < deadlineMs)) {
        deadlineMs = first.sentMs + patienceMs
      }
    }
    return deadlineMs
  }

  /** A timer that runs is only moved to go off earlier: when it is early, it is set again. */
  private arm(timer: ClientTimer, armedMs: number, deadlineMs: number): number {
    const isArmed = armedMs > this.nowMs
    if (deadlineMs === 0 || (isArmed && armedMs <= deadlineMs)) return isArmed ? armedMs : 0
    const after = (Math.max(0, deadlineMs - this.nowMs) * 1000) as Micros
    this.effects.push({ kind: 'set-timer', timer, after })
    return deadlineMs
  }

  end(): Transition {
    for (const [node, parcel] of this.parcels) this.sendParcel(node, parcel)
    const retryMs = this.retries.at(this.retries.start)?.atMs ?? 0
    const { config, map, mapKnown, refreshing, known, held, retries, connections, opened, stats, pushes } = this
    const requestTimerMs = this.arm('request', this.before.requestTimerMs, this.requestDeadlineMs())
    const retryTimerMs = this.arm('retry', this.before.retryTimerMs, retryMs)
    const state: ClientState = {
      kind: 'client',
      config,
      map,
      mapKnown,
      refreshing,
      known,
      held,
      connections,
      retries,
      open: this.openBatches(),
      opened,
      stats,
      requestTimerMs,
      retryTimerMs,
      pushes,
    }
    return { state, effects: this.effects }
  }
}
