import { describe, expect, test } from 'vitest'
import { array, bulk, error, integer, NULL, OK, type Reply } from '../reply.ts'
import { idOf, type Pocket, standing } from '../testing.test-helper.ts'

// Expectations: the recorded transcripts 01, 02 and 11 (real 7.0.15), in the same order of typing.

const ok = (pocket: Pocket, where: string, ...args: string[]) => expect(pocket.ask(where, ...args)).toEqual(OK)
const ASK: Reply = error('ASK 5061 127.0.0.1:7002')
const MOVED: Reply = error('MOVED 5061 127.0.0.1:7001')
const TRYAGAIN: Reply = error('TRYAGAIN Multiple keys request during rehashing of slot')
const CROSSSLOT: Reply = error("CROSSSLOT Keys in request don't hash to the same slot")

function migrating(fault: 'none' | 'moved-for-ask' = 'none'): Pocket {
  const pocket = standing(1, {}, fault)
  ok(pocket, 'M1', 'MSET', '{bar}1', 'a', '{bar}2', 'b')
  ok(pocket, 'M1', 'SET', 'bar', 'root')
  ok(pocket, 'M2', 'CLUSTER', 'SETSLOT', '5061', 'IMPORTING', idOf('M1'))
  ok(pocket, 'M1', 'CLUSTER', 'SETSLOT', '5061', 'MIGRATING', idOf('M2'))
  return pocket
}

describe('keys of several slots', () => {
  test('are refused before the owner is asked', () => {
    const pocket = standing()
    expect(pocket.ask('M1', 'MSET', 'foo', '1', 'bar', '2')).toEqual(CROSSSLOT)
    expect(pocket.ask('M1', 'MGET', 'bar', 'bar')).toEqual(array([NULL, NULL]))
    expect(pocket.ask('M2', 'MGET', '{bar}a', '{bar}b')).toEqual(MOVED)
  })
})

describe('the source of a migrating slot', () => {
  test('serves what it has, and asks elsewhere for the rest', () => {
    const pocket = migrating()
    expect(pocket.ask('M1', 'GET', 'bar')).toEqual(bulk('root'))
    expect(pocket.ask('M1', 'GET', '{bar}nosuch')).toEqual(ASK)
    expect(pocket.ask('M1', 'MGET', 'bar', '{bar}1')).toEqual(array([bulk('root'), bulk('a')]))
    expect(pocket.ask('M1', 'MGET', 'bar', '{bar}nosuch')).toEqual(TRYAGAIN)
    expect(pocket.ask('M1', 'MGET', '{bar}no1', '{bar}no2')).toEqual(ASK)
    ok(pocket, 'M1', 'MSET', 'bar', 'root2', '{bar}1', 'a2')
  })

  test('with the planted fault says MOVED', () => {
    expect(migrating('moved-for-ask').ask('M1', 'GET', '{bar}nosuch')).toEqual(error('MOVED 5061 127.0.0.1:7002'))
  })
})

describe('the target of a migrating slot', () => {
  test('serves who asks, for one command', () => {
    const pocket = migrating()
    expect(pocket.ask('M2', 'SET', '{bar}new', 'x')).toEqual(MOVED)
    ok(pocket, 'M2', 'ASKING')
    ok(pocket, 'M2', 'SET', '{bar}new', 'x')
    expect(pocket.ask('M2', 'GET', '{bar}new')).toEqual(MOVED)
    ok(pocket, 'M2', 'ASKING')
    expect(pocket.ask('M2', 'MGET', 'bar', '{bar}new')).toEqual(TRYAGAIN)
    ok(pocket, 'M2', 'ASKING')
    expect(pocket.ask('M2', 'MGET', '{bar}new', '{bar}new')).toEqual(array([bulk('x'), bulk('x')]))
    ok(pocket, 'M2', 'ASKING')
    expect(pocket.ask('M2', 'PING')).toEqual({ kind: 'simple', text: 'PONG' })
    expect(pocket.ask('M2', 'GET', '{bar}new')).toEqual(MOVED)
  })

  test('serves a transaction of who asks', () => {
    const pocket = migrating()
    ok(pocket, 'M2.t', 'ASKING')
    ok(pocket, 'M2.t', 'MULTI')
    expect(pocket.ask('M2.t', 'SET', '{bar}m', '1')).toEqual({ kind: 'simple', text: 'QUEUED' })
    expect(pocket.ask('M2.t', 'EXEC')).toEqual(array([OK]))
    expect(pocket.ask('M2.t', 'GET', '{bar}m')).toEqual(MOVED)
  })

  test('gets keys by MIGRATE, and then the slot', () => {
    const pocket = migrating()
    ok(pocket, 'M1', 'MIGRATE', '127.0.0.1', '7002', '', '0', '5000', 'KEYS', 'bar', '{bar}1', '{bar}2')
    expect(pocket.ask('M1', 'CLUSTER', 'COUNTKEYSINSLOT', '5061')).toEqual(integer(0))
    ok(pocket, 'M2', 'CLUSTER', 'SETSLOT', '5061', 'NODE', idOf('M2'))
    ok(pocket, 'M1', 'CLUSTER', 'SETSLOT', '5061', 'NODE', idOf('M2'))
    expect(pocket.ask('M1', 'GET', 'bar')).toEqual(error('MOVED 5061 127.0.0.1:7002'))
    expect(pocket.ask('M2', 'GET', 'bar')).toEqual(bulk('root'))
    pocket.until('replicas have it too', () => pocket.state('R2').db.size === 3 && pocket.state('R1').db.size === 0)
  })
})

describe('a cluster that is down', () => {
  test('says so, except where the slot or the keys are wrong', () => {
    const pocket = standing()
    pocket.kill('R1')
    pocket.kill('M1')
    pocket.until('M3 notices', () => pocket.state('M3').cluster.health === 'fail')
    expect(pocket.ask('M3', 'GET', 'foo')).toEqual(error('CLUSTERDOWN The cluster is down'))
    expect(pocket.ask('M3', 'MGET', 'foo', 'bar')).toEqual(CROSSSLOT)
    expect(pocket.ask('M3', 'DBSIZE')).toEqual(integer(0))
    ok(pocket, 'M3', 'CONFIG', 'SET', 'cluster-allow-reads-when-down', 'yes')
    expect(pocket.ask('M3', 'GET', 'foo')).toEqual(NULL)
    expect(pocket.ask('M3', 'GET', 'bar')).toEqual(MOVED)
    expect(pocket.ask('M3', 'SET', 'foo', '1')).toEqual(
      error('CLUSTERDOWN The cluster is down and only accepts read commands'),
    )
  })

  test('has slots that nobody serves', () => {
    const pocket = standing()
    ok(pocket, 'M3', 'CLUSTER', 'DELSLOTS', '12182')
    expect(pocket.ask('M3', 'GET', 'foo')).toEqual(error('CLUSTERDOWN Hash slot not served'))
  })
})

describe('the address in a redirection', () => {
  test('is what the node was told to announce', () => {
    const pocket = standing()
    ok(pocket, 'M1', 'CONFIG', 'SET', 'cluster-preferred-endpoint-type', 'hostname')
    expect(pocket.ask('M1', 'GET', 'foo')).toEqual(error('MOVED 12182 ?:7003'))
    ok(pocket, 'M1', 'CONFIG', 'SET', 'cluster-preferred-endpoint-type', 'unknown-endpoint')
    expect(pocket.ask('M1', 'GET', 'foo')).toEqual(error('MOVED 12182 :7003'))
  })
})
