import { withDefaults } from '../experiment/facts.ts'
import type { Settings } from '../experiment/types.ts'
import { MAP_SIDE, SLOTS } from '../labs/cluster/contract.ts'
import { clusterLab } from '../labs/cluster/world.ts'
import type { ClusterProtocol } from '../protocols/cluster/state.ts'
import { Simulation } from '../sim/simulation.ts'
import { createSlotPainter } from '../viz/slot-map.ts'
import { median, rounded, timed } from './support/statistics.ts'

const SEED = 7
const SECOND_US = 1e6
/** Masters serve 2 s after their start; then the clients begin. */
const START_US = 2.5 * SECOND_US
const WARM_US = 0.5 * SECOND_US
const RUN_US = 2 * SECOND_US
const RUNS = 5
const GOSSIP_US = 30 * SECOND_US
const FRAMES = 500

/** Requests of all clients together, and commands in each. */
interface Load {
  readonly perSecond: number
  readonly pipeline: number
}

const CLIENTS = 6
/** Six nodes, six clients, four reads to each write, as redis-benchmark -P pipelines them. */
const PIPELINED: Load = { perSecond: 2_000, pipeline: 100 }
/** The same without pipelines: every command is a message of its own. */
const SINGLE: Load = { perSecond: 20_000, pipeline: 1 }
/** Fifty masters with a replica each, at rest, with the defaults of redis.conf. */
const HUNDRED: Settings = { masters: 50, replicas: 1, clients: 0, 'cluster-node-timeout': 15 * SECOND_US }

type World = Simulation<ClusterProtocol>

/** The hash-slot cluster with every judge and the ledger: commands under load, gossip of a hundred nodes, the slot map. */
export function cluster() {
  return {
    commandsPerSecond: rounded(commandRate(PIPELINED)),
    unpipelinedCommandsPerSecond: rounded(commandRate(SINGLE)),
    gossipOf100NodesTimesRealTime: rounded(gossipRatio()),
    slotMapFrameMs: rounded(slotMapMs()),
  }
}

function worldOf(settings: Settings): World {
  const world = new Simulation(clusterLab.plan(withDefaults(clusterLab.language, settings), SEED))
  world.start()
  return world
}

function runTo(world: World, timeUs: number): void {
  while (world.step(timeUs));
  if (world.broken.length > 0) throw new Error(`a rule broke: ${world.broken[0]!.explanation}`)
}

/** Operations that clients had answers to. */
function answered(world: World): number {
  return world.names.reduce((sum, _, actor) => {
    const state = world.state(actor)
    return sum + (state?.kind === 'client' ? state.stats.answered : 0)
  }, 0)
}

function commandRate({ perSecond, pipeline }: Load): number {
  const rates = Array.from({ length: RUNS }, () => {
    const world = worldOf({ clients: CLIENTS, pipeline, keys: 1_000, reads: 800 })
    runTo(world, START_US)
    world.passTo(START_US)
    const clients = world.names.flatMap((name, actor) => (/^c\d+$/.test(name) ? [actor] : []))
    const ratePerSecond = Math.floor(perSecond / CLIENTS)
    world.act(
      clients.map((actor) => ({ kind: 'stream', actor, ratePerSecond })),
      0,
    )
    runTo(world, START_US + WARM_US)
    const before = answered(world)
    const tookMs = timed(() => runTo(world, START_US + WARM_US + RUN_US))
    return ((answered(world) - before) / tookMs) * 1_000
  })
  return median(rates)
}

function gossipRatio(): number {
  const world = worldOf(HUNDRED)
  runTo(world, START_US)
  const tookMs = timed(() => runTo(world, START_US + GOSSIP_US))
  return GOSSIP_US / 1_000 / tookMs
}

/** One painting of the whole map, with slots that move. */
function slotMapMs(): number {
  const hues = Array.from({ length: 7 }, (_, hue) => 0xff000000 + hue * 0x203040)
  const paint = createSlotPainter(MAP_SIDE, {
    hues,
    nobody: 0xff222222,
    hatch: 0xff444444,
    ink: 0xffffffff,
    ground: 0xff000000,
  })
  const column = (value: (slot: number) => number) => Uint8Array.from({ length: SLOTS }, (_, slot) => value(slot))
  const columns = {
    owner: column((slot) => 1 + Math.floor(slot / 5_462)),
    state: column((slot) => (slot % 100 === 0 ? 1 : 0)),
    partner: column(() => 2),
    keys: Uint32Array.from({ length: SLOTS }, (_, slot) => slot % 3),
  }
  const pixels = new Uint32Array(SLOTS)
  const rounds = Array.from({ length: RUNS }, () =>
    timed(() => {
      for (let frame = 0; frame < FRAMES; frame++) paint(pixels, columns, frame % 2)
    }),
  )
  return median(rounds) / FRAMES
}
