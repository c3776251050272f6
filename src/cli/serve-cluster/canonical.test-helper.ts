import { unreachable } from '../../base/assert.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'

/**
 * Replies in a form in which two runs can be compared: what differs from run to run without meaning (times, random ids,
 * counters, addresses) is masked, what has no order is sorted.
 *
 * Strings carry their RESP type as their first character (`+OK`, `-ERR …`, `$bytes`, `=verbatim`); integers are numbers,
 * or `:<mask>`; null is RESP2's null bulk, `_` RESP3's null, `*` RESP2's null array.
 */
export type Canonical =
  | string
  | number
  | null
  | readonly Canonical[]
  | { readonly '%': readonly (readonly [Canonical, Canonical])[] }
  | { readonly '~': readonly Canonical[] }

/** A node as replies mention it. */
export interface Mentioned {
  readonly name: string
  readonly id: string
  readonly ip: string
  readonly port: number
}

/** The reply to `command`, in canonical form. */
export function canonical(
  reply: Reply,
  resp: 2 | 3,
  command: readonly string[],
  nodes: readonly Mentioned[],
): Canonical {
  return normalize(plain(reply, resp), command, nodes)
}

/** The reply as it is on the wire. */
function plain(reply: Reply, resp: 2 | 3): Canonical {
  const all = (items: readonly Reply[]) => items.map((item) => plain(item, resp))
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}`
    case 'error':
      return `-${reply.text}`
    case 'integer':
      return Number(reply.value)
    case 'bulk':
      return `$${reply.bytes}`
    case 'null':
      return resp === 3 ? '_' : null
    case 'null-array':
      return resp === 3 ? '_' : '*'
    case 'array':
    case 'push':
      return all(reply.items)
    case 'set':
      return resp === 3 ? { '~': all(reply.items) } : all(reply.items)
    case 'map': {
      const pairs = reply.entries.map(([key, value]) => [plain(key, resp), plain(value, resp)] as const)
      return resp === 3 ? { '%': pairs } : pairs.flat()
    }
    case 'boolean':
      return resp === 3 ? `#${reply.value ? 't' : 'f'}` : Number(reply.value)
    case 'double':
      return resp === 3 ? `,${reply.text}` : `$${reply.text}`
    case 'verbatim':
      return resp === 3 ? `=txt:${reply.text}` : `$${reply.text}`
    default:
      return unreachable(reply)
  }
}

/** Masks and sorts; a canonical form stays as it is. */
export function normalize(reply: Canonical, command: readonly string[], nodes: readonly Mentioned[]): Canonical {
  const [name = '', sub = ''] = command.map((word) => word.toLowerCase())
  const isError = typeof reply === 'string' && reply.startsWith('-')
  const masked = maskAll(reply, nodes)
  if (isError) return masked
  switch (name) {
    case 'cluster':
      return ofCluster(sub, masked)
    case 'info':
      return typeof masked === 'string' ? ofInfo(masked) : masked
    case 'role':
      return Array.isArray(masked) ? ofRole(masked) : masked
    case 'config':
      return sub === 'get' ? pairs(masked) : masked
    case 'client':
      return sub === 'list' && typeof masked === 'string' ? ofClientList(masked) : masked
    case 'hello':
      return maskFields(masked, ['id'])
    case 'psync':
      return typeof masked === 'string' ? masked.replace(/[0-9a-f]{40}|<replid>/, '<random-id>') : masked
    case 'keys':
    case 'smembers':
      return Array.isArray(masked) ? sorted(masked) : masked
    default:
      return masked
  }
}

function ofCluster(sub: string, reply: Canonical): Canonical {
  switch (sub) {
    case 'nodes':
      return typeof reply === 'string' ? ofNodes(reply) : reply
    case 'replicas':
    case 'slaves':
      return Array.isArray(reply) ? sorted(reply.map((line) => maskNode(line as string))) : reply
    case 'info':
      return typeof reply === 'string' ? ofClusterInfo(reply) : reply
    case 'shards':
      return ofShards(reply)
    case 'links': {
      const fields = ['create-time', 'events', 'send-buffer-allocated', 'send-buffer-used']
      return Array.isArray(reply) ? sorted(reply.map((link) => maskFields(link, fields))) : reply
    }
    default:
      return reply
  }
}

// ---- Masks ----------------------------------------------------------------------------------------------------

function maskAll(reply: Canonical, nodes: readonly Mentioned[]): Canonical {
  if (typeof reply === 'string') return maskText(reply, nodes)
  if (typeof reply === 'number') {
    const node = nodes.find(({ port }) => port === reply)
    return node === undefined ? reply : `:<port:${node.name}>`
  }
  if (reply === null) return null
  const inner = (each: Canonical) => maskAll(each, nodes)
  if ('%' in reply) return { '%': reply['%'].map(([key, value]) => [inner(key), inner(value)] as const) }
  if ('~' in reply) return { '~': reply['~'].map(inner) }
  return (reply as readonly Canonical[]).map(inner)
}

function maskText(text: string, nodes: readonly Mentioned[]): string {
  let masked = text
  for (const { name, id, ip, port } of nodes) {
    masked = masked
      .replaceAll(id, `<id:${name}>`)
      .replaceAll(`${ip}:${port}@${port + 10_000}`, `<addr:${name}>@<cport:${name}>`)
      .replace(new RegExp(`\\b${ip.replaceAll('.', '\\.')}:${port}\\b`, 'g'), `<addr:${name}>`)
  }
  return masked
}

const sorted = (items: readonly Canonical[]): readonly Canonical[] =>
  items
    .map((item) => [JSON.stringify(item), item] as const)
    .sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0))
    .map(([, item]) => item)

/** Values of these fields become `<field>`, in a map or in its flat form. */
function maskFields(reply: Canonical, fields: readonly string[]): Canonical {
  const mask = (key: Canonical, value: Canonical): Canonical => {
    const field = typeof key === 'string' && key.startsWith('$') ? key.slice(1) : ''
    return fields.includes(field) ? `:<${field}>` : value
  }
  if (Array.isArray(reply)) return reply.map((item, at) => (at % 2 === 1 ? mask(reply[at - 1], item) : item))
  if (typeof reply === 'object' && reply !== null && '%' in reply)
    return { '%': reply['%'].map(([key, value]) => [key, mask(key, value)] as const) }
  return reply
}

/** One line of CLUSTER NODES, perhaps with the type of its string in front. */
function maskNode(line: string): string {
  const words = line.split(' ')
  const [ping, pong] = [words[4], words[5]]
  if (ping === undefined || pong === undefined) return line
  words[0] = words[0]!.replace(/[0-9a-f]{40}/, '<random-id>')
  words[4] = ping === '0' ? '0' : '<ping-sent>'
  words[5] = pong === '0' ? '0' : '<pong-recv>'
  return words.join(' ')
}

function ofNodes(reply: string): string {
  const [, type = '', text = ''] = /^(\$|=txt:)([\s\S]*)$/.exec(reply) ?? []
  const lines = text.split('\n').filter((line) => line !== '')
  return (
    type +
    lines
      .map((line) => `${maskNode(line)}\n`)
      .sort()
      .join('')
  )
}

const CLUSTER_COUNTER = /^cluster_stats_messages_/

function ofClusterInfo(reply: string): string {
  const lines = reply.replaceAll('\r', '').split('\n')
  const kept = lines.filter((line) => !CLUSTER_COUNTER.test(line))
  return kept.join('\n').replace(/(?<=links_buffer_limit_exceeded:).*/, '<n>')
}

/** Statistics whose values say what happened; the others count what a run did besides. */
const TELLING = ['sync_full', 'sync_partial_ok', 'sync_partial_err']
const INFO_MASKS: readonly (readonly [RegExp, string])[] = [
  [/(?<=^(master_repl_|slave_repl_|slave_read_repl_)offset:)\d+$/, '<n>'],
  [
    /(?<=^(second_repl_offset|repl_backlog_first_byte_offset|repl_backlog_histlen|master_last_io_seconds_ago|master_link_down_since_seconds):)\d+$/,
    '<n>',
  ],
  [/(?<=,(offset|lag)=)\d+/g, '<n>'],
  [/(?<=^master_replid2?:)(?!0{40})[0-9a-f]{40}$/, '<replid>'],
]

/** Of INFO: which fields there are, in their order; of statistics some values, else all but offsets and times. */
function ofInfo(reply: string): Canonical {
  const lines = reply
    .replaceAll('\r', '')
    .replace(/^(\$|=txt:)/, '')
    .split('\n')
    .filter((line) => line !== '')
  const isStats = lines[0] === '# Stats'
  return lines.map((line) => {
    const name = line.split(':')[0]!
    if (isStats && !TELLING.includes(name)) return name
    return INFO_MASKS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line)
  })
}

/** Of CLIENT LIST: all fields, with the values that do not depend on memory, time or ports. */
const CLIENT_FIELDS = 'name flags db sub psub ssub multi cmd user redir resp'.split(' ')

function ofClientList(reply: string): string {
  const mask = (field: string) => {
    const [name = ''] = field.split('=', 1)
    return CLIENT_FIELDS.includes(name) ? field : `${name}=<${name}>`
  }
  const [, type = '', text = ''] = /^(\$|=txt:)([\s\S]*)$/.exec(reply) ?? []
  return (
    type +
    text
      .split('\n')
      .map((line) => (line === '' ? '' : line.split(' ').map(mask).join(' ')))
      .join('\n')
  )
}

/** Offsets count the PINGs of the stream, so they depend on when a run began. */
function ofRole(reply: readonly Canonical[]): Canonical {
  const offset = (value: Canonical | undefined): Canonical => (typeof value === 'number' && value < 0 ? value : ':<n>')
  const [role, ...rest] = reply
  if (role === '$slave') return [role, ...rest.slice(0, 3), offset(rest[3])]
  const replicas = (rest[1] as readonly (readonly Canonical[])[]).map(([ip, port]) => [ip!, port!])
  return [role!, offset(rest[0]), replicas]
}

function pairs(reply: Canonical): Canonical {
  if (!Array.isArray(reply) || reply.some((item) => Array.isArray(item))) return reply
  const found: Canonical[] = []
  for (let at = 0; at < reply.length; at += 2) found.push([reply[at]!, reply[at + 1]!])
  return sorted(found)
}

const isMap = (reply: Canonical): reply is { readonly '%': readonly (readonly [Canonical, Canonical])[] } =>
  typeof reply === 'object' && reply !== null && '%' in reply

/** Shards in order of their slots, nodes in order of their ids. */
function ofShards(reply: Canonical): Canonical {
  const node = (each: Canonical) => maskFields(each, ['port', 'replication-offset'])
  const nodes = (each: Canonical) => (Array.isArray(each) ? sorted(each.map(node)) : each)
  const shard = (each: Canonical): Canonical => {
    if (isMap(each)) return { '%': each['%'].map(([key, value]) => [key, key === '$nodes' ? nodes(value) : value]) }
    if (!Array.isArray(each)) return each
    return each.map((item, at) => (each[at - 1] === '$nodes' ? nodes(item) : item))
  }
  return Array.isArray(reply) ? sorted(reply.map(shard)) : reply
}
