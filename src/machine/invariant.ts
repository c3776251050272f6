import type { Micros, NodeId } from '../base/brand.ts'
import type { Protocol } from './machine.ts'

/**
 * A judge: looks at the world after every event and keeps a memory of its own. The memory is an immutable value, so a
 * checkpoint keeps it by reference and a rewind restores it.
 */
export interface Invariant<P extends Protocol, Memory = unknown> {
  readonly id: string
  readonly title: string
  /** Where the rule comes from: "Raft, Figure 3, 5.2". */
  readonly source: string
  /** One plain sentence: what must hold. */
  readonly meaning: string
  init(world: World<P>): Memory
  /** The memory after the event (the same reference if nothing changed), or a {@link Violation}. */
  step(memory: Memory, world: World<P>, event: WorldEvent<P>): Memory | Violation
  /** What the judge can tell of itself, live: "31 operations". */
  report?(memory: Memory): string
}

/** The shortest explanation of a broken rule. A class, so that a judge's memory can never be mistaken for one. */
export class Violation {
  constructor(
    /** One sentence with the numbers that decide: "n1 and n3 both lead term 4". */
    readonly explanation: string,
    /** The actors concerned. */
    readonly actors: readonly NodeId[],
  ) {}
}

/** How an actor is doing. Killed: memory gone, durable kept. Paused: memory kept, timers stopped, mail waits. */
export type Status = 'up' | 'paused' | 'down'

/** What a judge may look at: every actor by its number (its position in the list of names). */
export interface World<P extends Protocol> {
  readonly now: Micros
  readonly names: readonly NodeId[]
  indexOf(name: NodeId): number
  /** Undefined while the actor is down. */
  state(actor: number): P['state'] | undefined
  /** What its disk holds now; null before the first write. */
  durable(actor: number): P['durable'] | null
  status(actor: number): Status
}

/** What just happened. One object is reused for every event: copy what you keep. */
export interface WorldEvent<P extends Protocol> {
  readonly kind: 'boot' | 'message' | 'timer' | 'command' | 'disk' | 'act'
  /** Number of the actor that acted; -1 when none did. */
  readonly actor: number
  readonly before: P['state'] | undefined
  readonly after: P['state'] | undefined
  /** Messages that left actor `actor` in this event (barriers passed). */
  readonly sent: readonly { readonly to: NodeId; readonly message: P['message'] }[]
  /** Operations of clients that began or ended in this event. */
  readonly operations: readonly OperationEvent<P>[]
}

/** An operation as its client sees it. `result` undefined: the client gave up, the outcome is unknown. */
export type OperationEvent<P extends Protocol> =
  | {
      readonly kind: 'call'
      readonly client: NodeId
      readonly request: string
      readonly command: P['command']
      readonly at: Micros
    }
  | {
      readonly kind: 'return'
      readonly client: NodeId
      readonly request: string
      readonly result: P['result'] | undefined
      readonly at: Micros
    }
