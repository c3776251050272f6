import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap, type Ordered } from './heap.ts'

interface Item extends Ordered {
  readonly tag: string
}

const byOrder = (x: Item, y: Item) => x.time - y.time || x.seq - y.seq

/** Items with few different times, so that the sequence number often decides; every sequence number once. */
const items = fc
  .array(fc.record({ time: fc.nat(6), tag: fc.string({ maxLength: 3 }) }), { maxLength: 60 })
  .chain((drawn) =>
    fc
      .shuffledSubarray(
        drawn.map((_, at) => at),
        { minLength: drawn.length },
      )
      .map((seqs) => drawn.map((item, at) => ({ ...item, seq: seqs[at]! }))),
  )

function drain(heap: Heap<Item>): Item[] {
  const out: Item[] = []
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) out.push(item)
  return out
}

const filled = (all: readonly Item[]): Heap<Item> => {
  const heap = new Heap<Item>()
  for (const item of all) heap.push(item)
  return heap
}

test('what comes out is sorted by time, then by sequence number', () => {
  fc.assert(
    fc.property(items, (all) => {
      expect(drain(filled(all))).toEqual(all.toSorted(byOrder))
    }),
  )
})

test('it behaves like a sorted list under any mix of push, pop, filter, snapshot and load', () => {
  const command = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), time: fc.nat(6) }),
    fc.record({ kind: fc.constantFrom('pop' as const, 'snapshot' as const, 'load' as const) }),
    fc.record({ kind: fc.constant('filter' as const), rest: fc.nat(2) }),
  )
  fc.assert(
    fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
      const heap = new Heap<Item>()
      let model: Item[] = []
      let kept: { readonly items: readonly Item[]; readonly model: Item[] } = { items: [], model: [] }
      let seq = 0
      for (const it of commands) {
        switch (it.kind) {
          case 'push': {
            const item = { time: it.time, seq: seq++, tag: '' }
            heap.push(item)
            model = [...model, item].sort(byOrder)
            break
          }
          case 'pop':
            expect(heap.pop()).toEqual(model[0])
            model = model.slice(1)
            break
          case 'filter':
            heap.filter((item) => item.seq % 3 !== it.rest)
            model = model.filter((item) => item.seq % 3 !== it.rest)
            break
          case 'snapshot':
            kept = { items: heap.snapshot(), model }
            break
          case 'load':
            heap.load(kept.items)
            model = kept.model
        }
        expect(heap.size).toBe(model.length)
        expect(heap.peek()).toEqual(model[0])
        expect(heap.unordered().toSorted(byOrder)).toEqual(model)
      }
      expect(drain(heap)).toEqual(model)
    }),
  )
})

test('a snapshot does not see what the heap does later', () => {
  fc.assert(
    fc.property(items, fc.nat(60), (all, pops) => {
      const heap = filled(all)
      const snapshot = heap.snapshot()
      for (let at = 0; at < pops; at++) heap.pop()
      heap.push({ time: 0, seq: -1, tag: 'late' })
      const other = new Heap<Item>()
      other.load(snapshot)
      expect(drain(other)).toEqual(all.toSorted(byOrder))
    }),
  )
})

test('it loads any list, not only one in heap order, and leaves the list alone', () => {
  fc.assert(
    fc.property(items, (all) => {
      const list = all.toSorted((x, y) => byOrder(y, x))
      const copy = list.slice()
      const heap = new Heap<Item>()
      heap.load(list)
      expect(drain(heap)).toEqual(all.toSorted(byOrder))
      expect(list).toEqual(copy)
    }),
  )
})
