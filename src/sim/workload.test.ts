import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../base/prng.ts'
import { STRAIGHT, say, ToyWorld } from './toy.test-helper.ts'
import { gapUs } from './workload.ts'

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const CLIENTS = ['a', 'c1', 'c2']
const calls = (world: ToyWorld, name: string) => world.rows('call').filter(({ actor }) => actor === name)

describe('the gap between two arrivals', () => {
  test('lies between half and one and a half of the mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), uint32, (rate, entropy) => {
        const mean = Math.floor(1_000_000 / rate)
        const gap = gapUs(rate, entropy)
        expect(Number.isInteger(gap)).toBe(true)
        expect(gap).toBeGreaterThanOrEqual(Math.max(1, Math.floor(mean / 2)))
        expect(gap).toBeLessThan(Math.floor(mean / 2) + mean)
      }),
    )
  })

  test.each([1, 7, 100, 5_000])('is in the mean what %i a second says', (rate) => {
    const key = streamKey(3, 'workload')
    let sum = 0
    for (let at = 0; at < 20_000; at++) sum += gapUs(rate, draw(key, at))
    // Uniform over one mean: the deviation of the average of 20,000 is 0.2 % of it.
    expect(Math.abs((sum / 20_000) * rate - 1_000_000)).toBeLessThan(15_000)
  })
})

describe('a stream', () => {
  test('keeps its rate, and every operation has a number of its own', () => {
    const seen: string[] = []
    const world = new ToyWorld({
      names: CLIENTS,
      streams: [0, 50, 5],
      generate: (client, count) => {
        seen.push(`${client} ${count}`)
        return []
      },
    })
    world.runTo(20_000_000)
    expect(Math.abs(calls(world, 'c1').length - 1_000)).toBeLessThan(30)
    expect(Math.abs(calls(world, 'c2').length - 100)).toBeLessThan(10)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('changes its rate at once, also from slow to fast', () => {
    const world = new ToyWorld({ names: CLIENTS, streams: [0, 1, 0] })
    world.do({ kind: 'stream', actor: 1, ratePerSecond: 1_000 })
    world.runTo(1_000_000)
    expect(Math.abs(calls(world, 'c1').length - 1_000)).toBeLessThan(40)
  })

  test('stops at rate 0, and does not run twice when it is started again before its next arrival', () => {
    const world = new ToyWorld({ names: CLIENTS, streams: [0, 100, 0] })
    for (const at of [1_000, 2_000, 3_000]) {
      world.runTo(at)
      world.do({ kind: 'stream', actor: 1, ratePerSecond: 0 })
      world.do({ kind: 'stream', actor: 1, ratePerSecond: 100 })
    }
    world.runTo(10_000_000)
    expect(Math.abs(calls(world, 'c1').length - 1_000)).toBeLessThan(30)
    world.do({ kind: 'stream', actor: 1, ratePerSecond: 0 })
    const before = calls(world, 'c1').length
    world.runTo(20_000_000)
    expect(calls(world, 'c1')).toHaveLength(before)
  })
})

describe('one part’s extra draw does not shift another’s', () => {
  const options = { names: ['a', 'b', 'c1'], streams: [0, 0, 20] }
  const entropies = (world: ToyWorld, name: string) => world.diary(name).map(({ entropy }) => entropy)

  test('more messages leave the arrivals of the workload where they were', () => {
    const quiet = new ToyWorld(options)
    const busy = new ToyWorld(options)
    for (let at = 0; at < 30; at++) busy.command('a', say('b', 'noise'))
    for (const world of [quiet, busy]) world.runTo(2_000_000)
    expect(calls(busy, 'c1')).toEqual(calls(quiet, 'c1'))
    expect(entropies(busy, 'c1')).toEqual(entropies(quiet, 'c1'))
  })

  test('more steps of one actor leave the entropy of another as it was', () => {
    const quiet = new ToyWorld(options)
    const busy = new ToyWorld(options)
    for (let at = 0; at < 10; at++) busy.command('a')
    for (const world of [quiet, busy]) world.command('b')
    expect(entropies(busy, 'b')).toEqual(entropies(quiet, 'b'))
  })

  test('slower disks leave the delays of messages as they were', () => {
    const link = { ...STRAIGHT, delayUs: { low: 1_000, high: 90_000 } }
    const arrivals = (high: number) => {
      const world = new ToyWorld({ link, disk: { latencyUs: { low: 0, high }, stalled: false, onCrash: 'keep' } })
      for (let at = 0; at < 20; at++) {
        world.command('b', { do: 'write', word: String(at) })
        world.command('a', say('c', String(at)))
        world.runTo((at + 1) * 10_000)
      }
      world.runTo(1_000_000)
      return world.heardAt('c')
    }
    expect(arrivals(50_000)).toEqual(arrivals(10))
  })
})
