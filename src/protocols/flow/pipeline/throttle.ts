import { unreachable } from '../../../base/assert.ts'
import {
  type ClientThrottling,
  initialClientThrottling,
  mayRequest,
  requestAccepted,
} from '../shedding/client-throttling.ts'
import { answered, initialNackAdmission, mayPass, type NackAdmission } from '../shedding/nack-admission.ts'
import type { Step } from '../step.ts'
import { chosen } from './chosen.ts'
import type { Throttle } from './settings.ts'

/** All ways in which a client throttles itself, behind one face. */
export type ThrottleState =
  | { readonly kind: 'none' }
  | { readonly kind: 'google'; readonly inner: ClientThrottling }
  | { readonly kind: 'nack'; readonly inner: NackAdmission }

export function throttleStart(choice: Throttle, nowUs: number): ThrottleState {
  switch (choice.kind) {
    case 'none':
      return choice
    case 'google':
      return { kind: 'google', inner: initialClientThrottling }
    case 'nack':
      return { kind: 'nack', inner: initialNackAdmission(nowUs) }
    default:
      return unreachable(choice)
  }
}

/** May an attempt be sent at `nowUs`? It counts whether it may or not: ask once an attempt. @param entropy 32 bits */
export function throttleAsk(
  choice: Throttle,
  state: ThrottleState,
  nowUs: number,
  entropy: number,
): Step<ThrottleState, boolean> {
  switch (state.kind) {
    case 'none':
      return { state, outcome: true }
    case 'google': {
      const asked = mayRequest(chosen(choice, state.kind).config, state.inner, nowUs, entropy)
      return { state: { kind: 'google', inner: asked.state }, outcome: asked.outcome }
    }
    case 'nack': {
      const asked = mayPass(chosen(choice, state.kind).config, state.inner, nowUs, entropy)
      return { state: { kind: 'nack', inner: asked.state }, outcome: asked.outcome }
    }
    default:
      return unreachable(state)
  }
}

/** The server has answered at `nowUs`; `accepted`: it worked on the request, be it with an error of its own. */
export function throttleAnswered(
  choice: Throttle,
  state: ThrottleState,
  accepted: boolean,
  nowUs: number,
): ThrottleState {
  switch (state.kind) {
    case 'none':
      return state
    case 'google': {
      const { config } = chosen(choice, state.kind)
      return accepted ? { kind: 'google', inner: requestAccepted(config, state.inner, nowUs) } : state
    }
    case 'nack':
      return { kind: 'nack', inner: answered(chosen(choice, state.kind).config, state.inner, !accepted, nowUs) }
    default:
      return unreachable(state)
  }
}
