import type { Protocol } from '../machine/machine.ts'
import type { Scheduled } from '../sim/queue.ts'
import type { Simulation } from '../sim/simulation.ts'
import { ROW } from '../sim/trace.ts'
import type { MessageView } from './api.ts'
import type { Timeline } from './timeline.ts'

/** A message that is under way, with what a real step on a copy of the present would do. */
export function messageInFlight<P extends Protocol>(timeline: Timeline<P>, id: number): MessageView | null {
  const { sim } = timeline
  const item = sim.findInFlight(id)
  return item === undefined ? null : view(timeline, sim, item, true)
}

/** A message of the past, re-derived by replaying up to it. */
export function messageOfRow<P extends Protocol>(timeline: Timeline<P>, number: number): MessageView | null {
  if (number < 0 || number >= timeline.branch.trace.length) return null
  const row = timeline.branch.trace.read(number)
  if (row.kind === ROW.delivered) {
    return timeline.recall(row, (world, body) => view(timeline, world, body as Scheduled<P>, false))
  }
  if (row.kind !== ROW.lost) return null
  return timeline.recall(row, (world, body) => {
    const message = body as P['message']
    return {
      ...told(timeline, message),
      id: null,
      from: world.names[row.peer] ?? '?',
      to: world.names[row.actor] ?? '?',
      sentAtUs: row.sentAt,
      arrivesAtUs: row.time,
      inFlight: false,
      waiting: false,
      rule: {
        text: 'it was lost on its way: nobody handles it',
        source: 'the network of this experiment',
        effects: [],
      },
    }
  })
}

const told = <P extends Protocol>({ lab }: Timeline<P>, message: P['message']) => ({
  kind: message.kind,
  fields: lab.words.fields(message),
})

function view<P extends Protocol>(
  timeline: Timeline<P>,
  world: Simulation<P>,
  item: Scheduled<P>,
  inFlight: boolean,
): MessageView {
  const message = item.message as P['message']
  const from = world.names[item.detail]!
  let waiting = false
  world.eachInFlight((other, isWaiting) => {
    if (other.number === item.number) waiting = isWaiting
  })
  return {
    ...told(timeline, message),
    id: item.number,
    from,
    to: world.names[item.actor]!,
    sentAtUs: item.sentAt,
    arrivesAtUs: item.time,
    inFlight,
    waiting,
    rule: ruleFor(timeline, world, item),
  }
}

function ruleFor<P extends Protocol>(
  { lab }: Timeline<P>,
  world: Simulation<P>,
  item: Scheduled<P>,
): MessageView['rule'] {
  const state = world.state(item.actor)
  const message = item.message as P['message']
  const outcome = world.preview(item.actor, { kind: 'message', from: world.names[item.detail]!, message })
  if (state === undefined || outcome === null) {
    return { text: `${world.names[item.actor]} is down: the message will be lost`, source: 'crash', effects: [] }
  }
  const effects = outcome.effects.flatMap((effect): string[] => {
    if (effect.kind === 'send') return [`sends to ${effect.to}: ${lab.words.message(effect.message)}`]
    if (effect.kind === 'note') return [lab.words.note(effect.note, world.names[item.actor]!)]
    if (effect.kind === 'persist') return ['waits until its disk holds the change']
    if (effect.kind === 'set-timer') return [`sets its timer: ${lab.words.timer(effect.timer)}`]
    return []
  })
  return { ...lab.words.rule(state, message, outcome), effects }
}
