import { expect, test } from 'vitest'
import { proveModel } from '../../engine/proof/language.test-helper.ts'
import { defaultNodeConfig, QUEUE_MAX } from '../../protocols/raft/config.ts'
import { CLIENTS_MAX, language, NODES_MAX } from './acts.ts'
import { raftLab } from './world.ts'

const model = proveModel(raftLab)

test('its limits are those of the code', () => {
  const { maxUncommitted, maxInflight } = defaultNodeConfig('n1' as never, [])
  for (const limit of [
    `${NODES_MAX} nodes`,
    `${CLIENTS_MAX} clients`,
    `${maxUncommitted} entries\nthat a leader holds`,
    `${maxInflight} appends`,
    `at most ${QUEUE_MAX}.`,
  ]) {
    expect(model).toContain(limit)
  }
  const load = language.settings.find(({ name }) => name === 'load')
  expect(load?.type).toMatchObject({ kind: 'rate', max: 5000 })
  const log = language.settings.find(({ name }) => name === 'log.*')
  expect(log?.type).toMatchObject({ kind: 'terms', max: 64 })
})
