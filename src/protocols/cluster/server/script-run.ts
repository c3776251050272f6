import { unreachable } from '../../../base/assert.ts'
import type { Bytes } from '../bytes.ts'
import { INT64_MIN } from '../integers.ts'
import { lacksReplicas } from '../replication/wait.ts'
import { array, bulk, error, integer, map, NULL, type Reply, simple } from '../reply.ts'
import { type Arguments, type Library, libraryFunction, libraryTable } from '../scripting/arguments.ts'
import { Interpreter } from '../scripting/interpreter.ts'
import { JSON_NULL, jsonLibrary } from '../scripting/json.ts'
import { baseLibrary, bitLibrary, mathLibrary, tableLibrary } from '../scripting/library.ts'
import { plainText, stringLibrary } from '../scripting/strings.ts'
import { general, LuaError, LuaTable, type LuaValue } from '../scripting/values.ts'
import { sha1 } from '../sha1.ts'
import { keySlot } from '../slots.ts'
import type { Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { executeByServer, runData, type Unit } from './execute.ts'
import { type Known, keysOf, recognise } from './known.ts'
import { refusal } from './routing.ts'
import type { Script } from './scripts.ts'
import { propagateUnit } from './units.ts'

/** Runs a script for a session: its writes go into the stream together (EVAL, script.c and script_lua.c of 7.0). */
export function runScript(
  turn: Turn,
  session: Session,
  script: Script,
  keys: readonly Bytes[],
  args: readonly Bytes[],
  isReadOnly: boolean,
): Reply {
  const outer = turn.unit
  const unit: Unit = outer ?? []
  turn.unit = unit
  const answer = new ScriptRun(turn, session, unit, isReadOnly, mustStayInSlot(script, keys)).answer(script, keys, args)
  turn.unit = outer
  if (outer === null) propagateUnit(turn, unit)
  return answer
}

/** The slot of its declared keys that a script with flags may not leave; undefined: any, null: that of the first key it uses. */
function mustStayInSlot({ flags }: Script, keys: readonly Bytes[]): number | null | undefined {
  if (flags === null || flags.has('allow-cross-slot-keys')) return undefined
  return keys[0] === undefined ? null : keySlot(keys[0])
}

/** An error as scripts handle it: a table with the text of the reply. */
const errorTable = (text: string): LuaTable => LuaTable.of({ err: text })

/** The text of an error reply that a script makes up: with a code when it begins with a dash. */
function errorText(given: Bytes): string {
  const text = given.replace(/[\r\n]+$/, '')
  if (!text.startsWith('-')) return given.includes(' ') ? text : `ERR ${text}`
  return text.includes(' ') ? text.slice(1) : `ERR ${text.slice(1)}`
}

const LOG_LEVELS = { LOG_DEBUG: 0, LOG_VERBOSE: 1, LOG_NOTICE: 2, LOG_WARNING: 3 }
const REPLICATION = { REPL_NONE: 0, REPL_AOF: 1, REPL_SLAVE: 2, REPL_REPLICA: 2, REPL_ALL: 3 }
const VERSION = { REDIS_VERSION: '7.0.15', REDIS_VERSION_NUM: 0x70_00_0f }

class ScriptRun {
  private readonly session: Session

  constructor(
    private readonly turn: Turn,
    session: Session,
    private readonly unit: Unit,
    private readonly isReadOnly: boolean,
    /** See {@link mustStayInSlot}. */
    private slot: number | null | undefined,
  ) {
    // Scripts speak RESP2, whatever their client does.
    this.session = { ...session, resp: 2 }
  }

  answer({ chunk, sha }: Script, keys: readonly Bytes[], args: readonly Bytes[]): Reply {
    const globals = new LuaTable()
    const strings = libraryTable(stringLibrary(() => interpreter))
    const interpreter = new Interpreter(globals, strings)
    const base = baseLibrary(
      () => interpreter,
      ({ value }) => value,
    )
    for (const [name, run] of Object.entries(base)) globals.set(name, libraryFunction(name, run))
    globals.set('string', strings)
    globals.set('table', libraryTable(tableLibrary(() => interpreter)))
    globals.set('math', libraryTable(mathLibrary(), { pi: Math.PI, huge: Number.POSITIVE_INFINITY }))
    globals.set('bit', libraryTable(bitLibrary))
    globals.set('cjson', libraryTable(jsonLibrary, { null: JSON_NULL }))
    globals.set('redis', libraryTable(this.redisLibrary(), { ...LOG_LEVELS, ...REPLICATION, ...VERSION }))
    globals.set('KEYS', LuaTable.from(keys))
    globals.set('ARGV', LuaTable.from(args))
    globals.set('_G', globals)
    globals.isFrozen = true
    try {
      return toReply(interpreter.run(chunk)[0])
    } catch (problem) {
      if (!(problem instanceof LuaError)) throw problem
      return error(`${messageOf(problem.value)} script: ${sha}, on @user_script:${problem.line}.`)
    }
  }

  private redisLibrary(): Library {
    return {
      call: (args) => {
        const answer = this.command(args)
        if (answer.kind === 'error') throw new LuaError(errorTable(answer.text), args.line)
        return [toLua(answer)]
      },
      pcall: (args) => [toLua(this.command(args))],
      error_reply: (args) => [errorTable(errorText(args.text(0)))],
      status_reply: (args) => [LuaTable.of({ ok: args.text(0) })],
      sha1hex: (args) => [sha1(args.text(0))],
      log: () => [],
      setresp: (args) => {
        if (args.integer(0) !== 2)
          throw new LuaError(errorTable('ERR RESP version must be 2 here: 3 is not modelled'), args.line)
        return []
      },
      set_repl: () => [],
      replicate_commands: () => [true],
      acl_check_cmd: () => [true],
      breakpoint: () => [false],
      debug: () => [],
    }
  }

  /** `redis.call`: one command, with the checks of scriptCall in their order. */
  private command(given: Arguments): Reply {
    if (given.count === 0) return error('ERR Please specify at least one argument for this redis.call()')
    const args: Bytes[] = []
    for (const value of given.all) {
      if (typeof value !== 'string' && typeof value !== 'number') {
        return error('ERR Lua redis lib command arguments must be strings or integers')
      }
      args.push(typeof value === 'string' ? value : general(value, 17))
    }
    const known = recognise(args)
    if (!('spec' in known)) return unknown(known)
    return this.denial(known, args) ?? this.execute(known, args)
  }

  private denial(known: Known, args: readonly Bytes[]): Reply | null {
    const { turn } = this
    const { upstream } = turn.replication
    if (known.spec.flags.includes('noscript')) return error('ERR This Redis command is not allowed from script')
    if (known.write) {
      if (this.isReadOnly) return error('ERR Write commands are not allowed from read-only scripts.')
      if (upstream !== null && turn.options.replicaReadOnly)
        return error("READONLY You can't write against a read only replica.")
      if (lacksReplicas(turn)) return error('NOREPLICAS Not enough good replicas to write.')
    }
    return known.routed ? this.wrongNode(known, args) : null
  }

  /** A script may use the keys of this node only (scriptVerifyClusterState). */
  private wrongNode(known: Known, args: readonly Bytes[]): Reply | null {
    const keys = keysOf(known, args)
    if (keys.length === 0) return null
    const { write, asking, migrate, shard } = known
    const refused = refusal(this.turn, this.session, { keys, write, asking, migrate, shard })
    if (refused === null) return this.leavesSlot(keySlot(keys[0]!))
    const text = refused.kind === 'error' ? refused.text : ''
    if (text.endsWith('only accepts read commands')) {
      return error('ERR Script attempted to execute a write command while the cluster is down and readonly')
    }
    if (text.endsWith('The cluster is down')) {
      return error('ERR Script attempted to execute a command while the cluster is down')
    }
    return error('ERR Script attempted to access a non local key in a cluster node')
  }

  private leavesSlot(slot: number): Reply | null {
    if (this.slot === null) this.slot = slot
    if (this.slot === undefined || this.slot === slot) return null
    return error('ERR Script attempted to access keys that do not hash to the same slot')
  }

  private execute(known: Known, args: readonly Bytes[]): Reply {
    const { run } = known.spec
    if (run.scope === 'data') return runData(this.turn, this.session, known, run.execute, args, this.unit).reply
    propagateUnit(this.turn, this.unit.splice(0))
    return executeByServer(this.turn, this.session, known, args) ?? NULL
  }
}

/** The table's words for a command that scripts cannot call. */
function unknown(refused: Reply): Reply {
  const isArity = refused.kind === 'error' && refused.text.startsWith('ERR wrong number')
  return error(
    `ERR ${isArity ? 'Wrong number of args calling' : 'Unknown'} Redis command ${isArity ? '' : 'called '}from script`,
  )
}

/** The text of an error that nobody caught. */
function messageOf(value: LuaValue): string {
  if (!(value instanceof LuaTable)) return `ERR ${plainText(value)}`
  const text = value.get('err')
  return typeof text === 'string' ? text : 'ERR unknown error'
}

/** What a command answers as a value of Lua (script_lua.c, conversions of RESP2). */
function toLua(reply: Reply): LuaValue {
  switch (reply.kind) {
    case 'simple':
      return LuaTable.of({ ok: reply.text })
    case 'error':
      return errorTable(reply.text)
    case 'integer':
      return Number(reply.value)
    case 'bulk':
      return reply.bytes
    case 'verbatim':
    case 'double':
      return reply.text
    case 'boolean':
      return reply.value ? 1 : 0
    case 'null':
    case 'null-array':
      return false
    case 'array':
    case 'set':
    case 'push':
      return LuaTable.from(reply.items.map(toLua))
    case 'map':
      return LuaTable.from(reply.entries.flat().map(toLua))
    default:
      return unreachable(reply)
  }
}

/** What a script returned as a reply. */
function toReply(value: LuaValue): Reply {
  if (value === undefined || value === false) return NULL
  if (value === true) return integer(1)
  if (typeof value === 'string') return bulk(value)
  if (typeof value === 'number') return integer(truncated(value))
  if (!(value instanceof LuaTable)) return NULL
  const failed = value.get('err')
  if (typeof failed === 'string') return error(failed.replace(/[\r\n]+/g, ' '))
  const ok = value.get('ok')
  if (typeof ok === 'string') return simple(ok.replace(/[\r\n]/g, ' '))
  const double = value.get('double')
  if (typeof double === 'number') return { kind: 'double', text: general(double, 17) }
  const entries = value.get('map')
  if (entries instanceof LuaTable) return map(pairsOf(entries).map(([key, it]) => [toReply(key), toReply(it)]))
  const members = value.get('set')
  if (members instanceof LuaTable) return { kind: 'set', items: pairsOf(members).map(([key]) => toReply(key)) }
  return array(value.list.map(toReply))
}

const pairsOf = ({ list, rest }: LuaTable): (readonly [LuaValue, LuaValue])[] => [
  ...list.map((value, at) => [at + 1, value] as const),
  ...rest,
]

/** As C casts a double to 64 bits: the fraction is lost, and what does not fit becomes the least integer. */
function truncated(value: number): number | bigint {
  const whole = Math.trunc(value)
  if (Number.isSafeInteger(whole)) return whole + 0
  return Math.abs(whole) < 0x8000_0000_0000_0000 ? BigInt(whole) : INT64_MIN
}
