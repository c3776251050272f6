import { expect, test } from 'vitest'
import { raftLab } from '../labs/raft/world.ts'
import { Desk } from './desk.ts'
import type { Sheet } from './lab.ts'

/** A lab whose one sheet is the state of an actor: that of the selected one, or of the first. */
function deskWithSheet() {
  let written = 0
  const sheets = (world: { state(actor: number): unknown }, selected: string | null): readonly Sheet[] => [
    {
      id: 'state',
      from: [world.state(selected === 'n2' ? 1 : 0)],
      write: () => {
        written++
        return new ArrayBuffer(8)
      },
    },
  ]
  const desk = new Desk({ ...raftLab, projection: { ...raftLab.projection, sheets } })
  desk.open('lab raft\nset nodes 3\n')
  return { desk, written: () => written }
}

test('a sheet travels when what it is made from has changed, and only then', () => {
  const { desk, written } = deskWithSheet()
  expect(desk.sheets().map(({ id }) => id)).toEqual(['state'])
  expect(desk.sheets()).toEqual([])
  desk.seek(5_000_000)
  expect(desk.sheets()).toHaveLength(1)
  desk.selection = { kind: 'actor', name: 'n2' }
  expect(desk.sheets()).toHaveLength(1)
  expect(desk.sheets()).toEqual([])
  expect(written()).toBe(3)
})

test('a lab without sheets sends none', () => {
  expect(new Desk(raftLab).sheets()).toEqual([])
})
