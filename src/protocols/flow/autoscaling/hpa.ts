import { assert } from '../../../base/assert.ts'
import { clamp, type Step } from '../step.ts'

/** How fast a size may change in one direction; the policy that allows more wins. */
export interface ScalingRule {
  /** The most cautious wish of this time counts. */
  readonly stabilizationUs: number
  readonly periodUs: number
  /** Per period, of the size at its beginning. */
  readonly percent: number
  /** Per period, in pods. */
  readonly pods: number
}

export interface HpaConfig {
  readonly minReplicas: number
  readonly maxReplicas: number
  /** The wanted utilisation of a pod, in per-mille. */
  readonly targetPermille: number
  /** Within this share of the target nothing happens. */
  readonly tolerancePermille: number
  readonly syncUs: number
  readonly up: ScalingRule
  readonly down: ScalingRule
}

/**
 * Kubernetes, `autoscaling/v2`: `HorizontalPodAutoscalerBehavior` and the flags of its controller. The target of 80 %
 * is that of `kubectl autoscale`; the number of replicas is ours.
 */
export const HPA_DEFAULTS: HpaConfig = Object.freeze({
  minReplicas: 1,
  maxReplicas: 100,
  targetPermille: 800,
  tolerancePermille: 100,
  syncUs: 15_000_000,
  up: Object.freeze({ stabilizationUs: 0, periodUs: 15_000_000, percent: 100, pods: 4 }),
  down: Object.freeze({ stabilizationUs: 300_000_000, periodUs: 15_000_000, percent: 100, pods: 0 }),
})

interface Dated {
  readonly atUs: number
  readonly value: number
}

export interface Hpa {
  /** What was wished before, as long as it still counts. */
  readonly wishes: readonly Dated[]
  /** By how much the size was changed, as long as it still counts. */
  readonly changes: readonly Dated[]
}

export const initialHpa: Hpa = Object.freeze({ wishes: [], changes: [] })

/** What the autoscaler sees of a deployment. */
export interface Observation {
  readonly ready: number
  /** Pods that have been asked for and do not work yet. */
  readonly booting: number
  /** Sum of the utilisation of the ready pods, in per-mille: four busy pods are 4,000. */
  readonly usagePermille: number
}

/**
 * ⌈replicas·metric/target⌉ with its guards (`replica_calculator.go`, `GetResourceReplicas`): pods that boot count as idle
 * when it would grow, and nothing happens within the tolerance, or when they turn the answer round.
 */
export function wantedReplicas(config: HpaConfig, { ready, booting, usagePermille }: Observation): number {
  const current = ready + booting
  if (ready === 0) return current
  const grows = usagePermille > config.targetPermille * ready
  const counted = grows ? current : ready
  const capacity = config.targetPermille * counted
  const isNear = Math.abs(usagePermille - capacity) * 1_000 <= config.tolerancePermille * capacity
  if (isNear || (grows && usagePermille < capacity)) return current
  const wanted = Math.ceil(usagePermille / config.targetPermille)
  return grows ? Math.max(current, wanted) : wanted
}

/**
 * One round of the Kubernetes horizontal pod autoscaler (`horizontal.go`, `normalizeDesiredReplicasWithBehaviors`): wish,
 * stabilise, limit the rate. The outcome is the new size; it is called every `syncUs`.
 */
export function syncHpa(config: HpaConfig, state: Hpa, seen: Observation, nowUs: number): Step<Hpa, number> {
  assert(config.minReplicas <= config.maxReplicas, 'a minimum above the maximum')
  const current = seen.ready + seen.booting
  const wish = wantedReplicas(config, seen)
  const wishes = [...kept(state.wishes, longest(config, 'stabilizationUs'), nowUs), { atUs: nowUs, value: wish }]
  const stable = stabilized(config, wishes, current, nowUs)
  const limited =
    stable > current ? atMost(config, state, current, stable, nowUs) : atLeast(config, state, current, stable, nowUs)
  const desired = clamp(limited, config.minReplicas, config.maxReplicas)
  const changes = kept(state.changes, longest(config, 'periodUs'), nowUs)
  const change = { atUs: nowUs, value: desired - current }
  return { state: { wishes, changes: desired === current ? changes : [...changes, change] }, outcome: desired }
}

const longest = ({ up, down }: HpaConfig, key: 'stabilizationUs' | 'periodUs'): number => Math.max(up[key], down[key])

const kept = (list: readonly Dated[], forUs: number, nowUs: number): readonly Dated[] =>
  list.filter(({ atUs }) => atUs > nowUs - forUs)

/** Up only to the least, down only to the greatest that was wished while the window lasts. */
function stabilized(config: HpaConfig, wishes: readonly Dated[], current: number, nowUs: number): number {
  const latest = wishes.at(-1)!.value
  const values = (forUs: number) => [latest, ...kept(wishes, forUs, nowUs).map(({ value }) => value)]
  const up = Math.min(...values(config.up.stabilizationUs))
  const down = Math.max(...values(config.down.stabilizationUs))
  return clamp(current, up, Math.max(up, down))
}

/** The size at the beginning of the period: what was added since is not there yet. */
function before(state: Hpa, rule: ScalingRule, current: number, sign: 1 | -1, nowUs: number): number {
  const changed = kept(state.changes, rule.periodUs, nowUs).filter(({ value }) => Math.sign(value) === sign)
  return current - changed.reduce((sum, { value }) => sum + value, 0)
}

function atMost(config: HpaConfig, state: Hpa, current: number, wish: number, nowUs: number): number {
  const start = before(state, config.up, current, 1, nowUs)
  const limit = Math.max(start + config.up.pods, Math.ceil((start * (100 + config.up.percent)) / 100))
  return Math.min(wish, Math.max(current, limit))
}

function atLeast(config: HpaConfig, state: Hpa, current: number, wish: number, nowUs: number): number {
  const start = before(state, config.down, current, -1, nowUs)
  const limit = Math.min(start - config.down.pods, Math.floor((start * (100 - config.down.percent)) / 100))
  return Math.max(wish, Math.min(current, limit))
}

/** The pods of a deployment: those that work, and when the others will. */
export interface Fleet {
  readonly ready: number
  /** In the order in which they become ready. */
  readonly bootingUs: readonly number[]
}

/** The fleet at `nowUs`: what has booted works. */
export function booted(fleet: Fleet, nowUs: number): Fleet {
  const bootingUs = fleet.bootingUs.filter((atUs) => atUs > nowUs)
  return { ready: fleet.ready + fleet.bootingUs.length - bootingUs.length, bootingUs }
}

/** Towards `desired` pods: new ones need `bootUs`; of those that must go, the ones that do not work yet go first. */
export function resized(fleet: Fleet, desired: number, bootUs: number, nowUs: number): Fleet {
  const more = desired - fleet.ready - fleet.bootingUs.length
  if (more >= 0) return { ...fleet, bootingUs: [...fleet.bootingUs, ...Array<number>(more).fill(nowUs + bootUs)] }
  const bootingUs = fleet.bootingUs.slice(0, Math.max(0, fleet.bootingUs.length + more))
  return { ready: Math.min(fleet.ready, desired), bootingUs }
}

/** The backlog of a step from a capacity μ0 to a load λ1 that is answered after `delay`: (λ1 − μ0)·delay. */
export const peakBacklog = (load: number, capacity: number, delay: number): number =>
  Math.max(0, load - capacity) * delay

/** How long the new capacity needs for it: backlog/(μ1 − λ1); Infinity when it never does. */
export const drainTime = (backlog: number, load: number, capacity: number): number =>
  capacity > load ? backlog / (capacity - load) : Number.POSITIVE_INFINITY
