import { describe, expect, test } from 'vitest'
import { bulk, error, integer, NULL, push, type Reply } from '../reply.ts'
import { standing } from '../testing.test-helper.ts'

const told = (word: string, name: string | null, count: number): Reply =>
  push([bulk(word), name === null ? NULL : bulk(name), integer(count)])

const message = (...words: string[]): Reply => push(words.map(bulk))

describe('channels', () => {
  test('reach listeners on every node; the number counts those here', () => {
    const pocket = standing()
    expect(pocket.ask('M1.s', 'SUBSCRIBE', 'news')).toEqual(told('subscribe', 'news', 1))
    expect(pocket.ask('M1.p', 'PSUBSCRIBE', 'n*')).toEqual(told('psubscribe', 'n*', 1))
    expect(pocket.ask('M2', 'PUBLISH', 'news', 'hello')).toEqual(integer(0))
    pocket.run(10)
    expect(pocket.replies('client@M1.s')).toEqual([message('message', 'news', 'hello')])
    expect(pocket.replies('client@M1.p')).toEqual([message('pmessage', 'n*', 'news', 'hello')])
    expect(pocket.ask('M1', 'PUBLISH', 'news', 'again')).toEqual(integer(2))
    expect(pocket.ask('M1', 'PUBSUB', 'NUMSUB', 'news')).toEqual({ kind: 'array', items: [bulk('news'), integer(1)] })
  })

  test('allow RESP2 listeners little else, but a redirection comes first', () => {
    const pocket = standing()
    pocket.ask('M1.s', 'SUBSCRIBE', 'news')
    expect(pocket.ask('M1.s', 'CLUSTER', 'INFO')).toEqual(
      error(
        "ERR Can't execute 'cluster|info': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
      ),
    )
    expect(pocket.ask('M1.s', 'GET', 'foo')).toEqual(error('MOVED 12182 127.0.0.1:7003'))
    expect(pocket.ask('M1.s', 'UNSUBSCRIBE')).toEqual(told('unsubscribe', 'news', 0))
    expect(pocket.ask('M1.s', 'UNSUBSCRIBE')).toEqual(told('unsubscribe', null, 0))
    expect(pocket.ask('M1.s', 'GET', 'bar')).toEqual(NULL)
  })

  test('forget who has gone', () => {
    const pocket = standing()
    pocket.ask('M1.s', 'SUBSCRIBE', 'news')
    pocket.close('client@M1.s', 'M1')
    pocket.run(10)
    expect(pocket.ask('M1', 'PUBLISH', 'news', 'x')).toEqual(integer(0))
    expect(pocket.state('M1').sessions.size).toBe(1)
  })
})

describe('shard channels', () => {
  test('live where their slot is, on the master and its replicas', () => {
    const pocket = standing()
    expect(pocket.ask('M1.s', 'SSUBSCRIBE', 'bar')).toEqual(told('ssubscribe', 'bar', 1))
    expect(pocket.ask('M1.s2', 'SSUBSCRIBE', 'foo')).toEqual(error('MOVED 12182 127.0.0.1:7003'))
    expect(pocket.ask('R1.s', 'SSUBSCRIBE', 'bar')).toEqual(told('ssubscribe', 'bar', 1))
    expect(pocket.ask('M2', 'SPUBLISH', 'bar', 'x')).toEqual(error('MOVED 5061 127.0.0.1:7001'))
    expect(pocket.ask('M1', 'SPUBLISH', 'bar', 'hi')).toEqual(integer(1))
    pocket.run(10)
    expect(pocket.replies('client@M1.s')).toEqual([message('smessage', 'bar', 'hi')])
    expect(pocket.replies('client@R1.s')).toEqual([message('smessage', 'bar', 'hi')])
  })

  test('end with a slot that leaves', () => {
    const pocket = standing()
    pocket.ask('M1.s', 'SSUBSCRIBE', 'bar')
    pocket.ask('M1.s', 'SSUBSCRIBE', 'hello')
    pocket.ask('M2', 'CLUSTER', 'SETSLOT', '5061', 'NODE', pocket.state('M2').cluster.myself)
    pocket.ask('M1', 'CLUSTER', 'SETSLOT', '5061', 'NODE', pocket.state('M2').cluster.myself)
    pocket.run(10)
    expect(pocket.replies('client@M1.s')).toEqual([told('sunsubscribe', 'bar', 1)])
  })
})
