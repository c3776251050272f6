import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Servers } from './testing.test-helper.ts'

const NAMES = ['A', 'B', 'C'] as const
type Name = (typeof NAMES)[number]

const name = fc.constantFrom(...NAMES)
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), key: fc.constantFrom('k1', 'k2', 'k3') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), one: name, other: name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('heal' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('promote' as const), who: name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), who: name }) },
)

/** Three servers of which one is the master at a time; everybody is told at once who. */
class Trio {
  readonly servers = new Servers(NAMES, { replTimeoutS: 20, replBacklogSizeBytes: 16_384 })
  master: Name = 'A'
  private writes = 0

  constructor() {
    this.followMaster()
    this.servers.deliver()
  }

  private followMaster(): void {
    for (const each of NAMES) if (each !== this.master) this.servers.follow(each, this.master)
  }

  act(step: typeof act extends fc.Arbitrary<infer T> ? T : never): void {
    const { servers } = this
    switch (step.kind) {
      case 'write':
        servers.write(this.master, 'SET', step.key, `${++this.writes} ${'x'.repeat(3000)}`)
        return
      case 'cut':
        servers.cut(step.one, step.other)
        return
      case 'heal':
        servers.heal()
        return
      case 'deliver':
        servers.deliver()
        return
      case 'pass':
        servers.pass(step.seconds)
        return
      case 'promote':
        this.master = step.who
        servers.follow(step.who, null)
        this.followMaster()
        return
      case 'restart':
        servers.kill(step.who)
        servers.start(step.who)
        if (step.who !== this.master) servers.follow(step.who, this.master)
    }
  }
}

test('the same place in the same history is the same data; and all agree when the network is whole again', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (steps) => {
      const trio = new Trio()
      const { servers } = trio
      const seen = new Map<string, number>()
      for (const step of steps) {
        trio.act(step)
        for (const each of NAMES) {
          const { replid, offset, backlog } = servers.replication(each)
          // Before it has a replica, a master's writes are in no history.
          if (backlog === null) continue
          const place = `${replid} ${offset}`
          const { hash } = servers.state(each).db
          expect(seen.get(place) ?? hash).toBe(hash)
          seen.set(place, hash)
        }
      }
      servers.heal()
      servers.pass(60)
      const master = servers.replication(trio.master)
      for (const each of NAMES) {
        const { replid, offset, lineage, upstream } = servers.replication(each)
        expect({ replid, offset, lineage }).toEqual({
          replid: master.replid,
          offset: master.offset,
          lineage: master.lineage,
        })
        expect(upstream?.state ?? 'master').toBe(each === trio.master ? 'master' : 'connected')
        expect(servers.state(each).db.hash).toBe(servers.state(trio.master).db.hash)
      }
      expect(master.replicas.map(({ state }) => state)).toEqual(['online', 'online'])
    }),
    { numRuns: 150 },
  )
})
