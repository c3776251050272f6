import fc from 'fast-check'
import { expect, it } from 'vitest'
import { equalData } from './use-session.ts'

it('takes a copy of any data for the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(equalData(value, structuredClone(value))).toBe(true)
    }),
  )
})

it('tells any two different values apart', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      // -0 and 0 have the same JSON, but are different data.
      fc.pre(!JSON.stringify([left, right]).includes('-0'))
      expect(equalData(left, right)).toBe(sortedJson(left) === sortedJson(right))
    }),
  )
})

/** Stands before the entries of an object, so that an empty one is no empty list. */
const OBJECT = 'an object, not a list'

/** JSON with sorted keys: an independent notion of equality. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part) ? [OBJECT, ...Object.entries(part).sort()] : part,
  )
}

it.each([
  [Number.NaN, Number.NaN],
  [
    { a: 1, b: ['x'] },
    { b: ['x'], a: 1 },
  ],
])('%j equals %j', (left, right) => {
  expect(equalData(left, right)).toBe(true)
})

it.each<[unknown, unknown]>([
  [0, null],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [[1], { 0: 1 }],
  [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
  [new Float64Array(1), new Float64Array(1)],
])('%j differs from %j', (left, right) => {
  expect(equalData(left, right)).toBe(false)
})
