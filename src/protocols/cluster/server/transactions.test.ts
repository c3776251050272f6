import { describe, expect, test } from 'vitest'
import { array, bulk, error, integer, NULL_ARRAY, OK, QUEUED } from '../reply.ts'
import { type Pocket, standing } from '../testing.test-helper.ts'

// Expectations: transcript 01 (real 7.0.15) and multi.c.

const ok = (pocket: Pocket, where: string, ...args: string[]) => expect(pocket.ask(where, ...args)).toEqual(OK)
const queued = (pocket: Pocket, ...args: string[]) => expect(pocket.ask('M1.t', ...args)).toEqual(QUEUED)
const ABORTED = error('EXECABORT Transaction discarded because of previous errors.')
const CROSSSLOT = error("CROSSSLOT Keys in request don't hash to the same slot")

describe('a transaction', () => {
  test('queues, then runs', () => {
    const pocket = standing()
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'SET', 'bar', '10')
    queued(pocket, 'INCR', 'bar')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(array([OK, integer(11)]))
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(error('ERR EXEC without MULTI'))
    expect(pocket.ask('M1.t', 'DISCARD')).toEqual(error('ERR DISCARD without MULTI'))
  })

  test('is given up after a refused command, of whatever kind', () => {
    const pocket = standing()
    for (const refused of [['SET', 'foo', '1'], ['GET'], ['NOSUCH'], ['CLUSTER', 'NOSUCH']]) {
      ok(pocket, 'M1.t', 'MULTI')
      queued(pocket, 'SET', 'bar', '1')
      expect(pocket.ask('M1.t', ...refused).kind).toBe('error')
      expect(pocket.ask('M1.t', 'EXEC')).toEqual(ABORTED)
    }
    expect(pocket.ask('M1', 'EXISTS', 'bar')).toEqual(integer(0))
  })

  test('may not spread over slots', () => {
    const pocket = standing()
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'SET', 'bar', '1')
    queued(pocket, 'SET', 'hello', '1')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(CROSSSLOT)
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(error('ERR EXEC without MULTI'))
  })

  test('does nothing when a watched key changed, also by its expiry', () => {
    const pocket = standing()
    expect(pocket.ask('M1.t', 'WATCH', 'bar', 'hello')).toEqual(CROSSSLOT)
    ok(pocket, 'M1.t', 'WATCH', 'bar')
    ok(pocket, 'M1.t', 'MULTI')
    expect(pocket.ask('M1.t', 'WATCH', 'bar')).toEqual(error('ERR WATCH inside MULTI is not allowed'))
    expect(pocket.ask('M1.t', 'MULTI')).toEqual(error('ERR MULTI calls can not be nested'))
    queued(pocket, 'GET', 'bar')
    ok(pocket, 'M1', 'SET', 'bar', 'changed')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(NULL_ARRAY)

    ok(pocket, 'M1', 'SET', 'bar', '1', 'PX', '200')
    ok(pocket, 'M1.t', 'WATCH', 'bar')
    pocket.run(300)
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'PING')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(NULL_ARRAY)

    ok(pocket, 'M1.t', 'WATCH', 'bar')
    ok(pocket, 'M1.t', 'UNWATCH')
    ok(pocket, 'M1', 'SET', 'bar', '2')
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'GET', 'bar')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(array([bulk('2')]))
  })

  test('reaches the replica whole: MULTI, its writes, EXEC; one write alone goes bare', () => {
    const pocket = standing()
    const streamed = () => [...pocket.state('M1').replication.backlog!.entries].map(({ args }) => args[0])
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'SET', 'bar', '1')
    queued(pocket, 'GET', 'bar')
    pocket.ask('M1.t', 'EXEC')
    expect(streamed().filter((name) => name !== 'PING')).toEqual(['SELECT', 'SET'])
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'SET', 'bar', '1')
    queued(pocket, 'INCR', 'bar')
    pocket.ask('M1.t', 'EXEC')
    const names = streamed().filter((name) => name !== 'PING')
    expect(names).toEqual(['SELECT', 'SET', 'MULTI', 'SET', 'INCR', 'EXEC'])
    pocket.run(100)
    expect(pocket.state('R1').db.hash).toBe(pocket.state('M1').db.hash)
  })
})

describe('WAIT', () => {
  test('returns when the replica acknowledged, or when the time is over', () => {
    const pocket = standing()
    pocket.send('w', 'M1', [['SET', 'bar', '1'], ['WAIT', '1', '0'], ['PING']])
    pocket.run(100)
    expect(pocket.replies('w')).toEqual([OK, integer(1), { kind: 'simple', text: 'PONG' }])
    pocket.partition((from, to) => from === 'R1' || to === 'R1')
    pocket.send('w', 'M1', [['SET', 'bar', '2'], ['WAIT', '1', '100'], ['PING']])
    pocket.run(90)
    expect(pocket.replies('w')).toEqual([OK])
    pocket.run(20)
    expect(pocket.replies('w')).toEqual([integer(0), { kind: 'simple', text: 'PONG' }])
  })

  test('with the planted fault counts a replica that has not acknowledged', () => {
    const pocket = standing(1, {}, 'wait-unacknowledged')
    pocket.partition((from, to) => from === 'R1' || to === 'R1')
    pocket.send('w', 'M1', [
      ['SET', 'bar', '1'],
      ['WAIT', '1', '0'],
    ])
    pocket.run(10)
    expect(pocket.replies('w')).toEqual([OK, integer(1)])
    expect(pocket.state('R1').db.size).toBe(0)
  })

  test('does not wait in a transaction, and not on a replica', () => {
    const pocket = standing()
    ok(pocket, 'M1.t', 'MULTI')
    queued(pocket, 'SET', 'bar', '1')
    queued(pocket, 'WAIT', '1', '0')
    expect(pocket.ask('M1.t', 'EXEC')).toEqual(array([OK, integer(1)]))
    expect(pocket.ask('M1', 'WAIT', '0', '-1')).toEqual(error('ERR timeout is negative'))
    expect(pocket.ask('R1', 'WAIT', '0', '0').kind).toBe('error')
  })
})
