import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { again, below, between, draw, type StreamKey, streamKey } from './prng.ts'

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const DRAWS = 64_000

/** Pearson's statistic of `DRAWS` values in [0, cells) against equal shares. */
function chiSquare(cells: number, value: (at: number) => number): number {
  const counts = new Array<number>(cells).fill(0)
  for (let at = 0; at < DRAWS; at++) counts[value(at)]!++
  const expected = DRAWS / cells
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/**
 * With 63 degrees of freedom the statistic has mean 63 and standard deviation 11.2. A good generator stays within six
 * deviations on both sides: far above is a bias, far below is a lattice.
 */
const isPlausible = (statistic: number) => statistic > 20 && statistic < 63 + 6 * 11.2

const keys: readonly (readonly [string, StreamKey])[] = [
  ['network', streamKey(42, 'network')],
  ['storage', streamKey(42, 'storage')],
  ['seed 0', streamKey(0, 'network')],
  ['the largest seed', streamKey(Number.MAX_SAFE_INTEGER, 'actor n1')],
]

describe('draws are uniform', () => {
  test.each(keys)('in the high, middle and low bits: %s', (_, key) => {
    for (const shift of [26, 13, 0]) {
      expect(isPlausible(chiSquare(64, (at) => (draw(key, at) >>> shift) & 63))).toBe(true)
    }
  })

  test.each(keys)('also by `below`, by `again`, and in pairs of neighbours: %s', (_, key) => {
    expect(isPlausible(chiSquare(64, (at) => below(draw(key, at), 64)))).toBe(true)
    for (const salt of [0, 1, 2, 7])
      expect(isPlausible(chiSquare(64, (at) => below(again(draw(key, at), salt), 64)))).toBe(true)
    const pair = (at: number) => below(draw(key, 2 * at), 8) * 8 + below(draw(key, 2 * at + 1), 8)
    expect(isPlausible(chiSquare(64, pair))).toBe(true)
  })

  test('two decisions from one draw do not follow each other', () => {
    const key = streamKey(7, 'network')
    const pair = (at: number) => below(draw(key, at), 8) * 8 + below(again(draw(key, at), 1), 8)
    expect(isPlausible(chiSquare(64, pair))).toBe(true)
    const salts = (at: number) => below(again(draw(key, at), 1), 8) * 8 + below(again(draw(key, at), 2), 8)
    expect(isPlausible(chiSquare(64, salts))).toBe(true)
  })
})

describe('streams are independent', () => {
  const names = ['actor n1', 'actor n2', 'actor c1', 'network', 'storage', 'workload']
  const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const))

  test.each(pairs)('%s and %s under one seed', (one, other) => {
    const [a, b] = [streamKey(42, one), streamKey(42, other)]
    expect(isPlausible(chiSquare(64, (at) => below(draw(a, at), 8) * 8 + below(draw(b, at), 8)))).toBe(true)
  })

  test('neighbouring seeds give unrelated streams', () => {
    for (const seed of [0, 1, 2, 41, 0xffff_ffff]) {
      const [a, b] = [streamKey(seed, 'network'), streamKey(seed + 1, 'network')]
      expect(isPlausible(chiSquare(64, (at) => below(draw(a, at), 8) * 8 + below(draw(b, at), 8)))).toBe(true)
    }
  })

  test('a seed above 32 bits is not the same as its low word', () => {
    expect(streamKey(2 ** 32 + 5, 'network')).not.toEqual(streamKey(5, 'network'))
    expect(streamKey(2 ** 52, 'network')).not.toEqual(streamKey(2 ** 51, 'network'))
  })

  test('no two of many seeds and names share a key', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 2_000; seed++) {
      for (const name of names) {
        const { a, b } = streamKey(seed, name)
        seen.add(`${a} ${b}`)
      }
    }
    expect(seen.size).toBe(2_000 * names.length)
  })
})

describe('a draw', () => {
  test('is a pure function of key and counter, an unsigned 32-bit integer', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), uint32, (seed, name, counter) => {
        const value = draw(streamKey(seed, name), counter)
        expect(value).toBe(draw(streamKey(seed, name), counter))
        expect(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff).toBe(true)
      }),
    )
  })

  test('flips about half of its bits when the counter moves by one', () => {
    const key = streamKey(1, 'network')
    let flipped = 0
    for (let at = 0; at < 4_000; at++) {
      let difference = (draw(key, at) ^ draw(key, at + 1)) >>> 0
      for (; difference !== 0; difference &= difference - 1) flipped++
    }
    // 128,000 fair coins: the standard deviation is 179.
    expect(Math.abs(flipped - 64_000)).toBeLessThan(6 * 179)
  })
})

describe('below and between', () => {
  test('stay within their bounds for every draw', () => {
    fc.assert(
      fc.property(uint32, fc.integer({ min: 1, max: 1 << 21 }), (entropy, bound) => {
        const value = below(entropy, bound)
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true)
      }),
    )
    fc.assert(
      fc.property(uint32, fc.integer({ min: -1e9, max: 1e9 }), fc.nat(3_600_000_000), (entropy, low, width) => {
        const value = between(entropy, low, low + width)
        expect(Number.isInteger(value) && value >= low && value <= low + width).toBe(true)
      }),
    )
  })

  test('reach both ends, and keep the order of the draws', () => {
    expect([between(0, 5, 20), between(0xffff_ffff, 5, 20)]).toEqual([5, 20])
    expect([below(0, 3), below(0xffff_ffff, 3)]).toEqual([0, 2])
    expect(between(0x1234_5678, 7, 7)).toBe(7)
    fc.assert(
      fc.property(uint32, uint32, fc.integer({ min: 1, max: 1 << 21 }), (x, y, bound) => {
        expect(below(Math.min(x, y), bound)).toBeLessThanOrEqual(below(Math.max(x, y), bound))
      }),
    )
  })
})
