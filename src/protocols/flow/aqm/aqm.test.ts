import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../../../base/prng.ts'
import { CODEL_DEFAULTS, type Codel, type CodelConfig, codelDequeue, initialCodel } from './codel.ts'
import { CONTROLLED_DELAY_DEFAULTS, patienceUs, sawEmpty } from './controlled-delay.ts'
import { emptyFqCodel, FQ_CODEL_DEFAULTS, type FqCodel, flowQueueOf, fqDequeue, fqEnqueue } from './fq-codel.ts'
import { emptyPacketQueue, type Packet, pushPacket, shiftPacket } from './packets.ts'
import { dropsOf, persistent } from './persistent-queue.test-helper.ts'
import { initialPie, PIE_DEFAULTS, type Pie, pieDequeue, pieEnqueue, pieUpdate } from './pie.ts'
import { RED_DEFAULTS, type Red, redDequeue, redEnqueue } from './red.ts'

describe('packet queue', () => {
  test('is first in, first out, in every version, whatever is pushed and shifted', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 400 }), (moves) => {
        let queue = emptyPacketQueue()
        const model: number[] = []
        for (const [at, push] of moves.entries()) {
          const before = queue
          if (push) {
            queue = pushPacket(queue, { enqueuedUs: at, sizeBytes: at })
            model.push(at)
          } else {
            const taken = shiftPacket(queue)
            expect(taken?.packet.enqueuedUs).toBe(model.shift())
            queue = taken?.rest ?? queue
            expect(shiftPacket(before)?.packet).toBe(taken?.packet)
          }
          expect(queue.packets.length).toBe(model.length)
          expect(queue.backlogBytes).toBe(model.reduce((sum, size) => sum + size, 0))
        }
      }),
    )
  })
})

describe('CoDel', () => {
  test('waits one interval, then drops', () => {
    expect(dropsOf(20_000, 200_000)[0]).toBe(100_100)
  })

  test('drops nothing below the target, for ever', () => {
    expect(dropsOf(4_999, 2_000_000)).toEqual([])
  })

  const over = (codel: Codel, nowUs: number, sojournUs = 20_000) =>
    codelDequeue(
      CODEL_DEFAULTS,
      codel,
      null,
      persistent(sojournUs, () => nowUs),
      nowUs,
    )

  test('one good packet ends it, and the interval starts again', () => {
    const dropping = { ...initialCodel, dropping: true, count: 4, lastCount: 1, firstAboveUs: 0, dropNextUs: 900_000 }
    const good = over(dropping, 800_000, 1_000)
    expect([good.codel.dropping, good.codel.firstAboveUs, good.dropped]).toEqual([false, null, []])
    const again = over(good.codel, 810_000)
    expect([again.codel.firstAboveUs, again.dropped]).toEqual([910_000, []])
  })

  test.each([
    ['soon after, from the rate that was needed', 1_000_000, 9],
    ['long after, from one', 2_500_000, 1],
  ])('re-entry %s', (_, nowUs, count) => {
    const left = { ...initialCodel, count: 10, lastCount: 1, firstAboveUs: nowUs - 1, dropNextUs: 850_000 }
    const { codel, dropped } = over(left, nowUs)
    expect(dropped.length).toBe(1)
    expect([codel.dropping, codel.count, codel.lastCount]).toEqual([true, count, count])
    expect(codel.dropNextUs).toBe(nowUs + Math.round(100_000 / Math.sqrt(count)))
  })

  test('the last packet is never dropped: nothing would be faster', () => {
    const queue = pushPacket(emptyPacketQueue(), { enqueuedUs: 0, sizeBytes: 1_500 })
    const state = { ...initialCodel, dropping: true, count: 9, firstAboveUs: 100_000, dropNextUs: 200_000 }
    const { packet, dropped, codel } = codelDequeue(CODEL_DEFAULTS, state, queue, shiftPacket, 1_000_000)
    expect([packet?.enqueuedUs, dropped, codel.dropping]).toEqual([0, [], false])
  })

  test('what could be marked is dropped where marks are off', () => {
    const due = { ...initialCodel, dropping: true, count: 1, firstAboveUs: 0, dropNextUs: 500_000 }
    const out = codelDequeue(
      CODEL_DEFAULTS,
      due,
      null,
      persistent(20_000, () => 500_000, true),
      500_000,
    )
    expect([out.marked, out.dropped.length, out.codel.count]).toEqual([false, 1, 2])
  })

  test('with ECN it marks what can be marked, at the instants at which it would drop', () => {
    const config: CodelConfig = { ...CODEL_DEFAULTS, ecn: true }
    const marks = { mark: 0, drop: 0 }
    let codel: Codel = initialCodel
    for (let nowUs = 0; nowUs <= 1_100_100; nowUs += 100) {
      const out = codelDequeue(
        config,
        codel,
        null,
        persistent(20_000, () => nowUs, true),
        nowUs,
      )
      codel = out.codel
      marks.mark += out.marked ? 1 : 0
      marks.drop += out.dropped.length
    }
    expect(marks).toEqual({ mark: 33, drop: 0 })
  })
})

describe('FQ-CoDel', () => {
  const config = FQ_CODEL_DEFAULTS
  const packet = (sizeBytes: number, enqueuedUs = 0): Packet => ({ sizeBytes, enqueuedUs })

  function filled(sizes: ReadonlyMap<number, readonly number[]>): FqCodel<Packet> {
    let state = emptyFqCodel<Packet>()
    for (const [at, list] of sizes) for (const size of list) state = fqEnqueue(config, state, at, packet(size)).state
    return state
  }

  test('backlogged flows share the bytes to within a quantum and a packet, whatever their packet sizes', () => {
    const size = fc.integer({ min: 64, max: 1_514 })
    fc.assert(
      fc.property(size, size, size, (x, y, z) => {
        let state = filled(new Map([x, y, z].map((bytes, at) => [at, Array<number>(200).fill(bytes)])))
        const sent = [0, 0, 0]
        while (Math.max(...sent) < 10_000) {
          const out = fqDequeue(config, state, 0)
          state = out.state
          sent[out.from] = sent[out.from]! + out.packet!.sizeBytes
          expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(2 * 1_514)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a sparse flow never waits: its packet is the next', () => {
    let state = filled(new Map([[1, Array<number>(100).fill(1_500)]]))
    for (let i = 0; i < 10; i++) state = fqDequeue(config, state, 0).state
    expect(fqDequeue(config, fqEnqueue(config, state, 2, packet(100)).state, 0).from).toBe(2)
    expect(fqDequeue(config, state, 0).from).toBe(1)
  })

  test('a flow that comes back as soon as it ran dry is old, not new again', () => {
    let state = filled(
      new Map([
        [1, [1_500, 1_500, 1_500]],
        [2, [100]],
      ]),
    )
    const order: number[] = []
    for (let i = 0; i < 3; i++) {
      const out = fqDequeue(config, state, 0)
      order.push(out.from)
      state = fqEnqueue(config, out.state, 2, packet(100)).state
    }
    expect(order).toContain(1)
  })

  test('too many packets: half of the fattest queue goes, at most 64 at once, and CoDel is told', () => {
    const small = { ...config, limitPackets: 200 }
    let state = emptyFqCodel<Packet>()
    for (let i = 0; i < 180; i++) state = fqEnqueue(small, state, 1, packet(1_000, i)).state
    for (let i = 0; i < 20; i++) state = fqEnqueue(small, state, 2, packet(100, i)).state
    const { state: after, dropped } = fqEnqueue(small, state, 2, packet(100))
    expect([dropped.length, after.packets, after.bytes]).toEqual([64, 137, 116_000 + 2_100])
    expect(dropped.map(({ enqueuedUs }) => enqueuedUs)).toEqual(Array.from({ length: 64 }, (_, i) => i))
    expect(after.flows.get('1')!.codel.count).toBe(64)
    const few = fqEnqueue({ ...small, limitPackets: 4 }, filled(new Map([[7, [10, 10, 10, 10]]])), 7, packet(10))
    expect([few.dropped.length, few.state.packets]).toEqual([3, 2])
  })

  test('nothing is lost without a word: in = out + dropped + waiting', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: -2, max: 4 }), fc.integer({ min: 0, max: 60_000 })), {
      maxLength: 300,
    })
    fc.assert(
      fc.property(moves, (steps) => {
        let state = emptyFqCodel<Packet>()
        let [nowUs, packetsIn, packetsOut] = [0, 0, 0]
        for (const [flow, gap] of steps) {
          nowUs += gap
          const out =
            flow < 0
              ? fqDequeue(config, state, nowUs)
              : fqEnqueue({ ...config, limitPackets: 20 }, state, flow, packet(1_514, nowUs))
          packetsIn += flow < 0 ? 0 : 1
          packetsOut += out.dropped.length + ('packet' in out && out.packet !== null ? 1 : 0)
          state = out.state
          expect(state.packets).toBe(packetsIn - packetsOut)
          expect(state.bytes).toBe(state.packets * 1_514)
        }
      }),
    )
  })

  test('flows are spread over the queues', () => {
    const queues = Array.from({ length: 1_000 }, (_, flow) => flowQueueOf(config, flow))
    expect(Math.max(...queues)).toBeLessThan(1_024)
    // 1,000 balls in 1,024 boxes: 1,024·(1 − e^(−1000/1024)) = 638 are hit, give or take 4·11.
    expect(Math.abs(new Set(queues).size - 638)).toBeLessThan(44)
  })
})

describe('PIE', () => {
  const config = PIE_DEFAULTS
  const busy = { packets: 50, bytes: 75_000 }
  const calm: Pie = { ...initialPie(config), burstLeftUs: 0 }

  test.each([
    // probability, delay, delay before: the steps of RFC 8033 section 4.2 and 5.5, by hand.
    [0, 15_000, 15_000, 0],
    [0, 115_000, 115_000, (0.125 * 0.1) / 2 / 4 ** 5],
    [0.05, 115_000, 115_000, 0.05 + (0.125 * 0.1) / 2],
    [0.2, 25_000, 15_000, 0.2 + 0.125 * 0.01 + 1.25 * 0.01],
    [0.2, 115_000, 15_000, 0.2 + 0.02],
    [0.2, 300_000, 300_000, 0.2 + 0.02 + 0.02],
    [0.2, 5_000, 25_000, 0.2 - 0.125 * 0.01 - 1.25 * 0.02],
  ])('probability %d, delay %i µs after %i µs: %d', (probability, delayUs, delayBeforeUs, expected) => {
    const next = pieUpdate(config, { ...calm, probability, delayUs, delayBeforeUs }, 75_000)
    expect(next.probability).toBeCloseTo(expected, 12)
    expect(next.delayBeforeUs).toBe(delayUs)
  })

  test('an idle queue forgets a 64th at each update, and at 0 may burst again', () => {
    const idle = { ...calm, probability: 0.5, delayUs: 0, delayBeforeUs: 0 }
    expect(pieUpdate(config, idle, 0).probability).toBeCloseTo((0.5 - 0.125 * 0.015) * (63 / 64), 12)
    expect(pieUpdate(config, { ...calm, burstLeftUs: 0 }, 0).burstLeftUs).toBe(150_000)
  })

  test.each<[string, Partial<Pie>, { packets: number; bytes: number }, string]>([
    ['a burst passes', { probability: 1, burstLeftUs: 1 }, busy, 'enqueue'],
    ['a short queue passes', { probability: 1, accumulated: 9 }, { packets: 2, bytes: 3_027 }, 'enqueue'],
    ['little delay and a low probability pass', { probability: 0.19, delayUs: 7_499, accumulated: 9 }, busy, 'enqueue'],
    [
      'little delay and a high probability do not',
      { probability: 0.2, delayUs: 0, accumulated: 9 },
      busy,
      'drop-early',
    ],
    ['a full queue drops', {}, { packets: 1_000, bytes: 1_500_000 }, 'drop-full'],
    ['no drop before 0.85 has gathered', { probability: 0.5, delayUs: 9_000, accumulated: 0.34 }, busy, 'enqueue'],
    ['a drop for sure at 8.5', { probability: 0.01, delayUs: 9_000, accumulated: 8.49 }, busy, 'drop-early'],
  ])('%s', (_, change, backlog, expected) => {
    // The draw that hits whatever can be hit, except in the case "for sure".
    const entropy = change.accumulated === 8.49 ? 0xffff_ffff : 0
    expect(pieEnqueue(config, { ...calm, ...change }, backlog, false, entropy).outcome).toBe(expected)
  })

  test('the allowance for bursts is used up by the time between packets that leave', () => {
    const first = pieDequeue(initialPie(config), 7_000, 3_000, 1_000)
    const second = pieDequeue(first, 8_000, 0, 41_000)
    expect([first.burstLeftUs, second.burstLeftUs]).toEqual([150_000, 110_000])
    expect([first.delayUs, second.delayUs]).toEqual([7_000, 0])
  })

  test('a mark instead of a drop up to 10 %', () => {
    const ecn = { ...config, ecn: true }
    const at = (probability: number) =>
      pieEnqueue(ecn, { ...calm, probability, delayUs: 20_000, accumulated: 1 }, busy, true, 0).outcome
    expect([at(0.1), at(0.11)]).toEqual(['mark', 'drop-early'])
  })

  test('holds the delay of an overloaded link near 15 ms, where a plain queue would grow for ever', () => {
    // 1,250 packets a second arrive, 1,000 leave; no sender reacts: one of five must go. No packet
    // goes before 0.85 has gathered, so the mean gap is ceil(0.85/p) - 1 + 1/p, which is 5 at p = 1/3.
    const key = streamKey(1, 'pie')
    let pie = initialPie(config)
    let queue = emptyPacketQueue()
    let [delays, served] = [0, 0]
    for (let tick = 0; tick < 600_000; tick++) {
      const nowUs = tick * 100
      if (tick % 8 === 0) {
        const backlog = { packets: queue.packets.length, bytes: queue.backlogBytes }
        const { state, outcome } = pieEnqueue(config, pie, backlog, false, draw(key, tick))
        pie = state
        if (outcome === 'enqueue') queue = pushPacket(queue, { enqueuedUs: nowUs, sizeBytes: 1_500 })
      }
      const taken = tick % 10 === 0 ? shiftPacket(queue) : null
      if (taken !== null) {
        queue = taken.rest
        const sojournUs = nowUs - taken.packet.enqueuedUs
        pie = pieDequeue(pie, sojournUs, queue.backlogBytes, nowUs)
        if (tick > 300_000) [delays, served] = [delays + sojournUs, served + 1]
      }
      if (tick % 150 === 0) pie = pieUpdate(config, pie, queue.backlogBytes)
    }
    expect(Math.abs(delays / served - 15_000)).toBeLessThan(1_500)
    expect(Math.abs(pie.probability - 1 / 3)).toBeLessThan(0.05)
  })
})

describe('RED', () => {
  const busy = (average: number): Red => ({ average, count: -1, idleSinceUs: null })
  const config = { ...RED_DEFAULTS, weight: 0 }

  test.each<[number, Partial<typeof config>, number, string]>([
    [4.99, {}, 0, 'enqueue'],
    [10, {}, 0, 'drop-early'],
    [10, {}, Math.ceil(0.01 * 2 ** 32), 'enqueue'],
    [15.1, { gentle: false }, 0xffff_ffff, 'drop-forced'],
    [22.5, {}, Math.floor(0.5 * 2 ** 32), 'drop-early'],
    [22.5, {}, Math.ceil(0.52 * 2 ** 32), 'enqueue'],
    [30, {}, 0xffff_ffff, 'drop-forced'],
  ])('average %d, %o, draw %i: %s', (average, change, entropy, expected) => {
    expect(redEnqueue({ ...config, ...change }, busy(average), 10, 0, entropy).outcome).toBe(expected)
  })

  test('at a constant average the gap between drops is uniform on 1 … 1/p', () => {
    // The average 10 has p = 0.01: the mean gap is 50.5, none is above 100; a coin would have gaps of any length.
    const key = streamKey(3, 'red')
    const gaps: number[] = []
    let state = busy(10)
    let gap = 0
    for (let at = 0; at < 200_000; at++) {
      gap++
      const step = redEnqueue(config, state, 10, 0, draw(key, at))
      state = step.state
      if (step.outcome === 'drop-early') gap = gaps.push(gap) * 0
    }
    const mean = gaps.reduce((sum, value) => sum + value) / gaps.length
    // The standard error of the mean of about 3,960 gaps with deviation 28.9 is 0.46.
    expect(Math.abs(mean - 50.5)).toBeLessThan(1.9)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(100)
  })

  test('a full queue drops, whatever the average', () => {
    expect([24, 25].map((packets) => redEnqueue(config, busy(0), packets, 0, 0).outcome)).toEqual([
      'enqueue',
      'drop-full',
    ])
  })

  test('the average follows slowly, and fades while the queue is idle', () => {
    expect(redEnqueue(RED_DEFAULTS, busy(4), 9, 0, 0).state.average).toBeCloseTo(4.01, 12)
    const idle = redDequeue(busy(4), 0, 1_000)
    expect(redEnqueue(RED_DEFAULTS, idle, 0, 1_000 + 1_200 * 500, 0).state.average).toBeCloseTo(4 * 0.998 ** 500, 12)
    expect(redDequeue(busy(4), 1, 1_000).idleSinceUs).toBe(null)
  })
})

test('controlled delay: patience is short while the queue has not been empty for 100 ms', () => {
  const patience = (nowUs: number) => patienceUs(CONTROLLED_DELAY_DEFAULTS, sawEmpty(50_000), nowUs)
  expect([patience(50_000), patience(150_000), patience(150_001)]).toEqual([100_000, 100_000, 5_000])
})
