import { unreachable } from '../../base/assert.ts'
import { splitArguments } from './arguments.ts'
import type { Bytes } from './bytes.ts'
import { parseInt64, parseSafeInteger } from './integers.ts'
import { error, NULL, NULL_ARRAY, type Reply } from './reply.ts'

// The wire of clients: "Redis serialization protocol specification", versions 2 and 3, and networking.c of 7.0.

export { quote, splitArguments } from './arguments.ts'
export { printsRaw, rawReply, renderReply } from './render.ts'

const CRLF = '\r\n'

/** One request as an array of bulk strings. */
export function encodeCommand(args: readonly Bytes[]): Bytes {
  let text = `*${args.length}${CRLF}`
  for (const arg of args) text += `$${arg.length}${CRLF}${arg}${CRLF}`
  return text
}

function digits(value: number): number {
  let count = 1
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) count++
  return count
}

/** Bytes of {@link encodeCommand}: what a command adds to a replication offset. */
export function respLength(args: readonly Bytes[]): number {
  let length = digits(args.length) + 3
  for (const arg of args) length += digits(arg.length) + arg.length + 5
  return length
}

const bulkOf = (bytes: Bytes): Bytes => `$${bytes.length}${CRLF}${bytes}${CRLF}`
const lineOf = (text: string): Bytes => (/[\r\n]/.test(text) ? text.replace(/[\r\n]/g, ' ') : text)

/** One answer as the server writes it; an error never holds a line break. */
export function encodeReply(reply: Reply, resp: 2 | 3): Bytes {
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}${CRLF}`
    case 'error':
      return `-${lineOf(reply.text)}${CRLF}`
    case 'integer':
      return `:${reply.value}${CRLF}`
    case 'bulk':
      return bulkOf(reply.bytes)
    case 'null':
      return resp === 2 ? '$-1\r\n' : '_\r\n'
    case 'null-array':
      return resp === 2 ? '*-1\r\n' : '_\r\n'
    case 'array':
      return encodeItems('*', reply.items, resp)
    case 'set':
      return encodeItems(resp === 2 ? '*' : '~', reply.items, resp)
    case 'push':
      return encodeItems(resp === 2 ? '*' : '>', reply.items, resp)
    case 'map': {
      let text = resp === 2 ? `*${reply.entries.length * 2}${CRLF}` : `%${reply.entries.length}${CRLF}`
      for (const [key, value] of reply.entries) text += encodeReply(key, resp) + encodeReply(value, resp)
      return text
    }
    case 'boolean':
      return resp === 2 ? `:${reply.value ? 1 : 0}${CRLF}` : `#${reply.value ? 't' : 'f'}${CRLF}`
    case 'double':
      return resp === 2 ? bulkOf(reply.text) : `,${reply.text}${CRLF}`
    case 'verbatim':
      return resp === 2 ? bulkOf(reply.text) : `=${reply.text.length + 4}${CRLF}txt:${reply.text}${CRLF}`
    default:
      return unreachable(reply)
  }
}

function encodeItems(mark: string, items: readonly Reply[], resp: 2 | 3): Bytes {
  let text = `${mark}${items.length}${CRLF}`
  for (const item of items) text += encodeReply(item, resp)
  return text
}

// ---- Requests -----------------------------------------------------------------------------------------------------

/** PROTO_INLINE_MAX_SIZE: bytes of a line that may come without its end. */
const LINE_MAX = 65_536
/** proto-max-bulk-len: 512 MB. */
const BULK_MAX = 536_870_912
/** Arguments of one command (INT_MAX since 7.0). */
const ARGUMENTS_MAX = 2_147_483_647

/** What has come and is no whole command yet. */
export interface RequestBuffer {
  readonly bytes: Bytes
  /** Arguments of the command under way. */
  readonly args: readonly Bytes[]
  /** How many are still to come; 0 between commands. */
  readonly missing: number
  /** Length of the argument under way; -1: not read yet. */
  readonly bulkLength: number
}

/** A connection of which nothing has been read. */
export const EMPTY_REQUESTS: RequestBuffer = { bytes: '', args: [], missing: 0, bulkLength: -1 }

/** Whole commands, what is left over, and the error after which the server closes the connection (or null). */
export interface ParsedRequests {
  readonly commands: readonly (readonly Bytes[])[]
  readonly rest: RequestBuffer
  readonly error: Reply | null
}

/**
 * Reads what a client sent: commands as arrays of bulk strings, or inline as one line. Call it with what came and with
 * the rest of the last call; cutting the stream elsewhere changes nothing.
 */
export function parseRequests(buffer: RequestBuffer, chunk: Bytes): ParsedRequests {
  return new RequestReader(buffer, chunk).read()
}

/** One call of {@link parseRequests}: it lives no longer. */
class RequestReader {
  private readonly bytes: Bytes
  private at = 0
  private args: Bytes[]
  private missing: number
  private bulkLength: number
  private problem: string | null = null
  private readonly commands: Bytes[][] = []

  constructor(buffer: RequestBuffer, chunk: Bytes) {
    this.bytes = buffer.bytes + chunk
    this.args = buffer.args.slice()
    this.missing = buffer.missing
    this.bulkLength = buffer.bulkLength
  }

  read(): ParsedRequests {
    while (this.problem === null && this.part()) {}
    const { args, missing, bulkLength, problem } = this
    const rest = { bytes: this.bytes.slice(this.at), args, missing, bulkLength }
    return { commands: this.commands, rest, error: problem === null ? null : error(`ERR Protocol error: ${problem}`) }
  }

  /** Reads one more line or argument; false: more bytes are needed. */
  private part(): boolean {
    if (this.bulkLength >= 0) return this.bulk()
    if (this.at >= this.bytes.length) return false
    if (this.missing > 0) return this.bulkHeader()
    return this.bytes.charCodeAt(this.at) === 0x2a ? this.arrayHeader() : this.inline()
  }

  private fail(problem: string): boolean {
    this.problem = problem
    return false
  }

  /** Where the line ends; -1: not yet. `tooBig`: the error when it should have. */
  private endOfLine(mark: string, tooBig: string): number {
    const end = this.bytes.indexOf(mark, this.at)
    if (end >= 0) return end
    if (this.bytes.length - this.at > LINE_MAX) this.fail(tooBig)
    return -1
  }

  private inline(): boolean {
    const end = this.endOfLine('\n', 'too big inline request')
    if (end < 0) return false
    const line = this.bytes.slice(this.at, this.bytes[end - 1] === '\r' && end > this.at ? end - 1 : end)
    const args = splitArguments(line)
    if (args === null) return this.fail('unbalanced quotes in request')
    this.at = end + 1
    if (args.length > 0) this.commands.push(args)
    return true
  }

  /** The number behind the mark of a line that has come as a whole; undefined: it has not. Null: it is no number. */
  private header(tooBig: string): number | null | undefined {
    const end = this.endOfLine('\r', tooBig)
    if (end < 0 || end + 2 > this.bytes.length) return undefined
    const value = parseSafeInteger(this.bytes.slice(this.at + 1, end))
    this.at = end + 2
    return value
  }

  private arrayHeader(): boolean {
    const count = this.header('too big mbulk count string')
    if (count === undefined) return false
    if (count === null || count > ARGUMENTS_MAX) return this.fail('invalid multibulk length')
    this.missing = Math.max(0, count)
    this.args = []
    return true
  }

  private bulkHeader(): boolean {
    const mark = this.bytes[this.at]!
    if (mark !== '$' && this.bytes.includes('\r', this.at)) return this.fail(`expected '$', got '${mark}'`)
    const length = this.header('too big bulk count string')
    if (length === undefined) return false
    if (length === null || length < 0 || length > BULK_MAX) return this.fail('invalid bulk length')
    this.bulkLength = length
    return true
  }

  private bulk(): boolean {
    if (this.bytes.length - this.at < this.bulkLength + 2) return false
    this.args.push(this.bytes.slice(this.at, this.at + this.bulkLength))
    this.at += this.bulkLength + 2
    this.bulkLength = -1
    this.missing--
    if (this.missing > 0) return true
    this.commands.push(this.args)
    this.args = []
    return true
  }
}

// ---- Replies ------------------------------------------------------------------------------------------------------

/** What has come of a server's answers and is not whole yet. `need`: bytes without which trying again is no use. */
export interface ReplyBuffer {
  readonly bytes: Bytes
  readonly need: number
}

/** A connection on which nothing has been answered. */
export const EMPTY_REPLIES: ReplyBuffer = { bytes: '', need: 1 }

/** Whole answers, what is left over, and what made no sense (or null). */
export interface ParsedReplies {
  readonly replies: readonly Reply[]
  readonly rest: ReplyBuffer
  readonly problem: string | null
}

/** Reads what a server sent, of either protocol version. Call it with what came and with the rest of the last call. */
export function parseReplies(buffer: ReplyBuffer, chunk: Bytes): ParsedReplies {
  const bytes = buffer.bytes + chunk
  if (bytes.length < buffer.need) return { replies: [], rest: { bytes, need: buffer.need }, problem: null }
  const reader = new ReplyReader(bytes)
  const replies: Reply[] = []
  for (let reply = reader.read(); reply !== null; reply = reader.read()) replies.push(reply)
  return {
    replies,
    rest: { bytes: bytes.slice(reader.done), need: reader.need - reader.done },
    problem: reader.problem,
  }
}

/** One call of {@link parseReplies}: it lives no longer. */
class ReplyReader {
  /** Behind the last whole answer. */
  done = 0
  need = 1
  problem: string | null = null
  private at = 0

  constructor(private readonly bytes: Bytes) {}

  read(): Reply | null {
    this.need = this.done + 1
    if (this.problem !== null || this.done >= this.bytes.length) return null
    this.at = this.done
    const reply = this.value()
    if (reply !== null) this.done = this.at
    return reply
  }

  private fail(problem: string): null {
    this.problem = problem
    return null
  }

  private line(): string | null {
    const end = this.bytes.indexOf(CRLF, this.at)
    if (end < 0) {
      this.need = this.bytes.length + 1
      return null
    }
    const line = this.bytes.slice(this.at, end)
    this.at = end + 2
    return line
  }

  /** The next answer; null: it is not whole, or makes no sense. */
  private value(): Reply | null {
    const line = this.line()
    if (line === null) return null
    const rest = line.slice(1)
    switch (line[0]) {
      case '+':
        return { kind: 'simple', text: rest }
      case '-':
        return { kind: 'error', text: rest }
      case ':':
      case '(':
        return this.integer(rest)
      case '$':
        return this.bulk(rest, (bytes) => ({ kind: 'bulk', bytes }))
      case '!':
        return this.bulk(rest, (text) => ({ kind: 'error', text }))
      case '=':
        return this.bulk(rest, (text) => ({ kind: 'verbatim', text: text.slice(4) }))
      case '_':
        return NULL
      case '#':
        return { kind: 'boolean', value: rest === 't' }
      case ',':
        return { kind: 'double', text: rest }
      case '*':
        return rest === '-1' ? NULL_ARRAY : this.items(rest, 1, (items) => ({ kind: 'array', items }))
      case '~':
        return this.items(rest, 1, (items) => ({ kind: 'set', items }))
      case '>':
        return this.items(rest, 1, (items) => ({ kind: 'push', items }))
      case '%':
        return this.items(rest, 2, (items) => ({ kind: 'map', entries: pairsOf(items) }))
      default:
        return this.fail(`a reply starts with ${JSON.stringify(line[0] ?? '')}`)
    }
  }

  private integer(text: string): Reply | null {
    const value = parseInt64(text)
    return value === null ? this.fail(`not an integer: ${JSON.stringify(text)}`) : { kind: 'integer', value }
  }

  private bulk(length: string, make: (bytes: Bytes) => Reply): Reply | null {
    const count = parseSafeInteger(length)
    if (count === null || count < -1) return this.fail(`not a length: ${JSON.stringify(length)}`)
    if (count === -1) return NULL
    if (this.bytes.length < this.at + count + 2) {
      this.need = this.at + count + 2
      return null
    }
    const bytes = this.bytes.slice(this.at, this.at + count)
    this.at += count + 2
    return make(bytes)
  }

  private items(length: string, each: number, make: (items: Reply[]) => Reply): Reply | null {
    const count = parseSafeInteger(length)
    if (count === null || count < 0) return this.fail(`not a length: ${JSON.stringify(length)}`)
    const items: Reply[] = []
    while (items.length < count * each) {
      const item = this.value()
      if (item === null) return null
      items.push(item)
    }
    return make(items)
  }
}

function pairsOf(items: readonly Reply[]): (readonly [Reply, Reply])[] {
  const pairs: (readonly [Reply, Reply])[] = []
  for (let at = 0; at < items.length; at += 2) pairs.push([items[at]!, items[at + 1]!])
  return pairs
}
