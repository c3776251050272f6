import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate'
import { present } from '../base/assert.ts'
import type { Micros } from '../base/brand.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { formatDuration, parseDuration } from '../base/units.ts'
import { TEXT_MAX } from './parser.ts'

/** What a link carries: an experiment, and where the reader stands in it. */
export interface LinkContent {
  readonly text: string
  /** The instant to show. */
  readonly at?: Micros
  /** Id of the lesson. */
  readonly lesson?: string
  /** Id of the lesson's step. */
  readonly step?: string
}

export type EncodedLink =
  /** The part behind `#/raft?`. */
  | { readonly kind: 'link'; readonly query: string }
  /** Longer than {@link LINK_MAX}: offer a file. */
  | { readonly kind: 'too-long'; readonly length: number }

/** The longest query, in characters: what mail programs and chats let through. Also bounds what a reader inflates. */
export const LINK_MAX = 6_144

/** The version of the text form that {@link encodeLink} writes: `x=1.<base64url(deflate-raw(text))>`. */
const VERSION = 1

/** How a text of version v becomes one of version v + 1. */
type Upgrades = ReadonlyMap<number, (text: string) => string>

/** Every change of the text form that breaks old texts raises {@link VERSION} and adds a row here. */
const UPGRADES: Upgrades = new Map()

/** The query of the link to this content, or its length when that is too much for a link. */
export function encodeLink(content: LinkContent): EncodedLink {
  const packed = toBase64Url(deflateSync(strToU8(content.text), { level: 9 }))
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['t', content.at === undefined ? undefined : formatDuration(content.at)],
    ['lesson', content.lesson],
    ['step', content.step],
  ]
  const rest = fields.map(([name, value]) => (value === undefined ? '' : `&${name}=${encodeURIComponent(value)}`))
  const query = `x=${VERSION}.${packed}${rest.join('')}`
  return query.length > LINK_MAX ? { kind: 'too-long', length: query.length } : { kind: 'link', query }
}

/** Reads the part behind `#/raft?` (a `?` before it is fine). The error is a sentence for the reader. */
export function decodeLink(query: string): Result<LinkContent, string> {
  if (query.length > LINK_MAX)
    return fail(`The link has ${query.length} characters; no link has more than ${LINK_MAX}.`)
  const fields = readFields(query)
  const packed = fields.get('x')
  if (packed === undefined) return fail('The link carries no experiment: it has no `x=…`.')
  const text = unpack(packed)
  if (!text.ok) return text
  const time = fields.get('t')
  const at = time === undefined ? undefined : parseDuration(time)
  if (at === null) return fail('The instant of the link (`t=…`) is not a time such as 3.2s.')
  const lesson = fields.get('lesson')
  const step = fields.get('step')
  return ok({
    text: text.value,
    ...(at === undefined ? {} : { at }),
    ...(lesson === undefined ? {} : { lesson }),
    ...(step === undefined ? {} : { step }),
  })
}

/** Fields of a query; the first of a name counts, unknown ones are for later versions. */
function readFields(query: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const field of query.replace(/^\?/, '').split('&')) {
    const at = field.indexOf('=')
    const name = at < 0 ? field : field.slice(0, at)
    if (!fields.has(name)) fields.set(name, unescapeField(at < 0 ? '' : field.slice(at + 1)))
  }
  return fields
}

/** Percent-escapes undone; a field with a broken escape stays as it is and fails later, where its meaning is known. */
function unescapeField(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function unpack(packed: string): Result<string, string> {
  const found = /^(\d{1,4})\.([A-Za-z0-9_-]*)$/.exec(packed)
  if (found === null) return fail('The experiment in the link is damaged: it is not of the form `x=1.…`.')
  const version = Number(found[1])
  if (version < 1 || version > VERSION) {
    return fail(`The link is of format ${version}; this page reads formats up to ${VERSION}. A newer page may open it.`)
  }
  const text = inflate(fromBase64Url(found[2]!))
  return text.ok ? ok(upgrade(text.value, version, VERSION, UPGRADES)) : text
}

/** Safe against bombs: a query is bounded, deflate expands by at most 1,032, so at most some 5 MB ever exist. */
function inflate(bytes: Uint8Array): Result<string, string> {
  let inflated: Uint8Array
  try {
    inflated = inflateSync(bytes)
  } catch {
    return fail('The experiment in the link is damaged: part of it is missing or changed.')
  }
  const text = strFromU8(inflated)
  if (text.length <= TEXT_MAX) return ok(text)
  return fail(`The experiment in the link has ${text.length} characters; at most ${TEXT_MAX} are read.`)
}

/** The text of format `from` in format `to`, one version at a time. */
export function upgrade(text: string, from: number, to: number, upgrades: Upgrades): string {
  let upgraded = text
  for (let version = from; version < to; version++) {
    upgraded = present(upgrades.get(version), `upgrade from format ${version}`)(upgraded)
  }
  return upgraded
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648, section 5, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i)
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let j = 0; j <= left; j++) text += ALPHABET[(group >> (18 - 6 * j)) & 63]
  }
  return text
}

/** The bytes of text that is in the alphabet; bits that do not fill a byte are dropped. */
function fromBase64Url(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const char of text) {
    held = ((held << 6) | ALPHABET.indexOf(char)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return bytes
}
