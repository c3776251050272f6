import { type Ema, updateEma } from './ema.ts'
import type { Item } from './item.ts'

/** When a stage throws a request away that it has just taken from its queue. */
export type DeadlinePolicy =
  /** Never: it works on what nobody waits for. */
  | 'ignore'
  /** When it is too late. Under overload that is not enough: what is left expires while it is worked on. */
  | 'expired'
  /** When it could not be ready in time: less is left than a service is expected to take. */
  | 'hopeless'

/** What is left, in µs, below 0 when it is too late; null: there is no deadline. */
export const remainingUs = ({ deadlineUs }: Pick<Item, 'deadlineUs'>, nowUs: number): number | null =>
  deadlineUs === null ? null : deadlineUs - nowUs

/**
 * The deadline of a call that is made on behalf of `parentUs` with its own timeout: the earlier of the two, less what
 * the way back takes. gRPC propagates deadlines like this; without it each layer waits for its full timeout anew.
 */
export function propagated(
  parentUs: number | null,
  timeoutUs: number | null,
  returnUs: number,
  nowUs: number,
): number | null {
  const own = timeoutUs === null ? null : nowUs + timeoutUs
  const inherited = parentUs === null ? null : parentUs - returnUs
  if (own === null || inherited === null) return own ?? inherited
  return Math.min(own, inherited)
}

/**
 * Is this request to be dropped, now that its turn has come? @param expectedServiceUs of this request, where its size is
 * known, or of any: {@link expectedServiceUs}
 */
export function dropsAtDequeue(
  policy: DeadlinePolicy,
  item: Pick<Item, 'deadlineUs'>,
  nowUs: number,
  expectedServiceUs: number,
): boolean {
  const left = remainingUs(item, nowUs)
  if (policy === 'ignore' || left === null) return false
  return policy === 'expired' ? left <= 0 : left < expectedServiceUs
}

/** What a stage knows of its service times: an average over about the last `MEMORY_SERVICES`. */
export type ServiceEstimate = Ema | null

const MEMORY_SERVICES = 100

/** The estimate after a service; the first one starts it. */
export const withService = (estimate: ServiceEstimate, tookUs: number): ServiceEstimate =>
  updateEma(estimate, MEMORY_SERVICES, (estimate?.stamp ?? 0) + 1, tookUs)

/** In whole µs; 0 while nothing is known, so that nothing is dropped for a guess. */
export const expectedServiceUs = (estimate: ServiceEstimate): number => Math.ceil(estimate?.average ?? 0)
