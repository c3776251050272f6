import { type NodeId, nodeId } from '../../base/brand.ts'
import { STATUS } from '../../engine/frame.ts'
import type { Lab } from '../../engine/lab.ts'
import { diskOf, linkOf, metersOf, share } from '../../engine/plan.ts'
import type { Settings } from '../../experiment/types.ts'
import type { Status } from '../../machine/invariant.ts'
import { adminMachine } from '../../protocols/cluster/client/admin.ts'
import type { ClientConfig } from '../../protocols/cluster/client/types.ts'
import { shareOf } from '../../protocols/cluster/initial.ts'
import { clusterMachine } from '../../protocols/cluster/machine.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import { NOTE_KINDS, type NoteKind } from '../../protocols/cluster/notes.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'
import type { ClusterProtocol, InitialCluster, NodeConfig } from '../../protocols/cluster/state.ts'
import type { Plan } from '../../sim/plan.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { commandOf, language } from './acts.ts'
import { ADMIN, addressOf, clientNames, directoryOf, idOf, nodeNames, TERMINAL } from './addresses.ts'
import { type ClusterView, MESSAGE_KINDS, phaseOf, REPLY_KINDS, ROLES } from './contract.ts'
import { invariants } from './judges.ts'
import { ledgerMeter } from './ledger.ts'
import { lessons } from './lessons/index.ts'
import { generator } from './load.ts'
import { measures } from './measures.ts'
import { epochOf, nodeRole, projection } from './projection.ts'
import { prompts } from './prompts.ts'
import { scenarios } from './scenarios.ts'
import { type ClusterSettings, readSettings } from './settings.ts'
import { words } from './words.ts'

/** The cluster lab as the engine sees it: the same in the worker, the runner, the benchmarks and the tests. */

/** Virtual time 0 as a Unix time in ms: 14 November 2023. */
const EPOCH_MS = 1_700_000_000_700
const MS_US = 1_000
/** How often a client tries again, and how long a person waits at a prompt. */
const ATTEMPTS_MAX = 16
const TYPED_TIMEOUT_MS = 120_000

const NAMED = [
  'pfail',
  'fail',
  'fail-cleared',
  'handshake-done',
  'state-ok',
  'state-fail',
  'election-started',
  'election-won',
  'election-expired',
  'election-invalid',
  'epoch-collision',
  'became-replica',
  'takeover',
  'manual-failover-started',
  'manual-failover-aborted',
  'replica-migrated',
  'full-resync',
  'keys-dropped',
] as const satisfies readonly NoteKind[]

// ---- Configurations ---------------------------------------------------------------------------------------------

/** The masters share the slots evenly; replica k of n is of master k mod n; epochs as `redis-cli --cluster create` gives them. */
function formed({ masters, replicas }: ClusterSettings): InitialCluster {
  const members = nodeNames(masters * (1 + replicas))
  return {
    currentEpoch: members.length,
    stands: true,
    nodes: members.map((name, at) => {
      const master = at < masters ? null : members[(at - masters) % masters]!
      return {
        ...addressOf(name),
        id: idOf(name),
        master: master === null ? null : idOf(master),
        configEpoch: master === null ? at + 1 : ((at - masters) % masters) + 1,
        slots: master === null ? [shareOf(at + 1, masters)] : [],
      }
    }),
  }
}

function nodeConfigs(given: ClusterSettings): readonly NodeConfig[] {
  const { masters, replicas, extra, start, options, fault } = given
  const inCluster = masters * (1 + replicas)
  const names = nodeNames(inCluster + extra)
  const directory = directoryOf(names)
  const initial = start === 'formed' ? formed(given) : null
  return names.map((self, at) => ({
    kind: 'node',
    self,
    id: idOf(self),
    ...addressOf(self),
    options,
    directory,
    epochMs: EPOCH_MS,
    initial: at < inCluster ? initial : null,
    fault,
  }))
}

function clientConfigs(given: ClusterSettings): readonly ClientConfig[] {
  const { masters, replicas, extra, clients, style, requestTimeoutUs, waitReplicas, waitTimeoutUs, readReplicas } =
    given
  const seeds = nodeNames(masters * (1 + replicas) + extra)
  const client = (self: NodeId, change: Partial<ClientConfig>): ClientConfig => ({
    kind: 'client',
    self,
    style: 'terminal',
    seeds,
    directory: directoryOf(seeds),
    requestTimeoutMs: TYPED_TIMEOUT_MS,
    epochMs: EPOCH_MS,
    attemptsMax: ATTEMPTS_MAX,
    wait: { replicas: 0, timeoutMs: 0 },
    readReplicas: false,
    ...change,
  })
  const loaded = clientNames(clients).map((self, at) =>
    client(self, {
      style: style === 'mixed' ? (at % 2 === 0 ? 'smart' : 'naive') : style,
      // Each begins at another node.
      seeds: [...seeds.slice(at % masters), ...seeds.slice(0, at % masters)],
      requestTimeoutMs: Math.floor(requestTimeoutUs / MS_US),
      wait: { replicas: waitReplicas, timeoutMs: Math.floor(waitTimeoutUs / MS_US) },
      readReplicas,
    }),
  )
  return [...loaded, client(TERMINAL, { follow: given.follow }), client(ADMIN, {})]
}

function configs(settings: Settings): readonly ClusterProtocol['config'][] {
  const given = readSettings(settings)
  return [...nodeConfigs(given), ...clientConfigs(given)]
}

/** Whether prompts follow redirections now (`set follow on`). */
function follows(world: Simulation<ClusterProtocol>): boolean {
  const terminal = world.state(world.indexOf(TERMINAL))
  return terminal?.kind === 'client' && terminal.config.follow === true
}

// ---- The plan ---------------------------------------------------------------------------------------------------

function phase(state: ClusterProtocol['state'] | undefined, status: Status): number {
  if (state === undefined) return phaseOf(STATUS[status], ROLES.indexOf('alone'), false, 0)
  if (state.kind === 'client') return phaseOf(STATUS[status], ROLES.indexOf('client'), false, 0)
  return phaseOf(STATUS[status], ROLES.indexOf(nodeRole(state)), state.cluster.health === 'fail', epochOf(state))
}

const CODES: Readonly<Record<string, (typeof REPLY_KINDS)[number]>> = {
  MOVED: 'moved',
  ASK: 'ask',
  TRYAGAIN: 'try-again',
  CLUSTERDOWN: 'down',
}

function replyKind(reply: Reply): number {
  if (reply.kind !== 'error') return 0
  const code = reply.text.slice(0, Math.max(0, reply.text.indexOf(' ')))
  return REPLY_KINDS.indexOf(CODES[code] ?? 'error')
}

function messageValue(message: Message): number {
  if ('header' in message) return message.header.currentEpoch
  switch (message.kind) {
    case 'Stream':
      return message.entries.length
    case 'Request':
      return message.commands.length
    case 'Replies':
      return message.replies.reduce((most, reply) => Math.max(most, replyKind(reply)), 0)
    default:
      return 0
  }
}

function plan(settings: Settings, seed: number): Plan<ClusterProtocol> {
  const given = readSettings(settings)
  const actors = configs(settings).map((config) => ({
    name: config.self,
    role: config.kind,
    machine: config.self === ADMIN ? adminMachine : clusterMachine,
    config,
  }))
  const nodes = actors.filter(({ role }) => role === 'node').length
  return {
    seed,
    actors,
    invariants,
    meters: [...new Set([prompts.meter, ledgerMeter, ...metersOf(measures)])],
    link: linkOf(given.delayUs, given.lossPermille),
    connected: true,
    disk: diskOf(given.diskUs),
    messageKinds: MESSAGE_KINDS,
    noteKinds: NOTE_KINDS,
    phase,
    messageValue,
    generate: generator(given),
    streams: [...new Array<number>(nodes).fill(0), ...share(given.loadPerSecond, given.clients), 0, 0],
  }
}

export const clusterLab: Lab<ClusterProtocol, ClusterView> = {
  id: 'cluster',
  title: 'Redis Cluster',
  language,
  scenarios,
  lessons,
  measures,
  plan,
  configs,
  interpret(act, world) {
    if (act.id === 'load') {
      const actor = world.indexOf(nodeId(String(act.args.client)))
      return [{ kind: 'stream', actor, ratePerSecond: act.args.rate as number }]
    }
    const idNow = (name: string) => {
      const state = world.state(world.indexOf(nodeId(name)))
      return state?.kind === 'node' ? state.cluster.myself : idOf(name)
    }
    const asked = commandOf(act.id, act.args, follows(world), idNow)
    if (asked === null) return null
    return [{ kind: 'command', actor: world.indexOf(asked.actor), command: asked.command }]
  },
  namedNotes: new Set(NAMED),
  prompts,
  words,
  projection,
}
