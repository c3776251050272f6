import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CODEL_DEFAULTS, type Codel, codelDequeue, initialCodel } from '../aqm/codel.ts'
import { shiftPacket } from '../aqm/packets.ts'
import { advance, type NetworkConfig, type NetworkState, networkStart } from './connection.ts'
import { meanQueue, type QueueDiscipline } from './link.ts'
import { ALGORITHMS, flow, network, rates, run } from './network.test-helper.ts'
import { heldBytes } from './receive-window.ts'
import { jainFairness } from './theory.ts'

describe('within 15 % of ns-3 3.37: 10 Mb/s, RTT 50 ms, one flow, 30 s, MSS 1448', () => {
  // Goodput in Mb/s and mean queue in packets, as measured there.
  test.each([
    ['reno', 25, 9.379, 10.7],
    ['reno', 50, 9.591, 29.3],
    ['reno', 100, 9.591, 71.2],
    ['cubic', 25, 9.59, 17.4],
    ['cubic', 50, 9.591, 37.1],
    ['cubic', 100, 9.591, 79.7],
    ['cubic', 1_000, 9.591, 780],
  ] as const)('%s behind a queue of %d: %d Mb/s, %d packets', (kind, limit, goodput, queue) => {
    const measured = run(network([flow(ALGORITHMS[kind])], limit), 30)
    expect(measured.goodput[0]! / goodput).toBeGreaterThan(0.85)
    expect(measured.goodput[0]! / goodput).toBeLessThan(1.15)
    expect(meanQueue(measured.state.link, 30_000_000) / queue).toBeGreaterThan(0.85)
    expect(meanQueue(measured.state.link, 30_000_000) / queue).toBeLessThan(1.15)
  })

  test.each([[100], [1_000]])('bbr behind a queue of %d: full rate, next to no queue, whatever the buffer', (limit) => {
    const measured = run(network([flow(ALGORITHMS.bbr)], limit), 30)
    expect(measured.goodput[0]! / 9.437).toBeGreaterThan(0.95)
    // ns-3: 4.5 to 6.8 packets, beside 71 of Reno and 80 of CUBIC.
    expect(meanQueue(measured.state.link, 30_000_000)).toBeLessThan(7)
    expect(measured.state.link.droppedFull).toBe(0)
  })
})

/** CoDel on the link: it takes from the queue itself, and throws away what it finds too old. */
const CODEL: QueueDiscipline<Codel> = {
  start: initialCodel,
  arrive: (state) => ({ state, drop: false }),
  take: (state, waiting, nowUs) => {
    const { codel, queue, packet, dropped } = codelDequeue(CODEL_DEFAULTS, state, waiting, shiftPacket, nowUs)
    return { state: codel, waiting: queue, packet, dropped: dropped.length }
  },
}

describe('goodput within 15 % of ns-3 3.37 with CoDel', () => {
  test.each([
    ['reno', 8.367],
    ['cubic', 8.969],
    ['bbr', 9.438],
  ] as const)('%s: %d Mb/s, and a queue below the target', (kind, goodput) => {
    const plain = network([flow(ALGORITHMS[kind])], 1_000)
    const config = { ...plain, link: { ...plain.link, discipline: CODEL } }
    const state = advance(config, networkStart(config), 30_000_000)
    const measured = (state.flows[0]!.receiver.readTotalBytes * 8) / 30_000_000
    expect(measured / goodput).toBeGreaterThan(0.85)
    expect(measured / goodput).toBeLessThan(1.15)
    // CoDel's own promise: no standing queue beyond its target, here 4.2 packets. ns-3's figures are not met: CUBIC has
    // 3.7 where ns-3 has 0.6, most of it from the first three seconds, because our slow start has no HyStart.
    expect(meanQueue(state.link, 30_000_000)).toBeLessThan(
      (CODEL_DEFAULTS.targetUs * 10_000_000) / 8 / 1_500 / 1_000_000,
    )
  })
})

describe('windows and shares', () => {
  test('the largest Reno window is what the path and the queue hold', () => {
    const config = network([flow(ALGORITHMS.reno)], 100)
    let state = advance(config, networkStart(config), 5_000_000)
    let peak = 0
    for (let at = 5_000_000; at < 30_000_000; at += 20_000) {
      state = advance(config, state, at)
      const { congestion } = state.flows[0]!.sender
      if (congestion.kind === 'reno') peak = Math.max(peak, congestion.cwndBytes / 1_448)
    }
    // 42 on the way, 100 waiting, one on the line.
    expect(peak).toBeGreaterThan(141)
    expect(peak).toBeLessThan(147)
  })

  test.each(['reno', 'cubic'] as const)('two %s flows of unequal start come to equal shares', (kind) => {
    const config = network([flow(ALGORITHMS[kind]), flow(ALGORITHMS[kind], { startUs: 10_000_000 })], 50)
    const early = advance(config, networkStart(config), 11_000_000)
    const middle = advance(config, early, 40_000_000)
    const late = advance(config, middle, 90_000_000)
    expect(jainFairness(rates(middle, late))).toBeGreaterThan(0.95)
  })
})

/** Everything that was sent is somewhere. */
function conserved(config: NetworkConfig<null>, state: NetworkState<null>): void {
  const { link } = state
  const inside = link.waiting.packets.length + (link.onLine === null ? 0 : 1)
  expect(link.departed + link.droppedFull + link.droppedEarly + inside).toBe(link.arrived)
  for (const [at, { sender, receiver }] of state.flows.entries()) {
    expect(receiver.readTotalBytes + receiver.unreadBytes).toBe(receiver.nextSeq)
    expect(heldBytes(receiver)).toBeLessThanOrEqual(config.flows[at]!.receiver.bufferBytes)
    // The sender never believes more than the receiver has, and never sends beyond the offered edge.
    expect(sender.board.una).toBeLessThanOrEqual(receiver.nextSeq)
    expect(sender.board.nxt).toBeLessThanOrEqual(receiver.edge)
    expect(receiver.refusedBytes).toBe(0)
  }
}

test('any network conserves packets, keeps windows, and carries a finite transfer to its end', () => {
  const kinds = fc.array(fc.constantFrom('reno', 'cubic', 'bbr'), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), (chosen, limit, mbps) => {
      const flows = chosen.map((kind, at) =>
        flow(ALGORITHMS[kind as 'reno'], { offerBytes: 300_000, startUs: at * 37_000 }),
      )
      const config = network(flows, limit, mbps * 1_000_000)
      let state = networkStart(config)
      for (let second = 1; second <= 10; second++) {
        state = advance(config, state, second * 500_000)
        conserved(config, state)
      }
      state = advance(config, state, 600_000_000)
      for (const { receiver } of state.flows) expect(receiver.readTotalBytes).toBe(300_000)
    }),
    { numRuns: 25 },
  )
})

test('advancing in one stride or in many gives the same state', () => {
  const config = network([flow(ALGORITHMS.cubic), flow(ALGORITHMS.bbr)], 20)
  let small = networkStart(config)
  for (let at = 0; at <= 4_000_000; at += 13_337) small = advance(config, small, at)
  small = advance(config, small, 4_000_000)
  const { link, flows } = advance(config, networkStart(config), 4_000_000)
  expect(small.flows.map(({ sender, receiver }) => ({ sender, receiver }))).toEqual(
    flows.map(({ sender, receiver }) => ({ sender, receiver })),
  )
  expect(small.link.waiting.packets.toArray()).toEqual(link.waiting.packets.toArray())
})
