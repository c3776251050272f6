import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Shell, transcript, typed } from './shell.test-helper.ts'

describe('ZADD', () => {
  test('adds, updates, counts', () => {
    transcript(`
      > ZADD z 1 a 2 b
      (integer) 2
      > ZADD z 1 a 3 c
      (integer) 1
      > ZADD z 1 a
      (integer) 0
      => -
      > ZADD z CH 5 a 2 b
      (integer) 1
      > ZADD z XX 9 d
      (integer) 0
      => -
      > ZADD z NX 9 a 4 d
      (integer) 1
      > ZADD z GT CH 4 a 6 b
      (integer) 1
      > ZADD z LT CH 9 a 1 b
      (integer) 1
      > ZADD z INCR 1.5 b
      (double) 2.5
      > ZADD z NX INCR 1 b
      (nil)
      => -
      > ZINCRBY z 0.5 b
      (double) 3
      > ZINCRBY new inf m
      (double) inf
      > ZINCRBY new -inf m
      (error) ERR resulting score is not a number (NaN)
      > ZRANGE z 0 -1 WITHSCORES
      1) "b"
      2) (double) 3
      3) "c"
      4) (double) 3
      5) "d"
      6) (double) 4
      7) "a"
      8) (double) 5
    `)
  })

  test.each([
    ['ZADD z 1', "ERR wrong number of arguments for 'zadd' command"],
    ['ZADD z NX XX', 'ERR syntax error'],
    ['ZADD z 1 a 2', 'ERR syntax error'],
    ['ZADD z NX XX 1 a', 'ERR XX and NX options at the same time are not compatible'],
    ['ZADD z NX GT 1 a', 'ERR GT, LT, and/or NX options at the same time are not compatible'],
    ['ZADD z GT LT 1 a', 'ERR GT, LT, and/or NX options at the same time are not compatible'],
    ['ZADD z INCR 1 a 2 b', 'ERR INCR option supports a single increment-element pair'],
    ['ZADD z x a', 'ERR value is not a valid float'],
    ['ZADD z nan a', 'ERR value is not a valid float'],
    ['ZADD z 1e400 a', 'ERR value is not a valid float'],
  ])('refuses %s', (line, text) => {
    expect(new Shell().type(line).shown).toBe(`(error) ${text}`)
  })

  // %.17g, as 7.0 prints doubles.
  test.each([
    ['1.1', '1.1000000000000001'],
    ['0.1', '0.10000000000000001'],
    ['3', '3'],
    ['-0.5', '-0.5'],
    ['1e20', '1e+20'],
    ['123456789012345678', '1.2345678901234568e+17'],
    ['12345678901234567', '12345678901234568'],
    ['0.0001', '0.0001'],
    ['0.00001', '1.0000000000000001e-05'],
    ['-inf', '-inf'],
    ['0x10', '16'],
  ])('a score of %s reads %s', (given, shown) => {
    expect(typed([`ZADD z ${given} m`]).type('ZSCORE z m').shown).toBe(`(double) ${shown}`)
  })
})

describe('ranges', () => {
  const letters = () => typed(['ZADD z 1 a 2 b 3 c 4 d 5 e', 'ZADD l 0 a 0 b 0 c 0 d 0 e'])

  test('by rank, score and member, in both directions', () => {
    transcript(
      `
      > ZRANGE z 1 2
      1) "b"
      2) "c"
      > ZRANGE z 0 1 REV
      1) "e"
      2) "d"
      > ZREVRANGE z -2 -1
      1) "b"
      2) "a"
      > ZRANGE z 5 6
      (empty array)
      > ZRANGEBYSCORE z (1 3
      1) "b"
      2) "c"
      > ZRANGEBYSCORE z -inf (3
      1) "a"
      2) "b"
      > ZRANGEBYSCORE z 2 +inf LIMIT 1 2
      1) "c"
      2) "d"
      > ZRANGEBYSCORE z 2 5 LIMIT 1 -1
      1) "c"
      2) "d"
      3) "e"
      > ZRANGEBYSCORE z 2 5 LIMIT -1 2
      (empty array)
      > ZREVRANGEBYSCORE z 4 (2 WITHSCORES
      1) "d"
      2) (double) 4
      3) "c"
      4) (double) 3
      > ZRANGE z (4 1 BYSCORE REV LIMIT 0 2
      1) "c"
      2) "b"
      > ZRANGEBYSCORE z 3 1
      (empty array)
      > ZRANGEBYLEX l [b (d
      1) "b"
      2) "c"
      > ZRANGEBYLEX l - + LIMIT 3 10
      1) "d"
      2) "e"
      > ZREVRANGEBYLEX l [c -
      1) "c"
      2) "b"
      3) "a"
      > ZRANGE l (c + BYLEX
      1) "d"
      2) "e"
      > ZRANGE l + (c BYLEX REV
      1) "e"
      2) "d"
      > ZRANGEBYLEX l + -
      (empty array)
      > ZCOUNT z (1 (4
      (integer) 2
      > ZCOUNT z 4 1
      (integer) 0
      > ZLEXCOUNT l [b [d
      (integer) 3
    `,
      letters(),
    )
  })

  test('are removed and stored', () => {
    transcript(
      `
      > ZRANGESTORE d z 2 4 BYSCORE
      (integer) 3
      > ZRANGE d 0 -1
      1) "b"
      2) "c"
      3) "d"
      > ZRANGESTORE d z 9 10 BYSCORE
      (integer) 0
      > EXISTS d
      (integer) 0
      > ZREMRANGEBYRANK z 0 0
      (integer) 1
      > ZREMRANGEBYSCORE z (4 inf
      (integer) 1
      > ZREMRANGEBYSCORE z 9 10
      (integer) 0
      => -
      > ZREMRANGEBYLEX l [a (c
      (integer) 2
      > ZRANGE l 0 -1
      1) "c"
      2) "d"
      3) "e"
      > ZREMRANGEBYRANK l 0 -1
      (integer) 3
      > EXISTS l
      (integer) 0
    `,
      letters(),
    )
  })

  test.each([
    ['ZRANGE z 0 1 LIMIT 0 1', 'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX'],
    ['ZRANGE z - + BYLEX WITHSCORES', 'ERR syntax error, WITHSCORES not supported in combination with BYLEX'],
    ['ZRANGE z a 1', 'ERR value is not an integer or out of range'],
    ['ZRANGEBYSCORE z a 1', 'ERR min or max is not a float'],
    ['ZRANGEBYSCORE z 1 (nan', 'ERR min or max is not a float'],
    ['ZRANGEBYLEX z a [b', 'ERR min or max not valid string range item'],
    ['ZRANGE z 0 1 BOGUS', 'ERR syntax error'],
    ['ZRANGE z 0 1 REV REV', 'ERR syntax error'],
    ['ZRANGE z 0 1 BYSCORE BYLEX', 'ERR syntax error'],
    ['ZRANGEBYSCORE z 0 1 REV', 'ERR syntax error'],
    ['ZCOUNT s 0 1', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  ])('refuses %s', (line, text) => {
    expect(typed(['SET s v', 'ZADD z 1 a']).type(line).shown).toBe(`(error) ${text}`)
  })
})

describe('members', () => {
  test('ranks, scores, popping', () => {
    transcript(`
      > ZADD z 1 a 2 b 3 c
      (integer) 3
      > ZRANK z a
      (integer) 0
      > ZREVRANK z a
      (integer) 2
      > ZRANK z x
      (nil)
      > ZMSCORE z a x c
      1) (double) 1
      2) (nil)
      3) (double) 3
      > ZSCORE z x
      (nil)
      > ZCARD z
      (integer) 3
      > ZPOPMIN z
      1) "a"
      2) (double) 1
      > ZPOPMAX z 5
      1) "c"
      2) (double) 3
      3) "b"
      4) (double) 2
      > ZPOPMIN z
      (empty array)
      => -
      > ZPOPMIN z -1
      (error) ERR value is out of range, must be positive
      > ZPOPMIN z 1 2
      (error) ERR syntax error
      > ZADD z 1 a 2 b
      (integer) 2
      > ZMPOP 2 nosuch z MAX COUNT 3
      1) "z"
      2) 1) 1) "b"
            2) (double) 2
         2) 1) "a"
            2) (double) 1
      => ZPOPMAX z 2
      > ZMPOP 1 z MIN
      (nil)
    `)
  })

  test('RESP3 pairs members with their scores', () => {
    const shell = typed(['ZADD z 1 a'])
    shell.resp = 3
    expect(shell.type('ZRANGE z 0 -1 WITHSCORES').shown).toBe('1) 1) "a"\n   2) (double) 1')
    expect(shell.type('ZPOPMIN z').shown).toBe('1) "a"\n2) (double) 1')
  })

  test('ZRANDMEMBER', () => {
    const shell = typed(['ZADD z 1 a 2 b'])
    expect(['"a"', '"b"']).toContain(shell.type('ZRANDMEMBER z').shown)
    expect(shell.type('ZRANDMEMBER z 5 WITHSCORES').shown.split('\n')).toHaveLength(4)
    expect(shell.type('ZRANDMEMBER z -5').shown.split('\n')).toHaveLength(5)
  })
})

describe('several sorted sets', () => {
  test('as the documentation shows them', () => {
    transcript(`
      > ZADD {z}1 1 one 2 two
      (integer) 2
      > ZADD {z}2 1 one 2 two 3 three
      (integer) 3
      > ZUNIONSTORE {z}out 2 {z}1 {z}2 WEIGHTS 2 3
      (integer) 3
      > ZRANGE {z}out 0 -1 WITHSCORES
      1) "one"
      2) (double) 5
      3) "three"
      4) (double) 9
      5) "two"
      6) (double) 10
      > ZINTERSTORE {z}out 2 {z}1 {z}2 WEIGHTS 2 3 AGGREGATE MAX
      (integer) 2
      > ZRANGE {z}out 0 -1 WITHSCORES
      1) "one"
      2) (double) 3
      3) "two"
      4) (double) 6
      > ZINTER 2 {z}1 {z}2 WITHSCORES
      1) "one"
      2) (double) 2
      3) "two"
      4) (double) 4
      > ZUNION 2 {z}1 {z}2 AGGREGATE MIN
      1) "one"
      2) "two"
      3) "three"
      > ZDIFF 2 {z}2 {z}1 WITHSCORES
      1) "three"
      2) (double) 3
      > ZDIFFSTORE {z}out 2 {z}1 {z}2
      (integer) 0
      > EXISTS {z}out
      (integer) 0
      > ZINTERCARD 2 {z}1 {z}2 LIMIT 1
      (integer) 1
      > SADD {z}s one four
      (integer) 2
      > ZUNION 2 {z}1 {z}s WITHSCORES
      1) "four"
      2) (double) 1
      3) "one"
      4) (double) 2
      5) "two"
      6) (double) 2
      > ZADD {z}i inf m
      (integer) 1
      > ZUNION 1 {z}i WEIGHTS 0 WITHSCORES
      1) "m"
      2) (double) 0
      > ZUNION 0 {z}1
      (error) ERR at least 1 input key is needed for 'zunion' command
      > ZUNION 3 {z}1 {z}2
      (error) ERR syntax error
      > ZUNION 1 {z}1 WEIGHTS x
      (error) ERR weight value is not a float
      > ZDIFF 1 {z}1 WEIGHTS 1
      (error) ERR syntax error
      > ZUNIONSTORE {z}out 1 {z}1 WITHSCORES
      (error) ERR syntax error
    `)
  })
})

test('a sorted set is in order, whatever was added, moved and removed', () => {
  const step = fc.record({
    member: fc.nat(40).map((n) => `m${n}`),
    score: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.5, -0.5, 1e300)),
    remove: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const shell = new Shell()
      const model = new Map<string, number>()
      for (const { member, score, remove } of steps) {
        shell.type(remove ? `ZREM z ${member}` : `ZADD z ${score} ${member}`)
        if (remove) model.delete(member)
        else model.set(member, score)
      }
      const sorted = [...model].sort(([x, a], [y, b]) => a - b || (x < y ? -1 : 1)).map(([member]) => member)
      const { reply } = shell.execute(['ZRANGE', 'z', '0', '-1'])
      expect(reply).toEqual({ kind: 'array', items: sorted.map((bytes) => ({ kind: 'bulk', bytes })) })
      for (const [rank, member] of sorted.entries()) {
        expect(shell.type(`ZRANK z ${member}`).shown).toBe(`(integer) ${rank}`)
      }
    }),
    { numRuns: 40 },
  )
})
