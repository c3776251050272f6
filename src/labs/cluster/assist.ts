import type { Assist, Facts } from '../../experiment/types.ts'
import { subcommandOf } from '../../protocols/cluster/commands/lookup.ts'
import { COMMANDS } from '../../protocols/cluster/commands/table.ts'
import type { CommandSpec } from '../../protocols/cluster/commands/types.ts'
import { settings } from './settings.ts'

/** What may be typed at the prompt of a node: names, subcommands, and the arguments of the commands of a cluster. */

type Word = ReturnType<Assist>['words'][number]

const word = (text: string, help: string): Word => ({ word: text, help })

/** What stands at the end of a command, by the words before it in lower case. */
const ARGUMENTS: readonly (readonly [before: RegExp, words: (facts: Facts) => readonly Word[]])[] = [
  [/^cluster (replicate|forget|replicas|slaves|count-failure-reports)$/, ids],
  [/^cluster setslot \S+ (node|migrating|importing)$/, ids],
  [/^cluster setslot \S+$/, () => SETSLOT],
  [/^cluster failover$/, () => FAILOVER],
  [/^cluster reset$/, () => RESET],
  [/^cluster meet$/, hosts],
  [/^cluster meet \S+$/, ports],
  [/^config (get|set)$/, () => OPTIONS],
]

const SETSLOT = [
  word('MIGRATING', 'give the slot away: what is gone is answered with ASK'),
  word('IMPORTING', 'take the slot: only behind ASKING'),
  word('NODE', 'whose slot it is'),
  word('STABLE', 'neither migrating nor importing'),
]
const FAILOVER = [word('FORCE', 'without talking to the master'), word('TAKEOVER', 'without votes')]
const RESET = [word('SOFT', 'forget the others'), word('HARD', 'and take a new id and epoch 0')]
const OPTIONS = settings
  .filter(({ name }) => /^(cluster|repl|replica|min)-/.test(name))
  .map(({ name, help }) => word(name, help))

function nodes(facts: Facts): readonly string[] {
  return facts.actors.filter(({ role }) => role === 'node').map(({ name }) => name)
}

function ids(facts: Facts): readonly Word[] {
  return nodes(facts).map((name) => word(`$${name}.id`, `the id of ${name}`))
}

function hosts(facts: Facts): readonly Word[] {
  return nodes(facts).map((name) => word(`$${name}.host`, `where ${name} runs`))
}

function ports(facts: Facts): readonly Word[] {
  return nodes(facts).map((name) => word(`$${name}.port`, `where ${name} listens`))
}

const names = (specs: Iterable<CommandSpec>): readonly Word[] =>
  [...specs].map(({ name, summary }) => word(name.slice(name.indexOf('|') + 1).toUpperCase(), summary))

/** The command or subcommand that the words name, and how many of them are its arguments. */
function commandOf(words: readonly string[]): { readonly spec: CommandSpec; readonly given: number } | null {
  const base = COMMANDS.get(words[0]?.toLowerCase() ?? '')
  if (base === undefined) return null
  const sub = words[1] === undefined ? undefined : subcommandOf(base, words[1])
  return sub === undefined ? { spec: base, given: words.length - 1 } : { spec: sub, given: words.length - 2 }
}

/** The syntax behind so many arguments: optional parts stay. */
function rest(syntax: string, given: number): string {
  const parts = syntax.split(' ')
  let at = 0
  while (at < given && at < parts.length && !/[[\]|.]/.test(parts[at]!)) at++
  return parts.slice(at).join(' ')
}

export const assistCommand: Assist = (typed, facts) => {
  if (typed === '') return { words: names(COMMANDS.values()), hint: 'COMMAND  a Redis command' }
  const words = typed.split(/\s+/)
  const found = commandOf(words)
  if (found === null) return { words: [], hint: '' }
  const { spec, given } = found
  if (spec.run.scope === 'container') {
    return { words: given === 0 ? names(spec.run.subcommands) : [], hint: `SUBCOMMAND  ${spec.summary}` }
  }
  const before = typed.toLowerCase().replaceAll(/\s+/g, ' ')
  const special = ARGUMENTS.find(([pattern]) => pattern.test(before))?.[1]
  return { words: special?.(facts) ?? [], hint: `${rest(spec.syntax, given)}  ${spec.summary}`.trim() }
}
