import { micros, type NodeId } from '../../../base/brand.ts'
import type { Effect, Input } from '../../../machine/machine.ts'
import type { FlowDurable, FlowMessage, FlowNote, FlowProtocol } from './types.ts'

/** What the two ends of a TCP connection share: how a step writes its effects. */
export type Out = Effect<FlowProtocol>[]

export function send(out: Out, to: NodeId, message: FlowMessage): void {
  out.push({ kind: 'send', to, message })
}

export function note(out: Out, kind: FlowNote['kind'], value: number): void {
  out.push({ kind: 'note', note: { kind, value } })
}

/**
 * Sets the timer, if it must ring earlier than it would; gives when it rings. It only moves nearer: a timeout moves away
 * with every acknowledgement, and a timer that rings too early finds nothing to do and is set again.
 */
export function armed(dueUs: number | null, wakeUs: number | null, nowUs: number, out: Out): number | null {
  if (wakeUs === null || (dueUs !== null && dueUs <= wakeUs)) return dueUs
  out.push({ kind: 'set-timer', timer: 'due', after: micros(Math.max(0, wakeUs - nowUs)) })
  return wakeUs
}

/** What was set goes to disk, last: nothing that is sent or timed depends on it, so nothing waits behind it. */
export function kept(before: FlowDurable, after: FlowDurable, input: Input<FlowProtocol>, out: Out): void {
  if (after === before) return
  out.push({ kind: 'persist', durable: after })
  if (input.kind === 'command') note(out, 'changed', 0)
}
