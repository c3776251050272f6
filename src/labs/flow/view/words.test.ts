import { describe, expect, it } from 'vitest'
import type { Slow } from '../../../engine/api.ts'
import { CONDITIONS, type FlowView, phaseOf } from '../contract.ts'
import { describeWorld } from './describe.ts'
import { lane } from './lane.ts'
import { conditionWord, countText, dropsText, fitText, timeText } from './words.ts'

describe('words of the picture', () => {
  it('tell drops by reason, the most frequent first', () => {
    expect(dropsText([3, 0, 1204, 0, 0, 0, 0, 0, 0])).toBe('1,204 expired · 3 overflow')
    expect(dropsText([])).toBe('')
  })

  it('are short', () => {
    expect(countText(2_345_678)).toBe('2.3M')
    expect(timeText(34_567)).toBe('35 ms')
    expect(timeText(1_234_567)).toBe('1.2 s')
    expect(fitText('exponential', 40, 11)).toBe('expon…')
    expect(fitText('LIFO', 40, 11)).toBe('LIFO')
  })

  it('call a stage without work starved, a source without work idle', () => {
    expect(conditionWord('idle', { kind: 'stage', status: 'up' })).toBe('starved')
    expect(conditionWord('idle', { kind: 'source', status: 'up' })).toBe('idle')
    expect(conditionWord('working', { kind: 'stage', status: 'paused' })).toBe('paused')
  })
})

describe('describe now', () => {
  it('says when, what the parts do, and who may not send', () => {
    const view = {
      pipes: [
        { from: 'api', to: 'db', grant: '0 of 8', credit: 0 },
        { from: 'web', to: 'api', grant: 'open', credit: null },
      ],
      summary: ['api is full: 8 wait'],
    } as unknown as FlowView
    const run = { nowUs: 1_500_000, playing: false, caption: 'api is full' }
    expect(describeWorld({ view, run } as unknown as Slow)).toBe(
      'At 1.500 s, stopped. api is full: 8 wait. api may not send to db: 0 of 8. api is full.',
    )
  })
})

describe('lanes', () => {
  it('differ in line and word by condition', () => {
    const looks = CONDITIONS.map((_, at) => lane.phase(phaseOf(at, 4)))
    expect(new Set(looks.map(({ label }) => label)).size).toBe(CONDITIONS.length)
    expect(lane.phase(phaseOf(CONDITIONS.indexOf('saturated'), 4)).label).toBe('saturated, half full')
  })
})
