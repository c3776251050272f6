import { describe, expect, test } from 'vitest'
import { describePlot, layoutPlot, type Plot, plotCsv, plotNumber, readAt, stops } from './plot.ts'

const plot: Plot = {
  title: 'Response',
  x: { label: 'Frequency', unit: 'Hz' },
  y: { label: 'Heave', unit: 'm/m' },
  series: [
    {
      id: 'a',
      label: 'before',
      color: '--term-0',
      look: 'line',
      points: [
        [0, 1],
        [1, 3],
        [2, Number.NaN],
        [3, 2],
      ],
    },
    {
      id: 'b',
      label: 'after, "new"',
      color: '--term-1',
      look: 'points',
      points: [
        [0.5, 4],
        [3, 1],
      ],
    },
  ],
  marks: [{ x: 1.5, label: 'resonance' }],
}
const size = { width: 300, height: 200, type: 12 }

describe('layout', () => {
  const layout = layoutPlot(plot, size)

  test('the x axis spans the data, the y axis begins at 0', () => {
    expect([layout.xOf(0), layout.xOf(3)]).toEqual([layout.left, layout.right])
    expect(layout.yOf(0)).toBe(layout.bottom)
    expect(layout.yOf(4)).toBeGreaterThanOrEqual(layout.top)
    expect(layout.valueAt(layout.xOf(1.25))).toBeCloseTo(1.25, 9)
  })

  test('what is no number interrupts a line: two pieces', () => {
    expect(layout.curves[0]!.path.match(/M/g)).toHaveLength(2)
    expect(layout.curves[1]!.dots).toHaveLength(2)
  })

  test('a logarithmic axis leaves out what it cannot show', () => {
    const log = layoutPlot(
      {
        ...plot,
        y: { ...plot.y, scale: 'log' },
        series: [
          {
            ...plot.series[0]!,
            points: [
              [0, 0],
              [1, 10],
              [2, 1000],
            ],
          },
        ],
      },
      size,
    )
    expect(log.curves[0]!.path).not.toMatch(/NaN|Infinity/)
    expect(log.yOf(100) - log.yOf(1000)).toBeCloseTo(log.yOf(10) - log.yOf(100), 6)
  })

  test('a mark beyond the axis is left out', () => {
    const { marks } = layoutPlot(
      {
        ...plot,
        marks: [
          { x: 1.5, label: 'in' },
          { x: 9, label: 'out' },
        ],
      },
      size,
    )
    expect(marks.map(({ label }) => label)).toEqual(['in'])
  })

  test('an empty plot has axes', () => {
    const empty = layoutPlot({ ...plot, series: [] }, size)
    expect(empty.xTicks.length).toBeGreaterThan(1)
    expect(Number.isFinite(empty.yTicks[0]!.at)).toBe(true)
  })
})

describe('reading', () => {
  test('every series at its own nearest point', () => {
    expect(readAt(plot, 2.6).map(({ point }) => point)).toEqual([
      [3, 2],
      [3, 1],
    ])
    expect(stops(plot)).toEqual([0, 0.5, 1, 2, 3])
  })

  test('as CSV: a row for every x, cells that are not there stay empty', () => {
    expect(plotCsv(plot).split('\n').slice(0, 3)).toEqual([
      'Frequency [Hz],before [m/m],"after, ""new"" [m/m]"',
      '0,1,',
      '0.5,,4',
    ])
  })

  test('a curve that turns back keeps all its points', () => {
    const tendon = {
      ...plot.series[0]!,
      points: [
        [1, -20],
        [1, -10],
        [1, 0],
      ] as const,
    }
    expect(plotCsv({ ...plot, series: [tendon] }).split('\n')).toEqual([
      'curve,Frequency [Hz],Heave [m/m]',
      'before,1,-20',
      'before,1,-10',
      'before,1,0',
      '',
    ])
  })

  test('in words: where the peaks are', () => {
    expect(describePlot(plot)).toContain('before: highest 3 m/m at 1 Hz')
  })

  test.each([
    [0, '0'],
    [12.3456, '12.35'],
    [0.00001, '1.00e-5'],
    [1_234_567, '1.23e6'],
  ])('%d is %s', (value, text) => {
    expect(plotNumber(value)).toBe(text)
  })
})
