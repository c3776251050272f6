import { describe, expect, test } from 'vitest'
import { array, bulk, error, integer, NULL_ARRAY, OK } from '../reply.ts'
import { idOf, standing } from '../testing.test-helper.ts'

describe('a client that waits for keys', () => {
  test('is served in order of waiting, and its later commands run then', () => {
    const pocket = standing()
    pocket.send('a', 'M1', [['BLPOP', 'bar', '0'], ['PING']])
    pocket.send('b', 'M1', [['BLPOP', 'bar', '0']])
    pocket.run(10)
    expect(pocket.replies('a')).toEqual([])
    expect(pocket.ask('M1', 'RPUSH', 'bar', 'x')).toEqual(integer(1))
    pocket.run(10)
    expect(pocket.replies('a')).toEqual([array([bulk('bar'), bulk('x')]), { kind: 'simple', text: 'PONG' }])
    expect(pocket.replies('b')).toEqual([])
    expect(pocket.ask('M1', 'SET', 'bar', 'a string')).toEqual(OK)
    expect(pocket.replies('b')).toEqual([])
    expect(pocket.ask('M1', 'DEL', 'bar')).toEqual(integer(1))
    expect(pocket.ask('M1', 'RPUSH', 'bar', 'y', 'z')).toEqual(integer(2))
    pocket.run(10)
    expect(pocket.replies('b')).toEqual([array([bulk('bar'), bulk('y')])])
    expect(pocket.state('R1').db.hash).toBe(pocket.state('M1').db.hash)
  })

  test('gets nothing when its time is over', () => {
    const pocket = standing()
    pocket.send('a', 'M1', [['BLPOP', 'bar', '0.2']])
    pocket.run(190)
    expect(pocket.replies('a')).toEqual([])
    pocket.run(20)
    expect(pocket.replies('a')).toEqual([NULL_ARRAY])
  })

  test('passes an element on from one to the next', () => {
    const pocket = standing()
    pocket.send('b', 'M1', [['BLPOP', '{bar}2', '0']])
    pocket.send('a', 'M1', [['BLMOVE', 'bar', '{bar}2', 'LEFT', 'RIGHT', '0']])
    pocket.run(10)
    pocket.ask('M1', 'LPUSH', 'bar', 'x')
    pocket.run(10)
    expect(pocket.replies('a')).toEqual([bulk('x')])
    expect(pocket.replies('b')).toEqual([array([bulk('{bar}2'), bulk('x')])])
  })

  // Transcript 12.
  test('is sent on when the slot moves, when the cluster is down, and sent away when its master is demoted', () => {
    const pocket = standing()
    pocket.send('a', 'M1', [['BLPOP', 'bar', '0']])
    pocket.run(10)
    pocket.ask('M2', 'CLUSTER', 'SETSLOT', '5061', 'IMPORTING', idOf('M1'))
    pocket.ask('M1', 'CLUSTER', 'SETSLOT', '5061', 'MIGRATING', idOf('M2'))
    pocket.run(300)
    expect(pocket.replies('a')).toEqual([])
    pocket.ask('M2', 'CLUSTER', 'SETSLOT', '5061', 'NODE', idOf('M2'))
    pocket.run(300)
    expect(pocket.replies('a')).toEqual([error('MOVED 5061 127.0.0.1:7002')])

    pocket.send('b', 'M2', [['BLPOP', 'bar', '0']])
    pocket.run(100)
    pocket.ask('R2', 'CLUSTER', 'FAILOVER')
    pocket.until('R2 took over', () => pocket.state('M2').replication.upstream !== null)
    pocket.run(10)
    expect(pocket.replies('b')).toEqual([
      error('UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)'),
    ])
    expect(pocket.state('M2').sessions.get('b')).toBeUndefined()

    pocket.run(2000)
    pocket.send('c', 'R2', [['BLPOP', 'bar', '0']])
    pocket.run(10)
    pocket.kill('R1')
    pocket.kill('M1')
    pocket.until('R2 notices', () => pocket.state('R2').cluster.health === 'fail')
    pocket.run(200)
    expect(pocket.replies('c')).toEqual([error('CLUSTERDOWN The cluster is down')])
  })
})

describe('a pause', () => {
  test('holds writes up, in order, and lets reads pass', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'CLIENT', 'PAUSE', '200', 'WRITE')).toEqual(OK)
    pocket.send('a', 'M1', [
      ['INCR', 'bar'],
      ['GET', 'bar'],
    ])
    pocket.send('b', 'M1', [
      ['GET', 'bar'],
      ['INCR', 'bar'],
    ])
    pocket.run(100)
    expect(pocket.replies('a')).toEqual([])
    expect(pocket.replies('b')).toEqual([{ kind: 'null' }])
    pocket.run(200)
    expect(pocket.replies('a')).toEqual([integer(1), bulk('1')])
    expect(pocket.replies('b')).toEqual([integer(2)])
  })
})
