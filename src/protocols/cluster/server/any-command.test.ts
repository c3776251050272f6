import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COMMANDS } from '../commands/table.ts'
import type { CommandSpec } from '../commands/types.ts'
import { encodeReply } from '../resp.ts'
import { standing } from '../testing.test-helper.ts'

/** Those that end the process, or put it to sleep, have tests of their own. */
const LEFT_OUT = new Set(['shutdown', 'debug'])

const specs: readonly CommandSpec[] = [...COMMANDS.values()]
  .filter(({ name }) => !LEFT_OUT.has(name))
  .flatMap((spec) => (spec.run.scope === 'container' ? spec.run.subcommands : [spec]))

const WORDS = [...new Set(specs.flatMap(({ syntax }) => syntax.match(/[A-Z][A-Z-]+/g) ?? []))]
const KEY = fc.integer({ min: 0, max: 5 }).map((number) => `{bar}${number}`)
const ODD = [
  '',
  '-1',
  '0',
  '1',
  '3.5',
  'nan',
  '+inf',
  '(1',
  '[a',
  '-',
  '*',
  '\\',
  '9223372036854775807',
  '1e300',
  '\0\xff',
]
const ARGUMENT = fc.oneof(KEY, KEY, fc.constantFrom(...WORDS), fc.constantFrom(...ODD), fc.nat(4).map(String))

/** A call with as many arguments as the command may have; its keys are all in one slot. */
const call = fc
  .record({
    spec: fc.constantFrom(...specs),
    more: fc.nat(4),
    args: fc.array(ARGUMENT, { minLength: 16, maxLength: 16 }),
  })
  .chain(({ spec, more, args }) => {
    const words = spec.name.split('|')
    const count = spec.arity > 0 ? spec.arity : -spec.arity + more
    return fc.array(KEY, { minLength: 16, maxLength: 16 }).map((keys) => {
      const line = [...words, ...args].slice(0, count)
      const last = spec.lastKey < 0 ? line.length + spec.lastKey : spec.lastKey
      for (let at = spec.firstKey; at > 0 && at <= Math.min(last, line.length - 1); at += spec.keyStep)
        line[at] = keys[at]!
      return line
    })
  })

test('no command with any arguments breaks a node; its answer can be written, and its replica holds the same', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 100, maxLength: 100 }), (calls) => {
      const pocket = standing()
      for (const args of calls) pocket.send('c', 'M1', [args])
      pocket.run(100)
      for (const reply of pocket.replies('c')) for (const resp of [2, 3] as const) encodeReply(reply, resp)
      const [master, replica] = [pocket.state('M1'), pocket.state('R1')]
      // Some commands reset the node, or end its replication.
      if (
        replica.replication.replid === master.replication.replid &&
        replica.replication.offset === master.replication.offset
      ) {
        expect(replica.db.hash).toBe(master.db.hash)
      }
    }),
    { numRuns: 25 },
  )
})
