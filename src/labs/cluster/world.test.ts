import { describe, expect, test } from 'vitest'
import { Desk } from '../../engine/desk.ts'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import type { ClientConfig } from '../../protocols/cluster/client/types.ts'
import { SlotSet } from '../../protocols/cluster/slot-set.ts'
import { SLOTS } from '../../protocols/cluster/slots.ts'
import type { NodeConfig } from '../../protocols/cluster/state.ts'
import { language } from './acts.ts'
import { idOf, nodeOfId, nodeOfPort } from './addresses.ts'
import { clusterLab } from './world.ts'

const planOf = (given: Settings) => clusterLab.plan(withDefaults(language, given), 1)
const nodesOf = (given: Settings) =>
  planOf(given).actors.flatMap(({ role, config }) => (role === 'node' ? [config as NodeConfig] : []))
const clientsOf = (given: Settings) =>
  planOf(given).actors.flatMap(({ role, config }) => (role === 'client' ? [config as ClientConfig] : []))

const run = (text: string) => worldOf(clusterLab, text)

describe('a formed cluster', () => {
  test.each([1, 3, 7, 60])('of %i masters shares all slots, each once', (masters) => {
    const { nodes } = nodesOf({ masters })[0]!.initial!
    const shares = nodes.map(({ slots }) => SlotSet.ofRanges(slots))
    expect(shares.reduce((sum, { size }) => sum + size, 0)).toBe(SLOTS)
    expect(shares.reduce((all, each) => all.union(each), SlotSet.none).size).toBe(SLOTS)
    expect(nodes.filter(({ master }) => master === null)).toHaveLength(masters)
  })

  test('of three is cut as redis-cli cuts it', () => {
    expect(nodesOf({})[0]!.initial!.nodes.flatMap(({ slots }) => slots)).toEqual([
      { first: 0, last: 5460 },
      { first: 5461, last: 10922 },
      { first: 10923, last: 16383 },
    ])
  })

  test('gives every master its replicas, and every master an epoch of its own', () => {
    const { nodes } = nodesOf({ replicas: 2 })[0]!.initial!
    const masters = nodes.filter(({ master }) => master === null)
    for (const { id } of masters) expect(nodes.filter(({ master }) => master === id)).toHaveLength(2)
    expect(new Set(masters.map(({ configEpoch }) => configEpoch)).size).toBe(3)
  })

  test('leaves extra nodes alone', () => {
    const nodes = nodesOf({ extra: 2 })
    expect(nodes.map(({ initial }) => initial !== null)).toEqual([true, true, true, true, true, true, false, false])
    expect(nodes[7]!.directory.size).toBe(8)
  })

  test('is none when it starts unformed', () => {
    expect(nodesOf({ start: 'unformed' }).every(({ initial }) => initial === null)).toBe(true)
  })
})

describe('names', () => {
  test('ids are 40 digits, differ, sort like the names, and lead back to them', () => {
    const names = Array.from({ length: 120 }, (_, at) => `n${at + 1}`)
    const ids = names.map(idOf)
    expect(ids.every((id) => /^[0-9a-f]{40}$/.test(id))).toBe(true)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(120)
    expect(ids.map(nodeOfId)).toEqual(names)
    expect(nodeOfId('f'.repeat(40))).toBe('ffffffff…')
    expect(nodeOfPort(7012)).toBe('n12')
  })
})

describe('clients', () => {
  test('have the style that was asked for; the terminal and the administrator are there always', () => {
    expect(clientsOf({ clients: 3, 'client-style': 'mixed' }).map(({ self, style }) => `${self} ${style}`)).toEqual([
      'c1 smart',
      'c2 naive',
      'c3 smart',
      'cli terminal',
      'admin terminal',
    ])
  })

  test('share the load', () => {
    expect(planOf({ clients: 3, load: 10 }).streams).toEqual([0, 0, 0, 0, 0, 0, 4, 3, 3, 0, 0])
  })
})

describe('a run', () => {
  test('is the same every time, and another one under another seed', () => {
    const text = (seed: number) =>
      `seed ${seed}\nset cluster-node-timeout 1s\nset load 20/s\nat 2.5s kill n1\nuntil 6s\n`
    expect(run(text(1)).digest()).toBe(run(text(1)).digest())
    expect(run(text(1)).digest()).not.toBe(run(text(2)).digest())
  })

  test('can be rewound: what was there is there again, and what follows is the same', () => {
    const desk = new Desk(clusterLab)
    const text = 'lab cluster\nset cluster-node-timeout 1s\nset load 20/s\nat 2.5s kill n1\nat 3s cli n2 GET hello\n'
    desk.open(text, 2_400_000)
    const look = () => {
      const { run, view, said, measures } = desk.slow()
      return { digest: run.digest, view, said, values: measures.map(({ value }) => value) }
    }
    const before = look()
    desk.seek(6_000_000)
    const after = look()
    desk.seek(2_400_000)
    expect(look()).toEqual(before)
    desk.seek(6_000_000)
    expect(look()).toEqual(after)
    expect(after.said.at(-1)?.lines).toEqual(['(error) MOVED 866 127.0.0.1:7001'])
  })

  test('a setting that changes while it runs reaches every node', () => {
    const sim = run('at 1s set cluster-node-timeout 3s\nat 1s set cluster-require-full-coverage no\nuntil 2s\n')
    for (let actor = 0; actor < 6; actor++) {
      expect(sim.state(actor)).toMatchObject({ options: { nodeTimeoutMs: 3000, requireFullCoverage: false } })
    }
  })

  test('an option that was changed at one node stays when others are changed for all', () => {
    const sim = run('at 1s config n1 cluster-migration-barrier 3\nat 2s set cluster-node-timeout 3s\nuntil 3s\n')
    expect(sim.state(0)).toMatchObject({ options: { migrationBarrier: 3, nodeTimeoutMs: 3000 } })
    expect(sim.state(1)).toMatchObject({ options: { migrationBarrier: 1, nodeTimeoutMs: 3000 } })
  })

  test('`$n1.id` is the id that the node has now', () => {
    const sim = run(
      'set start unformed\nset clients 0\nat 1s cli n1 CLUSTER RESET HARD\nat 2s meet n2 n1\nat 5s forget n2 n1\nuntil 6s\n',
    )
    const [n1, n2] = [sim.state(0), sim.state(1)]
    if (n1?.kind !== 'node' || n2?.kind !== 'node') throw new Error('two nodes')
    expect(n1.cluster.myself).not.toBe(idOf('n1'))
    expect(n2.cluster.peers.get(n1.cluster.myself)).toBeUndefined()
    expect(n2.cluster.blacklist.has(n1.cluster.myself)).toBe(true)
  })
})

describe('the terminal', () => {
  const say = (lines: readonly string[], at = 3) => {
    const desk = new Desk(clusterLab)
    expect(desk.open('lab cluster\nset clients 0\n', at * 1_000_000)).toMatchObject({ ok: true })
    return lines.map((line) => {
      const reply = desk.line(line)
      return reply.kind === 'said' ? reply.lines.slice(1) : [reply.kind === 'error' ? reply.message : reply.kind]
    })
  }

  test('answers below the command, as redis-cli does', () => {
    expect(
      say([
        'n1> SET hello 1',
        'n1> GET hello',
        'n2> GET hello',
        'n2> -c GET hello',
        'n1> FOO bar',
        'n1> LRANGE hello 0',
      ]),
    ).toEqual([
      ['OK'],
      ['"1"'],
      ['(error) MOVED 866 127.0.0.1:7001'],
      ['-> Redirected to slot [866] located at 127.0.0.1:7001', '"1"'],
      ["(error) ERR unknown command 'FOO', with args beginning with: 'bar' "],
      ["(error) ERR wrong number of arguments for 'lrange' command"],
    ])
  })

  test('shows tables as they are, and lists with their numbers', () => {
    const [nodes, list] = say(['n1> CLUSTER NODES', 'n1> CLUSTER SLOTS'])
    expect(nodes).toHaveLength(6)
    expect(nodes![0]).toMatch(/^001[0-9a-f]{37} 127\.0\.0\.1:7001@17001 myself,master /)
    expect(list![0]).toBe('1) 1) (integer) 0')
  })

  test('keeps a connection for each node: a transaction there is not one here', () => {
    expect(say(['n1> MULTI', 'n1> SET hello 1', 'n2> PING', 'n1> EXEC'])).toEqual([
      ['OK'],
      ['QUEUED'],
      ['PONG'],
      ['1) OK'],
    ])
  })

  test('takes a prompt without a command as the place where one types from now on', () => {
    const desk = new Desk(clusterLab)
    desk.open('lab cluster\nset clients 0\n')
    expect(desk.line('n1>')).toEqual({ kind: 'prompt', prompt: 'n1>' })
    expect(desk.line(' n1> -c ')).toEqual({ kind: 'prompt', prompt: 'n1> -c' })
    expect(desk.line('redis-cli -c -p 7002')).toEqual({ kind: 'prompt', prompt: 'redis-cli -c -p 7002' })
    expect(desk.line('n9>')).toMatchObject({ kind: 'error', column: 1 })
    expect(desk.line('redis-cli -p 7099')).toMatchObject({ kind: 'error', column: 1 })
    expect(desk.line('cli n1')).toMatchObject({ kind: 'error' })
  })

  test('follows redirections from the moment it is told to', () => {
    const [, , followed] = say(['n2> GET hello', 'set follow on', 'n2> GET hello'])
    expect(followed).toEqual(['-> Redirected to slot [866] located at 127.0.0.1:7001', '(nil)'])
  })

  test('tells of a node that is down', () => {
    expect(say(['kill n1', 'n1> PING'])[1]).toEqual([
      'Could not connect to Redis at 127.0.0.1:7001: Connection refused',
    ])
  })
})
