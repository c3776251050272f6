import { expect, test } from 'vitest'
import { NUMBERS, type SweepPlan } from '../contract.ts'
import { cloudOf, columnsOf, type Designs, failuresOf, sweepCsv } from './sweep-data.ts'

const plan: SweepPlan = {
  axes: [{ dimension: 'column.diameter', from: 4, to: 6 }],
  order: 'grid',
  count: 3,
  seed: 1,
}
const columns = columnsOf(plan, [{ id: 'column.diameter', name: 'column.diameter', unit: 'm' }])

/** The first floats, the second sinks, the third has not come yet. */
function designs(): Designs {
  const rows = new Float64Array(3 * columns.length).fill(Number.NaN)
  rows[0] = 4
  NUMBERS.forEach((_, at) => {
    rows[1 + at] = at
  })
  rows[columns.length] = 5
  return { plan, columns, rows, reasons: new Map([[1, 'sinks']]) }
}

test('only designs with a solution are in the cloud', () => {
  expect(cloudOf(designs(), 'column.diameter', NUMBERS[1].id)).toEqual({ points: [[4, 1]], of: [0] })
})

test('failures are counted by reason', () => {
  const reasons = new Map([
    [0, 'sinks'],
    [1, 'capsizes'],
    [2, 'capsizes'],
  ])
  expect(failuresOf({ ...designs(), reasons })).toEqual([
    ['capsizes', 2],
    ['sinks', 1],
  ])
})

test('the table has a row for every design that came, with the reason where there is no solution', () => {
  const [head, first, second, ...rest] = sweepCsv(designs()).split('\n')
  expect(head).toMatch(/^column\.diameter \[m\],mass \[t\],.*,no solution$/)
  expect(first).toBe(`4,${NUMBERS.map((_, at) => at).join(',')},`)
  expect(second).toBe(`5${','.repeat(NUMBERS.length + 1)}sinks`)
  expect(rest).toEqual([''])
})
