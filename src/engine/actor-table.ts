import { formatDuration, type Range } from '../base/units.ts'
import type { Protocol } from '../machine/machine.ts'
import { localTime } from '../sim/clock.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { ActorTable, TableSection } from './api.ts'

/** A name and its value, as a lab's table of an actor has them. */
export type Fact = readonly [name: string, value: string]

/** What a lab knows of an actor in some state. */
export interface Facts {
  readonly title: string
  readonly rows: readonly Fact[]
}

/** One actor in full, beside what it was before its last step. `sections`: the lab's facts of one of its states. */
export function actorTable<P extends Protocol>(
  world: Simulation<P>,
  actor: number,
  summary: string,
  sections: (state: P['state'] | undefined) => readonly Facts[],
): ActorTable {
  const state = world.state(actor)
  const before = sections(world.earlier(actor) ?? state)
  const was = new Map(
    before.flatMap(({ title, rows }) => rows.map(([name, value]) => [`${title}/${name}`, value] as const)),
  )
  const compared = sections(state).map(
    ({ title, rows }): TableSection => ({
      title,
      rows: rows.map(([name, value]) => {
        const old = was.get(`${title}/${name}`)
        return { name, value, was: old === undefined || old === value ? null : old }
      }),
    }),
  )
  return { name: world.names[actor]!, summary, sections: [...compared, circumstances(world, actor)] }
}

const rangeText = ({ low, high }: Range): string =>
  low === high ? formatDuration(low) : `${formatDuration(low)} … ${formatDuration(high)}`

const CRASHES = {
  keep: 'loses the write under way',
  torn: 'tears the write under way',
  lost: 'loses the last write, too',
}

/** What the world does to an actor: its disk, if it has one, and its clock. */
function circumstances<P extends Protocol>(world: Simulation<P>, actor: number): TableSection {
  const { stalled, latencyUs, onCrash } = world.disk(actor)
  const clock = world.clockOf(actor)
  const offset = localTime(clock, world.now) - world.now
  const disk: readonly Fact[] = [
    ['disk write', stalled ? 'stalled' : rangeText(latencyUs)],
    ['disk is', world.writing(actor) ? 'writing' : 'idle'],
    ['a crash', CRASHES[onCrash]],
  ]
  const told = `${offset < 0 ? '−' : '+'}${formatDuration(Math.abs(offset))}, ${clock.ppm} ppm`
  const facts: readonly Fact[] = [
    ...(world.plan.actors[actor]!.role === 'node' ? disk : []),
    ['clock', offset === 0 && clock.ppm === 0 ? 'true' : told],
  ]
  return { title: 'Disk and clock', rows: facts.map(([name, value]) => ({ name, value, was: null })) }
}

/** How far back an answer is looked for; an older one is no news. */
const ANSWER_SEARCH = 200

/** The newest answer that a client got, as `say` tells it; null when there is none, or none of late. */
export function lastAnswer<P extends Protocol>(
  { operations }: Simulation<P>,
  client: string,
  say: (command: P['command'], result: P['result'] | undefined) => string,
): string | null {
  const oldest = Math.max(operations.start, operations.end - ANSWER_SEARCH)
  for (let at = operations.end - 1; at >= oldest; at--) {
    const event = operations.at(at)!
    if (event.client !== client || event.kind !== 'return') continue
    for (let call = at - 1; call >= oldest; call--) {
      const began = operations.at(call)!
      if (began.kind === 'call' && began.request === event.request) return say(began.command, event.result)
    }
  }
  return null
}
