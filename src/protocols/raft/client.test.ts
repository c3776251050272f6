import { describe, expect, test } from 'vitest'
import { micros, nodeId, requestId } from '../../base/brand.ts'
import { stepClient } from './client.ts'
import { type ClientConfig, defaultClientConfig, QUEUE_MAX, REDIRECTS_MAX } from './config.ts'
import { raftMachine } from './machine.ts'
import { C1, env, N2, names, sends } from './testing.ts'
import type { Client, Effect, Input, Operation, ReplyResult } from './types.ts'

const config: ClientConfig = {
  ...defaultClientConfig(C1, names(3)),
  requestTimeout: 100_000,
  backoff: { low: 10_000, high: 40_000 },
  giveUpAfter: 1_000_000,
}

const start = (entropy = 0): Client => raftMachine.boot(config, null, env({ self: C1, entropy })).state as Client
const put: Operation = { op: 'put', key: 'x', value: '1' }

interface Turn {
  readonly state: Client
  readonly effects: readonly Effect[]
}

function turn(state: Client, input: Input, now = 0, entropy = 0xffff_ffff): Turn {
  return stepClient(state, input, env({ self: C1, now: micros(now), entropy })) as Turn
}

const ask = (state: Client, name: string, now = 0) =>
  turn(state, { kind: 'command', request: requestId(name), command: put }, now)
const retry = (state: Client, now: number) => turn(state, { kind: 'timer', timer: 'retry' }, now)
const answer = (state: Client, from: string, name: string, result: ReplyResult) =>
  turn(state, {
    kind: 'message',
    from: nodeId(from),
    message: { kind: 'MsgClientReply', request: requestId(name), result },
  })

const ok: ReplyResult = { kind: 'ok', index: 7, value: null, success: true }
const toward = (turned: Turn) => sends(turned.effects).map((it) => it.to)
const waits = ({ effects }: Turn) => effects.flatMap((it) => (it.kind === 'set-timer' ? [it.after] : []))
const replies = ({ effects }: Turn) =>
  effects.flatMap((it) => (it.kind === 'reply' ? [[it.request, it.result.kind]] : []))

/** A client that believes in n1 and has asked it. */
const asked = () => ask({ ...start(), target: 0 }, 'a')

describe('a client', () => {
  test('sends one operation at a time, in order, and reports each answer', () => {
    const first = asked()
    expect(sends(first.effects)).toEqual([
      {
        to: 'n1',
        message: { kind: 'MsgClientRequest', request: 'a', session: first.state.session, sequence: 1, operation: put },
      },
    ])
    const second = ask(first.state, 'b')
    expect(second.effects).toEqual([])
    const done = answer(second.state, 'n1', 'a', ok)
    expect(replies(done)).toEqual([['a', 'ok']])
    expect(sends(done.effects)[0]?.message).toMatchObject({ request: 'b', sequence: 2 })
    const idle = answer(done.state, 'n1', 'b', ok)
    expect(replies(idle)).toEqual([['b', 'ok']])
    expect(idle.effects).toContainEqual({ kind: 'clear-timer', timer: 'retry' })
    expect(idle.state.open).toBeNull()
  })

  test('ignores an answer to what it no longer asks', () => {
    const { state } = asked()
    expect(answer(state, 'n1', 'older', ok).state).toBe(state)
    expect(answer(start(), 'n1', 'a', ok).effects).toEqual([])
  })

  test('follows a redirect at once and stays with that server', () => {
    const redirected = answer(asked().state, 'n1', 'a', { kind: 'redirect', leader: N2 })
    expect(toward(redirected)).toEqual(['n2'])
    const done = answer(redirected.state, 'n2', 'a', ok)
    expect(toward(ask(done.state, 'b'))).toEqual(['n2'])
  })

  test('ignores a redirect from a server that it does not ask any more', () => {
    const redirected = answer(asked().state, 'n1', 'a', { kind: 'redirect', leader: N2 })
    const stale = answer(redirected.state, 'n1', 'a', { kind: 'redirect', leader: nodeId('n3') })
    expect(stale.state).toBe(redirected.state)
  })

  test('stops following redirects that go round, and waits', () => {
    let now = asked()
    const path: string[] = []
    for (let hop = 0; hop < REDIRECTS_MAX + 1; hop++) {
      const at = names(3)[now.state.target]!
      now = answer(now.state, at, 'a', { kind: 'redirect', leader: at === 'n1' ? N2 : nodeId('n1') })
      path.push(...toward(now))
    }
    expect(path).toHaveLength(REDIRECTS_MAX)
    expect(waits(now)).toEqual([10_000])
  })

  test.each<ReplyResult>([
    { kind: 'redirect', leader: null },
    { kind: 'redirect', leader: nodeId('n9') },
    { kind: 'busy' },
  ])('waits before it asks the next server after %j', (result) => {
    const refused = answer(asked().state, 'n1', 'a', result)
    expect(toward(refused)).toEqual([])
    expect(waits(refused)).toEqual([10_000])
    expect(toward(retry(refused.state, 10_000))).toEqual(['n2'])
  })

  test('without an answer asks the servers in turn, waiting twice as long each time', () => {
    let now = asked()
    const path = toward(now)
    const pauses = waits(now)
    for (let at = 1; at <= 5; at++) {
      now = retry(now.state, at * 1000)
      path.push(...toward(now))
      pauses.push(...waits(now))
    }
    expect(path).toEqual(['n1', 'n2', 'n3', 'n1', 'n2', 'n3'])
    // With the highest draw there is no jitter; the longest wait is that until it gives up.
    expect(pauses).toEqual([100_000, 200_000, 400_000, 800_000, 1_000_000, 1_000_000])
    expect(sends(now.effects)[0]?.message).toMatchObject({ request: 'a', sequence: 1 })
  })

  test('shortens a wait by up to a quarter', () => {
    const input = { kind: 'command', request: requestId('a'), command: put } as const
    expect(waits(turn(start(), input, 0, 0))).toEqual([75_000])
  })

  test('gives up after a while: the outcome is unknown, and the next operation begins', () => {
    const queued = ask(asked().state, 'b')
    expect(replies(retry(queued.state, 999_999))).toEqual([])
    const gaveUp = retry(queued.state, 1_000_000)
    expect(replies(gaveUp)).toEqual([['a', 'unknown']])
    expect(sends(gaveUp.effects)[0]?.message).toMatchObject({ request: 'b', sequence: 2 })
  })

  test(`lets at most ${QUEUE_MAX} operations wait`, () => {
    let now = asked()
    for (let at = 0; at < QUEUE_MAX; at++) now = ask(now.state, `q${at}`)
    expect(now.effects).toEqual([])
    expect(replies(ask(now.state, 'over'))).toEqual([['over', 'refused']])
  })

  test('is another session after each start', () => {
    expect(start(1).session).not.toBe(start(2).session)
  })

  test('does not campaign', () => {
    const input = { kind: 'command', request: requestId('a'), command: { kind: 'campaign' } } as const
    expect(replies(turn(start(), input))).toEqual([['a', 'refused']])
  })

  test('keeps its operation when its settings change', () => {
    const { state } = asked()
    const next = raftMachine.reconfigure({ ...state, target: 2 }, { ...config, servers: names(2) })
    expect(next).toMatchObject({ open: { request: 'a' }, target: 0 })
  })
})
