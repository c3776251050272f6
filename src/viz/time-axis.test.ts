import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fitView,
  followView,
  formatInstant,
  formatTick,
  instantText,
  panView,
  spanText,
  timeTicks,
  zoomView,
} from './time-axis.ts'

const views = fc
  .tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 20, max: 1e8 }))
  .map(([fromUs, span]) => ({ fromUs, toUs: fromUs + span }))

describe('time window', () => {
  it('keeps what is under the pointer in place when it zooms away from the beginning', () => {
    const view = { fromUs: 1_000_000, toUs: 2_000_000 }
    const zoomed = zoomView(view, 1_250_000, 0.5, 1e9)
    expect(zoomed).toEqual({ fromUs: 1_125_000, toUs: 1_625_000 })
  })

  it('never shows negative time and never less than the shortest span', () => {
    fc.assert(
      fc.property(
        views,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (view, share, factor) => {
          const zoomed = zoomView(view, view.fromUs + share * (view.toUs - view.fromUs), factor, 1e9)
          expect(zoomed.fromUs).toBeGreaterThanOrEqual(0)
          expect(zoomed.toUs - zoomed.fromUs).toBeGreaterThan(19.9)
          expect(zoomed.toUs - zoomed.fromUs).toBeLessThan(1e9 + 1)
        },
      ),
    )
  })

  it('stops panning at the beginning and at the end of the run', () => {
    const view = { fromUs: 100, toUs: 300 }
    expect(panView(view, -500, 1_000)).toEqual({ fromUs: 0, toUs: 200 })
    expect(panView(view, 5_000, 1_000)).toEqual({ fromUs: 1_000, toUs: 1_200 })
  })

  it('follows so that the present is always inside', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 0, max: 1e9 }), (view, nowUs) => {
        const next = followView(view, nowUs)
        expect(next.fromUs).toBeLessThanOrEqual(nowUs)
        expect(next.toUs).toBeGreaterThan(nowUs)
        expect(next.toUs - next.fromUs).toBeCloseTo(view.toUs - view.fromUs, 3)
      }),
    )
  })

  it('does not move while the present is well inside', () => {
    const view = { fromUs: 0, toUs: 1_000 }
    expect(followView(view, 500)).toBe(view)
  })

  it('fits the whole run, and the announced end when it is near', () => {
    expect(fitView(10_000_000, null).toUs).toBe(10_400_000)
    expect(fitView(6_000_000, 10_000_000).toUs).toBe(10_400_000)
    expect(fitView(0, 10_000_000)).toEqual({ fromUs: 0, toUs: 2_000_000 })
  })
})

describe('ticks', () => {
  it('are round, inside the window, and not closer than asked', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 120, max: 2_000 }), (view, width) => {
        const ticks = timeTicks(view, width, 80)
        for (const { atUs } of ticks) {
          expect(atUs).toBeGreaterThanOrEqual(view.fromUs)
          expect(atUs).toBeLessThanOrEqual(view.toUs)
        }
        const px = (us: number) => (us / (view.toUs - view.fromUs)) * width
        for (let i = 1; i < ticks.length; i++) expect(px(ticks[i]!.atUs - ticks[i - 1]!.atUs)).toBeGreaterThan(80 * 0.5)
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length)
      }),
    )
  })

  it('name the unit by the window and the decimals by the step', () => {
    expect(formatTick(3_200_000, 200_000, 3_600_000)).toBe('3.2 s')
    expect(formatTick(4_000_000, 1_000_000, 9_000_000)).toBe('4 s')
    expect(formatTick(120_000, 20_000, 200_000)).toBe('120 ms')
    expect(formatTick(1_250, 50, 1_500)).toBe('1.25 ms')
    expect(formatTick(15, 5, 60)).toBe('15 µs')
    expect(formatTick(3_214_567, 1, 3_214_600)).toBe('3.214567 s')
  })

  it('covers two seconds of a wide panel as in a drawing by hand', () => {
    expect(timeTicks({ fromUs: 1_600_000, toUs: 3_600_000 }, 1_000, 84).map(({ text }) => text)).toEqual([
      '1.6 s',
      '1.8 s',
      '2.0 s',
      '2.2 s',
      '2.4 s',
      '2.6 s',
      '2.8 s',
      '3.0 s',
      '3.2 s',
      '3.4 s',
      '3.6 s',
    ])
  })
})

describe('times for people', () => {
  it('splits an instant into milliseconds and the rest, exactly', () => {
    expect(formatInstant(3_214_567)).toEqual({ coarse: '3.214', fine: '567' })
    expect(formatInstant(7)).toEqual({ coarse: '0.000', fine: '007' })
    expect(instantText(2_000_000)).toBe('2.000 s')
    expect(instantText(2_000_001)).toBe('2.000001 s')
  })

  it('says spans with three digits', () => {
    expect([340, 6_000, 1_250, 999_499, 999_600, 1_250_000, 240_000_000].map(spanText)).toEqual([
      '340 µs',
      '6 ms',
      '1.25 ms',
      '999 ms',
      '1 s',
      '1.25 s',
      '4 min',
    ])
  })
})
