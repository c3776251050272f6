import { describe, expect, test } from 'vitest'
import { type Micros, type NodeId, nodeId, requestId } from '../../../base/brand.ts'
import type { Env } from '../../../machine/machine.ts'
import type { Bytes } from '../bytes.ts'
import { array, bulk, error, OK, type Reply } from '../reply.ts'
import type { Effect, Input } from '../state.ts'
import { type AdminState, adminMachine } from './admin.ts'
import type { ClientConfig, JobOrder } from './types.ts'

// The order of commands is that of redis-cli 7.0 --cluster reshard, as it was captured at the wire.

const ids = { n1: '1'.repeat(40), n2: '2'.repeat(40), n3: '3'.repeat(40), n4: '4'.repeat(40) }
const names = Object.keys(ids) as (keyof typeof ids)[]
const port = (name: string) => 7000 + Number(name.slice(1))

/** CLUSTER NODES as n1 would print it: n1 to n3 are masters, n4 replicates n1. */
const NODES = names
  .map((name, at) => {
    const slots = ['0-99 [5-<-2]', '5461-10922', '10923-16383 5460', ''][at]
    const flags = name === 'n1' ? 'myself,master' : name === 'n4' ? 'slave' : 'master'
    return `${ids[name]} 127.0.0.1:${port(name)}@1${port(name)} ${flags} ${name === 'n4' ? ids.n1 : '-'} 0 1 1 connected ${slots}`.trim()
  })
  .join('\n')

const config: ClientConfig = {
  kind: 'client',
  self: nodeId('admin'),
  style: 'terminal',
  seeds: names.map(nodeId),
  directory: new Map(names.map((name) => [`127.0.0.1:${port(name)}`, nodeId(name)])),
  requestTimeoutMs: 60_000,
  epochMs: 1_700_000_000_000,
  attemptsMax: 16,
  wait: { replicas: 0, timeoutMs: 0 },
  readReplicas: false,
}

const env: Env = { self: nodeId('admin'), now: 1_000 as Micros, entropy: 7 }

type Answer = (node: NodeId, args: readonly Bytes[]) => Reply | null

/** An administrator's client and nodes that answer by a function (null: never). */
function world(answer: Answer) {
  let state = adminMachine.boot(config, null, env).state
  const typed: string[] = []
  const ended: { readonly request: string; readonly text: string }[] = []
  const take = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.kind === 'reply') {
        const reply = effect.result.outcomes[0]!.reply
        ended.push({
          request: effect.request,
          text: reply?.kind === 'simple' || reply?.kind === 'error' ? reply.text : '?',
        })
      }
      if (effect.kind !== 'send' || effect.message.kind !== 'Request') continue
      for (const args of effect.message.commands) {
        typed.push(`${effect.to}> ${args.join(' ')}`)
        const reply = answer(effect.to, args)
        if (reply === null) continue
        const message = { kind: 'Replies', connection: effect.message.connection, resp: 2, replies: [reply] } as const
        step({ kind: 'message', from: effect.to, message })
      }
    }
  }
  const step = (input: Input): void => {
    const next = adminMachine.step(state, input, env)
    state = next.state
    take(next.effects)
  }
  return {
    typed,
    ended,
    order: (job: JobOrder, request = 'admin:1') =>
      step({ kind: 'command', request: requestId(request), command: { kind: 'job', job } }),
    close: (node: string, connection: number) =>
      step({
        kind: 'message',
        from: nodeId(node),
        message: { kind: 'Closed', of: 'client', number: connection, byOpener: false },
      }),
    state: () => state as AdminState,
    job: () => (state as AdminState).job,
  }
}

/** Nodes of which n1 holds these keys, ten at most for each question. */
function cluster(keys: readonly string[] = [], changes: Answer = () => null): Answer {
  let left = keys
  return (node, args) => {
    const changed = changes(node, args)
    if (changed !== null) return changed
    if (args[1] === 'NODES') return bulk(NODES)
    if (args[1] === 'GETKEYSINSLOT') return array(left.slice(0, Number(args[3])).map(bulk))
    if (args[0] === 'MIGRATE') left = left.slice(args.length - args.indexOf('KEYS') - 1)
    return OK
  }
}

const reshard = (slots: number | readonly [number, number]): JobOrder => ({
  kind: 'reshard',
  from: nodeId('n1'),
  to: nodeId('n2'),
  slots: typeof slots === 'number' ? slots : [{ first: slots[0], last: slots[1] }],
})

describe('a reshard', () => {
  test('types what redis-cli types: target first, then source, then the other masters; replicas are not told', () => {
    const { order, typed, ended } = world(cluster(Array.from({ length: 12 }, (_, at) => `k${at}`)))
    order(reshard(1))
    const migrate = (keys: string) => `n1> MIGRATE 127.0.0.1 7002  0 60000 KEYS ${keys}`
    expect(typed).toEqual([
      'n1> CLUSTER NODES',
      `n2> CLUSTER SETSLOT 0 IMPORTING ${ids.n1}`,
      `n1> CLUSTER SETSLOT 0 MIGRATING ${ids.n2}`,
      'n1> CLUSTER GETKEYSINSLOT 0 10',
      migrate('k0 k1 k2 k3 k4 k5 k6 k7 k8 k9'),
      'n1> CLUSTER GETKEYSINSLOT 0 10',
      migrate('k10 k11'),
      'n1> CLUSTER GETKEYSINSLOT 0 10',
      `n2> CLUSTER SETSLOT 0 NODE ${ids.n2}`,
      `n1> CLUSTER SETSLOT 0 NODE ${ids.n2}`,
      `n3> CLUSTER SETSLOT 0 NODE ${ids.n2}`,
    ])
    expect(ended).toEqual([{ request: 'admin:1', text: 'OK' }])
  })

  test('takes the first slots of the source, or those that are named', () => {
    const moved = (slots: number | readonly [number, number]) => {
      const { order, typed } = world(cluster())
      order(reshard(slots))
      return typed.flatMap((line) => /^n2> CLUSTER SETSLOT (\d+) NODE/.exec(line)?.[1] ?? [])
    }
    expect(moved(3)).toEqual(['0', '1', '2'])
    expect(moved([97, 99])).toEqual(['97', '98', '99'])
  })

  test.each([
    ['more slots than there are', reshard(101), 'n1 owns 100 slots, not 101'],
    ['a slot of somebody else', reshard([99, 100]), 'slot 100 is not owned by n1'],
    ['a target that is a replica', { ...reshard(1), to: nodeId('n4') }, 'n4 is not a master'],
  ])('is refused: %s', (_, job, reason) => {
    const { order, typed, ended } = world(cluster())
    order(job)
    expect(typed).toHaveLength(1)
    expect(ended).toEqual([{ request: 'admin:1', text: reason }])
  })

  test('stops at the first error and leaves things as they are', () => {
    const failing = cluster(['k'], (_, args) => (args[0] === 'MIGRATE' ? error('IOERR error or timeout') : null))
    const { order, typed, ended, job } = world(failing)
    order(reshard(2))
    expect(typed.at(-1)).toMatch(/^n1> MIGRATE/)
    expect(ended).toEqual([{ request: 'admin:1', text: 'IOERR error or timeout' }])
    expect(job()).toMatchObject({ done: 0, ended: { failure: 'IOERR error or timeout' } })
  })

  test('stops when it is told to, between two commands; a late answer changes nothing', () => {
    const { order, typed, ended, job } = world((node, args) =>
      node === 'n2' ? null : args[1] === 'NODES' ? bulk(NODES) : OK,
    )
    order(reshard(1))
    expect(job()?.ended).toBeNull()
    order({ kind: 'stop' }, 'admin:2')
    expect(ended).toEqual([
      { request: 'admin:1', text: 'ERR stopped' },
      { request: 'admin:2', text: 'OK' },
    ])
    expect(typed).toHaveLength(2)
  })

  test('only one at a time; another one may follow', () => {
    const mute: Answer = () => null
    const busy = world(mute)
    busy.order(reshard(1))
    busy.order(reshard(1), 'admin:2')
    expect(busy.ended).toEqual([{ request: 'admin:2', text: 'ERR another reshard is under way' }])
    const free = world(cluster())
    free.order(reshard(1))
    free.order(reshard(1), 'admin:2')
    expect(free.ended.map(({ text }) => text)).toEqual(['OK', 'OK'])
  })

  test('ends when the connection does', () => {
    const { order, close, ended, state } = world(() => null)
    order(reshard(1))
    const connection = state().connections.get(nodeId('n1'))!.number
    close('n1', connection)
    expect(ended).toEqual([{ request: 'admin:1', text: 'no answer' }])
  })
})
