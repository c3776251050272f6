import { unreachable } from '../../../base/assert.ts'
import type { Breaker, BreakerPhase, Call } from '../breakers/breaker.ts'
import { type HystrixState, hystrix } from '../breakers/hystrix.ts'
import { type OpossumState, opossum } from '../breakers/opossum.ts'
import { type Resilience4jState, resilience4j } from '../breakers/resilience4j.ts'
import type { Step } from '../step.ts'
import { chosen } from './chosen.ts'
import type { BreakerChoice } from './settings.ts'

/** All circuit breakers behind one face. */
export type BreakerState =
  | { readonly kind: 'none' }
  | { readonly kind: 'hystrix'; readonly inner: HystrixState }
  | { readonly kind: 'resilience4j'; readonly inner: Resilience4jState }
  | { readonly kind: 'opossum'; readonly inner: OpossumState }

export function breakerStart(choice: BreakerChoice): BreakerState {
  switch (choice.kind) {
    case 'none':
      return choice
    case 'hystrix':
      return { kind: 'hystrix', inner: hystrix.initial(choice.config) }
    case 'resilience4j':
      return { kind: 'resilience4j', inner: resilience4j.initial(choice.config) }
    case 'opossum':
      return { kind: 'opossum', inner: opossum.initial(choice.config) }
    default:
      return unreachable(choice)
  }
}

/** May a call be made at `nowUs`? Asking may use up a trial: ask once a call. */
export function breakerAsk(choice: BreakerChoice, state: BreakerState, nowUs: number): Step<BreakerState, boolean> {
  return use(choice, state, { state, outcome: true }, (breaker, config, inner, wrapped) => {
    const asked = breaker.ask(config, inner, nowUs)
    return { state: wrapped(asked.state), outcome: asked.outcome }
  })
}

/** A call that was let through has ended at `nowUs`. */
export function breakerRecord(choice: BreakerChoice, state: BreakerState, call: Call, nowUs: number): BreakerState {
  return use(choice, state, state, (breaker, config, inner, wrapped) =>
    wrapped(breaker.record(config, inner, call, nowUs)),
  )
}

/** For the screen: what a call would meet at `nowUs`. */
export function breakerPhase(choice: BreakerChoice, state: BreakerState, nowUs: number): BreakerPhase {
  return use<BreakerPhase>(choice, state, 'closed', (breaker, config, inner) => breaker.phase(config, inner, nowUs))
}

/** What `how` makes of the breaker that was chosen, or `without` when none was. */
function use<Result>(
  choice: BreakerChoice,
  state: BreakerState,
  without: Result,
  how: <C, S>(breaker: Breaker<C, S>, config: C, inner: S, wrapped: (inner: S) => BreakerState) => Result,
): Result {
  switch (state.kind) {
    case 'none':
      return without
    case 'hystrix':
      return how(hystrix, chosen(choice, state.kind).config, state.inner, (inner) => ({ kind: 'hystrix', inner }))
    case 'resilience4j':
      return how(resilience4j, chosen(choice, state.kind).config, state.inner, (inner) => ({
        kind: 'resilience4j',
        inner,
      }))
    case 'opossum':
      return how(opossum, chosen(choice, state.kind).config, state.inner, (inner) => ({ kind: 'opossum', inner }))
    default:
      return unreachable(state)
  }
}
