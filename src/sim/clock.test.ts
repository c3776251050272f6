import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adjust, type Clock, localTime, realDuration, trueClock } from './clock.ts'
import { set, ToyWorld } from './toy.test-helper.ts'

const HOUR_US = 3_600_000_000
const ppm = fc.integer({ min: -100_000, max: 100_000 })
const time = fc.nat(HOUR_US)
const clock = fc.record({ since: fc.nat(1_000_000), base: fc.integer({ min: -HOUR_US, max: HOUR_US }), ppm })

describe('a clock', () => {
  test('that is true shows the real time', () => {
    fc.assert(
      fc.property(time, (now) => {
        expect(localTime(trueClock, now)).toBe(now)
        expect(realDuration(trueClock, now)).toBe(now)
      }),
    )
  })

  test('never runs backwards', () => {
    fc.assert(
      fc.property(clock, time, fc.nat(1_000), (it, after, more) => {
        const now = it.since + after
        expect(localTime(it, now + more)).toBeGreaterThanOrEqual(localTime(it, now))
      }),
    )
  })

  test('gains or loses its millionths', () => {
    const shown = (drift: number) => localTime({ since: 0, base: 0, ppm: drift }, 1_000_000)
    expect([200, 0, -200, 100_000].map(shown)).toEqual([1_000_200, 1_000_000, 999_800, 1_100_000])
  })

  test('goes on where it stands when only its drift changes, and jumps by exactly the skew', () => {
    fc.assert(
      fc.property(clock, time, ppm, fc.integer({ min: -HOUR_US, max: HOUR_US }), (it, after, drift, skew) => {
        const now = it.since + after
        expect(localTime(adjust(it, now, 0, drift), now)).toBe(localTime(it, now))
        expect(localTime(adjust(it, now, skew, drift), now)).toBe(localTime(it, now) + skew)
      }),
    )
  })

  test('a local duration has passed when its real duration has, and not a microsecond of it is wasted', () => {
    fc.assert(
      fc.property(clock, time, fc.integer({ min: 1, max: HOUR_US }), (it: Clock, after, local) => {
        const now = it.since + after
        const real = realDuration(it, local)
        const passed = (us: number) => localTime(it, now + us) - localTime(it, now)
        expect(passed(real)).toBeGreaterThanOrEqual(local)
        // A drift of ten percent shows at most one step of two between neighbours; rounding may add one.
        expect(passed(real)).toBeLessThanOrEqual(local + 2)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('in a world', () => {
  test.each([-100_000, -333, 0, 777, 100_000])('a timer of a clock with %i ppm fires at its local time', (drift) => {
    const world = new ToyWorld()
    world.do({ kind: 'clock', actor: 0, skewUs: 12_345, ppm: drift })
    world.runTo(1_003)
    const set1 = localTime(world.sim.clockOf(0), 1_003)
    world.command('a', set('one', 100_000))
    world.runTo(1_000_000)
    const [[at]] = world.heardAt('a') as [[number, string]]
    expect(at).toBeGreaterThanOrEqual(set1 + 100_000)
    expect(at).toBeLessThanOrEqual(set1 + 100_002)
  })

  test('two actors see one instant differently, and the rest of the world does not care', () => {
    const world = new ToyWorld()
    world.do({ kind: 'clock', actor: 0, skewUs: 5_000, ppm: null })
    world.do({ kind: 'clock', actor: 1, skewUs: -5_000, ppm: 1_000 })
    world.runTo(1_000_000)
    for (const name of ['a', 'b', 'c']) world.command(name)
    expect(['a', 'b', 'c'].map((name) => world.diary(name).at(-1)!.at)).toEqual([1_005_000, 996_000, 1_000_000])
    expect(world.sim.now).toBe(1_000_000)
  })

  test('an act that names no drift keeps it', () => {
    const world = new ToyWorld()
    world.do({ kind: 'clock', actor: 0, skewUs: 0, ppm: 500 })
    world.runTo(1_000_000)
    world.do({ kind: 'clock', actor: 0, skewUs: 10, ppm: null })
    expect(world.sim.clockOf(0)).toEqual({ since: 1_000_000, base: 1_000_510, ppm: 500 })
  })
})
