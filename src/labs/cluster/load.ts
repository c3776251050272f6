import { again, below } from '../../base/prng.ts'
import type { ClientCommand, Operation } from '../../protocols/cluster/client/types.ts'
import type { ClusterSettings, Distribution } from './settings.ts'

/** The load of the clients: batches of GET and SET over keys that a distribution draws. Integers only. */

const FIELDS = ['name', 'mail', 'cart', 'seen'] as const
export const HOT_KEY = 'hot'
/** Share of the load that goes to the hot key. */
const HOT_PERMILLE = 500
/** Weights of Zipf's law are integers: this over k. */
const ZIPF_SCALE = 0x4000_0000

/** Cumulated weights 1/1, 1/2 … 1/n, so that a search finds the key of a draw. */
function zipfTable(keys: number): Float64Array {
  const table = new Float64Array(keys)
  let sum = 0
  for (let at = 0; at < keys; at++) {
    sum += Math.floor(ZIPF_SCALE / (at + 1))
    table[at] = sum
  }
  return table
}

function zipf(table: Float64Array, entropy: number): number {
  const wanted = Math.floor((entropy * table[table.length - 1]!) / 0x1_0000_0000)
  let low = 0
  let high = table.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (table[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return low
}

/** `key:0`, `key:1` … Each is one string however often it is asked for: histories keep keys, and maps compare them. */
function keyNames(): (number: number) => string {
  const names: string[] = []
  return (number) => {
    names[number] ??= `key:${number}`
    return names[number]
  }
}

/** A function from 32 random bits to a key. */
function keyOf(distribution: Distribution, keys: number): (entropy: number) => string {
  const nameOf = keyNames()
  switch (distribution) {
    case 'uniform':
      return (entropy) => nameOf(below(entropy, keys))
    case 'zipf': {
      const table = zipfTable(keys)
      return (entropy) => nameOf(zipf(table, entropy))
    }
    case 'hot':
      return (entropy) =>
        below(again(entropy, 11), 1000) < HOT_PERMILLE ? HOT_KEY : nameOf(below(again(entropy, 12), keys))
    case 'tags':
      return (entropy) => {
        const user = below(entropy, Math.max(1, Math.floor(keys / FIELDS.length)))
        return `{user:${user}}:${FIELDS[below(again(entropy, 13), FIELDS.length)]}`
      }
  }
}

/** Every value is written once, so that whoever reads it knows which write it was. */
function uniqueValue(client: string, count: number, at: number, bytes: number): string {
  return `${client}.${count}.${at}`.padEnd(bytes, '.')
}

/** The lab's generator: request number `count` of a client, from 32 random bits. */
export function generator(settings: ClusterSettings) {
  const { distribution, keys, readsPermille, pipeline, valueBytes } = settings
  const key = keyOf(distribution, keys)
  return (client: string, count: number, entropy: number): ClientCommand => {
    const operations: Operation[] = []
    for (let at = 0; at < pipeline; at++) {
      const bits = again(entropy, 32 + at)
      const name = key(bits)
      const isRead = below(again(bits, 1), 1000) < readsPermille
      operations.push({ args: isRead ? ['GET', name] : ['SET', name, uniqueValue(client, count, at, valueBytes)] })
    }
    return { kind: 'batch', operations }
  }
}
