import type { Bytes } from '../../bytes.ts'
import { arityFits, commandKeys, subcommandOf } from '../../commands/lookup.ts'
import { type CommandSpec, type CommandTable, serverCommand } from '../../commands/types.ts'
import { globMatches } from '../../glob.ts'
import {
  array,
  bulk,
  bulks,
  EMPTY_ARRAY,
  error,
  integer,
  map,
  NULL,
  type Reply,
  SYNTAX_ERROR,
  simple,
} from '../../reply.ts'
import { documentCommand } from './command-docs.ts'
import { helpReply, subcommandSyntaxError } from './container.ts'
import { type CommandFigures, figuresOf, type KeySpec, subcommandsOf } from './figures.ts'

const set = (items: readonly Reply[]): Reply => ({ kind: 'set', items })
const words = (list: readonly string[]) => set(list.map(simple))

// ---- INFO -----------------------------------------------------------------------------------------------------------

const typed = (type: string, spec: readonly (readonly [string, Reply])[]): Reply =>
  map([
    [bulk('type'), bulk(type)],
    [bulk('spec'), map(spec.map(([name, value]) => [bulk(name), value] as const))],
  ])

function describeBegin(begin: KeySpec['begin']): Reply {
  switch (begin.type) {
    case 'index':
      return typed('index', [['index', integer(begin.index)]])
    case 'keyword':
      return typed('keyword', [
        ['keyword', bulk(begin.keyword)],
        ['startfrom', integer(begin.startFrom)],
      ])
    case 'unknown':
      return typed('unknown', [])
  }
}

function describeFind(find: KeySpec['find']): Reply {
  switch (find.type) {
    case 'range':
      return typed('range', [
        ['lastkey', integer(find.lastKey)],
        ['keystep', integer(find.keyStep)],
        ['limit', integer(find.limit)],
      ])
    case 'keynum':
      return typed('keynum', [
        ['keynumidx', integer(find.keyNumIndex)],
        ['firstkey', integer(find.firstKey)],
        ['keystep', integer(find.keyStep)],
      ])
    case 'unknown':
      return typed('unknown', [])
  }
}

const ORDER_BY =
  "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort"
const READS_AT_WORST = 'We cannot tell how the keys will be used so we assume the worst, RO and ACCESS'
const WRITES_AT_WORST = 'We cannot tell how the keys will be used so we assume the worst, RW and UPDATE'

/** Notes that COMMAND INFO gives with key specifications: by command and position. */
const NOTES: Readonly<Record<string, string>> = {
  'set 0': 'RW and ACCESS due to the optional `GET` argument',
  'getex 0': 'RW and UPDATE because it changes the TTL',
  'bitfield 0': 'This command allows both access and modification of the key',
  'sort 1': ORDER_BY,
  'sort 2':
    "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array",
  'sort_ro 1': ORDER_BY,
  'eval 0': WRITES_AT_WORST,
  'evalsha 0': WRITES_AT_WORST,
  'eval_ro 0': READS_AT_WORST,
  'evalsha_ro 0': READS_AT_WORST,
  'fcall 0': WRITES_AT_WORST,
  'fcall_ro 0': READS_AT_WORST,
  'pfcount 0': 'RW because it may change the internal representation of the key, and propagate to replicas',
  'xadd 0': 'UPDATE instead of INSERT because of the optional trimming feature',
}

const describeKeySpec = (name: string, { flags, begin, find }: KeySpec, at: number): Reply => {
  const note = NOTES[`${name} ${at}`]
  return map([
    ...(note === undefined ? [] : [[bulk('notes'), bulk(note)] as const]),
    [bulk('flags'), words(flags)],
    [bulk('begin_search'), describeBegin(begin)],
    [bulk('find_keys'), describeFind(find)],
  ])
}

/** COMMAND manages its subcommands itself, because it may stand alone. */
function subcommandsIn(spec: CommandFigures & { readonly run?: CommandSpec['run'] }): readonly CommandFigures[] {
  if (spec.run?.scope === 'container') return spec.run.subcommands
  return spec.name === 'command' ? subcommandsOf('command') : []
}

function describeEntry(spec: CommandFigures): Reply {
  return array([
    bulk(spec.name),
    integer(spec.arity),
    words(spec.flags),
    integer(spec.firstKey),
    integer(spec.lastKey),
    integer(spec.keyStep),
    words(spec.categories),
    set(spec.tips.map(bulk)),
    set(spec.keySpecs.map((keySpec, at) => describeKeySpec(spec.name, keySpec, at))),
    set(subcommandsIn(spec).map(describeEntry)),
  ])
}

/** A command or subcommand by its full name in whatever case: `get`, `cluster|nodes`. */
function byName(commands: CommandTable, name: Bytes): CommandFigures | undefined {
  const [base, sub, ...rest] = name.toLowerCase().split('|')
  const spec = commands.get(base!)
  if (spec === undefined || sub === undefined || rest.length > 0) return rest.length > 0 ? undefined : spec
  return subcommandsIn(spec).find((it) => it.name === `${base}|${sub}`)
}

const info = (commands: CommandTable, names: readonly Bytes[]): Reply =>
  array(
    names.length === 0
      ? [...commands.values()].map(describeEntry)
      : names.map((name) => {
          const spec = byName(commands, name)
          return spec === undefined ? NULL : describeEntry(spec)
        }),
  )

// ---- DOCS -----------------------------------------------------------------------------------------------------------

function docs(commands: CommandTable, names: readonly Bytes[]): Reply {
  const specs =
    names.length === 0
      ? [...commands.values()]
      : names.flatMap((name) => {
          const spec = byName(commands, name)
          return spec === undefined || !('run' in spec) ? [] : [spec as CommandSpec]
        })
  return map(specs.map((spec) => [bulk(spec.name), documentCommand(spec)] as const))
}

// ---- LIST -----------------------------------------------------------------------------------------------------------

function list(commands: CommandTable, args: readonly Bytes[]): Reply {
  const all = [...commands.values()]
  if (args.length === 2) return bulks(all.map(({ name }) => name))
  if (args.length !== 5 || args[2]!.toLowerCase() !== 'filterby') return SYNTAX_ERROR
  const flat: CommandFigures[] = all.flatMap((spec) => [spec, ...subcommandsIn(spec)])
  const wanted = args[4]!.toLowerCase()
  switch (args[3]!.toLowerCase()) {
    case 'module':
      return EMPTY_ARRAY
    case 'aclcat':
      return bulks(flat.filter(({ categories }) => categories.includes(`@${wanted}`)).map(({ name }) => name))
    case 'pattern':
      return bulks(flat.filter(({ name }) => globMatches(wanted, name)).map(({ name }) => name))
    default:
      return SYNTAX_ERROR
  }
}

// ---- GETKEYS --------------------------------------------------------------------------------------------------------

/** The command that a whole command line means, or the refusal that GETKEYS gives. */
function commandOf(commands: CommandTable, line: readonly Bytes[]): CommandSpec | { readonly refused: Reply } {
  const base = commands.get(line[0]!.toLowerCase())
  const spec = base?.run.scope === 'container' && line.length > 1 ? subcommandOf(base, line[1]!) : base
  if (spec === undefined) return { refused: error('ERR Invalid command specified') }
  if (spec.keySpecs.length === 0) return { refused: error('ERR The command has no key arguments') }
  if (!arityFits(spec, line.length)) return { refused: error('ERR Invalid number of arguments specified for command') }
  return spec
}

const NO_KEYS = error('ERR Invalid arguments specified for command')

/** What a key is used for, by the specification that finds it. SET reads only with GET. */
function usedFor({ name }: CommandSpec, { flags }: KeySpec, line: readonly Bytes[]): readonly string[] {
  if (name === 'set' && !line.slice(3).some((word) => word.toLowerCase() === 'get')) return ['OW', 'update']
  return flags.filter((flag) => flag !== 'variable_flags' && flag !== 'incomplete')
}

/** The keys that one specification finds. */
function keysOfSpec(spec: CommandSpec, keySpec: KeySpec, line: readonly Bytes[]): readonly Bytes[] {
  const { keysOf: _own, ...rest } = spec
  return commandKeys({ ...rest, firstKey: 0, lastKey: 0, flags: ['movablekeys'], keySpecs: [keySpec] }, line)
}

function getKeys(commands: CommandTable, line: readonly Bytes[], withFlags: boolean): Reply {
  const spec = commandOf(commands, line)
  if ('refused' in spec) return spec.refused
  const keys = commandKeys(spec, line)
  if (keys.length === 0) return spec.flags.includes('no_mandatory_keys') ? EMPTY_ARRAY : NO_KEYS
  if (!withFlags) return bulks(keys)
  return array(
    spec.keySpecs.flatMap((keySpec) =>
      keysOfSpec(spec, keySpec, line).map((key) => array([bulk(key), words(usedFor(spec, keySpec, line))])),
    ),
  )
}

// ---- The command ----------------------------------------------------------------------------------------------------

const HELP: readonly string[] = [
  '(no subcommand)',
  '    Describes all commands.',
  'COUNT',
  '    Counts the commands.',
  'LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern]',
  '    Lists the names of commands.',
  'INFO [<command-name> ...]',
  '    Describes commands: all, or those that are named.',
  'DOCS [<command-name> ...]',
  '    Documents commands: all, or those that are named.',
  'GETKEYS <full-command>',
  '    Tells which arguments of a command are keys.',
  'GETKEYSANDFLAGS <full-command>',
  '    The same, with what each is used for.',
]

function run(commands: CommandTable, args: readonly Bytes[]): Reply {
  if (args.length === 1) return info(commands, [])
  const figures = figuresOf(`command|${args[1]!.toLowerCase()}`)
  if (figures === undefined) return error(`ERR unknown subcommand '${args[1]!.slice(0, 128)}'. Try COMMAND HELP.`)
  if (!arityFits(figures as CommandSpec, args.length)) {
    return error(`ERR wrong number of arguments for '${figures.name}' command`)
  }
  switch (figures.name) {
    case 'command|count':
      return integer(commands.size)
    case 'command|list':
      return list(commands, args)
    case 'command|info':
      return info(commands, args.slice(2))
    case 'command|docs':
      return docs(commands, args.slice(2))
    case 'command|getkeys':
      return getKeys(commands, args.slice(2), false)
    case 'command|getkeysandflags':
      return getKeys(commands, args.slice(2), true)
    case 'command|help':
      return helpReply('command', HELP)
    default:
      return subcommandSyntaxError(args)
  }
}

/** COMMAND, alone or with a subcommand. */
export const commandCommand: CommandSpec = serverCommand(
  'command',
  '[COUNT | LIST | INFO | DOCS | GETKEYS | GETKEYSANDFLAGS | HELP] [arg ...]',
  'Describes the commands.',
  (_turn, _key, args, commands) => run(commands, args),
)
