import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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
