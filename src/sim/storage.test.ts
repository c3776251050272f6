import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SimAct } from './faults.ts'
import type { DiskCondition } from './storage.ts'
import { type Deed, note, say, set, type Toy, ToyWorld, write } from './toy.test-helper.ts'

/*
 * The contract of `persist` (machine.ts): a barrier. What stands behind it waits until the value is on disk; what stands
 * before it, and later lists without a barrier, does not wait. A durable write takes 2 ms here.
 */

const notes = (world: ToyWorld) => world.rows('note').map(({ value, time }) => [value, time])
const barrier: Deed = { do: 'barrier' }
const disk = (change: Partial<DiskCondition>): SimAct<Toy> => ({
  kind: 'disk',
  actor: 0,
  latencyUs: change.latencyUs ?? null,
  stalled: change.stalled ?? null,
  onCrash: change.onCrash ?? null,
})

describe('a barrier', () => {
  test('holds back what stands behind it, and nothing else', () => {
    const world = new ToyWorld()
    world.command('a', note(1), write('x'), note(2), say('b', 'behind'))
    world.command('a', note(3))
    expect(notes(world)).toEqual([
      [1, 0],
      [3, 0],
    ])
    world.runTo(1_999)
    expect([notes(world).length, world.words('a'), world.sim.writing(0)]).toEqual([2, [], true])
    world.runTo(20_000)
    expect(notes(world).at(-1)).toEqual([2, 2_000])
    expect(world.heardAt('b')).toEqual([[12_000, 'a: behind']])
    expect([world.words('a'), world.sim.writing(0)]).toEqual([['x'], false])
  })

  test('also holds back timers and answers', () => {
    const world = new ToyWorld({ names: ['c1', 'b'] })
    world.do({
      kind: 'command',
      actor: 0,
      request: 'c1:9' as never,
      command: [write('x'), set('one', 5_000), { do: 'reply', request: 'c1:9' }],
    })
    world.runTo(100_000)
    expect(world.heardAt('c1')).toEqual([[7_000, 'timer one']])
    expect(world.rows('result').map(({ time }) => time)).toEqual([2_000])
  })

  test('costs nothing when the value is on disk', () => {
    const world = new ToyWorld()
    world.command('a', write('x'))
    world.runTo(50_000)
    world.command('a', barrier, note(1))
    expect(notes(world)).toEqual([[1, 50_000]])
    expect(world.sim.writing(0)).toBe(false)
  })

  test('for the value that is on its way waits for that write, and writes nothing more', () => {
    const world = new ToyWorld()
    world.command('a', write('x'), note(1))
    world.runTo(500)
    world.command('a', barrier, note(2))
    world.runTo(50_000)
    expect(notes(world)).toEqual([
      [1, 2_000],
      [2, 2_000],
    ])
    expect(world.rows('disk')).toHaveLength(1)
  })

  test('group commit: what comes while a write is under way goes together in the next one', () => {
    const world = new ToyWorld()
    world.command('a', write('x'), note(1))
    for (const [at, word] of ['y', 'z', 'w'].entries()) world.command('a', write(word), note(at + 2))
    world.runTo(2_000)
    expect([notes(world), world.words('a')]).toEqual([[[1, 2_000]], ['x']])
    world.runTo(50_000)
    expect(notes(world).slice(1)).toEqual([
      [2, 4_000],
      [3, 4_000],
      [4, 4_000],
    ])
    expect(world.words('a')).toEqual(['x', 'y', 'z', 'w'])
    expect(world.rows('disk')).toHaveLength(2)
  })

  test('several in one list pass one after the other, and never take back what was written later', () => {
    const world = new ToyWorld()
    world.command('a', write('x'))
    world.command('a', write('y'), note(1), write('z'), note(2), barrier, note(3))
    world.command('a', write('w'), note(4))
    world.runTo(50_000)
    expect(world.words('a')).toEqual(['x', 'y', 'z', 'w'])
    const times = new Map(world.rows('note').map(({ value, time }) => [value, time]))
    expect([1, 2, 3, 4].map((value) => times.get(value))).toEqual([4_000, 4_000, 4_000, 4_000])
  })

  test('a disk without latency writes at once', () => {
    const world = new ToyWorld({ disk: { latencyUs: { low: 0, high: 0 }, stalled: false, onCrash: 'keep' } })
    world.command('a', note(1), write('x'), note(2), write('y'), note(3))
    expect(notes(world)).toEqual([1, 2, 3].map((value) => [value, 0]))
    expect(world.words('a')).toEqual(['x', 'y'])
  })

  test('the disk holds at every instant what some barrier asked for, in order, and everything in the end', () => {
    const doing = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('wait' as const), us: fc.nat(3_000) }),
      fc.record({ kind: fc.constantFrom('stall' as const, 'resume' as const, 'pause' as const) }),
      fc.record({ kind: fc.constant('latency' as const), high: fc.nat(4_000) }),
    )
    fc.assert(
      fc.property(fc.array(doing, { maxLength: 30 }), (doings) => {
        const world = new ToyWorld()
        let written = 0
        let onDisk = 0
        let passed = 0
        const look = () => {
          const words = world.words('a').map(Number)
          expect(words).toEqual(Array.from({ length: words.length }, (_, at) => at + 1))
          expect(words.length).toBeGreaterThanOrEqual(onDisk)
          onDisk = words.length
          // No note stands before its word, and notes come in order.
          const told = world.rows('note').map(({ value }) => value)
          expect(told).toEqual(told.toSorted((x, y) => x - y))
          passed = told.at(-1) ?? 0
          expect(passed).toBeLessThanOrEqual(onDisk)
        }
        for (const it of doings) {
          if (it.kind === 'write') {
            const deeds = Array.from({ length: it.count }, () => [write(String(++written)), note(written)])
            if (world.sim.status(0) === 'up') world.command('a', ...deeds.flat())
            else written -= it.count
          } else if (it.kind === 'wait') world.runTo(world.sim.now + it.us)
          else if (it.kind === 'latency') world.do(disk({ latencyUs: { low: 0, high: it.high } }))
          else if (it.kind === 'pause') world.to('a', world.sim.status(0) === 'up' ? 'pause' : 'resume')
          else world.do(disk({ stalled: it.kind === 'stall' }))
          look()
        }
        if (world.sim.status(0) === 'paused') world.to('a', 'resume')
        world.do(disk({ stalled: false }))
        world.runTo(world.sim.now + 60_000)
        look()
        expect([onDisk, passed]).toEqual([written, written])
      }),
    )
  })
})

describe('a stalled disk', () => {
  test('begins writes and does not end them until it goes on', () => {
    const world = new ToyWorld()
    world.do(disk({ stalled: true }))
    world.command('a', write('x'), note(1))
    world.runTo(500_000)
    expect([notes(world), world.sim.writing(0)]).toEqual([[], true])
    world.do(disk({ stalled: false }))
    world.runTo(600_000)
    expect(notes(world)).toEqual([[1, 502_000]])
  })

  test('catches a write under way, which begins anew afterwards', () => {
    const world = new ToyWorld()
    world.command('a', write('x'), note(1))
    world.runTo(1_000)
    world.do(disk({ stalled: true }))
    world.runTo(100_000)
    expect(world.words('a')).toEqual([])
    world.do(disk({ stalled: false }))
    world.runTo(200_000)
    expect(notes(world)).toEqual([[1, 102_000]])
  })

  test.each([false, true])(
    'ends no write twice or early after a short stall (also paused meanwhile: %s)',
    (pausing) => {
      const world = new ToyWorld({
        disk: { latencyUs: { low: 10_000, high: 10_000 }, stalled: false, onCrash: 'keep' },
      })
      world.command('a', write('x'), note(1))
      world.command('a', write('y'), note(2))
      if (pausing) {
        world.to('a', 'pause')
        world.runTo(11_000)
      } else world.runTo(9_000)
      world.do(disk({ stalled: true }))
      world.do(disk({ stalled: false }))
      const again = world.sim.now
      if (pausing) world.to('a', 'resume')
      world.runTo(200_000)
      expect(world.rows('disk')).toHaveLength(2)
      expect(notes(world)).toEqual([
        [1, again + 10_000],
        [2, again + 20_000],
      ])
    },
  )
})

describe('a crash', () => {
  const crashed = (onCrash: DiskCondition['onCrash'], seed = 1) => {
    const world = new ToyWorld({ seed, disk: { latencyUs: { low: 2_000, high: 2_000 }, stalled: false, onCrash } })
    world.command('a', write('x'))
    world.runTo(10_000)
    world.command('a', write('y'))
    world.runTo(20_000)
    world.command('a', write('z'), write('w'), note(1))
    world.runTo(21_000)
    world.to('a', 'kill')
    return world
  }

  test('loses the write under way and what waited for it; the disk keeps the rest', () => {
    const world = crashed('keep')
    world.runTo(100_000)
    expect([world.words('a'), notes(world)]).toEqual([['x', 'y'], []])
    world.to('a', 'restart')
    expect(world.diary('a').map(({ what }) => what)).toEqual(['boot x y'])
  })

  test('may tear it: any prefix of its records is left, and every prefix occurs', () => {
    const left = new Set(Array.from({ length: 60 }, (_, seed) => crashed('torn', seed).words('a').join('')))
    // The first of the two barriers is the write under way.
    expect([...left].sort()).toEqual(['xy', 'xyz'])
  })

  test('may take the last write that was acknowledged with it', () => {
    expect(crashed('lost').words('a')).toEqual(['x'])
  })

  test('without a write under way keeps everything, unless it is said to lose', () => {
    for (const [onCrash, words] of [
      ['keep', ['x']],
      ['torn', ['x']],
      ['lost', []],
    ] as const) {
      const world = new ToyWorld({ disk: { latencyUs: { low: 2_000, high: 2_000 }, stalled: false, onCrash } })
      world.command('a', write('x'))
      world.runTo(10_000)
      world.to('a', 'kill')
      expect(world.words('a')).toEqual(words)
    }
  })

  test('leaves no completion behind that a restarted node could see', () => {
    const world = new ToyWorld({ disk: { latencyUs: { low: 10_000, high: 10_000 }, stalled: false, onCrash: 'keep' } })
    world.command('a', write('old'), note(1))
    world.runTo(9_000)
    world.to('a', 'kill')
    world.to('a', 'restart')
    world.command('a', write('new'), note(2))
    world.runTo(18_999)
    expect(world.words('a')).toEqual([])
    world.runTo(50_000)
    expect([world.words('a'), notes(world)]).toEqual([['new'], [[2, 19_000]]])
  })
})
