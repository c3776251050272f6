import { describe, expect, test } from 'vitest'
import { transcript, typed } from './shell.test-helper.ts'

describe('hashes', () => {
  test('are set, read and deleted', () => {
    transcript(`
      > HSET h a 1 b 2
      (integer) 2
      > HSET h a 1 c 3
      (integer) 1
      => HSET h a 1 c 3
      > HGETALL h
      1# "a" => "1"
      2# "b" => "2"
      3# "c" => "3"
      > HKEYS h
      1) "a"
      2) "b"
      3) "c"
      > HVALS h
      1) "1"
      2) "2"
      3) "3"
      > HMGET h a nosuch c
      1) "1"
      2) (nil)
      3) "3"
      > HGET h b
      "2"
      > HGET h nosuch
      (nil)
      > HLEN h
      (integer) 3
      > HEXISTS h a
      (integer) 1
      > HSTRLEN h nosuch
      (integer) 0
      > HSETNX h a 9
      (integer) 0
      => -
      > HSETNX h d 4
      (integer) 1
      > HDEL h nosuch
      (integer) 0
      => -
      > HDEL h a b a
      (integer) 2
      > HDEL h c d
      (integer) 2
      > EXISTS h
      (integer) 0
      > HMSET h x 1
      OK
      > HGETALL nosuch
      (empty hash)
      > HKEYS nosuch
      (empty array)
      > HSET h a
      (error) ERR wrong number of arguments for 'hset' command
      > HSET h a 1 b
      (error) ERR wrong number of arguments for 'hset' command
      > HMSET h a 1 b
      (error) ERR wrong number of arguments for 'hmset' command
      > SET s v
      OK
      > HGET s a
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `)
  })

  test('count', () => {
    transcript(`
      > HINCRBY h n 5
      (integer) 5
      > HINCRBY h n -6
      (integer) -1
      > HSET h n 9223372036854775807
      (integer) 0
      > HINCRBY h n 1
      (error) ERR increment or decrement would overflow
      > HSET h n x
      (integer) 0
      > HINCRBY h n 1
      (error) ERR hash value is not an integer
      > HINCRBYFLOAT h n 1
      (error) ERR hash value is not a float
      > HSET h f 10.50
      (integer) 1
      > HINCRBYFLOAT h f 0.1
      "10.6"
      => HSET h f 10.6
      > HINCRBYFLOAT h f inf
      (error) ERR value is NaN or Infinity
      > HINCRBYFLOAT h f x
      (error) ERR value is not a valid float
    `)
  })

  test('keep order and content when they turn into tables', () => {
    const shell = typed(Array.from({ length: 513 }, (_, n) => `HSET h f${n} v${n}`))
    expect(shell.type('HLEN h').shown).toBe('(integer) 513')
    for (const n of [0, 255, 512]) expect(shell.type(`HGET h f${n}`).shown).toBe(`"v${n}"`)
    const fields = shell.execute(['HKEYS', 'h']).reply
    const names = fields.kind === 'array' ? fields.items.map((item) => (item.kind === 'bulk' ? item.bytes : '')) : []
    expect(names.sort()).toEqual(Array.from({ length: 513 }, (_, n) => `f${n}`).sort())
  })

  test('HRANDFIELD draws different fields, or with a negative count any', () => {
    const shell = typed(['HSET h a 1 b 2 c 3'])
    const pairs = (line: string) =>
      shell
        .type(line)
        .shown.split('\n')
        .map((row) => row.replace(/^ *\d+\) /, ''))
    expect(pairs('HRANDFIELD h 2')).toHaveLength(2)
    expect(new Set(pairs('HRANDFIELD h 10')).size).toBe(3)
    expect(pairs('HRANDFIELD h -10')).toHaveLength(10)
    const [field, value] = pairs('HRANDFIELD h 1 WITHVALUES')
    expect(shell.type(`HGET h ${field}`).shown).toBe(value)
    shell.resp = 3
    expect(shell.type('HRANDFIELD h -1 WITHVALUES').shown).toMatch(/^1\) 1\) "[abc]"\n {3}2\) "[123]"$/)
    expect(shell.type('HRANDFIELD nosuch').shown).toBe('(nil)')
    expect(shell.type('HRANDFIELD nosuch 1').shown).toBe('(empty array)')
    expect(shell.type('HRANDFIELD h 1 BOGUS').shown).toBe('(error) ERR syntax error')
  })
})
