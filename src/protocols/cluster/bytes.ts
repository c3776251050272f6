/**
 * A byte string as Redis sees keys and values: each UTF-16 code unit is one byte, 0 to 255. Ordinary strings, so that
 * they are cheap to compare, hash and slice; only the rim (terminal, TCP host) turns text into bytes and back.
 */
export type Bytes = string

/** The UTF-8 bytes of a text. Lone surrogates become U+FFFD, as in TextEncoder. */
export function bytesOf(text: string): Bytes {
  let plain = true
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) plain = false
  if (plain) return text
  let bytes = ''
  for (const letter of text) bytes += encodePoint(letter.codePointAt(0)!)
  return bytes
}

const byte = (value: number) => String.fromCharCode(value)
const tail = (point: number, shift: number) => byte(0x80 | ((point >> shift) & 0x3f))

function encodePoint(given: number): Bytes {
  const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given
  if (point < 0x80) return byte(point)
  if (point < 0x800) return byte(0xc0 | (point >> 6)) + tail(point, 0)
  if (point < 0x1_0000) return byte(0xe0 | (point >> 12)) + tail(point, 6) + tail(point, 0)
  return byte(0xf0 | (point >> 18)) + tail(point, 12) + tail(point, 6) + tail(point, 0)
}

/** The text that the bytes encode in UTF-8; a byte that is none becomes `\xNN`, as redis-cli shows it. */
export function textOf(bytes: Bytes): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      text += `\\x${bytes.charCodeAt(at).toString(16).padStart(2, '0')}`
      at++
    } else {
      text += decodePoint(bytes, at, length)
      at += length
    }
  }
  return text
}

/** Length of the well-formed UTF-8 sequence at `at`; 0 when there is none (RFC 3629). */
function sequenceLength(bytes: Bytes, at: number): number {
  const first = bytes.charCodeAt(at)
  if (first < 0x80) return 1
  const length =
    first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0
  for (let next = at + 1; next < at + length; next++) if ((bytes.charCodeAt(next) & 0xc0) !== 0x80) return 0
  if (length < 3) return length
  const second = bytes.charCodeAt(at + 1)
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90)
  const beyond = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90)
  return overlong || beyond ? 0 : length
}

function decodePoint(bytes: Bytes, at: number, length: number): string {
  if (length === 1) return bytes[at]!
  let point = bytes.charCodeAt(at) & (0xff >> (length + 1))
  for (let next = at + 1; next < at + length; next++) point = (point << 6) | (bytes.charCodeAt(next) & 0x3f)
  return String.fromCodePoint(point)
}
