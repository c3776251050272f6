import type { NodeId } from '../../../base/brand.ts'
import { micros } from '../../../base/brand.ts'
import { again } from '../../../base/prng.ts'
import type { Effect, Env, Transition } from '../../../machine/machine.ts'
import type { Agenda } from './agenda.ts'
import type { FlowMessage, FlowNote, FlowProtocol, FlowState } from './types.ts'

/**
 * One step of a part under way: its state as a draft that handlers change, and the effects so far. `done` gives the next
 * state; the machine stays a pure function.
 */
export class Turn<State extends FlowState & { readonly agenda: Agenda<unknown> }> {
  readonly effects: Effect<FlowProtocol>[] = []
  private draws = 0

  constructor(
    /** A shallow copy: its fields may be replaced, what they point to may not be changed. */
    readonly state: { -readonly [Key in keyof State]: State[Key] },
    readonly nowUs: number,
    readonly self: NodeId,
    private readonly bits: number,
  ) {}

  static of<State extends FlowState & { readonly agenda: Agenda<unknown> }>(state: State, env: Env): Turn<State> {
    return new Turn<State>({ ...state }, env.now, env.self, env.entropy)
  }

  /** 32 fresh uniform bits. */
  entropy(): number {
    return again(this.bits, this.draws++)
  }

  send(to: NodeId, message: FlowMessage): void {
    this.effects.push({ kind: 'send', to, message })
  }

  note(kind: FlowNote['kind'], value = 0): void {
    this.effects.push({ kind: 'note', note: { kind, value } })
  }

  /** What survives a crash is as it is now. It comes last: nothing waits for it. */
  persist(): void {
    this.effects.push({ kind: 'persist', durable: this.state.durable })
  }

  /** Ends the turn. `armedUs`: for when the timer was set before; null when it does not run (it has just fired). */
  done(armedUs: number | null): Transition<FlowProtocol> {
    const { dueUs } = this.state.agenda
    if (dueUs !== armedUs) {
      this.effects.unshift(
        dueUs === null
          ? { kind: 'clear-timer', timer: 'due' }
          : { kind: 'set-timer', timer: 'due', after: micros(Math.max(0, dueUs - this.nowUs)) },
      )
    }
    return { state: this.state as State, effects: this.effects }
  }
}
