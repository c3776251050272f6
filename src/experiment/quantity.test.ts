import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAct } from './acts.ts'
import { startFacts } from './facts.ts'
import { formatQuantity, parseQuantity } from './quantity.ts'
import { TOY } from './toy.test-helper.ts'

describe('a number with its unit', () => {
  test.each([
    ['12m', 12, 'm'],
    ['-3.50m', -3.5, 'm'],
    ['0.5%', 0.5, '%'],
    ['1e6N', 1e6, 'N'],
    ['-0m', 0, 'm'],
    ['7850kg/m3', 7850, 'kg/m3'],
  ])('%s', (text, value, unit) => {
    expect(parseQuantity(text, ['m', '%', 'N', 'kg/m3'])).toMatchObject({ value, unit })
  })

  test.each(['', 'm', '12', '12 m', '12mm', '.5m', '1.m', '--2m', '12M', 'Infinitym', '0x10m'])(
    '%j is none',
    (text) => {
      expect(parseQuantity(text, ['m'])).toBeNull()
    },
  )

  test('every finite number reads back as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e80, max: 1e80 }), (value) => {
        expect(parseQuantity(formatQuantity(value, 'm'), ['m'])?.value).toBe(value + 0)
      }),
    )
  })
})

describe('in a line', () => {
  const facts = startFacts(TOY, {})
  const errorOf = (line: string) => {
    const read = parseAct(line, TOY, facts)
    return read.ok ? null : read.error
  }

  test('the unit stands behind the number', () => {
    const read = parseAct('set draft 012.50m', TOY, facts)
    expect(read.ok && read.value.args).toEqual({ value: '12.5m' })
  })

  test('a missing unit is offered, a wrong one named, a bound said', () => {
    expect(errorOf('set draft 12km')).toMatchObject({ message: '`12km` is not a number with one of the units m, ft' })
    expect(errorOf('set draft 501m')).toMatchObject({ message: '`501m` is too large: at most 500m' })
  })

  test('a name that is close is suggested', () => {
    expect(errorOf('measure hull.widht')).toMatchObject({
      message: 'there is no part `hull.widht`',
      expected: '`hull.width`, `hull.length` or `mast.height`',
      suggestion: 'hull.width',
    })
  })
})
