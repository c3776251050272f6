import type { Bytes } from './bytes.ts'

const BLOCK = 64

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))

/** SHA-1 (FIPS 180-4) as 40 hexadecimal digits: the name of a script. Not for secrets. */
export function sha1(bytes: Bytes): string {
  const blocks = Math.floor((bytes.length + 8) / BLOCK) + 1
  const data = new DataView(new ArrayBuffer(blocks * BLOCK))
  for (let at = 0; at < bytes.length; at++) data.setUint8(at, bytes.charCodeAt(at))
  data.setUint8(bytes.length, 0x80)
  data.setUint32(blocks * BLOCK - 8, Math.floor((bytes.length * 8) / 0x1_0000_0000))
  data.setUint32(blocks * BLOCK - 4, bytes.length * 8)
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let block = 0; block < blocks; block++) mixBlock(state, data, block * BLOCK)
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function mixBlock(state: number[], data: DataView, from: number): void {
  const words = new Int32Array(80)
  for (let at = 0; at < 16; at++) words[at] = data.getInt32(from + at * 4)
  for (let at = 16; at < 80; at++) {
    words[at] = rotate(words[at - 3]! ^ words[at - 8]! ^ words[at - 14]! ^ words[at - 16]!, 1)
  }
  let [a, b, c, d, e] = state as [number, number, number, number, number]
  for (let at = 0; at < 80; at++) {
    const [mixed, constant] = round(at, b, c, d)
    const next = (rotate(a, 5) + mixed + e + constant + words[at]!) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  const added = [a, b, c, d, e]
  for (let at = 0; at < 5; at++) state[at] = (state[at]! + added[at]!) | 0
}

function round(at: number, b: number, c: number, d: number): readonly [mixed: number, constant: number] {
  if (at < 20) return [(b & c) | (~b & d), 0x5a827999]
  if (at < 40) return [b ^ c ^ d, 0x6ed9eba1]
  if (at < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
  return [b ^ c ^ d, 0xca62c1d6]
}
