import { describe, expect, test } from 'vitest'
import type { Reply } from '../reply.ts'
import { Shell, transcript, typed } from './shell.test-helper.ts'

const membersOf = (reply: Reply): string[] =>
  reply.kind === 'set' || reply.kind === 'array'
    ? reply.items.map((item) => (item.kind === 'bulk' ? item.bytes : '?'))
    : ['?']

describe('sets', () => {
  test('are changed and asked', () => {
    transcript(`
      > SADD s 3 1 2 2
      (integer) 3
      > SADD s 1
      (integer) 0
      => -
      > SMEMBERS s
      1~ "1"
      2~ "2"
      3~ "3"
      > SADD s -10 100
      (integer) 2
      > SMEMBERS s
      1~ "-10"
      2~ "1"
      3~ "2"
      4~ "3"
      5~ "100"
      > SCARD s
      (integer) 5
      > SISMEMBER s 3
      (integer) 1
      > SMISMEMBER s 3 4
      1) (integer) 1
      2) (integer) 0
      > SREM s 9
      (integer) 0
      => -
      > SREM s 1 2 3 -10 100
      (integer) 5
      > EXISTS s
      (integer) 0
      > SMEMBERS s
      (empty set)
      > SET x v
      OK
      > SADD x 1
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `)
  })

  test('are combined', () => {
    const shell = typed(['SADD {s}a 1 2 3 4', 'SADD {s}b 3 4 5', 'SADD {s}c 4'])
    const of = (line: string) => membersOf(shell.execute(line.split(' ')).reply).sort()
    expect(of('SINTER {s}a {s}b')).toEqual(['3', '4'])
    expect(of('SINTER {s}a {s}b {s}nosuch')).toEqual([])
    expect(of('SUNION {s}a {s}b {s}nosuch')).toEqual(['1', '2', '3', '4', '5'])
    expect(of('SDIFF {s}a {s}b')).toEqual(['1', '2'])
    expect(of('SDIFF {s}nosuch {s}b')).toEqual([])
    transcript(
      `
      > SINTERCARD 2 {s}a {s}b
      (integer) 2
      > SINTERCARD 2 {s}a {s}b LIMIT 1
      (integer) 1
      > SINTERCARD 0 {s}a
      (error) ERR numkeys should be greater than 0
      > SINTERCARD 3 {s}a {s}b
      (error) ERR Number of keys can't be greater than number of args
      > SINTERCARD 1 {s}a LIMIT -1
      (error) ERR LIMIT can't be negative
      > SINTERSTORE {s}d {s}a {s}b {s}c
      (integer) 1
      > SMEMBERS {s}d
      1~ "4"
      > SUNIONSTORE {s}d {s}a {s}c
      (integer) 4
      > SDIFFSTORE {s}d {s}c {s}a
      (integer) 0
      => SDIFFSTORE {s}d {s}c {s}a
      > EXISTS {s}d
      (integer) 0
      > SDIFFSTORE {s}d {s}c {s}a
      (integer) 0
      => -
      > SMOVE {s}c {s}b 4
      (integer) 1
      > EXISTS {s}c
      (integer) 0
      > SMOVE {s}a {s}b 9
      (integer) 0
      => -
      > SMOVE {s}nosuch {s}b 9
      (integer) 0
      > SET {s}x v
      OK
      > SUNION {s}a {s}x
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
      > SINTER {s}nosuch {s}x
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `,
      shell,
    )
  })

  test('SPOP tells replicas what it took', () => {
    const shell = typed(['SADD s a b c d e'])
    const one = shell.type('SPOP s')
    expect(one.told).toEqual([`SREM s ${JSON.parse(one.shown)}`])
    const two = shell.type('SPOP s 2')
    expect(two.told).toHaveLength(2)
    expect(shell.type('SCARD s').shown).toBe('(integer) 2')
    expect(shell.type('SPOP s 10').told).toEqual(['DEL s'])
    expect(shell.execute(['SPOP', 's', '3']).reply).toEqual({ kind: 'set', items: [] })
    expect(shell.type('SPOP s').shown).toBe('(nil)')
    expect(shell.type('SPOP s -1').shown).toBe('(error) ERR value is out of range, must be positive')
  })

  test('SRANDMEMBER takes nothing away; every member has its chance', () => {
    const shell = typed(['SADD s a b c d'])
    const drawn = new Set(Array.from({ length: 200 }, () => shell.type('SRANDMEMBER s').shown))
    expect(drawn.size).toBe(4)
    expect(new Set(membersOf(shell.execute(['SRANDMEMBER', 's', '3']).reply)).size).toBe(3)
    expect(membersOf(shell.execute(['SRANDMEMBER', 's', '-9']).reply)).toHaveLength(9)
    expect(new Shell().type('SRANDMEMBER s 2').shown).toBe('(empty array)')
    expect(new Shell().type('SRANDMEMBER s').shown).toBe('(nil)')
  })
})

describe('SORT', () => {
  test('by number, by text, in part, and stored', () => {
    transcript(`
      > RPUSH {l}1 10 9 -1 2.5
      (integer) 4
      > SORT {l}1
      1) "-1"
      2) "2.5"
      3) "9"
      4) "10"
      > SORT {l}1 DESC LIMIT 1 2
      1) "9"
      2) "2.5"
      > SORT {l}1 ALPHA
      1) "-1"
      2) "10"
      3) "2.5"
      4) "9"
      > SORT {l}1 BY nosort
      1) "10"
      2) "9"
      3) "-1"
      4) "2.5"
      > SORT {l}1 STORE {l}2
      (integer) 4
      > LINDEX {l}2 0
      "-1"
      > SORT_RO {l}1 STORE {l}2
      (error) ERR syntax error
      > SORT {l}1 BY w_*
      (error) ERR BY option of SORT denied in Cluster mode.
      > SORT {l}1 GET #
      (error) ERR GET option of SORT denied in Cluster mode.
      > RPUSH {l}1 x
      (integer) 5
      > SORT {l}1
      (error) ERR One or more scores can't be converted into double
      > SORT nosuch
      (empty array)
      > SET s v
      OK
      > SORT s
      (error) WRONGTYPE Operation against a key holding the wrong kind of value
    `)
  })
})
