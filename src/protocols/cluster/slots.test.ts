import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf } from './bytes.ts'
import { crc16, hashTag, keySlot } from './slots.ts'

/** Keys and their slots, told by a real server 7.0.15 (CLUSTER KEYSLOT). */
type Vectors =
  | { readonly kind: 'edge'; readonly keys: readonly (readonly [string | Repeated, number])[] }
  | { readonly kind: 'braces' | 'base64'; readonly keys: readonly (readonly [string, number])[] }
  | { readonly kind: 'numbered'; readonly prefix: string; readonly slots: readonly number[] }
interface Repeated {
  readonly repeat: readonly [before: string, unit: string, times: number, behind: string]
}

const VECTORS = readFileSync(new URL('testdata/keyslots.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vectors)

const spelled = (key: string | Repeated) =>
  typeof key === 'string' ? key : `${key.repeat[0]}${key.repeat[1].repeat(key.repeat[2])}${key.repeat[3]}`

function keysOf(vectors: Vectors): (readonly [bytes: string, slot: number])[] {
  switch (vectors.kind) {
    case 'edge':
    case 'braces':
      return vectors.keys.map(([key, slot]) => [bytesOf(spelled(key)), slot])
    case 'base64':
      return vectors.keys.map(([key, slot]) => [Buffer.from(key, 'base64').toString('latin1'), slot])
    case 'numbered':
      return vectors.slots.map((slot, number) => [`${vectors.prefix}${number}`, slot])
  }
}

/** The definition: the remainder of the message, followed by 16 zero bits, modulo x^16 + x^12 + x^5 + 1. */
function remainder(bytes: string): number {
  let register = 0
  const bits = [...bytes].map((byte) => byte.charCodeAt(0).toString(2).padStart(8, '0')).join('') + '0'.repeat(16)
  for (const bit of bits) {
    register = register * 2 + Number(bit)
    if (register >= 0x1_0000) register = (register - 0x1_0000) ^ 0x1021
  }
  return register
}

const anyBytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })

describe('hash slots', () => {
  test.each(VECTORS.map((vectors) => [vectors.kind, vectors] as const))(
    'as the real server has them: %s',
    (_, vectors) => {
      const keys = keysOf(vectors)
      expect(keys.map(([key]) => keySlot(key))).toEqual(keys.map(([, slot]) => slot))
    },
  )

  test('there are vectors of all four kinds', () => {
    expect(VECTORS.map((vectors) => [vectors.kind, keysOf(vectors).length])).toEqual([
      ['edge', 73],
      ['braces', 1364],
      ['base64', 1256],
      ['numbered', 2000],
    ])
  })

  test('the checksum is the remainder of its definition', () => {
    fc.assert(fc.property(anyBytes, (bytes) => crc16(bytes) === remainder(bytes)))
    expect(crc16('123456789')).toBe(0x31c3)
  })

  test('keys with the same tag share a slot, and the tag alone has it', () => {
    const tag = anyBytes.filter((text) => text !== '' && !text.includes('}'))
    const before = anyBytes.filter((text) => !text.includes('{'))
    fc.assert(
      fc.property(before, tag, anyBytes, (start, inside, rest) => {
        const key = `${start}{${inside}}${rest}`
        expect(keySlot(key)).toBe(crc16(inside) % 16_384)
        const { from, to } = hashTag(key)
        expect(key.slice(from, to)).toBe(inside)
      }),
    )
  })
})
