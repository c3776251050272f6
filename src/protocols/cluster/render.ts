import { unreachable } from '../../base/assert.ts'
import { quote } from './arguments.ts'
import type { Bytes } from './bytes.ts'
import type { Reply } from './reply.ts'

/** A reply as redis-cli shows it to people (cliFormatReplyTTY of 7.0.15), lines apart by `\n`, without one at the end. */
export function renderReply(reply: Reply): string {
  return format(reply, '')
}

function format(reply: Reply, prefix: string): string {
  switch (reply.kind) {
    case 'simple':
      return reply.text
    case 'error':
      return `(error) ${reply.text}`
    case 'integer':
      return `(integer) ${reply.value}`
    case 'bulk':
      return quote(reply.bytes)
    case 'null':
    case 'null-array':
      return '(nil)'
    case 'array':
      return formatItems(reply.items, ')', '(empty array)', prefix)
    case 'set':
      return formatItems(reply.items, '~', '(empty set)', prefix)
    case 'push':
      return formatItems(reply.items, ')', '(empty push)', prefix)
    case 'map':
      return formatMap(reply.entries, prefix)
    case 'boolean':
      return reply.value ? '(true)' : '(false)'
    case 'double':
      return `(double) ${reply.text}`
    case 'verbatim':
      return reply.text
    default:
      return unreachable(reply)
  }
}

/** The number of a line: the first one stands behind what the caller wrote already. */
function numbered(index: number, count: number, mark: string, prefix: string): string {
  const width = String(count).length
  return `${index === 0 ? '' : prefix}${String(index + 1).padStart(width)}${mark} `
}

const deeper = (prefix: string, count: number) => prefix + ' '.repeat(String(count).length + 2)

function formatItems(items: readonly Reply[], mark: string, empty: string, prefix: string): string {
  if (items.length === 0) return empty
  const inner = deeper(prefix, items.length)
  return items.map((item, at) => numbered(at, items.length, mark, prefix) + format(item, inner)).join('\n')
}

function formatMap(entries: readonly (readonly [Reply, Reply])[], prefix: string): string {
  if (entries.length === 0) return '(empty hash)'
  const inner = deeper(prefix, entries.length)
  const line = ([key, value]: readonly [Reply, Reply], at: number) =>
    `${numbered(at, entries.length, '#', prefix)}${format(key, inner)} => ${format(value, inner)}`
  return entries.map(line).join('\n')
}

/** Commands whose texts redis-cli prints as they are, also to people. */
const RAW = new Set([
  'info',
  'lolwut',
  'debug|htstats',
  'debug|htstats-key',
  'debug|client-eviction',
  'memory|malloc-stats',
  'memory|doctor',
  'cluster|nodes',
  'cluster|info',
  'client|list',
  'client|info',
  'latency|graph',
  'latency|doctor',
  'latency|histogram',
  'proxy|info',
])

/** True when redis-cli prints the reply to this command raw ({@link rawReply}). */
export function printsRaw(args: readonly Bytes[]): boolean {
  const [name = '', sub = ''] = args.map((arg) => arg.toLowerCase())
  return RAW.has(name) || RAW.has(`${name}|${sub}`)
}

/** A reply without quotes and numbers (redis-cli --raw). */
export function rawReply(reply: Reply): string {
  switch (reply.kind) {
    case 'simple':
    case 'error':
    case 'double':
    case 'verbatim':
      return reply.text
    case 'integer':
      return String(reply.value)
    case 'bulk':
      return reply.bytes
    case 'null':
    case 'null-array':
      return ''
    case 'boolean':
      return reply.value ? '(true)' : '(false)'
    case 'map':
      return reply.entries.map(([key, value]) => `${rawReply(key)} ${rawReply(value)}`).join('\n')
    case 'array':
    case 'set':
    case 'push':
      return reply.items.map(rawReply).join('\n')
    default:
      return unreachable(reply)
  }
}
