import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runScript } from '../../../machine/script.ts'
import { clientInterpreter } from './script-vocabulary.test-helper.ts'

/**
 * Conversations of clients, written from what ioredis and redis-cli do on the wire: above each block stands the sentence
 * that decides what must come out.
 */

const folder = fileURLToPath(new URL('./testdata/', import.meta.url))

for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .sort()) {
  test(file, () => {
    const text = readFileSync(folder + file, 'utf8')
    expect(runScript(text, clientInterpreter())).toBe(text)
  })
}
