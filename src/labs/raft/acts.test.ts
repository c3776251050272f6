import { describe, expect, test } from 'vitest'
import { proveLanguage, speak } from '../../engine/proof/language.test-helper.ts'
import { checkAct } from '../../experiment/acts.ts'
import { nextFacts, startFacts, withDefaults } from '../../experiment/facts.ts'
import { CLIENTS_MAX, language, NODES_MAX, operationOf, readSettings } from './acts.ts'
import { raftLab } from './world.ts'

const { read, problemOf, actOf } = speak(raftLab)

describe('the language of the Raft lab', () => {
  proveLanguage(raftLab, [
    ['set nodes 0', 2, 11],
    [`set nodes ${NODES_MAX + 1}`, 2, 11],
    [`set clients ${CLIENTS_MAX + 1}`, 2, 13],
    ['set fault nonsense', 2, 11],
    ['set heartbeat 200ms', 2, 1],
    ['set election-timeout 20ms..40ms', 2, 1],
    ['set clients 0\nset load 5/s', 3, 1],
    ['set log.n9 1,2', 2, 5],
    ['set log.n1 3,2', 2, 12],
    ['at 1s kill n6', 2, 12],
    ['at 1s kill c1', 2, 12],
    ['at 1s client n1 put x 1', 2, 14],
    ['at 1s client c1 cas x 1', 2, 24],
    ['at 1s campaign n1 n2', 2, 19],
    ['at 1s kill n1\nat 2s campaign n1', 3, 7],
    ['at 1s set nodes 3', 2, 11],
    ['at 1s set heartbeat 150ms', 2, 7],
    ['at 1s set election-timeout 10ms..20ms', 2, 7],
  ])

  test('a live change is judged with the settings in force, not with the defaults', () => {
    const lines = ['at 1s set election-timeout 500ms..600ms', 'at 2s set heartbeat 400ms']
    expect(read(lines.join('\n')).ok).toBe(true)
    expect(problemOf([...lines, 'at 3s set election-timeout 300ms..600ms'].join('\n')).line).toBe(4)
  })

  test('a campaign needs a node that runs', () => {
    const start = startFacts(language, {})
    const campaign = actOf('campaign n1')
    expect(checkAct(campaign, language, start)).toBeNull()
    for (const verb of ['kill', 'pause']) {
      expect(checkAct(campaign, language, nextFacts(actOf(`${verb} n1`), language, start))).toMatch(
        /n1 is (down|paused)/,
      )
    }
  })

  test('every setting has its place in the typed settings', () => {
    const settings = readSettings(withDefaults(language, { 'log.n2': [1, 1, 3] }))
    expect(Object.values(settings).filter((value) => value === undefined)).toEqual([])
    expect([...settings.logs]).toEqual([['n2', [1, 1, 3]]])
    expect(settings).toMatchObject({
      nodes: 5,
      clients: 2,
      fault: 'none',
      electionTimeout: { low: 150_000, high: 300_000 },
    })
  })

  test.each([
    ['client c1 put x 1', { op: 'put', key: 'x', value: '1' }],
    ['client c1 get x', { op: 'get', key: 'x' }],
    ['client c1 append x "a b"', { op: 'append', key: 'x', value: 'a b' }],
    ['client c1 cas x 1 2', { op: 'cas', key: 'x', old: '1', value: '2' }],
    ['client c1 delete x', { op: 'delete', key: 'x' }],
  ])('%s asks for that operation', (line, operation) => {
    const { id, args } = actOf(line)
    expect(operationOf(id, args)).toEqual(operation)
  })
})
