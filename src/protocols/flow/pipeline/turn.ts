import type { NodeId } from '../../../base/brand.ts'
import { micros } from '../../../base/brand.ts'
import { again } from '../../../base/prng.ts'
import type { Effect, Env, Transition } from '../../../machine/machine.ts'
import type { Agenda } from './agenda.ts'
import type { FlowMessage, FlowNote, FlowProtocol, FlowState } from './types.ts'

type Counting = FlowState & { readonly agenda: Agenda<unknown>; readonly counts: object }

/** Fields may be replaced, and counters counted; what else they point to may not be changed. */
type Draft<State extends Counting> = { -readonly [Key in keyof Omit<State, 'counts'>]: State[Key] } & {
  counts: { -readonly [Key in keyof State['counts']]: State['counts'][Key] }
}

/**
 * One step of a part under way: its state as a draft that handlers change, and the effects so far. `done` gives the next
 * state; the machine stays a pure function.
 */
export class Turn<State extends Counting> {
  readonly effects: Effect<FlowProtocol>[] = []
  private draws = 0

  constructor(
    readonly state: Draft<State>,
    readonly nowUs: number,
    readonly self: NodeId,
    private readonly bits: number,
  ) {}

  /** Counters are copied once a step and then counted in place. */
  static of<State extends Counting>(state: State, env: Env): Turn<State> {
    const draft = { ...state, counts: { ...state.counts } } as Draft<State>
    return new Turn<State>(draft, env.now, env.self, env.entropy)
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
    return { state: this.state as unknown as State, effects: this.effects }
  }
}
