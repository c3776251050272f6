import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Shell } from './shell.test-helper.ts'

/** Few keys, so that commands meet each other's values; types are mixed on purpose, but each has a favourite key. */
const KEYS = ['{k}1', '{k}2', '{k}3', '{k}4', '{k}5']
const key = fc.constantFrom(...KEYS)
const FILL = [
  ['SET', KEYS[0]!, '10', 'PX', '900'],
  ['RPUSH', KEYS[1]!, 'a', 'b', '1', '2'],
  ['HSET', KEYS[2]!, 'a', '1', 'b', '2'],
  ['SADD', KEYS[3]!, 'a', 'b', 'c', '1', '2', '3.5', '-7'],
  ['ZADD', KEYS[4]!, '1', 'a', '2', 'b', '3', 'c'],
]
const word = fc.constantFrom('a', 'b', 'c', '1', '2', '3.5', '-7')
const small = fc.integer({ min: -3, max: 4 }).map(String)
const score = fc.constantFrom('1', '2', '-1.5', 'inf', '0.1')
const ms = fc.constantFrom('-10', '1', '50', '200', '100000')
const end = fc.constantFrom('LEFT', 'RIGHT')

const line = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))

const command = fc.oneof(
  line('SET', key, word),
  line('SET', key, word, 'PX', ms),
  line('SET', key, word, 'KEEPTTL', 'GET'),
  line('SET', key, word, 'NX', 'GET'),
  line('GETEX', key, 'PX', ms),
  line('GETEX', key, 'PERSIST'),
  line('GETDEL', key),
  line('GETSET', key, word),
  line('MSETNX', key, word, key, word),
  line('APPEND', key, word),
  line('SETRANGE', key, fc.constantFrom('0', '3'), word),
  line('INCRBY', key, small),
  line('INCRBYFLOAT', key, fc.constantFrom('0.1', '-2.5')),
  line('SETBIT', key, fc.constantFrom('1', '20'), fc.constantFrom('0', '1')),
  line('PEXPIRE', key, ms, fc.constantFrom('NX', 'XX', 'GT', 'LT')),
  line('EXPIRE', key, fc.constantFrom('-1', '0', '1')),
  line('PERSIST', key),
  line('RENAME', key, key),
  line('COPY', key, key, 'REPLACE'),
  line('DEL', key, key),
  line('LPUSH', key, word, word),
  line('RPUSHX', key, word),
  line('LPOP', key, fc.constantFrom('0', '1', '2')),
  line('LTRIM', key, small, small),
  line('LREM', key, small, word),
  line('LINSERT', key, 'BEFORE', word, word),
  line('LMOVE', key, key, end, end),
  line('BLMOVE', key, key, end, end, '0'),
  line('BLPOP', key, key, '0'),
  line('LMPOP', '2', key, key, end, 'COUNT', '2'),
  line('HSET', key, word, word, word, word),
  line('HDEL', key, word),
  line('HINCRBY', key, word, small),
  line('HINCRBYFLOAT', key, word, '0.1'),
  line('SADD', key, word, word),
  line('SREM', key, word),
  line('SPOP', key),
  line('SPOP', key, fc.constantFrom('0', '2', '9')),
  line('SMOVE', key, key, word),
  line('SUNIONSTORE', key, key, key),
  line('SDIFFSTORE', key, key, key),
  line('ZADD', key, score, word, score, word),
  line('ZADD', key, 'GT', 'CH', score, word),
  line('ZINCRBY', key, score, word),
  line('ZPOPMIN', key),
  line('BZPOPMAX', key, key, '0'),
  line('ZMPOP', '2', key, key, 'MAX'),
  line('ZREMRANGEBYSCORE', key, '-inf', '1'),
  line('ZRANGESTORE', key, key, '0', '1'),
  line('ZUNIONSTORE', key, '2', key, key),
  line('ZINTERSTORE', key, '2', key, key, 'WEIGHTS', '2', '0.5'),
  line('SORT', key, 'ALPHA', 'STORE', key),
  line('BITOP', 'OR', key, key, key),
)

test('a replica that does what it is told holds what its master holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(command, fc.nat(60)), { maxLength: 40 }), (steps) => {
      const master = new Shell()
      const replica = new Shell()
      // Its clock is elsewhere, its dice fall otherwise: neither may matter.
      Object.assign(replica, { fromMaster: true, nowMs: 5_000_000 })
      for (let n = 0; n < 7; n++) replica.random()
      const tell = (args: readonly string[]) => {
        const run = (replica.found(args) ?? expect.fail(`${args[0]} is no data command`)).run
        if (run.scope === 'data') replica.db = run.execute(replica, args).db
      }
      for (const [args, passes] of [...FILL.map((args) => [args, 0] as const), ...steps]) {
        master.nowMs += passes
        for (const gone of master.db.expired(master.nowMs, 10)) tell(['DEL', gone])
        const before = master.expireAll()
        const { db, propagate, reply } = master.execute(args)
        if (reply.kind === 'error') expect(db).toBe(before)
        master.db = db
        for (const told of propagate ?? (db === before ? [] : [args])) tell(told)
        expect(replica.db.hash, args.join(' ')).toBe(master.db.hash)
      }
    }),
    { numRuns: 400 },
  )
})
