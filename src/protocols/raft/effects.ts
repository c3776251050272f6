import { type Micros, micros, type NodeId } from '../../base/brand.ts'
import { between } from '../../base/prng.ts'
import type { Env } from '../../machine/machine.ts'
import type { NodeConfig } from './config.ts'
import type { Durable, Effect, Message, NodeState, NoteKind } from './types.ts'

/** How handlers write their effects: in order, into the list of the step. */
export type Out = Effect[]

export function send(out: Out, to: NodeId, message: Message): void {
  out.push({ kind: 'send', to, message })
}

/** Everything that is sent behind this waits until `durable` is on disk. */
export function barrier(out: Out, durable: Durable): void {
  out.push({ kind: 'persist', durable })
}

/** Sends a promise: it may only leave when what it promises is on disk. */
export function promise(out: Out, state: NodeState, to: NodeId, message: Message): void {
  barrier(out, state.durable)
  send(out, to, message)
}

export function note(out: Out, kind: NoteKind, value: number): void {
  out.push({ kind: 'note', note: { kind, value } })
}

/** A new wait for a leader, randomized so that few nodes time out together (5.2). */
export function armElection(out: Out, config: NodeConfig, env: Env): void {
  const { low, high } = config.electionTimeout
  out.push({ kind: 'set-timer', timer: 'election', after: between(env.entropy, low, high) as Micros })
}

export function armHeartbeat(out: Out, config: NodeConfig): void {
  out.push({ kind: 'set-timer', timer: 'heartbeat', after: micros(config.heartbeat) })
}

/** CheckQuorum looks back over one minimum election timeout. */
export function armQuorum(out: Out, config: NodeConfig): void {
  out.push({ kind: 'set-timer', timer: 'quorum', after: micros(config.electionTimeout.low) })
}

/** What a leader leaves running. */
export function disarmLeader(out: Out): void {
  out.push({ kind: 'clear-timer', timer: 'heartbeat' }, { kind: 'clear-timer', timer: 'quorum' })
}
