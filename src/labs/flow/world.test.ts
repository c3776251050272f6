import { describe, expect, expectTypeOf, test } from 'vitest'
import { Desk } from '../../engine/desk.ts'
import { openAt, worldOf } from '../../engine/proof/run.test-helper.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import { type FlowMessage, NOTE_KINDS, type DROP_REASONS as REASONS } from '../../protocols/flow/pipeline/types.ts'
import { language } from './acts.ts'
import {
  CONDITIONS,
  DROP_REASONS,
  MESSAGE_KINDS,
  type MessageKind,
  messageLook,
  phaseOf,
  readPhase,
} from './contract.ts'
import { flowLab } from './world.ts'

const planOf = (settings: Settings = {}, seed = 7) => flowLab.plan(withDefaults(language, settings), seed)
const ALL: Settings = { sources: ['web'], stages: ['api', 'db'], senders: ['tx'], receivers: ['rx'] }

describe('the plan of a world', () => {
  test('has the actors that the language speaks of, copy by copy', () => {
    for (const settings of [{}, ALL, { ...ALL, variants: 4 }, { stages: [] }]) {
      const { actors } = language.facts(withDefaults(language, settings))
      const plan = planOf(settings)
      expect(plan.actors.map(({ name, role }) => ({ name, role, status: 'up' }))).toEqual(actors)
      expect(flowLab.configs(withDefaults(language, settings)).map(({ self }) => self)).toEqual(
        actors.map(({ name }) => name),
      )
    }
  })

  test('names every kind of message, note and reason that the protocol knows', () => {
    // The compiler sees to it that none is missing.
    expectTypeOf<MessageKind>().toEqualTypeOf<FlowMessage['kind']>()
    expectTypeOf<(typeof DROP_REASONS)[number]>().toEqualTypeOf<(typeof REASONS)[number]>()
    expect(planOf().messageKinds).toEqual(MESSAGE_KINDS)
    expect(planOf().noteKinds).toEqual(NOTE_KINDS)
    expect([...flowLab.namedNotes].filter((kind) => !NOTE_KINDS.includes(kind))).toEqual([])
  })

  test('has judges and meters of different names', () => {
    const { invariants, meters } = planOf()
    for (const list of [invariants, meters]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
  })

  test('puts the pipes under the settings', () => {
    const plan = planOf({ delay: { low: 1_000, high: 2_000 }, loss: 70, transport: 'packets' })
    expect(plan.link).toMatchObject({ delayUs: { low: 1_000, high: 2_000 }, lossPermille: 70 })
    expect(plan.connected).toBe(false)
    expect(planOf().connected).toBe(true)
  })

  test('copies have the draws of each other, other parts and seeds have others', () => {
    const keys = (seed: number) =>
      Object.fromEntries(planOf({ ...ALL, variants: 2 }, seed).actors.map(({ name, config }) => [name, config.key]))
    const [one, other] = [keys(1), keys(2)]
    expect(one['api.a']).toEqual(one['api.b'])
    expect(one['web.a']).toEqual(one['web.b'])
    expect(one['api.a']).not.toEqual(one['db.a'])
    expect(one['api.a']).not.toEqual(other['api.a'])
  })

  test('lanes: a phase keeps condition and level', () => {
    for (const condition of CONDITIONS.keys())
      for (let eighths = 0; eighths <= 8; eighths++)
        expect(readPhase(phaseOf(condition, eighths))).toEqual({ condition, eighths })
    const { phase } = planOf()
    const world = worldOf(flowLab, 'at 0s load web every 1ms\nat 0s queue api 8 drop-newest', 3_000_000)
    expect(readPhase(phase(world.state(1), 'up'))).toEqual({ condition: CONDITIONS.indexOf('full'), eighths: 8 })
    expect(CONDITIONS[readPhase(phase(undefined, 'down')).condition]).toBe('down')
  })

  test('a message tells its class, whether it is a retry, and why it was turned away', () => {
    const { messageValue } = planOf()
    const parcel = { class: 5, attempt: 1 } as Extract<FlowMessage, { kind: 'item' }>['parcel']
    expect(messageLook(messageValue({ kind: 'item', parcel }))).toEqual({ class: 5, retry: true })
    const answer = { kind: 'answer', origin: 'web' as never, id: 1, attempt: 0 } as const
    expect(messageValue({ ...answer, outcome: 'done' })).toBe(0)
    expect(DROP_REASONS[messageValue({ ...answer, outcome: 'shed' }) - 1]).toBe('shed')
    const asked = { kind: 'demand', signal: { how: 'request', n: 12, reset: false }, epoch: 0 } as const
    expect(messageValue(asked)).toBe(12)
  })
})

/** Of everything a little: losses, retries, drops, TCP, copies, a death. */
const TEXT = `seed 11
set sources web
set stages api db
set variants 2
set delay 1ms..20ms
set loss 5%
at 0s load web poisson 60/s
at 0s timeout web 400ms
at 0s retry web 2 full base 50ms cap 1s
at 0s service api hyper 20ms cv2 2
at 0s queue api.b 20 drop-oldest
at 0s manage db codel
at 1s kill db.a
at 1.4s restart db.a
at 2s load web poisson 30/s
`

describe('a world', () => {
  test('is the same every time, and another one under another seed', () => {
    const digest = (text: string) => worldOf(flowLab, text, 4_000_000).digest()
    expect(digest(TEXT)).toBe(digest(TEXT))
    expect(digest(TEXT)).not.toBe(digest(TEXT.replace('seed 11', 'seed 12')))
  })

  test('can be rewound: what was there is there again, and what follows is the same', () => {
    const desk = new Desk(flowLab)
    expect(desk.open(`lab flow\n${TEXT}`, 900_000)).toMatchObject({ ok: true })
    const look = () => {
      const { run, view, measures } = desk.slow()
      return { digest: run.digest, view, values: measures.map(({ value }) => value) }
    }
    const before = look()
    desk.seek(4_000_000)
    const after = look()
    desk.seek(900_000)
    expect(look()).toEqual(before)
    desk.seek(4_000_000)
    expect(look()).toEqual(after)
  })

  test('24 parts fit', () => {
    const stages = 'abcdefghijklmnopqrstuvw'.split('').join(' ')
    const { view } = openAt(flowLab, `lab flow\nset stages ${stages}\nat 0s load web poisson 50/s\n`, 2_000_000)
    expect(view.parts).toHaveLength(24)
    expect(new Set(view.parts.map(({ column }) => column)).size).toBe(24)
  })
})
