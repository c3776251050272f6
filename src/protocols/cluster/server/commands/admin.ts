import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, type DataCommand, dataCommand, serverCommand } from '../../commands/types.ts'
import { parseInt64 } from '../../integers.ts'
import { Keyspace } from '../../keyspace.ts'
import {
  array,
  bulk,
  bulks,
  EMPTY_ARRAY,
  error,
  integer,
  map,
  NULL,
  OK,
  type Reply,
  SYNTAX_ERROR,
  simple,
  verbatim,
} from '../../reply.ts'
import type { Upstream } from '../../state.ts'
import type { Turn } from '../../turn.ts'
import { containerWithHelp, forAnyone, subcommandSyntaxError } from './container.ts'

// ---- Data -----------------------------------------------------------------------------------------------------------

/** FLUSHALL and FLUSHDB: there is one database. Replicas are told even when it was empty. */
const flush: DataCommand = (call, args) => {
  const mode = args[1]?.toLowerCase() ?? 'sync'
  if (args.length > 2 || (mode !== 'sync' && mode !== 'async')) return { reply: SYNTAX_ERROR, db: call.db }
  return { reply: OK, db: Keyspace.empty, propagate: [args] }
}

const banned = (name: string) => () => error(`ERR ${name} is not allowed in cluster mode`)

const dataLike: readonly CommandSpec[] = [
  dataCommand('flushall', '[ASYNC | SYNC]', 'Deletes every key.', flush),
  dataCommand('flushdb', '[ASYNC | SYNC]', 'Deletes every key of the database.', flush),
  dataCommand('dbsize', '', 'Counts the keys.', ({ db }) => ({ reply: integer(db.size), db })),
  serverCommand('move', 'key db', 'Not allowed in a cluster.', banned('MOVE')),
  serverCommand('swapdb', 'index1 index2', 'Not allowed in a cluster.', banned('SWAPDB')),
]

// ---- The server -----------------------------------------------------------------------------------------------------

const ROLE_STATES: Readonly<Record<Upstream['state'], string>> = {
  connect: 'connect',
  connecting: 'handshake',
  connected: 'connected',
}

function role({ replication: { upstream, replicas, offset } }: Turn): Reply {
  if (upstream === null) {
    const online = replicas.filter(({ state }) => state === 'online')
    const rows = online.map(({ ip, port, ackOffset }) => bulks([ip, String(port), String(ackOffset)]))
    return array([bulk('master'), integer(offset), array(rows)])
  }
  const { ip, port, state } = upstream
  const reached = state === 'connected' ? offset : -1
  return array([bulk('slave'), bulk(ip), integer(port), bulk(ROLE_STATES[state]), integer(reached)])
}

function time({ nowMs }: Turn): Reply {
  return bulks([String(Math.floor(nowMs / 1000)), String((nowMs % 1000) * 1000)])
}

function backgroundSave(args: readonly Bytes[]): Reply {
  if (args.length === 1) return simple('Background saving started')
  return args.length === 2 && args[1]!.toLowerCase() === 'schedule' ? simple('Background saving started') : SYNTAX_ERROR
}

const SHUTDOWN_WORDS = ['save', 'nosave', 'now', 'force', 'abort']

/** A node ends by a fault of the experiment, not by a command. */
function shutdown(args: readonly Bytes[]): Reply {
  const words = args.slice(1).map((word) => word.toLowerCase())
  const contradicts =
    (words.includes('save') && words.includes('nosave')) || (words.includes('abort') && words.length > 1)
  if (contradicts || words.some((word) => !SHUTDOWN_WORDS.includes(word))) return SYNTAX_ERROR
  return words.includes('abort')
    ? error('ERR No shutdown in progress.')
    : error('ERR Errors trying to SHUTDOWN. Check logs.')
}

const serverLike: readonly CommandSpec[] = [
  serverCommand('role', '', 'Tells whether this is a master or a replica, and how far it is.', forAnyone(role)),
  serverCommand('time', '', 'Tells the time of the server.', forAnyone(time)),
  serverCommand('lastsave', '', 'Tells when data was last saved.', ({ stats }) =>
    integer(Math.floor(stats.startMs / 1000)),
  ),
  serverCommand('save', '', 'Saves the data; snapshots on disk are not modelled.', () => OK),
  serverCommand('bgsave', '[SCHEDULE]', 'The same in the background.', (_turn, _key, args) => backgroundSave(args)),
  serverCommand('bgrewriteaof', '', 'Rewrites the log of commands; not modelled.', () =>
    simple('Background append only file rewriting started'),
  ),
  serverCommand(
    'shutdown',
    '[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]',
    'Ends the server; not from here.',
    (_turn, _key, args) => shutdown(args),
  ),
  serverCommand('monitor', '', 'Shows every command; not modelled.', () => error('ERR MONITOR is not modelled')),
  serverCommand('lolwut', '[VERSION version]', 'Shows art.', () => verbatim('Redis ver. 7.0.15\n')),
]

// ---- Diagnostics: nothing is slow, and nothing is measured ------------------------------------------------------------

function slowGet(args: readonly Bytes[]): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  const count = args[2] === undefined ? 10 : parseInt64(args[2])
  return count === null || count < -1 ? error('ERR count should be greater than or equal to -1') : EMPTY_ARRAY
}

const slowlog = containerWithHelp('slowlog', 'Commands about slow commands.', [
  serverCommand('slowlog|get', '[count]', 'Lists slow commands: none.', (_turn, _key, args) => slowGet(args)),
  serverCommand('slowlog|len', '', 'Counts slow commands: none.', () => integer(0)),
  serverCommand('slowlog|reset', '', 'Forgets slow commands.', () => OK),
])

const latency = containerWithHelp('latency', 'Commands about delays.', [
  serverCommand('latency|doctor', '', 'Judges the delays.', () => verbatim('Latency is not measured here.\n')),
  serverCommand('latency|graph', 'event', 'Draws the delays of an event.', (_turn, _key, args) =>
    error(`ERR No samples available for event '${args[2]}'`),
  ),
  serverCommand('latency|histogram', '[command [command ...]]', 'Distribution of delays of commands.', () => map([])),
  serverCommand('latency|history', 'event', 'Lists the delays of an event.', () => EMPTY_ARRAY),
  serverCommand('latency|latest', '', 'Lists the latest delays.', () => EMPTY_ARRAY),
  serverCommand('latency|reset', '[event [event ...]]', 'Forgets delays.', () => integer(0)),
])

/** What a key takes besides its bytes, about: entry, object, strings. */
const KEY_OVERHEAD_BYTES = 56

function usage(turn: Turn, args: readonly Bytes[]): Reply {
  for (let at = 3; at < args.length; at += 2) {
    if (args[at]!.toLowerCase() !== 'samples' || args[at + 1] === undefined) return SYNTAX_ERROR
    if (parseInt64(args[at + 1]!) === null) return error('ERR value is not an integer or out of range')
  }
  const entry = turn.db.get(args[2]!)
  if (entry === undefined) return NULL
  const { value } = entry
  return integer(KEY_OVERHEAD_BYTES + args[2]!.length + (value.type === 'string' ? value.bytes.length : 0))
}

const memory = containerWithHelp('memory', 'Commands about memory, which is not modelled.', [
  serverCommand('memory|doctor', '', 'Judges the use of memory.', () => verbatim('Memory is not measured here.\n')),
  serverCommand('memory|malloc-stats', '', 'Tells about the allocator.', () =>
    verbatim('There is no allocator here.\n'),
  ),
  serverCommand('memory|purge', '', 'Gives memory back.', () => OK),
  serverCommand('memory|stats', '', 'Tells about the use of memory.', ({ db }) =>
    map([[bulk('keys.count'), integer(db.size)]]),
  ),
  serverCommand('memory|usage', 'key [SAMPLES count]', 'Estimates what a key takes.', forAnyone(usage)),
])

/** Commands about the server and all of its data. */
export const adminCommands: readonly CommandSpec[] = [...dataLike, ...serverLike, slowlog, latency, memory]
