import { describe, expect, test } from 'vitest'
import { FLAG } from '../peers.ts'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { requestFailover } from './failover.ts'

function six(nodeTimeoutMs = 2000, seed = 1): BusWorld {
  const world = new BusWorld(SIX, { nodeTimeoutMs, replDisklessSyncDelayS: 0 }, seed)
  world.run(5000)
  return world
}

const isMaster = (world: BusWorld, name: string) => (world.peer(name, name).flags & FLAG.master) !== 0
const isPaused = (world: BusWorld, name: string) => world.state(name).pause.untilMs > world.clockMs

describe('CLUSTER FAILOVER', () => {
  test('takes less than 100 ms, in the order of the recorded packets; writes wait meanwhile', () => {
    const world = six()
    const packets: string[] = []
    let wasPaused = false
    world.tap = (from, to, message) => {
      const isBus = 'header' in message
      if (!isBus || ![from, to].includes('R1')) return
      const mark = message.header.paused ? ' paused' : message.header.forceAck ? ' forced' : ''
      if (mark !== '' || !['Ping', 'Pong'].includes(message.kind)) packets.push(`${from} ${message.kind}${mark}`)
      wasPaused ||= isPaused(world, 'M1')
    }
    const since = world.nowMs
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    world.until('R1 is master', () => isMaster(world, 'R1'), 1000)
    expect(world.nowMs - since).toBeLessThan(100)
    expect(wasPaused).toBe(true)
    expect(packets.filter((packet) => packet === 'M1 Ping paused').length).toBe(1)
    expect([...new Set(packets)].slice(0, 3)).toEqual(['R1 MfStart', 'M1 Ping paused', 'R1 AuthRequest forced'])
    world.until('M1 follows', () => world.peer('M1', 'M1').master === world.id('R1'), 100)
    expect(isPaused(world, 'M1')).toBe(false)
    expect(world.cluster('R1').manual.endMs).toBe(0)
    expect(world.heard('manual-failover-ready').length).toBe(1)
  })

  test('waits until the replica has everything', () => {
    const world = six()
    world.lose = (from, to, { kind }) => kind === 'Stream' && from === 'M1' && to === 'R1'
    world.act('M1', (turn) => {
      turn.replication = { ...turn.replication, offset: turn.replication.offset + 100 }
    })
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    world.run(1000)
    expect(isMaster(world, 'R1')).toBe(false)
    expect(isPaused(world, 'M1')).toBe(true)
    world.act('R1', (turn) => {
      turn.replication = { ...turn.replication, offset: world.state('M1').replication.offset }
    })
    expect(world.until('R1 is master', () => isMaster(world, 'R1'), 1000)).toBeLessThan(50)
  })

  test('is given up after five seconds, and the master goes on', () => {
    const world = six()
    world.lose = (from, to, { kind }) => kind === 'Stream' && from === 'M1' && to === 'R1'
    world.act('M1', (turn) => {
      turn.replication = { ...turn.replication, offset: turn.replication.offset + 100 }
    })
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    const took = world.until('it is over', () => world.heard('manual-failover-aborted').length === 2)
    expect(took).toBeGreaterThanOrEqual(5000)
    expect(took).toBeLessThan(5200)
    expect([isMaster(world, 'M1'), isMaster(world, 'R1'), isPaused(world, 'M1')]).toEqual([true, false, false])
  })

  test('dies silently when the master does not list the replica', () => {
    const world = six()
    world.act('M1', (turn) => turn.changePeer(world.id('R1'), { master: world.id('M2') }))
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    world.run(1)
    expect(world.heard('manual-failover-started', 'M1')).toEqual([])
    world.run(6000)
    expect(isMaster(world, 'R1')).toBe(false)
    expect(world.heard('manual-failover-aborted', 'R1').length).toBe(1)
  })

  test('FORCE needs no word of the master, but a majority', () => {
    const world = six(15_000)
    world.kill('M1')
    world.act('R1', (turn) => requestFailover(turn, 'force'))
    expect(world.until('R1 is master', () => isMaster(world, 'R1'), 1000)).toBeLessThan(110)
    expect(world.heard('vote-granted').length).toBe(2)

    const cut = six(15_000)
    cut.partition(['R1'], ['M1', 'M2', 'M3', 'R2', 'R3'])
    cut.act('R1', (turn) => requestFailover(turn, 'force'))
    cut.run(6000)
    expect(isMaster(cut, 'R1')).toBe(false)
    expect(cut.heard('election-started', 'R1').length).toBe(1)
  })

  test('TAKEOVER asks nobody', () => {
    const world = six(15_000)
    world.partition(['R1'], ['M1', 'M2', 'M3', 'R2', 'R3'])
    world.act('R1', (turn) => requestFailover(turn, 'takeover'))
    expect(isMaster(world, 'R1')).toBe(true)
    expect(world.peer('R1', 'R1')).toMatchObject({ configEpoch: 7, master: null })
    expect(world.heard('vote-granted')).toEqual([])
    world.heal()
    world.until('M1 follows', () => world.peer('M1', 'M1').master === world.id('R1'), 20_000)
    expect(world.heard('takeover').map(({ value }) => value)).toEqual([7])
  })

  test('a second one soon after "wins" by the votes of the first, under its old epoch, and is undone (7.0)', () => {
    const world = six(5000)
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    world.until('R1 is master', () => isMaster(world, 'R1'), 1000)
    const areToldOf = (name: string, master: string) => () =>
      world.names.every((viewer) => world.peer(viewer, name).master === world.id(master))
    world.until('all know that M1 is a replica', areToldOf('M1', 'R1'), 4000)
    world.act('M1', (turn) => requestFailover(turn, 'default'))
    world.until('M1 is master', () => isMaster(world, 'M1'), 1000)
    world.until('all know that R1 is a replica', areToldOf('R1', 'M1'), 4000)
    const votes = world.heard('vote-granted').length
    // R1's own election is not two node timeouts old.
    world.act('R1', (turn) => requestFailover(turn, 'default'))
    world.until('R1 believes that it won', () => world.heard('election-won', 'R1').length === 2, 1000)
    expect(world.heard('vote-granted').length).toBe(votes)
    expect(world.heard('election-won', 'R1').map(({ value }) => value)).toEqual([7, 7])
    world.run(2000)
    expect([isMaster(world, 'R1'), isMaster(world, 'M1')]).toEqual([false, true])
    expect(world.peer('M2', 'M1').slots.size).toBe(5461)
  })
})
