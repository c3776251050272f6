import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../base/assert.ts'
import { CHECKPOINTS_MAX, Checkpoints, SPACING_EVENTS } from './checkpoints.ts'
import type { SimAct } from './faults.ts'
import { HEARS_NOBODY } from './network.ts'
import type { Checkpoint } from './simulation.ts'
import { type Deed, note, STRAIGHT, say, set, type Toy, ToyWorld, write } from './toy.test-helper.ts'

interface Marked {
  readonly event: number
  readonly time: number
}

/** A store that went through events 1 … `last` (ten microseconds each); acts demand checkpoints, too. */
function filled(last: number, acts: readonly number[] = []): Checkpoints<Marked> {
  const store = new Checkpoints<Marked>()
  store.add({ event: 0, time: 0 })
  for (let event = 1; event <= last; event++) {
    if (store.due(event) || acts.includes(event)) store.add({ event, time: event * 10 })
  }
  return store
}

const FULL = SPACING_EVENTS * CHECKPOINTS_MAX

describe('the store of checkpoints', () => {
  test('keeps one every 1,024 events, and those that acts demand', () => {
    const store = filled(5_000, [7, 2_050])
    const kept = Array.from({ length: 5_001 }, (_, event) => event).filter(
      (event) => store.exactly(event) !== undefined,
    )
    expect(kept).toEqual([0, 7, 1_024, 2_048, 2_050, 3_072, 4_096])
    expect(store.exactly(4_999)).toBeUndefined()
  })

  test('finds the last one at or before an event or a time', () => {
    const store = filled(5_000, [7])
    fc.assert(
      fc.property(fc.nat(5_000), (event) => {
        const best = event < 7 ? 0 : event < 1_024 ? 7 : event - (event % 1_024)
        expect(store.atEvent(event).event).toBe(best)
        expect(store.atTime(event * 10).event).toBe(best)
        expect(store.atTime(event * 10 + 9).event).toBe(best)
      }),
    )
    expect(() => store.atEvent(-1)).toThrow(AssertionError)
  })

  test('doubles its spacing, uniformly, when it is full: no seek is far from a checkpoint', () => {
    const store = filled(FULL * 3)
    expect(store.spacingEvents).toBe(4 * SPACING_EVENTS)
    expect(store.size).toBeLessThanOrEqual(CHECKPOINTS_MAX)
    for (let event = 0; event <= FULL * 3; event += 997) {
      const { event: kept } = store.atEvent(event)
      expect(event - kept).toBeLessThan(store.spacingEvents)
      expect(kept % store.spacingEvents).toBe(0)
    }
    expect(store.due(4 * SPACING_EVENTS * 7)).toBe(true)
    expect(store.due(SPACING_EVENTS)).toBe(false)
  })

  test('never loses the first one: there is always something to begin from', () => {
    const store = new Checkpoints<Marked>()
    store.add({ event: 5, time: 0 })
    for (let event = SPACING_EVENTS; event <= FULL * 2; event += SPACING_EVENTS)
      if (store.due(event)) store.add({ event, time: event })
    expect(store.atEvent(5).event).toBe(5)
    expect(store.atTime(0).event).toBe(5)
  })

  test('holds its limit against acts without end', () => {
    const store = new Checkpoints<Marked>()
    for (let event = 0; event <= CHECKPOINTS_MAX * 3; event++) store.add({ event, time: event })
    expect(store.size).toBeLessThanOrEqual(CHECKPOINTS_MAX)
    expect(store.atEvent(0).event).toBe(0)
  })

  test('forks at an event; both go on alone', () => {
    const trunk = filled(5_000)
    const branch = trunk.fork(2_048)
    branch.add({ event: 2_049, time: 99_999 })
    expect(branch.atEvent(9_999).event).toBe(2_049)
    expect(trunk.exactly(2_049)).toBeUndefined()
    expect(trunk.fork(2_047).atEvent(9_999).event).toBe(1_024)
  })

  test('takes them in order only', () => {
    const store = filled(1_024)
    expect(() => store.add({ event: 1_024, time: 99_999 })).toThrow(AssertionError)
  })
})

// ---- exact seek -----------------------------------------------------------------------------------------------------

const actor = fc.nat(2)
const pairs = fc.record({ from: actor, to: actor, both: fc.boolean() })
const range = fc.tuple(fc.nat(20_000), fc.nat(20_000)).map(([low, width]) => ({ low, high: low + width }))
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map((to) => say(to, 'ask', say('a', 'answer'), write('heard'), note(1))),
  fc.nat(30_000).map((after) => set('one', after)),
  fc.nat(30_000).map((after) => set('two', after)),
  fc.constantFrom<Deed>(write('x'), { do: 'barrier' }, { do: 'clear', timer: 'one' }, note(2)),
)
const simAct: fc.Arbitrary<SimAct<Toy>> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('command' as const), actor, command: fc.array(deed, { maxLength: 4 }) }),
  },
  fc.record({ kind: fc.constantFrom('kill' as const, 'restart' as const, 'pause' as const, 'resume' as const), actor }),
  fc.constantFrom<SimAct<Toy>>(
    { kind: 'heal' },
    { kind: 'partition', groups: [[0], [1, 2]] },
    { kind: 'isolate', actor: 1, bits: HEARS_NOBODY },
    { kind: 'stream', actor: 3, ratePerSecond: 100 },
    { kind: 'stream', actor: 3, ratePerSecond: 0 },
  ),
  fc.record({
    kind: fc.constant('link' as const),
    pairs,
    change: fc.oneof(
      fc.constant('reset' as const),
      fc.record(
        {
          delayUs: range,
          lossPermille: fc.nat(500),
          duplicatePermille: fc.nat(500),
          reorderPermille: fc.nat(500),
          clog: fc.boolean(),
          cut: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    ),
  }),
  fc.record({
    kind: fc.constant('clock' as const),
    actor,
    skewUs: fc.integer({ min: -9_000, max: 9_000 }),
    ppm: fc.option(fc.integer({ min: -100_000, max: 100_000 }), { nil: null }),
  }),
  fc.record({
    kind: fc.constant('disk' as const),
    actor,
    latencyUs: fc.option(range, { nil: null }),
    stalled: fc.option(fc.boolean(), { nil: null }),
    onCrash: fc.constantFrom(null, 'keep' as const, 'torn' as const, 'lost' as const),
  }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'duplicate' as const), message: fc.nat(60) }),
  fc.record({ kind: fc.constant('delay' as const), message: fc.nat(60), byUs: fc.nat(30_000) }),
)
const script = fc.array(fc.record({ wait: fc.nat(15_000), act: simAct }), { minLength: 1, maxLength: 30 })

/** Does the acts at their times, as far as they are possible, and then lets the world come to rest. */
function play(world: ToyWorld, acts: readonly { wait: number; act: SimAct<Toy> }[], seen: (at: number) => void): void {
  for (const [at, { wait, act }] of acts.entries()) {
    const until = world.sim.now + wait
    while (world.sim.step(until)) seen(at)
    world.sim.passTo(until)
    if (isPossible(world, act)) world.do(act)
    seen(at + 1)
  }
  const end = world.sim.now + 200_000
  while (world.sim.step(end)) seen(acts.length)
  world.sim.passTo(end)
}

function isPossible(world: ToyWorld, act: SimAct<Toy>): boolean {
  try {
    world.sim.checkActs([act])
    return true
  } catch {
    return false
  }
}

const begin = () =>
  new ToyWorld({
    names: ['a', 'b', 'c', 'c1'],
    link: { ...STRAIGHT, delayUs: { low: 100, high: 15_000 } },
    onTimer: [say('b', 'tick')],
  })

/** Everything that can be seen of a world from outside. */
const facts = ({ sim }: ToyWorld) => ({
  digest: sim.digest(),
  now: sim.now,
  events: sim.eventCount,
  durables: sim.names.map((_, at) => sim.durable(at)),
  states: sim.names.map((_, at) => sim.state(at)),
  operations: [...sim.operations],
})

describe('a world that is taken back to a checkpoint', () => {
  test('lives the same future again, whatever happens in it', () => {
    fc.assert(
      fc.property(script, fc.nat(), (acts, choice) => {
        const straight = begin()
        const places: { checkpoint: Checkpoint<Toy>; done: number }[] = []
        play(straight, acts, (done) => {
          places.push({ checkpoint: straight.sim.checkpoint(), done })
        })
        const end = facts(straight)
        const { checkpoint, done } = places[choice % places.length]!
        const told = straight.told.length
        straight.sim.restore(checkpoint)
        replay(straight, acts, done, end.now)
        expect(facts(straight)).toEqual(end)
        // And it tells the same story again, row by row.
        const again = straight.told.slice(told)
        expect(again).toEqual(straight.told.slice(told - again.length, told))
      }),
      { numRuns: 300 },
    )
  })

  /** Goes on from behind act number `done`, with the acts at the same instants as before. */
  function replay(world: ToyWorld, acts: readonly { wait: number; act: SimAct<Toy> }[], done: number, end: number) {
    let at = acts.slice(0, done).reduce((sum, { wait }) => sum + wait, 0)
    for (const { wait, act } of acts.slice(done)) {
      at += wait
      world.runTo(at)
      if (isPossible(world, act)) world.do(act)
    }
    world.runTo(end)
  }

  test('a checkpoint is not changed by what comes after it', () => {
    fc.assert(
      fc.property(script, script, (acts, others) => {
        const world = begin()
        play(world, acts, () => undefined)
        const checkpoint = world.sim.checkpoint()
        const before = facts(world)
        play(world, others, () => undefined)
        world.sim.restore(checkpoint)
        expect(facts(world)).toEqual(before)
        const once = begin()
        play(once, acts, () => undefined)
        for (const it of [world, once]) it.runTo(before.now + 500_000)
        expect(facts(world)).toEqual(facts(once))
      }),
      { numRuns: 100 },
    )
  })
})
