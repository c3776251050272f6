import { describe, expect, test } from 'vitest'
import { ln } from '../../../base/elementary.ts'
import { Heap } from '../../../base/heap.ts'
import { draw, streamKey } from '../../../base/prng.ts'
import {
  ENVOY_GRADIENT_DEFAULTS,
  envoyGradientWakesUs,
  initialEnvoyGradient,
  recordEnvoyRtt,
  tickEnvoyGradient,
} from './envoy-gradient.ts'
import { GRADIENT_DEFAULTS, gradient } from './gradient.ts'
import type { LimitAlgorithm, LimitSample } from './limit.ts'
import { VEGAS_DEFAULTS, vegas } from './vegas.ts'
import { WINDOWED_DEFAULTS, windowed } from './windowed.ts'

/** What stands before the service: how many may be in it, and what it learns from each that leaves. */
interface Gate {
  limit(nowUs: number): number
  left(sample: LimitSample, sentUs: number, nowUs: number): void
}

/** One unit of the closed network: ten milliseconds. */
const UNIT_US = 10_000
const [THINK, DEMANDS, USERS] = [10, [1, 0.5], 50] as const

interface Event {
  readonly time: number
  readonly seq: number
  readonly kind: 'arrive' | 'done'
  readonly station: number
}

/**
 * The closed network of the golden values: 50 users who think 10 units, then visit two exponential stations of 1 and
 * 0.5; whoever meets a full gate thinks again. Gives throughput and response time, in units, of the second half.
 */
function run(gate: Gate, units: number): { readonly throughput: number; readonly response: number } {
  const key = streamKey(21, 'closed')
  const events = new Heap<Event>()
  const queues: { sentUs: number; inFlight: number }[][] = [[], []]
  let [draws, seq, inFlight, done, responseUs] = [0, 0, 0, 0, 0]
  const after = (nowUs: number, meanUnits: number, kind: Event['kind'], station: number) => {
    const delay = -ln((draw(key, draws++) + 1) / 0x1_0000_0000) * meanUnits * UNIT_US
    events.push({ time: nowUs + Math.max(1, Math.round(delay)), seq: seq++, kind, station })
  }
  const enter = (station: number, request: { sentUs: number; inFlight: number }, nowUs: number) => {
    if (queues[station]!.push(request) === 1) after(nowUs, DEMANDS[station]!, 'done', station)
  }
  const leave = (request: { sentUs: number; inFlight: number }, nowUs: number) => {
    inFlight--
    gate.left({ rttUs: nowUs - request.sentUs, inFlight: request.inFlight, dropped: false }, request.sentUs, nowUs)
    if (nowUs > (units * UNIT_US) / 2) [done, responseUs] = [done + 1, responseUs + nowUs - request.sentUs]
    after(nowUs, THINK, 'arrive', 0)
  }
  for (let user = 0; user < USERS; user++) after(0, THINK, 'arrive', 0)
  for (;;) {
    const { time, kind, station } = events.pop()!
    if (time > units * UNIT_US) return { throughput: done / (units / 2), response: responseUs / done / UNIT_US }
    if (kind === 'arrive') {
      if (inFlight >= gate.limit(time)) after(time, THINK, 'arrive', 0)
      else enter(0, { sentUs: time, inFlight: ++inFlight }, time)
      continue
    }
    const request = queues[station]!.shift()!
    if (queues[station]!.length > 0) after(time, DEMANDS[station]!, 'done', station)
    if (station === 0) enter(1, request, time)
    else leave(request, time)
  }
}

function gateOf<C, S>(algorithm: LimitAlgorithm<C, S>, config: C): Gate {
  const key = streamKey(22, 'gate')
  let state = algorithm.initial(config, 0)
  let draws = 0
  return {
    limit: () => algorithm.limit(state),
    left(sample, _sentUs, nowUs) {
      state = algorithm.update(config, state, sample, nowUs, draw(key, draws++))
    },
  }
}

function envoyGate(): Gate {
  const config = ENVOY_GRADIENT_DEFAULTS
  const key = streamKey(23, 'gate')
  let state = initialEnvoyGradient(config, 0)
  let draws = 0
  return {
    limit(nowUs) {
      if (nowUs >= envoyGradientWakesUs(state)) state = tickEnvoyGradient(config, state, nowUs)
      return state.limit
    },
    left(_sample, sentUs, nowUs) {
      state = recordEnvoyRtt(config, state, sentUs, nowUs, draw(key, draws++))
    },
  }
}

describe('50 users before a service that is full with 12', () => {
  test('without a limit: X = 1 and R = 40, as the mean value analysis has it', () => {
    const { throughput, response } = run({ limit: () => Number.POSITIVE_INFINITY, left: () => {} }, 40_000)
    expect(Math.abs(throughput - 1)).toBeLessThan(0.03)
    expect(Math.abs(response / 40 - 1)).toBeLessThan(0.05)
  })

  test.each<[string, () => Gate]>([
    ['Vegas', () => gateOf(windowed(vegas), { ...WINDOWED_DEFAULTS, inner: { ...VEGAS_DEFAULTS, initialLimit: 2 } })],
    [
      'the gradient',
      () => gateOf(windowed(gradient), { ...WINDOWED_DEFAULTS, inner: { ...GRADIENT_DEFAULTS, initialLimit: 4 } }),
    ],
    ["Envoy's gradient", envoyGate],
  ])('%s finds a limit: 95 % of the throughput at a third of the response time', (_, gate) => {
    const { throughput, response } = run(gate(), 40_000)
    expect(throughput).toBeGreaterThan(0.95)
    expect(response).toBeLessThan(40 / 3)
  })

  test('a Vegas that starts too high takes the queue it made itself for the service, and stays', () => {
    const high = { ...WINDOWED_DEFAULTS, inner: { ...VEGAS_DEFAULTS, initialLimit: 30 } }
    expect(run(gateOf(windowed(vegas), high), 40_000).response).toBeGreaterThan(20)
  })
})
