import { unreachable } from '../../base/assert.ts'
import { formatDuration } from '../../base/units.ts'
import type { Codel } from '../../protocols/flow/aqm/codel.ts'
import type { BreakerPhase } from '../../protocols/flow/breakers/breaker.ts'
import { breakerPhase } from '../../protocols/flow/pipeline/breaker.ts'
import type { DemandState } from '../../protocols/flow/pipeline/demand.ts'
import type { Output } from '../../protocols/flow/pipeline/grants.ts'
import { kafkaLag, kafkaWaiting } from '../../protocols/flow/pipeline/kafka.ts'
import { type LimitState, limitNow } from '../../protocols/flow/pipeline/limiter.ts'
import type { RateState } from '../../protocols/flow/pipeline/rate.ts'
import { receiverView } from '../../protocols/flow/pipeline/receiver.ts'
import { senderView } from '../../protocols/flow/pipeline/sender.ts'
import type { QueueManagement, RateLimit, StageSettings } from '../../protocols/flow/pipeline/settings.ts'
import type { SourceState } from '../../protocols/flow/pipeline/source-state.ts'
import { presentIn, type StageState, serversOf } from '../../protocols/flow/pipeline/stage-state.ts'
import type { Store } from '../../protocols/flow/pipeline/store.ts'
import type { FlowState, ReceiverPart, SenderPart } from '../../protocols/flow/pipeline/types.ts'
import { envoyRetryLimit } from '../../protocols/flow/retries/budget-envoy.ts'
import { finagleBalance } from '../../protocols/flow/retries/budget-finagle.ts'
import { windowSums } from '../../protocols/flow/rolling-window.ts'
import { refusalProbability } from '../../protocols/flow/shedding/client-throttling.ts'
import { dropProbability } from '../../protocols/flow/shedding/nack-admission.ts'
import { readableDesiredSize } from '../../protocols/flow/streams/whatwg-readable.ts'
import type { GaugeView, MechanismView } from './contract.ts'

/** A part as a glass box: the inner state of every mechanism that is on, under the names that its source gives it. */

type Slot = MechanismView['slots'][number]

const slot = (name: string, value: string | number | boolean | null): Slot => ({ name, value: String(value ?? 'none') })
const ms = (us: number): number => us / 1_000

const gauge = (name: string, unit: string, value: number, most: number, mark: GaugeView['mark'] = null): GaugeView => ({
  name,
  unit,
  value,
  most: Math.max(most, value, mark?.at ?? 0),
  mark,
})

const mechanism = (title: string, source: string, rest: Partial<MechanismView>): MechanismView => ({
  title,
  source,
  phases: [],
  phase: null,
  gauges: [],
  slots: [],
  ...rest,
})

/** Everything that is on in a part; nothing of one that is down. */
export function insideOf(state: FlowState | undefined, nowUs: number): readonly MechanismView[] {
  switch (state?.kind) {
    case undefined:
      return []
    case 'stage':
      return insideStage(state, nowUs)
    case 'source':
      return insideSource(state, nowUs)
    case 'sender':
      return [insideSender(state)]
    case 'receiver':
      return [insideReceiver(state)]
  }
}

// ---- Demand ---------------------------------------------------------------------------------------------------------

function demandOf(name: string, { asking, requested, received }: DemandState): MechanismView | null {
  const total = [slot('requested', Number.isFinite(requested) ? requested : 'unbounded'), slot('received', received)]
  switch (asking.kind) {
    case 'open':
      return null
    case 'request': {
      const { config, subscriber } = asking
      const { outstanding, buffered, doneSinceRequest } = subscriber
      return mechanism(`Asks ${name}`, 'Reactive Streams 1.0.4, rule 1.1', {
        gauges: [
          gauge('outstanding', '', outstanding, config.prefetch),
          gauge('done since request', '', doneSinceRequest, config.replenish, { at: config.replenish, name: 'asks' }),
        ],
        slots: [...total, slot('buffered', buffered)],
      })
    }
    case 'window': {
      const { limitBytes, unreturnedBytes } = asking.giver
      return mechanism(`Window for ${name}`, 'RFC 9113, 5.2 and 6.9', {
        gauges: [
          gauge('given and not used', 'B', requested - received, requested - received + unreturnedBytes),
          gauge('used and not given back', 'B', unreturnedBytes, limitBytes, {
            at: limitBytes / 4,
            name: 'WINDOW_UPDATE',
          }),
        ],
        slots: total,
      })
    }
    case 'whatwg': {
      const { readable, handed } = asking
      return mechanism(`Stream from ${name}`, 'WHATWG Streams, 4.5', {
        gauges: [
          gauge('queueTotalSize', '', readable.queueTotalSize, readable.highWaterMark, {
            at: readable.highWaterMark,
            name: 'highWaterMark',
          }),
        ],
        slots: [
          slot('[[state]]', readable.status),
          slot('desiredSize', readableDesiredSize(readable)),
          slot('[[started]]', readable.started),
          slot('[[pulling]]', readable.pulling),
          slot('[[pullAgain]]', readable.pullAgain),
          slot('[[readRequests]]', readable.readRequests.length),
          slot('read, not begun', handed),
          slot('received', received),
        ],
      })
    }
    case 'node': {
      const { config, writable } = asking
      return mechanism(`Writable for ${name}`, 'Node.js, stream.Writable', {
        gauges: [
          gauge('writableLength', '', writable.length, config.highWaterMark, {
            at: config.highWaterMark,
            name: 'highWaterMark',
          }),
        ],
        slots: [
          slot('writableNeedDrain', writable.needDrain),
          slot('buffered', writable.buffered.length),
          slot('writing', writable.writing),
          slot('received', received),
        ],
      })
    }
    default:
      return unreachable(asking)
  }
}

/** What the part may send on a pipe; null: whatever it has. */
function grantOf({ name, grant, requestedTotal, sent, owedBytes }: Output): MechanismView | null {
  const title = `May send to ${name}`
  switch (grant.kind) {
    case 'open':
      return null
    case 'none':
      return mechanism(title, 'the stage behind it decides', { phases: ['not asked', 'open'], phase: 'not asked' })
    case 'paused':
      return mechanism(title, 'write() said false', { phases: ['open', 'paused'], phase: 'paused' })
    case 'credit':
      return Number.isFinite(grant.left)
        ? mechanism(title, 'request(n)', {
            gauges: [gauge('credit', '', grant.left, requestedTotal - sent)],
            slots: [slot('asked for', requestedTotal), slot('sent', sent)],
          })
        : null
    case 'window':
      return mechanism(title, 'RFC 9113, 6.9', {
        gauges: [gauge('window', 'B', grant.left, grant.left + owedBytes)],
        slots: [slot('owed to the connection', `${owedBytes} B`), slot('sent', `${sent} B`)],
      })
    default:
      return unreachable(grant)
  }
}

const there = (all: readonly (MechanismView | null)[]): readonly MechanismView[] => all.filter((each) => each !== null)

// ---- A stage ----------------------------------------------------------------------------------------------------------

const insideStage = (state: StageState, nowUs: number): readonly MechanismView[] => {
  const { inputs, outputs, durable, store, limit, rate } = state
  const { settings } = durable
  return there([
    ...inputs.map(({ name, demand }) => demandOf(name, demand)),
    kafkaOf(state, nowUs),
    managerOf(settings.management, store, nowUs),
    limitOf(limit, presentIn(state)),
    rateOf(settings.rate, rate, nowUs),
    fleetOf(state),
    ...outputs.map(grantOf),
  ])
}

function kafkaOf({ kafka, durable }: StageState, nowUs: number): MechanismView | null {
  const { demand } = durable.settings
  if (kafka === null || demand.kind !== 'kafka') return null
  const { group } = kafka
  const { membership, logEnd, committed, position, paused, reprocessed, rebalances } = group
  const interval = ms(demand.config.maxPollIntervalUs)
  const polled = membership.kind === 'member' ? ms(nowUs - membership.polledUs) : 0
  return mechanism('Kafka consumer', 'Apache Kafka, Consumer Configs; KIP-62', {
    phases: ['joining', 'member', 'evicted'],
    phase: membership.kind,
    gauges: [
      gauge('since the last poll', 'ms', polled, interval, { at: interval, name: 'max.poll.interval' }),
      gauge('lag', '', kafkaLag(kafka), Math.max(1, logEnd)),
    ],
    slots: [
      slot('log end offset', logEnd),
      slot('position', position),
      slot('committed', committed),
      slot('not begun', kafkaWaiting(kafka)),
      slot('paused', paused),
      slot('done again', reprocessed),
      slot('rebalances', rebalances),
    ],
  })
}

function managerOf(management: QueueManagement, store: Store, nowUs: number): MechanismView | null {
  if (store.kind === 'fq-codel') {
    const { newFlows, oldFlows, flows, packets, bytes } = store.queues
    const dropping = [...newFlows, ...oldFlows].filter((at) => flows.get(String(at))?.codel.dropping)
    return mechanism('FQ-CoDel', 'RFC 8290', {
      slots: [
        slot('new flows', newFlows.length),
        slot('old flows', oldFlows.length),
        slot('flows that drop', dropping.length),
        slot('packets', packets),
        slot('bytes', bytes),
      ],
    })
  }
  const { manager } = store
  if (manager.kind === 'codel' && management.kind === 'codel') return codelOf(manager.codel, management.config, nowUs)
  if (manager.kind === 'pie' && management.kind === 'pie') {
    const { probability, delayUs, delayBeforeUs, burstLeftUs, accumulated } = manager.pie
    const { targetUs } = management.config
    return mechanism('PIE', 'RFC 8033', {
      phases: ['burst allowed', 'judging'],
      phase: burstLeftUs > 0 ? 'burst allowed' : 'judging',
      gauges: [
        gauge('drop probability', '%', probability * 100, 100),
        gauge('queue delay', 'ms', ms(delayUs), ms(targetUs) * 4, { at: ms(targetUs), name: 'target' }),
      ],
      slots: [
        slot('delay before', formatDuration(Math.round(delayBeforeUs))),
        slot('burst left', formatDuration(Math.max(0, Math.round(burstLeftUs)))),
        slot('accumulated', accumulated.toFixed(3)),
      ],
    })
  }
  if (manager.kind === 'red' && management.kind === 'red') {
    const { average, count } = manager.red
    const { minPackets, maxPackets } = management.config
    return mechanism('RED', 'Floyd and Jacobson 1993', {
      phases: ['below', 'early drops', 'above'],
      phase: average < minPackets ? 'below' : average < maxPackets ? 'early drops' : 'above',
      gauges: [gauge('mean length', '', average, maxPackets * 2, { at: minPackets, name: 'min' })],
      slots: [slot('since the last drop', count), slot('max', maxPackets)],
    })
  }
  return null
}

type CodelSettings = Extract<StageSettings['management'], { kind: 'codel' }>['config']

function codelOf(codel: Codel, { targetUs, intervalUs }: CodelSettings, nowUs: number): MechanismView {
  const { dropping, count, lastCount, firstAboveUs, dropNextUs } = codel
  // `firstAboveUs` lies an interval ahead of the moment at which the wait rose above the target.
  const aboveUs = firstAboveUs === null ? 0 : nowUs - (firstAboveUs - intervalUs)
  return mechanism('CoDel', 'RFC 8289', {
    phases: ['below target', 'above target', 'dropping'],
    phase: dropping ? 'dropping' : firstAboveUs === null ? 'below target' : 'above target',
    gauges: [
      gauge('above target for', 'ms', ms(Math.max(0, aboveUs)), ms(intervalUs) * 2, {
        at: ms(intervalUs),
        name: 'interval',
      }),
    ],
    slots: [
      slot('target', formatDuration(targetUs)),
      slot('count', count),
      slot('lastcount', lastCount),
      slot('drop_next in', dropping ? formatDuration(Math.max(0, Math.round(dropNextUs - nowUs))) : 'none'),
    ],
  })
}

function fleetOf(state: StageState): MechanismView | null {
  const { fleet, durable } = state
  const { autoscaling } = durable.settings
  if (fleet === null || autoscaling === null) return null
  const { maxReplicas, minReplicas, targetPermille } = autoscaling.hpa
  return mechanism('Autoscaler', 'Kubernetes, autoscaling/v2', {
    gauges: [
      gauge('ready', '', serversOf(state), maxReplicas, { at: minReplicas, name: 'least' }),
      gauge('busy', '%', (state.serving.length * 100) / Math.max(1, serversOf(state)), 100, {
        at: targetPermille / 10,
        name: 'target',
      }),
    ],
    slots: [slot('booting', fleet.bootingUs.length)],
  })
}

// ---- What stages and sources share ------------------------------------------------------------------------------------

const LIMIT_TITLES = {
  fixed: ['Concurrency limit', 'a number'],
  aimd: ['AIMD limit', 'Netflix concurrency-limits, AIMDLimit'],
  vegas: ['Vegas limit', 'Netflix concurrency-limits, VegasLimit'],
  gradient: ['Gradient limit', 'Netflix concurrency-limits, GradientLimit'],
  gradient2: ['Gradient2 limit', 'Netflix concurrency-limits, Gradient2Limit'],
  envoy: ['Envoy gradient', 'Envoy, adaptive concurrency filter'],
} as const

function limitOf(state: LimitState, inFlight: number): MechanismView | null {
  if (state.kind === 'none') return null
  const [title, source] = LIMIT_TITLES[state.kind]
  const limit = limitNow(state)
  return mechanism(title, source, {
    gauges: [gauge('in flight', '', inFlight, limit * 1.25, { at: limit, name: 'limit' })],
    slots: [slot('limit', Math.floor(limit)), ...limitSlots(state)],
  })
}

const rtt = (us: number | null): string => (us === null || us === 0 ? 'unknown' : formatDuration(Math.round(us)))

function limitSlots(state: Exclude<LimitState, { kind: 'none' }>): readonly Slot[] {
  switch (state.kind) {
    case 'fixed':
    case 'aimd':
      return []
    case 'vegas':
    case 'gradient': {
      const { inner, count } = state.inner
      return [
        slot('estimate', inner.estimate.toFixed(1)),
        slot('rtt without load', rtt(inner.noLoadRttUs)),
        slot('samples of this window', count),
      ]
    }
    case 'gradient2': {
      const { inner, count } = state.inner
      return [
        slot('estimate', inner.estimate.toFixed(1)),
        slot('long rtt', rtt(inner.longRttUs)),
        slot('samples of this window', count),
      ]
    }
    case 'envoy': {
      const { minRttUs, deferredLimit, samplesUs } = state.inner
      return [
        slot('measures minRTT', deferredLimit !== null),
        slot('minRTT', rtt(minRttUs)),
        slot('samples of this window', samplesUs.length),
      ]
    }
    default:
      return unreachable(state)
  }
}

function rateOf(rate: RateLimit, state: RateState, nowUs: number): MechanismView | null {
  if (state.kind === 'token-bucket' && rate.kind === 'token-bucket') {
    const { tokens, perUs, burst } = rate.config
    const parts = state.inner.parts + (nowUs - state.inner.atUs) * tokens
    return mechanism('Token bucket', 'Turner 1986', {
      gauges: [gauge('tokens', '', Math.min(burst, parts / perUs), burst)],
      slots: [slot('refilled', `${tokens} per ${formatDuration(perUs)}`)],
    })
  }
  if (state.kind === 'gcra' && rate.kind === 'gcra') {
    const { tokens, perUs, burst } = rate.config
    const ahead = Math.max(0, state.inner.theoreticalArrival / tokens - nowUs)
    const tolerance = ((burst - 1) * perUs) / tokens
    return mechanism('GCRA', 'ITU-T I.371', {
      gauges: [gauge('ahead of its time', 'ms', ms(ahead), ms(tolerance), { at: ms(tolerance), name: 'τ' })],
    })
  }
  if (state.kind === 'leaky-bucket' && rate.kind === 'leaky-bucket') {
    const { intervalUs, capacity } = rate.config
    const level = Math.ceil(Math.max(0, state.inner.emptyUs - nowUs) / intervalUs)
    return mechanism('Leaky bucket', 'Turner 1986', { gauges: [gauge('level', '', level, capacity)] })
  }
  if (state.kind === 'fixed-window' && rate.kind === 'fixed-window') {
    const { limit, windowUs } = rate.config
    const isThis = Math.floor(nowUs / windowUs) === state.inner.window
    return mechanism('Fixed window', 'a counter', {
      gauges: [gauge('passed in this window', '', isThis ? state.inner.count : 0, limit, { at: limit, name: 'limit' })],
    })
  }
  return null
}

// ---- A source -----------------------------------------------------------------------------------------------------------

const insideSource = (state: SourceState, nowUs: number): readonly MechanismView[] =>
  there([
    breakerOf(state, nowUs),
    budgetOf(state, nowUs),
    throttleOf(state, nowUs),
    limitOf(state.limit, state.inFlight),
    rateOf(state.durable.settings.rate, state.rate, nowUs),
    ...state.outputs.map(grantOf),
  ])

const PHASES: readonly BreakerPhase[] = ['closed', 'open', 'half-open']

function breakerOf({ breaker: state, durable }: SourceState, nowUs: number): MechanismView | null {
  const { breaker } = durable.settings
  const phases = { phases: PHASES, phase: breakerPhase(breaker, state, nowUs) }
  if (state.kind === 'hystrix' && breaker.kind === 'hystrix') {
    const { windowUs, requestVolumeThreshold, errorThresholdPercent } = breaker.config
    const { all, some } = state.inner.health.sums
    return mechanism('Hystrix', 'Hystrix 1.5, HystrixCircuitBreaker', {
      ...phases,
      gauges: failures(all, some, errorThresholdPercent, requestVolumeThreshold),
      slots: [
        slot('window', formatDuration(windowUs)),
        ...sleeping(state.inner.kind === 'open' ? state.inner.openedUs : null, breaker.config.sleepWindowUs, nowUs),
      ],
    })
  }
  if (state.kind === 'resilience4j' && breaker.kind === 'resilience4j') {
    const { failureRatePercent, minimumCalls, waitInOpenUs } = breaker.config
    const { inner } = state
    const calls = inner.kind === 'open' ? null : inner.calls
    const all = calls === null ? 0 : calls.list.end - calls.from
    return mechanism('resilience4j', 'resilience4j, CircuitBreaker', {
      ...phases,
      gauges: failures(all, calls?.failed ?? 0, failureRatePercent, minimumCalls),
      slots: [
        slot('slow calls', calls?.slow ?? 0),
        ...(inner.kind === 'half-open' ? [slot('trials left', inner.permits)] : []),
        ...sleeping(inner.kind === 'open' ? inner.sinceUs : null, waitInOpenUs, nowUs),
      ],
    })
  }
  if (state.kind === 'opossum' && breaker.kind === 'opossum') {
    const { errorThresholdPercent, volumeThreshold, resetTimeoutUs } = breaker.config
    const { all, some } = windowSums(breaker.config, state.inner.stats, nowUs)
    return mechanism('opossum', 'opossum, lib/circuit.js', {
      ...phases,
      gauges: failures(all, some, errorThresholdPercent, volumeThreshold),
      slots: sleeping(state.inner.kind === 'open' ? state.inner.sinceUs : null, resetTimeoutUs, nowUs),
    })
  }
  return null
}

const failures = (all: number, failed: number, percent: number, volume: number): readonly GaugeView[] => [
  gauge('failed', '%', all === 0 ? 0 : (failed * 100) / all, 100, { at: percent, name: 'opens' }),
  gauge('calls in the window', '', all, Math.max(volume * 2, all), { at: volume, name: 'least' }),
]

const sleeping = (sinceUs: number | null, forUs: number, nowUs: number): readonly Slot[] =>
  sinceUs === null ? [] : [slot('tries again in', formatDuration(Math.max(0, Math.round(sinceUs + forUs - nowUs))))]

function budgetOf(source: SourceState, nowUs: number): MechanismView | null {
  const { budget: state, durable, inFlight, backlog, retriesInFlight, counts } = source
  const { budget } = durable.settings
  const forbidden = slot('retries forbidden', counts.forbidden)
  if (state.kind === 'finagle' && budget.kind === 'finagle') {
    const balance = finagleBalance(budget.config, state.inner, nowUs)
    return mechanism('Retry budget', 'Finagle, RetryBudget', {
      gauges: [gauge('balance', 'retries', balance, Math.max(balance, 20))],
      slots: [slot('share', `${budget.config.share * 100}%`), forbidden],
    })
  }
  if (state.kind === 'envoy' && budget.kind === 'envoy') {
    const most = envoyRetryLimit(budget.config, { active: inFlight, pending: backlog.length, retriesInFlight })
    return mechanism('Retry budget', 'Envoy, RetryBudget', {
      gauges: [gauge('retries in flight', '', retriesInFlight, most * 1.25, { at: most, name: 'budget' })],
      slots: [slot('in flight', inFlight), forbidden],
    })
  }
  if (state.kind === 'grpc' && budget.kind === 'grpc') {
    const { maxTokens } = budget.config
    return mechanism('Retry throttling', 'gRFC A6', {
      gauges: [
        gauge('tokens', '', state.inner.milliTokens / 1_000, maxTokens, { at: maxTokens / 2, name: 'no retry below' }),
      ],
      slots: [forbidden],
    })
  }
  if (state.kind === 'aws' && budget.kind === 'aws') {
    return mechanism('Retry quota', 'AWS SDKs, standard mode', {
      gauges: [gauge('tokens', '', state.inner.tokens, budget.config.capacity)],
      slots: [slot('a timeout costs', budget.config.timeoutCost), forbidden],
    })
  }
  return null
}

function throttleOf({ throttle: state, durable }: SourceState, nowUs: number): MechanismView | null {
  const { throttle } = durable.settings
  if (state.kind === 'google' && throttle.kind === 'google') {
    const { all, some } = windowSums(throttle.config, state.inner, nowUs)
    return mechanism('Client throttling', 'Site Reliability Engineering, ch. 21', {
      gauges: [gauge('refuses itself', '%', refusalProbability(throttle.config, state.inner, nowUs) * 100, 100)],
      slots: [slot('requests', all), slot('accepts', some)],
    })
  }
  if (state.kind === 'nack' && throttle.kind === 'nack') {
    return mechanism('Nack admission', 'Finagle, NackAdmissionFilter', {
      gauges: [gauge('refuses itself', '%', dropProbability(throttle.config, state.inner) * 100, 100)],
    })
  }
  return null
}

// ---- TCP ------------------------------------------------------------------------------------------------------------------

function insideSender(state: SenderPart): MechanismView {
  const { phase, cwndBytes, ssthreshBytes, flightBytes, receiveWindowBytes, srttUs, rtoUs } = senderView(state)
  const most = Math.max(cwndBytes, receiveWindowBytes, flightBytes, 1)
  return mechanism('TCP sender', 'RFC 5681, RFC 9293', {
    phases: phase === 'idle' || phase === 'connecting' ? ['idle', 'connecting', 'open'] : [],
    phase,
    gauges: [
      gauge(
        'congestion window',
        'B',
        cwndBytes,
        most,
        ssthreshBytes === null || !Number.isFinite(ssthreshBytes) ? null : { at: ssthreshBytes, name: 'ssthresh' },
      ),
      gauge('in flight', 'B', flightBytes, most),
      gauge('receive window', 'B', receiveWindowBytes, most),
    ],
    slots: [slot('SRTT', srttUs === null ? 'unknown' : formatDuration(srttUs)), slot('RTO', formatDuration(rtoUs))],
  })
}

function insideReceiver(state: ReceiverPart): MechanismView {
  const { unreadBytes, windowBytes, deliveredBytes } = receiverView(state)
  const { bufferBytes } = state.durable.settings
  return mechanism('TCP receiver', 'RFC 9293, 3.8.6', {
    gauges: [gauge('unread', 'B', unreadBytes, bufferBytes), gauge('window offered', 'B', windowBytes, bufferBytes)],
    slots: [slot('delivered', `${deliveredBytes} B`)],
  })
}
