import { announceOptions } from '../../bus/options.ts'
import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { globMatches } from '../../glob.ts'
import type { Options } from '../../options.ts'
import { bulk, error, map, OK, type Reply, SYNTAX_ERROR } from '../../reply.ts'
import type { Turn } from '../../turn.ts'
import { CONFIG_OPTIONS, type ConfigOption, optionOf, readOption, writeOption } from './config-options.ts'
import { parseOption } from './config-values.ts'
import { containerWithHelp, forAnyone } from './container.ts'

/** Options whose values come from the node itself. */
const OWN: Readonly<Record<string, (turn: Turn) => string>> = {
  port: ({ config }) => String(config.port),
  replicaof: ({ replication: { upstream } }) => (upstream === null ? '' : `${upstream.ip} ${upstream.port}`),
}

const currentValue = (turn: Turn, option: ConfigOption): Bytes =>
  Object.hasOwn(OWN, option.name) ? OWN[option.name]!(turn) : readOption(turn.options, option)

/** Both names of every option that patterns find, each with its option. */
const NAMES = CONFIG_OPTIONS.filter(({ hidden }) => !hidden).flatMap((option) =>
  [option.name, option.alias].flatMap((name) => (name === null ? [] : [{ name, option }])),
)

function get(turn: Turn, args: readonly Bytes[]): Reply {
  const found = new Map<string, readonly [Bytes, ConfigOption]>()
  for (const pattern of args.slice(2)) {
    const lower = pattern.toLowerCase()
    if (!/[[*?]/.test(pattern)) {
      const option = optionOf(lower)
      if (option !== undefined && !found.has(lower)) found.set(lower, [pattern, option])
      continue
    }
    for (const { name, option } of NAMES) {
      if (!found.has(name) && globMatches(lower, name)) found.set(name, [name, option])
    }
  }
  return map([...found.values()].map(([name, option]) => [bulk(name), bulk(currentValue(turn, option))] as const))
}

const failed = (name: Bytes, why: string): Reply =>
  error(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`)

interface Setting {
  readonly option: ConfigOption
  /** Which of its two names was used, in lower case. */
  readonly name: string
  readonly text: Bytes
}

/** The pairs of CONFIG SET, or the error that one of them deserves before any value is looked at. */
function settingsOf(args: readonly Bytes[]): readonly Setting[] | { readonly refused: Reply } {
  const settings: Setting[] = []
  for (let at = 2; at < args.length; at += 2) {
    const typed = args[at]!
    const name = typed.toLowerCase()
    const option = optionOf(name)
    if (option === undefined) {
      return { refused: error(`ERR Unknown option or number of arguments for CONFIG SET - '${typed}'`) }
    }
    if (option.kind.type === 'immutable') return { refused: failed(typed, "can't set immutable config") }
    if (option.kind.type === 'protected') return { refused: failed(typed, "can't set protected config") }
    if (settings.some((setting) => setting.name === name)) return { refused: failed(typed, 'duplicate parameter') }
    settings.push({ option, name, text: args[at + 1]! })
  }
  return settings
}

/** What cannot be done here although the value is in order: listening elsewhere, and TLS. */
function refuseEffect(turn: Turn, name: string, value: string): string | null {
  if (name === 'port' && value !== String(turn.config.port)) return 'Unable to listen on this port. Check server logs.'
  const enablesTls =
    name === 'tls-port' ? value !== '0' : value === 'yes' && (name === 'tls-cluster' || name === 'tls-replication')
  return enablesTls ? 'Unable to update TLS configuration. Check server logs.' : null
}

/** All or nothing: the options change when every value is in order. */
function set(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length % 2 === 1) return SYNTAX_ERROR
  const settings = settingsOf(args)
  if ('refused' in settings) return settings.refused
  let options: Options = turn.options
  for (const { option, name, text } of settings) {
    const parsed = parseOption(option, text, readOption(options, option))
    if (!parsed.ok) return failed(name, parsed.why)
    const refused = refuseEffect(turn, option.name, parsed.value)
    if (refused !== null) return failed(name, refused)
    if (!Object.hasOwn(OWN, option.name)) options = writeOption(options, option, parsed.value)
  }
  turn.options = options
  announceOptions(turn)
  return OK
}

function resetStatistics(turn: Turn): Reply {
  const { startMs } = turn.stats
  turn.stats = {
    startMs,
    commands: 0,
    connections: 0,
    rejected: 0,
    fullSyncs: 0,
    partialOk: 0,
    partialErr: 0,
    expired: 0,
    hits: 0,
    misses: 0,
    errors: {},
  }
  return OK
}

/** CONFIG (config.c). There is no file: REWRITE has nothing to do. */
export const configCommand: CommandSpec = containerWithHelp('config', 'Commands about the configuration.', [
  serverCommand('config|get', 'parameter [parameter ...]', 'Tells options whose names match.', forAnyone(get)),
  serverCommand('config|set', 'parameter value [parameter value ...]', 'Changes options, all or none.', forAnyone(set)),
  serverCommand('config|resetstat', '', 'Sets the counters of INFO to 0.', forAnyone(resetStatistics)),
  serverCommand('config|rewrite', '', 'Writes the configuration to its file.', () => OK),
])
