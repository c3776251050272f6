import type { NodeId } from '../../../../base/brand.ts'
import { closeInbound, closeLink } from '../../bus/links.ts'
import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { parseSafeInteger } from '../../integers.ts'
import { changeReplid } from '../../replication/downstream.ts'
import { array, bulk, error, integer, map, NULL, OK, push, type Reply, simple, verbatim } from '../../reply.ts'
import type { Turn } from '../../turn.ts'
import { encodingOf, stringValue } from '../../values.ts'
import { reply } from '../sessions.ts'
import { helpReply, subcommandSyntaxError } from './container.ts'

const MUST_BE_POSITIVE = error('ERR value is out of range, must be positive')

/** Seconds as strtod reads the beginning of a text: 0 when there is no number. */
const leadingNumber = (text: Bytes) => Number(/^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/.exec(text)?.[0] ?? 0)

/** The whole server sleeps; its answer comes afterwards. */
function sleep(turn: Turn, args: readonly Bytes[]): Reply {
  const ms = Math.round(leadingNumber(args[2]!) * 1000)
  if (ms > 0) {
    turn.busy = { kind: 'sleep' }
    turn.setTimer('busy', ms)
  }
  return OK
}

function object(turn: Turn, args: readonly Bytes[]): Reply {
  const entry = turn.db.get(args[2]!)
  if (entry === undefined) return error('ERR no such key')
  const { value } = entry
  const length = value.type === 'string' ? value.bytes.length : 0
  return simple(
    `Value at:0x0 refcount:1 encoding:${encodingOf(value)} serializedlength:${length} lru:0 lru_seconds_idle:0`,
  )
}

const three = [integer(0), integer(1), integer(2)]
const boolean = (value: boolean): Reply => ({ kind: 'boolean', value })

/** Examples of every type of reply, for those who test a client. */
const EXAMPLES: Readonly<Record<string, Reply>> = {
  string: bulk('Hello World'),
  integer: integer(12_345),
  double: { kind: 'double', text: '3.141' },
  null: NULL,
  array: array(three),
  set: { kind: 'set', items: three },
  map: map(three.map((key, at) => [key, boolean(at === 1)] as const)),
  attrib: bulk('Some real reply following the attribute'),
  push: bulk('Some real reply following the push reply'),
  verbatim: verbatim('This is a verbatim\nstring'),
  true: boolean(true),
  false: boolean(false),
}

function example(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  const name = args[2]!.toLowerCase()
  if (name === 'push' && turn.sessions.get(key)!.resp === 2) return error('ERR RESP2 is not supported by this command')
  if (name === 'push') reply(turn, key, push([bulk('server-cpu-usage'), integer(42)]))
  if (Object.hasOwn(EXAMPLES, name)) return EXAMPLES[name]!
  return error(
    'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
  )
}

/** 160 bits that equal data have in common. */
function digest({ db }: Turn): Reply {
  const hash = db.size === 0 ? 0 : db.hash >>> 0
  return simple(hash.toString(16).padStart(8, '0').repeat(5))
}

/** What a key takes at least, about. */
const KEY_BYTES = 64
const POPULATED_BYTES_MAX = 64 * 1024 * 1024
const TOO_MUCH = error('ERR DEBUG POPULATE makes at most 64 MB here')

/** Keys `prefix:0`, `prefix:1`… where there are none; replicas are not told. */
function populate(turn: Turn, args: readonly Bytes[]): Reply {
  const count = parseSafeInteger(args[2]!)
  const size = args[4] === undefined ? 0 : parseSafeInteger(args[4])
  if (count === null || count < 0 || size === null || size < 0) return MUST_BE_POSITIVE
  if (count * Math.max(size, KEY_BYTES) > POPULATED_BYTES_MAX) return TOO_MUCH
  for (let at = 0; at < count; at++) {
    const key = `${args[3] ?? 'key'}:${at}`
    if (turn.db.has(key)) continue
    const text = `value:${at}`
    const bytes = size === 0 ? text : text.slice(0, size).padEnd(size, '\0')
    turn.db = turn.db.set(key, { value: stringValue(bytes), expireAtMs: null })
  }
  return OK
}

/** Ends connections of the bus to or from a node. */
function killLink(turn: Turn, args: readonly Bytes[]): Reply {
  const peer = turn.peer(args[4]!)
  if (peer === undefined || peer.id === turn.cluster.myself) return error(`ERR Unknown node ${args[4]}`)
  const direction = args[3]!.toLowerCase()
  if (!['to', 'from', 'all'].includes(direction)) return subcommandSyntaxError(args)
  if (direction !== 'from') closeLink(turn, peer.id)
  if (direction !== 'to') closeInbound(turn, peer.id)
  return OK
}

const HELP: readonly string[] = [
  'CLUSTERLINK KILL <to|from|all> <node-id>',
  '    Ends connections of the bus.',
  'CHANGE-REPL-ID',
  '    Gives the stream of this server a new id.',
  'DIGEST',
  '    A signature of the data.',
  'ERROR <string>',
  '    Answers with an error.',
  'LOG <message>',
  '    Does nothing here.',
  'OBJECT <key>',
  '    Tells how a key is stored.',
  'POPULATE <count> [<prefix>] [<size>]',
  '    Makes keys.',
  'PROTOCOL <type>',
  '    Answers with an example of a type.',
  'SLEEP <seconds>',
  '    Stops the server for a while.',
]

/** Subcommands that are there for tests of the real server, and change nothing that is modelled. */
const ACCEPTED: ReadonlyMap<string, number> = new Map([
  ['log', 3],
  ['reload', 2],
  ['loadaof', 2],
  ['set-active-expire', 3],
  ['quicklist-packed-threshold', 3],
  ['set-disable-deny-scripts', 3],
  ['replybuffer', 4],
  ['pause-cron', 3],
  ['leak', 3],
  ['client-eviction', 2],
  ['set-skip-checksum-validation', 3],
])

function debug(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  const name = args[1]!.toLowerCase()
  const count = args.length
  if (name === 'sleep' && count === 3) return sleep(turn, args)
  if (name === 'object' && count >= 3) return object(turn, args)
  if (name === 'protocol' && count === 3) return example(turn, key, args)
  if (name === 'error' && count === 3) return error(args[2]!)
  if (name === 'populate' && count >= 3 && count <= 5) return populate(turn, args)
  if (name === 'clusterlink' && count === 5 && args[2]!.toLowerCase() === 'kill') return killLink(turn, args)
  if (name === 'digest' && count === 2) return digest(turn)
  if (name === 'help' && count === 2) return helpReply('debug', HELP)
  if (name === 'change-repl-id' && count === 2) {
    changeReplid(turn)
    return OK
  }
  return ACCEPTED.get(name) === count ? OK : subcommandSyntaxError(args)
}

/** DEBUG: to stop the server, and to look into it. What ends the process is left to the experiment. */
export const debugCommand: CommandSpec = serverCommand('debug', 'subcommand [arg ...]', 'Commands for tests.', debug)
