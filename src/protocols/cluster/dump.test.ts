import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Shell, transcript, typed } from './commands/shell.test-helper.ts'
import { crc64 } from './crc64.ts'
import { dumpValue, isDump, restoreValue } from './dump.ts'
import { unpackLzf } from './lzf.ts'
import { packIntegers, packList, unpackIntegers, unpackList } from './packed.ts'
import { encodingOf, hashValue, stringValue } from './values.ts'

const hex = (bytes: string) => Buffer.from(bytes, 'latin1').toString('hex')
const bytesOf = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex').toString('latin1')
const item = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 100 }),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String),
  fc.integer({ min: -5000, max: 5000 }).map(String),
  fc.integer({ min: 60, max: 20_000 }).map((length) => 'x'.repeat(length)),
)

test('the checksum is the one of the documentation', () => {
  expect(hex(crc64('123456789', 9))).toBe(hex(bytesOf('cad9b8c414d9c6e9')))
})

describe('packed arrays', () => {
  // Written down from the description of listpack and intset in the server's documentation.
  test('are laid out as the server lays them out', () => {
    expect(hex(packList(['a', '5', '-1', '1000', '-30000']))).toBe(
      hex(bytesOf('16000000 0500 8161 02 05 01 dfff 02 c3e8 02 f1d08a 03 ff')),
    )
    expect(hex(packIntegers(['-1', '2', '300']))).toBe(hex(bytesOf('02000000 03000000 ffff 0200 2c01')))
  })

  test('are read back', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 30 }), (items) => {
        expect(unpackList(packList(items))).toEqual(items)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String)), (items) => {
        expect(unpackIntegers(packIntegers(items))).toEqual(items)
      }),
    )
  })

  test('damaged ones are refused', () => {
    const list = packList(['abc', '70000'])
    for (const damaged of ['', list.slice(0, -1), `${list}x`, list.replace('\xff', '\x01')]) {
      expect(unpackList(damaged)).toBe(null)
    }
    expect(unpackIntegers(packIntegers(['1']).slice(0, -1))).toBe(null)
  })
})

test('LZF: literals, a copy from before, a copy that runs into itself', () => {
  // 3 literals "abc", then 3 bytes from 3 back; 1 literal "x", then 9 + 1 bytes from 1 back.
  expect(unpackLzf('\x02abc\x20\x02', 6)).toBe('abcabc')
  expect(unpackLzf('\x00x\xe0\x01\x00', 11)).toBe('x'.repeat(11))
  expect(unpackLzf('\x00x\xe0\x01\x00', 12)).toBe(null)
  expect(unpackLzf('\x02ab', 3)).toBe(null)
  expect(unpackLzf('\x20\x05', 3)).toBe(null)
})

describe('DUMP', () => {
  test('is what the documentation shows', () => {
    expect(dumpValue(stringValue('10'))).toBe('\x00\xc0\n\n\x00n\x9fWE\x0e\xaec\xbb')
  })

  test.each([
    [['SET k hello']],
    [['SET k -5']],
    [['SET k 123456789012']],
    [[`SET k ${'x'.repeat(20_000)}`]],
    [['RPUSH k a 1 -2 70000']],
    [['HSET k a 1 b 2']],
    [Array.from({ length: 600 }, (_, n) => `HSET k f${n} ${n}`)],
    [['SADD k 1 -2 70000 9223372036854775807']],
    [['SADD k a b 1']],
    [['ZADD k 1 a 2.5 b -inf c 1e20 d']],
    [Array.from({ length: 200 }, (_, n) => `ZADD k ${n / 3} m${n}`)],
    [Array.from({ length: 300 }, (_, n) => `RPUSH k ${'x'.repeat(n + 1)}`)],
  ])('of what %.40j makes is taken back', (lines) => {
    const { value } = typed(lines).db.get('k')!
    const payload = dumpValue(value)
    expect(isDump(payload)).toBe(true)
    const again = restoreValue(payload)!
    expect([hashValue(again), encodingOf(again)]).toEqual([hashValue(value), encodingOf(value)])
  })

  test('a payload of a real server with a compressed string is taken', () => {
    const body = `\x00\xc3\x05\x0b\x00x\xe0\x01\x00\x0a\x00`
    expect(restoreValue(body + crc64(body, body.length))).toEqual(stringValue('x'.repeat(11)))
  })

  test('no damage goes unnoticed', () => {
    const payload = dumpValue(typed(['HSET k a 1 b 2']).db.get('k')!.value)
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = String.fromCharCode(payload.charCodeAt(at) ^ by)
        expect(isDump(payload.slice(0, at) + changed + payload.slice(at + 1))).toBe(false)
      }),
    )
  })

  test('whatever bytes come, reading them ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const body = Buffer.from(noise).toString('latin1')
        const value = restoreValue(`${body}${'\0'.repeat(10)}`)
        if (value !== null) expect(hashValue(restoreValue(dumpValue(value))!)).toBe(hashValue(value))
      }),
      { numRuns: 500 },
    )
  })
})

describe('RESTORE', () => {
  test('keeps value and time, and tells replicas the time', () => {
    const shell = typed(['RPUSH l a b'])
    const dumped = shell.execute(['DUMP', 'l']).reply
    const payload = dumped.kind === 'bulk' ? dumped.bytes : ''
    const restore = (...args: string[]) => {
      const outcome = shell.execute(args)
      shell.db = outcome.db
      return outcome
    }
    expect(restore('RESTORE', 'm', '0', payload)).toMatchObject({ reply: { text: 'OK' } })
    expect(restore('restore-asking', 'n', '500', payload, 'REPLACE').propagate).toEqual([
      ['restore-asking', 'n', '1000500', payload, 'REPLACE', 'ABSTTL'],
    ])
    expect(restore('RESTORE', 'n', '1000700', payload, 'ABSTTL', 'replace').propagate).toBe(undefined)
    transcript(
      `
      > LRANGE m 0 -1
      1) "a"
      2) "b"
      > TTL m
      (integer) -1
      > PTTL n
      (integer) 700
      > DUMP nosuch
      (nil)
    `,
      shell,
    )
    expect(restore('RESTORE', 'n', '1', payload, 'ABSTTL', 'REPLACE').propagate).toEqual([['DEL', 'n']])
    const gone = restore('RESTORE', 'n', '1', payload, 'ABSTTL')
    expect([gone.db === shell.db, gone.propagate]).toEqual([true, undefined])
  })

  test.each([
    ['RESTORE l 0 garbage', 'BUSYKEY Target key name already exists.'],
    ['RESTORE-ASKING l 0 garbage', 'BUSYKEY Target key name already exists.'],
    ['RESTORE m 0 garbage', 'ERR DUMP payload version or checksum are wrong'],
    ['RESTORE m -1 garbage', 'ERR Invalid TTL value, must be >= 0'],
    ['RESTORE m x garbage', 'ERR value is not an integer or out of range'],
    ['RESTORE m 0 garbage BOGUS', 'ERR syntax error'],
    ['RESTORE m 0 garbage FREQ 256', 'ERR Invalid FREQ value, must be >= 0 and <= 255'],
    ['RESTORE m 0 garbage IDLETIME -1', 'ERR Invalid IDLETIME value, must be >= 0'],
  ])('refuses %s', (line, text) => {
    expect(typed(['RPUSH l a']).type(line).shown).toBe(`(error) ${text}`)
  })

  test('refuses a value that is none behind a right checksum', () => {
    const body = '\x63\x00\x0a\x00'
    expect(new Shell().execute(['RESTORE', 'k', '0', body + crc64(body, body.length)]).reply).toMatchObject({
      text: 'ERR Bad data format',
    })
  })
})
