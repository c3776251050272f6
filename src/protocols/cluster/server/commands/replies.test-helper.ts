import type { Reply } from '../../reply.ts'

/** A reply as transcripts write it: `+OK`, `-ERR …`, `:1`, `$text`, null, arrays; maps flattened as in RESP2. */
export type Plain = string | null | readonly Plain[]

/** For tests: a reply in the form that is easy to write down. */
export function plain(reply: Reply): Plain {
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}`
    case 'error':
      return `-${reply.text}`
    case 'integer':
      return `:${reply.value}`
    case 'bulk':
      return `$${reply.bytes}`
    case 'verbatim':
    case 'double':
      return `$${reply.text}`
    case 'boolean':
      return reply.value ? ':1' : ':0'
    case 'null':
    case 'null-array':
      return null
    case 'map':
      return reply.entries.flatMap(([key, value]) => [plain(key), plain(value)])
    case 'array':
    case 'set':
    case 'push':
      return reply.items.map(plain)
  }
}

/** For tests: an array of bulk strings, or a map of them, as one line: `a 1 b 2`. */
export function words(reply: Reply): string {
  return (plain(reply) as readonly string[]).map((word) => word.slice(1)).join(' ')
}
