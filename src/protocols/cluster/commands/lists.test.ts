import { describe, expect, test } from 'vitest'
import { Shell, transcript, typed } from './shell.test-helper.ts'

describe('lists', () => {
  test('are pushed, popped and read', () => {
    transcript(`
      > RPUSH l b c
      (integer) 2
      > LPUSH l a z
      (integer) 4
      > LRANGE l 0 -1
      1) "z"
      2) "a"
      3) "b"
      4) "c"
      > LRANGE l -2 100
      1) "b"
      2) "c"
      > LRANGE l 3 1
      (empty array)
      > LRANGE l -100 0
      1) "z"
      > LLEN l
      (integer) 4
      > LINDEX l -1
      "c"
      > LINDEX l 4
      (nil)
      > LPOP l
      "z"
      => LPOP l
      > RPOP l 2
      1) "c"
      2) "b"
      > LPOP l 0
      (empty array)
      => -
      > LPOP l 5
      1) "a"
      > EXISTS l
      (integer) 0
      > LPOP l
      (nil)
      > LPOP l 1
      (nil)
      > LPOP l -1
      (error) ERR value is out of range, must be positive
      > LPOP l x
      (error) ERR value is out of range, must be positive
      > LPOP l 1 2
      (error) ERR wrong number of arguments for 'lpop' command
      > LPUSHX l a
      (integer) 0
      => -
      > LRANGE l a 1
      (error) ERR value is not an integer or out of range
      > SET s v
      OK
      > LPUSH s x
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `)
  })

  test('RESP2 says null array for a count, null without', () => {
    const shell = new Shell()
    expect(shell.execute(['LPOP', 'nosuch']).reply).toEqual({ kind: 'null' })
    expect(shell.execute(['LPOP', 'nosuch', '2']).reply).toEqual({ kind: 'null-array' })
  })

  test('are changed inside', () => {
    transcript(`
      > RPUSH l a b c a b c a
      (integer) 7
      > LSET l 0 x
      OK
      > LSET l -1 y
      OK
      > LSET l 7 z
      (error) ERR index out of range
      > LSET nosuch 0 z
      (error) ERR no such key
      > LINSERT l BEFORE b B
      (integer) 8
      > LINSERT l after c C
      (integer) 9
      > LINSERT l AFTER nosuch C
      (integer) -1
      => -
      > LINSERT nosuch AFTER a C
      (integer) 0
      > LINSERT l BETWEEN a C
      (error) ERR syntax error
      > LREM l -1 b
      (integer) 1
      > LREM l 0 nosuch
      (integer) 0
      => -
      > LRANGE l 0 -1
      1) "x"
      2) "B"
      3) "b"
      4) "c"
      5) "C"
      6) "a"
      7) "c"
      8) "y"
      > LREM l 1 c
      (integer) 1
      > LTRIM l 0 -1
      OK
      => -
      > LTRIM l 1 -2
      OK
      > LRANGE l 0 -1
      1) "B"
      2) "b"
      3) "C"
      4) "a"
      5) "c"
      > LTRIM l 5 1
      OK
      > EXISTS l
      (integer) 0
    `)
  })

  // The examples of the documentation.
  test('LPOS', () => {
    transcript(`
      > RPUSH l a b c 1 2 3 c c
      (integer) 8
      > LPOS l c
      (integer) 2
      > LPOS l c RANK 2
      (integer) 6
      > LPOS l c RANK -1
      (integer) 7
      > LPOS l c COUNT 2
      1) (integer) 2
      2) (integer) 6
      > LPOS l c RANK -1 COUNT 2
      1) (integer) 7
      2) (integer) 6
      > LPOS l c COUNT 0
      1) (integer) 2
      2) (integer) 6
      3) (integer) 7
      > LPOS l c COUNT 0 MAXLEN 3
      1) (integer) 2
      > LPOS l x
      (nil)
      > LPOS l x COUNT 1
      (empty array)
      > LPOS l c COUNT -1
      (error) ERR COUNT can't be negative
      > LPOS l c MAXLEN -1
      (error) ERR MAXLEN can't be negative
      > LPOS l c RANK 0
      (error) ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list
    `)
  })

  test('move elements', () => {
    transcript(`
      > RPUSH {l}1 a b c
      (integer) 3
      > LMOVE {l}1 {l}2 LEFT RIGHT
      "a"
      => LMOVE {l}1 {l}2 LEFT RIGHT
      > RPOPLPUSH {l}1 {l}2
      "c"
      > LRANGE {l}2 0 -1
      1) "c"
      2) "a"
      > RPOPLPUSH {l}2 {l}2
      "a"
      > LRANGE {l}2 0 -1
      1) "a"
      2) "c"
      > LMOVE {l}1 {l}1 LEFT LEFT
      "b"
      > LMOVE {l}1 {l}2 LEFT LEFT
      "b"
      > EXISTS {l}1
      (integer) 0
      > LMOVE {l}1 {l}2 LEFT LEFT
      (nil)
      => -
      > LMOVE {l}1 {l}2 UP LEFT
      (error) ERR syntax error
      > SET {l}s v
      OK
      > LMOVE {l}2 {l}s LEFT LEFT
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
      > LMPOP 2 {l}1 {l}2 LEFT COUNT 2
      1) "{l}2"
      2) 1) "b"
         2) "a"
      => LPOP {l}2 2
      > LMPOP 1 {l}1 RIGHT
      (nil)
      > LMPOP 0 {l}1 RIGHT
      (error) ERR numkeys should be greater than 0
      > LMPOP 2 {l}1 RIGHT
      (error) ERR syntax error
      > LMPOP 1 {l}1 RIGHT COUNT 0
      (error) ERR count should be greater than 0
    `)
  })
})

describe('a command that would wait', () => {
  test('takes what is there, and tells replicas a command that does not wait', () => {
    transcript(`
      > RPUSH {l}2 a b c d
      (integer) 4
      > BLPOP {l}1 {l}2 0
      1) "{l}2"
      2) "a"
      => LPOP {l}2
      > BRPOP {l}2 0
      1) "{l}2"
      2) "d"
      => RPOP {l}2
      > BLMOVE {l}2 {l}1 left right 0
      "b"
      => LMOVE {l}2 {l}1 left right
      > BRPOPLPUSH {l}2 {l}1 0
      "c"
      => RPOPLPUSH {l}2 {l}1
      > BLMPOP 0 2 {l}2 {l}1 LEFT COUNT 5
      1) "{l}1"
      2) 1) "c"
         2) "b"
      => LPOP {l}1 2
      > ZADD {z}1 1 a 2 b 3 c
      (integer) 3
      > BZPOPMIN {z}1 0
      1) "{z}1"
      2) "a"
      3) (double) 1
      => ZPOPMIN {z}1
      > BZPOPMAX {z}1 0
      1) "{z}1"
      2) "c"
      3) (double) 3
      => ZPOPMAX {z}1
      > BZMPOP 0 1 {z}1 MIN
      1) "{z}1"
      2) 1) 1) "b"
            2) (double) 2
      => ZPOPMIN {z}1 1
    `)
  })

  test.each([
    ['BLPOP a b 0', ['a', 'b'], 0, 'null-array'],
    ['BRPOP a 0.0015', ['a'], 2, 'null-array'],
    ['BLMOVE a b LEFT LEFT 1', ['a'], 1000, 'null'],
    ['BRPOPLPUSH a b 1', ['a'], 1000, 'null'],
    ['BLMPOP 1.5 2 a b LEFT', ['a', 'b'], 1500, 'null-array'],
    ['BZPOPMIN a b 2', ['a', 'b'], 2000, 'null-array'],
    ['BZMPOP 2 1 a MAX', ['a'], 2000, 'null-array'],
  ])('%s waits', (line, keys, timeoutMs, kind) => {
    const { reply, block } = new Shell().execute(line.split(' '))
    expect(block).toEqual({ keys, timeoutMs })
    expect(reply.kind).toBe(kind)
  })

  test('is not woken by another type, but minds one when it comes', () => {
    const shell = typed(['SADD a x'])
    expect(shell.type('BLPOP a 0').shown).toMatch(/WRONGTYPE/)
    shell.retry = true
    expect(shell.execute(['BLPOP', 'a', '0']).block).toEqual({ keys: ['a'], timeoutMs: 0 })
  })

  test.each([
    ['BLPOP a x', 'ERR timeout is not a float or out of range'],
    ['BLPOP a -1', 'ERR timeout is negative'],
    ['BLPOP a 1e30', 'ERR timeout is out of range'],
    ['BLMOVE a b LEFT UP 0', 'ERR syntax error'],
  ])('refuses %s', (line, text) => {
    expect(new Shell().type(line).shown).toBe(`(error) ${text}`)
  })
})
