import type { NodeId } from '../../../../base/brand.ts'
import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { parseInt64, parseSafeInteger } from '../../integers.ts'
import { disconnectReplicas } from '../../replication/downstream.ts'
import { dropUpstream } from '../../replication/upstream.ts'
import {
  bulk,
  EMPTY_ARRAY,
  error,
  integer,
  map,
  NOT_AN_INTEGER,
  NULL,
  OK,
  type Reply,
  SYNTAX_ERROR,
  verbatim,
} from '../../reply.ts'
import type { Session } from '../../state.ts'
import type { Turn } from '../../turn.ts'
import { unblockByCommand } from '../blocking.ts'
import { changeSession, closeSession } from '../sessions.ts'
import { allClients, type Client, type ClientType, clientOfSession, clientType } from './client-list.ts'
import { refuseName } from './connection.ts'
import { containerWithHelp, subcommandSyntaxError } from './container.ts'

const NO_SUCH_CLIENT = error('ERR No such client')
const NO_TRACKING = error('ERR Client tracking is not modelled')

const linesOf = (clients: readonly Client[]) => verbatim(clients.map(({ line }) => `${line}\n`).join(''))

function list(turn: Turn, args: readonly Bytes[]): Reply {
  const clients = allClients(turn)
  const option = args[2]?.toLowerCase()
  if (option === undefined) return linesOf(clients)
  if (option === 'type' && args.length === 4) {
    const type = clientType(args[3]!)
    if (type === undefined) return error(`ERR Unknown client type '${args[3]}'`)
    return linesOf(clients.filter((client) => client.type === type))
  }
  if (option !== 'id' || args.length < 4) return SYNTAX_ERROR
  const ids = args.slice(3).map(parseInt64)
  if (ids.includes(null)) return error('ERR Invalid client ID')
  return linesOf(ids.flatMap((id) => clients.filter((client) => client.id === id)))
}

// ---- KILL -----------------------------------------------------------------------------------------------------------

interface Victims {
  id: number | bigint | null
  type: ClientType | null
  addr: Bytes | null
  laddr: Bytes | null
  skipMe: boolean
}

/** Adds one pair of KILL's options; the refusal, if it deserves one. */
function addFilter(victims: Victims, option: Bytes, value: Bytes): Reply | null {
  switch (option.toLowerCase()) {
    case 'id': {
      const id = parseInt64(value)
      if (id === null || id < 1) return error('ERR client-id should be greater than 0')
      victims.id = id
      return null
    }
    case 'type': {
      const type = clientType(value)
      if (type === undefined) return error(`ERR Unknown client type '${value}'`)
      victims.type = type
      return null
    }
    case 'addr':
      victims.addr = value
      return null
    case 'laddr':
      victims.laddr = value
      return null
    case 'user':
      return value === 'default' ? null : error(`ERR No such user '${value}'`)
    case 'skipme': {
      const word = value.toLowerCase()
      if (word !== 'yes' && word !== 'no') return SYNTAX_ERROR
      victims.skipMe = word === 'yes'
      return null
    }
    default:
      return SYNTAX_ERROR
  }
}

function endClient(turn: Turn, { source }: Client): void {
  switch (source.kind) {
    case 'session':
      closeSession(turn, source.session.peer)
      return
    case 'replica':
      disconnectReplicas(turn, (replica) => replica === source.replica)
      return
    case 'master':
      dropUpstream(turn)
      return
  }
}

function kill(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  if (args.length === 3) {
    const client = allClients(turn).find(({ addr }) => addr === args[2])
    if (client === undefined) return NO_SUCH_CLIENT
    endClient(turn, client)
    return OK
  }
  const victims: Victims = { id: null, type: null, addr: null, laddr: null, skipMe: true }
  for (let at = 2; at < args.length; at += 2) {
    if (args[at + 1] === undefined) return SYNTAX_ERROR
    const refused = addFilter(victims, args[at]!, args[at + 1]!)
    if (refused !== null) return refused
  }
  const { id, type, addr, laddr, skipMe } = victims
  const me = turn.sessions.get(key)!
  const chosen = allClients(turn).filter(
    (client) =>
      (id === null || client.id === Number(id)) &&
      (type === null || client.type === type) &&
      (addr === null || client.addr === addr) &&
      (laddr === null || client.laddr === laddr) &&
      !(skipMe && client.source.kind === 'session' && client.source.session.id === me.id),
  )
  for (const client of chosen) endClient(turn, client)
  return integer(chosen.length)
}

// ---- The rest -------------------------------------------------------------------------------------------------------

const NO_END = Number.MAX_SAFE_INTEGER

function pause(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 4) return subcommandSyntaxError(args)
  const mode = args[3]?.toLowerCase() ?? 'all'
  if (mode !== 'all' && mode !== 'write') return error('ERR CLIENT PAUSE mode must be WRITE or ALL')
  const timeout = parseInt64(args[2]!)
  if (timeout === null) return error('ERR timeout is not an integer or out of range')
  if (timeout < 0) return error('ERR timeout is negative')
  const untilMs = Math.min(turn.nowMs + Number(timeout), NO_END)
  const paused = turn.pause.untilMs > turn.nowMs
  turn.pause = {
    untilMs: paused ? Math.max(turn.pause.untilMs, untilMs) : untilMs,
    all: mode === 'all' || (paused && turn.pause.all),
  }
  return OK
}

/** A manual failover holds writes up for itself: it goes on. */
function unpause(turn: Turn): Reply {
  const { endMs, replica } = turn.cluster.manual
  turn.pause = endMs !== 0 && replica !== null ? { ...turn.pause, all: false } : { untilMs: 0, all: false }
  return OK
}

function replyMode(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply | null {
  const mode = args[2]!.toLowerCase()
  if (mode !== 'on' && mode !== 'off' && mode !== 'skip') return SYNTAX_ERROR
  if (mode === 'skip' && turn.sessions.get(key)!.replyMode === 'off') return null
  changeSession(turn, key, { replyMode: mode })
  return mode === 'on' ? OK : null
}

function setName(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  const refused = refuseName(args[2]!)
  if (refused === null) changeSession(turn, key, { name: args[2]! })
  return refused ?? OK
}

function unblock(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 4) return subcommandSyntaxError(args)
  const how = args[3]?.toLowerCase() ?? 'timeout'
  if (how !== 'timeout' && how !== 'error') return error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  const id = parseSafeInteger(args[2]!)
  if (id === null) return NOT_AN_INTEGER
  const target = turn.sessions.entries().find(([, session]) => session.id === id)
  return integer(target !== undefined && unblockByCommand(turn, target[1].peer, how) ? 1 : 0)
}

function noEvict(args: readonly Bytes[]): Reply {
  const word = args[2]!.toLowerCase()
  return word === 'on' || word === 'off' ? OK : SYNTAX_ERROR
}

function tracking(args: readonly Bytes[]): Reply {
  const word = args[2]!.toLowerCase()
  if (word === 'off') return OK
  return word === 'on' ? NO_TRACKING : SYNTAX_ERROR
}

const NO_CACHING = error(
  'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
)

const TRACKING_INFO = map([
  [bulk('flags'), { kind: 'set', items: [bulk('off')] }],
  [bulk('redirect'), integer(-1)],
  [bulk('prefixes'), EMPTY_ARRAY],
])

const mine = (turn: Turn, key: NodeId): Session => turn.sessions.get(key)!

/** CLIENT (clientCommand of networking.c). SETINFO came with 7.2: it is unknown here, and clients bear it. */
export const clientCommand: CommandSpec = containerWithHelp('client', 'Commands about connections of clients.', [
  serverCommand('client|caching', 'YES | NO', 'Whether to track the keys of the next command.', () => NO_CACHING),
  serverCommand('client|getname', '', 'Tells the name of this connection.', (turn, key) => {
    const { name } = mine(turn, key)
    return name === '' ? NULL : bulk(name)
  }),
  serverCommand('client|getredir', '', 'Tells where notices of tracking go.', () => integer(-1)),
  serverCommand('client|id', '', 'Tells the id of this connection.', (turn, key) => integer(mine(turn, key).id)),
  serverCommand('client|info', '', 'Describes this connection.', (turn, key) =>
    linesOf([clientOfSession(turn, mine(turn, key))]),
  ),
  serverCommand(
    'client|kill',
    'ip:port | [ID client-id] [TYPE NORMAL | MASTER | REPLICA | PUBSUB] [USER username] [ADDR ip:port] [LADDR ip:port] [SKIPME YES | NO]',
    'Ends connections.',
    kill,
  ),
  serverCommand(
    'client|list',
    '[TYPE NORMAL | MASTER | REPLICA | PUBSUB] [ID client-id [client-id ...]]',
    'Lists connections.',
    (turn, _key, args) => list(turn, args),
  ),
  serverCommand('client|no-evict', 'ON | OFF', 'Whether memory pressure may end the connection.', (_turn, _key, args) =>
    noEvict(args),
  ),
  serverCommand('client|pause', 'timeout [WRITE | ALL]', 'Lets commands of clients wait.', (turn, _key, args) =>
    pause(turn, args),
  ),
  serverCommand('client|reply', 'ON | OFF | SKIP', 'Chooses whether commands are answered.', replyMode),
  serverCommand('client|setname', 'connection-name', 'Names this connection.', setName),
  serverCommand('client|tracking', 'ON | OFF', 'Notices for caches in clients; not modelled.', (_turn, _key, args) =>
    tracking(args),
  ),
  serverCommand('client|trackinginfo', '', 'Tells what is tracked for this connection.', () => TRACKING_INFO),
  serverCommand(
    'client|unblock',
    'client-id [TIMEOUT | ERROR]',
    'Ends the wait of another client.',
    (turn, _key, args) => unblock(turn, args),
  ),
  serverCommand('client|unpause', '', 'Ends CLIENT PAUSE.', unpause),
])
