import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Deque } from './deque.ts'

const step = fc.constantFrom('push', 'shift', 'pop')

test('does what an array does, and every version stays as it was', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let deque = Deque.empty<number>()
      const array: number[] = []
      const versions: { readonly deque: Deque<number>; readonly content: readonly number[] }[] = []
      steps.forEach((kind, at) => {
        if (kind === 'push') {
          array.push(at)
          deque = deque.push(at)
        } else {
          const found = kind === 'shift' ? deque.shift() : deque.pop()
          expect(found?.item).toBe(kind === 'shift' ? array.shift() : array.pop())
          deque = found?.rest ?? deque
        }
        expect(deque.length).toBe(array.length)
        versions.push({ deque, content: [...array] })
      })
      for (const version of versions) expect(version.deque.toArray()).toEqual(version.content)
    }),
  )
})

test('shows either end, however the elements came and went', () => {
  const ends = fc.record({ pushes: fc.nat(300), shifts: fc.nat(300), pops: fc.nat(300), again: fc.nat(300) })
  fc.assert(
    fc.property(ends, fc.nat(400), ({ pushes, shifts, pops, again }, max) => {
      let deque = Deque.empty<number>()
      for (let at = 0; at < pushes; at++) deque = deque.push(at)
      for (let at = 0; at < shifts; at++) deque = deque.shift()?.rest ?? deque
      for (let at = 0; at < pops; at++) deque = deque.pop()?.rest ?? deque
      for (let at = 0; at < again; at++) deque = deque.push(-at)
      const all = deque.toArray()
      expect(deque.first(max)).toEqual(all.slice(0, max))
      expect(deque.last(max)).toEqual(all.toReversed().slice(0, max))
    }),
  )
})
