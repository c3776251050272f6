import type { NodeId } from '../base/brand.ts'
import type { Invariant, Status, World, WorldEvent } from '../machine/invariant.ts'
import type { Machine, Protocol } from '../machine/machine.ts'
import type { LinkCondition } from './network.ts'
import type { DiskCondition } from './storage.ts'
import type { Generator } from './workload.ts'

/** One actor of the world before it starts. */
export interface ActorPlan<P extends Protocol> {
  readonly name: NodeId
  readonly role: 'node' | 'client'
  readonly machine: Machine<P>
  readonly config: P['config']
}

/** A number that people follow: a fold over events, like a judge without an opinion. Its memory is immutable. */
export interface Meter<P extends Protocol, Memory = unknown> {
  readonly id: string
  init(world: World<P>): Memory
  step(memory: Memory, world: World<P>, event: WorldEvent<P>): Memory
}

/** A world before its first event. Everything in it is data or a pure function. */
export interface Plan<P extends Protocol> {
  readonly seed: number
  readonly actors: readonly ActorPlan<P>[]
  readonly invariants: readonly Invariant<P>[]
  readonly meters: readonly Meter<P>[]
  readonly link: LinkCondition
  /**
   * Messages between two actors travel on connections (TCP): they keep their order, a loss is a delay, and what a cut or
   * a partition stops waits for it to heal. Absent: every message on its own.
   */
  readonly connected?: boolean
  readonly disk: DiskCondition
  /** Columns of the trace: their order gives each kind its number. */
  readonly messageKinds: readonly P['message']['kind'][]
  readonly noteKinds: readonly P['note']['kind'][]
  /** A small integer that says how the actor looks on its lane (role, term); a change of it is a row of the trace. */
  phase(state: P['state'] | undefined, status: Status): number
  /** One integer per message for the trace and the picture: its term. */
  messageValue(message: P['message']): number
  readonly generate: Generator<P>
  /** Steady streams that run from the start, operations per second by actor number. */
  readonly streams: readonly number[]
}

/** An act that cannot be done now, or a limit that was reached. Its message says why. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
