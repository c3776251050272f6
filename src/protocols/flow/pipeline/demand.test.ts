import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import { HTTP2 } from '../streams/http2-windows.ts'
import { NODE_20 } from '../streams/node-stream.ts'
import {
  type DemandState,
  type DemandStep,
  demandArrived,
  demandIdle,
  demandStart,
  demandTaken,
  demandView,
} from './demand.ts'
import { granted, maySend, type Output, outputStart, spent } from './grants.ts'
import { type Demand, PIPELINE_LIMITS } from './settings.ts'
import type { DemandSignal } from './types.ts'

/** A sender, a pipe, and a stage with one server; all that is under way waits to be told to come. */
interface Pipe {
  output: Output
  demand: DemandState
  readonly signals: DemandSignal[]
  readonly items: number[]
  readonly queue: number[]
  isBusy: boolean
  sent: number
  done: number
}

const API = nodeId('api')

function pipeOf(demand: Demand, share = 8, blocks = false): Pipe {
  const { state, signal } = demandStart(demand, share, blocks)
  const pipe: Pipe = {
    output: outputStart(API),
    demand: state,
    signals: [signal],
    items: [],
    queue: [],
    isBusy: false,
    sent: 0,
    done: 0,
  }
  idle(pipe)
  return pipe
}

function told(pipe: Pipe, { state, signals }: DemandStep): void {
  pipe.demand = state
  pipe.signals.push(...signals)
}

function idle(pipe: Pipe): void {
  if (!pipe.isBusy && pipe.queue.length === 0) told(pipe, demandIdle(pipe.demand, 1))
}

type Act = 'send' | 'signal' | 'arrive' | 'begin' | 'drop' | 'finish'

/** Does it, if it can be done now. */
function act(pipe: Pipe, kind: Act, bytes: number): boolean {
  switch (kind) {
    case 'send': {
      if (!maySend([pipe.output], 0, bytes)) return false
      pipe.output = spent(pipe.output, bytes)
      pipe.items.push(bytes)
      pipe.sent++
      return true
    }
    case 'signal': {
      const signal = pipe.signals.shift()
      if (signal !== undefined) pipe.output = granted(pipe.output, signal)
      return signal !== undefined
    }
    case 'arrive': {
      const item = pipe.items.shift()
      if (item === undefined) return false
      told(pipe, demandArrived(pipe.demand, item))
      pipe.queue.push(item)
      return true
    }
    case 'begin':
    case 'drop': {
      const item = pipe.queue[0]
      if (item === undefined || (kind === 'begin' && pipe.isBusy)) return false
      pipe.queue.shift()
      told(pipe, demandTaken(pipe.demand, item))
      pipe.isBusy = pipe.isBusy || kind === 'begin'
      idle(pipe)
      return true
    }
    default: {
      const wasBusy = pipe.isBusy
      pipe.isBusy = false
      if (wasBusy) pipe.done++
      idle(pipe)
      return wasBusy
    }
  }
}

/** Everything that can happen without a new item happens. */
function settle(pipe: Pipe, acts: readonly Act[] = ['signal', 'arrive', 'begin', 'finish']): void {
  while (acts.some((kind) => act(pipe, kind, 0)));
}

/** A producer without end, a pipe without delay, and a server that has just begun with its first item. */
function flood(demand: Demand, bytes: number, sendsMax: number): Pipe {
  const pipe = pipeOf(demand)
  const acts: readonly Act[] = ['signal', 'arrive', 'begin']
  settle(pipe, acts)
  while (pipe.sent < sendsMax && act(pipe, 'send', bytes)) settle(pipe, acts)
  return pipe
}

const count = fc.integer({ min: 1, max: 20 })
const demand: fc.Arbitrary<Demand> = fc.oneof(
  fc.constant<Demand>({ kind: 'push' }),
  fc.tuple(count, count).map(
    ([a, b]): Demand => ({
      kind: 'request',
      prefetch: Math.max(a, b),
      replenish: Math.min(a, b),
    }),
  ),
  fc.integer({ min: 1_000, max: 200_000 }).map((initialBytes): Demand => ({ kind: 'window', initialBytes })),
  fc.nat(16).map((highWaterMark): Demand => ({ kind: 'whatwg', highWaterMark })),
  fc.tuple(fc.nat(20_000), fc.boolean()).map(
    ([highWaterMark, obeyed]): Demand => ({
      kind: 'node',
      highWaterMark,
      obeyed,
    }),
  ),
)

/** Items must stay below three quarters of the windows: up to a quarter is withheld. */
const largestFor = (asked: Demand): number =>
  asked.kind === 'window' ? Math.floor((3 * Math.min(asked.initialBytes, HTTP2.initialWindowBytes)) / 4) : 1_500

const acts = fc.array(
  fc.record({
    kind: fc.constantFrom<Act>(
      'send',
      'send',
      'send',
      'signal',
      'signal',
      'arrive',
      'arrive',
      'begin',
      'drop',
      'finish',
    ),
    permille: fc.integer({ min: 1, max: 1_000 }),
  }),
  { maxLength: 200 },
)

describe('sender and stage, however long signals and items are under way', () => {
  test('nobody sends what was not asked for, and no credit is lost', () => {
    fc.assert(
      fc.property(demand, fc.boolean(), fc.nat(12), acts, (asked, blocks, share, all) => {
        const pipe = pipeOf(asked, share, blocks)
        const largest = largestFor(asked)
        for (const { kind, permille } of all) {
          act(pipe, kind, Math.ceil((largest * permille) / 1_000))
          expect(pipe.output.sent).toBeLessThanOrEqual(pipe.output.requestedTotal)
          const { received, requested, outstanding } = demandView(pipe.demand)
          expect(received).toBeLessThanOrEqual(requested)
          expect(outstanding).toBe(requested - received)
        }
        settle(pipe)
        expect(maySend([pipe.output], 0, largest)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('a buffer that blocks never gets more than it has places for', () => {
    const asks = demand.filter(({ kind }) => kind === 'push' || kind === 'request')
    fc.assert(
      fc.property(asks, count, acts, (asked, share, all) => {
        const pipe = pipeOf(asked, share, true)
        for (const { kind } of all) {
          act(pipe, kind, 1)
          expect(pipe.items.length + pipe.queue.length).toBeLessThanOrEqual(share)
        }
      }),
    )
  })
})

describe('Reactive Streams', () => {
  test('asks for a prefetch, and again when so many are done', () => {
    const asked: Demand = { kind: 'request', prefetch: 4, replenish: 3 }
    const { state, signal } = demandStart(asked, 8, false)
    expect(signal).toEqual({ how: 'request', n: 4, reset: true })
    let at = state
    const signals: DemandSignal[] = []
    for (let n = 0; n < 4; n++) {
      const taken = demandTaken(demandArrived(at, 1).state, 1)
      at = taken.state
      signals.push(...taken.signals)
    }
    expect(signals).toEqual([{ how: 'request', n: 3, reset: false }])
    expect(demandView(at)).toMatchObject({ requested: 7, received: 4, outstanding: 3 })
  })

  test('who waits already has its place: it is not asked for again', () => {
    const asked: Demand = { kind: 'request', prefetch: 8, replenish: 1 }
    expect(demandStart(asked, 8, false, { items: 5, bytes: 5 }).signal).toMatchObject({ n: 3 })
    const full = demandStart(asked, 8, false, { items: 9, bytes: 9 })
    expect(full.signal).toMatchObject({ n: 0, reset: true })
    expect(maySend([granted(outputStart(API), full.signal)], 0, 1)).toBe(false)
  })

  test('who asks anew for fewer than wait does so only when those above are done', () => {
    const asked = demandStart({ kind: 'request', prefetch: 2, replenish: 1 }, 8, false, { items: 5, bytes: 0 })
    expect(asked.signal).toEqual({ how: 'request', n: 0, reset: true })
    const requests: number[] = []
    let { state } = asked
    for (let done = 0; done < 5; done++) {
      const step = demandTaken(state, 1)
      state = step.state
      requests.push(step.signals.length)
    }
    expect(requests).toEqual([0, 0, 0, 1, 1])
  })

  test('an infinite prefetch is no backpressure', () => {
    const asked: Demand = { kind: 'request', prefetch: Number.POSITIVE_INFINITY, replenish: Number.POSITIVE_INFINITY }
    expect(flood(asked, 1, 1_000).sent).toBe(1_000)
  })
})

describe('WHATWG streams', () => {
  // Measured with a transferred ReadableStream in a browser.
  test.each([
    [0, 1],
    [1, 2],
    [4, 5],
    [16, 17],
  ])('a high-water mark of %i keeps the producer %i ahead of a slow consumer', (highWaterMark, ahead) => {
    const pipe = flood({ kind: 'whatwg', highWaterMark }, 1_000, 1_000)
    expect(pipe.sent).toBe(ahead)
    for (let n = 1; n <= 30; n++) {
      act(pipe, 'finish', 0)
      do settle(pipe, ['signal', 'arrive', 'begin'])
      while (act(pipe, 'send', 1_000))
      expect(pipe.sent - pipe.done).toBe(ahead)
    }
    expect(demandView(pipe.demand).desiredSize).toBe(0)
  })
})

describe('a server that waits for more, as for a batch', () => {
  const signalsOf = (state: DemandState, servers: number) => demandIdle(state, servers).signals

  test('has read what came: nobody reads it again', () => {
    const { state } = demandStart({ kind: 'whatwg', highWaterMark: 0 }, 1, false)
    const asked = demandIdle(state, 1)
    expect(asked.signals).toEqual([{ how: 'request', n: 1, reset: false }])
    const came = demandArrived(asked.state, 1)
    expect([came.signals, signalsOf(came.state, 1)]).toEqual([[], []])
    // Another server that waits reads for itself.
    expect(signalsOf(came.state, 2)).toHaveLength(1)
  })

  test('reads what waits in the queue, so that the source goes on', () => {
    const { state } = demandStart({ kind: 'whatwg', highWaterMark: 1 }, 1, false, { items: 1, bytes: 1 })
    const read = demandIdle(state, 1)
    expect(read.signals).toEqual([{ how: 'request', n: 1, reset: false }])
    // The server begins with what it has read: no second read.
    expect(demandTaken(read.state, 1).signals).toEqual([])
  })
})

describe('a grant that is reset', () => {
  test.each<DemandSignal>([
    { how: 'request', n: 3, reset: true },
    { how: 'window', bytes: 3, reset: true },
  ])('voids what was said before: %o', (signal) => {
    let output = granted(outputStart(API), signal)
    output = spent(output, 1)
    output = granted(output, signal)
    expect([output.requestedTotal, output.sent]).toEqual([3, 0])
    for (let n = 0; n < 3; n++) output = spent(output, 1)
    expect(maySend([output], 0, 1)).toBe(false)
  })

  test('what an old stream gives back late does not widen the connection', () => {
    const output = granted(granted(outputStart(API), { how: 'window', bytes: 100_000, reset: true }), {
      how: 'window',
      bytes: 50_000,
      reset: false,
    })
    expect(maySend([output], 0, HTTP2.initialWindowBytes)).toBe(true)
    expect(maySend([output], 0, HTTP2.initialWindowBytes + 1)).toBe(false)
  })
})

describe('Node streams', () => {
  const bytes = 1_000
  const untilMark = Math.ceil(NODE_20.highWaterMark / bytes)

  test('a pipe that obeys stops at the mark, and goes on when all is written', () => {
    const pipe = flood({ kind: 'node', ...NODE_20, obeyed: true }, bytes, 1_000)
    // The first was begun before the second came, so it is written.
    expect(pipe.sent).toBe(1 + untilMark)
    expect(demandView(pipe.demand).desiredSize).toBe(NODE_20.highWaterMark - untilMark * bytes)
    for (let left = untilMark; left > 0; left--) {
      expect(maySend([pipe.output], 0, bytes)).toBe(false)
      act(pipe, 'finish', 0)
      settle(pipe, ['begin', 'signal'])
    }
    expect(maySend([pipe.output], 0, bytes)).toBe(true)
  })

  test('one that does not obey floods', () => {
    expect(flood({ kind: 'node', ...NODE_20, obeyed: false }, bytes, 1_000).sent).toBe(1_000)
  })
})

describe('HTTP/2', () => {
  const windowed = (initialBytes: number): Output =>
    granted(outputStart(API), demandStart({ kind: 'window', initialBytes }, 1, false).signal)

  test('the window of the connection bounds all streams together, and does not follow theirs', () => {
    let outputs = [windowed(1_000_000), windowed(1_000_000)]
    let sent = 0
    for (let at = 0; maySend(outputs, at, 1_000); at = 1 - at) {
      outputs = outputs.with(at, spent(outputs[at]!, 1_000))
      sent += 1_000
    }
    expect(sent).toBe(65_000)
    // What one of them gives back the other may use.
    outputs = outputs.with(0, granted(outputs[0]!, { how: 'window', bytes: 1_000, reset: false }))
    expect(maySend(outputs, 1, 1_000)).toBe(true)
  })

  test('a stream that ends gives back what it had of the connection', () => {
    const full = spent(windowed(1_000_000), 65_000)
    expect(maySend([full, windowed(1_000)], 1, 1_000)).toBe(false)
    const anew = granted(full, { how: 'window', bytes: 1_000_000, reset: true })
    expect(maySend([anew, windowed(1_000)], 1, 1_000)).toBe(true)
  })

  test('a smaller window is negative until enough was taken', () => {
    const asked: Demand = { kind: 'window', initialBytes: 2_000 }
    const { state, signal } = demandStart(asked, 1, false, { items: 3, bytes: 3_000 })
    let output = granted(outputStart(API), signal)
    let demandNow = state
    const open: boolean[] = []
    for (let n = 0; n < 3; n++) {
      open.push(maySend([output], 0, 1))
      const { state: next, signals } = demandTaken(demandNow, 1_000)
      demandNow = next
      for (const given of signals) output = granted(output, given)
    }
    expect(open).toEqual([false, false, true])
    expect(demandView(demandNow).window).toBe(2_000)
  })

  test('as many streams as there may be never starve the connection by what they withhold', () => {
    const initialBytes = HTTP2.initialWindowBytes
    const sizes = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 12 })
    const streams = fc.array(sizes, { minLength: 1, maxLength: PIPELINE_LIMITS.parts })
    fc.assert(
      fc.property(streams, (all) => {
        let outputs = all.map(() => windowed(initialBytes))
        all.forEach((items, at) => {
          let { state } = demandStart({ kind: 'window', initialBytes }, 1, false)
          for (const bytes of items) {
            outputs = outputs.with(at, spent(outputs[at]!, bytes))
            const taken = demandTaken(demandArrived(state, bytes).state, bytes)
            state = taken.state
            for (const signal of taken.signals) outputs = outputs.with(at, granted(outputs[at]!, signal))
          }
        })
        expect(maySend(outputs, 0, Math.floor((3 * initialBytes) / 4))).toBe(true)
      }),
    )
  })
})

test('nothing is sent before somebody asks, nor to an output that there is not', () => {
  expect(maySend([outputStart(API)], 0, 0)).toBe(false)
  expect(maySend([], 0, 0)).toBe(false)
})
