import type { Bytes } from './bytes.ts'

/** What LZF packed, of which RDB strings may be made; null: it is damaged, or not `length` bytes long. */
export function unpackLzf(packed: Bytes, length: number): Bytes | null {
  let text = ''
  let at = 0
  while (at < packed.length) {
    const control = packed.charCodeAt(at++)
    if (control < 32) {
      // Literal bytes, one more than the control byte says.
      if (at + control + 1 > packed.length) return null
      text += packed.slice(at, at + control + 1)
      at += control + 1
      continue
    }
    let count = control >> 5
    if (count === 7) count += packed.charCodeAt(at++)
    const start = text.length - ((control & 0x1f) << 8) - packed.charCodeAt(at++) - 1
    if (at > packed.length || start < 0) return null
    text += repeated(text, start, count + 2)
  }
  return text.length === length ? text : null
}

/** `count` bytes from `start` on, which may run into those that they write. */
function repeated(text: Bytes, start: number, count: number): Bytes {
  const known = text.slice(start, start + count)
  return known.length === count ? known : known.repeat(Math.ceil(count / known.length)).slice(0, count)
}
