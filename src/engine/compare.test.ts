import { expect, test } from 'vitest'
import { openDesk } from './random.test-helper.ts'

/** A desk with two futures: n1 dies at 1.5 s in the first, something else happens at 1 s in the second. */
function twoFutures(line: string) {
  const desk = openDesk('lab raft\nset load 10/s\nat 1.5s kill n1\n')
  desk.seek(2_000_000)
  desk.seek(1_000_000)
  desk.line(line)
  desk.seek(2_000_000)
  return desk
}

test('two futures differ from the first event that is not the same', () => {
  const desk = twoFutures('kill n2')
  const found = desk.compare(1, 2)
  expect(found).toMatchObject({ left: 1, right: 2, differsAtUs: 1_000_000, rightText: 'kill n2' })
  expect(desk.compare(2, 1)).toMatchObject({ differsAtUs: 1_000_000, leftText: 'kill n2' })
  const [one, other] = desk.timeline.branches.map(({ trace }) => trace)
  const fork = one!.firstAt(1_000_000)
  for (let row = 0; row < fork; row++) expect(other!.read(row)).toEqual(one!.read(row))
})

test('a future that is a prefix of the other differs where the other goes on', () => {
  const desk = openDesk('lab raft\nset load 10/s\nat 500ms kill n1\n')
  desk.seek(1_000_000)
  desk.undo()
  const behind = desk.compare(1, 2)
  expect(behind.differsAtUs).toBe(500_000)
  expect([behind.leftText, behind.rightText]).toEqual(['kill n1', null])
})

test('a future does not differ from itself, nor from one that does not exist', () => {
  const desk = twoFutures('kill n2')
  for (const [left, right] of [
    [1, 1],
    [1, 99],
  ] as const) {
    expect(desk.compare(left, right)).toEqual({ left, right, differsAtUs: null, leftText: null, rightText: null })
  }
})
