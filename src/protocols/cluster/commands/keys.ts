import type { Bytes } from '../bytes.ts'
import { globMatches } from '../glob.ts'
import { isCanonicalInteger } from '../integers.ts'
import type { Entry, Keyspace } from '../keyspace.ts'
import { array, bulk, bulks, integer, NULL, OK, type Reply, simple } from '../reply.ts'
import { encodingOf } from '../values.ts'
import { answer, changed, integerArgument, isWord, refuse, refuseSyntax, rewritten } from './call.ts'
import { expireTime, type TimeUnit } from './expire-time.ts'
import { type CommandSpec, container, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'

/** True when a walk over the keyspace must not show the entry: its time is over. */
export const isOver = ({ expireAtMs }: Entry, nowMs: number): boolean => expireAtMs !== null && expireAtMs < nowMs

function del(call: DataCall, args: readonly Bytes[]): DataOutcome {
  let db = call.db
  for (let at = 1; at < args.length; at++) db = db.delete(args[at]!)
  return changed(integer(call.db.size - db.size), db)
}

function exists(call: DataCall, args: readonly Bytes[]): DataOutcome {
  let count = 0
  for (let at = 1; at < args.length; at++) if (call.db.has(args[at]!)) count++
  return answer(call, integer(count))
}

function type(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, simple(call.db.get(args[1]!)?.value.type ?? 'none'))
}

function keys(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const pattern = args[1]!
  const found: Bytes[] = []
  for (const [key, entry] of call.db.entries()) {
    if (!isOver(entry, call.nowMs) && (pattern === '*' || globMatches(pattern, key))) found.push(key)
  }
  return answer(call, bulks(found))
}

/** How often RANDOMKEY draws again when the key that it drew is over. */
const DRAWS_MAX = 100

function randomkey(call: DataCall): DataOutcome {
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const key = call.db.randomKey(call.random())
    if (key === undefined) break
    if (!isOver(call.db.get(key)!, call.nowMs)) return answer(call, bulk(key))
  }
  return answer(call, NULL)
}

const rename =
  (onlyNew: boolean): DataCommand =>
  (call, args) => {
    const [, from, to] = args as [Bytes, Bytes, Bytes]
    const entry = call.db.get(from)
    if (entry === undefined) return refuse('ERR no such key')
    const done = onlyNew ? integer(1) : OK
    if (from === to) return answer(call, onlyNew ? integer(0) : OK)
    if (onlyNew && call.db.has(to)) return answer(call, integer(0))
    return changed(done, moveTo(call.db.delete(from), to, entry))
  }

/** The key is added anew: it becomes the youngest of its slot, whatever stood there. */
const moveTo = (db: Keyspace, key: Bytes, { value, expireAtMs }: Entry): Keyspace =>
  db.delete(key).set(key, { value, expireAtMs })

function copy(call: DataCall, args: readonly Bytes[]): DataOutcome {
  let replace = false
  let database = 0
  for (let at = 3; at < args.length; at++) {
    if (isWord(args[at], 'replace')) replace = true
    else if (isWord(args[at], 'db') && at + 1 < args.length) database = integerArgument(args[++at]!)
    else refuseSyntax()
  }
  if (database < 0 || database > 15) return refuse('ERR DB index is out of range')
  if (database !== 0) return refuse('ERR Copying to another database is not allowed in cluster mode')
  const [, from, to] = args as [Bytes, Bytes, Bytes]
  if (from === to) return refuse('ERR source and destination objects are the same')
  const entry = call.db.get(from)
  if (entry === undefined || (call.db.has(to) && !replace)) return answer(call, integer(0))
  return changed(integer(1), moveTo(call.db, to, entry))
}

// ---- Time to live -------------------------------------------------------------------------------------------------

type Condition = 'nx' | 'xx' | 'gt' | 'lt'
const CONDITIONS: readonly Condition[] = ['nx', 'xx', 'gt', 'lt']

function readConditions(args: readonly Bytes[]): ReadonlySet<Condition> {
  const conditions = new Set<Condition>()
  for (const arg of args.slice(3)) {
    const condition = CONDITIONS.find((name) => isWord(arg, name))
    if (condition === undefined) return refuse(`ERR Unsupported option ${arg}`)
    conditions.add(condition)
  }
  if (conditions.has('nx') && conditions.size > 1) {
    refuse('ERR NX and XX, GT or LT options at the same time are not compatible')
  }
  if (conditions.has('gt') && conditions.has('lt')) {
    refuse('ERR GT and LT options at the same time are not compatible')
  }
  return conditions
}

/** A key without an end counts as one that ends last. */
function holds(condition: Condition, oldMs: number | null, newMs: number): boolean {
  if (condition === 'nx') return oldMs === null
  if (condition === 'xx') return oldMs !== null
  if (condition === 'gt') return oldMs !== null && newMs > oldMs
  return oldMs === null || newMs < oldMs
}

const expire =
  (name: string, unit: TimeUnit): DataCommand =>
  (call, args) => {
    const conditions = readConditions(args)
    const key = args[1]!
    const time = expireTime(args[2]!, unit, call.nowMs, name)
    const entry = call.db.get(key)
    if (entry === undefined) return answer(call, integer(0))
    for (const condition of conditions) {
      if (!holds(condition, entry.expireAtMs, time.ms)) return answer(call, integer(0))
    }
    if (time.ms <= call.nowMs && !call.fromMaster) return rewritten(integer(1), call.db.delete(key), ['DEL', key])
    const db = call.db.set(key, { value: entry.value, expireAtMs: time.ms })
    if (!unit.seconds && !unit.relative) return changed(integer(1), db)
    return rewritten(integer(1), db, ['PEXPIREAT', key, time.text, ...args.slice(3)])
  }

const inSeconds = (ms: number): number => Math.floor((ms + 500) / 1000)

const timeLeft =
  (seconds: boolean, absolute: boolean): DataCommand =>
  (call, args) => {
    const entry = call.db.get(args[1]!)
    if (entry === undefined) return answer(call, integer(-2))
    if (entry.expireAtMs === null) return answer(call, integer(-1))
    const ms = absolute ? entry.expireAtMs : Math.max(0, entry.expireAtMs - call.nowMs)
    return answer(call, integer(seconds ? inSeconds(ms) : ms))
  }

function persist(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const entry = call.db.get(args[1]!)
  if (entry === undefined || entry.expireAtMs === null) return answer(call, integer(0))
  return changed(integer(1), call.db.set(args[1]!, { value: entry.value, expireAtMs: null }))
}

// ---- OBJECT -------------------------------------------------------------------------------------------------------

const NOT_TRACKED = [
  'ERR An LFU maxmemory policy is not selected, access frequency not tracked.',
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
].join(' ')

const object =
  (show: (entry: Entry) => Reply): DataCommand =>
  (call, args) => {
    const entry = call.db.get(args[2]!)
    return answer(call, entry === undefined ? NULL : show(entry))
  }

/** Small integers are shared objects (OBJ_SHARED_INTEGERS). */
const SHARED_BELOW = 10_000
const SHARED_REFERENCES = 2_147_483_647

function references({ value }: Entry): Reply {
  const shared =
    value.type === 'string' &&
    value.form === 'auto' &&
    isCanonicalInteger(value.bytes) &&
    Number(value.bytes) >= 0 &&
    Number(value.bytes) < SHARED_BELOW
  return integer(shared ? SHARED_REFERENCES : 1)
}

const OBJECT_HELP = [
  'OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
  'ENCODING <key>',
  '    Return the kind of internal representation used in order to store the value',
  '    associated with a <key>.',
  'FREQ <key>',
  '    Return the access frequency index of the <key>. The returned integer is',
  '    proportional to the logarithm of the recent access frequency of the key.',
  'IDLETIME <key>',
  '    Return the idle time of the <key>, that is the approximated number of',
  '    seconds elapsed since the last access to the key.',
  'REFCOUNT <key>',
  '    Return the number of references of the value associated with the specified',
  '    <key>.',
  'HELP',
  '    Print this help.',
]

const OBJECT = container('object', 'A container for object introspection commands', [
  dataCommand(
    'object|encoding',
    'key',
    'Inspect the internal encoding of a Redis object',
    object(({ value }) => bulk(encodingOf(value))),
  ),
  dataCommand(
    'object|freq',
    'key',
    'Get the logarithmic access frequency counter of a Redis object',
    object(() => refuse(NOT_TRACKED)),
  ),
  dataCommand(
    'object|idletime',
    'key',
    'Get the time since a Redis object was last accessed',
    object(() => integer(0)),
  ),
  dataCommand('object|refcount', 'key', 'Get the number of references to the value of the key', object(references)),
  dataCommand('object|help', '', 'Show helpful text about the different subcommands', (call) =>
    answer(call, array(OBJECT_HELP.map(simple))),
  ),
])

/** Commands on keys of any type. */
export const keyCommands: readonly CommandSpec[] = [
  dataCommand('del', 'key [key ...]', 'Delete a key', del),
  dataCommand(
    'unlink',
    'key [key ...]',
    'Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.',
    del,
  ),
  dataCommand('exists', 'key [key ...]', 'Determine if a key exists', exists),
  dataCommand(
    'touch',
    'key [key ...]',
    'Alters the last access time of a key(s). Returns the number of existing keys specified.',
    exists,
  ),
  dataCommand('type', 'key', 'Determine the type stored at key', type),
  dataCommand('keys', 'pattern', 'Find all keys matching the given pattern', keys),
  dataCommand('randomkey', '', 'Return a random key from the keyspace', randomkey),
  dataCommand('rename', 'key newkey', 'Rename a key', rename(false)),
  dataCommand('renamenx', 'key newkey', 'Rename a key, only if the new key does not exist', rename(true)),
  dataCommand('copy', 'source destination [DB destination-db] [REPLACE]', 'Copy a key', copy),
  dataCommand(
    'expire',
    'key seconds [NX | XX | GT | LT]',
    "Set a key's time to live in seconds",
    expire('expire', { seconds: true, relative: true }),
  ),
  dataCommand(
    'pexpire',
    'key milliseconds [NX | XX | GT | LT]',
    "Set a key's time to live in milliseconds",
    expire('pexpire', { seconds: false, relative: true }),
  ),
  dataCommand(
    'expireat',
    'key unix-time-seconds [NX | XX | GT | LT]',
    'Set the expiration for a key as a UNIX timestamp',
    expire('expireat', { seconds: true, relative: false }),
  ),
  dataCommand(
    'pexpireat',
    'key unix-time-milliseconds [NX | XX | GT | LT]',
    'Set the expiration for a key as a UNIX timestamp specified in milliseconds',
    expire('pexpireat', { seconds: false, relative: false }),
  ),
  dataCommand('ttl', 'key', 'Get the time to live for a key in seconds', timeLeft(true, false)),
  dataCommand('pttl', 'key', 'Get the time to live for a key in milliseconds', timeLeft(false, false)),
  dataCommand('expiretime', 'key', 'Get the expiration Unix timestamp for a key', timeLeft(true, true)),
  dataCommand(
    'pexpiretime',
    'key',
    'Get the expiration Unix timestamp for a key in milliseconds',
    timeLeft(false, true),
  ),
  dataCommand('persist', 'key', 'Remove the expiration from a key', persist),
  OBJECT,
]
