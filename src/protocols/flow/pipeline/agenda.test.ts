import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Agenda } from './agenda.ts'

function drained(agenda: Agenda<number>, nowUs: number): number[] {
  const out: number[] = []
  for (let next = agenda.take(nowUs); next !== null; next = next.rest.take(nowUs)) out.push(next.work)
  return out
}

test('gives in the order of time, and first come first at the same instant', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (times) => {
      let agenda = Agenda.empty<number>()
      times.forEach((at, number) => {
        agenda = agenda.add(at, number)
      })
      const wanted = times.map((at, number) => [at, number] as const).toSorted((x, y) => x[0] - y[0] || x[1] - y[1])
      expect(drained(agenda, 20)).toEqual(wanted.map(([, number]) => number))
      expect(drained(agenda, 7)).toEqual(wanted.filter(([at]) => at <= 7).map(([, number]) => number))
    }),
  )
})

test('what does not pass is gone, and the rest keeps its order and comes before what is added', () => {
  const agenda = [4, 2, 2, 9].reduce((list, at, number) => list.add(at, number), Agenda.empty<number>())
  const kept = agenda.filter((number) => number !== 1).add(2, 7)
  expect(drained(kept, 20)).toEqual([2, 7, 0, 3])
  expect([agenda.size, kept.size, agenda.filter(() => false).dueUs]).toEqual([4, 4, null])
})

test('an older version knows nothing of what came later', () => {
  const one = Agenda.empty<string>().add(5, 'a')
  const two = one.add(3, 'b')
  expect([one.dueUs, two.dueUs, Agenda.empty().dueUs]).toEqual([5, 3, null])
  expect([one.take(4), two.take(4)?.work]).toEqual([null, 'b'])
})
