import { addDemand } from './reactive-streams.ts'

/**
 * The referee of Reactive Streams: it watches the signals of one subscription and names the rule that was broken
 * (reactive-streams-jvm 1.0.4, sections 1 to 4). Rules about what cannot be seen from signals (1.4, 1.5, 2.2, 2.5, 2.6,
 * 2.11, 3.4, 3.5, 3.12 to 3.16) are nobody's to judge here; 1.2, 1.10, 2.8, 3.2 and 3.11 allow something.
 */
export type Signal =
  /** A call begins; it lasts until its `return`. `thread` tells apart what runs at the same time. */
  | ({ readonly kind: 'call'; readonly thread: number } & Call)
  | { readonly kind: 'return'; readonly thread: number; readonly threw: boolean }

export type Call =
  | { readonly method: 'subscribe' | 'onSubscribe' | 'onComplete' | 'onError' | 'cancel' }
  /** `missing`: null was passed for the element. */
  | { readonly method: 'onNext'; readonly missing: boolean }
  | { readonly method: 'request'; readonly n: number }

export type Method = Call['method']

/** Whose fault, and what the rule asks. The words are ours. */
export const RULES = Object.freeze({
  '1.1': 'a publisher sends at most as many elements as were requested',
  '1.3': 'signals to a subscriber come one after the other',
  '1.7': 'after onComplete or onError nothing follows',
  '1.8': 'after a cancel the signals must stop',
  '1.9': 'onSubscribe comes first, once',
  '2.3': 'onComplete and onError call neither request nor cancel',
  '2.7': 'request and cancel are called one after the other',
  '2.12': 'onSubscribe is called at most once on a subscriber',
  '2.13': 'a subscriber returns normally; an element is never null',
  '3.3': 'request and onNext do not call each other without bound',
  '3.9': 'request of zero or less is answered by onError',
  '3.10': 'request and cancel return normally',
  '4.1': 'a processor keeps the rules of a publisher and of a subscriber',
  '4.2': 'a processor that does not recover passes an error on',
})

export type RuleNumber = keyof typeof RULES

export interface RefereeConfig {
  /** Signals that may still be on their way after a cancel (1.8 asks for "eventually"). */
  readonly graceAfterCancel: number
  /** Nested calls of request within onNext within request… on one thread; the specification recommends 1 (3.3). */
  readonly recursionMax: number
}

export const REFEREE: RefereeConfig = Object.freeze({ graceAfterCancel: 256, recursionMax: 16 })

interface OpenCall {
  readonly thread: number
  readonly method: Method
}

export interface RefereeState {
  readonly subscriptions: number
  readonly ended: boolean
  readonly cancelled: boolean
  readonly afterCancel: number
  readonly requested: number
  readonly received: number
  /** A request of zero or less waits for its onError. */
  readonly owesError: boolean
  readonly open: readonly OpenCall[]
}

export const REFEREE_START: RefereeState = Object.freeze({
  subscriptions: 0,
  ended: false,
  cancelled: false,
  afterCancel: 0,
  requested: 0,
  received: 0,
  owesError: false,
  open: [],
})

const DOWN: readonly Method[] = ['onSubscribe', 'onNext', 'onComplete', 'onError']
const UP: readonly Method[] = ['request', 'cancel']

const isDown = (method: Method): boolean => DOWN.includes(method)
const isUp = (method: Method): boolean => UP.includes(method)

/** `outcome`: the rules that this signal breaks, in their order. */
export function stepReferee(
  config: RefereeConfig,
  state: RefereeState,
  signal: Signal,
): { state: RefereeState; outcome: readonly RuleNumber[] } {
  if (signal.kind === 'return') return returned(state, signal.thread, signal.threw)
  const broken = [
    ...serial(config, state, signal),
    ...(isDown(signal.method) ? ofPublisher(config, state, signal) : []),
  ]
  if (isUp(signal.method) && inTerminal(state, signal.thread)) broken.push('2.3')
  return { state: { ...counted(state, signal), open: [...state.open, signal] }, outcome: broken }
}

type CallSignal = Extract<Signal, { kind: 'call' }>

/** 1.3 and 2.7 about other threads; 3.3 about this one. */
function serial({ recursionMax }: RefereeConfig, { open }: RefereeState, signal: CallSignal): RuleNumber[] {
  const { method, thread } = signal
  const elsewhere = open.filter((call) => call.thread !== thread)
  if (isDown(method) && elsewhere.some((call) => isDown(call.method))) return ['1.3']
  if (isUp(method) && elsewhere.some((call) => isUp(call.method))) return ['2.7']
  const depth = open.filter((call) => call.thread === thread && call.method === method).length
  return depth >= recursionMax ? ['3.3'] : []
}

const inTerminal = ({ open }: RefereeState, thread: number): boolean =>
  open.some((call) => call.thread === thread && (call.method === 'onComplete' || call.method === 'onError'))

function ofPublisher({ graceAfterCancel }: RefereeConfig, state: RefereeState, signal: CallSignal): RuleNumber[] {
  const broken: RuleNumber[] = []
  const { method } = signal
  if (method === 'onNext' && state.received >= state.requested) broken.push('1.1')
  if (state.ended) broken.push('1.7')
  if (state.cancelled && state.afterCancel >= graceAfterCancel) broken.push('1.8')
  if (method !== 'onSubscribe' && state.subscriptions === 0) broken.push('1.9')
  if (method === 'onSubscribe' && state.subscriptions > 0) broken.push('2.12')
  if (method === 'onNext' && signal.missing) broken.push('2.13')
  if (state.owesError && !state.cancelled && (method === 'onNext' || method === 'onComplete')) broken.push('3.9')
  return broken
}

function counted(state: RefereeState, signal: CallSignal): RefereeState {
  const afterCancel = state.afterCancel + (state.cancelled && isDown(signal.method) ? 1 : 0)
  const next = { ...state, afterCancel }
  switch (signal.method) {
    case 'subscribe':
      return next
    case 'onSubscribe':
      return { ...next, subscriptions: state.subscriptions + 1 }
    case 'onNext':
      return { ...next, received: state.received + 1 }
    case 'onComplete':
    case 'onError':
      return { ...next, ended: true, owesError: false }
    case 'cancel':
      return { ...next, cancelled: true }
    default:
      // 3.6 and 2.4: after a cancel or the end a request does nothing.
      if (state.cancelled || state.ended) return next
      if (!(signal.n > 0)) return { ...next, owesError: true }
      return { ...next, requested: addDemand(state.requested, signal.n) }
  }
}

function returned(state: RefereeState, thread: number, threw: boolean) {
  const at = state.open.findLastIndex((call) => call.thread === thread)
  const call = state.open[at]
  const next = { ...state, open: state.open.filter((_, index) => index !== at) }
  if (!threw || call === undefined) return { state: next, outcome: [] }
  const rule: RuleNumber = isDown(call.method) ? '2.13' : isUp(call.method) ? '3.10' : '1.9'
  return { state: next, outcome: [rule] }
}

/** What became of the two subscriptions of a processor, when both are quiet: what it got, and what it gave. */
export interface ProcessorRecord {
  readonly broken: readonly RuleNumber[]
  readonly upstreamFailed: boolean
  readonly downstream: 'open' | 'completed' | 'failed' | 'cancelled'
  /** The processor is declared to recover from errors. */
  readonly recovers: boolean
}

/** Section 4: a processor is both at once, and an error must not vanish in it. */
export function judgeProcessor(record: ProcessorRecord): readonly RuleNumber[] {
  const broken: RuleNumber[] = record.broken.length > 0 ? ['4.1'] : []
  const vanished = record.downstream === 'open' || record.downstream === 'completed'
  return record.upstreamFailed && !record.recovers && vanished ? [...broken, '4.2'] : broken
}
