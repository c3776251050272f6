import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { below, draw, streamKey } from '../../../base/prng.ts'
import {
  NODE_20,
  NODE_WRITABLE_START,
  type NodeWritableEffect,
  type NodeWritableEvent,
  PIPE_START,
  stepNodeWritable,
  stepPipe,
} from './node-stream.ts'
import {
  addDemand,
  NO_BACKPRESSURE,
  PUBLISHER_START,
  REACTOR_PREFETCH,
  RXJAVA_PREFETCH,
  SUBSCRIBER_START,
  stepPublisher,
  stepSubscriber,
  UNBOUNDED,
} from './reactive-streams.ts'
import { type Call, judgeProcessor, REFEREE, REFEREE_START, type Signal, stepReferee } from './referee.ts'

const call = (part: Call, thread = 0): Signal => ({ kind: 'call', thread, ...part })
const back = (thread = 0, threw = false): Signal => ({ kind: 'return', thread, threw })
/** A call that returns at once. */
const done = (part: Call, thread = 0): Signal[] => [call(part, thread), back(thread)]

const subscribe = done({ method: 'onSubscribe' })
const request = (n: number): Signal[] => done({ method: 'request', n })
const next = done({ method: 'onNext', missing: false })
const complete = done({ method: 'onComplete' })
const error = done({ method: 'onError' })
const cancel = done({ method: 'cancel' })

function judged(signals: readonly Signal[]): string[] {
  let state = REFEREE_START
  return signals.flatMap((signal) => {
    const step = stepReferee(REFEREE, state, signal)
    state = step.state
    return [...step.outcome]
  })
}

describe('the referee of Reactive Streams', () => {
  test.each<[string, Signal[]]>([
    ['1.1', [...subscribe, ...request(1), ...next, ...next]],
    ['1.3', [...subscribe, ...request(2), call({ method: 'onNext', missing: false }, 1), ...next]],
    ['1.7', [...subscribe, ...request(1), ...complete, ...complete]],
    ['1.9', [...request(1), ...next]],
    ['2.3', [...subscribe, call({ method: 'onComplete' }), ...cancel]],
    ['2.7', [...subscribe, call({ method: 'request', n: 1 }, 1), ...request(1)]],
    ['2.12', [...subscribe, ...subscribe]],
    ['2.13', [...subscribe, ...request(1), call({ method: 'onNext', missing: false }), back(0, true)]],
    ['2.13', [...subscribe, ...request(1), ...done({ method: 'onNext', missing: true })]],
    ['3.9', [...subscribe, ...request(1), ...request(0), ...next]],
    ['3.10', [...subscribe, call({ method: 'request', n: 1 }), back(0, true)]],
  ])('rule %s is broken', (rule, signals) => {
    expect(judged(signals)).toEqual([rule])
  })

  test('1.8: signals may cross a cancel, but not for ever', () => {
    const late = (count: number) => [...subscribe, ...request(1_000), ...cancel, ...Array(count).fill(next).flat()]
    expect(judged(late(256))).toEqual([])
    expect(judged(late(257))).toEqual(['1.8'])
  })

  test('3.3: request within onNext within request goes only so deep', () => {
    const nested = (depth: number) =>
      Array.from({ length: depth }, () => [
        call({ method: 'request', n: 1 }),
        call({ method: 'onNext', missing: false }),
      ]).flat()
    expect(judged([...subscribe, ...nested(16)])).toEqual([])
    expect(judged([...subscribe, ...nested(17)])).toEqual(['3.3', '3.3'])
  })

  test.each<[string, Signal[]]>([
    ['3.2: request within onNext', [...subscribe, ...request(1), next[0]!, ...request(1), back()]],
    ['3.7: request after cancel, also of zero', [...subscribe, ...cancel, ...request(0), ...cancel]],
    ['3.9 answered', [...subscribe, ...request(-1), ...error]],
    ['a publisher may send less than was asked (1.2)', [...subscribe, ...request(9), ...next, ...complete]],
    ['an empty stream completes without demand', [...subscribe, ...complete]],
  ])('nothing is broken by %s', (_name, signals) => {
    expect(judged(signals)).toEqual([])
  })

  test('4.2: an error must not vanish in a processor', () => {
    const record = { broken: [], upstreamFailed: true, recovers: false } as const
    expect(judgeProcessor({ ...record, downstream: 'completed' })).toEqual(['4.2'])
    expect(judgeProcessor({ ...record, downstream: 'failed' })).toEqual([])
    expect(judgeProcessor({ ...record, recovers: true, downstream: 'completed', broken: ['1.1'] })).toEqual(['4.1'])
  })
})

describe('publisher and subscriber', () => {
  test('3.8, 3.17: demand adds up and saturates', () => {
    expect(addDemand(3, 4)).toBe(7)
    expect(addDemand(Number.MAX_SAFE_INTEGER - 1, 1)).toBe(UNBOUNDED)
    expect(addDemand(UNBOUNDED, 1)).toBe(UNBOUNDED)
  })

  test('whatever is asked and offered: no rule is broken, and nothing is lost that was asked for', () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('offer' as const), elements: fc.nat(20) }) },
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('request' as const), n: fc.integer({ min: 1, max: 20 }) }),
      },
      { weight: 1, arbitrary: fc.constantFrom({ kind: 'cancel' } as const, { kind: 'end' } as const) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('request' as const), n: fc.integer({ min: -2, max: 0 }) }),
      },
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let publisher = PUBLISHER_START
        const signals = [...subscribe]
        let asked = 0
        let offered = 0
        for (const each of events) {
          const active = publisher.status === 'active'
          if (active && each.kind === 'request' && each.n > 0) asked += each.n
          if (active && each.kind === 'offer') offered += each.elements
          if (each.kind === 'request') signals.push(...request(each.n))
          if (each.kind === 'cancel') signals.push(...cancel)
          const step = stepPublisher(publisher, each)
          publisher = step.state
          for (const signal of step.outcome) {
            if (signal.kind === 'next') for (let i = 0; i < signal.count; i++) signals.push(...next)
            else signals.push(...(signal.kind === 'complete' ? complete : error))
          }
          if (publisher.status === 'active') expect(publisher.emitted).toBe(Math.min(asked, offered))
        }
        expect(judged(signals)).toEqual([])
      }),
    )
  })

  test.each([
    ['Reactor', REACTOR_PREFETCH, 256, 192],
    ['RxJava', RXJAVA_PREFETCH, 128, 96],
  ])(
    '%s asks for its prefetch, then for three quarters at a time; never more than that is on its way',
    (_name, config, first, more) => {
      let { state, outcome } = stepSubscriber(config, SUBSCRIBER_START, { kind: 'subscribed' })
      expect(outcome).toBe(first)
      const requests: number[] = []
      for (let at = 1; at <= 1_000; at++) {
        state = stepSubscriber(config, state, { kind: 'next', count: 1 }).state
        const step = stepSubscriber(config, state, { kind: 'done', count: 1 })
        state = step.state
        if (step.outcome > 0) requests.push(step.outcome)
        expect(state.outstanding + state.buffered).toBeLessThanOrEqual(first)
        expect(state.outstanding + state.buffered).toBeGreaterThan(0)
      }
      expect(new Set(requests)).toEqual(new Set([more]))
    },
  )

  test('without backpressure everything comes at once, and waits in the subscriber', () => {
    const { outcome } = stepSubscriber(NO_BACKPRESSURE, SUBSCRIBER_START, { kind: 'subscribed' })
    const asked = stepPublisher(PUBLISHER_START, { kind: 'request', n: outcome }).state
    expect(stepPublisher(asked, { kind: 'offer', elements: 1_000_000 }).outcome).toEqual([
      { kind: 'next', count: 1_000_000 },
    ])
  })
})

describe("Node's writable", () => {
  /** One random sequence on both; `written` is the callback of _write(). */
  async function compare(seed: number): Promise<void> {
    const key = streamKey(seed, 'node')
    let counter = 0
    const choose = (bound: number) => below(draw(key, counter++), bound)
    const highWaterMark = [1, 16, 64][choose(3)]!
    let log: NodeWritableEffect[] = []
    let finish: (() => void) | null = null
    const stream = new Writable({
      highWaterMark,
      write: (chunk: Uint8Array, _encoding, callback) => {
        log.push({ kind: 'sink-write', size: chunk.length })
        finish = callback
      },
    })
    stream.on('drain', () => log.push({ kind: 'drain' }))
    stream.on('finish', () => log.push({ kind: 'finish' }))
    let state = NODE_WRITABLE_START
    for (let at = 0; at < 30; at++) {
      const pick = choose(20)
      const size = 1 + choose(24)
      let event: NodeWritableEvent = { kind: 'write', size }
      if (state.writing !== null && pick < 9) event = { kind: 'written' }
      else if (state.ending) break
      else if (pick === 19) event = choose(4) === 0 ? { kind: 'end' } : { kind: 'cork' }
      else if (state.corked > 0 && pick > 15) event = { kind: 'uncork' }
      if (event.kind === 'write') log.push({ kind: 'returned', more: stream.write(new Uint8Array(size)) })
      else if (event.kind === 'written') (finish as (() => void) | null)!()
      else stream[event.kind]()
      for (let round = 0; round < 3; round++) await new Promise<void>((done) => process.nextTick(done))
      const step = stepNodeWritable({ highWaterMark }, state, event)
      state = step.state
      const sorted = (effects: readonly NodeWritableEffect[]) => effects.map((effect) => JSON.stringify(effect)).sort()
      const where = `seed ${seed}, operation ${at}, ${JSON.stringify(event)}`
      expect(sorted(step.outcome), where).toEqual(sorted(log))
      expect(state.length, where).toBe(stream.writableLength)
      expect(state.needDrain, where).toBe(stream.writableNeedDrain || (state.needDrain && state.ending))
      log = []
    }
  }

  test('behaves as the one of the platform, over 2,000 random sequences', async () => {
    for (let seed = 0; seed < 2_000; seed++) await compare(seed)
  })

  test('a pipe stops at false and goes on at drain; a loop that ignores the answer fills the memory', () => {
    // The source makes ten chunks while the sink writes one.
    const longest = (obeys: boolean): number => {
      let state = NODE_WRITABLE_START
      let pipe = PIPE_START
      let most = 0
      const take = (event: NodeWritableEvent) => {
        const step = stepNodeWritable(NODE_20, state, event)
        state = step.state
        pipe = step.outcome.reduce((now, effect) => stepPipe(obeys, now, effect), pipe)
        most = Math.max(most, state.length)
      }
      for (let round = 0; round < 500; round++) {
        for (let chunk = 0; chunk < 10; chunk++) if (pipe.flowing) take({ kind: 'write', size: 1_000 })
        if (state.writing !== null) take({ kind: 'written' })
      }
      return most
    }
    expect(longest(true)).toBe(17_000)
    expect(longest(false)).toBeGreaterThan(4_000_000)
  })
})
