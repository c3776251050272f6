import { describe, expect, test } from 'vitest'
import { SlotSet } from '../slot-set.ts'
import type { PlantedFault } from '../state.ts'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { adoptClaims } from './claims.ts'
import { startHandshake } from './handshake.ts'
import {
  assignSlot,
  assignSlots,
  bumpConfigEpochWithoutConsensus,
  releaseSlot,
  setImporting,
  setMigrating,
} from './slots.ts'

const NT = 1000
const OPTIONS = { nodeTimeoutMs: NT, replDisklessSyncDelayS: 0 }

const epochs = (world: BusWorld, names: readonly string[]) => names.map((name) => world.peer(name, name).configEpoch)

/** Three masters that just met: none has an epoch. */
function fresh(fault: PlantedFault = 'none', seed = 1): BusWorld {
  const names = ['X1', 'X2', 'X3']
  const faults = Object.fromEntries(names.map((name) => [name, fault]))
  const world = new BusWorld({ extra: 3, assign: false }, OPTIONS, seed, faults)
  for (const whom of ['X2', 'X3']) {
    world.act('X1', (turn) => startHandshake(turn, '127.0.0.1', world.port(whom), world.port(whom) + 10_000))
  }
  return world
}

describe('epochs', () => {
  test('of masters with one epoch the greatest id keeps it, the others take new ones, all different', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const world = fresh('none', seed)
      world.run(10_000)
      const [first, second, third] = epochs(world, ['X1', 'X2', 'X3'])
      expect(third).toBe(0)
      expect(first).toBeGreaterThan(0)
      expect(second).toBeGreaterThan(0)
      expect(first).not.toBe(second)
      const current = Math.max(first!, second!)
      for (const name of world.names) expect(world.cluster(name).currentEpoch).toBe(current)
    }
  })

  test('unresolved, as planted, they stay equal', () => {
    const world = fresh('collision-unresolved')
    world.run(10_000)
    expect(epochs(world, ['X1', 'X2', 'X3'])).toEqual([0, 0, 0])
  })

  test('two masters that bump at once collide, and the smaller id moves on', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    const bumped = ['M1', 'M2'].map((name) => world.act(name, (turn) => bumpConfigEpochWithoutConsensus(turn)))
    expect(bumped).toEqual([true, true])
    expect(epochs(world, ['M1', 'M2', 'M3'])).toEqual([7, 7, 3])
    world.run(3000)
    expect(epochs(world, ['M1', 'M2', 'M3'])).toEqual([8, 7, 3])
    expect(world.act('M1', (turn) => bumpConfigEpochWithoutConsensus(turn))).toBe(false)
  })
})

describe('claims of slots', () => {
  test('slots that a master takes without an owner are known everywhere, and an empty cluster comes up', () => {
    const world = fresh()
    world.run(3000)
    world.act('X1', (turn) => assignSlots(turn, SlotSet.ofRanges([{ first: 0, last: 9999 }]), turn.cluster.myself))
    world.act('X2', (turn) =>
      assignSlots(turn, SlotSet.ofRanges([{ first: 10_000, last: 16_383 }]), turn.cluster.myself),
    )
    world.until('all up', () => world.names.every((name) => world.cluster(name).health === 'ok'), 10_000)
    expect(world.peer('X3', 'X1').slots.size).toBe(10_000)
    expect(world.cluster('X3').owners.get(16_383)).toBe(world.id('X2'))
    expect(world.cluster('X3').size).toBe(2)
  })

  test('the greater epoch wins a slot, the smaller one gets an UPDATE', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    // M1 (epoch 1) claims a slot of M3 (epoch 3): nobody follows, and M1 is corrected.
    world.act('M1', (turn) => assignSlot(turn, 16_000, turn.cluster.myself))
    world.run(3000)
    expect(world.heard('update-sent').length).toBeGreaterThan(0)
    for (const name of world.names) expect(world.cluster(name).owners.get(16_000)).toBe(world.id('M3'))
    // With a new epoch it takes the slot.
    world.act('M1', (turn) => {
      assignSlot(turn, 16_000, turn.cluster.myself)
      bumpConfigEpochWithoutConsensus(turn)
    })
    world.run(3000)
    for (const name of world.names) expect(world.cluster(name).owners.get(16_000)).toBe(world.id('M1'))
  })

  test('a slot that is being imported is not rebound by anybody’s claim', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    world.act('M2', (turn) => setImporting(turn, 100, world.id('M1')))
    world.act('M3', (turn) => {
      assignSlot(turn, 100, turn.cluster.myself)
      bumpConfigEpochWithoutConsensus(turn)
    })
    world.run(3000)
    expect(world.cluster('R1').owners.get(100)).toBe(world.id('M3'))
    expect(world.cluster('M2').owners.get(100)).toBe(world.id('M1'))
  })

  test('a slot that its owner stopped claiming stays bound to it, until somebody else claims it, whatever the epoch', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    world.act('M3', (turn) => releaseSlot(turn, 16_000))
    world.run(3000)
    expect(world.cluster('M2').owners.get(16_000)).toBe(world.id('M3'))
    expect(world.cluster('M2').unclaimed.has(16_000)).toBe(true)
    world.act('M1', (turn) => assignSlot(turn, 16_000, turn.cluster.myself))
    world.run(3000)
    expect(world.cluster('M2').owners.get(16_000)).toBe(world.id('M1'))
    expect(world.cluster('M2').unclaimed.size).toBe(0)
  })

  test('a master that lost its last slot follows who took it, and so do its replicas', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    world.act('M3', (turn) => {
      assignSlots(turn, SlotSet.ofRanges([{ first: 0, last: 5460 }]), turn.cluster.myself)
      bumpConfigEpochWithoutConsensus(turn)
    })
    world.run(3000)
    for (const name of ['M1', 'R1']) expect(world.peer(name, name).master).toBe(world.id('M3'))
    expect(world.heard('became-replica', 'M1').map(({ value }) => value)).toEqual([world.port('M3')])
  })

  test('without replica migration it stays, unless the new owner has exactly its slots', () => {
    for (const [more, follows] of [
      [1, false],
      [0, true],
    ] as const) {
      const world = new BusWorld({ ...SIX, extra: 0 }, { ...OPTIONS, allowReplicaMigration: false })
      world.run(4000)
      const claimed = SlotSet.ofRanges([{ first: 0, last: 5460 + more }])
      world.act('M1', (turn) => {
        turn.changePeer(world.id('R2'), { flags: 1, master: null })
        adoptClaims(turn, world.id('R2'), 99, claimed)
      })
      expect(world.peer('M1', 'M1').master).toBe(follows ? world.id('R2') : null)
    }
  })

  test('keys of a slot that was lost are dropped while the master keeps other slots', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    // `bar` is in slot 5061, `foo` in 12182 (recorded).
    world.act('M1', (turn) => {
      const entry = { value: { kind: 'string', bytes: 'x' }, expireAtMs: null } as never
      turn.db = turn.db.set('bar', entry).set('{06S}', entry)
    })
    world.act('M3', (turn) => {
      assignSlot(turn, 5061, turn.cluster.myself)
      bumpConfigEpochWithoutConsensus(turn)
    })
    world.run(3000)
    expect(world.state('M1').db.get('bar')).toBeUndefined()
    expect(world.state('M1').db.size).toBe(1)
    expect(world.heard('keys-dropped', 'M1').map(({ value }) => value)).toEqual([1])
  })

  test('a demotion closes open slots', () => {
    const world = new BusWorld(SIX, OPTIONS)
    world.run(4000)
    world.act('M1', (turn) => setMigrating(turn, 7, world.id('M2')))
    world.stop('M1')
    world.until('R1 is master', () => world.heard('became-master', 'R1').length > 0)
    world.cont('M1')
    world.until('M1 follows', () => world.peer('M1', 'M1').master === world.id('R1'), 3000)
    expect(world.cluster('M1').migrating.size).toBe(0)
  })

  test('the planted fault keeps a deposed master in its slots', () => {
    const world = new BusWorld(SIX, OPTIONS, 1, { M1: 'update-ignored' })
    world.run(4000)
    world.partition(['M1'], ['M2', 'M3', 'R1', 'R2', 'R3'])
    world.until('R1 is master', () => world.heard('became-master', 'R1').length > 0)
    world.heal()
    world.run(5000)
    expect(world.peer('M1', 'M1').slots.size).toBe(5461)
    expect(world.peer('M2', 'R1').slots.size).toBe(5461)
    expect(world.cluster('M1').health).toBe('ok')
  })
})
