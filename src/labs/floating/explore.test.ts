import { describe, expect, test } from 'vitest'
import { dimensionsOf } from '../../physics/design/dimensions.ts'
import { NUMBERS, type NumberId, type SweepPlan } from './contract.ts'
import { sensitivitiesTo, sweepSlice, valuesAt } from './explore.ts'
import { numbersOf } from './numbers.ts'
import { after, launch, type PlatformInput, solve } from './platform.ts'

const input: PlatformInput = {
  ...launch('cylinder'),
  loads: {
    ...launch('cylinder').loads,
    waves: [{ spectrum: 'JONSWAP', periodS: 10, heightM: 4, headingDeg: 0, gamma: 0 }],
  },
}
const at = (id: NumberId) => NUMBERS.findIndex((number) => number.id === id)

/** The numbers of the design that acts make. */
function opened(changes: Readonly<Record<string, number>>): Float64Array {
  let now = input
  for (const [dimension, value] of Object.entries(changes)) {
    const next = after(now, { kind: 'set', dimension, value })
    if (!next.ok) throw new Error(next.error)
    now = next.value
  }
  const solved = solve(now, null)
  if (!solved.ok) throw new Error(solved.error.message)
  return numbersOf(solved.value)
}

const PLAN: SweepPlan = {
  axes: [
    { dimension: 'column.diameter', from: 9, to: 11 },
    { dimension: 'lines.length', from: 250, to: 260 },
  ],
  order: 'grid',
  count: 9,
  seed: 7,
}

describe('sweeps', () => {
  test('a grid has all corners, and a random plan stays between its ends and follows its seed', () => {
    const grid = Array.from({ length: 9 }, (_, i) => valuesAt(PLAN, i).join(' '))
    expect(new Set(grid).size).toBe(9)
    expect(grid).toEqual(expect.arrayContaining(['9 250', '9 260', '11 250', '11 260', '10 255']))
    const random = (seed: number) =>
      Array.from({ length: 50 }, (_, i) => valuesAt({ ...PLAN, order: 'random', seed }, i))
    for (const [one, two] of random(1)) {
      expect(one).toBeGreaterThanOrEqual(9)
      expect(one).toBeLessThanOrEqual(11)
      expect(two).toBeGreaterThanOrEqual(250)
      expect(two).toBeLessThanOrEqual(260)
    }
    expect(random(1)).toEqual(random(1))
    expect(random(1)).not.toEqual(random(2))
  })

  test('a design of a sweep is the design that acts open, to the last bit, whatever the slices', () => {
    const length = dimensionsOf(input.design).find(({ name }) => name === 'lines.length')!.value
    const plan = { ...PLAN, axes: [PLAN.axes[0]!, { ...PLAN.axes[1]!, from: length * 0.98, to: length * 1.02 }] }
    const width = 2 + NUMBERS.length
    const whole = sweepSlice(input, plan, 0, 9)
    const parts = [...sweepSlice(input, plan, 0, 4).rows, ...sweepSlice(input, plan, 4, 9).rows]
    expect(parts).toEqual([...whole.rows])
    expect(whole.failures).toEqual([])
    for (const i of [0, 5]) {
      const [diameter, lines] = valuesAt(plan, i)
      const expected = opened({ 'column.diameter': diameter!, 'lines.length': lines! })
      expect([...whole.rows.subarray(i * width + 2, (i + 1) * width)]).toEqual([...expected])
    }
  })

  test('designs without a solution are counted by their reason and have no numbers', () => {
    const axes = [{ dimension: 'column.diameter', from: 4, to: 10 }]
    const { rows, failures } = sweepSlice(input, { ...PLAN, axes, count: 2 }, 0, 2)
    expect(failures).toEqual(['sinks'])
    expect(rows[0]).toBe(4)
    expect(rows[1]).toBeNaN()
    expect(rows[1 + NUMBERS.length + 1]).toBeGreaterThan(0)
    const far = sweepSlice(input, { ...PLAN, axes: [{ dimension: 'column.diameter', from: 1e3, to: 2e3 }] }, 0, 2)
    expect(far.failures).toEqual(['out of range', 'out of range'])
  })
})

describe('sensitivities', () => {
  test('are what one per cent more does', () => {
    const [row] = sensitivitiesTo(input, ['column.diameter'])
    const diameter = dimensionsOf(input.design).find(({ name }) => name === 'column.diameter')!.value
    const [less, more] = [0.995, 1.005].map((part) => opened({ 'column.diameter': diameter * part }))
    for (const id of ['mass', 'heave-period', 'heave-std', 'tension-max'] as const) {
      const measured = more![at(id)]! - less![at(id)]!
      expect(row!.change![at(id)]! / measured).toBeCloseTo(1, 2)
    }
  })

  test('what is 0 has no per cent', () => {
    const zero = dimensionsOf(input.design).find(({ value }) => value === 0)!
    expect(sensitivitiesTo(input, [zero.name])).toEqual([])
  })
})
