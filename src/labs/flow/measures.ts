import type { Measure } from '../../engine/lab.ts'
import type { FlowProtocol } from '../../protocols/flow/pipeline/types.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { COPY_NUMBERS, type PartView, partOf, VARIANTS } from './contract.ts'
import { copyNumbers } from './copies.ts'
import { type HistoryMemory, history } from './history.ts'
import { theoryOf, times } from './theory.ts'

/** The numbers of the flow lab: those of each copy of the pipeline, and the theory of the first stage beside its mean time. */

type Sim = Simulation<FlowProtocol>
type FlowMeasure = Measure<FlowProtocol>

const HELP: Record<(typeof COPY_NUMBERS)[number]['id'], string> = {
  offered: 'Requests that were made in the last second, retries not counted.',
  throughput: 'Items that left the last stage in the last second, wanted or not.',
  goodput: 'Requests that were answered in time, in the last second.',
  'latency-p50': 'From the first attempt to the answer, of the requests answered in the last second.',
  'latency-p99': 'From the first attempt to the answer, of the requests answered in the last second.',
  waiting: 'Items that wait anywhere in the pipeline.',
  dropped: 'Items that stages turned or threw away in the last second, whatever the reason.',
  retries: 'Attempts in the last second that were not the first of their request; of TCP, retransmissions.',
}

const kinds = (world: Sim): readonly Pick<PartView, 'variant' | 'kind'>[] =>
  world.names.map((name, actor) => ({ variant: partOf(name).variant, kind: world.plan.actors[actor]!.config.kind }))

/** All numbers of a copy are read at the same instants: worked out once. */
const known = new WeakMap<HistoryMemory, Map<number, readonly (number | null)[]>>()

function numbers(world: Sim, variant: number): readonly (number | null)[] {
  const memory = world.meterMemory('history') as HistoryMemory
  const copies = known.get(memory) ?? new Map<number, readonly (number | null)[]>()
  const found = copies.get(variant) ?? copyNumbers(memory, kinds(world), variant)
  known.set(memory, copies.set(variant, found))
  return found
}

const isThere = (world: Sim, variant: number): boolean => world.names.some((name) => partOf(name).variant === variant)

const ofCopy = (variant: number): readonly FlowMeasure[] =>
  COPY_NUMBERS.map(({ id, name, unit }, at) => ({
    id: variant === 0 ? id : `${id}.${VARIANTS[variant]}`,
    title: `${name[0]!.toUpperCase()}${name.slice(1)}${variant === 0 ? '' : `, copy ${VARIANTS[variant]}`}`,
    unit,
    help: HELP[id],
    meter: history,
    isThere: (world) => isThere(world, variant),
    read: (_, world) => (isThere(world, variant) ? numbers(world, variant)[at]! : null),
  }))

/** The mean time in the first stage of which theory knows something. */
const mean: FlowMeasure = {
  id: 'mean-time',
  title: 'Mean time in the stage',
  unit: 'ms',
  help: 'Of the first stage for which a formula holds, since it was set as it is; once a run is long enough to tell.',
  meter: times,
  read: (_, world) => theoryOf(world)[0]?.measured?.mean ?? null,
  theory(world) {
    const first = theoryOf(world)[0]
    return first === undefined
      ? { formula: 'none holds for what is set', value: null, n: 0 }
      : { formula: `${first.part}, ${first.formula}`, value: first.expected, n: first.n }
  },
}

export const measures: readonly FlowMeasure[] = [...ofCopy(0), mean, ...[1, 2, 3].flatMap(ofCopy)]
