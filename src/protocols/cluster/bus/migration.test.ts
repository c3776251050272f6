import { describe, expect, test } from 'vitest'
import { BusWorld } from './bus.test-helper.ts'

/** M1 has two replicas (R1, R4), the others one each. */
function seven(options = {}): BusWorld {
  const shape = { masters: 3, replicaOf: [1, 2, 3, 1] }
  const world = new BusWorld(shape, { nodeTimeoutMs: 1500, replDisklessSyncDelayS: 0, ...options })
  world.run(5000)
  return world
}

describe('replica migration', () => {
  test('after five seconds without a replica a master gets one of a master that has two: the one with the smallest id', () => {
    const world = seven()
    world.kill('R2')
    world.until('R2 is FAIL', () => world.heard('fail').length > 0)
    const took = world.until('a replica moves', () => world.heard('replica-migrated').length > 0)
    expect(took).toBeGreaterThan(5000)
    expect(took).toBeLessThan(5400)
    expect(world.heard('replica-migrated')).toMatchObject([{ node: 'R1', value: world.port('M2') }])
    world.run(3000)
    for (const name of ['M1', 'M2', 'M3', 'R1', 'R3', 'R4']) {
      expect(world.peer(name, 'R1').master).toBe(world.id('M2'))
    }
    // It happens once: M1 has one left.
    expect(world.heard('replica-migrated').length).toBe(1)
  })

  test('not when the master would be left with no more than the barrier, and not when it is switched off', () => {
    for (const options of [{ migrationBarrier: 2 }, { allowReplicaMigration: false }]) {
      const world = seven(options)
      world.kill('R2')
      world.run(15_000)
      expect(world.heard('replica-migrated')).toEqual([])
    }
  })

  test('not when the replica comes back in time', () => {
    const world = seven()
    world.stop('R2')
    world.until('R2 is FAIL', () => world.heard('fail').length > 0)
    world.run(3000)
    world.cont('R2')
    world.run(10_000)
    expect(world.heard('replica-migrated')).toEqual([])
  })
})
