import { expect, it } from 'vitest'
import { Announcements } from './announcements.ts'

it('says what came together in one breath, and nothing twice', () => {
  const announcements = new Announcements()
  announcements.add('n1 is down')
  announcements.add('n2 leads term 2')
  expect(announcements.take(0)).toBe('n1 is down. n2 leads term 2')
  expect(announcements.take(10_000)).toBeNull()
})

it('keeps quiet while the last sentence is being read', () => {
  const announcements = new Announcements()
  announcements.add('one')
  announcements.take(0)
  announcements.add('two')
  expect(announcements.take(1_000)).toBeNull()
  expect(announcements.take(1_500)).toBe('two')
})

it('counts what is too much to read', () => {
  const announcements = new Announcements()
  for (let count = 1; count <= 7; count += 1) announcements.add(`event ${count}`)
  expect(announcements.take(0)).toBe('3 earlier events. event 4. event 5. event 6. event 7')
})
