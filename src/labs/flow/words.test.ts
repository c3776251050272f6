import { expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { runOf, worldOf } from '../../engine/proof/run.test-helper.ts'
import { item } from '../../protocols/flow/item.ts'
import { type FlowMessage, MESSAGE_KINDS, NOTE_KINDS, type Parcel } from '../../protocols/flow/pipeline/types.ts'
import { messageText, words } from './words.ts'
import { flowLab } from './world.ts'

test('every note reads differently, and names the part that it is about', () => {
  const texts = NOTE_KINDS.filter((kind) => kind !== 'scaled-down').map((kind) => words.note({ kind, value: 7 }, 'api'))
  expect(new Set(texts).size).toBe(texts.length)
  for (const text of texts) expect(text).toContain('api')
  for (const kind of ['queue-full', 'scaled-up', 'scaled-down', 'memory-limit'] as const)
    expect(words.note({ kind, value: 7 }, 'api')).toContain('7')
  // Outputs are counted from one.
  expect(words.note({ kind: 'ejected', value: 0 }, 'web')).toContain('output 1')
  expect(words.note({ kind: 'scaled-up', value: 1 }, 'api')).toMatch(/1 server$/)
  expect(words.note({ kind: 'zero-window', value: 1 }, 'tx')).not.toBe(
    words.note({ kind: 'zero-window', value: 0 }, 'tx'),
  )
})

const PARCEL: Parcel = {
  ...item({ id: 12, bornUs: 5 }),
  origin: nodeId('web'),
  via: nodeId('web'),
  segment: null,
  entered: 0,
  enteredUs: 0,
  epoch: 0,
  asked: true,
}
const demand = (signal: Extract<FlowMessage, { kind: 'demand' }>['signal']): FlowMessage => ({
  kind: 'demand',
  signal,
  epoch: 0,
})

test.each<[FlowMessage, string]>([
  [{ kind: 'item', parcel: PARCEL }, 'request 12'],
  [{ kind: 'item', parcel: { ...PARCEL, attempt: 2 } }, 'request 12, attempt 3'],
  [{ kind: 'answer', origin: nodeId('web'), id: 12, attempt: 0, outcome: 'done' }, 'answer to 12'],
  [{ kind: 'answer', origin: nodeId('web'), id: 12, attempt: 0, outcome: 'overflow' }, '12 is turned away: overflow'],
  [demand({ how: 'open' }), 'send what you have'],
  [demand({ how: 'request', n: 4, reset: false }), 'request(4)'],
  [demand({ how: 'request', n: Number.POSITIVE_INFINITY, reset: false }), 'request(unbounded)'],
  [demand({ how: 'window', bytes: 900, reset: false }), 'WINDOW_UPDATE 900 B'],
  [demand({ how: 'pause' }), 'write() returned false'],
  [demand({ how: 'resume' }), "'drain'"],
  [{ kind: 'subscribe' }, 'subscribe'],
  [{ kind: 'cancel' }, 'cancel'],
])('%o is called %s', (message, text) => {
  expect(messageText(message)).toBe(text)
  expect(words.message(message)).toBe(text)
})

test('each message that is under way has words, a rule with its source, and fields without objects', () => {
  const seen = new Map<string, FlowMessage>()
  const look = (text: string) => {
    const { run } = runOf(flowLab, text)
    while (run.once(1_200_000)) {
      run.sim.eachInFlight(({ message }) => {
        if (message !== null) seen.set(message.kind, message)
      })
    }
    return run.sim
  }
  const world = look('set delay 200ms\nat 0s load web poisson 50/s\nat 0s demand api request 8 replenish 4')
  look('set sources -\nset stages line\nset senders tx\nset receivers rx\nset delay 200ms\nset transport packets')
  for (const kind of ['item', 'answer', 'demand', 'segment', 'ack'] as const) expect([...seen.keys()]).toContain(kind)
  for (const [kind, message] of seen) {
    expect(MESSAGE_KINDS).toContain(kind)
    expect(words.message(message)).not.toBe('')
    const state = world.state(0)!
    const rule = words.rule(state, message, { state, effects: [] })
    expect(rule.text).toMatch(/\.$/)
    expect(rule.source).not.toBe('')
    for (const { name, value } of words.fields(message)) {
      expect(name).not.toBe('kind')
      expect(value).not.toContain('[object')
    }
  }
})

test('a trace tells what is set and what was counted, and can be written down', () => {
  const world = worldOf(flowLab, 'at 0s load web poisson 50/s', 2_000_000)
  const [web, api] = [0, 1].map((actor) => words.traceState!(world.state(actor)!))
  expect(web).toMatchObject({ kind: 'source', counts: { made: expect.any(Number) } })
  expect(api).toMatchObject({ kind: 'stage', busy: 1, settings: { servers: 1 } })
  expect(() => JSON.stringify([web, api])).not.toThrow()
})
