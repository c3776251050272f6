import type { NodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import { type CommandSpec, serverCommand } from '../commands/types.ts'
import { parseInt64 } from '../integers.ts'
import { array, bulk, error, integer, NOT_AN_INTEGER, OK, type Reply } from '../reply.ts'
import { parse } from '../scripting/parser.ts'
import type { Block } from '../scripting/tree.ts'
import { LuaSyntaxError } from '../scripting/values.ts'
import { sha1 } from '../sha1.ts'
import type { Turn } from '../turn.ts'
import { containerWithHelp, subcommandSyntaxError } from './commands/container.ts'
import type { Known } from './known.ts'
import { runScript } from './script-run.ts'

const NO_SCRIPT = error('NOSCRIPT No matching script. Please use EVAL.')
const TOO_MANY_KEYS = error("ERR Number of keys can't be greater than number of args")
const NEGATIVE_KEYS = error("ERR Number of keys can't be negative")
const NO_CLUSTER = error("ERR Can not run script on cluster, 'no-cluster' flag is set.")

/** A script ready to run. */
export interface Script {
  readonly sha: string
  readonly chunk: Block
  /** What its first line (`#!lua flags=no-writes`) says; null: it has none, as scripts before 7.0. */
  readonly flags: ReadonlySet<string> | null
}

const FLAGS: ReadonlySet<string> = new Set([
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
])

/** What the first line of a script says; null: it has none. The error that it deserves, if it makes no sense. */
function flagsOf(body: Bytes): ReadonlySet<string> | null | Reply {
  if (!body.startsWith('#!')) return null
  const end = body.indexOf('\n')
  if (end < 0) return error('ERR Invalid script shebang')
  const [engine, ...words] = body.slice(2, end).trim().split(/\s+/)
  if (engine !== 'lua') return error(`ERR Unexpected engine in script shebang: ${engine}`)
  const flags = new Set<string>()
  for (const word of words) {
    if (!word.startsWith('flags=')) return error(`ERR Unknown lua shebang option: ${word}`)
    for (const flag of word.slice('flags='.length).split(',')) {
      if (!FLAGS.has(flag)) return error(`ERR Unexpected flag in script shebang: ${flag}`)
      flags.add(flag)
    }
  }
  return flags
}

/**
 * A call of a script as its flags make it (evalGetCommandFlags): with flags, and without `no-writes` among them, it counts
 * as a write before it runs.
 */
export function flaggedCall(turn: Turn, known: Known, args: readonly Bytes[]): Known {
  if (known.script === null) return known
  const body = known.script.bySha ? turn.scripts.get(args[1]!.toLowerCase()) : args[1]!
  const flags = body === undefined ? null : flagsOf(body)
  if (flags === null || 'kind' in flags) return known
  const write = !flags.has('no-writes')
  return { ...known, write, mayReplicate: write || known.mayReplicate, stale: flags.has('allow-stale') }
}

function compile(body: Bytes): Script | Reply {
  const flags = flagsOf(body)
  if (flags !== null && 'kind' in flags) return flags
  try {
    // The lines keep their numbers.
    const chunk = parse(flags === null ? body : body.slice(body.indexOf('\n')))
    return { sha: sha1(body), chunk, flags }
  } catch (problem) {
    if (!(problem instanceof LuaSyntaxError)) throw problem
    return error(`ERR Error compiling script (new function): user_script:${problem.line}: ${problem.problem}`)
  }
}

/** The arguments behind `numkeys`: keys, and the rest. */
function keysAndArguments(args: readonly Bytes[]): { keys: readonly Bytes[]; rest: readonly Bytes[] } | Reply {
  const count = parseInt64(args[2]!)
  if (count === null) return NOT_AN_INTEGER
  if (count > args.length - 3) return TOO_MANY_KEYS
  if (count < 0) return NEGATIVE_KEYS
  return { keys: args.slice(3, 3 + Number(count)), rest: args.slice(3 + Number(count)) }
}

function evaluate(turn: Turn, session: NodeId, args: readonly Bytes[], bySha: boolean, isReadOnly: boolean): Reply {
  const given = keysAndArguments(args)
  if ('kind' in given) return given
  const body = bySha ? turn.scripts.get(args[1]!.toLowerCase()) : args[1]!
  if (body === undefined) return NO_SCRIPT
  const script = compile(body)
  if ('kind' in script) return script
  if (!bySha) turn.scripts = turn.scripts.set(script.sha, body)
  if (script.flags?.has('no-cluster') === true) return NO_CLUSTER
  const readOnly = isReadOnly || script.flags?.has('no-writes') === true
  return runScript(turn, turn.sessions.get(session)!, script, given.keys, given.rest, readOnly)
}

function load(turn: Turn, body: Bytes): Reply {
  const script = compile(body)
  if ('kind' in script) return script
  turn.scripts = turn.scripts.set(script.sha, body)
  return bulk(script.sha)
}

function flush(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  const mode = args[2]?.toLowerCase() ?? 'sync'
  if (mode !== 'sync' && mode !== 'async') return error('ERR SCRIPT FLUSH only support SYNC|ASYNC option')
  turn.scripts = PersistentMap.empty()
  return OK
}

const CALL_SYNTAX = 'numkeys [key [key ...]] [arg [arg ...]]'

/** Scripts. */
export const scriptCommands: readonly CommandSpec[] = [
  serverCommand('eval', `script ${CALL_SYNTAX}`, 'Runs a script of Lua on the server.', (turn, session, args) =>
    evaluate(turn, session, args, false, false),
  ),
  serverCommand('evalsha', `sha1 ${CALL_SYNTAX}`, 'Runs a script that the server knows.', (turn, session, args) =>
    evaluate(turn, session, args, true, false),
  ),
  serverCommand('eval_ro', `script ${CALL_SYNTAX}`, 'Runs a script that only reads.', (turn, session, args) =>
    evaluate(turn, session, args, false, true),
  ),
  serverCommand('evalsha_ro', `sha1 ${CALL_SYNTAX}`, 'Runs a known script that only reads.', (turn, session, args) =>
    evaluate(turn, session, args, true, true),
  ),
  containerWithHelp('script', 'Looks after the scripts that the server knows.', [
    serverCommand('script|load', 'script', 'Adds a script without running it.', (turn, _, args) =>
      load(turn, args[2]!),
    ),
    serverCommand('script|exists', 'sha1 [sha1 ...]', 'Tells which scripts are known.', (turn, _, args) =>
      array(args.slice(2).map((sha) => integer(turn.scripts.has(sha.toLowerCase()) ? 1 : 0))),
    ),
    serverCommand('script|flush', '[ASYNC | SYNC]', 'Forgets all scripts.', (turn, _, args) => flush(turn, args)),
    serverCommand('script|kill', '', 'Ends the script under way.', () =>
      error('NOTBUSY No scripts in execution right now.'),
    ),
    serverCommand('script|debug', 'YES | SYNC | NO', 'Chooses how scripts are debugged.', (_turn, _, args) =>
      args[2]!.toLowerCase() === 'no' ? OK : error('ERR Debugging of scripts is not modelled'),
    ),
  ]),
]
