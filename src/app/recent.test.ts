import { expect, it } from 'vitest'
import { addRecent, type Recent, readRecent } from './recent.ts'

const entry = (text: string, leftAtMs = 1): Recent => ({ title: text, text, leftAtMs })

it('puts the newest first and keeps a text once', () => {
  const list = [entry('b'), entry('a')].reduce<readonly Recent[]>((all, one) => addRecent(all, one), [entry('b', 0)])
  expect(list).toEqual([entry('a'), entry('b')])
})

it('forgets the eleventh', () => {
  let list: readonly Recent[] = []
  for (let count = 0; count < 11; count += 1) list = addRecent(list, entry(`run ${count}`))
  expect(list).toHaveLength(10)
  expect(list.at(-1)?.text).toBe('run 1')
})

it.each([null, 'x', { title: 'x' }])('reads %j as an empty list', (stored) => {
  expect(readRecent(stored)).toEqual([])
})

it('drops what is no experiment', () => {
  expect(readRecent([entry('a'), { text: 'b' }, null])).toEqual([entry('a')])
})
