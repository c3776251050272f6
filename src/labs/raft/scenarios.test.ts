import { describe, expect, test } from 'vitest'
import { present } from '../../base/assert.ts'
import { nodeId } from '../../base/brand.ts'
import { latencies, proveScenarios, stageOf } from '../../engine/proof/scenarios.test-helper.ts'
import type { NodeState } from '../../protocols/raft/types.ts'
import { raftLab } from './world.ts'

// Each scenario shows what its blurb says. The reasons stand in the paper, not in an earlier output of ours.

const stage = stageOf(raftLab, (sim) => {
  const durable = (name: string) => {
    const actor = sim.indexOf(nodeId(name))
    const state = sim.state(actor)
    return present(
      state !== undefined && state.kind !== 'client' ? state.durable : sim.durable(actor),
      `disk of ${name}`,
    )
  }
  return {
    node(name: string): NodeState {
      const state = sim.state(sim.indexOf(nodeId(name)))
      if (state === undefined || state.kind === 'client') throw new Error(`${name} is no running node`)
      return state
    },
    term: (name: string) => durable(name).term,
    /** The terms of the entries in a log. */
    log: (name: string) => [...durable(name).log].map(({ term }) => term),
    end: (name: string) => durable(name).log.end,
    /** When operations were answered, in milliseconds. */
    answers: () =>
      [...sim.operations].flatMap((event) =>
        event.kind === 'return' && event.result?.kind === 'ok' ? [event.at / 1000] : [],
      ),
  }
})
const { play, played } = stage

/** Milliseconds from call to answer, of the operations that were asked in a span and answered. */
const tookMs = (scene: ReturnType<typeof play>, fromMs: number, toMs: number) =>
  latencies(scene, fromMs, toMs, (result) => result?.kind === 'ok')

const median = (values: readonly number[]): number => present(values[values.length >> 1], 'a median')

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'] as const

proveScenarios(stage, {
  least: 12,
  // The judge of the broken rule objects.
  faults: [
    ['figure-8-broken', 'leader-completeness'],
    ['forgotten-vote', 'one-vote-per-term'],
    ['forgotten-vote', 'election-safety'],
    ['vote-without-log-check', 'leader-completeness'],
    ['truncate-always', 'committed-is-durable'],
    ['count-before-durable', 'committed-is-durable'],
    ['commit-index-falls', 'commit-index'],
  ],
})

describe('every day', () => {
  test('steady: one leader from beginning to end, and every operation is answered at once', () => {
    const scene = played('steady')
    expect(scene.notes('became-leader')).toHaveLength(1)
    expect(scene.notes('stepped-down')).toEqual([])
    expect(tookMs(scene, 1000, 29_000).at(-1)).toBeLessThan(200)
    expect(tookMs(scene, 1000, 29_000).length).toBeGreaterThan(80)
  })

  test('leader-dies: nobody answers until another node leads a later term; the old leader comes back as its follower', () => {
    const scene = played('leader-dies')
    const [first, second, ...rest] = scene.notes('became-leader')
    expect(rest).toEqual([])
    expect(first?.node).toBe('n1')
    expect(second).toMatchObject({ value: 2 })
    const elected = present(second, 'the second election').timeMs
    // An answer that was on its way when n1 died may still arrive; then there is silence up to the election.
    expect(scene.answers().filter((at) => at > 3020 && at < elected)).toEqual([])
    expect(scene.answers().filter((at) => at > elected).length).toBeGreaterThan(50)
    expect(scene.node('n1')).toMatchObject({ kind: 'follower', leader: second?.node })
    expect(scene.log('n1').slice(0, 100)).toEqual(scene.log('n2').slice(0, 100))
  })

  test('split-vote: nobody wins while the timeouts are nearly equal; soon after they are spread, somebody does', () => {
    const scene = played('split-vote')
    const leaders = scene.notes('became-leader')
    expect(scene.notes('became-candidate').filter(({ value }) => value === 1)).toHaveLength(5)
    expect(leaders.filter(({ timeMs }) => timeMs < 3000)).toEqual([])
    expect(scene.notes('became-candidate', 0, 3000).length).toBeGreaterThan(50)
    expect(leaders).toHaveLength(1)
    expect(present(leaders[0], 'a leader').timeMs).toBeLessThan(3600)
  })

  test('partition: the minority takes a write and cannot commit it, the majority goes on, the heal removes it', () => {
    const scene = play('partition')
    scene.to('4.9s')
    const before = scene.node('n1')
    expect(before).toMatchObject({ kind: 'leader', durable: { term: 1 } })
    // Its two newest entries are the write of c1, sent twice: on two of five nodes, and not committed.
    expect(scene.end('n1') - 1).toBeGreaterThan(before.commit)
    expect(scene.node('n2').durable.log.end).toBe(scene.end('n1'))
    const winner = present(scene.notes('became-leader', 1000)[0], 'a second leader')
    expect(['n3', 'n4', 'n5']).toContain(winner.node)
    const writes = [...scene.sim.operations].filter((event) => event.kind === 'return').map(({ client }) => client)
    expect(writes).toEqual(['c1', 'c2'])
    scene.toEnd()
    expect(scene.notes('truncated', 5000).map(({ node }) => node)).toEqual(expect.arrayContaining(['n1', 'n2']))
    expect(new Set(NODES.map((name) => scene.log(name).join())).size).toBe(1)
    expect(scene.node('n1')).toMatchObject({ kind: 'follower' })
  })

  test('deaf-follower: terms climb and working leaders are deposed, until it hears again', () => {
    const scene = played('deaf-follower')
    expect(scene.notes('stepped-down', 2000, 8000).length).toBeGreaterThanOrEqual(5)
    expect(scene.term('n1')).toBeGreaterThan(10)
    expect(scene.notes('became-candidate', 0, 2000)).toHaveLength(1)
    expect(scene.notes('became-candidate', 9000)).toEqual([])
    const asked = scene.notes('became-candidate', 2000, 8000)
    expect(asked.filter(({ node }) => node === 'n5').length).toBeGreaterThan(asked.length / 2)
  })

  test('deaf-follower-prevote: it asks and asks, and nothing happens', () => {
    const scene = played('deaf-follower-prevote')
    expect(scene.notes('became-leader').map(({ node }) => node)).toEqual(['n1'])
    expect(scene.notes('stepped-down')).toEqual([])
    expect(NODES.map((name) => scene.term(name))).toEqual([1, 1, 1, 1, 1])
    const asking = scene.notes('became-pre-candidate', 2000, 8300)
    expect(asking.length).toBeGreaterThan(10)
    expect(new Set(asking.map(({ node }) => node))).toEqual(new Set(['n5']))
    expect(tookMs(scene, 2000, 11_500).at(-1)).toBeLessThan(500)
  })

  test('slow-follower: it falls behind, nobody waits for it, and it catches up', () => {
    const scene = play('slow-follower')
    const lag = () => scene.end('n1') - scene.end('n5')
    scene.to('3.9s')
    expect(lag()).toBeGreaterThan(5)
    scene.to('5.9s')
    expect(lag()).toBeGreaterThan(60)
    scene.to('6.5s')
    expect(lag()).toBeLessThan(5)
    scene.toEnd()
    expect(scene.notes('became-leader')).toHaveLength(1)
    const alone = median(tookMs(scene, 200, 1000))
    expect(median(tookMs(scene, 4000, 6000))).toBeLessThan(2 * alone)
  })

  test('slow-disk: the slow disk of the leader costs little; a slow disk in every majority costs its whole time', () => {
    const scene = played('slow-disk')
    const fast = median(tookMs(scene, 500, 2900))
    const slowLeader = median(tookMs(scene, 3000, 5700))
    const slowMajority = median(tookMs(scene, 6000, 9500))
    expect(slowLeader).toBeLessThan(fast + 30)
    // Each entry waits for at least one write of 200 ms, or for the end of the one before it.
    expect(slowMajority).toBeGreaterThan(fast + 150)
    expect(scene.notes('became-leader')).toHaveLength(1)
  })

  test('snapshot: what n5 lacks is gone from the log, so it gets a snapshot and then the rest', () => {
    const scene = play('snapshot')
    scene.to('4.999s')
    expect(scene.node('n1').durable.log.start).toBeGreaterThan(scene.end('n5'))
    scene.toEnd()
    expect(scene.notes('snapshot-installed').map(({ node }) => node)).toEqual(['n5'])
    expect(scene.notes('snapshot-sent').length).toBeGreaterThanOrEqual(1)
    expect(scene.end('n1') - scene.end('n5')).toBeLessThan(5)
    expect(scene.node('n5').kv.cells.entries()).not.toEqual([])
  })

  test('lossy: slow, with retries and rejections, but most operations are answered', () => {
    const scene = played('lossy')
    expect(scene.notes('rejected-append').length).toBeGreaterThan(5)
    expect(scene.notes('client-retried').length).toBeGreaterThan(5)
    const called = [...scene.sim.operations].filter(({ kind }) => kind === 'call').length
    expect(scene.answers().length).toBeGreaterThan((called * 2) / 3)
  })

  test('twenty-five: 24 heartbeats and 24 answers a round, and the second election takes half a second', () => {
    const scene = play('twenty-five')
    const leader = () => scene.notes('became-leader').at(-1)
    scene.to('3s')
    expect(leader()?.node).toBe('n1')
    // Twenty rounds in a second, give or take the one that is on its way at each end.
    for (const kind of ['MsgHeartbeat', 'MsgHeartbeatResp'] as const) {
      expect(Math.abs(scene.delivered(kind, 1000, 2000) - 20 * 24)).toBeLessThanOrEqual(24)
    }
    scene.toEnd()
    expect(scene.notes('became-leader')).toHaveLength(2)
    expect(leader()?.timeMs).toBeLessThan(4500)
    expect(scene.answers().filter((at) => at > 5000).length).toBeGreaterThan(30)
  })
})

describe('the figures of the paper', () => {
  test('figure-7: n1 wins term 8 without n4 and n5, and every log becomes its log', () => {
    const scene = played('figure-7')
    expect(scene.notes('became-leader')).toMatchObject([{ node: 'n1', value: 8 }])
    expect(
      scene
        .notes('vote-granted')
        .map(({ node }) => node)
        .sort(),
    ).toEqual(['n2', 'n3', 'n6', 'n7'])
    const refused = scene.notes('vote-refused').filter(({ value }) => value === 8)
    expect(new Set(refused.map(({ node }) => node))).toEqual(new Set(['n4', 'n5']))
    for (const name of [...NODES, 'n6', 'n7']) {
      expect(scene.log(name)).toEqual([1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8])
      expect(scene.node(name).commit).toBe(11)
    }
    // (c), (d), (e) and (f) hold entries that the leader does not have.
    expect(new Set(scene.notes('truncated').map(({ node }) => node))).toEqual(new Set(['n4', 'n5', 'n6', 'n7']))
  })

  test('figure-8: the entry of term 2 is on a majority and not committed; n5 removes it, and that is legal', () => {
    const scene = play('figure-8')
    scene.to('5s')
    expect(['n1', 'n2', 'n3'].map((name) => scene.log(name)[1])).toEqual([2, 2, 2])
    expect(scene.log('n5')).toEqual([1, 3])
    expect(scene.node('n1')).toMatchObject({ kind: 'leader', commit: 0 })
    scene.toEnd()
    expect(scene.notes('became-leader').map(({ node, value }) => `${node} ${value}`)).toEqual([
      'n1 2',
      'n5 3',
      'n1 4',
      'n5 5',
    ])
    for (const name of ['n2', 'n3', 'n4', 'n5']) expect(scene.log(name)).toEqual([1, 3, 5])
    expect(scene.notes('truncated').map(({ node, value }) => `${node} ${value}`)).toEqual(['n2 2', 'n3 2'])
  })

  test('figure-8-broken: the same entry is committed by counting, and lost', () => {
    const scene = play('figure-8-broken')
    scene.to('5s')
    const red = scene.node('n1').durable.log.at(2)
    expect(red).toMatchObject({ term: 2, proposal: { operation: { op: 'put', value: 'red' } } })
    expect(scene.node('n1').commit).toBe(2)
    scene.toEnd()
    expect(scene.broken()).toEqual(expect.arrayContaining(['leader-completeness', 'state-machine-safety']))
    expect(scene.node('n3').durable.log.at(2)).toMatchObject({ term: 3, proposal: { operation: { value: 'blue' } } })
    expect(scene.notes('became-leader').map(({ node, value }) => `${node} ${value}`)).toEqual([
      'n1 2',
      'n5 3',
      'n1 4',
      'n5 5',
    ])
  })
})

test('vote-without-log-check: what is lost was acknowledged', () => {
  const scene = played('vote-without-log-check')
  expect(scene.answers().filter((at) => at < 1200)).toHaveLength(2)
  expect(scene.node('n2').durable.log.at(2)).toMatchObject({ term: 2 })
})
