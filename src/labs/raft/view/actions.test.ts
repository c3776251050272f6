import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAct, parseAct } from '../../../experiment/acts.ts'
import { startFacts } from '../../../experiment/facts.ts'
import {
  type Action,
  type DiskState,
  nodeActions as everyAction,
  heal,
  isDimmed,
  linkActions,
  messageActions,
  type NodeStatus,
  partition,
} from '../../../stage/actions.ts'
import { language } from '../acts.ts'
import { campaignActions, clientAction, clientActions, OPERATIONS } from './actions.ts'

/** Everything that can be done to a node of this lab. */
const nodeActions = (node: string, status: NodeStatus, disk: DiskState) =>
  everyAction(node, status, disk, campaignActions(node, status))

const facts = startFacts(language, {})

function withStatus(status: NodeStatus) {
  return { ...facts, actors: facts.actors.map((actor) => (actor.name === 'n1' ? { ...actor, status } : actor)) }
}

const always: readonly Action[] = [
  heal,
  partition([['n1', 'n2'], ['n3']]),
  ...linkActions('n1', 'n2', false),
  ...linkActions('n1', 'n2', true),
  ...messageActions(17),
  ...clientActions('c1'),
  ...OPERATIONS.map((op) => clientAction('c1', { op, key: 'x', old: '1', value: '2' })),
]

describe('the catalogue of actions', () => {
  it.each(always.map((action) => [action.verb, action] as const))('%s reads back as its act', (verb, action) => {
    expect(parseAct(verb, language, facts)).toEqual({ ok: true, value: action.act })
    expect(checkAct(action.act, language, facts)).toBeNull()
  })

  it.each(['up', 'paused', 'down'] as const)(
    'offers for a node that is %s exactly what the language allows',
    (status) => {
      for (const disk of [
        { stalled: false, onCrash: 'torn' },
        { stalled: true, onCrash: 'lost' },
      ] as const) {
        for (const { actions } of nodeActions('n1', status, disk)) {
          for (const { verb, act, refused } of actions) {
            const why = checkAct(act, language, withStatus(status))
            if (refused === null) expect([verb, why]).toEqual([verb, null])
            if (why !== null) expect(refused).not.toBeNull()
            if (refused === null) expect(parseAct(verb, language, withStatus(status))).toEqual({ ok: true, value: act })
          }
        }
      }
    },
  )

  it('writes any key and value as a line that reads back', () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 20,
      unit: fc.constantFrom('a', 'Z', '7', ' ', '"', '\\', '#', '|', '>', 'é'),
    })
    fc.assert(
      fc.property(text, text, (key, value) => {
        const { verb, act } = clientAction('c2', { op: 'put', key, old: '', value })
        expect(parseAct(verb, language, facts)).toEqual({ ok: true, value: act })
      }),
    )
  })

  it('refuses an operation whose fields are not filled in', () => {
    expect(clientAction('c1', { op: 'put', key: 'x', old: '', value: '' }).refused).toBe('the value is missing')
    expect(clientAction('c1', { op: 'get', key: 'x', old: '', value: '' }).refused).toBeNull()
  })

  it('gives each key of a node to one action', () => {
    const keys = nodeActions('n1', 'up', { stalled: false, onCrash: 'keep' }).flatMap(({ actions }) =>
      actions.flatMap(({ key }) => (key === null ? [] : [key])),
    )
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('dims what a lesson step is not about', () => {
    expect(isDimmed('kill', ['kill'])).toBe(false)
    expect(isDimmed('pause', ['kill'])).toBe(true)
    expect(isDimmed('pause', null)).toBe(false)
  })
})
