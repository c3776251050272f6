import { expect, test } from 'vitest'
import { type Counters, NO_COUNTERS } from './messages.ts'
import { FIRST_PLAN, type Joint, OPERATORS, type RealPlan } from './plan.ts'
import { type Known, type RealSnapshot, snapshotOf } from './snapshot.ts'
import { bytesText, countText, questionOf, sentenceOf, timeText } from './words.ts'

const JOINTS: readonly Joint[] = [
  { primitive: 'readable', highWaterMark: 4 },
  { primitive: 'writable', highWaterMark: 4 },
  { primitive: 'flood' },
  { primitive: 'credits', credits: 4 },
  ...OPERATORS.map((operator) => ({ primitive: 'rxjs', operator, width: 4 }) as const),
]

const one = (counters: Partial<Counters>, rest: Partial<Known> = {}): Known => ({
  alive: true,
  counters: { ...NO_COUNTERS, ...counters },
  advanced: true,
  silentMs: 0,
  ...rest,
})

function said(joint: Joint, plan: Partial<RealPlan> = {}, run: Partial<RealSnapshot> = {}, dead = -1, silentMs = 0) {
  const all: RealPlan = { ...FIRST_PLAN, joint, ...plan }
  const known = [
    one({ sent: 1_205 }),
    one({ received: 1_200, begun: 1_200, done: 1_199, sent: 1_199, ageMs: 4_200 }, { silentMs }),
    one({ received: 1_199, begun: 1_199, done: 1_199 }),
  ].map((each, at) => ({ ...each, alive: at !== dead }))
  return sentenceOf(all, snapshotOf(all, known, { elapsedMs: 9, held: false, limit: null, running: true, ...run }))
}

test('numbers are short, and say their unit', () => {
  expect([0, 999, 1_000, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([100, 1024, 1_536, 128 * 1024 * 1024].map(bytesText)).toEqual(['100 B', '1 KiB', '1.5 KiB', '128 MiB'])
  expect([40, 4_240].map(timeText)).toEqual(['40 ms', '4.2 s'])
})

test.each(JOINTS)('of %o something else is asked and said than of the others', (joint) => {
  const others = JOINTS.filter((other) => other !== joint)
  for (const delay of ['work', 'wait'] as const) {
    expect(said(joint, { delay })).toMatch(/\d items?\b/)
    expect(others.map((other) => said(other, { delay }))).not.toContain(said(joint, { delay }))
  }
  const plan = { ...FIRST_PLAN, joint }
  expect(others.map((other) => questionOf({ ...FIRST_PLAN, joint: other }))).not.toContain(questionOf(plan))
})

test('what matters most is said: a limit, then the end, the dead, a hand, and a pipeline that is not loaded', () => {
  const flood: Joint = { primitive: 'flood' }
  expect(said(flood, {}, { limit: 'items', running: false }, 1)).toMatch(/limit of items ahead .* 20,000/)
  expect(said(flood, {}, { limit: 'bytes' })).toMatch(/limit of memory .* 128 MiB/)
  expect(said(flood, {}, { limit: 'runMs', running: false })).toMatch(/limit of run time .* 120.0 s/)
  expect(said(flood, {}, { limit: 'hiddenMs', running: false })).toMatch(/out of sight for 15.0 s/)
  expect(said(flood, {}, { running: false }, 1)).toMatch(/^All workers are ended/)
  expect(said(flood, {}, { held: true }, 1)).toMatch(/^Stage 1 is gone/)
  expect(said(flood, { ratePerS: 20 }, { held: true })).toMatch(/^The producer is held/)
  expect(said(flood, { ratePerS: 20 })).toMatch(/^The producer is slower/)
})

test('who is left behind a dead worker depends on what joins them', () => {
  expect(said({ primitive: 'flood' }, {}, {}, 1)).toMatch(/the producer goes on, and has sent 5 items to nobody/)
  expect(said({ primitive: 'credits', credits: 5 }, {}, {}, 1)).toMatch(/the producer waits for ever for a credit/)
  expect(said({ primitive: 'readable', highWaterMark: 4 }, {}, {}, 1)).toMatch(/waits for ever for room, with 5 items/)
  expect(said({ primitive: 'readable', highWaterMark: 4 }, {}, {}, 2)).toMatch(/^The consumer is gone.* stage 1 waits/)
  expect(said({ primitive: 'flood' }, {}, {}, 0)).toMatch(/^The producer is gone/)
})

test('a busy stage is deaf, a waiting one is not', () => {
  expect(said({ primitive: 'flood' }, { delay: 'work' }, {}, -1, 4_200)).toMatch(/has not answered for 4.2 s/)
  expect(said({ primitive: 'flood' }, { delay: 'wait' })).toMatch(/in the memory of stage 1.* 4.2 s old/)
})
