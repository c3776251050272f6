import { unreachable } from '../../../base/assert.ts'

/** What real mode runs: plain data that the page hands to its workers, the limits, and what is to be expected. */

/** The operators that a stage of RxJS may be made of. */
export const OPERATORS = [
  'concatMap',
  'mergeMap',
  'exhaustMap',
  'throttleTime',
  'sampleTime',
  'auditTime',
  'bufferCount',
] as const
export type Operator = (typeof OPERATORS)[number]

/** What joins two workers. */
export type Joint =
  /** A ReadableStream of the upstream, transferred to the downstream. */
  | { readonly primitive: 'readable'; readonly highWaterMark: number }
  /** A WritableStream of the downstream, transferred to the upstream, which awaits `writer.ready`. */
  | { readonly primitive: 'writable'; readonly highWaterMark: number }
  /** `postMessage`, and nothing comes back. */
  | { readonly primitive: 'flood' }
  /** `postMessage`; a credit comes back when work on an item begins. */
  | { readonly primitive: 'credits'; readonly credits: number }
  /** `postMessage` into an operator; `width` is the concurrency of mergeMap, or the size of a batch. */
  | { readonly primitive: 'rxjs'; readonly operator: Operator; readonly width: number }

export type Primitive = Joint['primitive']

/** How a worker spends the time of an item: with a timer, its event loop free; or busy, deaf to everything. */
export type Delay = 'wait' | 'work'

export interface RealPlan {
  readonly joint: Joint
  /** Workers between the producer and the consumer. */
  readonly stages: number
  /** Items a second that the producer makes if nothing holds it back; null: as fast as it can. */
  readonly ratePerS: number | null
  /** Time of an item at a stage and at the consumer. */
  readonly stageMs: number
  readonly consumerMs: number
  readonly delay: Delay
  readonly payloadBytes: number
}

/** What keeps real mode from taking the tab down. */
export const LIMITS = {
  /** Items made and not done: then the producer stops. */
  items: 20_000,
  /** The same in payload. */
  bytes: 128 * 1024 * 1024,
  /** Then all workers are ended. */
  runMs: 120_000,
  /** How long the page may be out of sight before all workers are ended. */
  hiddenMs: 15_000,
  stages: 3,
  highWaterMark: 64,
  credits: 256,
  width: 32,
  ratePerS: 100_000,
  delayMs: 2_000,
  payloadBytes: 1024 * 1024,
} as const

export type LimitName = 'items' | 'bytes' | 'runMs' | 'hiddenMs'

/** The window of throttleTime, sampleTime and auditTime: what they let through can be worked off. */
export const windowMs = ({ stageMs }: RealPlan): number => 2 * stageMs

const inRange = (what: string, value: number, min: number, max: number): string | null =>
  Number.isInteger(value) && value >= min && value <= max
    ? null
    : `${what} is ${value}; it must be a whole number from ${min} to ${max}`

function jointProblem(joint: Joint): string | null {
  switch (joint.primitive) {
    case 'readable':
      return inRange('highWaterMark', joint.highWaterMark, 0, LIMITS.highWaterMark)
    case 'writable':
      if (joint.highWaterMark === 0)
        return 'a WritableStream with highWaterMark 0 is never ready: its desiredSize is 0 from the start, so nothing would ever flow'
      return inRange('highWaterMark', joint.highWaterMark, 1, LIMITS.highWaterMark)
    case 'flood':
      return null
    case 'credits':
      return inRange('the number of credits', joint.credits, 1, LIMITS.credits)
    case 'rxjs':
      return inRange('the width of the operator', joint.width, 1, LIMITS.width)
    default:
      return unreachable(joint)
  }
}

/** Why this cannot be run; null when it can. */
export function realProblem(plan: RealPlan): string | null {
  return (
    jointProblem(plan.joint) ??
    inRange('the number of stages', plan.stages, 1, LIMITS.stages) ??
    (plan.ratePerS === null ? null : inRange('the rate of the producer, 1/s,', plan.ratePerS, 1, LIMITS.ratePerS)) ??
    inRange('the time at a stage, ms,', plan.stageMs, 1, LIMITS.delayMs) ??
    inRange('the time at the consumer, ms,', plan.consumerMs, 1, LIMITS.delayMs) ??
    inRange('the payload, bytes,', plan.payloadBytes, 1, LIMITS.payloadBytes)
  )
}

/** The limit that stops the producer before its next item; null when none is reached. `open`: made and not done. */
export function limitReached(plan: RealPlan, open: number): 'items' | 'bytes' | null {
  if (open >= LIMITS.items) return 'items'
  return (open + 1) * plan.payloadBytes > LIMITS.bytes ? 'bytes' : null
}

/** How far the upstream of a pipe gets ahead of a slower downstream: items made of which work has not begun. */
export interface Expectation {
  readonly items: number
  readonly formula: string
}

/** Null where nothing bounds it. */
export function expectedAhead(joint: Joint): Expectation | null {
  switch (joint.primitive) {
    case 'readable':
      return { items: joint.highWaterMark + 1, formula: 'highWaterMark + 1' }
    case 'writable':
      return { items: joint.highWaterMark, formula: 'highWaterMark' }
    case 'credits':
      return { items: joint.credits, formula: 'the credits' }
    case 'flood':
    case 'rxjs':
      return null
    default:
      return unreachable(joint)
  }
}

/** How much a pipe holds, in words. */
export function capacityOf(joint: Joint): string {
  const expected = expectedAhead(joint)
  if (expected !== null) return `at most ${expected.items}`
  return 'no bound'
}

/** Is the time of a stage spent once for a batch? */
const batchOf = ({ joint }: RealPlan): number =>
  joint.primitive === 'rxjs' && joint.operator === 'bufferCount' ? joint.width : 1

/** Items that an operator works on at once. */
const concurrencyOf = ({ joint, delay }: RealPlan): number =>
  joint.primitive === 'rxjs' && joint.operator === 'mergeMap' && delay === 'wait' ? joint.width : 1

/** Items a second that a stage can do, and the consumer, were timers exact. */
export const stageRate = (plan: RealPlan): number => (1_000 / plan.stageMs) * batchOf(plan) * concurrencyOf(plan)
const consumerRate = (plan: RealPlan): number => (1_000 / plan.consumerMs) * batchOf(plan)

/** Is the producer faster than what comes after it? */
export const isOverloaded = (plan: RealPlan): boolean =>
  plan.ratePerS === null || plan.ratePerS > Math.min(stageRate(plan), consumerRate(plan))

/** The names of the workers, in the order of the pipeline. */
export const partNames = ({ stages }: RealPlan): readonly string[] => [
  'producer',
  ...Array.from({ length: stages }, (_, index) => `stage ${index + 1}`),
  'consumer',
]

/** What a first look shows: a producer ten times as fast as the stage behind it. */
export const FIRST_PLAN: RealPlan = {
  joint: { primitive: 'readable', highWaterMark: 1 },
  stages: 1,
  ratePerS: 500,
  stageMs: 20,
  consumerMs: 5,
  delay: 'work',
  payloadBytes: 1024,
}
