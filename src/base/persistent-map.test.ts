import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashText } from './digest.ts'
import { PersistentMap } from './persistent-map.ts'

interface Version {
  readonly map: PersistentMap<number | undefined>
  readonly model: ReadonlyMap<string, number | undefined>
}

/** Few short keys, so that updates meet; some long ones, so that buckets collide. */
const key = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'ba', '__proto__'),
  fc.nat(800).map((n) => `k${n}`),
)
const step = fc.record({
  of: fc.nat(),
  key,
  // A value may be undefined: then the key is there all the same.
  value: fc.option(fc.nat(99), { nil: undefined }),
  remove: fc.boolean(),
})

function apply({ map, model }: Version, it: { key: string; value: number | undefined; remove: boolean }): Version {
  const next = new Map(model)
  if (it.remove) next.delete(it.key)
  else next.set(it.key, it.value)
  return { map: it.remove ? map.delete(it.key) : map.set(it.key, it.value), model: next }
}

const sorted = (model: ReadonlyMap<string, number | undefined>) => [...model].sort(([x], [y]) => (x < y ? -1 : 1))

function expectSame({ map, model }: Version): void {
  expect(map.size).toBe(model.size)
  expect(map.entries()).toEqual(sorted(model))
  for (const name of ['', 'a', 'b', 'ab', 'ba', '__proto__', 'k7', ...model.keys()]) {
    expect(map.get(name)).toBe(model.get(name))
    expect(map.has(name)).toBe(model.has(name))
  }
}

/** Pairs of words with the same hash: FNV-1a, by which the trie is ordered, collides on these. */
const collisions = (() => {
  const byHash = new Map<number, string>()
  const pairs: [string, string][] = []
  for (let n = 0; pairs.length < 2 && n < 300_000; n++) {
    const word = `w${n.toString(36)}`
    const hash = hashText(word) >>> 2
    const other = byHash.get(hash)
    if (other === undefined) byHash.set(hash, word)
    else pairs.push([other, word])
  }
  return pairs
})()

describe('a persistent map', () => {
  test('agrees with a plain map, in every version, whatever was done to which version', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const versions: Version[] = [{ map: PersistentMap.empty(), model: new Map() }]
        for (const it of steps) versions.push(apply(versions[it.of % versions.length]!, it))
        versions.forEach(expectSame)
      }),
    )
  })

  test('holds thousands of keys, more than there are buckets', () => {
    const entries = Array.from({ length: 3_000 }, (_, at) => [`key ${at}`, at] as const)
    const map = PersistentMap.from(entries)
    expectSame({ map, model: new Map(entries) })
    const emptied = entries.reduce((rest, [name]) => rest.delete(name), map)
    expectSame({ map: emptied, model: new Map() })
  })

  test('keeps keys apart whose hashes are equal', () => {
    expect(collisions).toHaveLength(2)
    for (const [x, y] of collisions) {
      const both = PersistentMap.from([
        [y, 2],
        ['other', 3],
        [x, 1],
      ])
      expect([both.size, both.get(x), both.get(y), both.delete(x).get(y), both.delete(y).get(x)]).toEqual([
        3, 1, 2, 2, 1,
      ])
      expect(both.delete(x).has(x)).toBe(false)
      expect(Array.from({ length: 3 }, (_, at) => both.nth(at)[0]).sort()).toEqual(['other', x, y].sort())
      expect(both.scan(0, 100).entries).toHaveLength(3)
      expect(both.set(x, 9).get(x)).toBe(9)
    }
  })

  test('its order by hash depends on the content only, and numbers its entries', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 60 }), fc.uniqueArray(key, { maxLength: 20 }), (keys, gone) => {
        const detour = gone.reduce(
          (map, name) => (keys.includes(name) ? map : map.delete(name)),
          PersistentMap.from<number>([...gone, ...keys.toReversed()].map((name) => [name, 1] as const)),
        )
        const straight = PersistentMap.from<number>(keys.map((name) => [name, 1] as const))
        expect(detour.unsorted()).toEqual(straight.unsorted())
        expect(keys.map((_, at) => straight.nth(at))).toEqual(straight.unsorted())
        const of = (name: string, value: number) => hashText(name) + value
        const total = keys.reduce((sum, name) => (sum + of(name, 1)) | 0, 0)
        expect([straight.sum(of), detour.sum(of), straight.set('new key', 5).delete('new key').sum(of)]).toEqual([
          total,
          total,
          total,
        ])
      }),
    )
  })

  test('a walk gives what stays exactly once, whatever comes and goes meanwhile', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 200 }),
        fc.array(fc.tuple(key, fc.boolean()), { maxLength: 80 }),
        fc.integer({ min: 1, max: 9 }),
        (keys, changes, count) => {
          let map = PersistentMap.from<number>(keys.map((name) => [name, 0] as const))
          const changed = new Set(changes.map(([name]) => name))
          const left = changes.slice()
          const seen: string[] = []
          let cursor = 0
          do {
            const part = map.scan(cursor, count)
            seen.push(...part.entries.map(([name]) => name))
            cursor = part.cursor
            for (const [name, add] of left.splice(0, 3)) map = add ? map.set(name, 1) : map.delete(name)
          } while (cursor !== 0)
          const stayed = keys.filter((name) => !changed.has(name))
          expect(seen.filter((name) => !changed.has(name)).sort()).toEqual(stayed.sort())
        },
      ),
    )
  })

  test('takes the last of several values for a key', () => {
    expect(
      PersistentMap.from([
        ['x', 1],
        ['y', 2],
        ['x', 3],
      ]).entries(),
    ).toEqual([
      ['x', 3],
      ['y', 2],
    ])
  })

  test('stays the same when a key is removed that is not there', () => {
    const map = PersistentMap.from([['x', 1]])
    expect(map.delete('y')).toBe(map)
  })

  test('lists entries in the order of keys, whatever the order of insertion', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), (keys) => {
        const forth = PersistentMap.from(keys.map((name) => [name, 0] as const))
        const back = PersistentMap.from(keys.toReversed().map((name) => [name, 0] as const))
        expect(forth.entries()).toEqual(back.entries())
      }),
    )
  })
})
