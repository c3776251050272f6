import { describe, expect, test } from 'vitest'
import { HISTORY_COLUMNS, HISTORY_HEADER, type HistoryColumn, readHistory } from '../../contract.ts'
import { type CurvePart, curvesCsv, curvesOf, nearestTime, spread } from './curves.ts'

type Row = Partial<Record<HistoryColumn, number>>

/** A history of `rows[sample][part]`, a tenth of a second from one to the next. What is not said is absent. */
function historyOf(rows: readonly (readonly Row[])[]) {
  const parts = rows[0]!.length
  const stride = 1 + parts * HISTORY_COLUMNS.length
  const data = new Float64Array(HISTORY_HEADER + rows.length * stride)
  data.set([rows.length, parts])
  rows.forEach((row, sample) => {
    const at = HISTORY_HEADER + sample * stride
    data[at] = (sample + 1) * 100_000
    row.forEach((cells, part) => {
      HISTORY_COLUMNS.forEach((column, index) => {
        data[at + 1 + part * HISTORY_COLUMNS.length + index] = cells[column] ?? -1
      })
    })
  })
  return readHistory(data.buffer)
}

const part = (name: string, kind: CurvePart['kind'], variant = 0): CurvePart => ({
  name: variant === 0 ? name : `${name}.b`,
  part: name,
  variant,
  kind,
})
const PAIR = [part('web', 'source'), part('api', 'stage')]
const ALL = { part: null, fromUs: 0, pointsMax: 1_000 }

describe('curves', () => {
  test('what waits anywhere is one line; latencies are those of the sources', () => {
    const history = historyOf([
      [{ waiting: 2, p50Ms: 20, p99Ms: 90 }, { waiting: 3 }],
      [{ waiting: 0, p50Ms: 30, p99Ms: -1 }, { waiting: 7 }],
    ])
    const { timesUs, charts } = curvesOf(history, PAIR, ALL)
    expect(timesUs).toEqual([100_000, 200_000])
    const chart = (id: string) => charts.find((each) => each.id === id)!
    expect(chart('waiting').curves.map(({ values }) => values)).toEqual([[5, 7]])
    expect(chart('latency').curves.map(({ label, values }) => [label, values])).toEqual([
      ['p50', [20, 30]],
      ['p95', [null, null]],
      ['p99', [90, null]],
    ])
  })

  test('nothing dropped is no chart; a drop makes one', () => {
    const quiet = historyOf([[{}, { droppedPerS: 0 }]])
    const loud = historyOf([[{}, { droppedPerS: 4 }]])
    const ids = (history: ReturnType<typeof historyOf>) => curvesOf(history, PAIR, ALL).charts.map(({ id }) => id)
    expect(ids(quiet)).not.toContain('dropped')
    expect(ids(loud)).toContain('dropped')
  })

  test('a point of a rate is the mean of the second before it', () => {
    const rows = Array.from({ length: 30 }, (_, at) => [{}, { departedPerS: at < 20 ? 0 : 10 }])
    const { charts } = curvesOf(historyOf(rows), PAIR, ALL)
    const values = charts.find(({ id }) => id === 'flow')!.curves.find(({ label }) => label === 'throughput')!.values
    expect([values[19], values[24], values[29]]).toEqual([0, 5, 10])
  })

  test('more samples than points: neighbours are averaged, and the last instant stays', () => {
    const rows = Array.from({ length: 10 }, (_, at) => [{ waiting: at }, { waiting: 0 }])
    const { timesUs, charts } = curvesOf(historyOf(rows), PAIR, { ...ALL, pointsMax: 5 })
    expect(timesUs.at(-1)).toBe(1_000_000)
    expect(charts[0]!.curves[0]!.values).toEqual([0.5, 2.5, 4.5, 6.5, 8.5])
  })

  test('copies stand beside each other: a chart a quantity, a line a copy, told apart by dashes', () => {
    const parts = [...PAIR, part('web', 'source', 1), part('api', 'stage', 1)]
    const history = historyOf([[{ goodPerS: 9 }, {}, { goodPerS: 4 }, {}]])
    const chart = curvesOf(history, parts, ALL).charts.find(({ title }) => title === 'Goodput')!
    expect(chart.curves.map(({ label, values }) => [label, values])).toEqual([
      ['a', [9]],
      ['b', [4]],
    ])
    expect(new Set(chart.curves.map(({ dash }) => dash)).size).toBe(2)
  })

  test('of a chosen part only its own numbers', () => {
    const history = historyOf([[{ waiting: 2 }, { waiting: 3 }]])
    const { charts } = curvesOf(history, PAIR, { ...ALL, part: 'api' })
    expect(charts.find(({ id }) => id === 'waiting')!.curves[0]!.values).toEqual([3])
    expect(charts.some(({ id }) => id === 'latency')).toBe(false)
  })

  test('a history of another structure is not read as this one', () => {
    expect(curvesOf(historyOf([[{ waiting: 1 }]]), PAIR, ALL).charts).toEqual([])
  })
})

test('CSV: a row an instant, a column a line, nothing where nothing was measured', () => {
  const curve = (label: string, values: (number | null)[]) => ({ id: label, label, color: '--ink', dash: 0, values })
  const charts = [{ id: 'x', title: 'Latency', unit: 'ms', curves: [curve('p50', [1.5, null]), curve('p99', [7, 8])] }]
  expect(curvesCsv({ timesUs: [100_000, 200_000], charts })).toBe(
    'time [s],Latency: p50 [ms],Latency: p99 [ms]\n0.1,1.5,7\n0.2,,8\n',
  )
})

test('the nearest instant', () => {
  expect(nearestTime([10, 20, 30], 24)).toBe(1)
  expect(nearestTime([10, 20, 30], 99)).toBe(2)
  expect(nearestTime([], 5)).toBe(-1)
})

test('texts beside line ends keep apart, in order, inside', () => {
  expect(spread([50, 51, 10], 12, 0, 100)).toEqual([50, 62, 10])
  const low = spread([99, 98, 97], 12, 0, 100)
  expect(Math.max(...low)).toBeLessThanOrEqual(100)
  expect(low[0]! - low[1]!).toBeGreaterThanOrEqual(12)
  expect(low[1]! - low[2]!).toBeGreaterThanOrEqual(12)
})
