import { describe, expect, it } from 'vitest'
import { handLine, numberIn, pulled, withNumber } from './edits.ts'

const set = (verb: string, line: string) => ({ verb, line })
const TANK = { y: 100, height: 200 }

describe('a number in a line', () => {
  it.each([
    ['queue api 80 drop-newest', 80, '', 120, 'queue api 120 drop-newest'],
    ['service api exponential 100ms', 100, 'ms', 250, 'service api exponential 250ms'],
    ['service api constant 1.5s', 1.5, 's', 2, 'service api constant 2s'],
    ['load web poisson 70/s', 70, '/s', 90, 'load web poisson 90/s'],
    ['speed api 30%', 30, '%', 100, 'speed api 100%'],
    ['service line line 10Mb/s', 10, 'Mb/s', 20, 'service line line 20Mb/s'],
  ])('%s', (line, value, unit, next, expected) => {
    const number = numberIn({ line, verb: '' })
    expect(number).toMatchObject({ value, unit })
    expect(withNumber(number!, next)).toBe(expected)
  })

  it('is not the name of a part, and not there in words alone', () => {
    expect(numberIn(set('queue', 'queue 80 unbounded'))).toBeNull()
    expect(numberIn(set('order', 'order api lifo'))).toBeNull()
  })
})

describe('what a hand does', () => {
  it('keeps what else the line says', () => {
    expect(handLine('capacity', 'api', 50, [set('queue', 'queue api 80 drop-oldest')])).toBe('queue api 50 drop-oldest')
    expect(handLine('service', 'api', 20_000, [set('service', 'service api erlang 100ms phases 4')])).toBe(
      'service api erlang 20ms phases 4',
    )
    expect(handLine('rate', 'web', 50, [set('load', 'load web every 10ms')])).toBe('load web every 20ms')
    expect(handLine('rate', 'web', 50, [set('load', 'load web poisson 70/s')])).toBe('load web poisson 50/s')
  })

  it('gives a part what it had no number for', () => {
    expect(handLine('capacity', 'api', 50, [set('queue', 'queue api unbounded')])).toBe('queue api 50 drop-newest')
    expect(handLine('rate', 'web', 50, [set('load', 'load web silent')])).toBe('load web poisson 50/s')
  })

  it('means more when it is pulled up', () => {
    const up = { dy: -44, y: 120 }
    const down = { dy: 44, y: 280 }
    expect(pulled('rate', 70, up, TANK)).toBe(140)
    expect(pulled('rate', 70, down, TANK)).toBe(35)
    expect(pulled('service', 100_000, up, TANK)).toBe(200_000)
    expect(pulled('capacity', 80, up, TANK)).toBeGreaterThan(pulled('capacity', 80, down, TANK))
    expect(pulled('rate', 1, { dy: 900, y: 0 }, TANK)).toBe(1)
  })
})
