import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Entry, Keyspace } from './keyspace.ts'
import { keySlot, SLOTS } from './slots.ts'
import { stringValue } from './values.ts'

/** Some keys alone in their slots, and more in one slot than an array holds. */
const key = fc.oneof(
  fc.nat(30).map((n) => `k${n}`),
  fc.nat(60).map((n) => `{tag}${n}`),
)
const entryOf = (text: string, expireAtMs: number | null): Entry => ({ value: stringValue(text), expireAtMs })
const step = fc.record({
  key,
  remove: fc.boolean(),
  text: fc.constantFrom('x', 'y'),
  expireAtMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** The model keeps the order in which keys were added; a key that is set again keeps its place. */
function build(steps: readonly Step[]): { keyspace: Keyspace; model: Map<string, Entry> } {
  let keyspace = Keyspace.empty
  const model = new Map<string, Entry>()
  for (const { key: name, remove, text, expireAtMs } of steps) {
    if (remove) {
      keyspace = keyspace.delete(name)
      model.delete(name)
    } else {
      const entry = entryOf(text, expireAtMs)
      keyspace = keyspace.set(name, entry)
      model.set(name, entry)
    }
  }
  return { keyspace, model }
}

describe('a keyspace', () => {
  test('agrees with a map, slot by slot', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 250 }), fc.nat(70), (steps, max) => {
        const { keyspace, model } = build(steps)
        expect(keyspace.size).toBe(model.size)
        for (const [name, entry] of model) expect(keyspace.get(name)).toBe(entry)
        expect(new Map(keyspace.entries())).toEqual(model)
        for (const slot of new Set(steps.map((it) => keySlot(it.key)))) {
          const keys = [...model.keys()].filter((name) => keySlot(name) === slot)
          expect(keyspace.countInSlot(slot)).toBe(keys.length)
          expect(keyspace.keysInSlot(slot, max)).toEqual(keys.reverse().slice(0, max))
        }
        const slots = [...keyspace.entries()].map(([name]) => keySlot(name))
        expect(slots).toEqual(slots.toSorted((x, y) => x - y))
      }),
    )
  })

  test('knows which keys end, and when', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(10), fc.nat(40), (steps, nowMs, max) => {
        const { keyspace, model } = build(steps)
        const ending = [...model].flatMap(([name, { expireAtMs }]) =>
          expireAtMs === null ? [] : [{ name, expireAtMs }],
        )
        ending.sort((x, y) => x.expireAtMs - y.expireAtMs || (x.name < y.name ? -1 : 1))
        const past = ending.filter(({ expireAtMs }) => expireAtMs < nowMs)
        expect(keyspace.expiring).toBe(ending.length)
        expect(keyspace.firstEndMs).toBe(ending[0]?.expireAtMs ?? null)
        expect(keyspace.expired(nowMs, max)).toEqual(past.slice(0, max).map(({ name }) => name))
      }),
    )
  })

  test('its hash tells contents apart, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(step, { maxLength: 60 }), (steps, others) => {
        const { keyspace, model } = build(steps)
        let again = build(others).keyspace
        for (const [name] of [...again.entries()]) again = again.delete(name)
        for (const [name, entry] of [...model].reverse()) again = again.set(name, entry)
        expect(again.hash).toBe(keyspace.hash)
        expect(keyspace.set('another', entryOf('x', null)).hash).not.toBe(keyspace.hash)
        for (const [name, { value, expireAtMs }] of [...model].slice(0, 3)) {
          expect(keyspace.set(name, { value: stringValue('z'), expireAtMs }).hash).not.toBe(keyspace.hash)
          expect(keyspace.set(name, { value, expireAtMs: 77 }).hash).not.toBe(keyspace.hash)
        }
      }),
    )
  })

  test('drops a slot with everything in it', () => {
    const { keyspace } = build(
      Array.from({ length: 40 }, (_, n) => ({ key: `{tag}${n}`, remove: false, text: 'x', expireAtMs: n + 1 })),
    )
    const one = keyspace.set('other', entryOf('x', 5))
    const left = one.deleteSlot(keySlot('tag'))
    expect([left.size, left.expiring, left.countInSlot(keySlot('tag')), left.has('other')]).toEqual([1, 1, 0, true])
    expect(left.deleteSlot(keySlot('tag'))).toBe(left)
    expect(one.size).toBe(41)
  })

  test('draws every key with the same chance', () => {
    let keyspace = Keyspace.empty
    for (let n = 0; n < 20; n++) keyspace = keyspace.set(n < 18 ? `{tag}${n}` : `k${n}`, entryOf('x', null))
    const counts = new Map<string, number>()
    for (let n = 0; n < 20; n++) {
      const name = keyspace.randomKey(Math.floor(((n + 0.5) * 0x1_0000_0000) / 20))!
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    expect(counts.size).toBe(20)
    expect(Keyspace.empty.randomKey(0)).toBe(undefined)
  })

  test('is the same when a key is removed that is not there', () => {
    const { keyspace } = build([{ key: 'a', remove: false, text: 'x', expireAtMs: null }])
    expect(keyspace.delete('b')).toBe(keyspace)
  })

  test('a walk with a cursor from nowhere ends', () => {
    const { keyspace } = build([{ key: 'a', remove: false, text: 'x', expireAtMs: null }])
    for (const cursor of [1, SLOTS, Number.MAX_SAFE_INTEGER]) expect(keyspace.scan(cursor, 10).cursor).toBe(0)
  })
})
