import type { CommandSpec } from '../../commands/types.ts'
import { array, bulk, map, type Reply, simple } from '../../reply.ts'

/** An argument as COMMAND DOCS describes it. */
interface Argument {
  readonly name: string
  readonly type: 'string' | 'integer' | 'double' | 'key' | 'pattern' | 'unix-time' | 'pure-token' | 'oneof' | 'block'
  readonly token?: string
  readonly optional?: boolean
  readonly multiple?: boolean
  readonly parts?: readonly Argument[]
}

const tokensOf = (syntax: string): string[] => syntax.match(/\[|\]|\||\.\.\.|[^\s[\]|]+/g) ?? []

const isToken = (word: string) => word === word.toUpperCase() && /[A-Z]/.test(word)

const TYPES: readonly (readonly [RegExp, Argument['type']])[] = [
  [/^(key|newkey|source|destination|numbered-key)$/, 'key'],
  [/pattern/, 'pattern'],
  [/^unix-time/, 'unix-time'],
  [/^(score|increment|min|max|weight|timeout)$/, 'double'],
  [
    /^(seconds|milliseconds|count|numkeys|start|stop|end|offset|index|cursor|numreplicas|slot|start-slot|end-slot|port|db|destination-db)$/,
    'integer',
  ],
]

const typeOf = (name: string): Argument['type'] => TYPES.find(([pattern]) => pattern.test(name))?.[1] ?? 'string'

/** Reads a syntax line as the documentation writes it: `key [NX | XX] [GET] value [value ...]`. */
class Reader {
  private at = 0

  constructor(private readonly tokens: readonly string[]) {}

  /** Alternatives up to a closing bracket or the end. */
  alternatives(): Argument[] {
    const branches: Argument[][] = [[]]
    while (this.at < this.tokens.length && this.tokens[this.at] !== ']') {
      const token = this.tokens[this.at++]!
      if (token === '|') branches.push([])
      else if (token === '[') this.group(branches.at(-1)!)
      else if (token !== '...') branches.at(-1)!.push(wordOf(token))
    }
    if (branches.length === 1) return joined(branches[0]!)
    const parts = branches.map((branch) => oneOf(joined(branch)))
    return [{ name: parts[0]!.name, type: 'oneof', parts }]
  }

  /** `[…]`: optional, or the repetition of what stands before it: `key [key ...]`. */
  private group(before: Argument[]): void {
    const from = this.at
    const inside = this.alternatives()
    const words = this.tokens.slice(from, this.at)
    this.at++
    if (words.at(-1) !== '...') {
      before.push(...inside.map((argument) => ({ ...argument, optional: true })))
      return
    }
    const count = words.length - 1
    const repeated = before.slice(-count)
    const isRepetition =
      repeated.length === count && repeated.every(({ name, token }, at) => words[at] === (token ?? name))
    if (isRepetition) before.splice(-count, count, { ...oneOf(repeated), multiple: true })
    else
      before.push({
        ...oneOf(inside.flatMap((it) => (it.type === 'block' ? (it.parts ?? []) : [it]))),
        optional: true,
        multiple: true,
      })
  }
}

const wordOf = (word: string): Argument => {
  const name = word.replaceAll('"', '').toLowerCase()
  return isToken(word) ? { name, type: 'pure-token', token: word } : { name, type: typeOf(name) }
}

/** A token takes the argument behind it: `EX seconds`. */
function joined(sequence: readonly Argument[]): Argument[] {
  const result: Argument[] = []
  for (const argument of sequence) {
    const last = result.at(-1)
    const takes = last?.type === 'pure-token' && last.optional !== true && argument.type !== 'pure-token'
    if (takes && argument.token === undefined) result[result.length - 1] = { ...argument, token: last.token! }
    else result.push(argument)
  }
  return result
}

const oneOf = (parts: readonly Argument[]): Argument =>
  parts.length === 1 ? parts[0]! : { name: parts[0]?.name ?? 'arg', type: 'block', parts }

/** The arguments of a syntax line. */
export function parseSyntax(syntax: string): readonly Argument[] {
  return new Reader(tokensOf(syntax)).alternatives()
}

function describeArgument({ name, type, token, optional, multiple, parts }: Argument): Reply {
  const flags = [...(optional ? ['optional'] : []), ...(multiple ? ['multiple'] : [])]
  return map([
    [bulk('name'), bulk(name)],
    [bulk('type'), bulk(type)],
    ...(type === 'key' ? [[bulk('key_spec_index'), { kind: 'integer', value: 0 }] as const] : []),
    ...(token === undefined ? [] : [[bulk('token'), bulk(token)] as const]),
    ...(flags.length === 0 ? [] : [[bulk('flags'), { kind: 'set', items: flags.map(simple) }] as const]),
    ...(parts === undefined ? [] : [[bulk('arguments'), array(parts.map(describeArgument))] as const]),
  ])
}

/** What COMMAND DOCS says of a command; complexity and history are left out. */
export function documentCommand({ name, summary, since, group, syntax, run }: CommandSpec): Reply {
  const parts = name === 'command' ? [] : parseSyntax(syntax)
  const subcommands = run.scope === 'container' ? run.subcommands : []
  return map([
    [bulk('summary'), bulk(summary)],
    [bulk('since'), bulk(since)],
    [bulk('group'), bulk(group)],
    ...(parts.length === 0 ? [] : [[bulk('arguments'), array(parts.map(describeArgument))] as const]),
    ...(subcommands.length === 0
      ? []
      : [[bulk('subcommands'), map(subcommands.map((it) => [bulk(it.name), documentCommand(it)] as const))] as const]),
  ])
}
