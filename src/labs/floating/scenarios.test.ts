import { describe, expect, test } from 'vitest'
import { proveScenarios, stageOf } from '../../engine/proof/scenarios.test-helper.ts'
import { DOFS } from './contract.ts'
import { floatingLab } from './world.ts'

// Each scenario shows what its blurb says.

type Dof = (typeof DOFS)[number]

const stage = stageOf(floatingLab, (sim) => {
  const state = () => sim.state(0)!
  const solution = () => state().solved.solution
  const motion = (dof: Dof) => solution().statistics.dof[DOFS.indexOf(dof)]!
  return {
    state,
    std: (dof: Dof) => motion(dof).std,
    avg: (dof: Dof) => motion(dof).avg,
    period: (dof: Dof) => state().solved.modes.periodS[DOFS.indexOf(dof)]!,
    gm: () => {
      const { metacentreM, centreOfGravity } = state().solved.prepared.hull.statics
      return metacentreM - centreOfGravity[2]
    },
    heel: () => Math.hypot(motion('roll').avg, motion('pitch').avg),
    /** At the fairlead, MN. */
    tension: (line: number) => {
      const { tension } = solution().statistics
      return tension[tension.length / 2 + line - 1]!.avg / 1e6
    },
    thrustKn: () => (solution().rotor?.force6[0] ?? 0) / 1000,
    /** The period at which a motion answers the first train most, s. */
    peakPeriod(dof: Dof) {
      const { w } = state().solved.prepared.grid
      const { re, im } = solution().Xi
      const from = DOFS.indexOf(dof) * w.length
      const size = Array.from(w, (_, i) => Math.hypot(re[from + i]!, im[from + i]!))
      return (2 * Math.PI) / w[size.indexOf(Math.max(...size))]!
    },
  }
})
const { play } = stage

proveScenarios(stage, {
  least: 12,
  breaking: [
    ['flooding', 'linear'],
    ['flooding', 'floats'],
  ],
})

/** What `look` sees at each of these instants. */
function at<T>(id: string, times: readonly string[], look: (scene: ReturnType<typeof play>) => T): readonly T[] {
  const scene = play(id)
  return times.map((time) => {
    scene.to(time)
    return look(scene)
  })
}

const ratio = ([one, other]: readonly number[]): number => other! / one!

describe('in storms', () => {
  const sea = ['1s', '61s', '121s', '181s']

  test('a semi-submersible heaves more than in proportion; parked it is upright, and heaves as before', () => {
    const seen = at('semi-in-a-storm', sea, ({ std, avg }) => ({ heave: std('heave'), lean: avg('pitch') }))
    const [low, middle, high, parked] = seen
    expect(middle!.heave / low!.heave).toBeGreaterThan(3)
    expect(high!.heave / low!.heave).toBeGreaterThan(5)
    expect(high!.lean).toBeGreaterThan(4)
    expect(Math.abs(parked!.lean)).toBeLessThan(0.1)
    expect(parked!.heave).toBeCloseTo(high!.heave, 1)
  })

  test('a spar heaves about a quarter of it, and surges as much', () => {
    const look = ({ std }: ReturnType<typeof play>) => [std('heave'), std('surge')] as const
    const spar = at('spar-in-a-storm', sea, look)
    for (const [i, [heave, surge]] of at('semi-in-a-storm', sea, look).entries()) {
      expect(spar[i]![0]).toBeLessThan(0.35 * heave)
      expect(spar[i]![1]).toBeGreaterThan(0.9 * surge)
    }
  })

  test('in an extreme sea waves do more than the wind; RAFT gives a parked rotor no drag', () => {
    const scene = play('parked-in-the-extreme')
    scene.to('10s')
    expect(Math.round(scene.avg('pitch') * 2) / 2).toBe(0.5)
    expect([Math.round(scene.std('heave')), Math.round(scene.std('surge'))]).toEqual([2, 2])
    expect(scene.thrustKn()).toBeGreaterThan(100)
    scene.toEnd()
    expect(scene.thrustKn()).toBe(0)
  })

  test('the line that breaks moves the mean pose at once, and loads the others; mended, all is as before', () => {
    const look = ({ avg, tension }: ReturnType<typeof play>) => [avg('surge'), tension(2), tension(3)] as const
    const [before, after, mended] = at('line-cut-in-a-storm', ['29s', '31s', '91s'], look)
    expect(Math.round(after![0] - before![0])).toBe(784)
    expect(after![1] / before![1]).toBeCloseTo(1.45, 1)
    expect(after![2] / before![2]).toBeCloseTo(1.45, 1)
    expect(mended).toEqual(before)
  })
})

describe('in the sea', () => {
  test('heave plates: drag halves the heave at resonance, added mass makes the period', () => {
    const scene = play('heave-plates')
    scene.to('1s')
    const [own, period] = [scene.std('heave'), scene.period('heave')]
    expect(period).toBeCloseTo(16.6, 1)
    scene.to('41s')
    expect(scene.std('heave')).toBeGreaterThan(2 * own)
    scene.to('121s')
    expect(Math.round(scene.period('heave'))).toBe(12)
    scene.toEnd()
    // Waves of 4 m have a standard deviation of 1 m.
    expect(scene.std('heave')).toBeGreaterThan(1)
  })

  test('a white sea shows the platform: heave at 16.5 s; a wind sea hardly touches it', () => {
    const scene = play('white-sea')
    scene.to('1s')
    expect(scene.period('heave')).toBeCloseTo(16.5, 1)
    expect(Math.abs(scene.peakPeriod('heave') / scene.period('heave') - 1)).toBeLessThan(0.1)
    const white = scene.std('heave')
    scene.toEnd()
    expect(scene.std('heave')).toBeLessThan(0.15 * white)
  })

  test('a swell across rolls and sways it, and heaves it more than the higher wind sea', () => {
    const look = ({ std }: ReturnType<typeof play>) => [std('roll'), std('sway'), std('heave')] as const
    const [alone, crossed] = at('crossing-seas', ['39s', '41s'], look)
    expect(alone![0]).toBeLessThan(1e-6)
    expect(crossed![0]).toBeGreaterThan(0.1)
    expect(crossed![1]).toBeGreaterThan(0.1)
    expect(crossed![2] ** 2 - alone![2] ** 2).toBeGreaterThan(alone![2] ** 2)
  })

  test('a current: four times the distance at first, three times then', () => {
    const surge = at('current', ['1s', '31s', '61s'], ({ avg }) => avg('surge'))
    expect(Math.round(ratio(surge))).toBe(4)
    expect(Math.round(ratio(surge.slice(1)))).toBe(3)
    // The force alone grows with the square.
    const force = at('current', ['1s', '31s', '61s'], ({ state }) => state().solved.solution.currentForce[0]!)
    expect(ratio(force)).toBeCloseTo(4, 6)
  })

  test('in shallower water the swell heaves it more, and its lines hold it more softly', () => {
    const look = ({ std, period }: ReturnType<typeof play>) => [std('heave'), period('surge')] as const
    const [deep, half, shallow] = at('shallower-water', ['1s', '41s', '81s'], look)
    expect(half![0]).toBeGreaterThan(deep![0])
    expect(shallow![0]).toBeGreaterThan(half![0])
    expect(half![1]).toBeGreaterThan(3 * deep![1])
    expect(shallow![1]).toBeGreaterThan(half![1])
  })
})

test('flooding: it lists by 7 degrees a quarter, and sinks when three columns are full', () => {
  const scene = play('flooding')
  const lists = ['21s', '41s', '61s', '81s'].map((time) => {
    scene.to(time)
    return Math.abs(scene.avg('roll'))
  })
  for (const [i, list] of lists.entries()) expect(Math.round(list / (i + 1))).toBe(7)
  scene.toEnd()
  expect(scene.state().failure?.kind).toBe('sinks')
  expect(scene.notes('sank')).toHaveLength(1)
  expect(scene.notes('flooded')).toHaveLength(6)
})

describe('in the wind', () => {
  test('it leans most at 11 m/s, and less than half of it at 24 m/s', () => {
    const times = ['1s', '21s', '41s', '61s', '81s', '101s']
    const leans = at('rated-wind', times, ({ avg }) => avg('pitch'))
    expect(leans.indexOf(Math.max(...leans))).toBe(2)
    expect(leans[5]!).toBeLessThan(leans[2]! / 2)
  })

  test('gusts move it slowly and by metres, the controller halves that, RAFT shows nothing', () => {
    const [calm, gusty, controlled, asRaft] = at('gusts', ['19s', '21s', '81s', '141s'], ({ std }) => std('surge'))
    expect(calm).toBe(0)
    expect(gusty).toBeGreaterThan(2)
    expect(controlled).toBeLessThan(gusty! / 2)
    expect(asRaft).toBe(0)
  })

  test('a misaligned nacelle pushes less, and sideways', () => {
    const look = ({ thrustKn, avg }: ReturnType<typeof play>) => [thrustKn(), avg('sway')] as const
    const [straight, some, more, asRaft] = at('crooked-nacelle', ['29s', '31s', '61s', '91s'], look)
    expect(some![0]).toBeLessThan(straight![0])
    expect(more![0]).toBeLessThan(some![0])
    expect(some![1] - straight![1]).toBeGreaterThan(5)
    expect(more![1]).toBeGreaterThan(some![1])
    expect(asRaft).toEqual(straight)
  })
})

describe('as RAFT, and right', () => {
  /** What a correction changes: the last minus the first. */
  const change = (id: string, look: (scene: ReturnType<typeof play>) => number) => {
    const [before, after] = at(id, ['1s', '41s'], look)
    return after! - before!
  }

  test('the brace through the waterline', () => {
    expect(change('brace-at-the-waterline', ({ gm }) => gm())).toBeCloseTo(0.2, 0)
    expect(Math.abs(change('brace-at-the-waterline', ({ gm }) => gm()))).toBeGreaterThan(0.15)
    expect(change('brace-at-the-waterline', ({ period }) => period('pitch'))).toBeLessThan(-0.1)
  })

  test('the step in diameter', () => {
    expect(change('step-counted-twice', ({ period }) => period('pitch'))).toBeCloseTo(-0.2, 1)
    expect(change('step-counted-twice', ({ period }) => period('yaw'))).toBeCloseTo(-1.1, 1)
    expect(change('step-counted-twice', ({ period }) => period('roll'))).toBeLessThan(0)
  })

  test('the yaw spring', () => {
    const yaw = at('yaw-spring', ['1s', '41s'], ({ std }) => std('yaw'))
    expect(yaw.map(Math.round)).toEqual([9, 2])
    expect(change('yaw-spring', ({ period }) => period('yaw'))).toBe(0)
  })
})
