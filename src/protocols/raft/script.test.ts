import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runScript } from '../../machine/script.ts'
import { raftInterpreter } from './script-vocabulary.ts'

/**
 * Golden conversations, after etcd's interaction tests of the same names. Above each block stands the sentence that
 * decides what must come out; what is expected was written from it, not copied from a run.
 */

const folder = fileURLToPath(new URL('./testdata/', import.meta.url))

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()) {
  test(file, () => {
    const text = readFileSync(folder + file, 'utf8')
    expect(runScript(text, raftInterpreter())).toBe(text)
  })
}
