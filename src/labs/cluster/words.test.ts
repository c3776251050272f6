import { describe, expect, test } from 'vitest'
import { present } from '../../base/assert.ts'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import { NOTE_KINDS } from '../../protocols/cluster/notes.ts'
import { array, bulk, error, OK } from '../../protocols/cluster/reply.ts'
import { MESSAGE_KINDS } from './contract.ts'
import { scenarios } from './scenarios.ts'
import { commandText, replyText, resultText, words } from './words.ts'
import { clusterLab } from './world.ts'

/** Every message that is in flight at some instant of a scenario, the first of each kind. */
function messagesOf(id: string) {
  const { text } = present(
    scenarios.find((each) => each.id === id),
    id,
  )
  const { run, experiment } = runOf(clusterLab, text)
  const { sim } = run
  const found = new Map<string, { readonly message: Message; readonly rule: string }>()
  while (run.once(experiment.until!)) {
    sim.eachInFlight((item) => {
      const message = item.message as Message
      if (found.has(message.kind)) return
      const input = { kind: 'message', from: sim.names[item.detail]!, message } as const
      const outcome = sim.preview(item.actor, input)
      const state = sim.state(item.actor)
      if (outcome !== null && state !== undefined) {
        const { text: rule, source } = words.rule(state, message, outcome)
        found.set(message.kind, { message, rule: `${rule} (${source})` })
      }
    })
  }
  return found
}

describe('words', () => {
  test('every note reads like a line of a log, with its actor', () => {
    const lines = NOTE_KINDS.map((kind) => words.note({ kind, value: 7001 }, 'n2'))
    expect(lines.every((line) => /^n2: \S/.test(line))).toBe(true)
    expect(new Set(lines).size).toBe(NOTE_KINDS.length)
    expect(words.note({ kind: 'fail', value: 7001 }, 'n2')).toContain('marking n1 as failing')
  })

  test.each([
    [{ kind: 'batch', operations: [{ args: ['SET', 'a', 'b c'] }] }, 'SET a "b c"'],
    [{ kind: 'batch', operations: [{ args: ['GET', 'a'] }, { args: ['GET', 'b'] }] }, 'GET a and 1 more'],
    [{ kind: 'typed', node: 'n1', args: ['GET', 'a'], follow: true }, 'n1> GET a'],
    [{ kind: 'job', job: { kind: 'reshard', from: 'n1', to: 'n2', slots: 5 } }, 'reshard 5 n1 n2'],
    [
      {
        kind: 'job',
        job: {
          kind: 'reshard',
          from: 'n1',
          to: 'n2',
          slots: [
            { first: 5, last: 5 },
            { first: 7, last: 9 },
          ],
        },
      },
      'reshard 5,7-9 n1 n2',
    ],
    [{ kind: 'job', job: { kind: 'stop' } }, 'reshard stop'],
  ])('%j', (command, text) => {
    expect(commandText(command as never)).toBe(text)
  })

  test('a reply is one line, however long it is', () => {
    expect(replyText(OK)).toBe('OK')
    expect(replyText(null)).toBe('no answer')
    expect(replyText(error('MOVED 1 127.0.0.1:7001'))).toBe('(error) MOVED 1 127.0.0.1:7001')
    expect(replyText(array([bulk('a'), bulk('b')]))).toBe('1) "a" … (2 lines)')
    expect(replyText(bulk('x'.repeat(500))).length).toBeLessThan(100)
  })

  test('a result tells of WAIT, and of what failed in a batch', () => {
    const outcome = { reply: OK, node: null, redirections: [], replicas: 1, sentMs: 0, endMs: 0 }
    expect(resultText({ outcomes: [outcome] })).toBe('OK, on 1 replicas')
    expect(resultText({ outcomes: [outcome, outcome] })).toBe('2 answers')
    expect(resultText({ outcomes: [outcome, { ...outcome, reply: null }] })).toBe('2 answers, 1 failed: no answer')
  })

  test('every kind of message has words, fields and a rule with its source', () => {
    const seen = new Map(
      ['birth', 'publish', 'minority', 'rejoin', 'manual-failover'].flatMap((id) => [...messagesOf(id)]),
    )
    expect(MESSAGE_KINDS.filter((kind) => !seen.has(kind))).toEqual([])
    for (const { message, rule } of seen.values()) {
      expect(words.message(message)).not.toBe('')
      const unreadable = words.fields(message).filter(({ name, value }) => name === '' || value.includes('[object'))
      expect(unreadable).toEqual([])
      expect(rule).toMatch(/ \(Redis .*\)$/)
    }
  })
})
