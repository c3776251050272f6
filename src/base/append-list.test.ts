import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppendList } from './append-list.ts'
import { AssertionError } from './assert.ts'

/** What a version must look like: a plain array at an absolute position. */
interface Version {
  readonly list: AppendList<number>
  readonly start: number
  readonly items: readonly number[]
}

function expectSame({ list, start, items }: Version): void {
  expect(list.start).toBe(start)
  expect(list.end).toBe(start + items.length)
  expect(list.length).toBe(items.length)
  expect([...list]).toEqual(items)
  expect(list.slice(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(items)
  for (let at = -1; at <= items.length; at++) expect(list.at(start + at)).toBe(items[at])
}

type Step =
  | { readonly kind: 'append'; readonly of: number; readonly value: number }
  | { readonly kind: 'concat'; readonly of: number; readonly values: readonly number[] }
  | { readonly kind: 'truncate' | 'drop'; readonly of: number; readonly share: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), of: fc.nat(), value: fc.nat(99) }) },
  fc.record({ kind: fc.constant('concat' as const), of: fc.nat(), values: fc.array(fc.nat(99), { maxLength: 5 }) }),
  fc.record({ kind: fc.constantFrom('truncate' as const, 'drop' as const), of: fc.nat(), share: fc.nat(100) }),
)

function apply({ list, start, items }: Version, it: Step): Version {
  switch (it.kind) {
    case 'append':
      return { list: list.append(it.value), start, items: [...items, it.value] }
    case 'concat':
      return { list: list.concat(it.values), start, items: [...items, ...it.values] }
    case 'truncate': {
      const keep = Math.floor((items.length * it.share) / 100)
      return { list: list.truncate(start + keep), start, items: items.slice(0, keep) }
    }
    case 'drop': {
      const gone = Math.floor((items.length * it.share) / 100)
      return { list: list.dropBefore(start + gone), start: start + gone, items: items.slice(gone) }
    }
  }
}

const beginnings = fc.oneof(
  fc.nat(5).map((start): Version => ({ list: AppendList.empty(start), start, items: [] })),
  fc
    .tuple(fc.array(fc.nat(99), { maxLength: 6 }), fc.nat(5))
    .map(([items, start]): Version => ({ list: AppendList.from(items, start), start, items })),
)

describe('a persistent list', () => {
  test('agrees with plain arrays, in every version, whatever was done to which version', () => {
    fc.assert(
      fc.property(beginnings, fc.array(step, { maxLength: 40 }), (first, steps) => {
        const versions = [first]
        for (const it of steps) versions.push(apply(versions[it.of % versions.length]!, it))
        versions.forEach(expectSame)
      }),
      { numRuns: 400 },
    )
  })

  test('clips a slice to what it has', () => {
    fc.assert(
      fc.property(beginnings, fc.integer({ min: -3, max: 15 }), fc.integer({ min: -3, max: 15 }), (it, from, to) => {
        const expected = it.items.filter((_, at) => it.start + at >= from && it.start + at < to)
        expect(it.list.slice(from, to)).toEqual(expected)
      }),
    )
  })

  test('says that it shares a prefix only where the elements are the same', () => {
    fc.assert(
      fc.property(beginnings, fc.array(step, { maxLength: 25 }), (first, steps) => {
        const versions = [first]
        for (const it of steps) versions.push(apply(versions[it.of % versions.length]!, it))
        for (const a of versions) {
          for (const b of versions) {
            if (!a.list.sharesPrefixWith(b.list)) continue
            expect(a.start).toBe(b.start)
            expect(b.items.slice(0, a.items.length)).toEqual(a.items)
          }
        }
      }),
    )
  })

  test('an append to the newest version shares, so it costs no copy', () => {
    const one = AppendList.from([1, 2, 3])
    const two = one.append(4)
    expect(one.sharesPrefixWith(two)).toBe(true)
    expect(one.append(5).sharesPrefixWith(two)).toBe(false)
  })

  test('does not keep the array that it was made from', () => {
    const source = [1, 2, 3]
    const list = AppendList.from(source)
    source[0] = 9
    expect([...list]).toEqual([1, 2, 3])
  })

  test.each([0, 5])('refuses positions outside of itself: %i', (position) => {
    const list = AppendList.from([7, 8, 9], 1)
    expect(() => list.truncate(position)).toThrow(AssertionError)
    expect(() => list.dropBefore(position)).toThrow(AssertionError)
  })
})
