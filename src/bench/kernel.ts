import { below, draw, streamKey } from '../base/prng.ts'
import { isUnknown } from '../engine/export.ts'
import { Timeline } from '../engine/timeline.ts'
import { withDefaults } from '../experiment/facts.ts'
import type { Settings } from '../experiment/types.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import { CHECKPOINTS_MAX } from '../sim/checkpoints.ts'
import { Simulation } from '../sim/simulation.ts'
import { simscriptRate } from './support/simscript.ts'
import { heapBytes, median, percentile, rounded, timed } from './support/statistics.ts'

const SEED = 7
const RUN_EVENTS = 1_000_000
const RATE_EVENTS = 400_000
const RATE_RUNS = 5
const WARM_EVENTS = 200_000
const SEEKS = 1_000
const SIMSCRIPT_MS = 200_000
const MB = 1e6
const SECOND_US = 1e6

/** Five nodes at rest: heartbeats, and every judge looks at every event. */
const IDLE: Settings = {}
/** 100 operations a second, and clients enough that they are really served; logs are compacted as by default. */
const LOADED: Settings = { load: 100, clients: 8 }

type World = Simulation<RaftProtocol>

/** The simulator, its checkpoints and the timeline, at rest and under load, with simscript beside it. */
export async function kernel() {
  const idle = measure(IDLE)
  const simscript = await yardstick()
  const loaded = measure(LOADED)
  return {
    ...idle,
    simscriptEventsPerSecond: rounded(simscript),
    ratioToSimscript: rounded(idle.eventsPerSecond / simscript),
    loaded,
  }
}

async function yardstick(): Promise<number> {
  await simscriptRate(SIMSCRIPT_MS / 10)
  const rates: number[] = []
  for (let run = 0; run < RATE_RUNS; run++) rates.push(await simscriptRate(SIMSCRIPT_MS))
  return median(rates)
}

function measure(settings: Settings) {
  // First, while no other world is left that a collection could take away in between.
  const timeline = measureTimeline(settings)
  runWorld(settings, WARM_EVENTS)
  const runs = Array.from({ length: RATE_RUNS }, () => runWorld(settings, RATE_EVENTS))
  const { world } = runs.at(-1)!
  return {
    eventsPerSecond: rounded(median(runs.map(({ tookMs }) => (RATE_EVENTS / tookMs) * 1_000))),
    checkpointUs: rounded(checkpointUs(world)),
    ...timeline,
    operationsPerSecond: operationsPerSecond(world),
  }
}

function runWorld(settings: Settings, events: number): { readonly world: World; readonly tookMs: number } {
  const world = new Simulation(raftLab.plan(withDefaults(raftLab.language, settings), SEED))
  const tookMs = timed(() => {
    world.start()
    while (world.eventCount < events) world.step(Number.POSITIVE_INFINITY)
  })
  if (world.broken.length > 0) throw new Error(`a rule broke: ${world.broken[0]!.explanation}`)
  return { world, tookMs }
}

function checkpointUs(world: World): number {
  // As many at once as a timeline keeps.
  const kept: unknown[] = []
  const rounds = Array.from({ length: RATE_RUNS }, () =>
    timed(() => {
      for (let at = 0; at < CHECKPOINTS_MAX; at++) kept[at] = world.checkpoint()
    }),
  )
  return (median(rounds) / CHECKPOINTS_MAX) * 1_000
}

/** What a reader of a long run has: the rate with the record kept, the memory of it, and the way to any instant. */
function measureTimeline(settings: Settings) {
  const before = heapBytes()
  const timeline = new Timeline(raftLab, { seed: SEED, settings, acts: [] })
  const tookMs = timed(() => timeline.advance(Number.POSITIVE_INFINITY, RUN_EVENTS))
  const heap = heapBytes() - before
  const seeks = seekTimes(timeline)
  return {
    recordedEventsPerSecond: rounded((RUN_EVENTS / tookMs) * 1_000),
    seekP50Ms: rounded(percentile(seeks, 0.5)),
    seekP99Ms: rounded(percentile(seeks, 0.99)),
    heapMB: rounded(heap / MB),
  }
}

/** To instants all over the run, in no order. */
function seekTimes(timeline: Timeline<RaftProtocol>): number[] {
  const key = streamKey(SEED, 'seeks')
  const { frontierTime } = timeline.branch
  const toAnywhere = (at: number) => timeline.seek(below(draw(key, at), Math.floor(frontierTime / 1_000)) * 1_000)
  for (let at = 0; at < SEEKS / 10; at++) toAnywhere(at)
  return Array.from({ length: SEEKS }, (_, at) => timed(() => toAnywhere(SEEKS + at)))
}

/** Of virtual time: the load is there, and does not wait at closed doors. */
function operationsPerSecond(world: World): number {
  let answered = 0
  for (const event of world.operations) {
    if (event.kind === 'return' && event.result !== undefined && !isUnknown(event.result)) answered++
  }
  return rounded((answered / world.now) * SECOND_US)
}
