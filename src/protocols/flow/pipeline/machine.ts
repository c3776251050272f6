import { foldLane } from '../../../base/digest.ts'
import type { Effect, Machine, Transition } from '../../../machine/machine.ts'
import { faulty } from './faults.ts'
import { bootReceiver, hashReceiver, stepReceiverPart } from './receiver.ts'
import { bootSender, hashSender, stepSenderPart } from './sender.ts'
import type { SourceSettings, StageSettings } from './settings.ts'
import { bootSource, stepSource } from './source.ts'
import type { SourceState } from './source-state.ts'
import { bootStage, stepStage } from './stage.ts'
import { presentIn, type StageState } from './stage-state.ts'
import { storeItems } from './store.ts'
import type { ReceiverSettings, SenderSettings } from './tcp-settings.ts'
import type { FlowDurable, FlowMessage, FlowProtocol, FlowState } from './types.ts'

const faultySource = faulty(stepSource)
const faultyStage = faulty(stepStage)
const faultySender = faulty(stepSenderPart)

/** Every part of a pipeline behind the house's contract of a machine. */
export const flowMachine: Machine<FlowProtocol> = {
  timers: ['due'],
  boot(config, durable, env): Transition<FlowProtocol> {
    switch (config.kind) {
      case 'source':
        return bootSource(config, durable as FlowDurable<SourceSettings> | null, env)
      case 'stage':
        return bootStage(config, durable as FlowDurable<StageSettings> | null, env)
      case 'sender':
        return bootSender(config, durable as FlowDurable<SenderSettings> | null, env)
      case 'receiver':
        return bootReceiver(config, durable as FlowDurable<ReceiverSettings> | null, env)
    }
  },
  step(state, input, env) {
    switch (state.kind) {
      case 'source':
        return faultySource(state, input, env)
      case 'stage':
        return faultyStage(state, input, env)
      case 'sender':
        return faultySender(state, input, env)
      case 'receiver':
        return stepReceiverPart(state, input, env)
    }
  },
  reconfigure: (state) => state,
  // Settings are written whole: the old ones or the new ones.
  tear: (before, after, entropy) => ((entropy & 1) === 0 ? before : after),
  lastWords,
  refuse,
  hash(state) {
    switch (state.kind) {
      case 'source':
        return hashSource(state)
      case 'stage':
        return hashStage(state)
      case 'sender':
        return hashSender(state)
      case 'receiver':
        return hashReceiver(state)
    }
  },
}

/** More connections than these are not told one by one that their server died: their timeouts find out. */
const FAREWELLS_MAX = 10_000

/** A process that dies has its connections closed: whoever waits for an answer learns that there will be none. */
function lastWords(state: FlowState): readonly Extract<Effect<FlowProtocol>, { kind: 'send' }>[] {
  if (state.kind !== 'stage') return []
  const waiting = storeItems(state.store, FAREWELLS_MAX, 0).map(({ parcel }) => parcel)
  return [...state.serving.flatMap(({ parcels }) => parcels), ...waiting].flatMap(({ segment, origin, id, attempt }) =>
    segment === null
      ? [{ kind: 'send', to: origin, message: { kind: 'answer', origin, id, attempt, outcome: 'refused' } } as const]
      : [],
  )
}

/** Nobody listens there: a request is refused at once. */
function refuse(message: FlowMessage): FlowMessage | null {
  if (message.kind !== 'item') return null
  const { origin, id, attempt } = message.parcel
  return { kind: 'answer', origin, id, attempt, outcome: 'refused' }
}

const folded = (numbers: readonly number[]): number => numbers.reduce((lane, value) => foldLane(lane, value), 0)

function hashSource({ made, drawn, inFlight, backlog, calls, counts }: SourceState): number {
  const { succeeded, failed, sent, answered, timedOut, late, succeededUs } = counts
  return folded([
    made,
    drawn,
    inFlight,
    backlog.length,
    calls.size,
    succeeded,
    failed,
    sent,
    answered,
    timedOut,
    late,
    succeededUs,
  ])
}

function hashStage(state: StageState): number {
  const { arrived, departed, dropped, presentUs, waitedUs, busyAreaUs } = state.counts
  return folded([arrived, departed, ...dropped, presentIn(state), presentUs, waitedUs, busyAreaUs])
}
