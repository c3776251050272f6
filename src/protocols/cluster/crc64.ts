import type { Bytes } from './bytes.ts'

/** CRC-64/Jones, reflected: polynomial 0xad93d23594c935a9, start 0; check("123456789") = 0xe9c6d914c4b8d9ca. */
const [POLYNOMIAL_HIGH, POLYNOMIAL_LOW] = [0x95ac9329, 0xac4bc9b5]
const HIGH = new Uint32Array(256)
const LOW = new Uint32Array(256)
for (let value = 0; value < 256; value++) {
  let [high, low] = [0, value]
  for (let bit = 0; bit < 8; bit++) {
    const odd = (low & 1) === 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (odd) {
      high ^= POLYNOMIAL_HIGH
      low ^= POLYNOMIAL_LOW
    }
  }
  HIGH[value] = high
  LOW[value] = low
}

/** The checksum of the first `length` bytes as 8 bytes, least first: how it ends a DUMP payload. */
export function crc64(bytes: Bytes, length: number): Bytes {
  let [high, low] = [0, 0]
  for (let at = 0; at < length; at++) {
    const index = (low ^ bytes.charCodeAt(at)) & 0xff
    low = ((low >>> 8) | (high << 24)) ^ LOW[index]!
    high = (high >>> 8) ^ HIGH[index]!
  }
  const byte = (word: number, shift: number) => String.fromCharCode((word >>> shift) & 0xff)
  return [low, high].map((word) => byte(word, 0) + byte(word, 8) + byte(word, 16) + byte(word, 24)).join('')
}
