import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { DURATION_MAX, formatDuration, formatPermille, parseDuration, parsePermille } from './units.ts'

describe('durations', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['5us', 5],
    ['150ms', 150_000],
    ['1.2s', 1_200_000],
    ['0.5ms', 500],
    ['0.000001s', 1],
    ['1.50s', 1_500_000],
    ['2m', 120_000_000],
    ['0.5m', 30_000_000],
    ['1h', 3_600_000_000],
    ['100h', 360_000_000_000],
    ['007ms', 7_000],
  ])('%s is %i us', (text, us) => {
    expect(parseDuration(text)).toBe(us)
  })

  test.each([
    '',
    '1',
    's',
    '1.s',
    '.5s',
    '-1s',
    '+1s',
    '1e3s',
    '1 s',
    '1S',
    '1sec',
    '1.2.3s',
    '0.5us',
    '1.0000001s',
    '100.1h',
    '9999999999999s',
  ])('%s is none', (text) => {
    expect(parseDuration(text)).toBeNull()
  })

  test.each([
    [0, '0s'],
    [1, '1us'],
    [999, '999us'],
    [1_000, '1ms'],
    [1_500, '1.5ms'],
    [150_000, '150ms'],
    [1_000_000, '1s'],
    [1_200_000, '1.2s'],
    [60_000_000, '60s'],
    [1_000_001, '1.000001s'],
  ])('%i us prints as %s', (us, text) => {
    expect(formatDuration(us)).toBe(text)
  })

  it('read what they print', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DURATION_MAX }), (us) => {
        expect(parseDuration(formatDuration(us))).toBe(us)
      }),
    )
  })

  it('are exact for every way to write them', () => {
    const units = [
      ['us', 1n],
      ['ms', 1_000n],
      ['s', 1_000_000n],
      ['m', 60_000_000n],
      ['h', 3_600_000_000n],
    ] as const
    const decimals = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 9 })
    fc.assert(
      fc.property(fc.nat(10_000), decimals, fc.constantFrom(...units), (whole, digits, [unit, scale]) => {
        // The same value in exact arithmetic: an independent calculation.
        const scaled = BigInt(`${whole}${digits}`) * scale
        const divisor = 10n ** BigInt(digits.length)
        const exact = scaled % divisor === 0n && scaled / divisor <= BigInt(DURATION_MAX)
        const text = `${whole}${digits === '' ? '' : '.'}${digits}${unit}`
        expect(parseDuration(text)).toBe(exact ? Number(scaled / divisor) : null)
      }),
    )
  })
})

describe('shares', () => {
  test.each([
    ['0%', 0],
    ['0.5%', 5],
    ['30%', 300],
    ['030%', 300],
    ['99.9%', 999],
    ['100%', 1000],
    ['100.0%', 1000],
  ])('%s is %i per mille', (text, permille) => {
    expect(parsePermille(text)).toBe(permille)
  })

  test.each(['', '%', '30', '0.05%', '100.1%', '101%', '-1%', '1e1%', '.5%', '5.%', '30 %'])('%s is none', (text) => {
    expect(parsePermille(text)).toBeNull()
  })

  it('read what they print', () => {
    for (let permille = 0; permille <= 1000; permille++) expect(parsePermille(formatPermille(permille))).toBe(permille)
    expect(formatPermille(5)).toBe('0.5%')
    expect(formatPermille(300)).toBe('30%')
  })
})
