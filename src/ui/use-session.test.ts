import { expect, it } from 'vitest'
import { shallowEqual } from './use-session.ts'

it.each([
  [1, 1],
  [Number.NaN, Number.NaN],
  [
    { a: 1, b: 'x' },
    { b: 'x', a: 1 },
  ],
  [
    [1, 2],
    [1, 2],
  ],
])('%j equals %j', (left, right) => {
  expect(shallowEqual(left, right)).toBe(true)
})

it.each([
  [0, null],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[1], { 0: 1 }],
  [[[]], [[]]],
])('%j differs from %j', (left, right) => {
  expect(shallowEqual(left, right)).toBe(false)
})
