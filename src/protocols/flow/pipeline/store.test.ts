import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import { CODEL_DEFAULTS, codelDequeue, initialCodel } from '../aqm/codel.ts'
import { FQ_CODEL_DEFAULTS } from '../aqm/fq-codel.ts'
import { emptyPacketQueue, type Packet, pushPacket, shiftPacket } from '../aqm/packets.ts'
import { PIE_DEFAULTS } from '../aqm/pie.ts'
import { RED_DEFAULTS } from '../aqm/red.ts'
import { type BufferConfig, PATIENCE } from '../buffers/buffer.ts'
import { item } from '../item.ts'
import type { QueueManagement } from './settings.ts'
import {
  type Gone,
  type Store,
  storeBytes,
  storeChanged,
  storeDrain,
  storeItems,
  storeLength,
  storeOffer,
  storeReadyUs,
  storeStart,
  storeTake,
  storeTick,
} from './store.ts'
import type { Parcel } from './types.ts'

const WEB = nodeId('web')
const parcel = (id: number, given: Partial<Parcel> = {}): Parcel => ({
  ...item({ id, sizeBytes: 1_000 }),
  origin: WEB,
  via: WEB,
  segment: null,
  entered: 1,
  enteredUs: 0,
  epoch: 0,
  asked: true,
  ...given,
})

const FIFO: BufferConfig = {
  capacity: 4,
  discipline: { kind: 'fifo' },
  overflow: { kind: 'drop-newest' },
  patience: null,
}
const NONE: QueueManagement = { kind: 'none' }
const CODEL: QueueManagement = { kind: 'codel', config: CODEL_DEFAULTS }
const FQ: QueueManagement = { kind: 'fq-codel', config: { ...FQ_CODEL_DEFAULTS, flows: 8 } }
const PIE: QueueManagement = { kind: 'pie', config: PIE_DEFAULTS }
const RED: QueueManagement = { kind: 'red', config: RED_DEFAULTS }

const discipline = fc.constantFrom<BufferConfig['discipline']>(
  { kind: 'fifo' },
  { kind: 'lifo' },
  { kind: 'adaptive-lifo', intervalUs: 20_000 },
  { kind: 'priority', levels: 3 },
  { kind: 'fair', lanes: 3, quantumBytes: 1_514 },
)
const oneLane = fc.constantFrom<BufferConfig['discipline']>({ kind: 'fifo' }, { kind: 'lifo' })
const overflow = fc.constantFrom<BufferConfig['overflow']>(
  { kind: 'block' },
  { kind: 'drop-newest' },
  { kind: 'drop-youngest' },
  { kind: 'drop-oldest' },
  { kind: 'drop-buffer' },
  { kind: 'fail' },
  { kind: 'conflate' },
)
const patience = fc.constantFrom(null, PATIENCE)
const capacity = fc.integer({ min: 3, max: 40 })
const buffer: fc.Arbitrary<BufferConfig> = fc.oneof(
  fc.record({ capacity, discipline, overflow, patience }),
  fc.record({
    capacity,
    discipline: oneLane,
    overflow: fc.constant({ kind: 'sample', periodUs: 9_000 } as const),
    patience,
  }),
)
const management = fc.constantFrom(NONE, CODEL, FQ, PIE, RED)
const policy = fc.record({ buffer, management })

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('offer' as const),
      class: fc.nat(4),
      priority: fc.nat(4),
      sizeBytes: fc.constantFrom(100, 1_500),
      entropy: fc.nat(),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'take' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tick' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change' as const), policy }) },
)

const idsOf = (parcels: readonly Parcel[]): number[] => parcels.map(({ id }) => id).sort((a, b) => a - b)

test('whatever the policy: who was offered is taken, dropped, sent back or waits, and each only once', () => {
  const steps = fc.array(fc.record({ act, afterUs: fc.nat(15_000) }), { maxLength: 150 })
  fc.assert(
    fc.property(policy, steps, (start, all) => {
      let { buffer: config, management: manager } = start
      let store = storeStart(config, manager)
      const offered: Parcel[] = []
      const away: Parcel[] = []
      let nowUs = 0
      const leave = (gone: readonly Gone[]) => away.push(...gone.map((one) => one.parcel))
      for (const { act: step, afterUs } of all) {
        nowUs += afterUs
        if (step.kind === 'offer') {
          const { class: flow, priority, sizeBytes, entropy } = step
          const given = parcel(offered.length, { class: flow, priority, sizeBytes })
          offered.push(given)
          const result = storeOffer(config, manager, store, given, nowUs, entropy)
          store = result.store
          leave(result.dropped)
          if (result.blocked) away.push(given)
          const isGone = result.dropped.some((one) => one.parcel === given)
          // Exactly one of three: let in, sent back, dropped.
          expect([result.accepted, result.blocked, isGone].filter(Boolean)).toHaveLength(1)
        } else if (step.kind === 'take') {
          const result = storeTake(config, manager, store, nowUs)
          store = result.store
          leave(result.dropped)
          if (result.taken !== null) away.push(result.taken.parcel)
        } else if (step.kind === 'tick') store = storeTick(manager, store)
        else {
          ;({ buffer: config, management: manager } = step.policy)
          const result = storeChanged(store, config, manager)
          store = result.store
          leave(result.dropped)
        }
        const waiting = storeDrain(store).map((one) => one.parcel)
        expect(storeLength(store)).toBe(waiting.length)
        expect(storeLength(store)).toBeLessThanOrEqual(config.capacity)
        expect(storeBytes(store)).toBe(waiting.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
        expect(storeReadyUs(store) === null).toBe(waiting.length === 0)
        expect(idsOf([...away, ...waiting])).toEqual(offered.map(({ id }) => id))
        expect(idsOf(storeItems(store, 1_000, nowUs).map((one) => one.parcel))).toEqual(idsOf(waiting))
      }
    }),
    { numRuns: 300 },
  )
})

/** Offers parcels of ids from 0 on, one a microsecond. */
function filled(config: BufferConfig, manager: QueueManagement, parcels: readonly Parcel[]) {
  let store = storeStart(config, manager)
  const dropped: Gone[] = []
  parcels.forEach((one, at) => {
    const result = storeOffer(config, manager, store, one, at, 0)
    store = result.store
    dropped.push(...result.dropped)
  })
  return { store, dropped }
}

const reasons = (gone: readonly Gone[]) => gone.map(({ parcel: { id }, reason }) => [id, reason])

describe('why somebody is gone', () => {
  const five = [0, 1, 2, 3, 4].map((id) => parcel(id))

  test.each<[BufferConfig['overflow']['kind'], [number, string][]]>([
    ['drop-newest', [[4, 'overflow']]],
    ['drop-oldest', [[0, 'overflow']]],
    ['fail', five.map(({ id }) => [id, 'failed'])],
    ['block', []],
  ])('%s', (kind, expected) => {
    const { dropped } = filled({ ...FIFO, overflow: { kind } as BufferConfig['overflow'] }, NONE, five)
    expect(reasons(dropped)).toEqual(expected)
  })

  test('patience is told from management', () => {
    const config = { ...FIFO, patience: PATIENCE }
    for (const manager of [NONE, CODEL]) {
      const { store } = filled(config, manager, five.slice(0, 3))
      const { taken, dropped, store: rest } = storeTake(config, manager, store, PATIENCE.intervalUs + 2)
      expect(reasons(dropped)).toEqual([
        [0, 'impatient'],
        [1, 'impatient'],
      ])
      expect([taken?.parcel.id, taken?.sinceUs, storeLength(rest)]).toEqual([2, 2, 0])
      // The last ones, too, when nobody is left to be taken.
      const late = storeTake(config, manager, store, 10 * PATIENCE.intervalUs)
      expect([late.taken, late.dropped.length, storeLength(late.store)]).toEqual([null, 3, 0])
    }
  })

  test('a full queue of RED and of PIE is an overflow, an early drop is management', () => {
    const many = Array.from({ length: 40 }, (_, id) => parcel(id))
    const red = (config: Partial<typeof RED_DEFAULTS>) =>
      filled({ ...FIFO, capacity: 100 }, { kind: 'red', config: { ...RED_DEFAULTS, ...config } }, many).dropped
    expect(new Set(red({}).map(({ reason }) => reason))).toEqual(new Set(['overflow']))
    // With a weight of 1 the average is the queue: above twice the upper threshold all are dropped.
    const forced = red({ weight: 1, limitPackets: 1_000, maxPackets: 6, gentle: true })
    expect(new Set(forced.map(({ reason }) => reason))).toEqual(new Set(['managed']))
    const pie = filled({ ...FIFO, capacity: 100 }, { kind: 'pie', config: { ...PIE_DEFAULTS, limitPackets: 10 } }, many)
    expect(reasons(pie.dropped)).toEqual(many.slice(10).map(({ id }) => [id, 'overflow']))
  })

  test('who is held up is not judged: RED and PIE see a parcel when there is room for it', () => {
    const config: BufferConfig = { ...FIFO, overflow: { kind: 'block' } }
    for (const manager of [RED, PIE]) {
      const { store } = filled(config, manager, five.slice(0, 4))
      const again = storeOffer(config, manager, store, five[4]!, 9, 0)
      expect([again.blocked, again.accepted, again.store]).toEqual([true, false, store])
    }
  })
})

describe('management', () => {
  test('CoDel drops of a buffer what it drops of a queue of packets', () => {
    const times = fc.array(fc.record({ arrivals: fc.nat(3), takes: fc.nat(2), afterUs: fc.nat(30_000) }), {
      maxLength: 120,
    })
    const config = { ...FIFO, capacity: 1_000 }
    fc.assert(
      fc.property(times, (rounds) => {
        let store = storeStart(config, CODEL)
        let queue = emptyPacketQueue<Packet & { readonly id: number }>()
        let codel = initialCodel
        let id = 0
        let nowUs = 0
        for (const { arrivals, takes, afterUs } of rounds) {
          nowUs += afterUs
          for (let n = 0; n < arrivals; n++) {
            queue = pushPacket(queue, { id, enqueuedUs: nowUs, sizeBytes: 1_000 })
            store = storeOffer(config, CODEL, store, parcel(id++), nowUs, 0).store
          }
          for (let n = 0; n < takes; n++) {
            const packets = codelDequeue(CODEL_DEFAULTS, codel, queue, shiftPacket, nowUs)
            ;({ queue, codel } = packets)
            const parcels = storeTake(config, CODEL, store, nowUs)
            store = parcels.store
            expect(parcels.taken?.parcel.id).toBe(packets.packet?.id)
            expect(reasons(parcels.dropped)).toEqual(packets.dropped.map((one) => [one.id, 'managed']))
          }
        }
      }),
    )
  })

  test('RED forgets its average while nobody waits, also when the last ones were impatient', () => {
    const config = { ...FIFO, capacity: 100, patience: PATIENCE }
    const manager: QueueManagement = { kind: 'red', config: { ...RED_DEFAULTS, limitPackets: 100 } }
    const { store } = filled(
      config,
      manager,
      Array.from({ length: 50 }, (_, id) => parcel(id)),
    )
    for (const takenUs of [50, 1_000_000]) {
      let empty = store
      for (let n = 0; n < 50; n++) empty = storeTake(config, manager, empty, takenUs).store
      expect(storeLength(empty)).toBe(0)
      const laterUs = takenUs + 60_000_000
      // A server that looks in vain does not end the silence.
      const looked = storeTake(config, manager, empty, laterUs).store
      const later = storeOffer(config, manager, looked, parcel(99), laterUs, 0).store
      // 50,000 packets might have gone in a minute: of the average nothing is left.
      expect(later.kind === 'buffer' && later.manager.kind === 'red' && later.manager.red.average < 1e-9).toBe(true)
    }
  })

  /** One comes and one is served each millisecond, behind a queue of 100: how many does management drop in 3 s? */
  function droppedOfStanding(manager: QueueManagement): number {
    const config = { ...FIFO, capacity: 1_000 }
    let { store } = filled(
      config,
      manager,
      Array.from({ length: 100 }, (_, id) => parcel(id)),
    )
    let managed = 0
    for (let ms = 1; ms <= 3_000; ms++) {
      const nowUs = ms * 1_000
      // Entropy that makes every draw of a probability above a half a hit.
      const offered = storeOffer(config, manager, store, parcel(100 + ms), nowUs, 0x8000_0000)
      const taken = storeTake(config, manager, offered.store, nowUs)
      store = ms % 15 === 0 ? storeTick(manager, taken.store) : taken.store
      managed += [...offered.dropped, ...taken.dropped].filter(({ reason }) => reason === 'managed').length
    }
    return managed
  }

  test('a standing queue of 100 ms is cut by CoDel, FQ-CoDel and PIE, and by nobody without them', () => {
    expect(droppedOfStanding(NONE)).toBe(0)
    expect(droppedOfStanding(CODEL)).toBeGreaterThan(50)
    expect(droppedOfStanding(FQ)).toBeGreaterThan(50)
    expect(droppedOfStanding(PIE)).toBeGreaterThan(50)
  })

  test('FQ-CoDel keeps to the capacity of the buffer: the fattest flow gives way', () => {
    const bulk = Array.from({ length: 4 }, (_, id) => parcel(id, { class: 1 }))
    const { store, dropped } = filled(FIFO, FQ, [...bulk, parcel(9, { class: 2 })])
    expect(dropped.every(({ parcel: gone, reason }) => gone.class === 1 && reason === 'overflow')).toBe(true)
    expect(dropped.length).toBeGreaterThan(0)
    expect(storeDrain(store).some(({ parcel: { id } }) => id === 9)).toBe(true)
    const blocking: BufferConfig = { ...FIFO, overflow: { kind: 'block' } }
    const full = filled(blocking, FQ, bulk).store
    expect(storeOffer(blocking, FQ, full, parcel(9), 9, 0).blocked).toBe(true)
  })
})

/** Takes all, as fast as they come. */
function served(config: BufferConfig, manager: QueueManagement, full: Store, nowUs: number): number[] {
  const ids: number[] = []
  let store = full
  for (;;) {
    const { taken, store: rest } = storeTake(config, manager, store, nowUs)
    if (taken === null) return ids
    ids.push(taken.parcel.id)
    store = rest
  }
}

test('what is shown first is served first', () => {
  // As large as a quantum: then each turn of fair queueing serves one.
  const sizeBytes = FQ_CODEL_DEFAULTS.quantumBytes
  const parcels = fc.array(fc.record({ class: fc.nat(4), priority: fc.nat(4) }), { maxLength: 60 })
  const when = fc.constantFrom(100, 90_000)
  fc.assert(
    fc.property(
      discipline,
      fc.constantFrom(NONE, FQ),
      parcels,
      fc.nat(70),
      when,
      (order, manager, given, max, nowUs) => {
        const config = { ...FIFO, capacity: 100, discipline: order }
        const all = given.map((one, id) => parcel(id, { ...one, sizeBytes }))
        const { store } = filled(config, manager, all)
        const shown = storeItems(store, max, nowUs).map((one) => one.parcel.id)
        expect(shown).toEqual(served(config, manager, store, nowUs).slice(0, max))
      },
    ),
  )
})

describe('another policy', () => {
  const spread = [0, 1, 2, 3].map((id) => parcel(id, { priority: 3 - id, class: id }))

  test('who waits goes on waiting since then, in the order of arrival', () => {
    const urgent: BufferConfig = { ...FIFO, discipline: { kind: 'priority', levels: 4 } }
    const { store } = filled(urgent, NONE, spread)
    const { store: moved, dropped } = storeChanged(store, FIFO, FQ)
    expect(dropped).toEqual([])
    expect(storeDrain(moved).map(({ parcel: { id }, sinceUs }) => [id, sinceUs])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    const back = storeChanged(moved, FIFO, NONE).store
    expect(served(FIFO, NONE, back, 9)).toEqual([0, 1, 2, 3])
  })

  test.each<[BufferConfig['overflow']['kind'], number[]]>([
    ['drop-newest', [0, 1]],
    ['drop-oldest', [2, 3]],
    // To shrink is not to be offered something: nobody is held up, and nothing breaks.
    ['block', [0, 1]],
    ['fail', [0, 1]],
  ])('what does not fit is dropped as %s has it', (kind, left) => {
    const small = { ...FIFO, capacity: 2, overflow: { kind } as BufferConfig['overflow'] }
    const { store, dropped } = storeChanged(filled(FIFO, NONE, spread).store, small, NONE)
    expect(served(small, NONE, store, 9)).toEqual(left)
    expect(dropped.map(({ reason }) => reason)).toEqual(['overflow', 'overflow'])
  })

  test('a buffer that has failed begins again', () => {
    const failing: BufferConfig = { ...FIFO, capacity: 1, overflow: { kind: 'fail' } }
    const { store } = filled(failing, NONE, spread.slice(0, 2))
    expect(storeOffer(failing, NONE, store, spread[2]!, 9, 0).dropped[0]?.reason).toBe('failed')
    const { store: repaired } = storeChanged(store, FIFO, NONE)
    expect(storeOffer(FIFO, NONE, repaired, spread[2]!, 9, 0).accepted).toBe(true)
  })

  test('the management goes on where it was when only the buffer changes', () => {
    const { store } = filled(
      { ...FIFO, capacity: 100 },
      RED,
      Array.from({ length: 20 }, (_, id) => parcel(id)),
    )
    const moved = storeChanged(store, { ...FIFO, capacity: 50 }, RED).store
    expect(moved).toMatchObject({ manager: store.kind === 'buffer' ? store.manager : null })
  })
})
