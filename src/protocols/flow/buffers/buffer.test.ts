import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Item, item } from '../item.ts'
import { deterministic } from '../queueing/distributions.ts'
import { Lanes } from '../queueing/lanes.ts'
import { open } from '../queueing/network.ts'
import { Population } from '../queueing/population.ts'
import {
  type BufferConfig,
  type BufferState,
  bufferProblem,
  emptyBuffer,
  offer,
  PATIENCE,
  readyAtUs,
  take,
  waiting,
} from './buffer.ts'
import { DISCIPLINE_DEFAULTS, type Discipline, laneCount, type Overflow } from './policies.ts'

const FIFO: BufferConfig = {
  capacity: 3,
  discipline: { kind: 'fifo' },
  overflow: { kind: 'drop-newest' },
  patience: null,
}
const MS = 1_000

const ids = (items: readonly Item[]): number[] => items.map(({ id }) => id)

/** Offers items 1 … `count` one a microsecond; what was dropped on the way, and what each offer answered. */
function filled(config: BufferConfig, count: number) {
  let state = emptyBuffer(config)
  const dropped: number[] = []
  const kinds: string[] = []
  for (let id = 1; id <= count; id++) {
    const { state: next, outcome } = offer(config, state, item({ id }), id)
    state = next
    kinds.push(outcome.kind)
    if (outcome.kind !== 'blocked') dropped.push(...ids(outcome.dropped))
  }
  return { state, dropped, last: kinds.at(-1), waiting: ids(waiting(state)) }
}

/** Takes all, at one instant. */
function drained(config: BufferConfig, start: BufferState, nowUs: number): number[] {
  const order: number[] = []
  let state = start
  for (;;) {
    const { taken, state: rest } = take(config, state, nowUs)
    if (taken === null) return order
    order.push(taken.item.id)
    state = rest
  }
}

describe('five items, room for three', () => {
  test.each<[Overflow['kind'], number[], number[], string]>([
    ['block', [1, 2, 3], [], 'blocked'],
    ['drop-newest', [1, 2, 3], [4, 5], 'dropped'],
    // Akka's dropTail: the youngest of those who wait, not the arriving one.
    ['drop-youngest', [1, 2, 5], [3, 4], 'accepted'],
    ['drop-oldest', [3, 4, 5], [1, 2], 'accepted'],
    ['drop-buffer', [4, 5], [1, 2, 3], 'accepted'],
    ['fail', [], [1, 2, 3, 4, 5], 'failed'],
    ['conflate', [5], [1, 2, 3, 4], 'accepted'],
  ])('%s', (kind, left, dropped, last) => {
    const result = filled({ ...FIFO, overflow: { kind } as Overflow }, 5)
    expect([result.waiting, result.dropped, result.last]).toEqual([left, dropped, last])
  })

  test('sample: the latest, once a period, however fast the producer is', () => {
    const config: BufferConfig = { ...FIFO, overflow: { kind: 'sample', periodUs: 10 } }
    let state = emptyBuffer(config)
    const seen: number[] = []
    for (let nowUs = 0; nowUs < 35; nowUs++) {
      const { taken, state: rest } = take(config, state, nowUs)
      if (taken !== null) seen.push(nowUs, taken.item.id)
      state = offer(config, rest, item({ id: nowUs }), nowUs).state
    }
    expect(seen).toEqual([10, 9, 20, 19, 30, 29])
    expect(readyAtUs(state)).toBe(40)
    // A consumer that comes late finds the latest at once: a replacement does not wait for another tick.
    state = offer(config, state, item({ id: 99 }), 43).state
    expect(take(config, state, 44).taken?.item.id).toBe(99)
    expect(readyAtUs(emptyBuffer(config))).toBe(null)
  })
})

describe('whose turn it is', () => {
  test('LIFO serves the youngest; adaptive LIFO does so once the queue has not been empty for 100 ms', () => {
    const lifo: BufferConfig = { ...FIFO, discipline: { kind: 'lifo' } }
    expect(drained(lifo, filled(lifo, 3).state, 9)).toEqual([3, 2, 1])
    const intervalUs = DISCIPLINE_DEFAULTS.adaptiveIntervalUs
    const adaptive: BufferConfig = { ...FIFO, discipline: { kind: 'adaptive-lifo', intervalUs } }
    const { state } = filled(adaptive, 3)
    expect(drained(adaptive, state, 1 + intervalUs)).toEqual([1, 2, 3])
    expect(drained(adaptive, state, 2 + intervalUs)).toEqual([3, 2, 1])
  })

  test('priorities: the most urgent, and the least urgent gives way', () => {
    const config: BufferConfig = {
      ...FIFO,
      discipline: { kind: 'priority', levels: 3 },
      overflow: { kind: 'drop-oldest' },
    }
    let state = emptyBuffer(config)
    const dropped: number[] = []
    ;[2, 0, 9, 1, 0].forEach((priority, id) => {
      const { state: next, outcome } = offer(config, state, item({ id, priority }), id)
      state = next
      if (outcome.kind === 'accepted') dropped.push(...ids(outcome.dropped))
    })
    expect(dropped).toEqual([0, 2])
    expect(drained(config, state, 9)).toEqual([1, 4, 3])
  })

  test('patience: 5 ms in an overloaded buffer, else 100 ms; the late are dropped at their turn', () => {
    const config: BufferConfig = { ...FIFO, capacity: 10, patience: PATIENCE }
    let state = emptyBuffer(config)
    state = offer(config, state, item({ id: 1 }), 0).state
    state = offer(config, state, item({ id: 2 }), 100 * MS).state
    state = offer(config, state, item({ id: 3 }), 101 * MS).state
    state = offer(config, state, item({ id: 4 }), 103 * MS).state
    const { taken, impatient } = take(config, state, 107 * MS)
    expect([taken?.item.id, ids(impatient)]).toEqual([2, [1]])
    const late = take(config, take(config, state, 107 * MS).state, 107 * MS)
    expect([late.taken?.item.id, ids(late.impatient)]).toEqual([4, [3]])
  })

  test('fair: a flow of large items gets no more bytes than one of small ones', () => {
    const config: BufferConfig = { ...FIFO, capacity: 400, discipline: { kind: 'fair', lanes: 2, quantumBytes: 1_500 } }
    let state = emptyBuffer(config)
    for (let id = 0; id < 400; id++) {
      const large = id % 2 === 0
      state = offer(config, state, item({ id, class: large ? 0 : 1, sizeBytes: large ? 1_500 : 300 }), id).state
    }
    const order = drained(config, state, 500).slice(0, 120)
    const large = order.filter((id) => id % 2 === 0).length
    // 1500 : 5 × 300, within one quantum.
    expect(Math.abs(large * 1_500 - (120 - large) * 300)).toBeLessThanOrEqual(1_500)
  })
})

const disciplines = fc.constantFrom<Discipline>(
  { kind: 'fifo' },
  { kind: 'lifo' },
  { kind: 'adaptive-lifo', intervalUs: 20 },
  { kind: 'priority', levels: 3 },
  { kind: 'fair', lanes: 3, quantumBytes: 300 },
)
const overflows = fc.constantFrom<Overflow>(
  { kind: 'block' },
  { kind: 'drop-newest' },
  { kind: 'drop-youngest' },
  { kind: 'drop-oldest' },
  { kind: 'drop-buffer' },
  { kind: 'fail' },
  { kind: 'conflate' },
  { kind: 'sample', periodUs: 5 },
)
/** A class to offer, or nobody: to take one. */
const steps = fc.array(fc.option(fc.nat(5), { freq: 2 }), { maxLength: 150, size: 'max' })
/** Some multiples of the quantum, some not. */
const sizeOf = (group: number): number => [0, 40, 100, 170, 250, 700][group]!

test('conservation, exactly: offered = taken + dropped + impatient + refused + waiting; never more than fit', () => {
  const patience = fc.constantFrom(null, { intervalUs: 20, overloadedUs: 3 })
  fc.assert(
    fc.property(disciplines, overflows, patience, fc.integer({ min: 3, max: 8 }), steps, (...given) => {
      const [discipline, overflow, patience, capacity, events] = given
      const config: BufferConfig = { discipline, overflow, patience, capacity }
      fc.pre(bufferProblem(config) === null)
      let state = emptyBuffer(config)
      const gone: number[] = []
      events.forEach((group, id) => {
        if (group === null) {
          const { taken, impatient, state: rest } = take(config, state, id)
          gone.push(...ids(impatient), ...(taken === null ? [] : [taken.item.id]))
          state = rest
        } else {
          const coming = item({ id, class: group, priority: group, sizeBytes: sizeOf(group) })
          const { outcome, state: next } = offer(config, state, coming, id)
          gone.push(...(outcome.kind === 'blocked' ? [id] : ids(outcome.dropped)))
          state = next
        }
        expect(state.length).toBeLessThanOrEqual(capacity)
        expect(waiting(state).length).toBe(state.length)
      })
      const offered = events.flatMap((group, id) => (group === null ? [] : [id]))
      expect([...gone, ...ids(waiting(state))].toSorted((a, b) => a - b)).toEqual(offered)
    }),
    { numRuns: 1_000 },
  )
})

test('the lanes of the kernel, written another way, serve and drop the same', () => {
  const kinds = fc.constantFrom('drop-oldest', 'drop-youngest')
  fc.assert(
    fc.property(disciplines, kinds, fc.integer({ min: 1, max: 20 }), steps, (discipline, kind, capacity, events) => {
      const config: BufferConfig = { discipline, overflow: { kind }, capacity, patience: null }
      const ours: number[] = []
      let state = emptyBuffer(config)
      events.forEach((group, nowUs) => {
        if (group === null) {
          const { taken, state: rest } = take(config, state, nowUs)
          if (taken !== null) ours.push(taken.item.id)
          state = rest
        } else {
          const coming = item({ id: nowUs, class: group, priority: group, sizeBytes: sizeOf(group) })
          const { outcome, state: next } = offer(config, state, coming, nowUs)
          if (outcome.kind === 'accepted') ours.push(...ids(outcome.dropped))
          state = next
        }
      })
      expect(ours).toEqual(byLanes(discipline, kind, capacity, events))
    }),
    { numRuns: 1_000 },
  )
})

/** Who leaves the kernel's queue, in which order. */
function byLanes(discipline: Discipline, kind: string, capacity: number, events: readonly (number | null)[]): number[] {
  const groups = [0, 1, 2, 3, 4, 5]
  const sources = groups.map((at) => open(deterministic(1), { class: at, priority: at, sizeBytes: sizeOf(at) }))
  const people = new Population()
  const lanes = new Lanes(discipline, people, sources)
  const names = new Map<number, number>()
  const gone: number[] = []
  events.forEach((group, nowUs) => {
    if (group === null) {
      if (lanes.length > 0) gone.push(names.get(lanes.pop(nowUs))!)
      return
    }
    const customer = people.create(group)
    names.set(customer, nowUs)
    if (lanes.length === capacity) {
      const victim = kind === 'drop-oldest' ? lanes.oldest() : lanes.youngest()
      gone.push(names.get(lanes.remove(victim, lanes.laneOf(victim)))!)
    }
    lanes.push(customer, nowUs)
  })
  return gone
}

test.each<[Partial<BufferConfig>, string]>([
  [{ capacity: 1e9 }, 'the capacity must be an integer from 0 to 1000000, not 1000000000'],
  [{ capacity: 0, overflow: { kind: 'conflate' } }, 'conflate needs a place to wait for each lane'],
  [{ overflow: { kind: 'sample', periodUs: 0 } }, 'the period must be at least 1 us'],
  [
    { overflow: { kind: 'sample', periodUs: 1 }, discipline: { kind: 'priority', levels: 2 } },
    'sample keeps one value: it has one lane',
  ],
  [{ discipline: { kind: 'fair', lanes: 2, quantumBytes: 1 } }, 'the quantum must be at least 64 bytes'],
  [{ discipline: { kind: 'adaptive-lifo', intervalUs: 0 } }, 'the interval must be above 0'],
  [{ patience: { intervalUs: -1, overloadedUs: 0 } }, 'patience must be 0 or more'],
])('%o is refused', (given, reason) => {
  expect(bufferProblem({ ...FIFO, ...given })).toBe(reason)
  expect(laneCount(FIFO.discipline)).toBe(1)
})
