import type { OperationEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Simulation } from '../sim/simulation.ts'
import { ROW, type TraceSink } from '../sim/trace.ts'
import type { Lab } from './lab.ts'
import type { Series } from './series.ts'

/** What other tools read: the client history, the event trace, the measures. */

interface HistoryOp extends Readonly<Record<string, unknown>> {
  readonly client: string
  readonly call: number
  /** Null: the outcome is unknown. */
  readonly ret: number | null
}

/** The history of all clients in the export's form; operations of unknown outcome are in it with `ret: null`. */
export function historyOf<P extends Protocol>(sim: Simulation<P>, lab: Lab<P>): { readonly ops: readonly HistoryOp[] } {
  type Returned = Extract<OperationEvent<P>, { kind: 'return' }>
  const returns = new Map<string, Returned>()
  for (const event of sim.operations) if (event.kind === 'return') returns.set(event.request, event)
  const ops: HistoryOp[] = []
  for (const event of sim.operations) {
    if (event.kind !== 'call') continue
    const answer = returns.get(event.request)
    const op = lab.words.historyOp(event.command, answer?.result)
    if (op === null) continue
    const isKnown = answer?.result !== undefined && !isUnknown(answer.result)
    ops.push({ client: event.client, ...op, call: event.at, ret: isKnown ? answer.at : null })
  }
  return { ops }
}

/** A result that says of itself that nobody knows: every lab calls this kind `unknown`. */
export function isUnknown(result: unknown): boolean {
  return typeof result === 'object' && result !== null && (result as { readonly kind?: unknown }).kind === 'unknown'
}

/** One JSON object a line: what each actor did and what its state was then. */
export function traceSink<P extends Protocol>(
  sim: Simulation<P>,
  lab: Lab<P>,
  write: (line: string) => void,
): TraceSink {
  return {
    row(kind, label, time, _sentAt, actor, peer, value, event, body) {
      const name = eventName(kind, label, sim)
      if (name === null) return
      const state = actor >= sim.names.length ? undefined : sim.state(actor)
      const message = (body as { readonly message?: unknown } | null)?.message
      const isMessage = kind === ROW.delivered || kind === ROW.lost
      write(
        JSON.stringify({
          tag: 'trace',
          event: {
            name,
            time,
            number: event,
            nid: sim.names[actor] ?? null,
            ...(isMessage
              ? { msg: { from: sim.names[peer], to: sim.names[actor], ...plain(kind === ROW.lost ? body : message) } }
              : { value }),
            ...(state === undefined ? {} : lab.words.traceState(state)),
          },
        }),
      )
    },
  }
}

/** A message without what JSON cannot hold. */
function plain(message: unknown): Readonly<Record<string, unknown>> {
  const { kind, snapshot, ...rest } = message as Readonly<Record<string, unknown>>
  const short = snapshot === undefined ? {} : { snapshot: { index: (snapshot as { index: number }).index } }
  return { type: kind, ...rest, ...short }
}

function eventName<P extends Protocol>(kind: number, label: number, sim: Simulation<P>): string | null {
  switch (kind) {
    case ROW.delivered:
      return 'Receive'
    case ROW.lost:
      return 'Lose'
    case ROW.note:
      return sim.plan.noteKinds[label] ?? null
    case ROW.timer:
      return 'Timer'
    case ROW.disk:
      return 'Durable'
    case ROW.act:
      return 'Act'
    default:
      return null
  }
}

/** The samples of every measure up to and with `untilUs`, one line per instant. */
export function csvOf<P extends Protocol>(series: Series, lab: Lab<P>, untilUs = Number.POSITIVE_INFINITY): string {
  const { stepUs, columns } = series.table()
  const head = ['time_us', ...lab.measures.map(({ id, unit }) => (unit === '' ? id : `${id} (${unit})`))]
  const length = Math.min(columns[0]?.length ?? 0, Math.floor(untilUs / stepUs) + 1)
  const lines = Array.from({ length }, (_, at) => [at * stepUs, ...columns.map((column) => column[at] ?? '')].join(','))
  return `${[head.map(quoted).join(','), ...lines].join('\n')}\n`
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
