import type { NodeId } from '../../../../base/brand.ts'
import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { parseInt64 } from '../../integers.ts'
import {
  array,
  bulk,
  EMPTY_ARRAY,
  error,
  integer,
  map,
  NOT_AN_INTEGER,
  OK,
  type Reply,
  SYNTAX_ERROR,
  simple,
} from '../../reply.ts'
import type { Turn } from '../../turn.ts'
import { AS_AT_FIRST, changeSession, closeSession, isSubscribed } from '../sessions.ts'
import { forgetSubscriptions } from '../subscriptions.ts'

/** The release that is modelled. */
export const VERSION = '7.0.15'

const BAD_NAME = error('ERR Client names cannot contain spaces, newlines or special characters.')
const WRONG_PASSWORD = error('WRONGPASS invalid username-password pair or user is disabled.')
const NO_PASSWORD = error(
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
)

/** The reply that refuses a name, or null when a client may be called so. */
export const refuseName = (name: Bytes): Reply | null => (/^[!-~]*$/.test(name) ? null : BAD_NAME)

/** There is one user, who needs no password. */
const isUser = (name: Bytes) => name === 'default'

function ping(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  if (args.length > 2) return error("ERR wrong number of arguments for 'ping' command")
  const session = turn.sessions.get(key)!
  if (session.resp === 2 && isSubscribed(session)) return array([bulk('pong'), bulk(args[1] ?? '')])
  return args[1] === undefined ? simple('PONG') : bulk(args[1])
}

function auth(args: readonly Bytes[]): Reply {
  if (args.length > 3) return SYNTAX_ERROR
  if (args.length === 2) return NO_PASSWORD
  return isUser(args[1]!) ? OK : WRONG_PASSWORD
}

function select(args: readonly Bytes[]): Reply {
  const index = parseInt64(args[1]!)
  if (index === null) return NOT_AN_INTEGER
  return index === 0 ? OK : error('ERR SELECT is not allowed in cluster mode')
}

/** Options of HELLO: the name to take, or the refusal. */
function helloOptions(args: readonly Bytes[]): { readonly name: Bytes | null } | { readonly refused: Reply } {
  let name: Bytes | null = null
  for (let at = 2; at < args.length; ) {
    const option = args[at]!.toLowerCase()
    const left = args.length - at - 1
    if (option === 'auth' && left >= 2) {
      if (!isUser(args[at + 1]!)) return { refused: WRONG_PASSWORD }
      at += 3
    } else if (option === 'setname' && left >= 1) {
      name = args[at + 1]!
      const refused = refuseName(name)
      if (refused !== null) return { refused }
      at += 2
    } else return { refused: error(`ERR Syntax error in HELLO option '${args[at]}'`) }
  }
  return { name }
}

function hello(turn: Turn, key: NodeId, args: readonly Bytes[]): Reply {
  let resp: 2 | 3 = turn.sessions.get(key)!.resp
  if (args[1] !== undefined) {
    const version = parseInt64(args[1])
    if (version === null) return error('ERR Protocol version is not an integer or out of range')
    if (version !== 2 && version !== 3) return error('NOPROTO unsupported protocol version')
    resp = version
  }
  const options = helloOptions(args)
  if ('refused' in options) return options.refused
  const { id } = changeSession(turn, key, options.name === null ? { resp } : { resp, name: options.name })
  return map([
    [bulk('server'), bulk('redis')],
    [bulk('version'), bulk(VERSION)],
    [bulk('proto'), integer(resp)],
    [bulk('id'), integer(id)],
    [bulk('mode'), bulk('cluster')],
    [bulk('role'), bulk(turn.replication.upstream === null ? 'master' : 'replica')],
    [bulk('modules'), EMPTY_ARRAY],
  ])
}

function quit(turn: Turn, key: NodeId): Reply {
  closeSession(turn, key)
  return OK
}

/** The connection is as if it were new, but for its id. */
function reset(turn: Turn, key: NodeId): Reply {
  forgetSubscriptions(turn, turn.sessions.get(key)!)
  changeSession(turn, key, AS_AT_FIRST)
  return simple('RESET')
}

function setFlags(change: { readonly readonly?: boolean; readonly asking?: boolean }) {
  return (turn: Turn, key: NodeId): Reply => {
    changeSession(turn, key, change)
    return OK
  }
}

/** Commands about the connection itself. */
export const connectionCommands: readonly CommandSpec[] = [
  serverCommand('ping', '[message]', 'Answers at once.', ping),
  serverCommand('echo', 'message', 'Answers with the message.', (_turn, _key, args) => bulk(args[1]!)),
  serverCommand('auth', '[username] password', 'Says who the client is.', (_turn, _key, args) => auth(args)),
  serverCommand('select', 'index', 'Chooses a database; in a cluster there is only 0.', (_turn, _key, args) =>
    select(args),
  ),
  serverCommand(
    'hello',
    '[protover [AUTH username password] [SETNAME clientname]]',
    'Chooses the version of the protocol, and tells about the server.',
    hello,
  ),
  serverCommand('quit', '', 'Ends the connection.', quit),
  serverCommand('reset', '', 'Makes the connection as it was at first.', reset),
  serverCommand('readonly', '', 'Allows reads from a replica on this connection.', setFlags({ readonly: true })),
  serverCommand('readwrite', '', 'Ends READONLY.', setFlags({ readonly: false })),
  serverCommand('asking', '', 'Lets the next command use a slot that is being imported.', setFlags({ asking: true })),
]
