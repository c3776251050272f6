import { unreachable } from '../../../base/assert.ts'
import { consumed, HTTP2, type WindowGiver } from '../streams/http2-windows.ts'
import {
  NODE_WRITABLE_START,
  type NodeWritableConfig,
  type NodeWritableEvent,
  type NodeWritableState,
  stepNodeWritable,
} from '../streams/node-stream.ts'
import {
  addDemand,
  type PrefetchConfig,
  SUBSCRIBER_START,
  type SubscriberState,
  stepSubscriber,
  UNBOUNDED,
} from '../streams/reactive-streams.ts'
import {
  type ReadableEvent,
  type ReadableState,
  readableDesiredSize,
  readableStart,
  stepReadable,
} from '../streams/whatwg-readable.ts'
import { type Demand, PIPELINE_LIMITS } from './settings.ts'
import type { DemandSignal } from './types.ts'

/** How a stage asks one of those before it for more: the receiving side of one pipe. */
export interface DemandState {
  /** What was asked for and what came since this began; bytes under windows, items else. Infinite: without bound. */
  readonly requested: number
  readonly received: number
  readonly asking: Asking
}

type Asking =
  | { readonly kind: 'open' }
  | { readonly kind: 'request'; readonly config: PrefetchConfig; readonly subscriber: SubscriberState }
  | { readonly kind: 'window'; readonly giver: WindowGiver }
  /** `handed`: chunks that a read has got and that no server has begun. */
  | { readonly kind: 'whatwg'; readonly readable: ReadableState; readonly handed: number }
  | { readonly kind: 'node'; readonly config: NodeWritableConfig; readonly writable: NodeWritableState }

type AskingOf<Kind extends Asking['kind']> = Extract<Asking, { readonly kind: Kind }>

export interface DemandStep {
  readonly state: DemandState
  readonly signals: readonly DemandSignal[]
}

/** What waits at the stage already of those that came by this pipe. */
export interface Present {
  readonly items: number
  readonly bytes: number
}

const NOTHING_PRESENT: Present = Object.freeze({ items: 0, bytes: 0 })

/**
 * The stage begins to ask, or asks anew in another way.
 * @param share places that this pipe may fill when the buffer blocks; at least one, or it would wait for ever
 * @param blocks the buffer blocks: then no more is asked for than what has a place
 */
export function demandStart(
  demand: Demand,
  share: number,
  blocks: boolean,
  present: Present = NOTHING_PRESENT,
): { readonly state: DemandState; readonly signal: DemandSignal } {
  const places = blocks ? Math.max(1, share) : UNBOUNDED
  switch (demand.kind) {
    case 'push':
      return blocks ? requestStart({ prefetch: places, replenish: 1 }, present) : openStart()
    case 'kafka':
      return openStart()
    case 'request': {
      const prefetch = Math.min(demand.prefetch, places)
      return requestStart({ prefetch, replenish: Math.min(demand.replenish, prefetch) }, present)
    }
    case 'window':
      return windowStart(demand.initialBytes, present)
    case 'whatwg':
      return whatwgStart(demand.highWaterMark, present)
    case 'node':
      return demand.obeyed ? nodeStart(demand.highWaterMark, present) : openStart()
    default:
      return unreachable(demand)
  }
}

const openStart = () => ({
  state: { requested: UNBOUNDED, received: 0, asking: { kind: 'open' } } as const,
  signal: { how: 'open' } as const,
})

function requestStart(config: PrefetchConfig, { items }: Present) {
  const asked = stepSubscriber(config, SUBSCRIBER_START, { kind: 'subscribed' })
  // Those that wait here already stand for as many that were asked for and have come; whoever is above must go first.
  const n = Math.max(0, asked.outcome - items)
  const doneSinceRequest = Math.min(0, asked.outcome - items)
  const subscriber = { outstanding: n, buffered: items, doneSinceRequest }
  const asking = { kind: 'request', config, subscriber } as const
  return { state: { requested: n, received: 0, asking }, signal: { how: 'request', n, reset: true } as const }
}

/**
 * grpc-go gives back a quarter of a window at a time. The streams of a connection lead to as many stages as there may
 * be, and none knows of the others: so that all together never withhold more than a quarter of the connection's window,
 * each counts with its share of it.
 */
const CONNECTION_SHARE_BYTES = Math.floor(HTTP2.initialWindowBytes / PIPELINE_LIMITS.parts)

function windowStart(initialBytes: number, present: Present) {
  const bytes = initialBytes - present.bytes
  const giver = { limitBytes: Math.min(initialBytes, CONNECTION_SHARE_BYTES), unreturnedBytes: 0 }
  const state = { requested: bytes, received: 0, asking: { kind: 'window', giver } } as const
  return { state, signal: { how: 'window', bytes, reset: true } as const }
}

/** One chunk is one item: the standard's count strategy. */
const CHUNK = Object.freeze({ value: 0, size: 1 })

function whatwgStart(highWaterMark: number, { items }: Present) {
  let readable = readableStart(highWaterMark)
  for (let at = 0; at < items; at++) readable = stepReadable(readable, { kind: 'enqueue', chunk: CHUNK }).state
  const { state, outcome } = stepReadable(readable, { kind: 'started' })
  const n = outcome.length
  const asking = { kind: 'whatwg', readable: state, handed: 0 } as const
  return { state: { requested: n, received: 0, asking }, signal: { how: 'request', n, reset: true } as const }
}

function nodeStart(highWaterMark: number, { bytes }: Present) {
  const config = { highWaterMark }
  const written = stepNodeWritable(config, NODE_WRITABLE_START, { kind: 'write', size: bytes })
  const state = bytes === 0 ? NODE_WRITABLE_START : written.state
  const asking = { kind: 'node', config, writable: state } as const
  const how = state.needDrain ? 'pause' : 'open'
  return { state: { requested: UNBOUNDED, received: 0, asking }, signal: { how } as const }
}

/** An item came by this pipe. */
export function demandArrived(state: DemandState, bytes: number): DemandStep {
  const { asking } = state
  const came = (units: number, next: Asking): DemandState => ({
    ...state,
    received: state.received + units,
    asking: next,
  })
  switch (asking.kind) {
    case 'open':
      return { state: came(1, asking), signals: [] }
    case 'request': {
      const { state: subscriber } = stepSubscriber(asking.config, asking.subscriber, { kind: 'next', count: 1 })
      return { state: came(1, { ...asking, subscriber }), signals: [] }
    }
    case 'window':
      return { state: came(bytes, asking), signals: [] }
    case 'whatwg':
      return readable(came(1, asking), asking, [{ kind: 'enqueue', chunk: CHUNK }, { kind: 'pulled' }])
    case 'node':
      return writable(came(1, asking), asking, { kind: 'write', size: bytes })
    default:
      return unreachable(asking)
  }
}

/** An item that came by this pipe waits no more: a server has begun it, or it was dropped. */
export function demandTaken(state: DemandState, bytes: number): DemandStep {
  const { asking } = state
  switch (asking.kind) {
    case 'open':
      return { state, signals: [] }
    case 'request':
      return requestTaken(state, asking)
    case 'window':
      return windowTaken(state, asking, bytes)
    case 'whatwg':
      return whatwgTaken(state, asking)
    case 'node':
      return writable(state, asking, { kind: 'written' })
    default:
      return unreachable(asking)
  }
}

function requestTaken(state: DemandState, asking: AskingOf<'request'>): DemandStep {
  const { state: subscriber, outcome: n } = stepSubscriber(asking.config, asking.subscriber, { kind: 'done', count: 1 })
  const requested = addDemand(state.requested, n)
  const signals = n === 0 ? [] : [{ how: 'request', n, reset: false } as const]
  return { state: { ...state, requested, asking: { ...asking, subscriber } }, signals }
}

function windowTaken(state: DemandState, asking: AskingOf<'window'>, taken: number): DemandStep {
  const { state: giver, outcome: bytes } = consumed(asking.giver, taken)
  const signals = bytes === 0 ? [] : [{ how: 'window', bytes, reset: false } as const]
  return { state: { ...state, requested: state.requested + bytes, asking: { ...asking, giver } }, signals }
}

/** What a read had got before its server could begin needs no second read. */
function whatwgTaken(state: DemandState, asking: AskingOf<'whatwg'>): DemandStep {
  if (asking.handed > 0) return { state: { ...state, asking: { ...asking, handed: asking.handed - 1 } }, signals: [] }
  const { state: next, signals } = readable(state, asking, [{ kind: 'read', id: 0 }])
  const read = next.asking as AskingOf<'whatwg'>
  return { state: { ...next, asking: { ...read, handed: 0 } }, signals }
}

/**
 * So many servers have nothing to do: with WHATWG streams each of them waits in a read, which makes the source pull even
 * when the high-water mark is 0. To be said whenever it has changed; nobody else cares.
 */
export function demandIdle(state: DemandState, servers: number): DemandStep {
  const { asking } = state
  if (asking.kind !== 'whatwg') return { state, signals: [] }
  const missing = servers - asking.readable.readRequests.length - asking.handed
  if (missing <= 0) return { state, signals: [] }
  return readable(
    state,
    asking,
    Array.from({ length: missing }, () => ({ kind: 'read', id: 0 }) as const),
  )
}

function readable(state: DemandState, asking: AskingOf<'whatwg'>, events: readonly ReadableEvent[]): DemandStep {
  let at = asking.readable
  let handed = asking.handed
  let n = 0
  for (const event of events) {
    const step = stepReadable(at, event)
    at = step.state
    for (const effect of step.outcome) {
      if (effect.kind === 'read') handed++
      if (effect.kind === 'pull') n++
    }
  }
  const signals = n === 0 ? [] : [{ how: 'request', n, reset: false } as const]
  return { state: { ...state, requested: state.requested + n, asking: { ...asking, readable: at, handed } }, signals }
}

function writable(state: DemandState, asking: AskingOf<'node'>, event: NodeWritableEvent): DemandStep {
  const { state: next, outcome } = stepNodeWritable(asking.config, asking.writable, event)
  const signals: DemandSignal[] = []
  for (const effect of outcome) {
    if (effect.kind === 'returned' && !effect.more) signals.push({ how: 'pause' })
    if (effect.kind === 'drain') signals.push({ how: 'resume' })
  }
  return { state: { ...state, asking: { ...asking, writable: next } }, signals }
}

/** For the picture and for judges. */
export interface DemandView {
  /** Rule 1.1 of Reactive Streams: what came is at most what was asked for. */
  readonly requested: number
  readonly received: number
  readonly outstanding: number
  /** Bytes that may still come. Null: nobody counts bytes. */
  readonly window: number | null
  /** What is left to the high-water mark; below 0 above it. Null: there is no mark. */
  readonly desiredSize: number | null
}

export function demandView({ requested, received, asking }: DemandState): DemandView {
  const outstanding = requested - received
  const window = asking.kind === 'window' ? outstanding : null
  return { requested, received, outstanding, window, desiredSize: desiredSizeOf(asking) }
}

function desiredSizeOf(asking: Asking): number | null {
  if (asking.kind === 'whatwg') return readableDesiredSize(asking.readable)
  return asking.kind === 'node' ? asking.config.highWaterMark - asking.writable.length : null
}
