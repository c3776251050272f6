import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDouble, parseDouble } from './doubles.ts'
import { addInt64, isCanonicalInteger, parseInt64, parseSafeInteger } from './integers.ts'
import { addLongDouble, formatLongDouble, parseLongDouble } from './long-double.ts'

describe('64-bit integers', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['999999999999999', 999_999_999_999_999],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775808', null],
    ['-9223372036854775809', null],
    ['', null],
    ['-', null],
    ['-0', null],
    ['01', null],
    ['+1', null],
    [' 1', null],
    ['1 ', null],
    ['1.0', null],
    ['0x1', null],
  ])('%j is %s', (text, value) => {
    expect(parseInt64(text)).toBe(value)
    expect(isCanonicalInteger(text)).toBe(value !== null)
  })

  test('every int64 is read back; sums are right or refused', () => {
    const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
    const read = (value: bigint) => parseInt64(String(value))!
    fc.assert(
      fc.property(int64, int64, (x, y) => {
        expect(BigInt(read(x))).toBe(x)
        const sum = addInt64(read(x), read(y))
        const right = BigInt.asIntN(64, x + y) === x + y ? x + y : null
        expect(sum === null ? null : BigInt(sum)).toBe(right)
      }),
    )
    expect(addInt64(9_007_199_254_740_991, 1)).toBe(9007199254740992n)
  })

  test('a safe integer is no larger', () => {
    expect([parseSafeInteger('9007199254740991'), parseSafeInteger('9007199254740992')]).toEqual([
      9007199254740991,
      null,
    ])
  })
})

describe('doubles', () => {
  test.each([
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['+2', 2],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['0x1p4', 16],
    ['-0x.8', -0.5],
    ['0e999', 0],
    ['nan', null],
    ['1e309', null],
    ['1e-400', null],
    ['', null],
    [' 1', null],
    ['1e', null],
    ['1,5', null],
    ['0x', null],
  ])('%j is %s', (text, value) => {
    expect(parseDouble(text)).toBe(value)
  })

  // What glibc's printf("%.17g") gives.
  test.each([
    [0.1, '0.10000000000000001'],
    [-1.5, '-1.5'],
    [1e15, '1000000000000000'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [123456789.123, '123456789.123'],
    [1e-4, '0.0001'],
    [1e-5, '1.0000000000000001e-05'],
    [5e-324, '4.9406564584124654e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [-0, '-0'],
    [1 / 3, '0.33333333333333331'],
    [100.25, '100.25'],
    [1234567.5, '1234567.5'],
  ])('%s prints %s', (value, text) => {
    expect(formatDouble(value)).toBe(text)
  })

  test('every double is read back from what is printed', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(parseDouble(formatDouble(value))).toBe(value)
      }),
    )
  })
})

describe('long doubles', () => {
  const sum = (x: string, y: string) => {
    const result = addLongDouble(parseLongDouble(x)!, parseLongDouble(y)!)
    return result === null ? null : formatLongDouble(result)
  }

  test.each([
    ['0.1', '0.2', '0.3'],
    ['10.5', '0.1', '10.6'],
    ['1.23', '0.77', '2'],
    ['-1', '1', '0'],
    ['1', '-1.5', '-0.5'],
    // 64 bits of mantissa hold 2^64 - 1, not 2^64 + 1.
    ['18446744073709551614', '1', '18446744073709551615'],
    ['18446744073709551616', '1', '18446744073709551616'],
    ['1e-18', '0', '0'],
    ['1e-17', '0', '0.00000000000000001'],
    ['1e30', '0', '1000000000000000000024696061952'],
    ['inf', '1', null],
    // Above, they show, as they do on the server.
    ['-854.7', '0', '-854.70000000000000001'],
  ])('%s + %s = %s', (x, y, text) => {
    expect(sum(x, y)).toBe(text)
  })

  test.each(['', '.', 'x', '1x', '1e5000', '1e-5000', ' 1', '1'.repeat(6000)])('%j is none', (text) => {
    expect(parseLongDouble(text)).toBe(null)
  })

  // Below 32, three roundings to 64 bits stay below half of the last digit that is printed.
  test('sums of short decimals are exact', () => {
    const cents = fc.integer({ min: -1599, max: 1599 })
    const text = (n: number) =>
      `${n < 0 ? '-' : ''}${Math.floor(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`
    fc.assert(
      fc.property(cents, cents, (x, y) => {
        const plain = text(x + y).replace(/\.?0+$/, '')
        expect(sum(text(x), text(y))).toBe(plain === '-0' ? '0' : plain)
      }),
    )
  })
})
