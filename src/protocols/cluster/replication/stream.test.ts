import { describe, expect, test } from 'vitest'
import { Servers } from './testing.test-helper.ts'
import { ackedReplicas, goodReplicas, requestAcks } from './wait.ts'

/** The replica comes behind the master's first cron, which is one that pings. */
const joined = (options = {}) => {
  const servers = new Servers(['M', 'R'], options)
  servers.pass(1)
  servers.follow('R', 'M')
  servers.deliver()
  return servers
}

/** Lengths of commands in the stream, from the specification of the wire (and of the recordings, spec 1.19). */
const SELECT_0 = '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n'.length
const PING = '*1\r\n$4\r\nPING\r\n'.length
const GETACK = '*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n'.length
const SET_BAR = '*3\r\n$3\r\nSET\r\n$3\r\nbar\r\n$1\r\n1\r\n'.length

describe('the offset counts the bytes of the stream', () => {
  test('the lengths are those that the recordings show', () => {
    expect([SELECT_0, PING, SET_BAR, GETACK]).toEqual([23, 14, 29, 37])
  })

  test('a ping each ten seconds, and SELECT before the first write: 14 + 23 + 29 = 66', () => {
    const servers = joined()
    servers.pass(9)
    expect(servers.replication('M').offset).toBe(0)
    servers.pass(1)
    expect(servers.replication('M').offset).toBe(14)
    servers.write('M', 'SET', 'bar', '1')
    servers.deliver()
    expect(servers.replication('M').offset).toBe(66)
    expect(servers.replication('R').offset).toBe(66)
    expect(servers.value('R', 'bar')).toBe('1')
    servers.write('M', 'SET', 'bar', 'v2')
    expect(servers.replication('M').offset).toBe(66 + 30)
  })

  test('a master that never had a replica does not advance', () => {
    const servers = new Servers(['M'])
    servers.write('M', 'SET', 'bar', '1')
    servers.pass(20)
    expect(servers.replication('M').offset).toBe(0)
  })

  test('it counts bytes of keys and values, not characters', () => {
    const servers = joined()
    servers.write('M', 'SET', 'k', '\xc3\xa9\x00')
    expect(servers.replication('M').offset).toBe(SELECT_0 + SET_BAR - 2 + 2)
  })

  test('without a replica, a master that has a backlog goes on counting writes, but sends no pings', () => {
    const servers = joined()
    servers.follow('R', null)
    servers.deliver()
    servers.pass(30)
    servers.write('M', 'SET', 'bar', '1')
    expect(servers.replication('M').offset).toBe(SELECT_0 + SET_BAR)
  })
})

describe('acknowledgements', () => {
  const counted = (servers: Servers, offset: number) => {
    let acked = -1
    servers.act('M', (turn) => {
      acked = ackedReplicas(turn, offset)
    })
    return acked
  }

  test('come each second', () => {
    const servers = joined()
    servers.write('M', 'SET', 'bar', '1')
    servers.deliver()
    const { offset } = servers.replication('M')
    expect(counted(servers, offset)).toBe(0)
    servers.pass(1)
    expect(counted(servers, offset)).toBe(1)
  })

  test('WAIT gets them at once: GETACK is in the stream, its own bytes are not in the answer', () => {
    const servers = joined()
    servers.write('M', 'SET', 'bar', '1')
    const { offset } = servers.replication('M')
    servers.act('M', requestAcks)
    servers.deliver()
    expect(servers.replication('M').offset).toBe(offset + GETACK)
    expect(servers.replication('R').offset).toBe(offset + GETACK)
    expect(servers.replication('M').replicas[0]?.ackOffset).toBe(offset)
    expect(counted(servers, offset)).toBe(1)
  })

  test('a replica that is silent for longer than min-replicas-max-lag is not good, after repl-timeout it is gone', () => {
    const servers = joined({ replTimeoutS: 20 })
    servers.pass(1)
    const good = () => {
      let count = -1
      servers.act('M', (turn) => {
        count = goodReplicas(turn)
      })
      return count
    }
    servers.cut('M', 'R')
    servers.pass(10)
    expect(good()).toBe(1)
    servers.pass(1)
    expect(good()).toBe(0)
    expect(servers.replication('M').replicas).toHaveLength(1)
    servers.pass(10)
    expect(servers.replication('M').replicas).toHaveLength(0)
  })
})

describe('the backlog', () => {
  test('is trimmed by whole blocks, as transcript 15 shows: 16 KiB asked, first byte 20441, 31686 kept of 52126', () => {
    const servers = joined({ replBacklogSizeBytes: 16_384 })
    servers.write('M', 'SET', 'bar', 'v1')
    // 400 commands of 130 bytes, and what brings the offset to that of the recording.
    const value = 'x'.repeat(100)
    for (let at = 0; at < 395; at++) servers.write('M', 'SET', 'bar', value)
    const rest = 52_126 - servers.replication('M').offset
    servers.write('M', 'SET', 'bar', 'x'.repeat(rest - '*3\r\n$3\r\nSET\r\n$3\r\nbar\r\n$555\r\n\r\n'.length))
    const { offset, backlog } = servers.replication('M')
    expect(offset).toBe(52_126)
    expect(backlog!.start + 1).toBe(20_441)
    expect(offset - backlog!.start).toBe(31_686)
  })

  test('of a master without replicas is freed after its time, and with it the id', () => {
    const servers = joined({ replBacklogTtlS: 60 })
    servers.write('M', 'SET', 'bar', '1')
    const { replid } = servers.replication('M')
    servers.follow('R', null)
    servers.deliver()
    servers.pass(60)
    expect(servers.replication('M').replid).toBe(replid)
    servers.pass(1)
    expect(servers.replication('M')).toMatchObject({ backlog: null, secondOffset: -1 })
    expect(servers.replication('M').replid).not.toBe(replid)
  })
})
