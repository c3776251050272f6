import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../base/brand.ts'
import { below, draw, streamKey } from '../../base/prng.ts'
import { FLAG } from './peers.ts'
import { idOf, type Pocket, SIX, standing } from './testing.test-helper.ts'

/** Kills, restarts, cuts and writes at random; at the end everybody runs and the network is whole. */
function storm(pocket: Pocket, seed: number): void {
  const key = streamKey(seed, 'storm')
  let drawn = 0
  const pick = (bound: number) => below(draw(key, drawn++), bound)
  const dead = new Set<string>()
  for (let act = 0; act < 40; act++) {
    const name = SIX[pick(SIX.length)]!
    switch (pick(6)) {
      case 0:
        if (dead.has(name)) pocket.restart(name)
        else pocket.kill(name)
        if (!dead.delete(name)) dead.add(name)
        break
      case 1: {
        const side = new Set<string>(SIX.filter(() => pick(2) === 0))
        const isInside = (id: NodeId) => side.has(id)
        pocket.partition((from, to) => isInside(from) !== isInside(to))
        break
      }
      case 2:
        pocket.partition(() => false)
        break
      default:
        for (let write = 0; write < 5; write++) {
          const number = pick(50)
          pocket.send('writer', name, [
            ['SET', `key:${number}`, `${act}`],
            ['INCR', `n:${number}`],
          ])
        }
    }
    pocket.run(pick(1500))
  }
  pocket.partition(() => false)
  for (const name of dead) pocket.restart(name)
}

describe('after a storm', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'the cluster agrees on the owner of every slot, and replicas hold what masters do (seed %i)',
    (seed) => {
      const pocket = standing(seed)
      storm(pocket, seed)
      const all = () => SIX.map((name) => pocket.state(name))
      pocket.until(
        'all say that the cluster is fine',
        () => all().every(({ cluster }) => cluster.health === 'ok'),
        60_000,
      )
      pocket.run(20_000)
      const owners = (name: string) =>
        Array.from({ length: 16_384 }, (_, slot) => pocket.state(name).cluster.owners.get(slot))
      const expected = owners('M1')
      for (const name of SIX) expect(owners(name)).toEqual(expected)
      for (const { cluster, db, replication } of all()) {
        const me = cluster.peers.get(cluster.myself)!
        if ((me.flags & FLAG.master) !== 0) continue
        const master = SIX.find((name) => idOf(name) === me.master)!
        expect(replication.upstream?.state).toBe('connected')
        expect(db.hash).toBe(pocket.state(master).db.hash)
      }
    },
  )
})
