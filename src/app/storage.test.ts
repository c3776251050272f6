import { expect, it } from 'vitest'
import { Store } from './storage.ts'

function fakeStorage() {
  const values = new Map<string, string>()
  const state = { full: false }
  return {
    state,
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (state.full) throw new DOMException('quota', 'QuotaExceededError')
      values.set(key, value)
    },
    removeItem: (key: string) => {
      values.delete(key)
    },
  }
}

it('keeps values, and leaves nothing of its own behind', () => {
  const backing = fakeStorage()
  const store = new Store(() => backing)
  store.write('a', { b: 1 })
  expect(store.keeps()).toBe(true)
  expect(new Store(() => backing).read('a')).toEqual({ b: 1 })
  expect([...backing.values.keys()]).toEqual(['a'])
})

it('works from memory where storage is forbidden, and says so', () => {
  const store = new Store(() => {
    throw new DOMException('denied', 'SecurityError')
  })
  store.setItem('a', '1')
  expect(store.keeps()).toBe(false)
  expect(store.getItem('a')).toBe('1')
  store.removeItem('a')
  expect(store.getItem('a')).toBeNull()
})

it('says when the storage becomes full, remembers the newer value, and says when it works again', () => {
  const backing = fakeStorage()
  const store = new Store(() => backing)
  const said: boolean[] = []
  store.subscribe(() => said.push(store.keeps()))
  store.setItem('a', 'old')
  backing.state.full = true
  store.setItem('a', 'new')
  expect(store.getItem('a')).toBe('new')
  backing.state.full = false
  store.setItem('a', 'newer')
  expect(said).toEqual([false, true])
  expect(backing.values.get('a')).toBe('newer')
})

it('reads broken data as nothing', () => {
  const backing = fakeStorage()
  backing.values.set('a', '{')
  expect(new Store(() => backing).read('a')).toBeNull()
})
