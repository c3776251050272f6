import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../base/brand.ts'
import { letter, STRAIGHT, say, ToyWorld } from './toy.test-helper.ts'

// Plans whose actors talk over connections (TCP), and what the operating system says for a process that is gone.

const jitter = { ...STRAIGHT, delayUs: { low: 1_000, high: 50_000 } }
const words = (world: ToyWorld, name: string) => world.heard(name).map((line) => line.split(': ')[1])
const numbered = (count: number) => Array.from({ length: count }, (_, at) => String(at))

describe('a connection', () => {
  test('keeps the order of its messages, whatever each of them meets', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 900 }), fc.nat(500), (seed, lossPermille, reorderPermille) => {
        const world = new ToyWorld({ seed, connected: true, link: { ...jitter, lossPermille, reorderPermille } })
        for (const word of numbered(20)) {
          world.command('a', say('b', word))
          world.runTo(world.sim.now + 3_000)
        }
        world.runTo(500_000_000)
        expect(words(world, 'b')).toEqual(numbered(20))
      }),
    )
  })

  test('sends a lost segment again after 200 ms, then after twice that', () => {
    const times = new Set<number>()
    for (let seed = 0; seed < 300; seed++) {
      const world = new ToyWorld({ seed, connected: true, link: { ...STRAIGHT, lossPermille: 500 } })
      world.command('a', say('b', 'word'))
      world.runTo(100_000_000)
      times.add(world.heardAt('b')[0]![0] / 1000)
    }
    expect([...times].toSorted((x, y) => x - y).slice(0, 4)).toEqual([10, 210, 610, 1410])
  })

  test('outlives a partition: what was sent meanwhile arrives after it, in order', () => {
    const world = new ToyWorld({ connected: true })
    world.do({ kind: 'partition', groups: [[0], [1, 2]] })
    world.command('a', say('b', 'one'), say('b', 'two'))
    world.runTo(1_000_000)
    expect(words(world, 'b')).toEqual([])
    expect(world.inFlight().map(({ word, waiting }) => [word, waiting])).toEqual([
      ['one', true],
      ['two', true],
    ])
    world.do({ kind: 'heal' })
    world.command('a', say('b', 'three'))
    world.runTo(2_000_000)
    expect(words(world, 'b')).toEqual(['one', 'two', 'three'])
  })

  test('a late message holds up what comes behind it on the same connection, and nothing else', () => {
    const world = new ToyWorld({ connected: true })
    world.command('a', say('b', 'one'), say('b', 'two'), say('c', 'aside'))
    world.do({ kind: 'delay', message: world.inFlight()[0]!.number, byUs: 90_000 })
    world.command('a', say('b', 'three'))
    world.runTo(1_000_000)
    expect(world.heardAt('b')).toEqual(['one', 'two', 'three'].map((word) => [100_000, `a: ${word}`]))
    expect(world.heardAt('c')).toEqual([[10_000, 'a: aside']])
  })

  test('a dropped segment is sent again, and a duplicate is thrown away', () => {
    const world = new ToyWorld({ connected: true })
    world.command('a', say('b', 'one'))
    const { number } = world.inFlight()[0]!
    world.do({ kind: 'duplicate', message: number })
    world.do({ kind: 'drop', message: number })
    world.runTo(1_000_000)
    expect(world.heardAt('b')).toEqual([[210_000, 'a: one']])
  })

  test('goes on in order from a checkpoint, as it did the first time', () => {
    const world = new ToyWorld({ connected: true, link: jitter, seed: 4 })
    for (const word of numbered(5)) world.command('a', say('b', word))
    const checkpoint = world.sim.checkpoint()
    const goOn = () => {
      for (const word of ['5', '6', '7']) world.command('a', say('b', word))
      world.runTo(1_000_000)
      return world.heardAt('b')
    }
    const first = goOn()
    world.sim.restore(checkpoint)
    expect(goOn()).toEqual(first)
    expect(words(world, 'b')).toEqual(numbered(8))
  })
})

describe('the operating system', () => {
  test('sends the last words of a process that is killed', () => {
    const lastWords = () => [{ to: nodeId('b'), message: letter('closed') }]
    const world = new ToyWorld({ lastWords })
    world.to('a', 'kill')
    world.runTo(1_000_000)
    expect(world.heard('b')).toEqual(['a: closed'])
  })

  test('refuses for a process that does not run, and says nothing to what it would not refuse', () => {
    const refuse = ({ word }: { readonly word: string }) => (word === 'connect' ? letter('refused') : null)
    const world = new ToyWorld({ refuse })
    world.to('b', 'kill')
    world.command('a', say('b', 'connect'), say('b', 'data'))
    world.runTo(1_000_000)
    expect(world.heardAt('a')).toEqual([[20_000, 'b: refused']])
  })
})
