import { describe, expect, test } from 'vitest'
import { Shell, transcript, typed } from './shell.test-helper.ts'

// Replies as the documentation of the commands gives them, and as they were recorded from 7.0.15.

describe('SET', () => {
  test('stores, replaces, and forgets the time to live', () => {
    transcript(`
      > SET k v
      OK
      => SET k v
      > GET k
      "v"
      > SET k w EX 10
      OK
      > TTL k
      (integer) 10
      > SET k x
      OK
      > TTL k
      (integer) -1
      > GET nosuch
      (nil)
    `)
  })

  test('tells replicas a time on the clock, not a time to live', () => {
    transcript(`
      > SET k v EX 10
      OK
      => SET k v PXAT 1010000
      > set k v px 1500 nx
      (nil)
      => -
      > set k v px 1500 xx
      OK
      => SET k v PXAT 1001500
      > SET k v EXAT 2000
      OK
      => SET k v PXAT 2000000
      > set k v PXAT 2000001 XX
      OK
      => set k v PXAT 2000001 XX
      > SETEX k 10 w
      OK
      => SET k w PXAT 1010000
      > PSETEX k 10 w
      OK
      => SET k w PXAT 1000010
    `)
  })

  test('NX, XX, GET and KEEPTTL', () => {
    transcript(`
      > SET k v XX
      (nil)
      => -
      > SET k v NX GET
      (nil)
      => SET k v NX
      > SET k w NX GET
      "v"
      => -
      > SET k w GET XX
      "v"
      => SET k w XX
      > PEXPIRE k 5000
      (integer) 1
      > SET k x KEEPTTL
      OK
      => SET k x KEEPTTL
      > PTTL k
      (integer) 5000
      > RPUSH l 1
      (integer) 1
      > SET l v GET
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
      > SET l v
      OK
    `)
  })

  test.each([
    ['SET k v EX 0', "ERR invalid expire time in 'set' command"],
    ['SET k v PX -1', "ERR invalid expire time in 'set' command"],
    ['SETEX k 0 v', "ERR invalid expire time in 'setex' command"],
    ['PSETEX k -5 v', "ERR invalid expire time in 'psetex' command"],
    ['SET k v EX 9223372036854775807', "ERR invalid expire time in 'set' command"],
    ['SET k v PX 9223372036854775807', "ERR invalid expire time in 'set' command"],
    ['SET k v EX x', 'ERR value is not an integer or out of range'],
    ['SET k v EX', 'ERR syntax error'],
    ['SET k v NX XX', 'ERR syntax error'],
    ['SET k v EX 1 PX 1', 'ERR syntax error'],
    ['SET k v EX 1 KEEPTTL', 'ERR syntax error'],
    ['SET k v BOGUS', 'ERR syntax error'],
    ['SET k v PERSIST', 'ERR syntax error'],
    ['SET a', "ERR wrong number of arguments for 'set' command"],
    ['GET a b', "ERR wrong number of arguments for 'get' command"],
    ['MSET a 1 b', "ERR wrong number of arguments for 'mset' command"],
  ])('refuses %s', (line, text) => {
    const shell = new Shell()
    expect(shell.type(line)).toEqual({ shown: `(error) ${text}`, told: [] })
  })
})

describe('reading and replacing', () => {
  test('GETSET, GETDEL, GETEX', () => {
    transcript(`
      > GETSET k a
      (nil)
      => SET k a
      > GETSET k b
      "a"
      > GETEX k EX 10
      "b"
      => PEXPIREAT k 1010000
      > GETEX k
      "b"
      => -
      > GETEX k PERSIST
      "b"
      => PERSIST k
      > GETEX k PERSIST
      "b"
      => -
      > GETEX k PXAT 1
      "b"
      => DEL k
      > GETEX k EX 10
      (nil)
      > GETDEL k
      (nil)
      => -
      > SET k c
      OK
      > GETDEL k
      "c"
      => DEL k
      > EXISTS k
      (integer) 0
      > GETEX k EX 10 PERSIST
      (error) ERR syntax error
      > GETEX k KEEPTTL
      (error) ERR syntax error
    `)
  })

  test('MGET, MSET, MSETNX, SETNX', () => {
    transcript(`
      > MSET a 1 b 2 a 3
      OK
      => MSET a 1 b 2 a 3
      > RPUSH l x
      (integer) 1
      > MGET a nosuch l b
      1) "3"
      2) (nil)
      3) (nil)
      4) "2"
      > MSETNX c 1 a 9
      (integer) 0
      => -
      > MSETNX c 1 d 2
      (integer) 1
      > SETNX c 5
      (integer) 0
      => -
      > SETNX e 5
      (integer) 1
    `)
  })
})

describe('counters', () => {
  test('INCR and its like', () => {
    transcript(`
      > INCR n
      (integer) 1
      => INCR n
      > INCRBY n 41
      (integer) 42
      > DECRBY n 43
      (integer) -1
      > DECR n
      (integer) -2
      > SET s abc
      OK
      > INCR s
      (error) ERR value is not an integer or out of range
      > SET s " 1"
      OK
      > INCR s
      (error) ERR value is not an integer or out of range
      > INCRBY n 1.5
      (error) ERR value is not an integer or out of range
      > SET n 9223372036854775806
      OK
      > INCR n
      (integer) 9223372036854775807
      > INCR n
      (error) ERR increment or decrement would overflow
      > INCRBY n -9223372036854775808
      (integer) -1
      > DECRBY n -9223372036854775808
      (error) ERR decrement would overflow
      > SET n -9223372036854775808
      OK
      > DECR n
      (error) ERR increment or decrement would overflow
    `)
  })

  test('keep the time to live', () => {
    transcript(`
      > SET n 1 PX 5000
      OK
      > INCR n
      (integer) 2
      > APPEND n 0
      (integer) 2
      > PTTL n
      (integer) 5000
    `)
  })

  // The examples of the documentation, and sums that doubles get wrong.
  test('INCRBYFLOAT computes in long doubles', () => {
    transcript(`
      > SET k 10.50
      OK
      > INCRBYFLOAT k 0.1
      "10.6"
      => SET k 10.6 KEEPTTL
      > INCRBYFLOAT k -5
      "5.6"
      > SET k 5.0e3
      OK
      > INCRBYFLOAT k 2.0e2
      "5200"
      > SET k 0.1
      OK
      > INCRBYFLOAT k 0.2
      "0.3"
      > SET k 3
      OK
      > INCRBYFLOAT k 1.1
      "4.1"
      > SET k -0
      OK
      > INCRBYFLOAT k 0
      "0"
      > INCRBYFLOAT k inf
      (error) ERR increment would produce NaN or Infinity
      > INCRBYFLOAT k x
      (error) ERR value is not a valid float
      > SET k " 11"
      OK
      > INCRBYFLOAT k 1
      (error) ERR value is not a valid float
    `)
  })
})

describe('parts', () => {
  test('APPEND, STRLEN, GETRANGE, SETRANGE', () => {
    transcript(`
      > APPEND k Hello
      (integer) 5
      > APPEND k " World"
      (integer) 11
      > STRLEN k
      (integer) 11
      > STRLEN nosuch
      (integer) 0
      > GETRANGE k 0 3
      "Hell"
      > GETRANGE k -3 -1
      "rld"
      > GETRANGE k 0 -1
      "Hello World"
      > GETRANGE k 10 100
      "d"
      > GETRANGE k -1 -3
      ""
      > GETRANGE k -100 -50
      "H"
      > SUBSTR k 0 0
      "H"
      > SETRANGE k 6 Redis
      (integer) 11
      > GET k
      "Hello Redis"
      > SETRANGE p 3 x
      (integer) 4
      > GET p
      "\\x00\\x00\\x00x"
      > SETRANGE nosuch 3 ""
      (integer) 0
      => -
      > SETRANGE k -1 x
      (error) ERR offset is out of range
      > SETRANGE k 536870912 x
      (error) ERR string exceeds maximum allowed size (proto-max-bulk-len)
    `)
  })

  test('LCS as the documentation shows it', () => {
    transcript(`
      > MSET key1 ohmytext key2 mynewtext
      OK
      > LCS key1 key2
      "mytext"
      > LCS key1 key2 LEN
      (integer) 6
      > LCS key1 key2 IDX MINMATCHLEN 4 WITHMATCHLEN
      1# "matches" => 1) 1) 1) (integer) 4
               2) (integer) 7
            2) 1) (integer) 5
               2) (integer) 8
            3) (integer) 4
      2# "len" => (integer) 6
      > LCS key1 key2 IDX LEN
      (error) ERR If you want both the length and indexes, please just use IDX.
    `)
  })
})

describe('encodings', () => {
  test.each([
    [['SET k 12345'], 'int'],
    [['SET k -9223372036854775808'], 'int'],
    [['SET k 9223372036854775808'], 'embstr'],
    [['SET k 01'], 'embstr'],
    [[`SET k ${'x'.repeat(44)}`], 'embstr'],
    [[`SET k ${'x'.repeat(45)}`], 'raw'],
    [['APPEND k 1'], 'int'],
    [['APPEND k 1', 'APPEND k 2'], 'raw'],
    [['APPEND k 1', 'APPEND k 2', 'INCR k'], 'int'],
    [['SETRANGE k 0 1'], 'raw'],
    [['SETBIT k 1 1'], 'raw'],
    [['INCRBYFLOAT k 3'], 'embstr'],
    [['RPUSH k 1'], 'quicklist'],
    [['HSET k f v'], 'listpack'],
    [[`HSET k f ${'v'.repeat(65)}`], 'hashtable'],
    [['SADD k 1 2'], 'intset'],
    [['SADD k 1 2 a'], 'hashtable'],
    [['SADD k 1 2 a', 'SREM k a'], 'hashtable'],
    [['ZADD k 1 a'], 'listpack'],
    [[`ZADD k 1 ${'a'.repeat(65)}`], 'skiplist'],
  ])('%j leaves %s', (lines, encoding) => {
    expect(typed(lines).type('OBJECT ENCODING k').shown).toBe(`"${encoding}"`)
  })

  test.each([
    ['HSET', 512, 'listpack', 'hashtable', (n: number) => `HSET k f${n} v`],
    ['SADD', 512, 'intset', 'hashtable', (n: number) => `SADD k ${n}`],
    ['ZADD', 128, 'listpack', 'skiplist', (n: number) => `ZADD k ${n} m${n}`],
  ])('%s turns at %i elements', (_, limit, small, large, line) => {
    const shell = typed(Array.from({ length: limit }, (_, n) => line(n)))
    expect(shell.type('OBJECT ENCODING k').shown).toBe(`"${small}"`)
    shell.type(line(limit))
    expect(shell.type('OBJECT ENCODING k').shown).toBe(`"${large}"`)
  })
})
