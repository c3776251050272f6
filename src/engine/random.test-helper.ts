import fc from 'fast-check'
import { micros } from '../base/brand.ts'
import { checkAct } from '../experiment/acts.ts'
import { anyAct } from '../experiment/arbitrary.test-helper.ts'
import { nextFacts, specOf, startFacts } from '../experiment/facts.ts'
import { print } from '../experiment/printer.ts'
import type { Act, Args, Experiment, Facts, Settings, TimedAct, Value } from '../experiment/types.ts'
import { language } from '../labs/raft/acts.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import { Desk } from './desk.ts'

/*
 * Random experiments of the Raft lab that stay small enough to be run by the hundred: few actors, some seconds, no flood.
 * The acts come from the lab's own registration, so every act that can be written is tried.
 */

/** How long the random experiments last. */
export const END_US = 3_000_000
const RATE_MAX = 40
const WAIT_MAX_US = 400_000

const settings: fc.Arbitrary<Settings> = fc
  .record({
    nodes: fc.integer({ min: 1, max: 5 }),
    clients: fc.integer({ min: 1, max: 3 }),
    load: fc.integer({ min: 0, max: RATE_MAX }),
    loss: fc.constantFrom(0, 0, 50, 200),
    delay: fc.constantFrom({ low: 0, high: 0 }, { low: 5_000, high: 20_000 }, { low: 0, high: 60_000 }),
    disk: fc.constantFrom({ low: 0, high: 0 }, { low: 1_000, high: 3_000 }, { low: 0, high: 50_000 }),
    'pre-vote': fc.boolean(),
    'snapshot-threshold': fc.constantFrom(0, 5, 1_000),
  })
  .map((drawn) => drawn as Settings)

/** The same act with numbers that a run of seconds can hold. */
function tamed(act: Act): Act {
  const spec = specOf(language, act.id)!
  const types = new Map(
    spec.parts.flatMap((part) =>
      part.kind === 'argument'
        ? [[part.name, part.type.kind] as const]
        : part.kind === 'options'
          ? part.options.flatMap(({ keyword, type }) => (type === null ? [] : [[keyword, type.kind] as const]))
          : [],
    ),
  )
  const entries = Object.entries(act.args).map(([name, value]) => [name, smaller(types.get(name), value)] as const)
  return { id: act.id, args: Object.fromEntries(entries) as Args }
}

function smaller(type: string | undefined, value: Value): Value {
  if (type === 'rate') return (value as number) % RATE_MAX
  if (type === 'duration') return Math.max(1_000, (value as number) % WAIT_MAX_US)
  if (type !== 'duration-range') return value
  const { low, high } = value as { low: number; high: number }
  const least = Math.max(1_000, low % WAIT_MAX_US)
  return { low: least, high: least + (high % WAIT_MAX_US) }
}

/** Random acts, not always possible. Acts on messages name numbers that hardly exist: see {@link onMessage}. */
export function someAct(facts: Facts): fc.Arbitrary<Act> {
  const acts = anyAct(language, facts).map(tamed)
  const life = fc
    .tuple(
      fc.constantFrom('kill', 'restart', 'pause', 'resume', 'campaign'),
      fc.constantFrom(...facts.actors.filter(({ role }) => role === 'node').map(({ name }) => name)),
    )
    .map(([id, node]): Act => ({ id, args: { node } }))
  return fc.oneof({ weight: 2, arbitrary: acts }, { weight: 1, arbitrary: life })
}

const ON_MESSAGES = ['drop', 'delay', 'duplicate']

/** Whether the act is about one message, which must be in flight when its time comes. */
export const isOnMessage = ({ id }: Act): boolean => ON_MESSAGES.includes(id)

/** The act on another message. */
export const onMessage = (act: Act, message: number): Act => ({ ...act, args: { ...act.args, message } })

/** Random experiments whose acts are all possible when their time comes. */
export const someExperiment: fc.Arbitrary<Experiment> = fc
  .record({ settings, seed: fc.nat(1_000_000) })
  .chain(({ settings: given, seed }) => {
    const start = startFacts(language, given)
    const timed = fc.record({ at: fc.nat(END_US).map(micros), act: someAct(start) })
    return fc.array(timed, { maxLength: 10 }).map((drawn): Experiment => {
      const acts = possible(drawn, start)
      return { lab: 'raft', title: '', seed, settings: given, acts, until: micros(END_US) }
    })
  })

function possible(drawn: readonly { at: TimedAct['at']; act: Act }[], start: Facts): readonly TimedAct[] {
  let facts = start
  return drawn
    .toSorted((x, y) => x.at - y.at)
    .flatMap(({ at, act }) => {
      if (isOnMessage(act) || checkAct(act, language, facts) !== null) return []
      facts = nextFacts(act, language, facts)
      return [{ at, act, comments: [] }]
    })
}

/** A desk of the Raft lab, with this text open. Throws when the text has a mistake. */
export function openDesk(text: string | Experiment): Desk<RaftProtocol> {
  const desk = new Desk<RaftProtocol>(raftLab)
  const opened = desk.open(typeof text === 'string' ? text : print(text, language))
  if (!opened.ok) throw new Error(opened.error.map(({ line, message }) => `line ${line}: ${message}`).join('\n'))
  return desk
}

/** Goes to an instant, also past rules that break on the way. Stops where an act of the script is refused. */
export function goTo(desk: Desk<RaftProtocol>, time: number): void {
  for (let tries = 0; tries < 40 && desk.timeline.cursor !== time; tries++) desk.seek(time)
}
