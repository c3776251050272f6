import type { Bytes } from './bytes.ts'

/**
 * What a server answers, before it is encoded (RESP2 or RESP3, redis.io "Redis serialization protocol specification").
 * Types that RESP2 lacks are flattened by the encoder: a map to an array, a double to a bulk string, a push to an array.
 */
export type Reply =
  | { readonly kind: 'simple'; readonly text: string }
  /** `ERR …`, `MOVED …`: the text with its code, without the leading dash. */
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'bulk'; readonly bytes: Bytes }
  | { readonly kind: 'null' }
  /** RESP2's `*-1`; RESP3's `_`. */
  | { readonly kind: 'null-array' }
  | { readonly kind: 'array'; readonly items: readonly Reply[] }
  | { readonly kind: 'set'; readonly items: readonly Reply[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Reply, Reply])[] }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Already formatted as Redis prints it: `3.5`, `inf`. */
  | { readonly kind: 'double'; readonly text: string }
  | { readonly kind: 'verbatim'; readonly text: Bytes }
  /** Out of band: a message of a subscription. It answers no command. */
  | { readonly kind: 'push'; readonly items: readonly Reply[] }

export const OK: Reply = { kind: 'simple', text: 'OK' }
export const QUEUED: Reply = { kind: 'simple', text: 'QUEUED' }
export const NULL: Reply = { kind: 'null' }
export const NULL_ARRAY: Reply = { kind: 'null-array' }
export const EMPTY_ARRAY: Reply = { kind: 'array', items: [] }

export const simple = (text: string): Reply => ({ kind: 'simple', text })
/** `text` with its code: `ERR syntax error`. */
export const error = (text: string): Reply => ({ kind: 'error', text })
export const integer = (value: number | bigint): Reply => ({ kind: 'integer', value })
export const bulk = (bytes: Bytes): Reply => ({ kind: 'bulk', bytes })
export const bulkOrNull = (bytes: Bytes | undefined): Reply => (bytes === undefined ? NULL : bulk(bytes))
export const array = (items: readonly Reply[]): Reply => ({ kind: 'array', items })
export const bulks = (items: readonly Bytes[]): Reply => ({ kind: 'array', items: items.map(bulk) })
export const map = (entries: readonly (readonly [Reply, Reply])[]): Reply => ({ kind: 'map', entries })
export const verbatim = (text: Bytes): Reply => ({ kind: 'verbatim', text })
export const push = (items: readonly Reply[]): Reply => ({ kind: 'push', items })

export const SYNTAX_ERROR = error('ERR syntax error')
export const NOT_AN_INTEGER = error('ERR value is not an integer or out of range')
export const NOT_A_FLOAT = error('ERR value is not a valid float')
export const WRONG_TYPE = error('WRONGTYPE Operation against a key holding the wrong kind of value')
