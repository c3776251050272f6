import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../base/prng.ts'
import {
  changeLinks,
  createNetwork,
  HEARD_BY_NOBODY,
  HEARS_NOBODY,
  heal,
  isolate,
  type LinkCondition,
  type Network,
  partition,
  route,
  severed,
} from './network.ts'
import { note, STRAIGHT, say, ToyWorld } from './toy.test-helper.ts'

const DRAWS = 20_000
const key = streamKey(9, 'network')
const onLink = (condition: Partial<LinkCondition>): Network => createNetwork(2, { ...STRAIGHT, ...condition })
const fates = (network: Network, from = 0, to = 1) =>
  Array.from({ length: DRAWS }, (_, at) => route(network, from, to, draw(key, at)))

/** Whether `hits` of {@link DRAWS} fits a share: six standard deviations leave one failure in 10^8 to chance. */
function isShare(hits: number, permille: number): boolean {
  const share = permille / 1000
  return Math.abs(hits - DRAWS * share) <= 6 * Math.sqrt(DRAWS * share * (1 - share))
}

describe('the fate of a message', () => {
  test('its delay lies between both ends, reaches both, and is spread evenly', () => {
    const delays = fates(onLink({ delayUs: { low: 5, high: 14 } })).flat()
    const counts = new Map<number, number>()
    for (const delay of delays) counts.set(delay, (counts.get(delay) ?? 0) + 1)
    expect([...counts.keys()].sort((x, y) => x - y)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    for (const count of counts.values()) expect(isShare(count, 100)).toBe(true)
  })

  test.each([0, 50, 300, 1000])('%i per mille are lost', (lossPermille) => {
    const lost = fates(onLink({ lossPermille })).filter((delays) => delays.length === 0).length
    expect(isShare(lost, lossPermille)).toBe(true)
  })

  test.each([0, 200, 1000])('%i per mille arrive twice, each copy with a delay of its own', (duplicatePermille) => {
    const network = onLink({ duplicatePermille, delayUs: { low: 1_000, high: 2_000 } })
    const twice = fates(network).filter((delays) => delays.length === 2)
    expect(isShare(twice.length, duplicatePermille)).toBe(true)
    expect(twice.flat().every((delay) => delay >= 1_000 && delay <= 2_000)).toBe(true)
    const together = twice.filter(([one, other]) => one === other).length
    expect(together).toBeLessThanOrEqual(twice.length / 100)
  })

  test('loss and duplication are drawn apart: of those that are not lost, the share arrives twice', () => {
    const arrived = fates(onLink({ lossPermille: 500, duplicatePermille: 500 })).filter((delays) => delays.length > 0)
    expect(isShare(arrived.length, 500)).toBe(true)
    expect(isShare(2 * arrived.filter((delays) => delays.length === 2).length, 500)).toBe(true)
  })

  test.each([100, 1000])(
    '%i per mille are held back so long that a later message overtakes them',
    (reorderPermille) => {
      const delayUs = { low: 1_000, high: 2_000 }
      const delays = fates(onLink({ reorderPermille, delayUs })).flat()
      const late = delays.filter((delay) => delay > delayUs.high)
      expect(isShare(late.length, reorderPermille)).toBe(true)
      expect(late.every((delay) => delay >= delayUs.low + delayUs.high && delay <= 4 * delayUs.high)).toBe(true)
    },
  )

  test('a condition holds in its own direction only', () => {
    const network = changeLinks(
      onLink({}),
      (from, to) => from === 0 && to === 1,
      (link) => ({ ...link, cut: true }),
    )
    expect(fates(network, 0, 1).flat()).toEqual([])
    expect(fates(network, 1, 0).every((delays) => delays.length === 1)).toBe(true)
  })
})

describe('walls', () => {
  const open = createNetwork(4, STRAIGHT)
  /** Who reaches whom, as `from>to` in the order of pairs. */
  const reached = (network: Network): string[] =>
    [0, 1, 2, 3].flatMap((from) =>
      [0, 1, 2, 3].flatMap((to) => (from === to || severed(network, from, to) ? [] : [`${from}>${to}`])),
    )

  test('without any, everybody reaches everybody', () => {
    expect(reached(open)).toHaveLength(12)
  })

  test('a partition separates its groups; who is not named talks to everybody', () => {
    const three = '0>3 1>2 1>3 2>1 2>3 3>0 3>1 3>2'.split(' ')
    expect(reached(partition(open, [[0], [1, 2]]))).toEqual(three)
  })

  test('a second partition replaces the first', () => {
    const again = partition(partition(open, [[0], [1, 2, 3]]), [
      [0, 1],
      [2, 3],
    ])
    expect(reached(again)).toEqual(['0>1', '1>0', '2>3', '3>2'])
  })

  test('isolated inwards it hears nobody, outwards nobody hears it, and both add up', () => {
    const deaf = isolate(open, 0, HEARS_NOBODY)
    expect(reached(deaf).filter((pair) => pair.endsWith('>0'))).toEqual([])
    expect(reached(deaf)).toHaveLength(9)
    const dumb = isolate(open, 0, HEARD_BY_NOBODY)
    expect(reached(dumb).filter((pair) => pair.startsWith('0'))).toEqual([])
    expect(reached(dumb)).toHaveLength(9)
    expect(reached(isolate(deaf, 0, HEARD_BY_NOBODY))).toHaveLength(6)
  })

  test('healing takes every wall away and leaves the weather', () => {
    const weather = { ...STRAIGHT, lossPermille: 100, delayUs: { low: 1, high: 9 } }
    const bad = changeLinks(
      open,
      (from) => from === 1,
      () => ({ ...weather, cut: true, clog: true }),
    )
    const healed = heal(isolate(partition(bad, [[0], [1, 2]]), 3, HEARS_NOBODY))
    expect(reached(healed)).toHaveLength(12)
    expect(healed.links[1 * 4 + 2]).toEqual(weather)
    expect(healed.links[2 * 4 + 1]).toEqual(STRAIGHT)
  })

  test('every change leaves the network before it as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('partition', 'isolate', 'cut', 'heal'), { maxLength: 8 }), (changes) => {
        let network = open
        const seen: [Network, string[]][] = []
        for (const change of changes) {
          seen.push([network, reached(network)])
          if (change === 'partition') network = partition(network, [[0, 1], [2]])
          if (change === 'isolate') network = isolate(network, 3, HEARS_NOBODY)
          if (change === 'heal') network = heal(network)
          if (change === 'cut')
            network = changeLinks(
              network,
              (from) => from === 2,
              (link) => ({ ...link, cut: true }),
            )
        }
        for (const [then, pairs] of seen) expect(reached(then)).toEqual(pairs)
      }),
    )
  })
})

describe('in a world', () => {
  const pairs = (from: number | null, to: number | null, both = false) => ({ from, to, both })

  test('a clogged link keeps messages and lets them go when it opens', () => {
    const world = new ToyWorld()
    world.do({ kind: 'link', pairs: pairs(0, 1), change: { clog: true } })
    world.command('a', say('b', 'one'), say('c', 'aside'))
    world.runTo(50_000)
    world.command('a', say('b', 'two'))
    world.runTo(100_000)
    expect(world.heard('b')).toEqual([])
    expect(world.heard('c')).toEqual(['a: aside'])
    expect(world.inFlight().map(({ word, waiting }) => [word, waiting])).toEqual([
      ['one', true],
      ['two', true],
    ])
    world.do({ kind: 'link', pairs: pairs(0, 1), change: { clog: false } })
    world.runTo(109_999)
    expect(world.heard('b')).toEqual([])
    world.runTo(110_000)
    expect(world.heardAt('b')).toEqual([
      [110_000, 'a: one'],
      [110_000, 'a: two'],
    ])
  })

  test('healing opens clogged links, too', () => {
    const world = new ToyWorld()
    world.do({ kind: 'link', pairs: pairs(null, null), change: { clog: true } })
    world.command('a', say('b', 'one'))
    world.runTo(30_000)
    world.do({ kind: 'heal' })
    world.runTo(60_000)
    expect(world.heard('b')).toEqual(['a: one'])
  })

  test('a wall stops what is sent, not what is already on its way', () => {
    const world = new ToyWorld()
    world.command('a', say('b', 'before'))
    world.runTo(5_000)
    world.do({ kind: 'partition', groups: [[0], [1]] })
    world.command('a', say('b', 'behind'), say('c', 'around'))
    world.runTo(100_000)
    expect(world.heard('b')).toEqual(['a: before'])
    expect(world.heard('c')).toEqual(['a: around'])
    expect(world.rows('lost')).toHaveLength(1)
  })

  test('a link act means one direction, both, or everybody', () => {
    const reach = (from: number | null, to: number | null, both: boolean) => {
      const { sim } = new ToyWorld()
      sim.act([{ kind: 'link', pairs: pairs(from, to, both), change: { cut: true } }], 0)
      return [0, 1, 2].flatMap((x) =>
        [0, 1, 2].flatMap((y) => (x !== y && severed(sim.network, x, y) ? [`${x}>${y}`] : [])),
      )
    }
    expect(reach(0, 1, false)).toEqual(['0>1'])
    expect(reach(0, 1, true)).toEqual(['0>1', '1>0'])
    expect(reach(0, null, false)).toEqual(['0>1', '0>2'])
    expect(reach(null, 0, true)).toEqual(['0>1', '0>2', '1>0', '2>0'])
    expect(reach(null, null, false)).toHaveLength(6)
  })

  test('reset brings a link back to the condition that the world began with', () => {
    const world = new ToyWorld()
    world.do({ kind: 'link', pairs: pairs(0, 1), change: { lossPermille: 1000, delayUs: { low: 1, high: 2 } } })
    expect(world.sim.network.links[1]).toMatchObject({ lossPermille: 1000, cut: false })
    world.do({ kind: 'link', pairs: pairs(0, 1), change: 'reset' })
    expect(world.sim.network.links[1]).toEqual(STRAIGHT)
  })

  test('a message to itself knows no network', () => {
    const world = new ToyWorld({ link: { ...STRAIGHT, cut: true } })
    world.command('a', say('a', 'hello', note(1)))
    world.runTo(0)
    expect(world.heardAt('a')).toEqual([[0, 'a: hello']])
  })
})

describe('one message by its number', () => {
  const sent = () => {
    const world = new ToyWorld()
    world.command('a', say('b', 'one'), say('b', 'two'))
    const [one, two] = world.inFlight()
    return { world, one: one!.number, two: two!.number }
  }

  test('is dropped, and only it', () => {
    const { world, one } = sent()
    world.do({ kind: 'drop', message: one })
    world.runTo(100_000)
    expect(world.heard('b')).toEqual(['a: two'])
    expect(world.rows('lost')).toHaveLength(1)
  })

  test('is delayed, and keeps its number', () => {
    const { world, one, two } = sent()
    world.do({ kind: 'delay', message: one, byUs: 7_000 })
    expect(world.inFlight().map(({ number }) => number)).toEqual([one, two])
    world.runTo(100_000)
    expect(world.heardAt('b')).toEqual([
      [10_000, 'a: two'],
      [17_000, 'a: one'],
    ])
  })

  test('arrives twice, and the copy has a number of its own', () => {
    const { world, one } = sent()
    world.do({ kind: 'duplicate', message: one })
    expect(new Set(world.inFlight().map(({ number }) => number)).size).toBe(3)
    world.runTo(100_000)
    expect(world.heard('b').toSorted()).toEqual(['a: one', 'a: one', 'a: two'])
  })

  test.each(['drop', 'delay', 'duplicate'] as const)(
    '%s is refused once it has arrived, and for a number that never was',
    (kind) => {
      const { world, one } = sent()
      world.runTo(100_000)
      const before = world.sim.digest()
      for (const message of [one, 123_456]) {
        const act = kind === 'delay' ? { kind, message, byUs: 1 } : { kind, message }
        expect(() => world.do(act)).toThrow(`m${message} is not in flight now`)
      }
      expect(world.sim.digest()).toBe(before)
      expect(world.sim.eventCount).toBe(3 + 1 + 2)
    },
  )

  test('is reached while a clogged link or a paused actor holds it', () => {
    const { world, one } = sent()
    world.do({ kind: 'pause', actor: 1 })
    world.runTo(20_000)
    world.do({ kind: 'drop', message: one })
    world.do({ kind: 'link', pairs: pairs0(2), change: { clog: true } })
    world.command('c', say('b', 'three'))
    world.do({ kind: 'drop', message: world.inFlight().find(({ word }) => word === 'three')!.number })
    world.do({ kind: 'resume', actor: 1 }, { kind: 'heal' })
    world.runTo(100_000)
    expect(world.heard('b')).toEqual(['a: two'])
  })

  test('does not slip through a clogged link when it is delayed or doubled', () => {
    const world = new ToyWorld()
    world.do({ kind: 'link', pairs: pairs0(0), change: { clog: true } })
    world.command('a', say('b', 'one'))
    const { number } = world.inFlight()[0]!
    world.do({ kind: 'duplicate', message: number })
    world.do({ kind: 'delay', message: number, byUs: 5_000 })
    world.runTo(100_000)
    expect(world.heard('b')).toEqual([])
    world.do({ kind: 'heal' })
    world.runTo(200_000)
    expect(world.heard('b')).toEqual(['a: one', 'a: one'])
  })

  const pairs0 = (from: number) => ({ from, to: 1, both: false })
})
