import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../base/assert.ts'
import { type Invariant, Violation, type WorldEvent } from '../machine/invariant.ts'
import { Refusal } from './plan.ts'
import { QUEUE_MAX } from './queue.ts'
import { clear, note, STRAIGHT, say, set, type Toy, ToyWorld, write } from './toy.test-helper.ts'

const anyDelay = { ...STRAIGHT, delayUs: { low: 0, high: 50_000 } }

describe('events', () => {
  test('come in the order of time, and at one instant in the order in which they were scheduled', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.nat(20), after: fc.nat(20) }), { maxLength: 20 }), (plan) => {
        const world = new ToyWorld()
        const expected: { at: number; seq: number; word: string }[] = []
        for (const [seq, { wait, after }] of plan.entries()) {
          world.runTo(world.sim.now + wait)
          // One link and one delay: two words that leave at the same time arrive at the same time.
          world.do({
            kind: 'link',
            pairs: { from: 0, to: 1, both: false },
            change: { delayUs: { low: after, high: after } },
          })
          world.command('a', say('b', String(seq)))
          expected.push({ at: world.sim.now + after, seq, word: `a: ${seq}` })
        }
        world.runTo(10_000)
        expected.sort((x, y) => x.at - y.at || x.seq - y.seq)
        expect(world.heardAt('b')).toEqual(expected.map(({ at, word }) => [at, word]))
      }),
    )
  })

  test('actors boot at time 0, each as one event, in the order of the plan', () => {
    const world = new ToyWorld({ onBoot: [note(7)] })
    expect([world.sim.now, world.sim.eventCount]).toEqual([0, 3])
    expect(world.rows('note').map(({ actor }) => actor)).toEqual(['a', 'b', 'c'])
    expect(() => world.sim.start()).toThrow(AssertionError)
  })

  test('nothing happens before `until`, and time passes only where nothing happens', () => {
    const world = new ToyWorld()
    world.command('a', set('one', 5_000))
    expect(world.sim.nextTime()).toBe(5_000)
    expect(world.sim.step(4_999)).toBe(false)
    expect(world.sim.now).toBe(0)
    expect(() => world.sim.passTo(5_000)).toThrow(AssertionError)
    expect(world.sim.step(5_000)).toBe(true)
    expect(world.sim.nextTime()).toBe(Number.POSITIVE_INFINITY)
  })

  test('a world in which more waits than the limit is stopped, with a reason', () => {
    const world = new ToyWorld({ link: { ...STRAIGHT, delayUs: { low: 1_000_000, high: 1_000_000 } } })
    const many = Array.from({ length: 10_000 }, () => say('b', ''))
    const flood = () => {
      for (let at = 0; at <= QUEUE_MAX / many.length; at++) world.command('a', ...many)
    }
    expect(flood).toThrow(Refusal)
    expect(flood).toThrow('more than 200000 events are waiting')
  })
})

describe('timers', () => {
  const heard = (world: ToyWorld) => {
    world.runTo(1_000_000)
    return world.heardAt('a')
  }

  test('fire once, at their time', () => {
    const world = new ToyWorld()
    world.command('a', set('one', 5_000), set('two', 3_000))
    expect(world.sim.timerDue(0, 'one')).toBe(5_000)
    expect(heard(world)).toEqual([
      [3_000, 'timer two'],
      [5_000, 'timer one'],
    ])
    expect(world.sim.timerDue(0, 'one')).toBeNull()
  })

  test.each([
    ['later', 9_000, 10_000],
    ['earlier', 1_000, 2_000],
    ['to the same instant', 4_000, 5_000],
  ])('reset %s', (_, after, at) => {
    const world = new ToyWorld()
    world.command('a', set('one', 5_000))
    world.runTo(1_000)
    world.command('a', set('one', after))
    expect(heard(world)).toEqual([[at, 'timer one']])
  })

  test('cleared, they do not fire; set again, they do', () => {
    const world = new ToyWorld()
    world.command('a', set('one', 5_000), set('two', 5_000))
    world.runTo(1_000)
    world.command('a', clear('one'), clear('two'), set('two', 9_000))
    expect(heard(world)).toEqual([[10_000, 'timer two']])
  })

  test('may set themselves again, also at once', () => {
    const world = new ToyWorld({ onTimer: [set('one', 10_000)] })
    world.command('a', set('one', 10_000))
    expect(heard(world)).toHaveLength(100)
  })

  test('obey a model under any sequence of sets and clears', () => {
    const doing = fc.record({
      wait: fc.nat(30),
      timer: fc.constantFrom('one' as const, 'two' as const),
      after: fc.option(fc.nat(60), { nil: null }),
    })
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 40 }), (doings) => {
        const world = new ToyWorld()
        const due = new Map<string, number>()
        const expected: [number, string][] = []
        const fire = (until: number) => {
          for (const [timer, at] of [...due].sort(([, x], [, y]) => x - y)) {
            if (at > until) continue
            due.delete(timer)
            expected.push([at, `timer ${timer}`])
          }
        }
        for (const { wait, timer, after } of doings) {
          const now = world.sim.now + wait
          fire(now)
          world.runTo(now)
          world.command('a', after === null ? clear(timer) : set(timer, after))
          if (after === null) due.delete(timer)
          else due.set(timer, now + after)
        }
        fire(Number.POSITIVE_INFINITY)
        world.runTo(1_000_000)
        const order = (list: readonly (readonly [number, string])[]) =>
          list.toSorted(([x, a], [y, b]) => x - y || (a < b ? -1 : 1))
        expect(order(world.heardAt('a'))).toEqual(order(expected))
      }),
      { numRuns: 300 },
    )
  })
})

describe('kill, pause and restart are three things', () => {
  test('a killed actor has no memory and no timers, and mail that comes is lost; its disk stays', () => {
    const world = new ToyWorld()
    world.command('a', write('x'), set('one', 30_000))
    world.runTo(10_000)
    world.command('b', say('a', 'late'))
    world.to('a', 'kill')
    expect([world.sim.status(0), world.sim.state(0), world.words('a')]).toEqual(['down', undefined, ['x']])
    world.runTo(100_000)
    expect(world.rows('lost').map(({ time, actor }) => [time, actor])).toEqual([[20_000, 'a']])
    world.to('a', 'restart')
    world.runTo(200_000)
    expect(world.diary('a').map(({ what }) => what)).toEqual(['boot x'])
    expect(world.sim.status(0)).toBe('up')
  })

  test('a paused actor keeps its memory; its timers stop with what was left, and its mail waits', () => {
    const world = new ToyWorld()
    world.command('a', set('one', 30_000), write('x'), note(1))
    world.runTo(1_000)
    world.to('a', 'pause')
    expect(world.sim.timerDue(0, 'one')).toBeNull()
    world.command('b', say('a', 'first'))
    world.runTo(50_000)
    world.command('b', say('a', 'second'))
    world.runTo(100_000)
    expect([world.heard('a'), world.rows('note'), world.sim.status(0)]).toEqual([[], [], 'paused'])
    world.to('a', 'resume')
    world.runTo(200_000)
    expect(world.heardAt('a')).toEqual([
      [100_000, 'b: first'],
      [100_000, 'b: second'],
      [129_000, 'timer one'],
    ])
    expect(world.rows('note').map(({ time }) => time)).toEqual([100_000])
    expect(world.rows('lost')).toEqual([])
  })

  test('what waited arrives in the order in which it came, not in the order in which it was sent', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const world = (paused: boolean) => {
          const it = new ToyWorld({ seed, link: anyDelay })
          if (paused) it.to('b', 'pause')
          it.command('a', ...Array.from({ length: 12 }, (_, at) => say('b', String(at))))
          it.runTo(100_000)
          if (paused) it.to('b', 'resume')
          it.runTo(200_000)
          return it.heard('b')
        }
        expect(world(true)).toEqual(world(false))
      }),
      { numRuns: 20 },
    )
  })

  test('a timer that was not running before a pause does not run after it', () => {
    const world = new ToyWorld()
    world.command('a', set('one', 5_000), set('two', 20_000))
    world.runTo(10_000)
    world.to('a', 'pause')
    world.to('a', 'resume')
    world.runTo(15_000)
    world.to('a', 'pause')
    world.runTo(100_000)
    world.to('a', 'resume')
    world.runTo(200_000)
    expect(world.heardAt('a')).toEqual([
      [5_000, 'timer one'],
      [105_000, 'timer two'],
    ])
  })

  test('a paused actor that is killed loses its waiting mail', () => {
    const world = new ToyWorld()
    world.to('a', 'pause')
    world.command('b', say('a', 'one'))
    world.runTo(50_000)
    world.to('a', 'kill')
    expect(world.rows('lost')).toHaveLength(1)
    world.to('a', 'restart')
    world.runTo(100_000)
    expect(world.heard('a')).toEqual([])
  })

  test('a restart boots from the disk with the configuration of now, and fresh entropy', () => {
    const world = new ToyWorld()
    world.do({
      kind: 'reconfigure',
      configs: [0, 1, 2].map(() => ({ onBoot: [note(5)], onTimer: [] })),
    })
    const before = world.diary('a')[0]!.entropy
    world.to('a', 'kill')
    world.to('a', 'restart')
    expect(world.rows('note').map(({ value, actor }) => [value, actor])).toEqual([[5, 'a']])
    expect(world.diary('a')[0]!.entropy).not.toBe(before)
  })

  test.each([
    ['up', 'restart', 'a is running'],
    ['up', 'resume', 'a is not paused'],
    ['paused', 'pause', 'a is not running'],
    ['paused', 'restart', 'a is running'],
    ['down', 'kill', 'a is down'],
    ['down', 'pause', 'a is not running'],
    ['down', 'resume', 'a is not paused'],
  ] as const)('from %s, %s is refused and changes nothing', (status, act, reason) => {
    const world = new ToyWorld()
    if (status === 'paused') world.to('a', 'pause')
    if (status === 'down') world.to('a', 'kill')
    const before = [world.sim.digest(), world.sim.eventCount, world.told.length]
    expect(() => world.to('a', act)).toThrow(reason)
    expect(() => world.to('a', act)).toThrow(Refusal)
    // Also as one of several: nothing of the list happens.
    expect(() => world.do({ kind: 'kill', actor: 1 }, { kind: act, actor: 0 })).toThrow(Refusal)
    expect([world.sim.digest(), world.sim.eventCount, world.told.length]).toEqual(before)
    expect(world.sim.status(1)).toBe('up')
  })

  test('a command cannot reach an actor that is paused or down', () => {
    for (const act of ['pause', 'kill'] as const) {
      const world = new ToyWorld()
      world.to('a', act)
      expect(() => world.command('a', set('one', 1_000))).toThrow(Refusal)
    }
  })
})

describe('judges', () => {
  const seen: WorldEvent<Toy>['kind'][] = []
  const counting = (limit: number): Invariant<Toy, number> => ({
    id: 'counting',
    title: 'Counting',
    source: 'this test',
    meaning: 'Few events happen.',
    init: () => 0,
    step(memory, world, event) {
      seen.push(event.kind)
      return memory < limit ? memory + 1 : new Violation(`event ${memory + 1}`, [world.names[1]!])
    },
  })

  test('see every event, and once broken a rule is not asked again', () => {
    seen.length = 0
    const world = new ToyWorld({ invariants: [counting(5)] })
    world.command('a', say('b', 'x'), write('y'), set('one', 20_000))
    world.runTo(100_000)
    expect(seen).toEqual(
      ['boot', 'boot', 'boot', 'command', 'disk', 'message'].map((kind) => (kind === 'command' ? 'act' : kind)),
    )
    expect(world.sim.broken).toEqual([{ invariant: 0, explanation: 'event 6', actors: ['b'], time: 10_000, event: 6 }])
    expect(world.rows('broken').map(({ time, actor }) => [time, actor])).toEqual([[10_000, 'b']])
  })

  test('a rule that broke is whole again before the instant at which it broke', () => {
    const world = new ToyWorld({ invariants: [counting(5)] })
    const before = world.sim.checkpoint()
    world.command('a', say('b', 'x'), say('c', 'y'), say('b', 'z'))
    world.runTo(100_000)
    expect(world.sim.broken).toHaveLength(1)
    world.sim.restore(before)
    expect([world.sim.broken, world.sim.memory(0)]).toEqual([[], 3])
  })

  test('are told who stepped, from which state to which, and what left', () => {
    const events: string[] = []
    const recorder: Invariant<Toy, null> = {
      id: 'recorder',
      title: 'Recorder',
      source: 'this test',
      meaning: 'It only listens.',
      init: () => null,
      step(memory, world, event) {
        const { kind, actor, before, after, sent } = event
        const words = sent.map(({ to, message }) => `${to}:${message.word}`).join(' ')
        const lines = [before, after].map((state) => state?.diary.length ?? '-').join('>')
        events.push(`${kind} ${world.names[actor] ?? 'nobody'} ${lines} ${words}`.trim())
        return memory
      },
    }
    const world = new ToyWorld({ names: ['a', 'b'], invariants: [recorder] })
    world.command('a', say('b', 'x'), write('d'), say('b', 'y'))
    world.runTo(3_000)
    world.to('b', 'kill')
    world.do({ kind: 'heal' })
    world.to('b', 'restart')
    expect(events).toEqual([
      'boot a ->1',
      'boot b ->1',
      'act a 1>2 b:x',
      'disk a 2>2 b:y',
      'act b 1>-',
      'act nobody ->-',
      'act b ->1',
    ])
  })
})
