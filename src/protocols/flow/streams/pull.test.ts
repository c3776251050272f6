import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BATCHING_START,
  batchDueUs,
  batchServiceUs,
  batchThroughput,
  batchToKeepUp,
  KAFKA_PRODUCER,
  stepBatching,
} from './batching.ts'
import {
  BDP,
  bdpStart,
  consumed,
  HTTP2,
  HTTP2_WINDOW_MAX,
  type Http2Event,
  http2Start,
  stepBdp,
  stepHttp2,
} from './http2-windows.ts'
import {
  drainSeconds,
  KAFKA_CONSUMER,
  kafkaStart,
  lag,
  lagGrowth,
  recordTimeMaxUs,
  stepKafka,
} from './kafka-consumer.ts'

describe('HTTP/2 windows (RFC 9113)', () => {
  const opened = (...events: readonly Http2Event[]) =>
    events.reduce(
      (step, event) => stepHttp2(HTTP2, step.state, event),
      stepHttp2(HTTP2, http2Start(HTTP2), { kind: 'open' }),
    )

  test('6.9.2: 65,535 for each stream and for the connection, whatever the setting says of streams', () => {
    expect(http2Start({ ...HTTP2, initialWindowBytes: 1_000_000 }).connectionBytes).toBe(65_535)
    expect(opened()).toMatchObject({ state: { connectionBytes: 65_535, streams: [65_535] } })
  })

  test('6.9.2: new settings may drive a window below zero; it must come up again before anything is sent', () => {
    const sends = Array.from({ length: 4 }, () => ({ kind: 'send', stream: 0, bytes: 15_000 }) as const)
    const shrunk = opened(...sends, { kind: 'settings', initialWindowBytes: 16_384 })
    expect(shrunk.state.streams).toEqual([16_384 - 60_000])
  })

  test.each([
    [
      { kind: 'window-update', stream: 0, increment: 0 },
      { code: 'PROTOCOL_ERROR', scope: 'stream', stream: 0 },
    ],
    [
      { kind: 'window-update', stream: null, increment: 0 },
      { code: 'PROTOCOL_ERROR', scope: 'connection' },
    ],
    [
      { kind: 'window-update', stream: 0, increment: HTTP2_WINDOW_MAX },
      { code: 'FLOW_CONTROL_ERROR', scope: 'stream', stream: 0 },
    ],
    [
      { kind: 'window-update', stream: null, increment: HTTP2_WINDOW_MAX },
      { code: 'FLOW_CONTROL_ERROR', scope: 'connection' },
    ],
    [
      { kind: 'settings', initialWindowBytes: HTTP2_WINDOW_MAX + 1 },
      { code: 'FLOW_CONTROL_ERROR', scope: 'connection' },
    ],
  ] as const)('%j is an error', (event, error) => {
    expect(opened(event).outcome).toEqual({ kind: 'error', error })
  })

  test('no stream sends beyond its window or the connection beyond its own, and what stopped it is named', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), stream: fc.nat(2), bytes: fc.nat(40_000) }),
      fc.record({
        kind: fc.constant('window-update' as const),
        stream: fc.option(fc.nat(2)),
        increment: fc.integer({ min: 1, max: 30_000 }),
      }),
      fc.record({ kind: fc.constant('settings' as const), initialWindowBytes: fc.nat(100_000) }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let { state } = opened({ kind: 'open' }, { kind: 'open' })
        let sent = 0
        let granted = 65_535
        for (const each of events) {
          const before = state
          const step = stepHttp2(HTTP2, state, each)
          state = step.state
          if (each.kind === 'window-update' && each.stream === null) granted += each.increment
          if (step.outcome.kind !== 'data') continue
          const { bytes, stream, blockedBy } = step.outcome
          sent += bytes
          expect(bytes).toBeLessThanOrEqual(HTTP2.frameMaxBytes)
          if (bytes > 0) expect(state.streams[stream]).toBeGreaterThanOrEqual(0)
          if (blockedBy === 'stream') expect(before.streams[stream]).toBeLessThanOrEqual(0)
          if (blockedBy === 'connection') expect(before.connectionBytes).toBe(0)
        }
        expect(sent + state.connectionBytes).toBe(granted)
      }),
    )
  })

  test('one stream that nobody reads starves its sibling through the connection', () => {
    let { state } = opened({ kind: 'open' })
    for (let i = 0; i < 4; i++) state = stepHttp2(HTTP2, state, { kind: 'send', stream: 0, bytes: 16_384 }).state
    const sibling = stepHttp2(HTTP2, state, { kind: 'send', stream: 1, bytes: 1 })
    expect(sibling.outcome).toMatchObject({ bytes: 0, blockedBy: 'connection' })
    expect(sibling.state.streams[1]).toBe(65_535)
  })

  test('a receiver gives back a quarter of its window at a time, and in the end everything', () => {
    let giver = { limitBytes: 65_536, unreturnedBytes: 0 }
    let back = 0
    for (let i = 0; i < 64; i++) {
      const step = consumed(giver, 1_024)
      if (step.outcome > 0) expect(step.outcome).toBe(16_384)
      giver = step.state
      back += step.outcome
    }
    expect(back).toBe(65_536)
  })

  test('the estimator finds the bandwidth-delay product: within twice of it, and stops', () => {
    // 100 ms, 10 MB/s: a product of 1 MB. The sender sends a window each round trip, at most what the line carries.
    let state = bdpStart(HTTP2)
    let nowUs = 0
    for (let round = 0; round < 40; round++) {
      const arrives = Math.min(state.estimateBytes, 1_000_000)
      state = stepBdp(state, { kind: 'data', bytes: arrives }, nowUs).state
      nowUs += 100_000
      state = stepBdp(state, { kind: 'pong' }, nowUs).state
    }
    expect(state.estimateBytes).toBeGreaterThanOrEqual(1_000_000)
    expect(state.estimateBytes).toBeLessThanOrEqual(2_000_000)
    expect(state.estimateBytes).toBeLessThan(BDP.limitBytes)
  })
})

describe('Kafka', () => {
  const produced = stepKafka(KAFKA_CONSUMER, kafkaStart(0), { kind: 'produced', records: 10_000 }, 0).state
  const poll = { kind: 'poll', recordBytes: 100 } as const

  test.each([
    [599_999, 'member'],
    [600_000, 'evicted'],
  ])('500 records of %d us each: %s (the limit is 300 s / 500 = 0.6 s)', (recordUs, kind) => {
    expect(recordTimeMaxUs(KAFKA_CONSUMER)).toBe(600_000)
    let state = stepKafka(KAFKA_CONSUMER, produced, poll, 0).state
    const doneUs = 500 * recordUs
    for (let at = 3_000_000; at < doneUs; at += 3_000_000)
      state = stepKafka(KAFKA_CONSUMER, state, { kind: 'heartbeat' }, at).state
    state = stepKafka(KAFKA_CONSUMER, state, { kind: 'timer' }, doneUs).state
    expect(state.membership.kind).toBe(kind)
  })

  test('an evicted consumer joins again, begins at its last commit, and does the work twice', () => {
    let state = stepKafka(KAFKA_CONSUMER, produced, poll, 0).state
    for (let at = 40_000_000; at < 300_000_000; at += 40_000_000)
      state = stepKafka(KAFKA_CONSUMER, state, { kind: 'heartbeat' }, at).state
    const evicted = stepKafka(KAFKA_CONSUMER, state, { kind: 'timer' }, 300_000_000)
    expect(evicted.outcome).toEqual({ kind: 'evicted', why: 'poll-interval' })
    state = stepKafka(KAFKA_CONSUMER, evicted.state, poll, 310_000_000).state
    state = stepKafka(KAFKA_CONSUMER, state, { kind: 'timer' }, 313_000_000).state
    const again = stepKafka(KAFKA_CONSUMER, state, poll, 314_000_000)
    expect(again.outcome).toEqual({ kind: 'records', from: 0, to: 500 })
    expect(again.state).toMatchObject({ reprocessed: 500, rebalances: 1 })
  })

  test('without heartbeats the session ends first', () => {
    const { outcome } = stepKafka(KAFKA_CONSUMER, produced, { kind: 'timer' }, 45_000_000)
    expect(outcome).toEqual({ kind: 'evicted', why: 'session' })
  })

  test('pause() keeps the partition: polls give nothing and count', () => {
    let state = stepKafka(KAFKA_CONSUMER, produced, { kind: 'pause' }, 0).state
    for (let at = 0; at <= 1_000_000_000; at += 30_000_000) {
      const step = stepKafka(KAFKA_CONSUMER, state, poll, at)
      expect(step.outcome.kind).toBe('nothing')
      state = step.state
    }
    const resumed = stepKafka(KAFKA_CONSUMER, state, { kind: 'resume' }, 1_000_000_001).state
    expect(stepKafka(KAFKA_CONSUMER, resumed, poll, 1_000_000_002).outcome.kind).toBe('records')
  })

  test('large records: a poll gives what one fetch may carry', () => {
    const { outcome } = stepKafka(KAFKA_CONSUMER, produced, { kind: 'poll', recordBytes: 100_000 }, 0)
    expect(outcome).toEqual({ kind: 'records', from: 0, to: 10 })
  })

  test('lag grows by the difference of the rates, and drains by it', () => {
    // A poll a second takes 500; 700 a second come, then 300.
    let state = kafkaStart(0)
    for (let second = 1; second <= 100; second++) {
      state = stepKafka(KAFKA_CONSUMER, state, { kind: 'produced', records: 700 }, second * 1_000_000).state
      state = stepKafka(KAFKA_CONSUMER, state, poll, second * 1_000_000).state
    }
    // The last poll is not committed yet.
    expect(lag(state) - 500).toBe(100 * lagGrowth(700, 500))
    let seconds = 0
    for (; state.logEnd - state.position > 0; seconds++) {
      const nowUs = (101 + seconds) * 1_000_000
      state = stepKafka(KAFKA_CONSUMER, state, { kind: 'produced', records: 300 }, nowUs).state
      state = stepKafka(KAFKA_CONSUMER, state, poll, nowUs).state
    }
    expect(seconds).toBe(drainSeconds(20_000, 300, 500))
    expect(drainSeconds(1, 500, 500)).toBe(null)
  })
})

describe('batching', () => {
  const config = { sizeMax: 10, lingerUs: 5_000, bufferMax: 1_000_000 }

  test('throughput B / (a + b B), and the smallest batch that keeps up', () => {
    const cost = { fixedUs: 9_000, perItemUs: 100 }
    expect(batchServiceUs(cost, 10)).toBe(10_000)
    expect(batchThroughput(cost, 10)).toBe(1_000)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), (rate) => {
        const least = batchToKeepUp(cost, rate)!
        expect(batchThroughput(cost, least)).toBeGreaterThanOrEqual(rate * (1 - 1e-12))
        if (least > 1) expect(batchThroughput(cost, least - 1)).toBeLessThan(rate)
      }),
    )
    expect(batchToKeepUp(cost, 10_000)).toBe(null)
  })

  test('items are neither lost nor doubled nor reordered, no batch is too large, none waits longer than it may', () => {
    const arrivals = fc.array(fc.record({ afterUs: fc.nat(4_000), size: fc.integer({ min: 1, max: 10 }) }), {
      maxLength: 80,
    })
    fc.assert(
      fc.property(arrivals, (list) => {
        let state = BATCHING_START
        let nowUs = 0
        let items = 0
        let size = 0
        const take = (event: Parameters<typeof stepBatching>[2], atUs: number) => {
          const step = stepBatching(config, state, event, atUs)
          state = step.state
          for (const batch of step.outcome.batches) {
            expect(batch.size).toBeLessThanOrEqual(config.sizeMax)
            expect(atUs - batch.openedUs).toBeLessThanOrEqual(config.lingerUs)
            items += batch.items
            size += batch.size
          }
        }
        for (const { afterUs, size: own } of list) {
          for (
            let due = batchDueUs(config, state);
            due !== null && due <= nowUs + afterUs;
            due = batchDueUs(config, state)
          )
            take({ kind: 'timer' }, due)
          nowUs += afterUs
          take({ kind: 'item', size: own }, nowUs)
        }
        const due = batchDueUs(config, state)
        if (due !== null) take({ kind: 'timer' }, due)
        expect(items).toBe(list.length)
        expect(size).toBe(list.reduce((sum, { size: own }) => sum + own, 0))
        expect(state).toEqual({ open: null, awaited: size })
      }),
    )
  })

  test('a full buffer refuses, and takes again when a batch is done', () => {
    const small = { ...KAFKA_PRODUCER, bufferMax: 20_000 }
    const first = stepBatching(small, BATCHING_START, { kind: 'item', size: 16_384 }, 0)
    expect(first.outcome.batches).toHaveLength(1)
    const second = stepBatching(small, first.state, { kind: 'item', size: 4_000 }, 0)
    expect(second.outcome.accepted).toBe(false)
    const freed = stepBatching(small, second.state, { kind: 'done', size: 16_384 }, 1).state
    expect(stepBatching(small, freed, { kind: 'item', size: 4_000 }, 1).outcome.accepted).toBe(true)
  })
})
