import { expect, it } from 'vitest'
import { readInstant } from './instant.ts'

it('reads an instant with its unit, or in seconds', () => {
  expect(['3.2', '3.2s', ' 150 ms ', '2m', '0'].map(readInstant)).toEqual([
    3_200_000, 3_200_000, 150_000, 120_000_000, 0,
  ])
  expect(['', 'soon', '-1', '3.2.1', '1 parsec'].map(readInstant)).toEqual([null, null, null, null, null])
})
