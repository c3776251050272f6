import type { NodeId } from '../../base/brand.ts'
import type { World } from '../../machine/invariant.ts'
import { PIPELINE_LIMITS, type SourceSettings, type StageSettings } from '../../protocols/flow/pipeline/settings.ts'
import { presentIn, type StageState, serversOf } from '../../protocols/flow/pipeline/stage-state.ts'
import type { FlowProtocol, FlowState } from '../../protocols/flow/pipeline/types.ts'
import { cv2, meanUs } from '../../protocols/flow/queueing/distributions.ts'
import { mg1, mmc, mmck, mva, type Steady } from '../../protocols/flow/queueing/theory.ts'
import type { Meter } from '../../sim/plan.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { LittleView, LoadCurveView, TheoryView } from './contract.ts'

/**
 * Theory beside measurement: which formula holds for a stage as it is set now, and what was measured since it was set so, with
 * a confidence interval by batch means (Law, "Simulation Modeling and Analysis", 9.5.3).
 */

type Sim = Simulation<FlowProtocol>

/** Between so many batches and twice as many. */
const BATCHES = 20
const FIRST_BATCH = 50
/** Below so many items, or with a standard error above this share of the mean, a run is too short to tell. */
const ITEMS_MIN = 1_000
const ERROR_MAX = 0.1
/** As the theory suite of the tests: beyond four standard errors it differs. */
const ERRORS_MAX = 4

interface Batches {
  /** What was set when it began: a change begins anew. */
  readonly set: readonly unknown[]
  readonly sinceUs: number
  readonly size: number
  readonly done: readonly number[]
  readonly sum: number
  readonly count: number
  /** All items so far. */
  readonly n: number
}

type Memory = ReadonlyMap<number, Batches>

/** Everything that decides what a stage's times are: its own settings and those of all before it. */
function setOf(world: World<FlowProtocol>): readonly unknown[] {
  return world.names.map((_, actor) => world.state(actor)?.durable)
}

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at])

function withItem(batches: Batches, presentUs: number): Batches {
  const { size, done, sum, count, n } = batches
  if (count + 1 < size) return { ...batches, sum: sum + presentUs, count: count + 1, n: n + 1 }
  const means = [...done, (sum + presentUs) / size]
  const full = means.length === 2 * BATCHES
  return {
    ...batches,
    size: full ? size * 2 : size,
    done: full ? pairs(means) : means,
    sum: 0,
    count: 0,
    n: n + 1,
  }
}

const pairs = (means: readonly number[]): readonly number[] =>
  means.flatMap((value, at) => (at % 2 === 1 ? [(means[at - 1]! + value) / 2] : []))

/** The times that items were in each stage, in batches. */
export const times: Meter<FlowProtocol, Memory> = {
  id: 'times',
  init: () => new Map(),
  step(memory, world, event) {
    const { after, before, actor } = event
    if (after?.kind !== 'stage' || after === before || after.left.length === 0) return memory
    const set = setOf(world)
    const old = memory.get(actor)
    const fresh = { set, sinceUs: world.now, size: FIRST_BATCH, done: [], sum: 0, count: 0, n: 0 }
    const start = old !== undefined && isSame(old.set, set) ? old : fresh
    return new Map(memory).set(
      actor,
      after.left.reduce((batches, { presentUs }) => withItem(batches, presentUs), start),
    )
  },
}

// ---- Which formula holds --------------------------------------------------------------------------------------------

const isPlainSource = ({ timeoutUs, retry, breaker, throttle, limit, rate, balance }: SourceSettings): boolean =>
  timeoutUs === null &&
  retry.retries === 0 &&
  breaker.kind === 'none' &&
  throttle.kind === 'none' &&
  limit.kind === 'none' &&
  rate.kind === 'none' &&
  (balance === 'round-robin' || balance === 'random')

/** A queue as in the book: nothing but servers and places, first come first served. */
const isPlainStage = (settings: StageSettings): boolean =>
  settings.demand.kind === 'push' &&
  settings.management.kind === 'none' &&
  settings.limit.kind === 'none' &&
  settings.rate.kind === 'none' &&
  settings.shedding.kind === 'none' &&
  settings.batch === null &&
  settings.autoscaling === null &&
  settings.buffer.patience === null &&
  settings.buffer.discipline.kind === 'fifo' &&
  settings.buffer.overflow.kind === 'drop-newest'

const isUnbounded = ({ buffer }: StageSettings): boolean => buffer.capacity >= PIPELINE_LIMITS.waiting

const isExponential = ({ service }: StageSettings): boolean =>
  service.kind === 'time' && service.distribution.kind === 'exponential'

/** Poisson arrivals per second at a part; null: they are no Poisson stream. */
function poissonRate(world: Sim, name: NodeId): number | null {
  let rate = 0
  for (let actor = 0; actor < world.names.length; actor++) {
    const state = world.state(actor)
    if (state === undefined || !state.durable.outputs.includes(name)) continue
    const given = rateOut(world, actor)
    if (given === null) return null
    rate += given
  }
  return rate > 0 ? rate : null
}

/** What one part sends to each of its outputs. Burke: what leaves an M/M/c is Poisson again. */
function rateOut(world: Sim, actor: number): number | null {
  const state = world.state(actor)
  if (state?.kind === 'source') {
    const { settings, outputs } = state.durable
    if (!isPlainSource(settings) || settings.load.kind !== 'open' || settings.load.between.kind !== 'exponential')
      return null
    if (outputs.length > 1 && settings.balance !== 'random') return null
    return 1_000_000 / meanUs(settings.load.between) / outputs.length
  }
  if (state?.kind !== 'stage' || state.durable.outputs.length !== 1) return null
  const { settings } = state.durable
  if (!isPlainStage(settings) || !isUnbounded(settings) || !isExponential(settings)) return null
  const rate = poissonRate(world, world.names[actor]!)
  return rate !== null && rate < capacityPerS(state) ? rate : null
}

const serviceUs = ({ durable }: StageState): number => {
  const { service, speedPermille } = durable.settings
  return service.kind === 'time' ? (meanUs(service.distribution) * 1_000) / speedPermille : 0
}

const capacityPerS = (state: StageState): number => (serversOf(state) * 1_000_000) / serviceUs(state)

interface Formula {
  readonly text: string
  readonly expectedUs: number
  /** So many items it takes until the mean of a run can be trusted to a tenth. */
  readonly items: number
}

/**
 * The relative error of a queue's mean after n items is √(2 (1 + ρ)/(n (1 − ρ)²)) (Whitt, "Planning queueing simulations",
 * 1989): what follows from it for a tenth. What waits in K places is forgotten after K² items at the latest.
 */
const itemsFor = (rho: number, places: number): number => {
  const distance = Math.max(Math.abs(1 - rho), 1 / places)
  return Math.max(ITEMS_MIN, (2 * (1 + rho)) / (ERROR_MAX * ERROR_MAX * distance * distance))
}

/** The mean time in the stage, by the formula that holds; null: none does. */
function formulaOf(world: Sim, state: StageState): Formula | null {
  const isQuiet = world.names.every((_, actor) => world.status(actor) === 'up')
  if (!isQuiet || !isOfTheBook(state)) return null
  const rate = poissonRate(world, state.config.self)
  return rate === null ? closedFormula(world, state) : openFormula(state, rate)
}

const isOfTheBook = ({ durable: { settings } }: StageState): boolean =>
  isPlainStage(settings) && settings.service.kind === 'time' && settings.deadlines === 'ignore'

/** For Poisson arrivals of so many a second; null: no formula holds, or the stage cannot bear them. */
function openFormula(state: StageState, perSecond: number): Formula | null {
  const { settings } = state.durable
  if (settings.service.kind !== 'time') return null
  const servers = serversOf(state)
  const lambda = perSecond / 1_000_000
  const mu = 1 / serviceUs(state)
  const places = servers + settings.buffer.capacity
  const items = itemsFor(lambda / (servers * mu), places)
  const formula = (text: string, { response }: Steady): Formula => ({ text, expectedUs: response, items })
  if (!isUnbounded(settings)) {
    return isExponential(settings) ? formula(`M/M/${servers}/${places}`, mmck(lambda, mu, servers, places)) : null
  }
  if (lambda >= servers * mu) return null
  if (isExponential(settings)) {
    return servers === 1
      ? formula('M/M/1: W = 1/(μ − λ)', mg1(lambda, mu, 1))
      : formula(`M/M/${servers}: W = C/(cμ − λ) + 1/μ`, mmc(lambda, mu, servers))
  }
  if (servers !== 1) return null
  const spread = cv2(settings.service.distribution)
  const name = spread === 0 ? 'M/D/1' : 'M/G/1'
  return formula(`${name}: W = 1/μ + ρ (1 + cv²)/(2 μ (1 − ρ))`, mg1(lambda, mu, spread))
}

/** Users who think, and stages in a row: mean value analysis. */
function closedFormula(world: Sim, state: StageState): Formula | null {
  const sources = world.names.flatMap((_, actor) => {
    const source = world.state(actor)
    return source?.kind === 'source' && source.durable.outputs.length > 0 ? [source] : []
  })
  const [source] = sources
  const stages = source === undefined || sources.length !== 1 ? null : row(world, source.durable.outputs)
  if (source === undefined || stages === null || !stages.includes(state)) return null
  const { load } = source.durable.settings
  if (load.kind !== 'closed' || !isPlainSource(source.durable.settings) || load.users > USERS_MAX) return null
  // Pipes take their time, too: for the network it is as if the users thought longer.
  const { low, high } = world.plan.link.delayUs
  const pipesUs = ((low + high) / 2) * (stages.length + 1)
  const solved = mva(load.users, meanUs(load.think) + pipesUs, stages.map(serviceUs))
  return {
    text: 'mean value analysis: R(N) = D (1 + Q(N − 1))',
    expectedUs: solved.responses[stages.indexOf(state)]!,
    items: ITEMS_MIN,
  }
}

const USERS_MAX = 2_000

/** The stages behind `outputs`, when they are plain, of one server, and in a row; else null. */
function row(world: Sim, outputs: readonly NodeId[]): readonly StageState[] | null {
  const found: StageState[] = []
  let next = outputs
  while (next.length === 1) {
    const stage = world.state(world.indexOf(next[0]!))
    if (stage?.kind !== 'stage' || found.includes(stage)) return null
    const { settings } = stage.durable
    if (!isPlainStage(settings) || !isUnbounded(settings) || !isExponential(settings) || serversOf(stage) !== 1)
      return null
    found.push(stage)
    next = stage.durable.outputs
  }
  return next.length === 0 ? found : null
}

// ---- Beside what is measured ----------------------------------------------------------------------------------------

/** Student's t, 97.5 %, for 19 to 39 degrees of freedom: between 2.09 and 2.02. */
const STUDENT = 2.05

function measuredOf(batches: Batches | undefined, items: number) {
  if (batches === undefined || batches.done.length < BATCHES || batches.n < items) return null
  const { done } = batches
  const mean = done.reduce((sum, value) => sum + value, 0) / done.length
  const variance = done.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (done.length - 1)
  const error = Math.sqrt(variance / done.length)
  return error > ERROR_MAX * mean ? null : { mean, error }
}

/** A line for each stage for which a formula holds. */
export function theoryOf(world: Sim): readonly TheoryView[] {
  const memory = world.meterMemory('times') as Memory
  const set = setOf(world)
  return world.names.flatMap((part, actor) => {
    const state = world.state(actor)
    const found = state?.kind === 'stage' ? formulaOf(world, state) : null
    if (found === null) return []
    const kept = memory.get(actor)
    const batches = kept !== undefined && isSame(kept.set, set) ? kept : undefined
    const measured = measuredOf(batches, found.items)
    const expected = found.expectedUs / 1_000
    const isFar = measured !== null && Math.abs(measured.mean - found.expectedUs) > ERRORS_MAX * measured.error
    return [
      {
        part,
        formula: found.text,
        quantity: 'mean time here',
        unit: 'ms',
        expected,
        measured:
          measured === null ? null : { mean: measured.mean / 1_000, halfWidth: (STUDENT * measured.error) / 1_000 },
        n: batches?.n ?? 0,
        verdict: measured === null ? 'too short to tell' : isFar ? 'differs' : 'agrees',
      } satisfies TheoryView,
    ]
  })
}

// ---- Of one stage ---------------------------------------------------------------------------------------------------

/** Loads of the curve, as shares of the capacity. */
const LOADS = [5, 15, 25, 35, 45, 55, 62, 68, 74, 79, 83, 86, 89, 91, 93, 95, 96, 97, 98]

/** A curve is as many formulas, and the same while nothing is set. */
const curves = new WeakMap<StageSettings, Omit<LoadCurveView, 'part'> | null>()

function curveFor(state: StageState): Omit<LoadCurveView, 'part'> | null {
  const { settings } = state.durable
  const known = curves.get(settings)
  if (known !== undefined) return known
  const capacity = isOfTheBook(state) ? capacityPerS(state) : 0
  const found = LOADS.flatMap((percent) => {
    const perS = (capacity * percent) / 100
    const at = perS > 0 ? openFormula(state, perS) : null
    return at === null ? [] : [{ text: at.text, point: [perS, at.expectedUs / 1_000] as const }]
  })
  const curve =
    found.length === 0
      ? null
      : { formula: found[0]!.text, capacityPerS: capacity, points: found.map(({ point }) => point) }
  curves.set(settings, curve)
  return curve
}

/** Theory's curve of the part, or of the first stage that has one. */
export function loadCurveOf(world: Sim, selected: string | null): LoadCurveView | null {
  const wanted = world.names.flatMap((name, actor) => (selected === null || selected === name ? [actor] : []))
  for (const actor of wanted) {
    const state = world.state(actor)
    const curve = state?.kind === 'stage' ? curveFor(state) : null
    if (curve !== null) return { part: world.names[actor]!, ...curve }
  }
  return null
}

/** Little's law: exact whenever nobody is in the stage. */
export function littleOf(state: FlowState | undefined, nowUs: number): LittleView | null {
  if (state?.kind !== 'stage') return null
  const { departed, dropped, presentAreaUs, presentUs, countedUs } = state.counts
  const ended = departed + dropped.reduce((sum, count) => sum + count, 0)
  if (ended === 0 || nowUs === 0) return null
  const present = presentIn(state)
  return {
    part: state.config.self,
    inStage: (presentAreaUs + present * (nowUs - countedUs)) / nowUs,
    ratePerS: (ended * 1_000_000) / nowUs,
    timeMs: presentUs / ended / 1_000,
    present,
  }
}
