import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { printValue } from '../../experiment/grammar.ts'
import { defaultNodeConfig, QUEUE_MAX } from '../../protocols/raft/config.ts'
import { CLIENTS_MAX, language, NODES_MAX } from './acts.ts'

// MODEL.md is what a teacher relies on: its numbers and places must be those of the code.

const root = new URL('../../../', import.meta.url)
const model = readFileSync(new URL('src/labs/raft/MODEL.md', root), 'utf8')

test('every setting stands there with its default', () => {
  const rows = [...model.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, value]) => `${name} ${value}`)
  const settings = language.settings
    .filter(({ name }) => !name.endsWith('.*'))
    .map(({ name, type, default: value }) => `${name} ${printValue(type, value)}`)
  expect(rows).toEqual(settings)
})

test('every file that it names exists', () => {
  const paths = [...model.matchAll(/`(src\/[^`]+)`/g)].map(([, path]) => path!)
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
})

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
