import { describe, expect, test } from 'vitest'
import { FLAG } from '../peers.ts'
import { BusWorld, SIX } from './bus.test-helper.ts'
import { countFailureReports } from './failure.ts'

/** Three masters and their replicas that run for a while; replicas never take over when `calm`. */
function six(nodeTimeoutMs: number, seed = 1, calm = false): BusWorld {
  const world = new BusWorld(SIX, { nodeTimeoutMs, replicaNoFailover: calm }, seed)
  world.run(4000 + 2 * nodeTimeoutMs)
  return world
}

const has = (world: BusWorld, viewer: string, whom: string, flag: number) =>
  (world.peer(viewer, whom).flags & flag) !== 0

describe('gossip', () => {
  test('six nodes tell of three others in nearly every packet, and of those that are PFAIL in addition', () => {
    const world = six(2000)
    const sizes: number[] = []
    world.tap = (_from, _to, message) => {
      if (message.kind === 'Ping' || message.kind === 'Pong') sizes.push(message.gossip.length)
    }
    world.run(60_000)
    expect(sizes.filter((size) => size === 3).length / sizes.length).toBeGreaterThan(0.95)
    expect(Math.max(...sizes)).toBe(3)
    // Two of three masters are dead: no majority can say so, and they stay PFAIL.
    world.kill('M2')
    world.kill('M3')
    const left = ['M1', 'R1', 'R2', 'R3']
    const dead = ['M2', 'M3']
    world.until('all suspect both', () =>
      left.every((viewer) => dead.every((whom) => has(world, viewer, whom, FLAG.pfail))),
    )
    // From the next cron of each on.
    world.run(110)
    let packets = 0
    world.tap = (_from, _to, message) => {
      if (message.kind !== 'Ping' && message.kind !== 'Pong') return
      const failing = message.gossip.filter(({ flags }) => (flags & FLAG.pfail) !== 0).map(({ id }) => id)
      expect(failing.toSorted()).toEqual(dead.map((name) => world.id(name)))
      packets++
    }
    world.run(3000)
    expect(packets).toBeGreaterThan(20)
  })

  test.each([
    [1000, 9.8],
    [2000, 4.8],
    [5000, 1.73],
    [15_000, 0.94],
  ])('six nodes at a timeout of %i ms send %f pings a second each, as measured', (nodeTimeoutMs, measured) => {
    const world = six(nodeTimeoutMs)
    const before = world.names.reduce((sum, name) => sum + world.cluster(name).sent.Ping, 0)
    const seconds = 120
    world.run(seconds * 1000)
    const after = world.names.reduce((sum, name) => sum + world.cluster(name).sent.Ping, 0)
    const rate = (after - before) / seconds / 6
    expect(rate / measured).toBeGreaterThan(0.85)
    expect(rate / measured).toBeLessThan(1.15)
  })
})

describe('PFAIL and FAIL', () => {
  test.each(['kill', 'hang', 'partition'] as const)(
    '%s: every observer suspects in NT to NT + NT/2 and a cron',
    (how) => {
      for (const [nodeTimeoutMs, seed] of [
        [1000, 1],
        [2000, 2],
        [5000, 3],
      ] as const) {
        const world = six(nodeTimeoutMs, seed, true)
        const since = world.nowMs
        if (how === 'kill') world.kill('M1')
        if (how === 'hang') world.stop('M1')
        const others = world.names.filter((name) => name !== 'M1')
        if (how === 'partition') world.partition(['M1'], others)
        world.run(2 * nodeTimeoutMs)
        const times = others.map((name) => {
          // Whoever is told by FAIL first does not suspect by itself any more.
          const own = world.heard('pfail', name).find(({ value }) => value === world.port('M1'))
          return (own ?? world.heard('fail-received', name)[0]!).atMs - since
        })
        expect(Math.min(...times)).toBeGreaterThan(nodeTimeoutMs)
        expect(Math.max(...times)).toBeLessThanOrEqual(nodeTimeoutMs * 1.5 + 200)
        expect(world.heard('fail').length).toBeGreaterThanOrEqual(1)
        expect(others.every((name) => has(world, name, 'M1', FLAG.fail))).toBe(true)
      }
    },
  )

  test('a master that is alone suspects everybody and declares nobody failed', () => {
    const world = six(1000)
    world.partition(['M1'], ['M2', 'M3', 'R1', 'R2', 'R3'])
    world.run(10_000)
    const suspects = world.heard('pfail', 'M1').map(({ value }) => value)
    expect(new Set(suspects)).toEqual(new Set(['M2', 'M3', 'R1', 'R2', 'R3'].map((name) => world.port(name))))
    expect(world.heard('fail', 'M1')).toEqual([])
    expect(world.cluster('M1').health).toBe('fail')
  })

  test('one node reaches the quorum and tells the others at once', () => {
    const world = six(2000, 5, true)
    world.kill('M1')
    world.until('FAIL', () => world.heard('fail').length > 0)
    const { atMs } = world.heard('fail')[0]!
    world.run(20)
    const told = world.heard('fail-received')
    expect(told.length + world.heard('fail').length).toBe(5)
    expect(told.every((note) => note.atMs - atMs <= 1)).toBe(true)
  })

  test('reports come from masters, and are forgotten after twice the node timeout', () => {
    const world = six(1000, 1, true)
    world.kill('M1')
    world.until('FAIL', () => has(world, 'R2', 'M1', FLAG.fail))
    const reporters = world.peer('R2', 'M1').reports.map(({ reporter }) => reporter)
    expect(reporters.length).toBeGreaterThan(0)
    expect(reporters.every((id) => [world.id('M2'), world.id('M3')].includes(id))).toBe(true)
    world.partition(['R2'], ['M2', 'M3', 'R1', 'R3'])
    world.run(1900)
    expect(world.act('R2', (turn) => countFailureReports(turn, world.id('M1')))).toBeGreaterThan(0)
    world.run(1200)
    expect(world.act('R2', (turn) => countFailureReports(turn, world.id('M1')))).toBe(0)
  })

  test('PFAIL ends with the first PONG', () => {
    const world = six(1500)
    world.partition(['M1'], ['M2', 'M3', 'R1', 'R2', 'R3'])
    world.until('M1 suspects M2', () => has(world, 'M1', 'M2', FLAG.pfail))
    world.heal()
    expect(world.until('M1 trusts M2', () => !has(world, 'M1', 'M2', FLAG.pfail))).toBeLessThan(300)
  })

  test('FAIL of a replica ends at once, of a master with slots after twice the node timeout', () => {
    const nodeTimeoutMs = 1500
    for (const name of ['R1', 'M1']) {
      const world = six(nodeTimeoutMs, 7, true)
      world.stop(name)
      const viewers = world.names.filter((it) => it !== name)
      world.until('FAIL everywhere', () => viewers.every((it) => has(world, it, name, FLAG.fail)))
      const { atMs } = world.heard('fail').find(({ value }) => value === world.port(name))!
      world.cont(name)
      const back = world.nowMs
      world.until('no FAIL anywhere', () => viewers.every((it) => !has(world, it, name, FLAG.fail)))
      if (name === 'R1') expect(world.nowMs - back).toBeLessThan(nodeTimeoutMs)
      else {
        const first = Math.min(...world.heard('fail-cleared').map((note) => note.atMs))
        expect(first - atMs).toBeGreaterThan(2 * nodeTimeoutMs)
        expect(first - atMs).toBeLessThan(3 * nodeTimeoutMs)
      }
    }
  })
})

describe('state of the cluster', () => {
  const all = (world: BusWorld, health: 'ok' | 'fail') =>
    world.names.every((name) => world.cluster(name).health === health)

  test('masters that have just started wait two seconds, replicas do not', () => {
    const world = new BusWorld(SIX, { nodeTimeoutMs: 1500 })
    world.until('replicas are up', () => ['R1', 'R2', 'R3'].every((name) => world.cluster(name).health === 'ok'), 200)
    const took = world.until('masters are up', () => all(world, 'ok'))
    expect(world.nowMs).toBeGreaterThanOrEqual(2000)
    expect(took).toBeLessThan(2200)
  })

  test('a master back from a minority waits for the node timeout', () => {
    const world = six(1500, 3, true)
    world.partition(['M1', 'M2'].slice(0, 1), ['M2', 'M3', 'R1', 'R2', 'R3'])
    world.until('M1 is down', () => world.cluster('M1').health === 'fail')
    world.heal()
    const took = world.until('M1 is up', () => world.cluster('M1').health === 'ok')
    expect(took).toBeGreaterThan(1300)
    expect(took).toBeLessThan(1900)
  })

  test('without a FAIL master no slot is missing: a PFAIL one does not count', () => {
    const world = six(2000, 1, true)
    world.kill('M1')
    world.until('PFAIL', () => world.heard('pfail').length > 0)
    expect(world.cluster(world.heard('pfail')[0]!.node).health).toBe('ok')
    world.until('FAIL', () => world.heard('fail').length > 0)
    world.run(10)
    expect(world.cluster('M2').health).toBe('fail')
  })

  test('cluster-require-full-coverage: no stays up; yes again is noticed at the next event only', () => {
    const world = six(1000, 1, true)
    for (const name of world.names) world.setOptions(name, { requireFullCoverage: false })
    world.kill('M1')
    world.until('FAIL', () => has(world, 'M2', 'M1', FLAG.fail))
    world.run(100)
    expect(world.cluster('M2').health).toBe('ok')
    world.setOptions('M2', { requireFullCoverage: true })
    world.run(2000)
    expect(world.cluster('M2').health).toBe('ok')
    world.kill('R3')
    world.until('R3 is PFAIL', () => has(world, 'M2', 'R3', FLAG.pfail))
    expect(world.cluster('M2').health).toBe('fail')
  })
})
