import { unreachable } from '../../../base/assert.ts'
import { flow } from '../../../base/flow.ts'
import {
  expectedAhead,
  isOverloaded,
  type Joint,
  LIMITS,
  type LimitName,
  type RealPlan,
  stageRate,
  windowMs,
} from './plan.ts'
import type { Condition, PartShot, PipeShot, RealSnapshot } from './snapshot.ts'

/** What real mode says: what one sees, and why. */

/** `12,345`. */
export const countText = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')

export const itemsText = (count: number): string => (count === 1 ? '1 item' : `${countText(count)} items`)

const waitText = (count: number): string => `${itemsText(count)} ${count === 1 ? 'waits' : 'wait'}`

/** `the producer`, `stage 1`. */
const theText = (name: string): string => (name.startsWith('stage') ? name : `the ${name}`)
const sentenceStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `8.2 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const inKib = bytes / 1024
  return inKib < 1024 ? `${digits(inKib)} KiB` : `${digits(inKib / 1024)} MiB`
}
const digits = (value: number): string => (value < 10 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0))

/** `340 ms`, `3.2 s`. */
export const timeText = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)

export const CONDITION_TEXTS: Readonly<Record<Condition, string>> = {
  busy: 'at work',
  idle: 'waits for items',
  blocked: 'held back',
  held: 'held by you',
  stopped: 'stopped by a limit',
  silent: 'does not answer',
  dead: 'ended',
}

const LIMIT_TEXTS: Readonly<Record<LimitName, string>> = {
  items: flow(`
    The limit of items ahead is reached: ${countText(LIMITS.items)} are made and not done. The producer has
    stopped; what waits is still worked off.
  `),
  bytes: flow(`
    The limit of memory is reached: ${bytesText(LIMITS.bytes)} of payload are made and not done. The producer
    has stopped; what waits is still worked off.
  `),
  runMs: `The limit of run time is reached: after ${timeText(LIMITS.runMs)} all workers were ended.`,
  hiddenMs: `The page was out of sight for ${timeText(LIMITS.hiddenMs)}: all workers were ended.`,
}

/** What is asked before a run: whoever has guessed sees more. */
export function questionOf({ joint }: RealPlan): string {
  const where = 'in front of the first stage after ten seconds'
  switch (joint.primitive) {
    case 'readable':
      return `The stream’s highWaterMark is ${joint.highWaterMark}. How many items will wait ${where}?`
    case 'writable':
      return `writer.ready is awaited, and the highWaterMark is ${joint.highWaterMark}. How many items will wait ${where}?`
    case 'flood':
      return `Nothing tells the producer to wait. How many items will wait ${where}, and will the stage still answer?`
    case 'credits':
      return `The producer has ${joint.credits} credits. How many items will wait ${where}?`
    case 'rxjs':
      return `The stage is one ${joint.operator}. How many items will wait in it after ten seconds, and how many will be lost?`
    default:
      return unreachable(joint)
  }
}

/** What one sees, and why: a sentence or two. */
export function sentenceOf(plan: RealPlan, shot: RealSnapshot): string {
  if (shot.limit !== null) return LIMIT_TEXTS[shot.limit]
  if (!shot.running) return 'All workers are ended. The picture stands as it was seen last.'
  const dead = shot.parts.findIndex(({ alive }) => !alive)
  if (dead >= 0) return deadText(plan.joint, shot, dead)
  if (shot.held) return 'The producer is held: what waits is worked off, and then everybody behind it waits for items.'
  if (!isOverloaded(plan))
    return 'The producer is slower than those behind it: next to nothing waits, whatever joins them.'
  return overloadText(plan, shot)
}

function deadText(joint: Joint, { parts, pipes }: RealSnapshot, dead: number): string {
  const name = sentenceStart(theText(parts[dead]!.name))
  const into = pipes[dead - 1]
  if (into === undefined) {
    return `${name} is gone, and nobody is told: those behind it do what is left and then wait for ever for an item or an end.`
  }
  const from = theText(into.between[0])
  switch (joint.primitive) {
    case 'readable':
    case 'writable':
      return flow(`
        ${name} is gone, and the stream does not say so: ${from} waits for ever for room, with
        ${itemsText(into.lost)} that nobody will take.
      `)
    case 'credits':
      return `${name} is gone with the credits and ${itemsText(into.lost)}, and ${from} waits for ever for a credit.`
    case 'flood':
    case 'rxjs':
      return `${name} is gone, and postMessage does not say so: ${from} goes on, and has sent ${itemsText(into.lost)} to nobody.`
    default:
      return unreachable(joint)
  }
}

function overloadText(plan: RealPlan, { parts, pipes }: RealSnapshot): string {
  const { joint } = plan
  const expected = expectedAhead(joint)
  // Where the most wait: with a bound that is the first pipe, since whoever is held back holds back those before.
  const fullest =
    expected === null ? pipes.reduce((best, { ahead }, at) => (ahead > pipes[best]!.ahead ? at : best), 0) : 0
  const [pipe, part] = [pipes[fullest]!, parts[fullest + 1]!]
  switch (joint.primitive) {
    case 'readable':
      return flow(`
        The producer is ${itemsText(pipe.ahead)} ahead, of at most ${expected?.items}: ${joint.highWaterMark} in its
        own queue (highWaterMark) and 1 in the pipe that the transfer makes. It is asked for the next one only
        when one is read: its pace is that of the slowest.
      `)
    case 'writable':
      return flow(`
        ${waitText(pipe.ahead)}, at most ${joint.highWaterMark}: the stage’s own queue, with the one at work in
        it, and one at the producer. writer.ready resolves only when there is room: its pace is that of the slowest.
        ${plan.delay === 'work' ? 'Each item needs a turn of the stage’s event loop to get into its queue, so a busy stage rarely fills it.' : ''}
      `)
    case 'credits':
      return flow(`
        ${waitText(pipe.ahead)}, never more than the ${expected?.items} credits: one comes back when
        work on an item begins, and without one the producer sends nothing.
      `)
    case 'flood':
      return floodText(plan, pipe, part)
    case 'rxjs':
      return part.kind === 'consumer' ? floodText(plan, pipe, part) : operatorText(plan, joint, pipe, part)
    default:
      return unreachable(joint)
  }
}

function floodText({ delay }: RealPlan, pipe: PipeShot, part: PartShot): string {
  const old = `An item that is taken now is ${timeText(part.ageMs)} old.`
  if (delay === 'wait')
    return flow(`
      ${waitText(pipe.ahead)} in the memory of ${theText(part.name)}, and nothing tells the producer. Its
      event loop is free, so it still answers. ${old}
    `)
  const deaf =
    part.silentMs > 0
      ? `so do the page’s questions: it has not answered for ${timeText(part.silentMs)}`
      : 'so will everything that one asks of it'
  return `${waitText(pipe.ahead)} in front of the event loop of ${theText(part.name)}, and ${deaf}. ${old}`
}

function operatorText(plan: RealPlan, joint: Extract<Joint, { primitive: 'rxjs' }>, pipe: PipeShot, part: PartShot) {
  const dropped = itemsText(part.dropped)
  const isBusy = plan.delay === 'work'
  switch (joint.operator) {
    case 'concatMap':
    case 'bufferCount':
    case 'mergeMap':
      if (isBusy)
        return flow(`
          The stage computes without a break, so ${joint.operator} never gets to queue anything:
          ${waitText(pipe.ahead)} in front of its event loop.
        `)
      return flow(`
        ${itemsText(part.inside)} are inside ${joint.operator},
        ${hiddenWhy(plan, joint.width, joint.operator)}. No property of it tells how many, and nothing tells
        the producer.
      `)
    case 'exhaustMap':
      if (isBusy)
        return flow(`
          exhaustMap gives up what comes while it works; but while it computes nothing can come:
          ${waitText(pipe.ahead)} in front of the event loop, and then none is given up.
        `)
      return `exhaustMap works on one item and gives up what comes meanwhile: ${dropped} so far. Nothing queues, and nobody is told.`
    case 'throttleTime':
    case 'sampleTime':
    case 'auditTime':
      return flow(`
        ${joint.operator} lets one item through every ${timeText(windowMs(plan))} and gives up the rest:
        ${dropped} so far.${isBusy ? ' It can only do so when the stage is not computing.' : ''}
      `)
    default:
      return unreachable(joint.operator)
  }
}

function hiddenWhy(plan: RealPlan, width: number, operator: 'concatMap' | 'bufferCount' | 'mergeMap'): string {
  const pace = `${countText(stageRate(plan))} a second`
  if (operator === 'mergeMap')
    return `which works on ${width} at once (${pace}) and queues the others in an array of its own`
  if (operator === 'bufferCount') return `batches of ${width} that are worked off one after the other (${pace})`
  return `which works on one (${pace}) and queues the others in an array of its own`
}
