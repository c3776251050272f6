import { describe, expect, it } from 'vitest'
import { chartFrame, describeChart, sampleAt, sampleUs, shortNumber, valueDomain } from './chart.ts'

const size = { width: 300, height: 120 }
const data = { series: [2, null, 6, 4], stepUs: 1_000_000, lastUs: 9_000_000, unit: 'ms', theory: 5 }

describe('chart', () => {
  it('includes zero, all values and the theory, with round ends', () => {
    const [low, high] = valueDomain([3, 41, null], 87)
    expect(low).toBe(0)
    expect(high).toBeGreaterThanOrEqual(87)
    expect(high % 10).toBe(0)
    expect(valueDomain([], null)).toEqual([0, 1])
    expect(valueDomain([-3], null)[0]).toBeLessThanOrEqual(-3)
  })

  it('places samples backwards from the last one', () => {
    expect(sampleUs(data, 3)).toBe(9_000_000)
    expect(sampleUs(data, 0)).toBe(6_000_000)
  })

  it('finds the sample under the pointer', () => {
    const at = chartFrame(data, size, 1)
    for (const index of [0, 1, 2, 3]) expect(sampleAt(data, size, 1, at.x(sampleUs(data, index)) + 4)).toBe(index)
    expect(sampleAt(data, size, 1, -50)).toBe(0)
    expect(sampleAt({ ...data, series: [] }, size, 1, 10)).toBe(-1)
  })

  it('keeps every value inside its frame', () => {
    const at = chartFrame(data, size, 1)
    for (const value of [0, 2, 6, 5]) {
      expect(at.y(value)).toBeGreaterThanOrEqual(at.top)
      expect(at.y(value)).toBeLessThanOrEqual(at.bottom)
    }
  })

  it('says in words what it shows', () => {
    expect(describeChart(data)).toBe('4 ms now; between 2 and 6 over the last 3 s; theory 5 ms')
    expect(describeChart({ ...data, series: [null] })).toBe('no values yet')
  })

  it('shortens numbers', () => {
    expect([0, 0.12345, 12.34, 1_234, 12_345, 2_500_000].map(shortNumber)).toEqual([
      '0',
      '0.123',
      '12.3',
      '1234',
      '12.3k',
      '2.5M',
    ])
  })
})
