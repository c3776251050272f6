import { describe, expect, test } from 'vitest'
import { emptyBacklog } from './backlog.ts'
import { bootReplication, NO_REPLID } from './boot.ts'
import { decidePsync } from './psync.ts'
import { Servers } from './testing.test-helper.ts'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)

describe('what a master answers to PSYNC', () => {
  // History a since byte 51, of which 51 to 100 are here; the history b before it is valid up to byte 60.
  const master = {
    ...bootReplication(A, 0, 0),
    offset: 100,
    replid2: B,
    secondOffset: 60,
    backlog: emptyBacklog(50),
  }
  const full = (reason: string) => ({ kind: 'full', reason })
  const go = { kind: 'continue' }

  test.each([
    ['?', -1, full('asked')],
    [NO_REPLID, 5, full('unknown-id')],
    [A, 50, full('not-in-backlog')],
    [A, 51, go],
    [A, 100, go],
    ['everything is there already', 101, go],
    [A, 102, full('not-in-backlog')],
    [A.toUpperCase(), 60, go],
    [B, 60, go],
    [B, 61, full('beyond-second-id')],
    [B, 50, full('not-in-backlog')],
  ])('%s %i', (replid, offset, expected) => {
    expect(decidePsync(master, replid.length === 40 || replid === '?' ? replid : A, offset)).toEqual(expected)
  })

  test('without a backlog nothing can go on, not even the same history at the same place', () => {
    expect(decidePsync({ ...master, backlog: null }, A, 101)).toEqual(full('not-in-backlog'))
  })
})

const trio = (options = {}) => {
  const servers = new Servers(['M', 'R', 'S'], options)
  servers.follow('R', 'M')
  servers.follow('S', 'M')
  servers.deliver()
  servers.write('M', 'SET', 'bar', 'before')
  servers.deliver()
  servers.pass(1)
  return servers
}

describe('replicas come and go', () => {
  test('the first attach is a full resync, refused as partial because a new server has an id of its own', () => {
    const servers = new Servers(['M', 'R'])
    servers.write('M', 'SET', 'old', '1')
    servers.follow('R', 'M')
    servers.deliver()
    expect(servers.state('M').stats).toMatchObject({ fullSyncs: 1, partialErr: 1, partialOk: 0 })
    expect(servers.value('R', 'old')).toBe('1')
    expect(servers.replication('R').replid).toBe(servers.replication('M').replid)
    expect(servers.replication('M').replicas[0]).toMatchObject({ state: 'online', port: 7002, ip: '127.0.0.1' })
  })

  test('the snapshot waits for repl-diskless-sync-delay, and then serves all that came meanwhile', () => {
    const servers = new Servers(['M', 'R', 'S'], { replDisklessSyncDelayS: 5 })
    servers.follow('R', 'M')
    servers.deliver()
    servers.pass(3)
    servers.follow('S', 'M')
    servers.deliver()
    servers.pass(1)
    expect(servers.replication('M').replicas.map(({ state }) => state)).toEqual(['wait', 'wait'])
    expect(servers.replication('R').upstream).toMatchObject({ state: 'connecting' })
    servers.pass(1)
    expect(servers.replication('R').upstream).toMatchObject({ state: 'connected', downSinceMs: 0 })
    expect(servers.replication('S').upstream).toMatchObject({ state: 'connected' })
  })

  test('a waiting replica does not time out, however long the delay is', () => {
    const servers = new Servers(['M', 'R'], { replDisklessSyncDelayS: 200, replTimeoutS: 60 })
    servers.follow('R', 'M')
    servers.deliver()
    servers.pass(199)
    expect(servers.replication('R').connections).toBe(1)
    servers.pass(1)
    expect(servers.replication('R').upstream?.state).toBe('connected')
  })

  test('a connection that breaks is opened again at once, and the stream goes on', () => {
    const servers = trio()
    const { connection } = servers.replication('M').replicas.find(({ port }) => port === 7002)!
    servers.act('M', (turn) =>
      turn.send('R' as never, { kind: 'Closed', of: 'replication', number: connection, byOpener: false }),
    )
    servers.deliver()
    servers.write('M', 'SET', 'bar', 'after')
    servers.deliver()
    expect(servers.value('R', 'bar')).toBe('after')
    expect(servers.state('M').stats).toMatchObject({ fullSyncs: 2, partialOk: 1 })
    expect(servers.replication('M').replicas).toHaveLength(2)
  })

  test('what was lost in a cut is sent again when it heals, on the same connection', () => {
    const servers = trio()
    servers.cut('M', 'R')
    servers.write('M', 'SET', 'bar', 'lost')
    servers.write('M', 'SET', 'foo', '1')
    servers.deliver()
    servers.pass(5)
    servers.heal()
    expect(servers.value('R', 'bar')).toBe('before')
    servers.write('M', 'SET', 'foo', '2')
    servers.deliver()
    expect(servers.value('R', 'foo')).toBe(null)
    servers.pass(2)
    expect(servers.value('R', 'bar')).toBe('lost')
    expect(servers.value('R', 'foo')).toBe('2')
    expect(servers.replication('R').offset).toBe(servers.replication('M').offset)
    expect(servers.state('M').stats).toMatchObject({ fullSyncs: 2, partialOk: 0 })
  })

  test('a replica that was away for longer than the backlog needs everything', () => {
    const servers = trio({ replBacklogSizeBytes: 16_384, replTimeoutS: 5 })
    servers.cut('M', 'R')
    servers.pass(10)
    for (let at = 0; at < 10; at++) servers.write('M', 'SET', `k${at}`, 'x'.repeat(10_000))
    servers.heal()
    servers.pass(40)
    expect(servers.value('R', 'k0')).toHaveLength(10_000)
    expect(servers.state('M').stats.fullSyncs).toBe(3)
  })

  test('a PSYNC that is lost is said again', () => {
    const servers = new Servers(['M', 'R'])
    servers.cut('M', 'R')
    servers.follow('R', 'M')
    servers.deliver()
    servers.pass(10)
    servers.heal()
    servers.pass(5)
    expect(servers.replication('R').upstream?.state).toBe('connected')
    expect(servers.replication('M').replicas).toHaveLength(1)
  })

  test('a master that restarted has lost everything, and so have its replicas in the end', () => {
    const servers = trio()
    servers.kill('M')
    servers.pass(1)
    servers.start('M')
    servers.pass(3)
    expect(servers.replication('M').replicas).toHaveLength(2)
    expect(servers.value('R', 'bar')).toBe(null)
    expect(servers.replication('R').replid).toBe(servers.replication('M').replid)
  })

  test('nobody at the address: it is tried each second', () => {
    const servers = new Servers(['M', 'R'])
    servers.kill('M')
    servers.follow('R', 'M')
    servers.deliver()
    expect(servers.replication('R').upstream?.state).toBe('connect')
    servers.pass(1)
    servers.start('M')
    servers.pass(1)
    expect(servers.replication('R').upstream?.state).toBe('connected')
  })
})

describe('promotion and demotion', () => {
  const promoted = (servers: Servers) => {
    servers.follow('R', null)
    servers.follow('S', 'R')
    servers.deliver()
  }

  test('the old id stays valid up to where the new master took over; siblings go on', () => {
    const servers = trio()
    const { replid, offset } = servers.replication('R')
    promoted(servers)
    expect(servers.replication('R')).toMatchObject({ replid2: replid, secondOffset: offset + 1, upstream: null })
    expect(servers.state('R').stats).toMatchObject({ fullSyncs: 0, partialOk: 1, partialErr: 0 })
    expect(servers.replication('S')).toMatchObject({ replid2: replid, secondOffset: offset + 1 })
    expect(servers.replication('S').replid).toBe(servers.replication('R').replid)
  })

  test('the first write of a new master is preceded by SELECT', () => {
    const servers = trio()
    const { offset } = servers.replication('R')
    promoted(servers)
    servers.write('R', 'SET', 'bar', '1')
    servers.deliver()
    expect(servers.replication('S').offset).toBe(offset + 23 + 29)
  })

  test('a demoted master that lost nothing goes on too (transcript 13)', () => {
    const servers = trio()
    promoted(servers)
    servers.follow('M', 'R')
    servers.deliver()
    expect(servers.state('R').stats).toMatchObject({ fullSyncs: 0, partialOk: 2 })
    expect(servers.replication('R').replicas.find(({ port }) => port === 7001)).toMatchObject({
      state: 'online',
      ackOffset: 0,
    })
    const { offset, secondOffset } = servers.replication('M')
    expect(secondOffset).toBe(offset + 1)
  })

  test('a demoted master with writes of its own loses them (transcript 18)', () => {
    const servers = trio()
    servers.cut('M', 'R')
    servers.cut('M', 'S')
    servers.write('M', 'SET', 'bar', 'lost-write')
    servers.write('M', 'SET', '{bar}2', 'lost-too')
    servers.deliver()
    promoted(servers)
    servers.write('R', 'SET', 'bar', 'after-failover')
    servers.deliver()
    servers.heal()
    servers.follow('M', 'R')
    servers.deliver()
    expect(servers.state('R').stats).toMatchObject({ fullSyncs: 1, partialErr: 1 })
    expect(servers.value('M', 'bar')).toBe('after-failover')
    expect(servers.value('M', '{bar}2')).toBe(null)
    const { offset, backlog, secondOffset, replid2 } = servers.replication('M')
    expect(backlog?.start).toBe(offset)
    expect({ secondOffset, replid2 }).toEqual({ secondOffset: -1, replid2: NO_REPLID })
  })

  test('the ghost tells whose writes are in the data', () => {
    const servers = trio()
    const history = servers.replication('M').replid
    const { offset } = servers.replication('R')
    promoted(servers)
    expect(servers.replication('S').lineage.at(-1)).toEqual({ replid: history, end: offset })
    servers.write('R', 'SET', 'bar', '1')
    servers.deliver()
    servers.follow('M', 'R')
    servers.deliver()
    expect(servers.replication('M').lineage).toEqual(servers.replication('R').lineage)
    expect(servers.replication('M').replid).toBe(servers.replication('R').replid)
  })
})
