import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printValue } from '../../experiment/grammar.ts'
import { language } from './acts.ts'
import { CLIENTS_MAX, NODES_MAX } from './settings.ts'

// MODEL.md is what a teacher relies on: its numbers and places must be those of the code.

const root = new URL('../../../', import.meta.url)
const model = readFileSync(new URL('src/labs/cluster/MODEL.md', root), 'utf8')

test('every setting stands there with its default', () => {
  const rows = [...model.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, value]) => `${name} ${value}`)
  const settings = language.settings.map(({ name, type, default: value }) => `${name} ${printValue(type, value)}`)
  expect(rows).toEqual(settings)
})

test('every file that it names exists', () => {
  const paths = [...model.matchAll(/`(src\/[^`]+)`/g)].map(([, path]) => path!)
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
})

test('its limits are those of the code', () => {
  const typeOf = (name: string) => language.settings.find((setting) => setting.name === name)?.type
  expect(model).toContain(`${NODES_MAX} nodes, ${CLIENTS_MAX} clients`)
  expect(typeOf('load')).toMatchObject({ kind: 'rate', max: 20_000 })
  expect(typeOf('pipeline')).toMatchObject({ kind: 'integer', max: 100 })
  expect(typeOf('keys')).toMatchObject({ kind: 'integer', max: 100_000 })
  expect(model).toContain('20000 requests a second with 100 commands each, 100000 keys')
})
