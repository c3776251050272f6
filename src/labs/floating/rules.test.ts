import { expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import type { World } from '../../machine/invariant.ts'
import { Violation } from '../../machine/invariant.ts'
import { writeDesign } from '../../physics/design/write.ts'
import { shipped } from '../../physics/designs/index.ts'
import type { FloatingProtocol, PlatformState } from './machine.ts'
import { rules } from './rules.ts'
import { piecesOf } from './solver.ts'
import { floatingLab } from './world.ts'

/** The rules that a run breaks, with what they say. */
function broken(lines: string): readonly (readonly [id: string, explanation: string])[] {
  const { run } = runOf(floatingLab, lines)
  while (run.once(1_000_000));
  return run.sim.broken.map(({ invariant, explanation }) => [rules[invariant]!.id, explanation])
}

/** VolturnUS-S with lines that break at this load, as an experiment hands it over. */
function weakLines(breakingLoadN: number): string {
  const design = shipped('volturnus')
  const mooring = design.mooring!
  const types = mooring.types.map((type) => ({ ...type, breakingLoadN }))
  const text = JSON.stringify(writeDesign({ ...design, mooring: { ...mooring, types } }))
  return [...piecesOf(text).map((piece) => `at 0s design part ${piece}`), 'at 0s design file'].join('\n')
}

const SEA = 'at 0s wind 10m/s\nat 0s sea hs 6m tp 12s\n'

test.each(['volturnus', 'oc3', 'oc4', 'cylinder', 'frame'])('%s in a moderate sea breaks none', (design) => {
  expect(broken(`set design ${design}\nat 0s sea hs 1m tp 6s\n`)).toEqual([])
})

test.each([
  ['floats', `${SEA}at 0s set platform.spacing 30m`, /^It capsizes: .* must be positive/],
  ['floats', 'set design oc3\nat 0s set spar.ballast1 60m', /^It sinks: it would float .* m deeper/],
  [
    'solvable',
    `${weakLines(1_000_000)}\n${SEA}`,
    /^Line line 1 breaks: at rest it would pull 2\.42 MN, and it breaks at 1\.00 MN\.$/,
  ],
  ['solvable', `${SEA}at 0s cut line 1\nat 0s cut line 2\nat 0s cut line 3`, /^Nothing holds the platform/],
  ['linear', 'set design cylinder\nat 0s sea hs 2m tp 10s', /^it heels by 23\.\d degrees/],
  ['lines-hold', `${weakLines(4_100_000)}\n${SEA}`, /reaches 4\.20 MN; it breaks at 4\.10 MN$/],
])('%s is broken by a design that is bad in that, and nothing else is', (id, lines, explanation) => {
  expect(broken(lines)).toEqual([[id, expect.stringMatching(explanation)]])
})

test('a line that is broken already breaks no rule', () => {
  expect(broken(`at 0s cut line 1\n${SEA}`)).toEqual([])
})

/** What each rule says of a state. */
function judged(state: PlatformState): readonly string[] {
  const world = { names: [nodeId('platform')], state: () => state } as unknown as World<FloatingProtocol>
  return rules.flatMap(({ id, step }) => {
    const verdict = step(null, world, { before: null, after: state, actor: 0 } as never)
    return verdict instanceof Violation ? [id] : []
  })
}

test('forces that do not balance, and an iteration that has not settled, are told', () => {
  const { run } = runOf(floatingLab, SEA)
  while (run.once(1_000_000));
  const state = run.sim.state(0)!
  expect(judged(state)).toEqual([])
  const { solution } = state.solved
  const withSolution = (change: Partial<typeof solution>): PlatformState => ({
    ...state,
    solved: { ...state.solved, solution: { ...solution, ...change } },
  })
  const weight = Math.abs(state.solved.prepared.hull.statics.weight[2]!)
  const residual = (share: number) => Float64Array.of(0, 0, share * weight, 0, 0, 0)
  expect(judged(withSolution({ rest: { ...solution.rest, residual: residual(0.002) } }))).toEqual(['balanced'])
  expect(judged(withSolution({ rest: { ...solution.rest, residual: residual(0.0005) } }))).toEqual([])
  expect(judged(withSolution({ rest: { ...solution.rest, converged: false } }))).toEqual(['solvable'])
  expect(judged(withSolution({ converged: false }))).toEqual(['solvable'])
})
