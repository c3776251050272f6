/**
 * What the mechanisms of a flow have in common: they are pure. An event and an instant go in; the next state and what
 * came of the event go out. Draws are arguments of 32 uniform bits, so that every run can be repeated.
 */
export interface Step<State, Outcome> {
  readonly state: State
  readonly outcome: Outcome
}

/** 32 uniform bits as a number in [0, 1). */
export const unit = (entropy: number): number => (entropy >>> 0) / 0x1_0000_0000

/** `value` moved into [low, high]; `low` wins when they cross. */
export const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))
