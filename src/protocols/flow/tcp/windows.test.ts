import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advance, type FlowConfig, networkStart, nextEvent } from './connection.ts'
import { ALGORITHMS, flow, network, run } from './network.test-helper.ts'
import { heldBytes, offeredBytes, quantised, RECEIVER, receiverStart, stepReceiver } from './receive-window.ts'
import { type ByteRange, rangeBytes, withRange } from './segment.ts'
import { SENDER } from './sender.ts'
import { SILLY_WINDOW, segmentBytes, windowToOffer } from './silly-window.ts'

const MSS = 1_448

describe('silly-window avoidance (RFC 9293 section 3.8.6.2)', () => {
  const standing = {
    usableBytes: 65_535,
    queuedBytes: 65_535,
    mssBytes: MSS,
    windowMaxBytes: 65_535,
    unacked: true,
    overridden: false,
  }

  test.each([
    ['(1) a full segment goes', {}, MSS],
    ['(2) the last bytes wait while something is unacknowledged', { queuedBytes: 100 }, 0],
    ['(2) the last bytes go when nothing is', { queuedBytes: 100, unacked: false }, 100],
    ['a sliver of the window is not used', { usableBytes: 100, unacked: false }, 0],
    ['(3) half of the largest window is enough', { usableBytes: 600, windowMaxBytes: 1_200, unacked: false }, 600],
    ['(4) the override timer', { usableBytes: 100, overridden: true }, 100],
    ['a closed window', { usableBytes: 0, overridden: true }, 0],
  ])('sender: %s', (_name, parts, bytes) => {
    expect(segmentBytes(SILLY_WINDOW, { ...standing, ...parts })).toBe(bytes)
  })

  test('without Nagle the last bytes go at once', () => {
    expect(segmentBytes({ ...SILLY_WINDOW, nagle: false }, { ...standing, queuedBytes: 100 })).toBe(100)
  })

  test.each([
    ['less than a segment: the offer stays', 1_000, 0, 65_535, 0],
    ['a segment: everything that is free', MSS, 0, 65_535, MSS],
    ['a small buffer: half of it', 500, 0, 1_000, 500],
    ['less than half of a small buffer', 499, 0, 1_000, 0],
  ])('receiver: %s', (_name, free, offered, buffer, window) => {
    expect(windowToOffer(SILLY_WINDOW, free, offered, buffer, MSS)).toBe(window)
  })
})

describe('the receiver', () => {
  const record = { sentUs: 0, retransmission: false, delivered: 0, deliveredUs: 0, firstSentUs: 0, appLimited: false }

  test('ranges are a set of bytes', () => {
    const piece = fc.tuple(fc.nat(60), fc.nat(12)).map(([from, length]) => ({ from, to: from + length }))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const ranges = pieces.reduce<readonly ByteRange[]>(withRange, [])
        const bytes = new Set(pieces.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)))
        expect(rangeBytes(ranges)).toBe(bytes.size)
        for (const [at, range] of ranges.entries()) if (at > 0) expect(ranges[at - 1]!.to).toBeLessThan(range.from)
      }),
    )
  })

  test('whatever order segments come in: the buffer is never overrun, the edge never moves left, all of it is read', () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 40 }, (_, i) => i),
      { minLength: 40 },
    )
    fc.assert(
      fc.property(order, fc.integer({ min: 2_000, max: 20_000 }), (segments, bufferBytes) => {
        const config = { ...RECEIVER, bufferBytes, windowShift: 0, readBytes: 700, readEveryUs: 1_000 }
        let state = receiverStart(config)
        let nowUs = 0
        // Each segment is sent again and again, as a sender would, until it is taken.
        for (let round = 0; state.readTotalBytes < 40 * MSS; round++) {
          expect(round).toBeLessThan(200)
          for (const at of segments) {
            nowUs += 500
            const segment = { seq: at * MSS, length: MSS, record }
            for (const event of [{ kind: 'segment', segment } as const, { kind: 'timer' } as const]) {
              const { edge } = state
              state = stepReceiver(config, state, event, nowUs).state
              expect(heldBytes(state)).toBeLessThanOrEqual(bufferBytes)
              expect(state.edge).toBeGreaterThanOrEqual(edge)
            }
          }
        }
        expect(state.nextSeq).toBe(40 * MSS)
        expect(state.beyond).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('the window field: 16 bits, shifted (RFC 7323)', () => {
    expect(quantised({ ...RECEIVER, windowShift: 0 }, 1_000_000)).toBe(65_535)
    expect(quantised({ ...RECEIVER, windowShift: 7 }, 1_000_000)).toBe(999_936)
    expect(quantised({ ...RECEIVER, windowShift: 14 }, 2_000_000_000)).toBe(65_535 * 16_384)
  })

  test('a segment beyond the window is trimmed, counted and answered', () => {
    const config = { ...RECEIVER, bufferBytes: 1_000, windowShift: 0, readBytes: 1, readEveryUs: 1_000_000 }
    const segment = { seq: 0, length: MSS, record }
    const { state, outcome } = stepReceiver(config, receiverStart(config), { kind: 'segment', segment }, 0)
    expect(state.refusedBytes).toBe(448)
    expect(offeredBytes(state)).toBe(0)
    expect(outcome).toMatchObject({ ack: 1_000, windowBytes: 0 })
  })
})

/** 16 KiB of buffer, and an application that reads one segment each 100 ms. */
const slowReader = (parts: Partial<FlowConfig> = {}, readBytes = MSS): FlowConfig =>
  flow(ALGORITHMS.reno, {
    receiver: { ...RECEIVER, bufferBytes: 16_384, windowShift: 0, readBytes, readEveryUs: 100_000 },
    ...parts,
  })

describe('the receive window at work', () => {
  test.each([[8_192], [32_768], [65_535]])('X = rwnd / RTT: %d bytes', (bufferBytes) => {
    const receiver = { ...RECEIVER, bufferBytes, windowShift: 0 }
    const { goodput } = run(network([flow(ALGORITHMS.reno, { receiver })], 1_000, 100_000_000), 20)
    // One segment's worth of the window may stay unused: whole segments only; a delayed acknowledgement costs time.
    const expected = (bufferBytes * 8) / 50_000
    expect(goodput[0]!).toBeGreaterThan(expected * (1 - (2 * MSS) / bufferBytes))
    expect(goodput[0]!).toBeLessThan(expected * 1.001)
  })

  test('a slow reader sets the pace, and nothing is lost', () => {
    const { state, goodput } = run(network([slowReader()], 100), 60)
    expect(goodput[0]!).toBeCloseTo((MSS * 8 * 10) / 1_000_000, 3)
    expect(state.link.droppedFull).toBe(0)
    expect(state.flows[0]!.receiver.refusedBytes).toBe(0)
  })

  test('a lost window update: the persist timer asks, and the flow goes on', () => {
    // The application reads everything at once after a long pause: there is one update, and it is lost.
    const pause = { ...slowReader().receiver, readBytes: 16_384, readEveryUs: 5_000_000 }
    const lossy = slowReader({ receiver: pause, loseWindowUpdates: [0], offerBytes: 100_000 })
    const asking = run(network([lossy], 100), 300)
    expect(asking.state.flows[0]!.sender.counts.probes).toBeGreaterThan(0)
    expect(asking.state.flows[0]!.receiver.readTotalBytes).toBe(100_000)

    const deaf = { ...lossy, sender: { ...lossy.sender, persist: { ...SENDER.persist, enabled: false } } }
    const config = network([deaf], 100)
    const stuck = advance(config, networkStart(config), 300_000_000)
    expect(stuck.flows[0]!.receiver.readTotalBytes).toBeLessThan(100_000)
    // Not slow: dead. Nothing will ever happen again.
    expect(nextEvent(config, stuck)).toBe(null)
  })

  test('probes go at doubling intervals while the window stays shut', () => {
    const shut = { ...slowReader().receiver, readEveryUs: 1_000_000_000 }
    const { state } = run(network([slowReader({ receiver: shut })], 100), 130)
    // After 1, 2, 4, 8, 16, 32, 60 s from the moment the window closed: seven probes in 123 s.
    expect(state.flows[0]!.sender.counts.probes).toBe(7)
  })

  test('without avoidance a reader of 100 bytes fills the line with headers', () => {
    const segments = (avoidance: boolean): number => {
      const silly = { ...SILLY_WINDOW, avoidance, nagle: avoidance }
      const plain = slowReader({}, 100)
      const silly2 = { ...plain, sender: { ...plain.sender, silly }, receiver: { ...plain.receiver, silly } }
      return run(network([silly2], 100), 120).state.flows[0]!.sender.counts.segments
    }
    expect(segments(false)).toBeGreaterThan(5 * segments(true))
  })
})
