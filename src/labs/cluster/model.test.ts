import { expect, test } from 'vitest'
import { proveModel } from '../../engine/proof/language.test-helper.ts'
import { language } from './acts.ts'
import { CLIENTS_MAX, NODES_MAX } from './settings.ts'
import { clusterLab } from './world.ts'

const model = proveModel(clusterLab)

test('its limits are those of the code', () => {
  const typeOf = (name: string) => language.settings.find((setting) => setting.name === name)?.type
  expect(model).toContain(`${NODES_MAX} nodes, ${CLIENTS_MAX} clients`)
  expect(typeOf('load')).toMatchObject({ kind: 'rate', max: 20_000 })
  expect(typeOf('pipeline')).toMatchObject({ kind: 'integer', max: 100 })
  expect(typeOf('keys')).toMatchObject({ kind: 'integer', max: 100_000 })
  expect(model).toContain('20000 requests a second with 100 commands each, 100000 keys')
})
