import { expect, it } from 'vitest'
import { CARDS } from './cards.ts'
import { lessons } from './index.ts'

it('every lesson has its card, in the same order, with the number of its steps', () => {
  expect(Object.values(CARDS).map(({ id, steps }) => [id, steps])).toEqual(
    lessons.map(({ id, steps }) => [id, steps.length]),
  )
})
