import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fifo } from './fifo.ts'

test('behaves like an array, and older versions stay as they were', () => {
  const operations = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 300 })
  fc.assert(
    fc.property(operations, fc.nat(), (list, pick) => {
      const versions: [Fifo<number>, number[]][] = [[Fifo.empty(), []]]
      for (const [at, operation] of list.entries()) {
        // Now and then an older version is taken up again.
        const [queue, model] = versions[at % 7 === 6 ? pick % versions.length : versions.length - 1]!
        versions.push(
          operation === 'shift' ? [queue.shift(), model.slice(1)] : [queue.push(operation), [...model, operation]],
        )
      }
      for (const [queue, model] of versions) {
        expect(queue.toArray()).toEqual(model)
        expect(queue.length).toBe(model.length)
        expect(queue.first()).toBe(model[0])
      }
    }),
  )
})

test('a long queue that is pushed and shifted in turn does not grow', () => {
  let queue = Fifo.empty<number>()
  for (let i = 0; i < 50; i++) queue = queue.push(i)
  for (let i = 50; i < 5_000; i++) queue = queue.push(i).shift()
  expect(queue.toArray()).toEqual(Array.from({ length: 50 }, (_, i) => 4_950 + i))
})
