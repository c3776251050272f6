import type { Bytes } from './bytes.ts'

const MULTIPLIER = 0xc6a4a7935bd1e995n
const MASK = (1n << 64n) - 1n

/** MurmurHash2, 64-bit version for 64-bit machines (Appleby), little endian: a hash of 64 bits. */
export function murmur64(bytes: Bytes, seed: bigint): bigint {
  const blocks = bytes.length >> 3
  let hash = seed ^ ((BigInt(bytes.length) * MULTIPLIER) & MASK)
  for (let block = 0; block < blocks; block++) {
    let part = (littleEndian(bytes, block * 8, 8) * MULTIPLIER) & MASK
    part = ((part ^ (part >> 47n)) * MULTIPLIER) & MASK
    hash = ((hash ^ part) * MULTIPLIER) & MASK
  }
  const left = bytes.length & 7
  if (left > 0) hash = ((hash ^ littleEndian(bytes, blocks * 8, left)) * MULTIPLIER) & MASK
  hash = ((hash ^ (hash >> 47n)) * MULTIPLIER) & MASK
  return hash ^ (hash >> 47n)
}

function littleEndian(bytes: Bytes, at: number, width: number): bigint {
  let [low, high] = [0, 0]
  for (let index = Math.min(width, 4) - 1; index >= 0; index--) low = low * 256 + bytes.charCodeAt(at + index)
  for (let index = width - 1; index >= 4; index--) high = high * 256 + bytes.charCodeAt(at + index)
  return (BigInt(high) << 32n) | BigInt(low)
}
