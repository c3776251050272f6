import { type NodeId, nodeId } from '../../base/brand.ts'
import { commonActs } from '../../experiment/common.ts'
import type { ActSpec, Args, ArgType, Facts, Language, Option, Part } from '../../experiment/types.ts'
import { bytesOf } from '../../protocols/cluster/bytes.ts'
import type { ClientCommand, JobOrder } from '../../protocols/cluster/client/types.ts'
import { splitArguments } from '../../protocols/cluster/resp.ts'
import type { SlotRange } from '../../protocols/cluster/slot-set.ts'
import { SLOTS } from '../../protocols/cluster/slots.ts'
import { ADMIN, addressOf, clientNames, idOf, nodeAt, nodeNames, TERMINAL } from './addresses.ts'
import { assistCommand } from './assist.ts'
import { conflict, LOAD_MAX_PER_SECOND, NODES_MAX, readSettings, settings } from './settings.ts'

/** The verbs of the cluster lab. Whatever can be done at a node is a command typed there; the other verbs only shorten it. */

const COMMAND_MAX = 3_500
const FIRST_PORT = 7001

const COMMAND: ArgType = {
  kind: 'text',
  maxLength: COMMAND_MAX,
  what: 'a command such as `SET foo bar`',
  assist: assistCommand,
}
const NODE: ArgType = { kind: 'actor', role: 'node' }

const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })
const optional = (name: string, type: ArgType, help: string): Part => ({
  kind: 'argument',
  name,
  type,
  help,
  optional: true,
})
const word = (text: string): Part => ({ kind: 'literal', word: text })
const options = (...given: readonly Option[]): Part => ({ kind: 'options', min: 0, options: given })
const node = (name: string, help: string): Part => argument(name, NODE, help)
const next = (facts: Facts): Facts => facts
const free = { refuse: () => null, next } as const

const FOLLOW: Option = { keyword: '-c', type: null, help: 'follow redirections' }
const text = (args: Args, name: string): string => args[name] as string

// ---- Commands at prompts ----------------------------------------------------------------------------------------

const SYMBOL = /\$(\w+)\.(id|port|host|cport|addr)\b/g

/** What `$n1.id` and its like stand for; `idNow` knows ids that a CLUSTER RESET HARD has changed. */
function withSymbols(command: string, idNow: (node: string) => string): string {
  return command.replace(SYMBOL, (_, name: string, what: string) => {
    const { ip, port, busPort } = addressOf(name)
    switch (what) {
      case 'id':
        return idNow(name)
      case 'host':
        return ip
      case 'port':
        return String(port)
      case 'cport':
        return String(busPort)
      default:
        return `${ip}:${port}`
    }
  })
}

const isNode = (facts: Facts, name: string) =>
  facts.actors.some((actor) => actor.role === 'node' && actor.name === name)

function refuseCommand(facts: Facts, command: string): string | null {
  const words = splitArguments(bytesOf(command))
  if (words === null) return 'Invalid argument(s): a quote is not closed, or something follows a closing quote'
  const unknown = [...command.matchAll(SYMBOL)].find(([, name]) => !isNode(facts, name!))
  return unknown === undefined ? null : `there is no node ${unknown[1]} for ${unknown[0]}`
}

const prompts: readonly ActSpec[] = [
  {
    id: 'cli',
    verb: 'cli',
    parts: [options(FOLLOW), node('node', 'at whose prompt'), argument('command', COMMAND, 'a Redis command')],
    help: 'type a command at the prompt of a node; shorter: n1> SET foo bar',
    example: 'cli n1 SET foo bar',
    refuse: (facts, args) => refuseCommand(facts, text(args, 'command')),
    next,
  },
  {
    id: 'redis-cli',
    verb: 'redis-cli',
    parts: [
      options(FOLLOW, {
        keyword: '-p',
        type: { kind: 'integer', min: 1, max: 65_535 },
        help: 'port of the node (7001)',
      }),
      argument('command', COMMAND, 'a Redis command'),
    ],
    help: 'the same by port, as in a shell',
    example: 'redis-cli -c -p 7001 SET foo bar',
    refuse(facts, args) {
      const command = text(args, 'command')
      if (command.startsWith('--cluster')) return 'moving slots is the verb `reshard`; the rest is typed at the nodes'
      if (command.startsWith('-')) return `only -c and -p are known here, not ${command.split(' ')[0]}`
      const port = portOf(args)
      const known = facts.actors.some(({ role, name }) => role === 'node' && addressOf(name).port === port)
      if (!known) return `Could not connect to Redis at 127.0.0.1:${port}: Connection refused`
      return refuseCommand(facts, command)
    },
    next,
  },
]

const portOf = (args: Args): number => (args['-p'] as number | undefined) ?? FIRST_PORT

const PROMPT = /^(\s*)((?:redis )?[\w.]+(?::(\d+))?)>(?=\s|$)(\s+-c(?=\s|$))?/
/** A connection without a command: `redis-cli -c -p 7002`. */
const CONNECTION = /^(\s*)redis-cli((?:\s+-c|\s+-p\s+\d+)*)\s*$/

/** `n1> SET k v`, `n1> -c GET k`, `127.0.0.1:7001> GET k`, and with `redis` before it, as tutorials have it. */
function readPrompt(line: string, from: number): { readonly verb: string; readonly line: string } | null {
  const text = line.slice(from)
  const connection = CONNECTION.exec(text)
  if (connection !== null) {
    const [all, blanks = '', given = ''] = connection
    const port = Number(/-p\s+(\d+)/.exec(given)?.[1] ?? FIRST_PORT)
    return instead(line, from, all, `${blanks}${/-c/.test(given) ? '-c ' : ''}${nodeNamed(port) ?? `port-${port}`}`)
  }
  const found = PROMPT.exec(text)
  if (found === null) return null
  const [all, blanks = '', who = '', port, follow] = found
  if (port === undefined && /[ .]/.test(who)) return null
  const name = port === undefined ? who : (nodeNamed(Number(port)) ?? who.replace(' ', '-'))
  return instead(line, from, all, `${blanks}${follow === undefined ? '' : '-c '}${name}`)
}

const nodeNamed = (port: number) => nodeAt(port, nodeNames(NODES_MAX))

/** The line with other words at the place of the prompt, as long as before. */
function instead(line: string, from: number, prompt: string, words: string) {
  const rest = line.slice(from + prompt.length)
  return { verb: 'cli', line: line.slice(0, from) + words.padEnd(prompt.length) + rest }
}

// ---- Shorter words for commands ---------------------------------------------------------------------------------

interface Sugar extends ActSpec {
  /** The node and the command that the act stands for. */
  typed(args: Args): { readonly node: string; readonly command: string }
}

const address = (name: string): string => `${addressOf(name).ip} ${addressOf(name).port}`

const sugar: readonly Sugar[] = [
  {
    ...free,
    id: 'config',
    verb: 'config',
    parts: [
      node('node', 'a node'),
      argument('option', { kind: 'token', maxLength: 80 }, 'an option of redis.conf'),
      argument('value', { kind: 'token', maxLength: 200 }, 'its value, as in redis.conf'),
    ],
    help: 'change an option of one node (CONFIG SET)',
    example: 'config n1 cluster-require-full-coverage no',
    typed: (args) => ({
      node: text(args, 'node'),
      command: `CONFIG SET ${quoted(text(args, 'option'))} ${quoted(text(args, 'value'))}`,
    }),
  },
  {
    ...free,
    id: 'failover',
    verb: 'failover',
    parts: [
      node('node', 'a replica'),
      optional(
        'how',
        { kind: 'word', words: ['force', 'takeover'] },
        'force: without its master; takeover: without votes',
      ),
    ],
    help: 'let a replica take over (CLUSTER FAILOVER)',
    example: 'failover n4',
    typed: (args) => ({
      node: text(args, 'node'),
      command: `CLUSTER FAILOVER${args.how === undefined ? '' : ` ${text(args, 'how').toUpperCase()}`}`,
    }),
  },
  {
    id: 'meet',
    verb: 'meet',
    parts: [node('node', 'a node'), node('other', 'the node that it shall meet')],
    help: 'introduce one node to another (CLUSTER MEET)',
    example: 'meet n1 n2',
    refuse: (_, args) => (args.node === args.other ? 'a node knows itself' : null),
    next,
    typed: (args) => ({ node: text(args, 'node'), command: `CLUSTER MEET ${address(text(args, 'other'))}` }),
  },
  {
    ...free,
    id: 'forget',
    verb: 'forget',
    parts: [node('node', 'a node'), node('other', 'the node that it shall forget')],
    help: 'take one node out of the table of another (CLUSTER FORGET)',
    example: 'forget n1 n4',
    typed: (args) => ({ node: text(args, 'node'), command: `CLUSTER FORGET $${text(args, 'other')}.id` }),
  },
  {
    ...free,
    id: 'replicate',
    verb: 'replicate',
    parts: [node('node', 'a node'), node('master', 'its master to be')],
    help: 'make a node the replica of a master (CLUSTER REPLICATE)',
    example: 'replicate n4 n2',
    typed: (args) => ({ node: text(args, 'node'), command: `CLUSTER REPLICATE $${text(args, 'master')}.id` }),
  },
]

/** One argument of a command, in quotes where it needs them. */
const quoted = (argument: string): string =>
  /^[^\s"'\\]+$/.test(argument) ? argument : `"${argument.replace(/["\\]/g, '\\$&')}"`

// ---- Moving slots, and load -------------------------------------------------------------------------------------

/** `100`: so many; `5061-5061,6000-6099`: these. Null: neither. */
function readSlots(given: string): number | readonly SlotRange[] | null {
  if (/^\d{1,5}$/.test(given)) {
    const count = Number(given)
    return count >= 1 && count <= SLOTS ? count : null
  }
  const ranges = given.split(',').map((each) => {
    const found = /^(\d{1,5})-(\d{1,5})$/.exec(each)
    return found === null ? null : { first: Number(found[1]), last: Number(found[2]) }
  })
  const good = ranges.filter((range) => range !== null && range.first <= range.last && range.last < SLOTS)
  return good.length === ranges.length ? (good as SlotRange[]) : null
}

const MOVES: readonly ActSpec[] = [
  {
    id: 'reshard',
    verb: 'reshard',
    parts: [
      argument('slots', { kind: 'token', maxLength: 400 }, 'how many slots, or which: 5061-5061,6000-6099'),
      node('from', 'the master that gives them'),
      node('to', 'the master that takes them'),
    ],
    help: 'move slots with their keys, one after the other, as redis-cli --cluster reshard does',
    example: 'reshard 100 n1 n2',
    refuse(_, args) {
      if (args.from === args.to) return 'the slots are there already'
      return readSlots(text(args, 'slots')) === null
        ? `${text(args, 'slots')} is neither a number of slots (1 to ${SLOTS}) nor ranges such as 0-99,200-299`
        : null
    },
    next,
  },
  {
    ...free,
    id: 'reshard-stop',
    verb: 'reshard',
    parts: [word('stop')],
    help: 'stop moving slots in the middle of it, and leave things as they are',
    example: 'reshard stop',
  },
  {
    id: 'load',
    verb: 'load',
    parts: [
      argument('client', { kind: 'actor', role: 'client' }, 'a client'),
      argument('rate', { kind: 'rate', max: LOAD_MAX_PER_SECOND }, 'requests per second; 0/s stops'),
    ],
    help: 'let a client send a steady stream of requests',
    example: 'load c1 50/s',
    refuse: (_, args) =>
      args.client === TERMINAL || args.client === ADMIN ? `${text(args, 'client')} sends only what is typed` : null,
    next,
  },
]

export const language: Language = {
  lab: 'cluster',
  settings,
  acts: [...prompts, ...MOVES, ...sugar, ...commonActs(settings)],
  prompt: readPrompt,
  facts(given) {
    const { masters, replicas, extra, clients } = readSettings(given)
    const actor = (role: 'node' | 'client') => (name: NodeId) => ({ name, role, status: 'up' as const })
    return {
      actors: [
        ...nodeNames(masters * (1 + replicas) + extra).map(actor('node')),
        ...[...clientNames(clients), TERMINAL, ADMIN].map(actor('client')),
      ],
    }
  },
  conflict,
}

// ---- What the acts ask of the world -----------------------------------------------------------------------------

/** A command for one of the clients; null: the act is none of these. */
export function commandOf(
  id: string,
  args: Args,
  follow: boolean,
  idNow: (node: string) => string = idOf,
): { readonly actor: NodeId; readonly command: ClientCommand } | null {
  const typed = (at: string, command: string, follows: boolean) => ({
    actor: TERMINAL,
    command: {
      kind: 'typed' as const,
      node: nodeId(at),
      args: splitArguments(bytesOf(withSymbols(command, idNow))) ?? [],
      follow: follows,
    },
  })
  if (id === 'cli') return typed(text(args, 'node'), text(args, 'command'), follow || args['-c'] === true)
  if (id === 'redis-cli') {
    return typed(`n${portOf(args) - FIRST_PORT + 1}`, text(args, 'command'), follow || args['-c'] === true)
  }
  const job = orderOf(id, args)
  if (job !== null) return { actor: ADMIN, command: { kind: 'job', job } }
  const short = sugar.find((spec) => spec.id === id)?.typed(args)
  return short === undefined ? null : typed(short.node, short.command, false)
}

function orderOf(id: string, args: Args): JobOrder | null {
  if (id === 'reshard-stop') return { kind: 'stop' }
  if (id !== 'reshard') return null
  const slots = readSlots(text(args, 'slots'))!
  return { kind: 'reshard', from: nodeId(text(args, 'from')), to: nodeId(text(args, 'to')), slots }
}

/** The acts whose answer a terminal waits for. */
export const expectsAnswer = (id: string): boolean =>
  id === 'cli' || id === 'redis-cli' || sugar.some((spec) => spec.id === id)
