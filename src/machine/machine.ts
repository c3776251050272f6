import type { Micros, NodeId, RequestId } from '../base/brand.ts'

/**
 * The contract of every protocol: a pure machine that knows nothing of time, network, randomness or screens
 * (ARCHITECTURE.md, "Protocols are pure machines"). States are immutable; a step returns the next one and a list of
 * effects that a runtime carries out in order.
 */
export interface Protocol {
  readonly config: unknown
  /** What survives a crash. Compared by identity: the same reference means "nothing new to write". */
  readonly durable: unknown
  readonly state: unknown
  readonly message: { readonly kind: string }
  readonly timer: string
  /** What the outside world may ask of an actor: an operation of a client, a campaign. */
  readonly command: unknown
  readonly result: unknown
  readonly note: Note
}

/** A semantic trace point: `{kind: 'became-leader', value: 7}`. `value` is one integer (a term, an index). */
export interface Note {
  readonly kind: string
  readonly value: number
}

/** What a step may know beside its state. Data, so that it can be logged and replayed. */
export interface Env {
  readonly self: NodeId
  /** The local clock of the node: skewed and drifting as the experiment says. */
  readonly now: Micros
  /** 32 uniform random bits, fresh for each step. */
  readonly entropy: number
}

/** What happens to a machine. */
export type Input<P extends Protocol> =
  | { readonly kind: 'message'; readonly from: NodeId; readonly message: P['message'] }
  | { readonly kind: 'timer'; readonly timer: P['timer'] }
  | { readonly kind: 'command'; readonly request: RequestId; readonly command: P['command'] }

/** What a machine asks of its runtime. */
export type Effect<P extends Protocol> =
  /**
   * A barrier: what stands behind it in the list waits until `durable` is on disk. What stands before it, and later
   * lists without a barrier, does not wait. Repeating the value that is on disk (or on its way) writes nothing.
   */
  | { readonly kind: 'persist'; readonly durable: P['durable'] }
  /** `to` may be the node itself: then the message is handed over at once, never through the network. */
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: P['message'] }
  | { readonly kind: 'reply'; readonly request: RequestId; readonly result: P['result'] }
  /** Sets or resets the timer: at most one of a name is running. `after` is local time, in microseconds. */
  | { readonly kind: 'set-timer'; readonly timer: P['timer']; readonly after: Micros }
  | { readonly kind: 'clear-timer'; readonly timer: P['timer'] }
  | { readonly kind: 'note'; readonly note: P['note'] }

/** What a step gives: the next state, and effects that a runtime carries out in order. Often the same state. */
export interface Transition<P extends Protocol> {
  readonly state: P['state']
  readonly effects: readonly Effect<P>[]
}

/** A protocol as a runtime sees it. All functions are pure: equal arguments, equal results, in every engine. */
export interface Machine<P extends Protocol> {
  /** Every timer that the machine may set, in a fixed order. */
  readonly timers: readonly P['timer'][]
  /** First start (`durable` null) or restart after a crash (`durable` is what the disk holds). */
  boot(config: P['config'], durable: P['durable'] | null, env: Env): Transition<P>
  step(state: P['state'], input: Input<P>, env: Env): Transition<P>
  /** The same state under another configuration, for settings that may change while a node runs. */
  reconfigure(state: P['state'], config: P['config']): P['state']
  /**
   * What a torn write leaves on disk when the power fails between `before` and `after`: some legal prefix of the
   * records, chosen by `entropy`.
   */
  tear(before: P['durable'] | null, after: P['durable'], entropy: number): P['durable'] | null
  /**
   * What the operating system sends in the name of a process that dies: its connections close. Absent: nothing, for
   * protocols over datagrams.
   */
  lastWords?(state: P['state']): readonly { readonly to: NodeId; readonly message: P['message'] }[]
  /** What the operating system answers for a process that does not run: the connection is refused. Null: nothing. */
  refuse?(message: P['message']): P['message'] | null
  /** A 32-bit hash of everything in the state that matters; equal states give equal hashes in every engine. */
  hash(state: P['state']): number
}
