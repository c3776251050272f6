import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import type { CommandTable } from '../commands/types.ts'
import { bulk, error, OK, type Reply, simple } from '../reply.ts'
import { openSession } from '../server/sessions.ts'
import type { Turn } from '../turn.ts'
import { stringValue } from '../values.ts'
import { endMigration, migrate, migrateKeys, receiveMigrationAnswer } from './migrate.ts'
import { Servers } from './testing.test-helper.ts'

const CLIENT = nodeId('c1')
const TARGET = nodeId('T')

/** A table whose DUMP gives a payload that names the key. */
const dumping = {
  get: () => ({
    run: { scope: 'data', execute: ({ db }: { db: unknown }, args: Bytes[]) => ({ reply: bulk(`<${args[1]}>`), db }) },
  }),
} as unknown as CommandTable

/** Source `M` (with a replica) and target `T`; the tests play the target. */
class Migrations {
  readonly servers = new Servers(['M', 'T', 'R'])

  constructor(keys: Readonly<Record<string, number | null>>) {
    this.servers.follow('R', 'M')
    this.servers.deliver()
    this.act((turn) => {
      openSession(turn, CLIENT, 1)
      for (const [key, ttl] of Object.entries(keys)) {
        const expireAtMs = ttl === null ? null : turn.nowMs + ttl
        turn.db = turn.db.set(key, { value: stringValue(key), expireAtMs })
      }
    })
  }

  act<T>(handler: (turn: Turn) => T): T {
    let result: T | undefined
    this.servers.act('M', (turn) => {
      result = handler(turn)
    })
    return result as T
  }

  /** What MIGRATE answers at once; null: it waits for the target. */
  ask(...args: readonly Bytes[]): Reply | null {
    return this.act((turn) => migrate(turn, CLIENT, ['MIGRATE', ...args], dumping))
  }

  /** Commands that the target got. */
  requests(): readonly (readonly Bytes[])[] {
    this.servers.deliver()
    return this.servers.log.flatMap(({ to, message }) =>
      to === TARGET && message.kind === 'Request' ? message.commands : [],
    )
  }

  /** What the client is answered when the target says this; undefined: not yet. */
  answer(...replies: readonly Reply[]): Reply | undefined {
    return this.act((turn) => {
      const connection = turn.busy?.kind === 'migrate' ? turn.busy.connection : -1
      receiveMigrationAnswer(turn, { kind: 'Replies', connection, resp: 2, replies })
      return turn.outbox.get(CLIENT)?.[0]
    })
  }

  keys(name: string): readonly Bytes[] {
    return [...this.servers.state(name).db.entries()].map(([key]) => key).toSorted()
  }
}

const ADDRESS = ['127.0.0.1', '7002'] as const
const text = (reply: Reply | null | undefined) =>
  reply === null || reply === undefined ? reply : 'text' in reply ? reply.text : reply.kind

describe('MIGRATE is refused before anything is sent (transcript 02)', () => {
  const refusals: readonly (readonly [string, readonly string[], string])[] = [
    ['no such key', [...ADDRESS, 'nosuch', '0', '1000'], 'NOKEY'],
    ['none of the keys', [...ADDRESS, '', '0', '1000', 'KEYS', 'nosuch', 'neither'], 'NOKEY'],
    [
      'a key and KEYS',
      [...ADDRESS, 'k', '0', '1000', 'KEYS', 'hello'],
      'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string',
    ],
    ['nobody there', ['127.0.0.1', '9', 'hello', '0', '100'], 'IOERR error or timeout writing to target instance'],
    ['a timeout that is none', [...ADDRESS, 'hello', '0', 'notanumber'], 'ERR value is not an integer or out of range'],
    ['a database that is none', [...ADDRESS, 'hello', 'x', '1000'], 'ERR value is not an integer or out of range'],
    ['an unknown option', [...ADDRESS, 'hello', '0', '1000', 'BOGUS'], 'ERR syntax error'],
    ['AUTH without a password', [...ADDRESS, 'hello', '0', '1000', 'AUTH'], 'ERR syntax error'],
    ['AUTH2 without a password', [...ADDRESS, 'hello', '0', '1000', 'AUTH2', 'me'], 'ERR syntax error'],
  ]

  test.each(refusals)('%s', (_, args, expected) => {
    const migrations = new Migrations({ hello: null })
    expect(text(migrations.ask(...args))).toBe(expected)
    expect(migrations.requests()).toEqual([])
    expect(migrations.servers.state('M').busy).toBe(null)
  })
})

describe('what the target gets', () => {
  test('SELECT, and RESTORE-ASKING with the time that is left, at least 1 ms', () => {
    const migrations = new Migrations({ '{a}1': null, '{a}2': 100_000, '{a}3': 0 })
    migrations.ask(...ADDRESS, '', '0', '1000', 'COPY', 'REPLACE', 'KEYS', '{a}1', '{a}2', '{a}3', '{a}nosuch')
    expect(migrations.requests()).toEqual([
      ['SELECT', '0'],
      ['RESTORE-ASKING', '{a}1', '0', '<{a}1>', 'REPLACE'],
      ['RESTORE-ASKING', '{a}2', '100000', '<{a}2>', 'REPLACE'],
      ['RESTORE-ASKING', '{a}3', '1', '<{a}3>', 'REPLACE'],
    ])
  })

  test('AUTH first, if it is given', () => {
    const migrations = new Migrations({ a: null })
    migrations.ask(...ADDRESS, 'a', '0', '1000', 'AUTH2', 'me', 'secret')
    expect(migrations.requests()).toEqual([
      ['AUTH', 'me', 'secret'],
      ['SELECT', '0'],
      ['RESTORE-ASKING', 'a', '0', '<a>'],
    ])
  })
})

describe('what follows from its answers', () => {
  const batch = () => {
    const migrations = new Migrations({ '{a}1': null, '{a}2': null, other: null })
    migrations.ask(...ADDRESS, '', '0', '1000', 'KEYS', '{a}1', '{a}2')
    return migrations
  }

  test('all acknowledged, also in pieces: the keys are deleted here and in the replica', () => {
    const migrations = batch()
    const { offset } = migrations.servers.replication('M')
    expect(migrations.answer(OK)).toBe(undefined)
    expect(migrations.answer(OK)).toBe(undefined)
    expect(migrations.answer(OK)).toEqual(OK)
    expect(migrations.keys('M')).toEqual(['other'])
    migrations.servers.deliver()
    expect(migrations.keys('R')).toEqual([])
    const del = '*3\r\n$3\r\nDEL\r\n$4\r\n{a}1\r\n$4\r\n{a}2\r\n'.length
    expect(migrations.servers.replication('R').offset).toBe(offset + 23 + del)
    expect(migrations.servers.state('M').busy).toBe(null)
  })

  test('with COPY the keys stay', () => {
    const migrations = new Migrations({ a: null })
    migrations.ask(...ADDRESS, 'a', '0', '1000', 'COPY')
    expect(migrations.answer(OK, OK)).toEqual(OK)
    expect(migrations.keys('M')).toEqual(['a'])
  })

  test('the first error is told; keys that were acknowledged before and behind it have moved', () => {
    const migrations = new Migrations({ '{a}1': null, '{a}2': null, '{a}3': null })
    migrations.ask(...ADDRESS, '', '0', '1000', 'KEYS', '{a}1', '{a}2', '{a}3')
    const busy = error('BUSYKEY Target key name already exists.')
    expect(text(migrations.answer(OK, OK, busy, OK))).toBe(
      'ERR Target instance replied with error: BUSYKEY Target key name already exists.',
    )
    expect(migrations.keys('M')).toEqual(['{a}2'])
  })

  test('a refused SELECT spoils all', () => {
    const migrations = batch()
    const refused = error('ERR SELECT is not allowed in cluster mode')
    expect(text(migrations.answer(refused, OK, OK))).toBe(
      'ERR Target instance replied with error: ERR SELECT is not allowed in cluster mode',
    )
    expect(migrations.keys('M')).toEqual(['other', '{a}1', '{a}2'])
  })

  test('silence for longer than the timeout: what was acknowledged has moved, the rest stays', () => {
    const migrations = batch()
    migrations.answer(OK, OK)
    const reply = migrations.act((turn) => {
      endMigration(turn)
      return turn.outbox.get(CLIENT)?.[0]
    })
    expect(text(reply)).toBe('IOERR error or timeout reading to target instance')
    expect(migrations.keys('M')).toEqual(['other', '{a}2'])
  })

  test('refused at once', () => {
    const migrations = batch()
    const reply = migrations.act((turn) => {
      receiveMigrationAnswer(turn, { kind: 'Closed', of: 'client', number: 1, byOpener: false })
      return turn.outbox.get(CLIENT)?.[0]
    })
    expect(text(reply)).toBe('IOERR error or timeout writing to target instance')
    expect(migrations.keys('M')).toHaveLength(3)
  })
})

test('the keys of MIGRATE, for the routing', () => {
  const keys = (line: string) => migrateKeys(line.split(' ').map((word) => (word === '""' ? '' : word)))
  expect(keys('MIGRATE h 1 k 0 1000 COPY')).toEqual(['k'])
  expect(keys('MIGRATE h 1 "" 0 1000 REPLACE KEYS a b')).toEqual(['a', 'b'])
  expect(keys('MIGRATE h 1 "" 0 1000 AUTH keys KEYS a b')).toEqual(['a', 'b'])
  expect(keys('MIGRATE h 1 k 0 1000 KEYS a')).toEqual([])
})

test('simple strings are acknowledgements as well', () => {
  const migrations = new Migrations({ a: null })
  migrations.ask(...ADDRESS, 'a', '0', '1000')
  expect(migrations.answer(simple('OK'), simple('OK'))).toEqual(OK)
})
