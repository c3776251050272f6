import { describe, expect, test } from 'vitest'
import { clusterMachine } from './machine.ts'
import { bulk, error, integer, NULL, OK, type Reply } from './reply.ts'
import { configs, idOf, Pocket, SIX, type SixName, standing } from './testing.test-helper.ts'

const flagsOf = (pocket: Pocket, viewer: SixName, name: SixName) =>
  pocket.state(viewer).cluster.peers.get(idOf(name))!.flags

describe('six nodes', () => {
  test('serve a key where its slot is, and send clients there', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'SET', 'foo', '1')).toEqual(error('MOVED 12182 127.0.0.1:7003'))
    expect(pocket.ask('M3', 'SET', 'foo', '1')).toEqual(OK)
    expect(pocket.ask('M3', 'GET', 'foo')).toEqual(bulk('1'))
    expect(pocket.ask('R3', 'GET', 'foo')).toEqual(error('MOVED 12182 127.0.0.1:7003'))
    expect(pocket.ask('R3.ro', 'READONLY')).toEqual(OK)
    pocket.run(50)
    expect(pocket.ask('R3.ro', 'GET', 'foo')).toEqual(bulk('1'))
  })

  test('find a killed master failing, elect its replica, and write again', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'SET', 'bar', 'before')).toEqual(OK)
    pocket.run(100)
    pocket.kill('M1')
    const tookMs = pocket.until(
      'R1 takes writes',
      () => pocket.ask('R1', 'SET', 'bar', 'after').kind === 'simple',
      10_000,
    )
    // Node timeout 1 s, up to half of it until the ping, the delay of the election: 0.5 to 1 s (spec/cluster, timing).
    expect(tookMs).toBeGreaterThan(1500)
    expect(tookMs).toBeLessThan(3500)
    expect(pocket.ask('M2', 'GET', 'bar')).toEqual(error('MOVED 5061 127.0.0.1:7004'))
    expect(flagsOf(pocket, 'M2', 'M1') & 8).toBe(8)
    pocket.restart('M1')
    pocket.until('M1 follows R1', () => pocket.state('M1').replication.upstream?.state === 'connected', 10_000)
    expect(pocket.ask('M1.ro', 'READONLY')).toEqual(OK)
    expect(pocket.ask('M1.ro', 'GET', 'bar')).toEqual(bulk('after'))
  })

  test('lose what a cut off master wrote, and only that', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'SET', 'bar', 'kept')).toEqual(OK)
    pocket.run(100)
    const minority = new Set(['M1', 'client@M1'])
    pocket.partition((from, to) => minority.has(from) !== minority.has(to))
    expect(pocket.ask('M1', 'SET', '{bar}lost', '1')).toEqual(OK)
    pocket.until('R1 is elected', () => pocket.ask('R1', 'SET', '{bar}new', '1').kind === 'simple', 10_000)
    expect(pocket.ask('M1', 'SET', 'bar', 'x')).toEqual(error('CLUSTERDOWN The cluster is down'))
    pocket.partition(() => false)
    pocket.until('M1 follows', () => pocket.state('M1').replication.upstream?.state === 'connected', 10_000)
    expect(pocket.ask('R1', 'GET', 'bar')).toEqual(bulk('kept'))
    expect(pocket.ask('R1', 'GET', '{bar}lost')).toEqual(NULL)
    expect(pocket.state('M1').db.hash).toBe(pocket.state('R1').db.hash)
  })

  test('run the same way with the same seed', () => {
    const run = (seed: number) => {
      const pocket = new Pocket(configs(SIX, {}, true), seed)
      pocket.run(1000)
      pocket.kill('M2')
      pocket.run(6000)
      return SIX.filter((name) => name !== 'M2').map((name) => clusterMachine.hash(pocket.state(name)))
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })
})

describe('a busy server', () => {
  test('answers what came meanwhile afterwards, in order', () => {
    const pocket = standing()
    pocket.send('sleeper', 'M1', [
      ['SET', 'bar', '1'],
      ['DEBUG', 'SLEEP', '0.3'],
      ['GET', 'bar'],
    ])
    pocket.run(50)
    pocket.send('other', 'M1', [['INCR', 'bar']])
    pocket.run(200)
    expect(pocket.replies('sleeper')).toEqual([])
    expect(pocket.replies('other')).toEqual([])
    pocket.run(200)
    expect(pocket.replies('sleeper')).toEqual<Reply[]>([OK, OK, bulk('1')])
    expect(pocket.replies('other')).toEqual([integer(2)])
  })
})

describe('a connection that ends', () => {
  test('ends after its last answer, also when the server is busy then', () => {
    const pocket = standing()
    pocket.send('a', 'M1', [['PING'], ['QUIT'], ['PING']])
    pocket.run(10)
    expect(pocket.mail('a').map(({ kind }) => kind)).toEqual(['Replies', 'Closed'])
    expect(pocket.replies('a')).toEqual<Reply[]>([{ kind: 'simple', text: 'PONG' }, OK])
    pocket.send('b', 'M1', [['CLIENT', 'ID']])
    pocket.run(10)
    const [id] = pocket.replies('b')
    const number = id?.kind === 'integer' ? `${id.value}` : ''
    pocket.send('c', 'M1', [
      ['CLIENT', 'KILL', 'ID', number],
      ['DEBUG', 'SLEEP', '0.2'],
    ])
    pocket.run(10)
    expect(pocket.mail('b').map(({ kind }) => kind)).toEqual(['Closed'])
    expect(pocket.replies('c')).toEqual([])
    pocket.run(300)
    expect(pocket.replies('c')).toEqual<Reply[]>([integer(1), OK])
  })

  test('drops what its client held, and a newer connection of the same client is another session', () => {
    const pocket = standing()
    expect(pocket.ask('M1.t', 'MULTI')).toEqual(OK)
    expect(pocket.ask('M1.t', 'WATCH', 'bar').kind).toBe('error')
    pocket.close('client@M1.t', 'M1')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(error('ERR EXEC without MULTI'))
  })
})

describe('a process that is not there', () => {
  test('has its connections closed by the operating system', () => {
    const pocket = standing()
    pocket.send('c', 'M1', [['PING']])
    pocket.run(10)
    pocket.replies('c')
    pocket.kill('M1')
    pocket.run(10)
    expect(pocket.mail('c')).toEqual([{ kind: 'Closed', of: 'client', number: 1, byOpener: false }])
    pocket.replies('c')
    pocket.send('c', 'M1', [['PING']])
    pocket.run(10)
    expect(pocket.mail('c')).toEqual([{ kind: 'Closed', of: 'client', number: 1, byOpener: false }])
  })
})
