import { describe, expect, test } from 'vitest'
import { readMeasure } from '../../engine/lab.ts'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import { measures } from './measures.ts'
import { poseOf, repeatS } from './motion.ts'
import { floatingLab } from './world.ts'

const measure = (id: string) => measures.find((candidate) => candidate.id === id)!

/** A run of an experiment at an instant, s. */
function at(text: string, seconds: number) {
  const { run } = runOf(floatingLab, text)
  while (run.once(seconds * 1e6));
  run.sim.passTo(seconds * 1e6)
  return run.sim
}

const SEA = 'set design oc4\nat 0s sea hs 6m tp 12s\nat 0s wind 10m/s\n'

describe('after one repetition of the sea', () => {
  const calm = at(SEA, 0.05)
  const world = at(SEA, repeatS(calm.state(0)!.solved) + 0.05)

  test.each(['surge-std', 'heave-std', 'pitch-std'])('%s that was watched is the one that was computed', (id) => {
    const theory = measure(id).theory!(world).value!
    expect(theory).toBeGreaterThan(0.1)
    expect(readMeasure(measure(id), world)! / theory).toBeCloseTo(1, 2)
  })
})

test('the instant is that of the synthesized motion', () => {
  const world = at(SEA, 7.3)
  const { solved } = world.state(0)!
  const pose = poseOf(solved, world.plan.seed, world.now)
  expect(readMeasure(measure('surge'), world)).toBe(pose[0])
  expect(readMeasure(measure('heave'), world)).toBe(pose[2])
  expect(readMeasure(measure('pitch'), world)).toBeCloseTo((pose[4]! * 180) / Math.PI, 12)
  const { tension } = solved.solution.statistics
  const most = Math.max(...tension.map(({ avg }) => avg)) / 1000
  expect(Math.abs(readMeasure(measure('tension'), world)! / most - 1)).toBeLessThan(0.3)
})

test('a change begins the watching anew, and at first there is nothing to say', () => {
  const before = at(SEA, 30)
  expect(readMeasure(measure('heave-std'), before)).not.toBeNull()
  const after = at(`${SEA}at 30s sea hs 2m tp 8s\n`, 30.05)
  expect(readMeasure(measure('heave-std'), after)).toBeNull()
  expect(readMeasure(measure('heave-std'), at(`${SEA}at 30s sea hs 2m tp 8s\n`, 31))).toBeGreaterThan(0)
})

test('in still water nothing moves, and without lines nothing pulls', () => {
  const world = at('set design cylinder\nat 0s sea still\n', 3)
  expect(readMeasure(measure('elevation'), world)).toBe(0)
  expect(readMeasure(measure('heave-std'), world)).toBeCloseTo(0, 9)
  expect(readMeasure(measure('tension'), world)).toBeGreaterThan(0)
  const loose = at(`set design cylinder\n${[1, 2, 3, 4].map((n) => `at 0s cut line ${n}\n`).join('')}`, 3)
  expect(loose.state(0)!.failure).toBeNull()
  expect(readMeasure(measure('tension'), loose)).toBe(0)
})

test('the ids are different, and those with a theory say how long one must watch', () => {
  expect(new Set(measures.map(({ id }) => id)).size).toBe(measures.length)
  const world = at(SEA, 1)
  for (const each of measures) {
    const theory = each.theory?.(world)
    if (theory !== undefined) expect(theory.n).toBe(Math.round(10 * repeatS(world.state(0)!.solved)))
  }
})
