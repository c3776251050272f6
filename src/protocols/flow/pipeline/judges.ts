import type { NodeId } from '../../../base/brand.ts'
import { type Invariant, Violation, type World, type WorldEvent } from '../../../machine/invariant.ts'
import type { SourceState } from './source-state.ts'
import { presentIn, type StageState, serversOf } from './stage-state.ts'
import { storeLength, storeReadyUs } from './store.ts'
import { exceedsOffer, exceedsWindow, takesBack } from './tcp-rules.ts'
import type { FlowProtocol, FlowState } from './types.ts'

/**
 * What must hold in every pipeline, whatever is set. A judge looks at the part that has just acted; its memory is the number
 * of looks. Exact: integers, no tolerance.
 */

type Event = WorldEvent<FlowProtocol>
type Rule = (after: FlowState, before: FlowState | undefined, world: World<FlowProtocol>, event: Event) => string | null

function judge(
  id: string,
  title: string,
  source: string,
  meaning: string,
  rule: Rule,
): Invariant<FlowProtocol, number> {
  return {
    id,
    title,
    source,
    meaning,
    init: () => 0,
    step(looks, world, event) {
      const { after, before, actor } = event
      if (after === undefined || actor < 0) return looks
      const found = rule(after, before, world, event)
      return found === null ? looks + 1 : new Violation(found, [world.names[actor] as NodeId])
    },
    report: (looks) => `${looks} looks`,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)

function conserves(after: FlowState): string | null {
  if (after.kind === 'stage') return stageConserves(after)
  return after.kind === 'source' ? sourceConserves(after) : null
}

function stageConserves(state: StageState): string | null {
  const { arrived, departed, dropped } = state.counts
  const present = presentIn(state)
  const gone = departed + sum(dropped)
  if (arrived === gone + present) return null
  return `${state.config.self}: ${arrived} came, ${departed} went on, ${sum(dropped)} were dropped and ${present} are there`
}

function sourceConserves({ config, counts, calls, inFlight }: SourceState): string | null {
  const { made, succeeded, failed, sent, answered, timedOut } = counts
  if (made !== succeeded + failed + calls.size) {
    return `${config.self}: ${made} requests were made, ${succeeded} succeeded, ${failed} failed and ${calls.size} are open`
  }
  if (sent === answered + timedOut + inFlight) return null
  return `${config.self}: ${sent} attempts were sent, ${answered} answered, ${timedOut} given up and ${inFlight} are in flight`
}

/** Less room than before is no mistake: what waits may stay. */
function keepsCapacity(after: FlowState, before: FlowState | undefined): string | null {
  if (after.kind !== 'stage') return null
  const { capacity } = after.durable.settings.buffer
  const length = storeLength(after.store)
  const earlier = before?.kind === 'stage' ? storeLength(before.store) : 0
  return length <= Math.max(capacity, earlier) ? null : `${after.config.self}: ${length} wait where ${capacity} may`
}

/** A window that was made smaller than what waits already is below 0: then nothing may come. */
function keepsDemand(after: FlowState): string | null {
  if (after.kind !== 'stage') return null
  const over = after.inputs.find(({ demand }) => demand.received > Math.max(0, demand.requested))
  if (over === undefined) return null
  const { requested, received } = over.demand
  return `${over.name} has sent ${received}, and ${after.config.self} has asked for ${requested}`
}

function keepsWindows(after: FlowState, before: FlowState | undefined, world: World<FlowProtocol>): string | null {
  if (after.kind === 'receiver') return before?.kind === 'receiver' ? takesBack(before, after) : null
  if (after.kind !== 'sender') return creditIsNegative(after)
  const exceeded = before?.kind === 'sender' ? exceedsWindow(before, after) : null
  if (exceeded !== null) return exceeded
  for (let actor = 0; actor < world.names.length; actor++) {
    const other = world.state(actor)
    const found = other?.kind === 'receiver' ? exceedsOffer(after, other) : null
    if (found !== null) return found
  }
  return null
}

/** A credit never falls below nothing; a window may, when its stage has made it smaller (RFC 9113, 6.9.2). */
function creditIsNegative(after: SourceState | StageState): string | null {
  const below = after.outputs.find(({ grant }) => grant.kind === 'credit' && grant.left < 0)
  return below === undefined ? null : `${after.config.self} has sent ${below.name} more than it was asked for`
}

function conservesWork(after: FlowState, _before: FlowState | undefined, world: World<FlowProtocol>): string | null {
  if (after.kind !== 'stage' || after.kafka !== null || after.durable.settings.batch !== null) return null
  const free = serversOf(after) - after.serving.length
  const readyUs = storeReadyUs(after.store)
  if (free <= 0 || readyUs === null || readyUs > world.now) return null
  return `${after.config.self}: ${free} servers rest though ${storeLength(after.store)} wait`
}

/** L = X W from empty to empty, as an identity: the area under the curve is the sum of the times. */
function littleHolds(after: FlowState): string | null {
  if (after.kind !== 'stage' || presentIn(after) > 0) return null
  const { presentAreaUs, presentUs } = after.counts
  if (presentAreaUs === presentUs) return null
  return `${after.config.self} is empty: the area under its number is ${presentAreaUs} µs, the sum of the times ${presentUs} µs`
}

/** The judges of every pipeline. */
export const flowInvariants: readonly Invariant<FlowProtocol>[] = [
  judge(
    'conservation',
    'Nothing is lost, nothing is made up',
    'Kleinrock, Queueing Systems I, 2.1: a flow is conserved',
    'What came in has gone on, was dropped with a reason, or is still there: in = out + dropped + present.',
    conserves,
  ),
  judge(
    'capacity',
    'A buffer holds what it has room for',
    'the definition of a bounded buffer',
    'No more items wait than the buffer has places, whatever the overflow policy.',
    keepsCapacity,
  ),
  judge(
    'demand',
    'Nobody sends what was not asked for',
    'Reactive Streams 1.0.4, rule 1.1; RFC 9113, 6.9',
    'The total number of onNext signals is at most the total of request(n); of bytes, at most the windows given.',
    keepsDemand,
  ),
  judge(
    'windows',
    'Windows are kept',
    'RFC 9293, 3.8; RFC 5681, 2; RFC 9113, 6.9.2',
    'Nothing is sent beyond what congestion window and receiver allow, an offer is never taken back, no credit falls below 0.',
    keepsWindows,
  ),
  judge(
    'work',
    'No server rests while somebody waits',
    'Kleinrock, Queueing Systems II, 3.4: work conservation',
    'A free server takes an item at the instant at which one may be taken.',
    conservesWork,
  ),
  judge(
    'little',
    "Little's law",
    'Little 1961: L = λ W',
    'From empty to empty, the area under the number of items is the sum of the times that they were there.',
    littleHolds,
  ),
]
