import { describe, expect, test } from 'vitest'
import { present } from '../../base/assert.ts'
import { nodeId } from '../../base/brand.ts'
import { proveScenarios, stageOf } from '../../engine/proof/scenarios.test-helper.ts'
import type { Ledger } from '../../protocols/cluster/judges/ledger.ts'
import { type NodeState, PLANTED_FAULTS } from '../../protocols/cluster/state.ts'
import { prompts } from './prompts.ts'
import { scenarios } from './scenarios.ts'
import { clusterLab } from './world.ts'

// Each scenario shows what its blurb says. The reasons stand in the specification, not in an earlier output of ours.

const stage = stageOf(clusterLab, (sim) => {
  const node = (name: string): NodeState => {
    const state = sim.state(sim.indexOf(nodeId(name)))
    if (state === undefined || state.kind === 'client') throw new Error(`${name} is no running node`)
    return state
  }
  const client = (name: string) => {
    const state = sim.state(sim.indexOf(nodeId(name)))
    if (state?.kind !== 'client') throw new Error(`${name} is no client`)
    return state
  }
  return {
    node,
    stats: (name: string) => client(name).stats,
    myself: (name: string) => present(node(name).cluster.peers.get(node(name).cluster.myself), 'myself'),
    master(name: string): string | null {
      const { cluster } = node(name)
      const id = present(cluster.peers.get(cluster.myself), 'myself').master
      return id === null ? null : `n${present(cluster.peers.get(id), 'its master').port - 7000}`
    },
    owner: (name: string, slot: number) => {
      const { cluster } = node(name)
      const id = cluster.owners.get(slot)
      return id === null ? null : `n${present(cluster.peers.get(id), 'an owner').port - 7000}`
    },
    /** What the prompts said, answer by answer. */
    said: () => {
      const said = prompts.said(sim.meterMemory(prompts.meter.id))
      return said.slice(0, said.end).map(({ lines }) => lines.join('\n'))
    },
    ledger: () => sim.meterMemory('ledger') as Ledger,
    /** Answers that ended with an error or not at all, of operations that ended in a span. */
    failures: (fromMs: number, toMs: number) =>
      [...sim.operations].filter(
        (event) =>
          event.kind === 'return' &&
          event.client.startsWith('c') &&
          event.client !== 'cli' &&
          event.at / 1000 >= fromMs &&
          event.at / 1000 < toMs &&
          (event.result?.outcomes.some(({ reply }) => reply === null || reply.kind === 'error') ?? true),
      ).length,
    answers: (fromMs: number, toMs: number) =>
      [...sim.operations].filter(
        (event) => event.kind === 'return' && event.at / 1000 >= fromMs && event.at / 1000 < toMs,
      ).length,
  }
})
const { play, played } = stage

/** The real delays of failure detection: PFAIL after NT to 1.5 NT and two crons (spec of the bus, 1.8). */
const NT_MS = 2000

proveScenarios(stage, {
  least: 14,
  faults: [
    ['fault-no-majority', 'majority'],
    ['fault-vote-twice', 'one-vote'],
    ['fault-update-ignored', 'one-owner'],
    ['fault-collision', 'epochs-differ'],
    ['fault-moved-for-ask', 'moved'],
    ['fault-wait-unacknowledged', 'wait'],
    ['fault-no-vote', 'coverage'],
  ],
})

test('there is a scenario for each planted mistake', () => {
  const planted = scenarios.flatMap(({ text }) => /set fault (\S+)/.exec(text)?.[1] ?? [])
  expect(planted.toSorted()).toEqual(PLANTED_FAULTS.filter((fault) => fault !== 'none').toSorted())
})

describe('every day', () => {
  test('steady: nobody is suspected, nobody is elected, everything is answered once the masters are up', () => {
    const scene = played('steady')
    expect(scene.notes('pfail')).toEqual([])
    expect(scene.notes('election-started')).toEqual([])
    expect(scene.failures(3000, 8000)).toBe(0)
    expect(scene.answers(3000, 8000)).toBeGreaterThan(20)
  })

  test('redirections: two of three guesses of the naive client are wrong, the smart one is never wrong', () => {
    const scene = played('redirections')
    const naive = scene.stats('c2')
    expect(scene.stats('c1').moved).toBeLessThanOrEqual(3)
    // It may ask a replica, too: five of six nodes are wrong.
    expect(naive.moved / naive.answered).toBeGreaterThan(0.6)
  })

  test('birth: a chain of introductions becomes a mesh, with slots, epochs and replicas', () => {
    const scene = played('birth')
    const names = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']
    expect(names.map((name) => scene.node(name).cluster.peers.size)).toEqual([6, 6, 6, 6, 6, 6])
    expect(names.map((name) => scene.node(name).cluster.health)).toEqual(new Array(6).fill('ok'))
    expect(names.map((name) => scene.master(name))).toEqual([null, null, null, 'n1', 'n2', 'n3'])
    expect(scene.notes('epoch-collision')).toEqual([])
    expect(scene.said().at(-1)).toContain('cluster_state:ok')
  })

  test('hash-tags: keys in two slots are refused, the same keys behind one tag are not', () => {
    const answers = played('hash-tags').said()
    expect(new Set(answers.slice(0, 2)).size).toBe(2)
    expect(answers[2]).toContain('CROSSSLOT')
    expect(answers[3]).toBe(answers[4])
    expect(answers[5]).toBe('OK')
    expect(answers[6]).toContain('"ada@example.org"')
  })

  test('hot-slot: the owner of the hot key has at least half of the work', () => {
    const scene = played('hot-slot')
    const work = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].map((name) => scene.node(name).stats.commands)
    const all = work.reduce((sum, each) => sum + each, 0)
    expect(Math.max(...work) / all).toBeGreaterThan(0.5)
    expect(work.filter((each) => each / all > 0.2)).toHaveLength(1)
  })
})

describe('failures', () => {
  test('kill-master: suspicion, agreement, election and takeover come in this order and within their bounds', () => {
    const scene = played('kill-master')
    const pfail = present(scene.notes('pfail')[0], 'PFAIL').timeMs
    const fail = present(scene.notes('fail')[0], 'FAIL').timeMs
    const won = present(scene.notes('election-won')[0], 'an election')
    expect(pfail).toBeGreaterThan(4000 + NT_MS)
    expect(pfail).toBeLessThan(4000 + 1.5 * NT_MS + 200)
    expect(fail).toBeGreaterThanOrEqual(pfail)
    // 500 ms to 1 s of delay, a cron before and one behind it.
    expect(won.timeMs - fail).toBeGreaterThan(500)
    expect(won.timeMs - fail).toBeLessThan(1300)
    expect(won).toMatchObject({ node: 'n4', value: 7 })
    expect(scene.owner('n2', 0)).toBe('n4')
    // Clients feel it from FAIL to the takeover: every key is refused, not only those of n1.
    expect(scene.stats('c1').down + scene.stats('c2').down).toBeGreaterThan(0)
    expect(scene.failures(won.timeMs + 1500, 11_000)).toBe(0)
  })

  test('rejoin: the old master hears of the greater epoch and becomes a replica of the new one', () => {
    const scene = played('rejoin')
    expect(scene.notes('became-replica', 10_000)).toMatchObject([{ node: 'n1', value: 7004 }])
    expect(scene.master('n1')).toBe('n4')
    expect(scene.node('n1').db.size).toBe(scene.node('n4').db.size)
  })

  test('kill-both: no owner, no cluster; the old master brings the slots back and no keys', () => {
    const scene = play('kill-both')
    scene.to('9s')
    expect(scene.node('n2').cluster.health).toBe('fail')
    expect(scene.notes('election-started')).toEqual([])
    scene.to('11.9s')
    // Its replica is back, but without its master there is nothing to be elected with.
    expect(scene.node('n2').cluster.health).toBe('fail')
    scene.to('12.01s')
    expect(scene.node('n1').db.size).toBe(0)
    scene.toEnd()
    expect(scene.node('n2').cluster.health).toBe('ok')
    expect(scene.owner('n2', 0)).toBe('n1')
    expect(scene.ledger().lost).toBeGreaterThan(0)
  })

  test('coverage-partial: keys of the other masters are served, those of n1 are sent to a dead address', () => {
    const scene = played('coverage-partial')
    expect(scene.node('n2').cluster.health).toBe('ok')
    expect(scene.notes('fail').length).toBeGreaterThan(0)
    expect(scene.said().some((answer) => answer.includes('[12182]') && answer.endsWith('OK'))).toBe(true)
    expect(scene.said()).toContain('(error) MOVED 5061 127.0.0.1:7001')
  })

  test('minority: what n1 has confirmed alone is gone when it becomes a replica', () => {
    const scene = play('minority')
    scene.to('4.6s')
    expect(scene.said().at(-1)).toBe('OK')
    scene.to('9.9s')
    expect(scene.node('n1').cluster.health).toBe('fail')
    expect(scene.node('n1').db.get('bar')).toBeDefined()
    expect(scene.owner('n2', 5061)).toBe('n4')
    scene.toEnd()
    expect(scene.master('n1')).toBe('n4')
    expect(scene.said().at(-1)).toMatch(/\(nil\)$/)
    expect(scene.ledger().lost).toBeGreaterThan(0)
  })

  test('rejoin-delay: n1 waits about a node timeout before it serves again', () => {
    const scene = played('rejoin-delay')
    const ok = present(
      scene.notes('state-ok', 7500).find(({ node }) => node === 'n1'),
      'n1 is back',
    ).timeMs
    expect(ok - 7500).toBeGreaterThan(NT_MS - 200)
    expect(ok - 7500).toBeLessThan(NT_MS + 700)
    expect(scene.said()).toEqual(['(error) CLUSTERDOWN The cluster is down', 'OK'])
  })

  test('stale-replica: it may not be elected until its age no longer counts; then the newer value is lost', () => {
    const scene = played('stale-replica')
    expect(scene.notes('election-invalid').every(({ node }) => node === 'n4')).toBe(true)
    expect(scene.notes('election-invalid').length).toBeGreaterThan(0)
    expect(scene.notes('election-started', 0, 18_000)).toEqual([])
    expect(scene.notes('election-won', 18_000)).toMatchObject([{ node: 'n4' }])
    expect(scene.said().at(-1)).toMatch(/"old"$/)
    expect(scene.ledger().lost).toBe(1)
  })

  test('stale-replica, left alone: the cluster stays down, and no judge was promised that it comes back', () => {
    const scene = play('stale-replica', (text) => text.replace(/at 18s.*/s, 'until 60s\n'))
    scene.toEnd()
    expect(scene.node('n2').cluster.health).toBe('fail')
    expect(scene.broken()).toEqual([])
  })

  test('rank: the replica that is behind waits a second longer, and loses', () => {
    const scene = played('rank')
    const waits = new Map(scene.notes('election-scheduled').map(({ node, value }) => [node, value]))
    expect(present(waits.get('n7'), 'delay of n7')).toBeLessThan(1000)
    expect(present(waits.get('n4'), 'delay of n4')).toBeGreaterThanOrEqual(1500)
    expect(scene.notes('election-won')).toMatchObject([{ node: 'n7' }])
    expect(scene.master('n4')).toBe('n7')
  })

  test('replica-migration: after five seconds as an orphan n1 gets the spare replica with the smallest id', () => {
    const scene = played('replica-migration')
    const moved = scene.notes('replica-migrated')
    expect(moved).toMatchObject([{ node: 'n5', value: 7001 }])
    expect(scene.master('n5')).toBe('n1')
    const orphan = Math.max(...scene.notes('fail').map(({ timeMs }) => timeMs))
    expect(present(moved[0], 'the move').timeMs - orphan).toBeGreaterThan(5000)
  })

  test('no-majority: nothing happens until a takeover; then the second election works by itself', () => {
    const scene = played('no-majority')
    expect(scene.notes('fail', 0, 10_000)).toEqual([])
    expect(scene.notes('takeover')).toMatchObject([{ node: 'n4' }])
    expect(scene.notes('election-won')).toMatchObject([{ node: 'n5' }])
    expect(scene.said().at(-1)).toMatch(/OK$/)
  })

  test('stale-read: it answers an old value and takes a write that nobody will see', () => {
    const answers = played('stale-read').said()
    expect(answers).toEqual([
      'OK',
      'OK',
      '"old"',
      'OK',
      '(error) MOVED 5061 127.0.0.1:7004',
      '-> Redirected to slot [5061] located at 127.0.0.1:7004\n"new"',
    ])
  })
})

describe('promises', () => {
  test('acknowledged-and-gone: the answer was OK, the value is gone, and the ledger says why', () => {
    const scene = played('acknowledged-and-gone')
    expect(scene.said()[0]).toBe('OK')
    expect(scene.said()[1]).toMatch(/\(nil\)$/)
    expect(scene.ledger()).toMatchObject({ acknowledged: 1, lost: 1 })
  })

  test('wait: 0 promises nothing, 1 has it on two nodes, and it survives', () => {
    const scene = played('wait')
    expect(scene.said().slice(0, 3)).toEqual(['OK', '(integer) 0', '(integer) 1'])
    expect(scene.said().at(-1)).toMatch(/"precious"$/)
    expect(scene.ledger().lost).toBe(0)
  })

  test('min-replicas: a master without a near replica refuses to write', () => {
    expect(played('min-replicas').said()).toEqual(['OK', '(error) NOREPLICAS Not enough good replicas to write.'])
  })
})

describe('moves', () => {
  test('manual-failover: in well under a second, without a failure and without a lost write', () => {
    const scene = played('manual-failover')
    const won = present(scene.notes('election-won')[0], 'an election')
    expect(won.node).toBe('n4')
    expect(won.timeMs).toBeLessThan(4500)
    expect(scene.notes('pfail')).toEqual([])
    expect(scene.failures(3000, 6000)).toBe(0)
    expect(scene.ledger().lost).toBe(0)
  })

  test('reshard: thirty slots change hands under load; ASK and MOVED are told, and nothing fails or is lost', () => {
    const scene = played('reshard')
    const slots = Array.from({ length: 30 }, (_, at) => 2630 + at)
    expect(slots.every((slot) => scene.owner('n2', slot) === 'n3')).toBe(true)
    expect(scene.owner('n2', 2629)).toBe('n1')
    expect(scene.owner('n2', 2660)).toBe('n1')
    expect(scene.stats('c1').ask + scene.stats('c2').ask).toBeGreaterThan(0)
    expect(scene.stats('c1').moved).toBeGreaterThan(0)
    expect(scene.failures(3000, 10_000)).toBe(0)
    expect(scene.ledger().lost).toBe(0)
    expect(scene.said()).toEqual(['reshard: OK'])
  })

  test('open-slot: served here, ASK, TRYAGAIN, followed, refused without ASK, and MOVED in the end', () => {
    expect(played('open-slot').said()).toEqual([
      'OK',
      'OK',
      'OK',
      'OK',
      '"two"',
      '(error) ASK 5061 127.0.0.1:7002',
      '(error) TRYAGAIN Multiple keys request during rehashing of slot',
      '-> Redirected to slot [5061] located at 127.0.0.1:7002\n"one"',
      '(error) MOVED 5061 127.0.0.1:7001',
      'OK',
      'OK',
      'OK',
      '(error) MOVED 5061 127.0.0.1:7002',
    ])
  })

  test('reshard-interrupted: some keys here, some there, all found; the second try ends it', () => {
    const scene = play('reshard-interrupted')
    scene.to('6s')
    const keys = ['n1', 'n3'].map((name) => scene.node(name).db.countInSlot(5061))
    expect(keys[0]).toBeGreaterThan(0)
    expect(keys[1]).toBeGreaterThan(0)
    expect(keys[0]! + keys[1]!).toBe(25)
    expect(scene.node('n1').cluster.migrating.has(5061)).toBe(true)
    const [first, last] = scene.said().slice(-2)
    expect([first, last].map((answer) => answer?.split('\n').at(-1)).toSorted()).toEqual(['"v1"', '"v25"'])
    expect([first, last].filter((answer) => answer?.includes('Redirected'))).toHaveLength(1)
    scene.toEnd()
    expect(scene.said().at(-1)).toBe('(integer) 25')
    expect(scene.owner('n2', 5061)).toBe('n3')
  })

  test('epoch-collision: the same epoch twice, and the smaller id takes another', () => {
    const scene = played('epoch-collision')
    expect(scene.said()).toEqual(['BUMPED 7', 'BUMPED 7'])
    expect(scene.notes('epoch-collision')).toMatchObject([{ node: 'n1' }])
    expect(scene.myself('n1').configEpoch).toBe(8)
    expect(scene.myself('n2').configEpoch).toBe(7)
  })

  test('publish: PUBLISH goes to all five others, SPUBLISH only to the replica of the slot', () => {
    const scene = played('publish')
    expect(scene.delivered('Publish')).toBe(5)
    expect(scene.delivered('PublishShard')).toBe(1)
    expect(scene.said()).toContain('1) "message"\n2) "news"\n3) "hello"')
  })
})

describe('mistakes', () => {
  test('fault-wait-unacknowledged: the judge of WAIT alone objects, with the node that answered too soon', () => {
    const scene = played('fault-wait-unacknowledged')
    expect(scene.broken()).toEqual(['wait'])
    expect(scene.sim.broken[0]).toMatchObject({ actors: ['n1'], explanation: expect.stringMatching(/but 0 hold it$/) })
  })

  test('fault-no-vote: n4 asks more than once, nobody grants, and every master that lives is down', () => {
    const scene = played('fault-no-vote')
    expect(scene.notes('election-started').length).toBeGreaterThan(1)
    expect(scene.notes('election-started').every(({ node }) => node === 'n4')).toBe(true)
    expect(scene.notes('vote-granted')).toEqual([])
    expect(scene.broken()).toEqual(['coverage'])
    expect(scene.sim.broken[0]).toMatchObject({ actors: ['n2', 'n3'] })
  })
})
