import type { Step } from '../step.ts'

export type BreakerPhase =
  /** Calls pass. */
  | 'closed'
  /** Calls fail at once. */
  | 'open'
  /** A few calls pass, to find out. */
  | 'half-open'

/** How a call that was let through ended. */
export interface Call {
  readonly succeeded: boolean
  readonly tookUs: number
}

/** A circuit breaker of one client towards one service. */
export interface Breaker<Config, State> {
  initial(config: Config): State
  /** May a call be made now? Asking may use up a trial, so ask once a call. */
  ask(config: Config, state: State, nowUs: number): Step<State, boolean>
  /** A call that was let through has ended. Calls that were made before it opened may end after. */
  record(config: Config, state: State, call: Call, nowUs: number): State
  /** For the screen: what {@link ask} would meet at `nowUs`. */
  phase(config: Config, state: State, nowUs: number): BreakerPhase
}
