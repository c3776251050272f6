import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimate, readHyperLogLog, writeHyperLogLog } from '../hyperloglog.ts'
import { murmur64 } from '../murmur.ts'
import { Shell, transcript, typed } from './shell.test-helper.ts'

test('the hash is the published one', () => {
  // Of the reference implementation (MurmurHash64A) with these seeds.
  expect(murmur64('', 0n)).toBe(0n)
  expect(murmur64('', 1n)).toBe(0xc6a4a7935bd064dcn)
})

describe('counting different elements', () => {
  test('as the documentation shows it', () => {
    transcript(`
      > PFADD hll a b c d e f g
      (integer) 1
      => PFADD hll a b c d e f g
      > PFCOUNT hll
      (integer) 7
      => -
      > PFADD hll a b
      (integer) 0
      => -
      > PFADD {h}1 foo bar zap a
      (integer) 1
      > PFADD {h}2 a b c foo
      (integer) 1
      > PFMERGE {h}3 {h}1 {h}2
      OK
      > PFCOUNT {h}3
      (integer) 6
      > PFCOUNT {h}1 {h}2 {h}nosuch
      (integer) 6
      > PFCOUNT nosuch
      (integer) 0
      > PFADD empty
      (integer) 1
      > PFADD empty
      (integer) 0
      > PFCOUNT empty
      (integer) 0
      > STRLEN empty
      (integer) 18
      > TYPE empty
      string
      > SET s x
      OK
      > PFADD s a
      (error) WRONGTYPE Key is not a valid HyperLogLog string value.
      > PFCOUNT s
      (error) WRONGTYPE Key is not a valid HyperLogLog string value.
      > SET s "HYLL\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x05"
      OK
      > PFCOUNT s
      (error) INVALIDOBJ Corrupted HLL object detected
      > LPUSH l a
      (integer) 1
      > PFADD l a
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `)
  })

  test.each([100, 1_000, 10_000])('is within 3 % at %i', (total) => {
    const shell = new Shell()
    for (let n = 0; n < total; n += 100) {
      typed([`PFADD k ${Array.from({ length: 100 }, (_, at) => `element-${n + at}`).join(' ')}`], shell)
    }
    const count = Number(shell.type('PFCOUNT k').shown.slice('(integer) '.length))
    expect(Math.abs(count - total) / total).toBeLessThan(0.03)
    // Sparse while it is small, dense afterwards (hll-sparse-max-bytes 3000).
    expect(shell.type('STRLEN k').shown === '(integer) 12304').toBe(total > 1_000)
  })

  test('registers are read back in both forms', () => {
    const runs = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 300 })), { maxLength: 300 })
    fc.assert(
      fc.property(runs, fc.boolean(), (list, dense) => {
        const registers = new Uint8Array(16_384)
        let at = 0
        for (const [value, length] of list) {
          registers.fill(value, at, at + length)
          at += length
        }
        expect(readHyperLogLog(writeHyperLogLog({ registers, dense }))?.registers).toEqual(registers)
      }),
      { numRuns: 30 },
    )
    expect(estimate(new Uint8Array(16_384))).toBe(0)
  })
})
