import { AssertionError, unreachable } from '../../base/assert.ts'
import type { NodeId } from '../../base/brand.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import type { Env } from '../../machine/machine.ts'
import { clusterBeforeSleep } from './bus/before-sleep.ts'
import { bootCluster } from './bus/boot.ts'
import { clusterCron } from './bus/cron.ts'
import { receiveBus } from './bus/receive.ts'
import { Keyspace } from './keyspace.ts'
import type { Message } from './messages.ts'
import { bootReplication } from './replication/boot.ts'
import { replicationCron } from './replication/cron.ts'
import { endMigration, receiveMigrationAnswer } from './replication/migrate.ts'
import { receiveReplication } from './replication/receive.ts'
import { flushStream } from './replication/stream.ts'
import { armWakeUp, isPaused, redirectBlocked } from './server/blocking.ts'
import { expireCycle } from './server/expire.ts'
import { receiveRequest } from './server/process.ts'
import { dropSession, endClosing, flushReplies } from './server/sessions.ts'
import { resumeAfterBusy, settle } from './server/settle.ts'
import type { Durable, Input, NodeConfig, NodeState, NodeTimer, Stats, Transition } from './state.ts'
import { Turn } from './turn.ts'

/** How often the server looks after itself (serverCron and clusterCron). */
const CRON_MS = 100
/**
 * An event loop fires a timer up to a millisecond late, and the next period begins then: pings that are due each ten crons
 * leave each 1,005 ms, as recorded, and a delay of ten crons is more than a second.
 */
const CRON_LATE_US = 1000
/** The first cron comes at once. Nodes that begin with the world are processes that one script started, one by one. */
const START_SPREAD_MS = 15
/** replicationCron runs in every tenth cron. */
const CRONS_PER_SECOND = 10

/** A node starts: for the first time, or again after a crash with what its disk holds. */
export function bootNode(config: NodeConfig, durable: Durable | null, env: Env): Transition {
  const nowMs = config.epochMs + Math.floor(env.now / 1000)
  const cluster = bootCluster(config, durable, nowMs)
  const turn = new Turn(blankNode(config, durable ?? { kind: 'node', cluster }, nowMs, env), env)
  turn.cluster = cluster
  turn.replication = bootReplication(turn.randomHex(40), env.now, nowMs)
  turn.todo.saveConfig = durable === null
  turn.setTimer('cron', durable === null ? 1 + turn.below(START_SPREAD_MS) : 1)
  return finish(turn)
}

function blankNode(config: NodeConfig, durable: Durable, nowMs: number, env: Env): NodeState {
  return {
    kind: 'node',
    config,
    options: config.options,
    durable,
    cluster: durable.cluster,
    db: Keyspace.empty,
    replication: bootReplication('', env.now, nowMs),
    sessions: PersistentMap.empty(),
    pubsub: { channels: PersistentMap.empty(), patterns: [], shardChannels: PersistentMap.empty() },
    pause: { untilMs: 0, all: false },
    busy: null,
    deferred: [],
    held: [],
    blocked: [],
    wakeMs: 0,
    scripts: PersistentMap.empty(),
    stats: { ...NO_STATS, startMs: nowMs },
    clients: 0,
    outgoing: env.now,
  }
}

const NO_STATS: Stats = {
  startMs: 0,
  commands: 0,
  connections: 0,
  rejected: 0,
  fullSyncs: 0,
  partialOk: 0,
  partialErr: 0,
  expired: 0,
  hits: 0,
  misses: 0,
  errors: {},
}

/** What happens to a node (the event loop of server.c). A busy server leaves it for later. */
export function stepNode(state: NodeState, input: Input, env: Env): Transition {
  const turn = new Turn(state, env)
  if (turn.busy !== null && !endsBusy(turn, input)) {
    turn.deferred = [...turn.deferred, input]
    return turn.end()
  }
  handle(turn, input)
  if (state.busy !== null && turn.busy === null) catchUp(turn)
  return finish(turn)
}

/** What came in while the server was busy: first what its clients had sent before, then the rest. */
function catchUp(turn: Turn): void {
  resumeAfterBusy(turn)
  settle(turn)
  while (turn.busy === null && turn.deferred.length > 0) {
    const [next, ...rest] = turn.deferred
    turn.deferred = rest
    handle(turn, next!)
  }
}

/** What a busy server still hears. */
function endsBusy(turn: Turn, input: Input): boolean {
  if (input.kind === 'timer') return input.timer === 'busy'
  return input.kind === 'message' && isMigrationAnswer(turn, input.from, input.message)
}

function isMigrationAnswer(turn: Turn, from: NodeId, message: Message): boolean {
  const { busy } = turn
  if (busy?.kind !== 'migrate' || from !== busy.target) return false
  if (message.kind === 'Replies') return message.connection === busy.connection
  return message.kind === 'Closed' && message.of === 'client' && !message.byOpener && message.number === busy.connection
}

function handle(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'message':
      receive(turn, input.from, input.message)
      break
    case 'timer':
      fire(turn, input.timer as NodeTimer)
      break
    case 'command':
      throw new AssertionError('a node takes commands as messages of clients')
    default:
      unreachable(input)
  }
}

function receive(turn: Turn, from: NodeId, message: Message): void {
  switch (message.kind) {
    case 'Request':
      receiveRequest(turn, from, message.connection, message.commands)
      break
    case 'Replies':
      if (isMigrationAnswer(turn, from, message)) receiveMigrationAnswer(turn, message)
      break
    case 'Closed':
      receiveClosed(turn, from, message)
      break
    case 'Psync':
    case 'FullResync':
    case 'Continue':
    case 'Stream':
    case 'Ack':
      receiveReplication(turn, from, message)
      break
    case 'Ping':
    case 'Pong':
    case 'Meet':
    case 'Fail':
    case 'Publish':
    case 'PublishShard':
    case 'AuthRequest':
    case 'AuthAck':
    case 'MfStart':
    case 'Update':
    case 'Connect':
    case 'Connected':
      receiveBus(turn, from, message)
      break
    default:
      unreachable(message)
  }
}

function receiveClosed(turn: Turn, from: NodeId, message: Extract<Message, { kind: 'Closed' }>): void {
  switch (message.of) {
    case 'bus':
      receiveBus(turn, from, message)
      break
    case 'replication':
      receiveReplication(turn, from, message)
      break
    case 'client':
      if (!message.byOpener) {
        if (isMigrationAnswer(turn, from, message)) receiveMigrationAnswer(turn, message)
      } else if (turn.sessions.get(from)?.connection === message.number) dropSession(turn, from)
      break
    default:
      unreachable(message.of)
  }
}

function fire(turn: Turn, timer: NodeTimer): void {
  switch (timer) {
    case 'cron':
      serverCron(turn)
      break
    case 'blocked':
      turn.wakeMs = 0
      break
    case 'busy':
      endBusy(turn)
      break
    default:
      unreachable(timer)
  }
}

/** In the order of serverCron: clients, keys, replication, the bus. */
function serverCron(turn: Turn): void {
  turn.setTimer('cron', CRON_MS + turn.below(CRON_LATE_US) / 1000)
  redirectBlocked(turn)
  if (!isPaused(turn)) expireCycle(turn)
  if (turn.cluster.crons % CRONS_PER_SECOND === 0) replicationCron(turn)
  clusterCron(turn)
}

function endBusy(turn: Turn): void {
  if (turn.busy?.kind === 'migrate') endMigration(turn)
  else turn.busy = null
}

/** What stands behind every step (beforeSleep): the bus first, and the answers to clients last. */
function finish(turn: Turn): Transition {
  settle(turn)
  clusterBeforeSleep(turn)
  settle(turn)
  flushStream(turn)
  if (turn.busy === null) flushReplies(turn)
  endClosing(turn)
  armWakeUp(turn)
  return turn.end()
}
