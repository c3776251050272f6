import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keySlot } from '../slots.ts'
import { Shell, transcript, typed } from './shell.test-helper.ts'
import { COMMANDS } from './table.ts'

describe('keys', () => {
  test('DEL, UNLINK, EXISTS, TOUCH, TYPE', () => {
    transcript(`
      > MSET {k}a 1 {k}b 2
      OK
      > EXISTS {k}a {k}b {k}a {k}c
      (integer) 3
      > TOUCH {k}a {k}c
      (integer) 1
      > DEL {k}a {k}a {k}c
      (integer) 1
      => DEL {k}a {k}a {k}c
      > UNLINK {k}b
      (integer) 1
      > DEL {k}b
      (integer) 0
      => -
      > RPUSH l 1
      (integer) 1
      > TYPE l
      list
      > TYPE nosuch
      none
    `)
  })

  test('RENAME and RENAMENX keep the time to live and make the key the youngest of its slot', () => {
    const shell = transcript(`
      > SET {k}a 1 PX 5000
      OK
      > MSET {k}b 2 {k}c 3
      OK
      > RENAME {k}a {k}d
      OK
      => RENAME {k}a {k}d
      > PTTL {k}d
      (integer) 5000
      > RENAME nosuch x
      (error) ERR no such key
      > RENAME {k}d {k}d
      OK
      => -
      > RENAMENX {k}d {k}b
      (integer) 0
      => -
      > RENAMENX {k}d {k}d
      (integer) 0
      > RENAMENX {k}d {k}e
      (integer) 1
      > RENAME {k}b {k}c
      OK
      > GET {k}c
      "2"
    `)
    expect(shell.db.keysInSlot(keySlot('k'), 10)).toEqual(['{k}c', '{k}e'])
  })

  test('COPY', () => {
    transcript(`
      > SET a 1 PX 5000
      OK
      > COPY a b
      (integer) 1
      => COPY a b
      > PTTL b
      (integer) 5000
      > SET a 2
      OK
      > COPY a b
      (integer) 0
      => -
      > COPY a b REPLACE
      (integer) 1
      > GET b
      "2"
      > COPY nosuch b REPLACE
      (integer) 0
      > COPY a a
      (error) ERR source and destination objects are the same
      > COPY a b DB 1
      (error) ERR Copying to another database is not allowed in cluster mode
      > COPY a c DB 0
      (integer) 1
      > COPY a b BOGUS
      (error) ERR syntax error
    `)
  })

  test('KEYS and RANDOMKEY do not show keys whose time is over', () => {
    const shell = typed(['MSET one 1 two 2 three 3', 'PEXPIRE three 10'])
    expect(shell.type('KEYS t*').shown.split('\n')).toHaveLength(2)
    const later = new Shell()
    Object.assign(later, { db: shell.db, nowMs: shell.nowMs + 11 })
    const run = COMMANDS.get('keys')!.run
    const { reply } = run.scope === 'data' ? run.execute(later, ['KEYS', 't*']) : { reply: null }
    expect(reply).toEqual({ kind: 'array', items: [{ kind: 'bulk', bytes: 'two' }] })
    expect(new Shell().type('RANDOMKEY').shown).toBe('(nil)')
    expect(['one', 'two', 'three']).toContain(JSON.parse(shell.type('RANDOMKEY').shown))
  })

  test('OBJECT', () => {
    transcript(`
      > SET k 100
      OK
      > OBJECT REFCOUNT k
      (integer) 2147483647
      > SET k 10000
      OK
      > OBJECT REFCOUNT k
      (integer) 1
      > OBJECT IDLETIME k
      (integer) 0
      > OBJECT ENCODING nosuch
      (nil)
      > OBJECT
      (error) ERR wrong number of arguments for 'object' command
      > OBJECT ENCODING
      (error) ERR wrong number of arguments for 'object|encoding' command
      > OBJECT FOO k
      (error) ERR unknown subcommand 'FOO'. Try OBJECT HELP.
    `)
  })
})

describe('times to live', () => {
  test('are told to replicas as times on the clock', () => {
    transcript(`
      > SET k v
      OK
      > EXPIRE k 10
      (integer) 1
      => PEXPIREAT k 1010000
      > expire k 20 gt
      (integer) 1
      => PEXPIREAT k 1020000 gt
      > PEXPIRE k 1500
      (integer) 1
      => PEXPIREAT k 1001500
      > TTL k
      (integer) 2
      > PTTL k
      (integer) 1500
      > EXPIREAT k 2000
      (integer) 1
      => PEXPIREAT k 2000000
      > pexpireat k 3000000
      (integer) 1
      => pexpireat k 3000000
      > EXPIRETIME k
      (integer) 3000
      > PEXPIRETIME k
      (integer) 3000000
      > PERSIST k
      (integer) 1
      => PERSIST k
      > PERSIST k
      (integer) 0
      => -
      > TTL k
      (integer) -1
      > TTL nosuch
      (integer) -2
      > EXPIRE nosuch 10
      (integer) 0
      => -
      > EXPIRE k -1
      (integer) 1
      => DEL k
      > EXISTS k
      (integer) 0
    `)
  })

  test('NX, XX, GT, LT', () => {
    transcript(`
      > SET k v
      OK
      > PEXPIRE k 1000 XX
      (integer) 0
      => -
      > PEXPIRE k 1000 GT
      (integer) 0
      > PEXPIRE k 1000 LT
      (integer) 1
      > PEXPIRE k 2000 NX
      (integer) 0
      > PEXPIRE k 2000 LT
      (integer) 0
      > PEXPIRE k 2000 XX GT
      (integer) 1
      > PEXPIRE k 2000 GT
      (integer) 0
      > PTTL k
      (integer) 2000
      > PEXPIRE k 2000 NX XX
      (error) ERR NX and XX, GT or LT options at the same time are not compatible
      > PEXPIRE k 2000 GT LT
      (error) ERR GT and LT options at the same time are not compatible
      > PEXPIRE k 2000 AB
      (error) ERR Unsupported option AB
      > EXPIRE k 9223372036854776
      (error) ERR invalid expire time in 'expire' command
      > PEXPIRE k 9223372036854775807
      (error) ERR invalid expire time in 'pexpire' command
      > EXPIRE k x
      (error) ERR value is not an integer or out of range
    `)
  })

  test('a key is there until its time has passed', () => {
    transcript(`
      > SET k v PX 100
      OK
      @ 100
      > GET k
      "v"
      @ 1
      > GET k
      (nil)
    `)
  })

  test('a replica keeps what its master says, even in the past', () => {
    const shell = typed(['SET k v'])
    shell.fromMaster = true
    expect(shell.type('PEXPIREAT k 1')).toEqual({ shown: '(integer) 1', told: ['PEXPIREAT k 1'] })
    expect(shell.db.get('k')?.expireAtMs).toBe(1)
  })
})

describe('SCAN', () => {
  const allOf = (shell: Shell, line: string, between: (round: number) => void = () => {}): string[] => {
    const found: string[] = []
    let cursor = '0'
    for (let round = 0; round < 10_000; round++) {
      const { reply } = shell.execute(line.replace('CURSOR', cursor).split(' '))
      if (reply.kind !== 'array') expect.fail(`${line}: ${JSON.stringify(reply)}`)
      const [next, items] = reply.items
      if (next?.kind !== 'bulk' || items?.kind !== 'array') expect.fail(JSON.stringify(reply))
      for (const item of items.items) if (item.kind === 'bulk') found.push(item.bytes)
      if (next.bytes === '0') return found
      cursor = next.bytes
      between(round)
    }
    expect.fail('the walk does not end')
  }

  test('gives every key that stays, whatever comes and goes meanwhile', () => {
    const name = fc.oneof(
      fc.nat(300).map((n) => `k${n}`),
      fc.nat(60).map((n) => `{t}${n}`),
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 120 }),
        fc.array(fc.tuple(name, fc.boolean()), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (keys, changes, count) => {
          const shell = new Shell()
          for (const key of keys) shell.type(`SET ${key} v`)
          const left = changes.slice()
          const found = allOf(shell, `SCAN CURSOR COUNT ${count}`, () => {
            for (const [key, add] of left.splice(0, 5)) shell.type(add ? `SET ${key} v` : `DEL ${key}`)
          })
          const gone = new Set(changes.filter(([, add]) => !add).map(([key]) => key))
          expect(keys.filter((key) => !gone.has(key) && !found.includes(key))).toEqual([])
          const known = new Set([...keys, ...changes.map(([key]) => key)])
          expect(found.filter((key) => !known.has(key))).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('without changes gives every key once', () => {
    const shell = typed(Array.from({ length: 500 }, (_, n) => `SET ${n % 3 === 0 ? '{same}' : ''}k${n} v`))
    const found = allOf(shell, 'SCAN CURSOR COUNT 7')
    expect(found).toHaveLength(500)
    expect(new Set(found).size).toBe(500)
  })

  test('MATCH and TYPE choose', () => {
    const shell = typed(['MSET ab 1 ac 2 b 3', 'RPUSH al x'])
    expect(allOf(shell, 'SCAN CURSOR MATCH a*').sort()).toEqual(['ab', 'ac', 'al'])
    expect(allOf(shell, 'SCAN CURSOR MATCH a* TYPE list')).toEqual(['al'])
  })

  test('HSCAN, SSCAN, ZSCAN give small ones whole and large ones in parts', () => {
    const shell = typed(['HSET h a 1 b 2', 'SADD s 3 1 2', 'ZADD z 2 b 1.5 a'])
    transcript(
      `
      > HSCAN h 0
      1) "0"
      2) 1) "a"
         2) "1"
         3) "b"
         4) "2"
      > SSCAN s 0
      1) "0"
      2) 1) "1"
         2) "2"
         3) "3"
      > ZSCAN z 0 MATCH a
      1) "0"
      2) 1) "a"
         2) "1.5"
      > SSCAN nosuch 0
      1) "0"
      2) (empty array)
    `,
      shell,
    )
    for (let n = 0; n < 600; n++) typed([`HSET H f${n} v`, `SADD S m${n}`, `ZADD Z ${n} m${n}`], shell)
    const all = Array.from({ length: 600 }, (_, n) => `m${n}`).sort()
    expect(allOf(shell, 'SSCAN S CURSOR COUNT 50').sort()).toEqual(all)
    expect(
      allOf(shell, 'ZSCAN Z CURSOR')
        .filter((_, at) => at % 2 === 0)
        .sort(),
    ).toEqual(all)
    expect(allOf(shell, 'HSCAN H CURSOR').filter((item) => item !== 'v')).toHaveLength(600)
  })

  test.each([
    ['SCAN x', 'ERR invalid cursor'],
    ['SCAN 0 COUNT 0', 'ERR syntax error'],
    ['SCAN 0 COUNT x', 'ERR value is not an integer or out of range'],
    ['SCAN 0 MATCH', 'ERR syntax error'],
    ['SSCAN k 0 TYPE set', 'ERR syntax error'],
    ['HSCAN k 0', 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  ])('refuses %s', (line, text) => {
    expect(typed(['SADD k 1']).type(line).shown).toBe(`(error) ${text}`)
  })
})

describe('a command that is not there', () => {
  test.each([
    [['FOOBAR', 'a', 'b', 'c'], "ERR unknown command 'FOOBAR', with args beginning with: 'a' 'b' 'c' "],
    [['foobar'], "ERR unknown command 'foobar', with args beginning with: "],
    [['x', 'y'.repeat(200), 'z'], `ERR unknown command 'x', with args beginning with: '${'y'.repeat(128)}' `],
    [['x', 'a\0b'], "ERR unknown command 'x', with args beginning with: 'a' "],
    [['GeT'], "ERR wrong number of arguments for 'get' command"],
  ])('%j', (args, text) => {
    expect(new Shell().execute(args).reply).toEqual({ kind: 'error', text })
  })
})
