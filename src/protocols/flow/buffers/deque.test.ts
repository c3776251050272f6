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
