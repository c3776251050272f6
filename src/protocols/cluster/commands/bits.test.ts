import { describe, expect, test } from 'vitest'
import { Shell, transcript } from './shell.test-helper.ts'

describe('bits', () => {
  // The examples of the documentation.
  test('are set, counted, found and combined', () => {
    transcript(`
      > SETBIT k 7 1
      (integer) 0
      > SETBIT k 7 0
      (integer) 1
      > GET k
      "\\x00"
      > GETBIT k 100
      (integer) 0
      > SET foo foobar
      OK
      > BITCOUNT foo
      (integer) 26
      > BITCOUNT foo 0 0
      (integer) 4
      > BITCOUNT foo 1 1
      (integer) 6
      > BITCOUNT foo 1 1 BYTE
      (integer) 6
      > BITCOUNT foo 5 30 BIT
      (integer) 17
      > BITCOUNT foo -1 -2
      (integer) 0
      > BITCOUNT foo 0
      (error) ERR syntax error
      > BITCOUNT nosuch
      (integer) 0
      > SET p "\\xff\\xf0\\x00"
      OK
      > BITPOS p 0
      (integer) 12
      > SET p "\\x00\\xff\\xf0"
      OK
      > BITPOS p 1 0
      (integer) 8
      > BITPOS p 1 2
      (integer) 16
      > BITPOS p 1 2 -1 BYTE
      (integer) 16
      > BITPOS p 1 7 15 BIT
      (integer) 8
      > SET p "\\x00\\x00\\x00"
      OK
      > BITPOS p 1
      (integer) -1
      > SET p "\\xff\\xff\\xff"
      OK
      > BITPOS p 0
      (integer) 24
      > BITPOS p 0 0 -1
      (integer) -1
      > BITPOS nosuch 0
      (integer) 0
      > BITPOS nosuch 1
      (integer) -1
      > BITPOS p 2
      (error) ERR The bit argument must be 1 or 0.
      > MSET {k}1 foobar {k}2 abcdef
      OK
      > BITOP AND {k}d {k}1 {k}2
      (integer) 6
      > GET {k}d
      "\`bc\`ab"
      > BITOP NOT {k}d {k}1 {k}2
      (error) ERR BITOP NOT must be called with a single source key.
      > BITOP XOR {k}d {k}nosuch
      (integer) 0
      > EXISTS {k}d
      (integer) 0
      > SETBIT k 0 2
      (error) ERR bit is not an integer or out of range
      > SETBIT k -1 1
      (error) ERR bit offset is not an integer or out of range
      > SETBIT k 4294967296 1
      (error) ERR bit offset is not an integer or out of range
    `)
  })

  test('BITFIELD wraps, saturates or fails', () => {
    transcript(`
      > BITFIELD k INCRBY i5 100 1 GET u4 0
      1) (integer) 1
      2) (integer) 0
      > BITFIELD o INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1
      1) (integer) 1
      2) (integer) 1
      > BITFIELD o INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1
      1) (integer) 2
      2) (integer) 2
      > BITFIELD o INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1
      1) (integer) 3
      2) (integer) 3
      > BITFIELD o INCRBY u2 100 1 OVERFLOW SAT INCRBY u2 102 1
      1) (integer) 0
      2) (integer) 3
      > BITFIELD o OVERFLOW FAIL INCRBY u2 102 1
      1) (nil)
      => -
      > BITFIELD s SET i8 #1 -2 GET i8 8 GET u8 #1
      1) (integer) 0
      2) (integer) -2
      3) (integer) 254
      > BITFIELD s GET u64 0
      (error) ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.
      > BITFIELD_RO s SET i8 0 1
      (error) ERR BITFIELD_RO only supports the GET subcommand
      > BITFIELD s OVERFLOW BOGUS
      (error) ERR Invalid OVERFLOW type specified
    `)
  })

  test('a bit far out makes the string as long', () => {
    const shell = new Shell()
    shell.type('SETBIT k 80000 1')
    expect(shell.type('STRLEN k').shown).toBe('(integer) 10001')
  })
})
