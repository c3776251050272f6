import type { Bytes } from './bytes.ts'

/** Number of hash slots (cluster specification, "Key distribution model"). */
export const SLOTS = 16_384

/** CRC16-XMODEM: polynomial 0x1021, start 0, no reflection; check("123456789") = 0x31C3. */
const TABLE = new Uint16Array(256)
for (let value = 0; value < 256; value++) {
  let crc = value << 8
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021)
  TABLE[value] = crc
}

const withByte = (crc: number, byte: number): number => ((crc << 8) & 0xffff) ^ TABLE[((crc >>> 8) ^ byte) & 0xff]!

/** The checksum of `bytes` from `from` up to and without `to`. */
export function crc16(bytes: Bytes, from = 0, to = bytes.length): number {
  let crc = 0
  for (let at = from; at < to; at++) crc = withByte(crc, bytes.charCodeAt(at))
  return crc
}

/** What of a key is hashed: the bytes between the first `{` and the first `}` behind it, if any; else the whole key. */
export function hashTag(key: Bytes): { readonly from: number; readonly to: number } {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close <= open + 1 ? { from: 0, to: key.length } : { from: open + 1, to: close }
}

const OPENING = '{'.charCodeAt(0)

/** The checksum of what of a key is hashed; most keys have no tag, and one pass does. */
function keyChecksum(key: Bytes): number {
  let crc = 0
  for (let at = 0; at < key.length; at++) {
    const byte = key.charCodeAt(at)
    if (byte === OPENING) {
      const { from, to } = hashTag(key)
      return crc16(key, from, to)
    }
    crc = withByte(crc, byte)
  }
  return crc
}

// One command asks for the slot of its key several times.
let newestKey: Bytes = ''
let newestSlot = 0

/** The hash slot of a key, 0 to 16383. */
export function keySlot(key: Bytes): number {
  if (key !== newestKey) {
    newestSlot = keyChecksum(key) & (SLOTS - 1)
    newestKey = key
  }
  return newestSlot
}
