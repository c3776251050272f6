import { describe, expect, test } from 'vitest'
import { readMeasure } from '../../engine/lab.ts'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import { clientRates, measures } from './measures.ts'
import { clusterLab } from './world.ts'

function run(text: string, untilS: number) {
  const sim = worldOf(clusterLab, `set cluster-node-timeout 2s\n${text}`, untilS * 1_000_000)
  const measure = (id: string) => readMeasure(measures.find((each) => each.id === id)!, sim)
  return { sim, measure }
}

describe('measures', () => {
  test('have each their own name', () => {
    expect(new Set(measures.map(({ id }) => id)).size).toBe(measures.length)
  })

  test('count what is answered per second, and what a naive client is told', () => {
    const { sim, measure } = run('set client-style mixed\nat 2.5s load c1 40/s\nat 2.5s load c2 40/s', 6.5)
    expect(measure('operations')).toBeGreaterThan(70)
    expect(measure('operations')).toBeLessThan(90)
    expect(measure('failed')).toBe(0)
    expect(measure('moved')).toBeGreaterThan(20)
    const [smart, naive] = [6, 7].map((actor) => clientRates(sim, actor))
    expect(smart!.moved).toBe(0)
    expect(naive!.moved).toBe(measure('moved'))
    expect(smart!.answered + naive!.answered).toBe(measure('operations'))
  })

  test('count the commands of a batch one by one', () => {
    const { measure } = run('set clients 1\nset pipeline 10\nat 2.5s load c1 20/s', 5.5)
    // 20 requests of ten commands, with jitter.
    expect(measure('operations')).toBeGreaterThanOrEqual(170)
    expect(measure('operations')).toBeLessThanOrEqual(230)
    expect(measure('operations')! % 10).toBe(0)
  })

  test('take a latency from request to answer: twice the way when nobody is redirected', () => {
    const { measure } = run('set delay 4ms\nset clients 1\nat 2.5s load c1 40/s', 6)
    expect(measure('latency-p50')).toBe(8)
  })

  test('measure the bus: six nodes send about 57 messages a second at a node timeout of two', () => {
    // Measured on the real server: 9.6 PINGs and PONGs per node and second.
    const { measure } = run('set clients 0', 8.5)
    expect(measure('bus')).toBeGreaterThan(42)
    expect(measure('bus')).toBeLessThan(74)
  })

  test('see suspicion, failure, lost coverage, and the epoch of the election', () => {
    const suspected = run('set clients 0\nat 3s kill n1', 5.9)
    expect(suspected.measure('covered')).toBe(16_384 - 5461)
    const replaced = run('set clients 0\nat 3s kill n1', 9)
    expect(replaced.measure('covered')).toBe(16_384)
    expect(replaced.measure('failed-nodes')).toBe(1)
    expect(replaced.measure('suspected')).toBe(0)
    expect(replaced.measure('epoch')).toBe(7)
  })

  test('see how far a replica is behind', () => {
    const { measure } = run('set clients 0\nat 3s link n1>n4 cut\nat 3.1s cli n1 SET bar 1', 3.5)
    // SELECT 0 and SET bar 1 in bytes of RESP.
    expect(measure('lag')).toBe(23 + 29)
  })

  test('count what was promised and is gone', () => {
    const lost = run('set clients 0\nat 3s link n1>n4 cut\nat 3.1s cli n1 SET bar 1\nat 3.2s kill n1', 9)
    expect(lost.measure('acknowledged')).toBe(1)
    expect(lost.measure('lost')).toBe(1)
  })
})
