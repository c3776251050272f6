import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { again, between } from '../../base/prng.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { ClusterProtocol } from '../../protocols/cluster/state.ts'
import recorded from '../../protocols/cluster/testdata/failover-times.json' with { type: 'json' }
import type { Plan } from '../../sim/plan.ts'
import { Simulation } from '../../sim/simulation.ts'
import { ROW, type TraceSink } from '../../sim/trace.ts'
import { language } from './acts.ts'
import { clusterLab } from './world.ts'

// How long a failover takes: our nodes beside the recordings of the real ones, as distributions over many seeds.

const SEEDS = 200
/** Twelve recordings each of a killed, a hanging and a cut-off master: one distribution (they were found to be alike). */
const FAULTS = ['kill', 'hang', 'partition'] as const
const TIMEOUTS_MS = [1000, 2000, 5000] as const
const MEASURES = ['pfail', 'observers', 'fail', 'won'] as const
type Times = Record<(typeof MEASURES)[number], number[]>

/** Two samples of 36 and 200 from one distribution are further apart than this in two of a hundred cases. */
const ALIKE = 0.26

/** The greatest distance of two empirical distributions (Kolmogorov-Smirnov). */
function distance(one: readonly number[], other: readonly number[]): number {
  const share = (sample: readonly number[], at: number) => sample.filter((value) => value <= at).length / sample.length
  return Math.max(...[...one, ...other].map((at) => Math.abs(share(one, at) - share(other, at))))
}

/** After so long no ping is where the start had put it. */
const SETTLED_US = 20_000_000

/**
 * The same world, started `ms` into a second of the clock on the wall. Gossip tells times in whole seconds, so the phase
 * of the clock decides when pings are due: processes start at any.
 */
function startedWithin(plan: Plan<ClusterProtocol>, ms: number): Plan<ClusterProtocol> {
  const actors = plan.actors.map((actor) => ({
    ...actor,
    config: { ...actor.config, epochMs: Math.floor(actor.config.epochMs / 1000) * 1000 + ms },
  }))
  return { ...plan, actors }
}

/** Kills a master at some moment of a cluster that has stood for a while. */
function failover(timeoutMs: number, seed: number, times: Times): void {
  const settings = withDefaults(language, {
    'cluster-node-timeout': timeoutMs * 1000,
    clients: 0,
    delay: { low: 30, high: 120 },
    disk: { low: 200, high: 600 },
  })
  const world = new Simulation(startedWithin(clusterLab.plan(settings, seed), between(again(seed, 2), 0, 999)))
  const noted = new Map<string, number[]>()
  let killedUs = Number.POSITIVE_INFINITY
  const { noteKinds } = world.plan
  const sink: TraceSink = {
    row(kind, label, time) {
      if (kind !== ROW.note || time < killedUs) return
      const name = noteKinds[label]!
      noted.set(name, [...(noted.get(name) ?? []), (time - killedUs) / 1000])
    },
  }
  world.sink = sink
  world.start()
  const settledUs = SETTLED_US + between(again(seed, 1), 0, timeoutMs * 1000)
  while (world.step(settledUs));
  world.passTo(settledUs)
  killedUs = settledUs
  world.act([{ kind: 'kill', actor: world.indexOf(nodeId('n1')) }], 0)
  while (!noted.has('election-won') && world.step(killedUs + 8 * timeoutMs * 1000));
  const fail = [...(noted.get('fail') ?? []), ...(noted.get('fail-received') ?? [])]
  times.pfail.push(Math.min(...(noted.get('pfail') ?? [])))
  times.observers.push(...(noted.get('pfail') ?? []))
  times.fail.push(Math.min(...fail))
  times.won.push(noted.get('election-won')?.[0] ?? Number.POSITIVE_INFINITY)
}

describe.each(TIMEOUTS_MS)('with a node timeout of %i ms', (timeoutMs) => {
  test('failovers take as long as those of the real server', { timeout: 300_000 }, () => {
    const ours: Times = { pfail: [], observers: [], fail: [], won: [] }
    for (let seed = 1; seed <= SEEDS; seed++) failover(timeoutMs, seed, ours)
    const report = MEASURES.map((measure) => {
      const real = FAULTS.flatMap((fault) => recorded.runs[fault][String(timeoutMs) as '1000'][measure])
      return { measure, n: real.length, distance: Math.round(distance(ours[measure], real) * 1000) / 1000 }
    })
    const figures = report.map(({ measure, distance, n }) => `${measure} ${distance} (n ${n})`).join(', ')
    process.stdout.write(`node timeout ${timeoutMs} ms, ${SEEDS} seeds, Kolmogorov-Smirnov distance: ${figures}\n`)
    for (const { measure, distance } of report) expect(distance, measure).toBeLessThanOrEqual(ALIKE)
  })
})

test('the distance tells distributions apart that differ by a tenth of a node timeout', () => {
  const real = FAULTS.flatMap((fault) => recorded.runs[fault]['2000'].won)
  expect(distance(real, real)).toBe(0)
  expect(
    distance(
      real,
      real.map((ms) => ms + 400),
    ),
  ).toBeGreaterThan(ALIKE)
})
