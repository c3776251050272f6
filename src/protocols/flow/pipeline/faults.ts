import type { Env, Input, Transition } from '../../../machine/machine.ts'
import type { StageSettings } from './settings.ts'
import type { SourceState } from './source-state.ts'
import { type StageState, serversOf } from './stage-state.ts'
import { storeLength, storeTake } from './store.ts'
import type { FlowProtocol, FlowState, SenderPart } from './types.ts'

/**
 * Planted mistakes, each around a machine that is right: to prove that the judges look, and to show in a lesson what a
 * broken rule does. Every so many items one of them strikes.
 */

const EVERY = 50

type Step<State> = (state: State, input: Input<FlowProtocol>, env: Env) => Transition<FlowProtocol>

/** The step of a part with the fault of its configuration. */
export function faulty<State extends FlowState>(step: Step<State>): Step<State> {
  return (state, input, env) => {
    const { fault } = state.config
    if (fault === null) return step(state, input, env)
    if (state.kind === 'stage') return faultyStage(state, input, env, step as unknown as Step<StageState>)
    if (fault === 'ignores-demand' && state.kind === 'source') {
      return step({ ...state, outputs: opened(state) }, input, env)
    }
    if (fault === 'overruns-window' && state.kind === 'sender') return step(beyond(state) as State, input, env)
    return step(state, input, env)
  }
}

const opened = ({ outputs }: SourceState): SourceState['outputs'] =>
  outputs.map((output) => ({ ...output, grant: { kind: 'open' } }))

/** The sender believes that it was offered more. */
function beyond(state: SenderPart): SenderPart {
  const { connection } = state
  if (connection.phase !== 'open') return state
  const { tcp } = connection
  const edge = Math.max(tcp.edge, tcp.board.nxt + 100_000)
  return { ...state, connection: { ...connection, tcp: { ...tcp, edge } } }
}

function faultyStage(
  state: StageState,
  input: Input<FlowProtocol>,
  env: Env,
  step: Step<StageState>,
): Transition<FlowProtocol> {
  const { settings } = state.durable
  const strikes = state.counts.arrived % EVERY === EVERY - 1
  switch (state.config.fault) {
    case 'overfills':
      if (!strikes || input.kind !== 'message') return step(state, input, env)
      return restored(
        step(
          withSettings(state, { ...settings, buffer: { ...settings.buffer, capacity: settings.buffer.capacity + 1 } }),
          input,
          env,
        ),
        settings,
      )
    case 'idles': {
      const servers = Math.max(1, serversOf(state) - 1)
      if (state.fleet !== null || settings.servers < 2) return step(state, input, env)
      return restored(step(withSettings(state, { ...settings, servers }), input, env), settings)
    }
    case 'loses-items':
      return strikes && storeLength(state.store) > 0
        ? step(robbed(state, env.now), input, env)
        : step(state, input, env)
    case 'forgets-waits':
      if (!strikes) return step(state, input, env)
      return step({ ...state, counts: { ...state.counts, presentUs: state.counts.presentUs - 1 } }, input, env)
    default:
      return step(state, input, env)
  }
}

const withSettings = (state: StageState, settings: StageSettings): StageState => ({
  ...state,
  durable: { ...state.durable, settings },
})

/** Unless the step has set something itself, the true settings come back. */
function restored({ state, effects }: Transition<FlowProtocol>, settings: StageSettings): Transition<FlowProtocol> {
  return { state: withSettings(state as StageState, settings), effects }
}

function robbed(state: StageState, nowUs: number): StageState {
  const { buffer, management } = state.durable.settings
  return { ...state, store: storeTake(buffer, management, state.store, nowUs).store }
}
