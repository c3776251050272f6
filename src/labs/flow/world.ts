import { type NodeId, nodeId } from '../../base/brand.ts'
import { streamKey } from '../../base/prng.ts'
import type { Lab } from '../../engine/lab.ts'
import { diskOf, linkOf, metersOf } from '../../engine/plan.ts'
import type { Settings } from '../../experiment/types.ts'
import type { Status } from '../../machine/invariant.ts'
import { flowInvariants } from '../../protocols/flow/pipeline/judges.ts'
import { flowMachine } from '../../protocols/flow/pipeline/machine.ts'
import { waitingIn } from '../../protocols/flow/pipeline/stage-state.ts'
import {
  DROP_REASONS,
  type FlowMessage,
  type FlowProtocol,
  type FlowState,
  MESSAGE_KINDS,
  NOTE_KINDS,
  type PartConfig,
} from '../../protocols/flow/pipeline/types.ts'
import { type Plan, Refusal } from '../../sim/plan.ts'
import { commandsOf, language } from './acts.ts'
import { CONDITIONS, type FlowView, phaseOf } from './contract.ts'
import { lessons } from './lessons/index.ts'
import { measures } from './measures.ts'
import { actorPipes } from './pipes.ts'
import { conditionOf, projection } from './projection.ts'
import { scenarios } from './scenarios.ts'
import { actorNames, readFlowSettings } from './settings.ts'
import { words } from './words.ts'

/** The flow lab as the engine sees it: the same in the worker, the runner, the benchmarks and the tests. */

/** Pipes have no disk; what was set of a part is there again at once. */
const NO_DISK = { low: 0, high: 0 }

/** The draws of a part are those of its copies: whoever is compared gets the same requests and the same work. */
function configsOf(settings: Settings, seed: number): readonly PartConfig[] {
  const given = readFlowSettings(settings)
  const pipes = actorPipes(given)
  const names = actorNames(given)
  const origins = [
    ...new Set(names.filter(({ kind }) => kind === 'source' || kind === 'sender').map(({ part }) => part)),
  ]
  return names.map(({ name, part, kind }) => ({
    kind,
    self: name,
    key: streamKey(seed, `part ${part}`),
    index: Math.max(0, origins.indexOf(part)),
    pipes: pipes.filter(({ from }) => from === name).map(({ to }) => nodeId(to)),
    fault: given.fault,
  }))
}

const RETRY = 64

/** As the contract has it: class and retry, reason of a refusal, how much is asked for. */
function messageValue(message: FlowMessage): number {
  switch (message.kind) {
    case 'item':
      return (message.parcel.class % RETRY) + (message.parcel.attempt > 0 ? RETRY : 0)
    case 'segment':
      return (message.parcel.class % RETRY) + (message.parcel.segment?.record.retransmission ? RETRY : 0)
    case 'answer':
      return message.outcome === 'done' ? 0 : 1 + DROP_REASONS.indexOf(message.outcome)
    case 'demand':
      return demandValue(message.signal)
    default:
      return 0
  }
}

function demandValue(signal: Extract<FlowMessage, { kind: 'demand' }>['signal']): number {
  if (signal.how === 'request') return Math.min(signal.n, 0x7fff_ffff)
  return signal.how === 'window' ? signal.bytes : 0
}

function phase(state: FlowState | undefined, status: Status): number {
  if (status === 'down') return phaseOf(CONDITIONS.indexOf('down'), 0)
  const condition = CONDITIONS.indexOf(conditionOf(state))
  if (state?.kind !== 'stage') return phaseOf(condition, 0)
  const { capacity } = state.durable.settings.buffer
  return phaseOf(condition, Math.min(8, Math.ceil((waitingIn(state) * 8) / Math.max(1, Math.min(capacity, LEVEL_MAX)))))
}

/** A queue without bound is drawn full from here on. */
const LEVEL_MAX = 200

function plan(settings: Settings, seed: number): Plan<FlowProtocol> {
  const given = readFlowSettings(settings)
  const configs = configsOf(settings, seed)
  return {
    seed,
    actors: configs.map((config) => ({ name: config.self, role: 'node', machine: flowMachine, config })),
    invariants: flowInvariants,
    meters: metersOf(measures),
    link: linkOf(given.delayUs, given.lossPermille),
    connected: given.connected,
    disk: diskOf(NO_DISK),
    messageKinds: MESSAGE_KINDS,
    noteKinds: NOTE_KINDS,
    phase,
    messageValue,
    // Sources make their own requests.
    generate: () => ({ kind: 'source', patch: {} }),
    streams: configs.map(() => 0),
  }
}

const NAMED = NOTE_KINDS.filter((kind) => kind !== 'changed')

export const flowLab: Lab<FlowProtocol, FlowView> = {
  id: 'flow',
  title: 'Flow control',
  language,
  scenarios,
  lessons,
  measures,
  plan,
  configs: (settings) => configsOf(settings, 0),
  interpret(act, world) {
    const settingsNow = (name: NodeId) => {
      const state = world.state(world.indexOf(name))
      if (state === undefined) throw new Refusal(`${name} is down: restart it first`)
      return state.durable.settings
    }
    const commands = commandsOf(act, world.names, settingsNow)
    return commands?.map(({ actor, command }) => ({ kind: 'command', actor: world.indexOf(actor), command })) ?? null
  },
  namedNotes: new Set(NAMED),
  words,
  projection,
}
