import { BadInput } from '../bad-input.ts'
import type { Fleet } from './fleet.ts'

type Verb = (fleet: Fleet, words: readonly string[]) => void | Promise<void>

const ofNode =
  (act: (fleet: Fleet, name: string) => void | Promise<void>): Verb =>
  (fleet, words) => {
    const [name, surplus] = words
    if (name === undefined || surplus !== undefined) throw new BadInput(['expected the name of one node'])
    return act(fleet, name)
  }

const VERBS: Readonly<Record<string, Verb>> = {
  kill: ofNode((fleet, name) => fleet.kill(name)),
  restart: ofNode((fleet, name) => fleet.restart(name)),
  pause: ofNode((fleet, name) => fleet.pause(name)),
  resume: ofNode((fleet, name) => fleet.resume(name)),
  partition: (fleet, words) => {
    const groups = words.join(' ').split('|')
    fleet.partition(groups.map((group) => group.split(' ').filter((name) => name !== '')))
  },
  heal: (fleet, words) => {
    if (words.length > 0) throw new BadInput(['heal takes no names: it mends every cut'])
    fleet.heal()
  },
  set: (fleet, words) => {
    const [name, ...value] = words
    if (name === undefined || value.length === 0) throw new BadInput(['expected an option and a value'])
    fleet.set(name, value.join(' '))
  },
}

/** Does what a line of standard input says; `ok`, or `error` and why not. */
export async function perform(fleet: Fleet, line: string): Promise<string> {
  const [name = '', ...words] = line.trim().split(/\s+/)
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb === undefined)
    return `error there is no verb ${JSON.stringify(name)}; expected one of ${[...Object.keys(VERBS), 'quit'].join(' ')}`
  try {
    await verb(fleet, words)
    return 'ok'
  } catch (error) {
    return `error ${(error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')}`
  }
}
