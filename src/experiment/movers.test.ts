import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { startFacts } from './facts.ts'
import { MOVERS, parseLine, parseSpeed } from './movers.ts'
import { TOY } from './toy.test-helper.ts'

const FACTS = startFacts(TOY, {})

describe('a line of the terminal', () => {
  test.each([
    ['', { kind: 'nothing' }],
    ['  # only a remark', { kind: 'nothing' }],
    ['kill n1', { kind: 'act', at: null, act: { id: 'kill', args: { node: 'n1' } } }],
    ['at 3s kill n1', { kind: 'act', at: 3_000_000, act: { id: 'kill', args: { node: 'n1' } } }],
    // It may be down by then.
    ['at 3s restart n1', { kind: 'act', at: 3_000_000, act: { id: 'restart', args: { node: 'n1' } } }],
    ['delay m12 5ms', { kind: 'act', at: null, act: { id: 'delay', args: { message: 12, duration: 5_000 } } }],
    ['run', { kind: 'mover', mover: { id: 'run', args: {} } }],
    ['run 1.5s', { kind: 'mover', mover: { id: 'run', args: { duration: 1_500_000 } } }],
    ['step', { kind: 'mover', mover: { id: 'step', args: {} } }],
    ['step message', { kind: 'mover', mover: { id: 'step-message', args: {} } }],
    ['step became-leader', { kind: 'mover', mover: { id: 'step', args: { event: 'became-leader' } } }],
    ['seek 0', { kind: 'mover', mover: { id: 'seek', args: { time: 0 } } }],
    ['speed 0.1 # slowly', { kind: 'mover', mover: { id: 'speed', args: { factor: '0.1' } } }],
    ['show c2', { kind: 'mover', mover: { id: 'show-actor', args: { actor: 'c2' } } }],
    ['show m77', { kind: 'mover', mover: { id: 'show-message', args: { message: 77 } } }],
    ['branch "what if"', { kind: 'mover', mover: { id: 'branch', args: { branch: 'what if' } } }],
    ['export csv', { kind: 'mover', mover: { id: 'export', args: { what: 'csv' } } }],
    ['help', { kind: 'mover', mover: { id: 'help', args: {} } }],
  ])('%s', (line, value) => {
    expect(parseLine(line, TOY, FACTS)).toEqual({ ok: true, value })
  })

  test.each([
    ['restart n1', 1, /n1 is running/, null],
    ['paly', 1, /no verb `paly`/, 'play'],
    ['klil n1', 1, /no verb/, 'kill'],
    ['at', 3, /missing/, null],
    ['at 3 kill n1', 4, /not a duration/, '3ms'],
    ['at 3s play', 7, /no verb `play`/, null],
    ['at 3s kill n9', 12, /no node `n9`/, null],
    ['run 0s', 5, /too small/, null],
    ['speed fast', 7, /`fast` is not a speed/, null],
    ['speed   0', 9, /`0` is not a speed/, null],
    ['show q7', 6, /no node or client `q7`/, null],
    ['export cvs', 8, /`cvs`/, 'csv'],
    ['step message now', 14, /`now`/, null],
    ['branches 1', 10, /`1`/, null],
    ['"run', 1, /never closed/, null],
  ])('%s is wrong at column %i', (line, column, message, suggestion) => {
    const result = parseLine(line, TOY, FACTS)
    expect(result).toMatchObject({ ok: false, error: { line: 1, column, suggestion } })
    if (!result.ok) expect(result.error.message).toMatch(message)
  })

  it('is never thrown at', () => {
    const words = fc.constantFrom(
      'at ',
      '1s ',
      'kill ',
      'n1 ',
      'speed ',
      'max',
      '"',
      '\\',
      '#',
      'show ',
      'm1',
      '\u0007',
    )
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: words })), (line) => {
        const result = parseLine(line, TOY, FACTS)
        if (result.ok) return
        const { column, length } = result.error
        expect(column >= 1 && length >= 1 && column + length <= line.length + 2).toBe(true)
      }),
    )
  })
})

describe('speeds', () => {
  test.each([
    ['max', 'max'],
    ['1', 1_000],
    ['0.001', 1],
    ['1000', 1_000_000],
    ['0.25', 250],
    ['0', null],
    ['0.0001', null],
    ['1000.001', null],
    ['-1', null],
    ['x', null],
  ])('%s is %s thousandths', (text, permille) => {
    expect(parseSpeed(text)).toBe(permille)
  })
})

describe('registration', () => {
  it('has every id once and no verb of a common act', () => {
    const ids = MOVERS.map((mover) => mover.id)
    expect(new Set(ids).size).toBe(ids.length)
    const acts = new Set(TOY.acts.map((spec) => spec.verb))
    expect(MOVERS.filter((mover) => acts.has(mover.verb))).toEqual([])
  })
})
