import type { Protocol } from '../machine/machine.ts'
import type { Plan } from './plan.ts'
import type { Scheduled } from './queue.ts'
import { NO_PEER, noSink, ROW, type TraceSink } from './trace.ts'

/** Labels of kinds that the plan does not know: a mistake in the plan, but not one to stop a run for. */
const UNKNOWN = 255

/** Writes what happens as rows of the trace, with kinds as numbers. */
export class Scribe<P extends Protocol> {
  /** Where the rows go; a recorder replaces it to re-derive bodies. */
  sink: TraceSink = noSink
  private readonly messages: ReadonlyMap<string, number>
  private readonly notes: ReadonlyMap<string, number>

  constructor(private readonly plan: Plan<P>) {
    this.messages = new Map(plan.messageKinds.map((kind, at) => [kind, at]))
    this.notes = new Map(plan.noteKinds.map((kind, at) => [kind, at]))
  }

  /** A row about one actor (-1: about nobody in particular) at one instant. */
  tell(kind: number, label: number, actor: number, value: number, body: unknown, time: number, event: number): void {
    this.sink.row(kind, label, time, time, actor < 0 ? NO_PEER : actor, NO_PEER, value, event, body)
  }

  note(note: P['note'], actor: number, time: number, event: number): void {
    this.tell(ROW.note, this.notes.get(note.kind) ?? UNKNOWN, actor, note.value, note, time, event)
  }

  delivered(item: Scheduled<P>, event: number): void {
    const message = item.message as P['message']
    const label = this.messages.get(message.kind) ?? UNKNOWN
    const value = this.plan.messageValue(message)
    this.sink.row(ROW.delivered, label, item.time, item.sentAt, item.actor, item.detail, value, event, item)
  }

  lost(from: number, to: number, message: P['message'], sentAt: number, time: number, event: number): void {
    const label = this.messages.get(message.kind) ?? UNKNOWN
    this.sink.row(ROW.lost, label, time, sentAt, to, from, this.plan.messageValue(message), event, message)
  }
}
