import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../base/brand.ts'
import { proveLanguage, speak } from '../../engine/proof/language.test-helper.ts'
import { parseAct } from '../../experiment/acts.ts'
import { actOf } from '../../experiment/arbitrary.test-helper.ts'
import { complete } from '../../experiment/completion.ts'
import { nextFacts, refusal, startFacts } from '../../experiment/facts.ts'
import type { Facts, Settings } from '../../experiment/types.ts'
import { SOURCE_DEFAULTS, STAGE_DEFAULTS } from '../../protocols/flow/pipeline/settings.ts'
import { RECEIVER_DEFAULTS, SENDER_DEFAULTS } from '../../protocols/flow/pipeline/tcp-settings.ts'
import { commandsOf, language } from './acts.ts'
import { actorNames, readFlowSettings } from './settings.ts'
import { badgesOf, linesOf, shortOf } from './settings-lines.ts'
import type { PartSettings } from './verbs/form.ts'
import { kindOf } from './verbs/index.ts'

const LAB = { id: 'flow', language }
const { read, problemOf, actOf: typed } = speak(LAB)

/** Every kind of part. */
const ALL: Settings = { sources: ['web'], stages: ['api', 'db'], senders: ['s1'], receivers: ['r1'] }
const FACTS = startFacts(language, ALL)
const NAMES: Readonly<Record<string, PartSettings>> = {
  web: SOURCE_DEFAULTS,
  api: STAGE_DEFAULTS,
  db: STAGE_DEFAULTS,
  s1: SENDER_DEFAULTS,
  r1: RECEIVER_DEFAULTS,
}
const actors = (facts: Facts): NodeId[] => facts.actors.map(({ name }) => name)
const variants = (count: number): Facts => startFacts(language, { ...ALL, variants: count })

/** What a line asks of the parts of `facts`, all of which are as at the beginning. */
const asked = (line: string, facts: Facts = FACTS) =>
  commandsOf(typed(line, facts), actors(facts), (actor) => NAMES[actor.split('.')[0]!]!)

/** The settings of a part after some lines, one after the other. */
function settled(start: PartSettings, ...lines: readonly string[]): PartSettings {
  let settings = start
  for (const line of lines) {
    const { command } = commandsOf(typed(line, FACTS), actors(FACTS), () => settings)![0]!
    if ('patch' in command) settings = { ...settings, ...command.patch } as PartSettings
  }
  return settings
}

/** The facts after some lines. */
const done = (...lines: readonly string[]): Facts =>
  lines.reduce((facts, line) => nextFacts(typed(line, facts), language, facts), FACTS)

/** Why a line is impossible. */
function refused(line: string, facts: Facts = FACTS): string {
  const parsed = parseAct(line, language, facts)
  if (parsed.ok) throw new Error(`it was expected to be refused: ${line}`)
  return parsed.error.message
}

describe('the language', () => {
  proveLanguage(
    LAB,
    [
      ['set sources web web', 2, 17],
      ['set sources a_b', 2, 13],
      ['set stages api web', 2, 1],
      ['set sources -\nset stages -', 2, 1],
      ['set variants 5', 2, 14],
      ['set stages a b c d e f g h i j k l m n o p q r s t u v w x', 2, 1],
      ['set stages a b c d e f g\nset variants 4', 3, 1],
      ['set pipes web>web', 2, 1],
      ['set pipes web>db', 2, 1],
      ['set stages api db\nset pipes web>api api>db db>api', 3, 1],
      ['set delay 0', 2, 11],
      ['at 0s load web poisson 0/s', 2, 24],
      ['at 0s load web poisson -5/s', 2, 24],
      ['at 0s load web users 1000000000 think 1s', 2, 22],
      ['at 0s load api poisson 5/s', 2, 12],
      ['at 0s demand api request 0', 2, 26],
      ['at 0s demand api request -1', 2, 26],
      ['at 0s demand api request 4 replenish 5', 2, 7],
      ['at 0s servers api 0', 2, 19],
      ['at 0s pace api 0%', 2, 7],
      ['at 0s queue api 5 often', 2, 19],
      ['at 0s priorities web 70%,20%', 2, 7],
      ['at 0s load web trace 5ms,0', 2, 22],
      ['at 0s connect web api', 2, 7],
      ['at 0s disconnect web db', 2, 22],
      ['set variants 2\nat 0s connect web.a api.b', 3, 7],
      ['at 0s kill api\nat 1s servers api 3', 3, 7],
    ],
    100,
    ALL,
  )

  test('an experiment that says nothing is a source and a stage', () => {
    const given = readFlowSettings(startFacts(language, {}).settings!)
    expect(actorNames(given)).toEqual([
      { name: 'web', part: 'web', variant: 0, kind: 'source' },
      { name: 'api', part: 'api', variant: 0, kind: 'stage' },
    ])
  })

  test('copies have all the parts, copy by copy', () => {
    expect(actors(startFacts(language, { variants: 2, stages: ['api', 'db'] }))).toEqual([
      'web.a',
      'api.a',
      'db.a',
      'web.b',
      'api.b',
      'db.b',
    ])
  })

  test('a name is completed with its copies, and only where it fits', () => {
    const words = (line: string) =>
      complete(line, line.length, language, variants(2)).candidates.map(({ text }) => text)
    expect(words('servers a')).toEqual(['api', 'api.a', 'api.b'])
    expect(words('congestion ')).toEqual(['s1', 's1.a', 's1.b'])
    expect(words('limit ')).toEqual(['web', 'api', 'db', 'web.a', 'api.a', 'db.a', 'web.b', 'api.b', 'db.b'])
  })
})

describe('what an act sets', () => {
  const exponential = (meanUs: number) => ({ kind: 'exponential', meanUs })

  test.each<[string, object]>([
    ['load web poisson 50/s', { load: { kind: 'open', between: exponential(20_000) } }],
    ['load web every 10ms', { load: { kind: 'open', between: { kind: 'deterministic', meanUs: 10_000 } } }],
    [
      'load web bursty 50/s bursts 0.5/s for 200ms every 2s',
      { load: { kind: 'bursty', perSecond: 50, burstPerSecond: 0.5, burstUs: 200_000, everyUs: 2_000_000 } },
    ],
    ['load web trace 10ms,20ms,5ms', { load: { kind: 'trace', gapsUs: [10_000, 20_000, 5_000] } }],
    ['load web users 50 think 1s', { load: { kind: 'closed', users: 50, think: exponential(1_000_000) } }],
    [
      'load web users 50 think 1s constant',
      { load: { kind: 'closed', users: 50, think: { kind: 'deterministic', meanUs: 1_000_000 } } },
    ],
    ['load web none', { load: { kind: 'silent' } }],
    ['class web 2', { class: 2 }],
    ['priorities web 70%,30%', { prioritiesPermille: [700, 300] }],
    ['size web 1500', { sizeBytes: 1500 }],
    ['timeout web 1s', { timeoutUs: 1_000_000 }],
    ['timeout web none', { timeoutUs: null }],
    ['deadlines web off', { propagatesDeadline: false }],
    ['retry web none', { retry: { retries: 0, backoff: null } }],
    ['retry web 3', { retry: { retries: 3, backoff: null } }],
    ['retry web 3 immediate', { retry: { retries: 3, backoff: null } }],
    [
      'retry web 3 full base 100ms cap 10s',
      { retry: { retries: 3, backoff: { baseUs: 100_000, capUs: 10_000_000, factorPermille: 2_000, jitter: 'full' } } },
    ],
    [
      'retry web 3 none factor 1.5',
      { retry: { retries: 3, backoff: { baseUs: 50_000, capUs: 20_000_000, factorPermille: 1_500, jitter: 'none' } } },
    ],
    [
      'budget web finagle share 10% minimum 0/s',
      { budget: { kind: 'finagle', config: { ttlUs: 10_000_000, minRetriesPerSecond: 0, share: 0.1 } } },
    ],
    [
      'budget web envoy share 10% minimum 1',
      { budget: { kind: 'envoy', config: { budgetPercent: 10, minRetryConcurrency: 1 } } },
    ],
    ['budget web grpc', { budget: { kind: 'grpc', config: { maxTokens: 10, ratioMilli: 100 } } }],
    ['limit web fixed 20', { limit: { kind: 'fixed', limit: 20 } }],
    [
      'rate web token-bucket 100/s burst 10',
      { rate: { kind: 'token-bucket', config: { tokens: 100, perUs: 1_000_000, burst: 10 } } },
    ],
    ['rate web gcra 0.5/s', { rate: { kind: 'gcra', config: { tokens: 500, perUs: 1_000_000_000, burst: 10 } } }],
    ['rate web leaky-bucket 70/s', { rate: { kind: 'leaky-bucket', config: { intervalUs: 14_286, capacity: 10 } } }],
    [
      'rate web fixed-window 100 per 1s',
      { rate: { kind: 'fixed-window', config: { limit: 100, windowUs: 1_000_000 } } },
    ],
    ['balance web two-choices', { balance: 'two-choices' }],
    ['outlier web off', { outlier: null }],
    ['backlog web 1000', { backlog: 1000 }],
    ['servers api 10', { servers: 10 }],
    ['service api exponential 100ms', { service: { kind: 'time', distribution: exponential(100_000) } }],
    [
      'service api erlang 100ms phases 4',
      { service: { kind: 'time', distribution: { kind: 'erlang', meanUs: 100_000, phases: 4, shortcut: 0 } } },
    ],
    ['service api line 10Mb/s', { service: { kind: 'bytes', bitsPerSecond: 10_000_000 } }],
    ['pace api 30%', { speedPermille: 300 }],
    ['guarantee api 50%,30%', { partitionsPermille: [500, 300] }],
    ['expire api hopeless', { deadlines: 'hopeless' }],
    ['refusals api silent', { answersRefusals: false }],
    ['demand api request 16', { demand: { kind: 'request', prefetch: 16, replenish: 12 } }],
    ['demand api request 256', { demand: { kind: 'request', prefetch: 256, replenish: 192 } }],
    ['demand api node 16 ignored', { demand: { kind: 'node', highWaterMark: 16, obeyed: false } }],
    ['batch api 10 linger 5ms each 1ms', { batch: { max: 10, lingerUs: 5_000, eachUs: 1_000 } }],
    ['batch api none', { batch: null }],
    ['congestion s1 reno', { congestion: 'reno' }],
    ['class s1 1', { class: 1 }],
    ['begin s1 10s', { startUs: 10_000_000 }],
    ['offer s1 1000000', { offerBytes: 1_000_000 }],
    ['offer s1 endless', { offerBytes: null }],
    ['persist s1 off', { persists: false }],
    ['buffer r1 65535', { bufferBytes: 65_535 }],
    ['read r1 1000 every 10ms', { readBytes: 1_000, readEveryUs: 10_000 }],
    ['read r1 all', { readBytes: 0, readEveryUs: 0 }],
  ])('%s', (line, patch) => {
    expect(asked(line)).toEqual([
      { actor: line.split(' ')[1], command: { kind: kindOf(NAMES[line.split(' ')[1]!]!), patch } },
    ])
  })

  test('a queue keeps what another verb has said of it', () => {
    const lines = ['order api lifo', 'queue api 50 block', 'patience api 100ms 5ms', 'queue api 60 drop-oldest']
    expect(settled(STAGE_DEFAULTS, ...lines)).toMatchObject({
      buffer: {
        capacity: 60,
        discipline: { kind: 'lifo' },
        overflow: { kind: 'drop-oldest' },
        patience: { intervalUs: 100_000, overloadedUs: 5_000 },
      },
    })
  })

  test('a hyper-exponential service has the mean and the spread that were asked for', () => {
    const { service } = settled(STAGE_DEFAULTS, 'service api hyper 100ms cv2 4') as typeof STAGE_DEFAULTS
    if (service.kind !== 'time' || service.distribution.kind !== 'hyper-exponential') throw new Error('another service')
    const { share, firstUs, secondUs } = service.distribution
    const mean = share * firstUs + (1 - share) * secondUs
    const second = 2 * (share * firstUs * firstUs + (1 - share) * secondUs * secondUs)
    expect(mean).toBeCloseTo(100_000, 6)
    expect(second / (mean * mean) - 1).toBeCloseTo(4, 9)
  })

  test('all copies are meant, or one', () => {
    const facts = variants(3)
    expect(asked('servers api 3', facts)?.map(({ actor }) => actor)).toEqual(['api.a', 'api.b', 'api.c'])
    expect(asked('servers api.b 3', facts)?.map(({ actor }) => actor)).toEqual(['api.b'])
  })

  test('pipes join parts of the same copy', () => {
    const facts = variants(2)
    expect(asked('disconnect api db', facts)).toEqual([
      { actor: 'api.a', command: { kind: 'disconnect', to: 'db.a' } },
      { actor: 'api.b', command: { kind: 'disconnect', to: 'db.b' } },
    ])
    expect(asked('connect web db.b', facts)).toEqual([{ actor: 'web.b', command: { kind: 'connect', to: 'db.b' } }])
  })

  test('a common act is none of the lab’s', () => {
    expect(asked('kill api')).toBeNull()
  })
})

describe('what cannot be is refused in words', () => {
  test.each([
    ['load web users 1000000000 think 1s', /at most 10000/],
    ['queue api 1000000000', /at most 100000/],
    ['load web poisson 0/s', /at least 0.001\/s/],
    ['demand api request 0', /at least 1/],
    ['retry web 3 full base 20s cap 1s', /cap must be at least base/],
    ['limit api aimd min 30', /initial limit must be at least min limit/],
    ['autoscale api target 80% from 5 to 2', /max replicas must be at least min replicas/],
    ['manage api red min 20', /max packets must be above/],
    ['queue api 0 conflate', /place to wait/],
    ['load web bursty 1/s bursts 9/s for 2s every 1s', /length of a burst/],
    ['connect db web', /no stage or receiver/],
    ['connect api db', /one already/],
    ['connect s1 db', /one output/],
  ])('%s', (line, reason) => {
    expect(refused(line)).toMatch(reason)
  })

  test('a loop without a queue, whichever comes last: the pipe or the queue', () => {
    const open = done('disconnect db r1')
    expect(refused('connect db api', open)).toMatch(/no way out/)
    const loop = startFacts(language, { stages: ['a', 'b', 'c'], pipes: ['web>a', 'a>b', 'b>a', 'b>c'] })
    const tight = nextFacts(typed('queue a 0', loop), language, loop)
    expect(refused('queue b 0', tight)).toMatch(/has no queue/)
    expect(parseAct('queue b 1', language, tight).ok).toBe(true)
  })

  test('two settings that do not go together, said one after the other', () => {
    expect(refused('order api fair 16', done('queue api 8 conflate'))).toMatch(/place to wait for each lane/)
    expect(refused('order api lifo', done('demand api kafka'))).toMatch(/kafka/)
  })

  test('a part that is down hears nothing', () => {
    expect(refused('servers api 3', done('kill api'))).toMatch(/api is down/)
  })
})

describe('settings as lines', () => {
  const setting = language.acts.filter(({ id }) => !['connect', 'disconnect'].includes(id))
  const own = setting.filter(({ parts: [part] }) => part?.kind === 'argument' && part.type.kind === 'name')

  test('say everything: put to the defaults they give the same settings', () => {
    const acts = fc.array(fc.oneof(...own.map((spec) => actOf(spec, FACTS))), { maxLength: 6 })
    fc.assert(
      fc.property(acts, (drawn) => {
        let facts = FACTS
        const set = new Map(Object.entries(NAMES))
        for (const act of drawn) {
          if (refusal(act, language, facts) !== null) continue
          facts = nextFacts(act, language, facts)
          for (const { actor, command } of commandsOf(act, actors(FACTS), (name) => set.get(name)!)!) {
            if ('patch' in command) set.set(actor, { ...set.get(actor)!, ...command.patch } as PartSettings)
          }
        }
        for (const [name, settings] of set) {
          const lines = linesOf(name, settings)
          expect(settled(NAMES[name]!, ...lines.map(({ line }) => line))).toEqual(settings)
          expect(lines.every(({ verb, line }) => line.startsWith(`${verb} ${name} `))).toBe(true)
          expect(shortOf(settings)).not.toMatch(/undefined|NaN|null/)
          expect(badgesOf(settings).join()).not.toMatch(/undefined|NaN|null/)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('there is a line for each verb of the part', () => {
    const verbs = (name: string) =>
      new Set(
        own
          .filter(
            (spec) =>
              refusal(typed(spec.example, FACTS), language, FACTS) === null && spec.example.split(' ')[1] === name,
          )
          .map(({ verb }) => verb),
      )
    expect(new Set(linesOf('r1', RECEIVER_DEFAULTS).map(({ verb }) => verb))).toEqual(verbs('r1'))
    expect(linesOf('api', STAGE_DEFAULTS).map(({ verb }) => verb)).toEqual(
      expect.arrayContaining([...verbs('api'), 'limit', 'rate', 'balance']),
    )
  })

  test('keep the rate that was written', () => {
    const line = (text: string) => linesOf('web', settled(SOURCE_DEFAULTS, text)).map((each) => each.line)
    for (const text of ['load web poisson 70/s', 'load web poisson 0.3/s', 'rate web leaky-bucket 70/s']) {
      expect(line(text)).toContain(text)
    }
  })

  test('in short, and the mechanisms that are on', () => {
    const stage = settled(
      STAGE_DEFAULTS,
      'servers api 10',
      'service api exponential 100ms',
      'order api lifo',
      'manage api codel',
    )
    expect(shortOf(stage)).toBe('10 × exponential 100ms')
    expect(badgesOf(stage)).toEqual(['LIFO', 'CoDel'])
    const source = settled(SOURCE_DEFAULTS, 'load web poisson 70/s', 'retry web 3', 'budget web finagle share 10%')
    expect(shortOf(source)).toBe('Poisson 70/s')
    expect(badgesOf(source)).toEqual(['retry 3', 'budget 10%'])
    expect([badgesOf(SOURCE_DEFAULTS), badgesOf(STAGE_DEFAULTS), badgesOf(SENDER_DEFAULTS)]).toEqual([[], [], []])
  })
})

test('the reader of an experiment with every kind of part', () => {
  expect(read('set senders s1\nset receivers r1\nat 0s offer s1 1000000\nuntil 1s').ok).toBe(true)
  expect(problemOf('at 0s offer s1 1000000').message).toMatch(/no sender/)
})
