import { assert, present } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import type { CommandTable, DataCall } from '../commands/types.ts'
import { parseInt64 } from '../integers.ts'
import type { Entry } from '../keyspace.ts'
import type { Message } from '../messages.ts'
import { error, NOT_AN_INTEGER, OK, type Reply, SYNTAX_ERROR, simple } from '../reply.ts'
import { liveEntry } from '../server/expire.ts'
import { changeSession, reply } from '../server/sessions.ts'
import type { Busy } from '../state.ts'
import type { Turn } from '../turn.ts'
import { actorAt } from './boot.ts'
import { propagate } from './stream.ts'

/** MIGRATE: the server stops, sends keys to another one as its client, and deletes those that were acknowledged. */

type Migration = Extract<Busy, { kind: 'migrate' }>

/** What the arguments say. Times in ms. */
interface Migrate {
  readonly ip: Bytes
  readonly port: number
  readonly db: Bytes
  readonly timeoutMs: number
  readonly keys: readonly Bytes[]
  readonly copy: boolean
  readonly replace: boolean
  /** `AUTH password`, `AUTH user password`; null: none. */
  readonly auth: readonly Bytes[] | null
}

const KEYS_NEED_EMPTY = error('ERR When using MIGRATE KEYS option, the key argument must be set to the empty string')
const WRITE_FAILED = error('IOERR error or timeout writing to target instance')
const READ_FAILED = error('IOERR error or timeout reading to target instance')

/** Timeout when none above 0 is given. */
const TIMEOUT_MS = 1000

/** Index of the first key behind KEYS; null: there is no such option. */
function keysStart(args: readonly Bytes[]): number | null {
  for (let at = 6; at < args.length; at++) {
    const word = args[at]!.toLowerCase()
    if (word === 'keys') return at + 1
    if (word === 'auth') at += 1
    if (word === 'auth2') at += 2
  }
  return null
}

/** The keys of a MIGRATE, for routing: the third argument, or those behind KEYS. Both is an error: then there are none. */
export function migrateKeys(args: readonly Bytes[]): readonly Bytes[] {
  const start = keysStart(args)
  if (start === null) return [args[3]!]
  return args[3] === '' ? args.slice(start) : []
}

interface OptionWords {
  copy: boolean
  replace: boolean
  auth: readonly Bytes[] | null
  keys: readonly Bytes[]
}

/** `MIGRATE host port key db timeout [COPY] [REPLACE] [AUTH password | AUTH2 user password] [KEYS key…]`. */
function parse(args: readonly Bytes[]): Migrate | Reply {
  const options = parseOptions(args)
  if ('kind' in options) return options
  const timeout = parseInt64(args[5]!)
  const db = parseInt64(args[4]!)
  if (timeout === null || db === null) return NOT_AN_INTEGER
  const timeoutMs = timeout > 0 ? Number(timeout) : TIMEOUT_MS
  return { ip: args[1]!, port: Number.parseInt(args[2]!, 10), db: args[4]!, timeoutMs, ...options }
}

function parseOptions(args: readonly Bytes[]): OptionWords | Reply {
  const options: OptionWords = { copy: false, replace: false, auth: null, keys: [args[3]!] }
  for (let at = 6; at < args.length; at++) {
    const more = args.length - 1 - at
    switch (args[at]!.toLowerCase()) {
      case 'copy':
        options.copy = true
        break
      case 'replace':
        options.replace = true
        break
      case 'auth':
        if (more < 1) return SYNTAX_ERROR
        options.auth = ['AUTH', args[++at]!]
        break
      case 'auth2':
        if (more < 2) return SYNTAX_ERROR
        options.auth = ['AUTH', args[at + 1]!, args[at + 2]!]
        at += 2
        break
      case 'keys':
        if (args[3] !== '') return KEYS_NEED_EMPTY
        options.keys = args.slice(at + 1)
        return options
      default:
        return SYNTAX_ERROR
    }
  }
  return options
}

/** The command itself. Null: the server is busy, and {@link receiveMigrationAnswer} or {@link endMigration} answers. */
export function migrate(turn: Turn, session: NodeId, args: readonly Bytes[], commands: CommandTable): Reply | null {
  const parsed = parse(args)
  if ('kind' in parsed) return parsed
  const found: (readonly [Bytes, Entry])[] = []
  for (const key of parsed.keys) {
    const entry = liveEntry(turn, key)
    if (entry !== undefined) found.push([key, entry])
  }
  if (found.length === 0) return simple('NOKEY')
  const target = actorAt(turn.config, parsed.ip, parsed.port)
  if (target === undefined) return WRITE_FAILED
  const restores = found.map(([key, { expireAtMs }]) => {
    const ttl = expireAtMs === null ? 0 : Math.max(1, expireAtMs - turn.nowMs)
    const restore = ['RESTORE-ASKING', key, `${ttl}`, payload(turn, key, commands)]
    return parsed.replace ? [...restore, 'REPLACE'] : restore
  })
  const keys = found.map(([key]) => key)
  start(turn, session, target, parsed, keys, restores)
  return null
}

/** What DUMP gives for a key that is there. */
function payload(turn: Turn, key: Bytes, commands: CommandTable): Bytes {
  const run = present(commands.get('dump'), 'DUMP').run
  assert(run.scope === 'data', 'DUMP is a command over the keyspace')
  const { db, nowMs } = turn
  const call: DataCall = { db, nowMs, resp: 2, fromMaster: false, retry: false, random: () => turn.random() }
  const { reply } = run.execute(call, ['DUMP', key])
  assert(reply.kind === 'bulk', 'DUMP of a key that is there gives a payload')
  return reply.bytes
}

function start(
  turn: Turn,
  session: NodeId,
  target: NodeId,
  { db, timeoutMs, copy, auth }: Migrate,
  keys: readonly Bytes[],
  restores: readonly (readonly Bytes[])[],
): void {
  const connection = ++turn.outgoing
  const controls = auth === null ? [['SELECT', db]] : [auth, ['SELECT', db]]
  turn.send(target, { kind: 'Request', connection, commands: [...controls, ...restores] })
  turn.setTimer('busy', timeoutMs)
  turn.busy = {
    kind: 'migrate',
    session,
    target,
    connection,
    keys,
    copy,
    timeoutMs,
    controls: controls.length,
    replies: 0,
    moved: [],
    error: null,
    isRefused: false,
  }
}

type Answer = Extract<Message, { kind: 'Replies' | 'Closed' }>

/** Something came from the target of the MIGRATE under way: answers, or the end of the connection. */
export function receiveMigrationAnswer(turn: Turn, message: Answer): void {
  const { busy } = turn
  if (busy?.kind !== 'migrate') return
  if (message.kind === 'Closed') {
    finish(turn, busy, busy.controls > 0 && busy.error === null ? WRITE_FAILED : READ_FAILED, false)
    return
  }
  const next = message.replies.reduce(withReply, busy)
  turn.busy = next
  if (next.replies === next.keys.length) finish(turn, next, OK, true)
  else turn.setTimer('busy', next.timeoutMs)
}

/** Only the first error is told. One of AUTH or SELECT spoils all keys, one of a key only that key. */
function withReply(busy: Migration, answer: Reply): Migration {
  const failed = answer.kind === 'error' ? answer.text : null
  const error = busy.error ?? failed
  if (busy.controls > 0) {
    return { ...busy, controls: busy.controls - 1, error, isRefused: busy.isRefused || failed !== null }
  }
  const key = busy.keys[busy.replies]
  if (key === undefined) return busy
  const isMoved = failed === null && !busy.isRefused
  return { ...busy, replies: busy.replies + 1, error, moved: isMoved ? [...busy.moved, key] : busy.moved }
}

/** The timer of the MIGRATE under way went off: the target was silent for too long. */
export function endMigration(turn: Turn): void {
  if (turn.busy?.kind === 'migrate') finish(turn, turn.busy, READ_FAILED, true)
}

/** Acknowledged keys are deleted here, and in the replicas; the client gets the target's first error, or `outcome`. */
function finish(turn: Turn, busy: Migration, outcome: Reply, isOpen: boolean): void {
  const { target, connection, session, moved, copy } = busy
  turn.busy = null
  turn.clearTimer('busy')
  if (isOpen) turn.send(target, { kind: 'Closed', of: 'client', number: connection, byOpener: true })
  if (!copy && moved.length > 0) {
    for (const key of moved) turn.db = turn.db.delete(key)
    propagate(turn, ['DEL', ...moved])
    turn.note('keys-migrated', moved.length)
    if (turn.sessions.has(session)) changeSession(turn, session, { writeOffset: turn.replication.offset })
  }
  reply(turn, session, busy.error === null ? outcome : error(`ERR Target instance replied with error: ${busy.error}`))
}
