import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { bulk, EMPTY_ARRAY, error, integer, map, NULL, OK, type Reply } from '../../reply.ts'
import { containerWithHelp } from './container.ts'

/** An empty library as FUNCTION DUMP of 7.0 writes it: nothing, RDB version 10, and its CRC64. */
const EMPTY_LIBRARY: Bytes = '\n\0]\x9b\\@\x0f\x7f\xa2\xda'

const NO_FUNCTIONS = error('ERR Functions are not modelled')

function list(args: readonly Bytes[]): Reply {
  for (let at = 2; at < args.length; at++) {
    const word = args[at]!.toLowerCase()
    if (word === 'withcode') continue
    if (word !== 'libraryname') return error(`ERR Unknown argument ${args[at]}`)
    if (args[++at] === undefined) return error('ERR library name argument was not given')
  }
  return EMPTY_ARRAY
}

function restore(args: readonly Bytes[]): Reply {
  if (args.length > 4)
    return error("ERR unknown subcommand or wrong number of arguments for 'RESTORE'. Try FUNCTION HELP.")
  const policy = args[3]?.toLowerCase() ?? 'append'
  if (!['flush', 'append', 'replace'].includes(policy)) {
    return error('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.')
  }
  if (args[2] === EMPTY_LIBRARY) return OK
  return error('ERR DUMP payload version or checksum are wrong')
}

function flush(args: readonly Bytes[]): Reply {
  if (args.length > 3)
    return error("ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.")
  const mode = args[2]?.toLowerCase() ?? 'sync'
  return mode === 'sync' || mode === 'async' ? OK : error('ERR FUNCTION FLUSH only supports SYNC|ASYNC option')
}

const STATISTICS = map([
  [bulk('running_script'), NULL],
  [
    bulk('engines'),
    map([
      [
        bulk('LUA'),
        map([
          [bulk('libraries_count'), integer(0)],
          [bulk('functions_count'), integer(0)],
        ]),
      ],
    ]),
  ],
])

/** FUNCTION of a server that has no libraries: what tools need to copy them. */
export const functionCommand: CommandSpec = containerWithHelp('function', 'Commands about function libraries.', [
  serverCommand('function|delete', 'library-name', 'Deletes a library.', () => error('ERR Library not found')),
  serverCommand('function|dump', '', 'Gives all libraries in a form that RESTORE reads.', () => bulk(EMPTY_LIBRARY)),
  serverCommand('function|flush', '[ASYNC | SYNC]', 'Deletes all libraries.', (_turn, _key, args) => flush(args)),
  serverCommand('function|kill', '', 'Ends the function that runs.', () =>
    error('NOTBUSY No scripts in execution right now.'),
  ),
  serverCommand(
    'function|list',
    '[LIBRARYNAME library-name-pattern] [WITHCODE]',
    'Lists the libraries.',
    (_turn, _key, args) => list(args),
  ),
  serverCommand('function|load', '[REPLACE] function-code', 'Makes a library; not modelled.', () => NO_FUNCTIONS),
  serverCommand(
    'function|restore',
    'serialized-value [FLUSH | APPEND | REPLACE]',
    'Makes the libraries that DUMP gave.',
    (_turn, _key, args) => restore(args),
  ),
  serverCommand('function|stats', '', 'Tells which function runs, and how many there are.', () => STATISTICS),
])

const NOT_FOUND = error('ERR Function not found')

/** Calls of functions: there are none. */
export const functionCallCommands: readonly CommandSpec[] = [
  serverCommand('fcall', 'function numkeys [key [key ...]] [arg [arg ...]]', 'Calls a function.', () => NOT_FOUND),
  serverCommand(
    'fcall_ro',
    'function numkeys [key [key ...]] [arg [arg ...]]',
    'Calls a function that only reads.',
    () => NOT_FOUND,
  ),
]
