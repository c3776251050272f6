import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { draw, streamKey } from '../../base/prng.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import { type Message, NOTE_KINDS } from '../../protocols/raft/types.ts'
import { language } from './acts.ts'
import { MESSAGE_KINDS, type MessageKind, phaseOf, ROLES, readPhase } from './contract.ts'
import { raftLab } from './world.ts'

const planOf = (settings: Settings = {}) => raftLab.plan(withDefaults(language, settings), 7)

describe('the plan of a world', () => {
  test('has the actors that the language speaks of, nodes first', () => {
    for (const settings of [{}, { nodes: 3, clients: 0 }, { nodes: 7, clients: 4 }] as const) {
      const { actors } = language.facts(withDefaults(language, settings))
      const plan = planOf(settings)
      expect(plan.actors.map(({ name, role }) => ({ name, role, status: 'up' }))).toEqual(actors)
      expect(raftLab.configs(withDefaults(language, settings)).map(({ self }) => self)).toEqual(
        actors.map(({ name }) => name),
      )
    }
  })

  test('names every kind of message and note that the protocol knows', () => {
    // The compiler sees to it that no kind of message is missing.
    expectTypeOf<MessageKind>().toEqualTypeOf<Message['kind']>()
    expect(planOf().messageKinds).toEqual(MESSAGE_KINDS)
    expect(planOf().noteKinds).toEqual(NOTE_KINDS)
    expect([...raftLab.namedNotes].filter((kind) => !NOTE_KINDS.includes(kind))).toEqual([])
    expect(new Set(MESSAGE_KINDS).size).toBe(MESSAGE_KINDS.length)
  })

  test('puts links and disks under the settings', () => {
    const plan = planOf({ delay: { low: 1_000, high: 2_000 }, loss: 70, disk: { low: 3, high: 4 } })
    expect(plan.link).toEqual({
      delayUs: { low: 1_000, high: 2_000 },
      lossPermille: 70,
      duplicatePermille: 0,
      reorderPermille: 0,
      cut: false,
      clog: false,
    })
    expect(plan.disk).toEqual({ latencyUs: { low: 3, high: 4 }, stalled: false, onCrash: 'keep' })
  })

  test('has judges and meters of different names', () => {
    const { invariants, meters } = planOf()
    for (const list of [invariants, meters]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    expect(invariants.map(({ id }) => id)).toContain('linearizable')
  })

  test('shares the whole load among the clients as evenly as integers allow', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 24 }), (load, clients) => {
        const rates = planOf({ load, clients }).streams.slice(5)
        expect(rates).toHaveLength(clients)
        expect(rates.reduce((sum, rate) => sum + rate, 0)).toBe(load)
        expect(Math.max(...rates) - Math.min(...rates)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('gives a node with a log the terms to go on from, and every node the newest term of all', () => {
    const nodes = raftLab.configs(withDefaults(language, { 'log.n1': [1, 1, 4], 'log.n2': [1, 7] }))
    expect(nodes.slice(0, 3)).toMatchObject([
      { initialLog: [1, 1, 4], initialTerm: 7 },
      { initialLog: [1, 7], initialTerm: 7 },
      { initialLog: [], initialTerm: 7 },
    ])
  })

  test('a phase keeps status, role and term, also of a million terms', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.nat(ROLES.length - 1), fc.nat(1_000_000), (status, role, term) => {
        const phase = phaseOf(status, role, term)
        expect(readPhase(phase)).toEqual({ status, role, term })
        // It travels as an unsigned 32-bit integer.
        expect(phase).toBeLessThan(0x1_0000_0000)
      }),
    )
  })
})

describe('the load', () => {
  const key = streamKey(1, 'workload')
  const operations = (settings: Settings, count = 4_000) => {
    const { generate } = planOf(settings)
    return Array.from(
      { length: count },
      (_, at) => generate('c1', at + 1, draw(key, at)) as { op: string; key: string; value?: string },
    )
  }

  test.each([1, 3, 26, 27, 40, 64])('uses %i keys', (keys) => {
    expect(new Set(operations({ keys }).map((operation) => operation.key)).size).toBe(keys)
  })

  test.each([0, 400, 1_000])('reads %i of a thousand', (reads) => {
    const gets = operations({ reads }).filter(({ op }) => op === 'get').length
    expect(Math.abs(gets - 4 * reads)).toBeLessThanOrEqual(reads % 1_000 === 0 ? 0 : 190)
  })

  test('writes every value once, so that a history tells which write a read saw', () => {
    const values = operations({ reads: 0 }).map(({ value }) => value)
    expect(new Set(values).size).toBe(values.length)
    const { generate } = planOf({ reads: 0 })
    expect(generate('c2', 1, 0)).not.toEqual(generate('c1', 1, 0))
  })
})
