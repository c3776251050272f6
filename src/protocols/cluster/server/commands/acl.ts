import { flow } from '../../../../base/flow.ts'
import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, type CommandTable, serverCommand } from '../../commands/types.ts'
import { parseInt64 } from '../../integers.ts'
import {
  array,
  bulk,
  bulks,
  EMPTY_ARRAY,
  error,
  integer,
  map,
  NOT_AN_INTEGER,
  NULL,
  OK,
  type Reply,
  SYNTAX_ERROR,
} from '../../reply.ts'
import type { Turn } from '../../turn.ts'
import { containerWithHelp, subcommandSyntaxError } from './container.ts'
import { CATEGORIES } from './figures.ts'

const NO_FILE = error(
  flow(`ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL
  SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to
  store users in the Redis configuration.`),
)
const USER = 'default'

const DEFAULT_USER = map([
  [bulk('flags'), { kind: 'set', items: [bulk('on'), bulk('nopass')] }],
  [bulk('passwords'), EMPTY_ARRAY],
  [bulk('commands'), bulk('+@all')],
  [bulk('keys'), bulk('~*')],
  [bulk('channels'), bulk('&*')],
  [bulk('selectors'), EMPTY_ARRAY],
])

function categories(args: readonly Bytes[], commands: CommandTable): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  if (args[2] === undefined) return bulks(CATEGORIES)
  const category = args[2].toLowerCase()
  if (!CATEGORIES.includes(category)) return error(`ERR Unknown category '${args[2]}'`)
  const all = [...commands.values()].flatMap((spec) =>
    spec.run.scope === 'container' ? [spec, ...spec.run.subcommands] : [spec],
  )
  return bulks(all.filter((spec) => spec.categories.includes(`@${category}`)).map(({ name }) => name))
}

const PASSWORD_BITS = 256

function password(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  const bits = args[2] === undefined ? PASSWORD_BITS : parseInt64(args[2])
  if (bits === null) return NOT_AN_INTEGER
  if (bits <= 0 || bits > 4096) {
    return error(
      'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096',
    )
  }
  return bulk(turn.randomHex(Math.ceil(Number(bits) / 4)))
}

function deleteUsers(args: readonly Bytes[]): Reply {
  return args.slice(2).includes(USER) ? error("ERR The 'default' user cannot be removed") : integer(0)
}

function log(args: readonly Bytes[]): Reply {
  if (args[2]?.toLowerCase() === 'reset') return OK
  return args[2] !== undefined && parseInt64(args[2]) === null ? NOT_AN_INTEGER : EMPTY_ARRAY
}

function dryRun(args: readonly Bytes[], commands: CommandTable): Reply {
  if (args[2] !== USER) return error(`ERR User '${args[2]}' not found`)
  return commands.has(args[3]!.toLowerCase()) ? OK : error(`ERR Command '${args[3]}' not found`)
}

/** ACL of a server with one user who may do everything. Others cannot be made. */
export const aclCommand: CommandSpec = containerWithHelp('acl', 'Commands about users and what they may do.', [
  serverCommand(
    'acl|cat',
    '[categoryname]',
    'Lists categories, or the commands of one.',
    (_turn, _key, args, commands) => categories(args, commands),
  ),
  serverCommand('acl|deluser', 'username [username ...]', 'Deletes users.', (_turn, _key, args) => deleteUsers(args)),
  serverCommand(
    'acl|dryrun',
    'username command [arg [arg ...]]',
    'Tells whether a user may do that.',
    (_turn, _key, args, commands) => dryRun(args, commands),
  ),
  serverCommand('acl|genpass', '[bits]', 'Makes up a password.', (turn, _key, args) => password(turn, args)),
  serverCommand('acl|getuser', 'username', 'Describes a user.', (_turn, _key, args) =>
    args[2] === USER ? DEFAULT_USER : NULL,
  ),
  serverCommand('acl|list', '', 'Lists users with their rules.', () =>
    array([bulk('user default on nopass ~* &* +@all')]),
  ),
  serverCommand('acl|load', '', 'Reads users from the file.', () => NO_FILE),
  serverCommand('acl|log', '[count | RESET]', 'Lists what was denied.', (_turn, _key, args) =>
    args.length > 3 ? SYNTAX_ERROR : log(args),
  ),
  serverCommand('acl|save', '', 'Writes users to the file.', () => NO_FILE),
  serverCommand('acl|setuser', 'username [rule [rule ...]]', 'Makes a user; not modelled.', () =>
    error('ERR Users are not modelled'),
  ),
  serverCommand('acl|users', '', 'Lists the names of users.', () => bulks([USER])),
  serverCommand('acl|whoami', '', 'Tells the user of this connection.', () => bulk(USER)),
])
