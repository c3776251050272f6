import { describe, expect, test } from 'vitest'
import { again, below, draw, streamKey } from '../../../base/prng.ts'
import { pickLeastLoaded } from './least-loaded.ts'
import { pickRandom } from './random.ts'
import { firstOfAll, pickNext } from './round-robin.ts'
import { meanTimeOfChoices, pickOfTwo } from './two-choices.ts'

const SERVERS = 100

/**
 * The mean time in the system of Poisson arrivals at `SERVERS` exponential servers, in services: by Little from the mean
 * number in the system, which is sampled at the steps of the uniformized chain.
 */
function meanTime(rho: number, steps: number, pick: (loads: readonly number[], entropy: number) => number): number {
  const key = streamKey(11, 'balancing')
  const loads = Array<number>(SERVERS).fill(0)
  let [inSystem, area] = [0, 0]
  for (let at = 0; at < steps; at++) {
    const entropy = draw(key, at)
    const choice = again(entropy, 7)
    if (again(entropy, 3) / 2 ** 32 < rho / (1 + rho)) {
      const server = pick(loads, choice)
      loads[server] = loads[server]! + 1
      inSystem++
    } else {
      const server = below(choice, SERVERS)
      if (loads[server]! > 0) {
        loads[server] = loads[server]! - 1
        inSystem--
      }
    }
    if (at >= steps / 5) area += inSystem
  }
  return area / (steps * 0.8) / (rho * SERVERS)
}

describe('balancing 80 % of the load over 100 servers', () => {
  const RHO = 0.8

  test('random is the M/M/1: 1/(1 − ρ) = 5', () => {
    expect(Math.abs(meanTime(RHO, 400_000, (loads, entropy) => pickRandom(loads.length, entropy)) - 5)).toBeLessThan(
      0.5,
    )
  })

  test('two choices: Σ ρ^(2^i − 2) = 1.95', () => {
    expect(meanTimeOfChoices(RHO, 2)).toBeCloseTo(1 + 0.8 ** 2 + 0.8 ** 6 + 0.8 ** 14 + 0.8 ** 30 + 0.8 ** 62, 6)
    expect(Math.abs(meanTime(RHO, 400_000, pickOfTwo) / meanTimeOfChoices(RHO, 2) - 1)).toBeLessThan(0.05)
  })

  test('round robin: nearly the D/M/1, 1/(1 − σ) = 2.69 with σ = exp(−(1 − σ)/ρ)', () => {
    let turn = firstOfAll
    const mean = meanTime(RHO, 400_000, (loads) => {
      const step = pickNext(turn, loads.length)
      turn = step.state
      return step.outcome
    })
    expect(Math.abs(mean / 2.69 - 1)).toBeLessThan(0.1)
  })

  test('the shortest queue: hardly anybody waits', () => {
    expect(meanTime(RHO, 60_000, pickLeastLoaded)).toBeLessThan(1.1)
  })
})

test('one choice is chance, three are better than two', () => {
  expect(meanTimeOfChoices(0.9, 1)).toBeCloseTo(10, 12)
  expect(meanTimeOfChoices(0.9, 2)).toBeCloseTo(2.614, 3)
  expect(meanTimeOfChoices(0.9, 3)).toBeLessThan(meanTimeOfChoices(0.9, 2))
})

test('two choices are two servers, each pair as often; the less loaded one wins', () => {
  const loads = [3, 1, 2]
  const key = streamKey(1, 'pairs')
  const picked = [0, 0, 0]
  for (let at = 0; at < 30_000; at++) picked[pickOfTwo(loads, draw(key, at))]!++
  // Server 1 is in two of three pairs and wins both; 2 wins against 0; 0 never wins.
  expect(picked[0]).toBe(0)
  expect(Math.abs(picked[1]! / 20_000 - 1)).toBeLessThan(0.02)
  expect([pickOfTwo([9], 5), pickOfTwo([9, 9], 0)]).toEqual([0, 0])
})

test('of equals the least loaded is a random one', () => {
  const key = streamKey(2, 'equals')
  const picked = new Set(Array.from({ length: 100 }, (_, at) => pickLeastLoaded([2, 1, 5, 1, 1], draw(key, at))))
  expect([...picked].sort()).toEqual([1, 3, 4])
})

test('round robin goes on from the first when servers vanish', () => {
  expect(pickNext({ next: 7 }, 3)).toEqual({ state: { next: 2 }, outcome: 1 })
})
