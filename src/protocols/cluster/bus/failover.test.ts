import { describe, expect, test } from 'vitest'
import type { Message } from '../messages.ts'
import { FLAG } from '../peers.ts'
import type { PlantedFault } from '../state.ts'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { broadcast } from './send.ts'

const NT = 1000
const MASTERS = ['M1', 'M2', 'M3']

function six(options = {}, seed = 1, shape = {}): BusWorld {
  const world = new BusWorld({ ...SIX, ...shape }, { nodeTimeoutMs: NT, replDisklessSyncDelayS: 0, ...options }, seed)
  world.run(4000)
  return world
}

const isMaster = (world: BusWorld, name: string) =>
  world.runs(name) && (world.peer(name, name).flags & FLAG.master) !== 0

/** The data of a node ends at `offset`. */
function setOffset(world: BusWorld, name: string, offset: number): void {
  world.act(name, (turn) => {
    turn.replication = { ...turn.replication, offset }
  })
}

describe('election', () => {
  test('the replica of a dead master is elected by the other masters, and takes its slots under the epoch of the election', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const world = six({}, seed)
      const since = world.nowMs
      world.kill('M1')
      world.until('R1 is master', () => isMaster(world, 'R1'))
      const failMs = world.heard('fail')[0]!.atMs
      const scheduled = world.heard('election-scheduled', 'R1')[0]!
      const started = world.heard('election-started', 'R1')[0]!
      expect(scheduled.atMs - failMs).toBeLessThanOrEqual(102)
      expect(scheduled.value).toBeGreaterThanOrEqual(500)
      expect(scheduled.value).toBeLessThan(1000)
      const lag = started.atMs - scheduled.atMs - scheduled.value
      expect(lag).toBeGreaterThanOrEqual(0)
      expect(lag).toBeLessThanOrEqual(100)
      // The range of the recordings (kill, node timeout 1 s): 1785 to 2617 ms; two crons of tolerance.
      expect(world.nowMs - since).toBeGreaterThan(1600)
      expect(world.nowMs - since).toBeLessThan(2820)
      expect(world.heard('vote-granted').map(({ node }) => node)).toEqual(expect.arrayContaining(['M2', 'M3']))
      world.run(10)
      expect(world.peer('R1', 'R1')).toMatchObject({ configEpoch: started.value, master: null })
      for (const name of ['M2', 'M3', 'R1', 'R2', 'R3']) {
        expect(world.peer(name, 'R1').slots.ranges()).toEqual([{ first: 0, last: 5460 }])
        expect(world.peer(name, 'M1').slots.size).toBe(0)
        expect(world.cluster(name).health).toBe('ok')
      }
    }
  })

  test('the old master comes back as a replica of the new one', () => {
    const world = six()
    world.kill('M1')
    world.until('R1 is master', () => isMaster(world, 'R1'))
    world.run(1000)
    world.start('M1')
    expect(isMaster(world, 'M1')).toBe(true)
    world.until('M1 is a replica', () => world.peer('M1', 'M1').master === world.id('R1'), 2000)
    world.run(1000)
    for (const name of world.names) expect(world.peer(name, 'M1')).toMatchObject({ master: world.id('R1') })
    expect(world.cluster('M2').size).toBe(3)
  })

  test('of two replicas the one with older data waits a second longer, and follows the other', () => {
    const world = six({}, 4, { replicaOf: [1, 2, 3, 1] })
    setOffset(world, 'M1', 5000)
    setOffset(world, 'R1', 100)
    setOffset(world, 'R4', 900)
    world.lose = (from, to, message) => message.kind === 'Stream' && from === 'M1' && to !== 'R2'
    world.run(1500)
    setOffset(world, 'R1', 100)
    setOffset(world, 'R4', 900)
    world.run(600)
    world.kill('M1')
    world.until('somebody takes over', () => isMaster(world, 'R1') || isMaster(world, 'R4'))
    expect(isMaster(world, 'R4')).toBe(true)
    const delay = world.heard('election-scheduled', 'R1')[0]?.value ?? 0
    const added = world.heard('election-delayed', 'R1').length
    expect(delay >= 1500 || added === 1).toBe(true)
    world.run(2000)
    expect(world.peer('R1', 'R1').master).toBe(world.id('R4'))
  })

  test('a replica whose data is too old is not elected; without a validity factor it is', () => {
    for (const factor of [1, 0]) {
      const world = six({ replicaValidityFactor: factor, replPingReplicaPeriodS: 1, replTimeoutS: 2 })
      const isPair = (from: string, to: string) => [from, to].toSorted().join() === 'M1,R1'
      const ofReplication = ({ kind }: Message) => ['Psync', 'FullResync', 'Continue', 'Stream', 'Ack'].includes(kind)
      world.lose = (from, to, message) => isPair(from, to) && ofReplication(message)
      world.run(8000)
      world.kill('M1')
      world.run(6000)
      expect(isMaster(world, 'R1')).toBe(factor === 0)
      expect(world.heard('election-invalid', 'R1').length).toBe(factor)
    }
  })

  test('cluster-replica-no-failover keeps a replica out, also of the rank of others', () => {
    const world = six()
    world.setOptions('R1', { replicaNoFailover: true })
    world.run(1500)
    expect(world.peer('M2', 'R1').flags & FLAG.nofailover).toBe(FLAG.nofailover)
    world.kill('M1')
    world.run(6000)
    expect(world.heard('election-scheduled')).toEqual([])
    expect(world.cluster('M2').health).toBe('fail')
  })

  test('a replica in the minority is never elected', () => {
    const world = six()
    world.partition(['M1', 'R2'], ['M2', 'M3', 'R1', 'R3'])
    world.run(10_000)
    expect(world.heard('election-scheduled', 'R2')).toEqual([])
    expect(isMaster(world, 'R1')).toBe(true)
    expect(world.cluster('M1').health).toBe('fail')
  })

  test('an election without answers expires, and is tried again after four node timeouts, four seconds at least', () => {
    const world = six()
    world.lose = (_from, _to, message) => message.kind === 'AuthAck'
    world.kill('M1')
    world.until('the first election', () => world.heard('election-started').length === 1)
    const first = world.heard('election-started')[0]!
    const dueMs = world.heard('election-scheduled')[0]!.atMs + world.heard('election-scheduled')[0]!.value
    world.until('it expires', () => world.heard('election-expired').length === 1)
    expect(world.nowMs - dueMs).toBeGreaterThan(2000)
    expect(world.nowMs - dueMs).toBeLessThan(2200)
    world.lose = () => false
    world.until('R1 is master', () => isMaster(world, 'R1'))
    const again = world.heard('election-scheduled')[1]!
    expect(again.atMs - dueMs).toBeGreaterThan(4000)
    expect(again.atMs - dueMs).toBeLessThan(4200)
    expect(world.heard('election-started')[1]!.value).toBeGreaterThan(first.value)
  })
})

describe('votes', () => {
  /** M1 fails for everybody; R1 asks for votes when told to. */
  function failed(fault: PlantedFault = 'none'): BusWorld {
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT, replicaNoFailover: true }, 1, { M2: fault })
    world.run(4000)
    world.kill('M1')
    world.until('FAIL everywhere', () =>
      ['M2', 'M3', 'R1'].every((it) => (world.peer(it, 'M1').flags & FLAG.fail) !== 0),
    )
    return world
  }

  /** The epoch that the candidate asks under; returns how M2 answered. */
  function ask(world: BusWorld, candidate: string, epoch: number, forceAck = false): string {
    const count = world.notes.length
    world.act(candidate, (turn) => {
      turn.change({ currentEpoch: epoch })
      broadcast(turn, { kind: 'AuthRequest' }, forceAck)
    })
    world.run(1)
    return (
      world.notes.slice(count).find(({ node, kind }) => node === 'M2' && kind.startsWith('vote'))?.kind ?? 'nothing'
    )
  }

  test('one vote in an epoch, and one for the replicas of a master in two node timeouts', () => {
    const world = failed()
    expect(ask(world, 'R1', 7)).toBe('vote-granted')
    expect(world.cluster('M2').lastVoteEpoch).toBe(7)
    expect(ask(world, 'R1', 7)).toBe('vote-denied')
    expect(ask(world, 'R1', 8)).toBe('vote-denied')
    world.run(2 * NT)
    expect(ask(world, 'R1', 9)).toBe('vote-granted')
  })

  test('no vote for an old epoch, for a master, or while the master is well', () => {
    const world = failed()
    expect(ask(world, 'R1', 5)).toBe('vote-denied')
    expect(ask(world, 'M3', 20)).toBe('vote-denied')
    expect(ask(world, 'R3', 21)).toBe('vote-denied')
    expect(ask(world, 'R3', 22, true)).toBe('vote-granted')
  })

  test('no vote for a claim that is older than what the voter knows', () => {
    const world = failed()
    world.act('M2', (turn) => turn.changePeer(world.id('M1'), { configEpoch: 6 }))
    expect(ask(world, 'R1', 7)).toBe('vote-denied')
  })

  test('only masters with slots vote', () => {
    const world = failed()
    ask(world, 'R1', 7)
    expect(world.heard('vote-granted').map(({ node }) => node)).toEqual(['M2', 'M3'])
  })

  test('a vote is kept on disk before it leaves', () => {
    const world = failed()
    ask(world, 'R1', 7)
    world.kill('M2')
    world.start('M2')
    expect(world.cluster('M2').lastVoteEpoch).toBe(7)
  })

  test('a vote without a connection to the candidate is spent, and does not arrive', () => {
    const world = failed()
    world.act('M2', (turn) => turn.changePeer(world.id('R1'), { link: null }))
    const acks: string[] = []
    world.tap = (from, _to, message) => {
      if (message.kind === 'AuthAck') acks.push(from)
    }
    expect(ask(world, 'R1', 7)).toBe('vote-granted')
    world.run(5)
    expect(acks).toEqual(['M3'])
  })

  test('the planted fault votes twice in an epoch', () => {
    const world = failed('vote-twice')
    expect(ask(world, 'R1', 7)).toBe('vote-granted')
    expect(ask(world, 'R1', 7)).toBe('vote-granted')
  })

  test('the planted fault denies every vote, also the one that others grant', () => {
    const world = failed('no-vote')
    expect(ask(world, 'R1', 7)).toBe('vote-denied')
    expect(world.heard('vote-granted').map(({ node }) => node)).toEqual(['M3'])
  })

  test('the planted fault of the majority lets two sides of a cut elect', () => {
    const faults = Object.fromEntries(
      ['M1', 'M2', 'M3', 'R1', 'R2', 'R3'].map((name) => [name, 'no-majority'] as const),
    )
    const world = new BusWorld(SIX, { nodeTimeoutMs: NT, replDisklessSyncDelayS: 0 }, 1, faults)
    world.run(4000)
    world.partition(['M1', 'R2'], ['M2', 'M3', 'R1', 'R3'])
    world.run(8000)
    expect(MASTERS.filter((name) => isMaster(world, name))).toEqual(MASTERS)
    expect(isMaster(world, 'R2')).toBe(true)
    expect(world.peer('R2', 'R2').slots.size).toBe(world.peer('M2', 'M2').slots.size)
  })
})
