import { expect, test } from 'vitest'
import { AssertionError } from './assert.ts'
import { Registry } from './registry.ts'

const things = [{ id: 'b' }, { id: 'a' }, { id: 'c' }]

test('a registry finds by name and lists in the order of registration', () => {
  const registry = new Registry(things)
  expect(registry.all()).toEqual(things)
  expect(registry.get('a')).toBe(things[1])
  expect(registry.get('z')).toBeUndefined()
  expect(registry.get('toString')).toBeUndefined()
})

test('a name is registered once', () => {
  expect(() => new Registry([...things, { id: 'a' }])).toThrow(AssertionError)
})

test('it does not follow the list that it was made from', () => {
  const list = [{ id: 'a' }]
  const registry = new Registry(list)
  list.push({ id: 'b' })
  expect(registry.all()).toEqual([{ id: 'a' }])
})
