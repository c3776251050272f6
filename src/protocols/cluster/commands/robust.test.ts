import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry, Keyspace } from '../keyspace.ts'
import { encodeReply } from '../resp.ts'
import { encodingOf, LIMITS } from '../values.ts'
import { hashSize } from './hash-value.ts'
import { commandKeys } from './lookup.ts'
import { Shell } from './shell.test-helper.ts'
import { COMMANDS } from './table.ts'

/** Keys of every type, and words that options, numbers and bounds may be. */
const KEYS = ['s', 'n', 'l', 'h', 'e', 'z', 'nosuch', 'hll']
const WORDS = [
  ...[
    '0',
    '1',
    '2',
    '-1',
    '3',
    '100',
    '-5',
    '1.5',
    'inf',
    '-inf',
    'nan',
    '9223372036854775807',
    '-9223372036854775808',
    '',
  ],
  ...['a', 'b', 'c', '[a', '(b', '+', '-', '(1', '*', 'u8', 'i64', '#1', '\x00\xff', 'x'.repeat(70)],
  ...'nx xx gt lt ch incr get keepttl persist ex px exat pxat replace absttl db count match type limit rev'.split(' '),
  ...'byscore bylex withscores withvalues weights aggregate sum min max left right before after and not'.split(' '),
  ...'store by alpha asc desc rank maxlen idx len bit byte overflow sat fail wrap set incrby string list'.split(' '),
]
const FILL = [
  'SET s text',
  'SET n 10 PX 100000',
  'RPUSH l a b c 1',
  'HSET h a 1 b 2',
  'SADD e 1 2 3',
  'ZADD z 1 a 2 b 3 c',
  'PFADD hll a b',
]

const names = [...COMMANDS.values()].flatMap(({ name, run }) => (run.scope === 'data' ? [name] : []))
const word = fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom(...WORDS))
const call = fc
  .tuple(fc.constantFrom(...names), fc.array(word, { maxLength: 7 }))
  .map(([name, args]) => [name, ...args])

/** What holds of every entry, whatever was done. */
function expectSound({ value }: Entry): void {
  const encoding = encodingOf(value)
  switch (value.type) {
    case 'string':
      return
    case 'list':
      expect(value.list.length).toBeGreaterThan(0)
      return
    case 'hash':
      expect(hashSize(value)).toBeGreaterThan(0)
      if (encoding === 'listpack') expect(hashSize(value)).toBeLessThanOrEqual(LIMITS.hashMaxListpackEntries)
      return
    case 'set':
      expect(value.members.size).toBeGreaterThan(0)
      if (encoding === 'intset') expect(value.members.unsorted().every(([member]) => /^-?\d+$/.test(member))).toBe(true)
      return
    case 'zset':
      expect(value.scores.size).toBeGreaterThan(0)
      expect(value.order?.size).toBe(value.scores.size)
      for (const [, score] of value.scores.unsorted()) expect(score).not.toBeNaN()
  }
}

function expectWhole(db: Keyspace): void {
  const entries = [...db.entries()]
  expect(entries.length).toBe(db.size)
  expect(entries.filter(([, { expireAtMs }]) => expireAtMs !== null).length).toBe(db.expiring)
  for (const [, entry] of entries) expectSound(entry)
}

test('a command may have as many arguments, and touch as many members, as fit', () => {
  const shell = new Shell()
  const many = Array.from({ length: 200_000 }, (_, at) => `m${at}`)
  const run = (...args: string[]) => {
    const outcome = shell.execute(args)
    shell.db = outcome.db
    return outcome
  }
  expect(run('SADD', 's', ...many).reply).toEqual({ kind: 'integer', value: 200_000 })
  expect(run('SPOP', 's', '150000').propagate).toHaveLength(150_000)
  expect(run('ZUNION', '200000', ...many).reply).toEqual({ kind: 'array', items: [] })
  expect(commandKeys(COMMANDS.get('zunion')!, ['ZUNION', '200000', ...many])).toHaveLength(200_000)
  expect(run('BITOP', 'OR', 'd', ...many).reply).toEqual({ kind: 'integer', value: 0 })
  expect(run('SUNION', ...many).reply).toEqual({ kind: 'set', items: [] })
  expect(run('RPUSH', 'l', ...many).reply).toEqual({ kind: 'integer', value: 200_000 })
  expect(run('LPOP', 'l', '200000').reply.kind).toBe('array')
})

test('whatever is typed, a command answers; errors and reads change nothing', () => {
  fc.assert(
    fc.property(
      fc.array(call, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(2 as const, 3 as const),
      (calls, resp) => {
        const shell = new Shell()
        for (const line of FILL) shell.type(line)
        shell.resp = resp
        for (const args of calls) {
          const before = shell.expireAll()
          const outcome = shell.execute(args)
          expect(encodeReply(outcome.reply, resp).endsWith('\r\n'), args.join(' ')).toBe(true)
          const reads = COMMANDS.get(args[0]!)!.flags.includes('readonly')
          if (outcome.reply.kind === 'error' || reads || outcome.block !== undefined) {
            expect(outcome.db, args.join(' ')).toBe(before)
            expect(outcome.propagate, args.join(' ')).toBe(undefined)
          }
          if (outcome.propagate !== undefined) expect(outcome.db, args.join(' ')).not.toBe(before)
          shell.db = outcome.db
        }
        expectWhole(shell.db)
      },
    ),
    { numRuns: 500 },
  )
})
