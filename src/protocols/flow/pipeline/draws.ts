import { again, draw, type StreamKey } from '../../../base/prng.ts'
import { type Distribution, exponential, type Sampler, samplerOf } from '../queueing/distributions.ts'
import type { Load, Service } from './settings.ts'

/**
 * Times that chance decides, each a pure function of the part's stream and a number: the same in every copy of a pipeline
 * that is compared, whatever its policies.
 */

/** Samplers are made once a distribution: they are functions of it alone. */
const samplers = new WeakMap<Distribution, Sampler>()

function sampler(distribution: Distribution): Sampler {
  const known = samplers.get(distribution)
  if (known !== undefined) return known
  const made = samplerOf(distribution)
  samplers.set(distribution, made)
  return made
}

/** Poisson streams by their mean gap: a burst's rate is data without an object of its own. */
const poissons = new Map<number, Distribution>()

function poisson(perSecond: number): Distribution {
  const known = poissons.get(perSecond) ?? exponential(1_000_000 / perSecond)
  poissons.set(perSecond, known)
  return known
}

/** Draw number `count` of a distribution, µs. */
export const drawnUs = (distribution: Distribution, key: StreamKey, count: number): number =>
  sampler(distribution)(draw(key, count))

/** How long a server of speed 1,000 works on attempt `attempt` of item `id`, µs, at least 1. */
export function serviceUs(service: Service, key: StreamKey, id: number, attempt: number, sizeBytes: number): number {
  if (service.kind === 'bytes') return Math.max(1, Math.round((sizeBytes * 8_000_000) / service.bitsPerSecond))
  return Math.max(1, sampler(service.distribution)(again(draw(key, id), attempt)))
}

/** When the next request of an open load comes, and how many draws that took; null: never. */
export function nextArrival(
  load: Load,
  key: StreamKey,
  drawn: number,
  nowUs: number,
): { readonly atUs: number; readonly drawn: number } | null {
  switch (load.kind) {
    case 'silent':
    case 'closed':
      return null
    case 'open':
      return { atUs: nowUs + drawnUs(load.between, key, drawn), drawn: drawn + 1 }
    case 'trace':
      return { atUs: nowUs + load.gapsUs[drawn % load.gapsUs.length]!, drawn: drawn + 1 }
    case 'bursty':
      return nextOfBursts(load, key, drawn, nowUs)
  }
}

/** A Poisson stream has no memory: where the rate changes, it begins anew. */
function nextOfBursts(load: Extract<Load, { kind: 'bursty' }>, key: StreamKey, drawn: number, nowUs: number) {
  let atUs = nowUs
  let count = drawn
  for (;;) {
    const phase = atUs % load.everyUs
    const inBurst = phase < load.burstUs
    const rate = inBurst ? load.burstPerSecond : load.perSecond
    const endUs = atUs - phase + (inBurst ? load.burstUs : load.everyUs)
    const gap = rate === 0 ? Number.POSITIVE_INFINITY : drawnUs(poisson(rate), key, count++)
    if (atUs + gap < endUs) return { atUs: atUs + gap, drawn: count }
    atUs = endUs
  }
}
