import { expect, test } from 'vitest'
import { type Micros, type NodeId, nodeId, requestId } from '../../../base/brand.ts'
import { Puppets } from '../../../machine/script.ts'
import { clusterMachine } from '../machine.ts'
import { bulk, error, integer, OK } from '../reply.ts'
import type { ClusterProtocol } from '../state.ts'
import { configs, idOf, SIX } from '../testing.test-helper.ts'
import type { ClientConfig, ClientTimer, Operation, Outcome } from './types.ts'

const CRON_US = 100_000
const TERMINAL = nodeId('t1')

/** Six nodes, a terminal, and clients of the given style, on a network on which a message takes no time. */
class World {
  private readonly puppets = new Puppets<ClusterProtocol>(clusterMachine)
  private readonly nodes: readonly NodeId[]
  private readonly clients: NodeId[] = []

  constructor() {
    const nodeConfigs = configs(SIX, { nodeTimeoutMs: 1000 }, true)
    this.nodes = [...nodeConfigs.keys()]
    for (const [name, config] of nodeConfigs) this.puppets.start(name, config)
    this.client('t1', 'terminal')
    // Masters do not serve before they are up for two seconds.
    this.pass(3000)
  }

  client(name: string, style: ClientConfig['style'], more: Partial<ClientConfig> = {}): void {
    const self = nodeId(name)
    const { directory, epochMs } = configs(SIX, {}, true).get(nodeId('M1'))!
    this.clients.push(self)
    this.puppets.start(self, {
      kind: 'client',
      self,
      style,
      seeds: this.nodes.slice(0, 3),
      directory,
      requestTimeoutMs: 500,
      epochMs,
      attemptsMax: 50,
      wait: { replicas: 0, timeoutMs: 0 },
      readReplicas: false,
      ...more,
    })
  }

  pass(ms: number): void {
    const { puppets } = this
    for (let step = 0; step < (ms * 1000) / CRON_US; step++) {
      puppets.now = (puppets.now + CRON_US) as Micros
      this.settle()
      for (const name of this.nodes) if (puppets.isUp(name)) puppets.fire(name, 'cron')
      for (const name of this.clients) for (const timer of ['request', 'retry'] as const) this.fireDue(name, timer)
      this.settle()
    }
  }

  private fireDue(name: NodeId, timer: ClientTimer): void {
    const due = this.puppets.timer(name, timer)
    if (due !== undefined && due <= this.puppets.now) this.puppets.fire(name, timer)
  }

  /** Delivers everything; the connections of a process that died are refused. */
  private settle(): void {
    const { puppets } = this
    puppets.stabilize(({ to }) => puppets.isUp(to))
    for (const { from, to, message } of puppets.take(() => true)) {
      const answer = clusterMachine.refuse!(message)
      if (answer !== null && puppets.isUp(from)) puppets.hand({ from: to, to: from, message: answer })
    }
    puppets.stabilize(({ to }) => puppets.isUp(to))
  }

  kill(name: string): void {
    const words = clusterMachine.lastWords!(this.puppets.state(nodeId(name)))
    this.puppets.crash(nodeId(name))
    for (const { to, message } of words) this.puppets.mail.push({ from: nodeId(name), to, message })
    this.settle()
  }

  private outcomes(request: string): readonly Outcome[] | undefined {
    for (const report of this.puppets.reports) {
      if (report.kind === 'reply' && report.request === request) return report.result.outcomes
    }
    return undefined
  }

  /** What becomes of a batch; at most ten seconds may pass. */
  batch(name: string, ...lines: readonly string[]): readonly Outcome[] {
    const operations = lines.map((line): Operation => ({ args: line.split(' ') }))
    const request = this.puppets.command(nodeId(name), { kind: 'batch', operations })
    this.settle()
    for (let step = 0; step < 100 && this.outcomes(request) === undefined; step++) this.pass(100)
    return this.outcomes(requestId(request)) ?? []
  }

  replies(name: string, ...lines: readonly string[]): readonly unknown[] {
    return this.batch(name, ...lines).map(({ reply }) => reply)
  }

  type(node: string, ...args: readonly string[]): unknown {
    const request = this.puppets.command(TERMINAL, { kind: 'typed', node: nodeId(node), args, follow: false })
    this.settle()
    return this.outcomes(request)?.[0]?.reply
  }

  stats(name: string) {
    const state = this.puppets.state(nodeId(name))
    if (state.kind !== 'client') throw new Error(`${name} is no client`)
    return state.stats
  }
}

const KEYS = ['SET foo 1', 'SET bar 2', 'SET hello 3', 'INCR foo']

test('a smart client needs its map once, a naive one is redirected again and again', () => {
  const world = new World()
  world.client('c1', 'smart')
  world.client('c2', 'naive')
  for (let round = 0; round < 5; round++) {
    expect(world.replies('c1', ...KEYS)).toEqual([OK, OK, OK, integer(2)])
    expect(world.replies('c2', ...KEYS.slice(0, 3))).toEqual([OK, OK, OK])
  }
  expect(world.stats('c1')).toMatchObject({ calls: 20, answered: 20, moved: 0, refreshes: 1 })
  expect(world.stats('c2')).toMatchObject({ calls: 15, answered: 15, refreshes: 0 })
  expect(world.stats('c2').moved).toBeGreaterThan(0)
})

test('clients go on while a slot moves, and lose nothing', () => {
  const world = new World()
  world.client('c1', 'smart')
  expect(world.replies('c1', 'SET {bar}1 a', 'SET {bar}2 b')).toEqual([OK, OK])
  expect(world.type('M2', 'CLUSTER', 'SETSLOT', '5061', 'IMPORTING', idOf('M1'))).toEqual(OK)
  expect(world.type('M1', 'CLUSTER', 'SETSLOT', '5061', 'MIGRATING', idOf('M2'))).toEqual(OK)
  expect(world.type('M1', 'MIGRATE', '127.0.0.1', '7002', '{bar}1', '0', '1000')).toEqual(OK)
  const [moved, stays, fresh] = world.batch('c1', 'GET {bar}1', 'GET {bar}2', 'SET {bar}3 c')
  expect(moved).toMatchObject({ reply: bulk('a'), node: 'M2', redirections: ['ASK 5061 127.0.0.1:7002'] })
  expect(stays).toMatchObject({ reply: bulk('b'), node: 'M1', redirections: [] })
  expect(fresh).toMatchObject({ reply: OK, node: 'M2' })
  expect(world.type('M1', 'MIGRATE', '127.0.0.1', '7002', '', '0', '1000', 'KEYS', '{bar}2')).toEqual(OK)
  for (const node of ['M2', 'M1']) {
    expect(world.type(node, 'CLUSTER', 'SETSLOT', '5061', 'NODE', idOf('M2'))).toEqual(OK)
  }
  expect(world.replies('c1', 'MGET {bar}1 {bar}2 {bar}3')).toEqual([
    { kind: 'array', items: [bulk('a'), bulk('b'), bulk('c')] },
  ])
  expect(world.stats('c1')).toMatchObject({ ask: 2, moved: 1, refreshes: 2 })
  expect(world.batch('c1', 'GET {bar}1')[0]?.redirections).toEqual([])
})

test('keys of which half have moved are asked for again until all have', () => {
  const world = new World()
  world.client('c1', 'smart', { attemptsMax: 3 })
  world.replies('c1', 'MSET {bar}1 a {bar}2 b')
  world.type('M2', 'CLUSTER', 'SETSLOT', '5061', 'IMPORTING', idOf('M1'))
  world.type('M1', 'CLUSTER', 'SETSLOT', '5061', 'MIGRATING', idOf('M2'))
  world.type('M1', 'MIGRATE', '127.0.0.1', '7002', '{bar}1', '0', '1000')
  expect(world.replies('c1', 'MGET {bar}1 {bar}2')).toEqual([
    error('TRYAGAIN Multiple keys request during rehashing of slot'),
  ])
  expect(world.stats('c1').tryAgain).toBe(3)
})

test('a write whose node dies is written to its successor', () => {
  const world = new World()
  world.client('c1', 'smart', { wait: { replicas: 1, timeoutMs: 100 } })
  expect(world.batch('c1', 'SET bar before')[0]).toMatchObject({ reply: OK, node: 'M1', replicas: 1 })
  world.kill('M1')
  expect(world.batch('c1', 'SET bar after')[0]).toMatchObject({ reply: OK, node: 'R1', replicas: 0 })
  expect(world.replies('c1', 'GET bar')).toEqual([bulk('after')])
})

test('reads go to replicas when they may', () => {
  const world = new World()
  // CLUSTER SLOTS tells of a replica when it is known to have something.
  world.type('M1', 'SET', 'bar', '1')
  world.pass(2000)
  world.client('c1', 'smart', { readReplicas: true, wait: { replicas: 1, timeoutMs: 100 } })
  expect(world.batch('c1', 'GET bar', 'SET bar 2')).toMatchObject([
    { reply: bulk('1'), node: 'R1' },
    { reply: OK, node: 'M1' },
  ])
  world.kill('R1')
  expect(world.batch('c1', 'GET bar')[0]).toMatchObject({ reply: bulk('2'), node: 'M1' })
})
