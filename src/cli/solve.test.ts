import { describe, expect, it, test } from 'vitest'
import { writeDesignFile } from '../labs/floating/design-file.ts'
import { writeDesign } from '../physics/design/write.ts'
import { type DesignId, shipped } from '../physics/designs/index.ts'
import { type Ended, lab } from './memory-io.test-helper.ts'

const yaml = (id: DesignId): string => writeDesignFile(shipped(id))
const CALM = { wind_speed: 0, wave_spectrum: 'still' }
const WAVES = { wind_speed: 0, wave_spectrum: 'JONSWAP', wave_height: 6, wave_period: 12, wave_heading: 0 }

/** Solves a shipped design in some cases; options behind it. */
function solve(id: DesignId, cases: unknown, ...options: string[]): Promise<Ended> {
  const files = { 'd.yaml': yaml(id), 'c.json': JSON.stringify(cases) }
  return lab(['solve', 'd.yaml', '--cases', 'c.json', ...options], { files })
}

async function solved(id: DesignId, cases: unknown, ...options: string[]) {
  const { exit, out, err } = await solve(id, cases, '--json', ...options)
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  return JSON.parse(out)
}

/** Is a number what RAFT 2.0.2 gave, to the digits that were kept? */
const near = (value: number, kept: number, digits: number) =>
  expect(value.toPrecision(digits)).toBe(kept.toPrecision(digits))

describe('as RAFT', () => {
  it('gives its numbers for OC3-Hywind under its names', async () => {
    const { statics, cases, w, mode } = await solved('oc3', { sea: WAVES }, '--as-raft', '--tight')
    expect(mode).toBe('tight')
    expect(w).toHaveLength(40)
    near(w[0], 2 * Math.PI * 0.005, 12)
    const { zero_offset: zero, unloaded } = statics
    near(zero.mass / 1000, 8089.5, 5)
    near(zero.V_displaced, 8029.21, 6)
    near(zero.rCG[2], -78.035, 5)
    near(zero.rCB[2], -62.066, 5)
    near(zero.AWP, 33.18, 4)
    near(zero.C_hydro[3][3], -5.01e9, 3)
    near(zero.A_hydro_morison[0][0], 8.229e6, 4)
    near(zero.C_moor[4][4], 3.109e8, 4)
    near(zero.mooring[0].TB / 1000, 911.38, 5)
    near(unloaded.X[2], -0.666, 3)
    const periods = [125.49, 125.49, 30.82, 29.55, 29.55, 6.52]
    for (const [dof, period] of periods.entries()) expect(unloaded.T_s[dof]).toBeCloseTo(period, 2)
    const { sea } = cases
    expect(sea).toMatchObject({ iterations: 15, converged: true })
    near(sea.stats.surge_std, 0.9095, 4)
    near(sea.stats.heave_std, 0.1884, 4)
    near(sea.stats.pitch_std, 0.4627, 4)
    near(sea.stats.AxRNA_std[0], 0.528, 3)
    near(sea.stats.Mbase_std[0] / 1e6, 21.3, 3)
  })

  it('stops as early as RAFT without --tight', async () => {
    const { cases, mode } = await solved('oc3', { sea: WAVES }, '--as-raft')
    expect(mode).toBe('raft')
    expect(cases.sea.iterations).toBe(4)
  })

  it('keeps the mistake of OC4 that steps in diameter weigh twice, and corrects it otherwise', async () => {
    const raft = await solved('oc4', { CALM }, '--as-raft', '--tight')
    const right = await solved('oc4', { CALM }, '--tight')
    expect(raft.statics.unloaded.T_s[4]).toBeCloseTo(25.08, 2)
    // 24.86 without this mistake alone; the stiffness of its inclined braces is another.
    expect(right.statics.unloaded.T_s[4]).toBeLessThan(24.87)
    expect(raft.statics.unloaded.T_s[5]).toBeCloseTo(88.5, 1)
    expect(right.statics.unloaded.T_s[5]).toBeCloseTo(87.3, 1)
  })
})

it('has the shapes of RAFT: trains, degrees of freedom, frequencies', async () => {
  const two = { ...WAVES, wave_height: [4, 2], wave_period: [10, 14], wave_heading: [0, 60] }
  const { cases, w, statics } = await solved('cylinder', { two })
  const { Xi, zeta, S, stats, X_mean, B_hydro_drag } = cases.two
  const shape = (array: unknown): number[] => (Array.isArray(array) ? [array.length, ...shape(array[0])] : [])
  expect({ re: shape(Xi.re), im: shape(Xi.im) }).toEqual({ re: [2, 6, w.length], im: [2, 6, w.length] })
  expect([shape(zeta), shape(S), shape(X_mean), shape(B_hydro_drag)]).toEqual([
    [2, w.length],
    [2, w.length],
    [6],
    [6, 6],
  ])
  expect(shape(stats.Tmoor_std)).toEqual([8])
  expect(shape(statics.unloaded.modes)).toEqual([6, 6])
  // Without a turbine there is none of it.
  expect([stats.AxRNA_avg, stats.Mbase_std, stats.omega_avg, statics.zero_offset.mass_tower]).toEqual([[], [], [], []])
  // Half the sum of squares is the variance, and zeta that of the spectrum.
  const squares = [0, 1].flatMap((train) =>
    w.map((_: number, i: number) => Xi.re[train][2][i] ** 2 + Xi.im[train][2][i] ** 2),
  )
  expect(Math.sqrt(0.5 * squares.reduce((a: number, b: number) => a + b))).toBeCloseTo(stats.heave_std, 12)
  expect(zeta[1][9] ** 2 / (2 * (w[1] - w[0]))).toBeCloseTo(S[1][9], 12)
})

it('takes the cases of the design, named by number, and JSON as well as YAML', async () => {
  const json = JSON.stringify(writeDesign(shipped('cylinder')))
  const { exit, out } = await lab(['solve', '-', '--json'], { files: { '-': json } })
  expect(exit).toBe(0)
  expect(Object.keys(JSON.parse(out).cases)).toEqual(['1', '2'])
  expect(JSON.parse(out).cases['2'].case).toMatchObject({ wave_height: 6, wave_period: 12 })
})

it('prints tables for people', async () => {
  const { exit, out, err } = await solve('cylinder', { sea: WAVES }, '--tight')
  expect({ exit, err }).toEqual({ exit: 0, err: '' })
  expect(out).toMatch(/^Cylinder of 10 m on four slack chains\niterations: tight; 80 frequencies up to 2\.513 rad\/s\n/)
  expect(out).toMatch(/^mass +1507\.5 t$/m)
  expect(out).toMatch(/^displaced volume +1570\.8 m3$/m)
  expect(out).toMatch(/^heave +-0\.0019 m +9\.00 s$/m)
  expect(out).toMatch(/^case sea: JONSWAP Hs 6 m, Tp 12 s, 0 deg; wind 0 m\/s, current 0 m\/s$/m)
  expect(out).toMatch(/^heave \[m\] +-0\.0019 +2\.84\d\d +8\.5\d+ +-8\.5\d+$/m)
  expect(out).toMatch(/^tension line 1 B \[kN\] /m)
  expect(out).not.toContain('-0.0000 ')
})

describe('splines of the blade', () => {
  const flat = { t: [-4, -4, -4, -4, 4, 4, 4, 4], c: [0, 0, 0, 0] }
  const stations = Array.from({ length: 20 }, () => ({ cl: flat, cd: flat }))
  const wind = { wind: { ...CALM, wind_speed: 10, aeroServoMod: 1 } }

  const withSplines = (splines: unknown, key: string) =>
    lab(['solve', 'd.yaml', '--cases', 'c.json', '--json', '--rotor-splines', `s.json#${key}`], {
      files: { 'd.yaml': yaml('oc3'), 'c.json': JSON.stringify(wind), 's.json': JSON.stringify(splines) },
    })

  test('take the place of our own smoothing: no lift and no drag, no thrust', async () => {
    const own = await solved('oc3', wind)
    expect(own.cases.wind.aero.T).toBeGreaterThan(500_000)
    const { out } = await withSplines({ none: { k: 3, stations } }, 'none')
    expect(Math.abs(JSON.parse(out).cases.wind.aero.T)).toBeLessThan(1e-6)
  })

  test.each([
    [{ none: { stations } }, 'other', 's.json: expected an object behind the key other; there are none'],
    [{ none: { k: 5, stations } }, 'none', 's.json: none.k: expected 3, found 5'],
    [
      { none: { stations: [] } },
      'none',
      's.json: none.stations: expected a list of 20, one for each element of the blade',
    ],
    [
      { none: { stations: stations.with(7, { cl: flat, cd: { ...flat, c: [0] } }) } },
      'none',
      's.json: none.stations[7]: expected cl and cd with ascending knots t and 4 fewer coefficients c',
    ],
  ])('are told when they do not fit %#', async (splines, key, message) => {
    expect(await withSplines(splines, key)).toMatchObject({ exit: 2, out: '', err: `${message}\n` })
  })

  test('need a key, and a rotor', async () => {
    const files = { 'd.yaml': yaml('cylinder'), 's.json': '{}' }
    expect(await lab(['solve', 'd.yaml', '--rotor-splines', 's.json'], { files })).toMatchObject({
      exit: 2,
      err: '--rotor-splines s.json: expected FILE#KEY\n',
    })
    expect(await lab(['solve', 'd.yaml', '--rotor-splines', 's.json#a'], { files })).toMatchObject({
      exit: 2,
      err: '--rotor-splines s.json#a: the design has no rotor\n',
    })
  })
})

describe('bad input ends with 2 and the reason', () => {
  test.each([
    ['d: 10', 'd: ten', 'd.yaml: platform.members[0].d: expected a number of at least 0 or a list of 2, found "ten"\n'],
    ['water_depth: 100', 'water_depth: -1', 'd.yaml: site.water_depth: expected a number above 0, found -1\n'],
    [
      '  - name: anchor 1',
      '  - name: anchor 9',
      'd.yaml: mooring.lines[0].endA: expected the name of one of `mooring.points`, found "anchor 1"\n',
    ],
    ['rA: [0, 0, -20]', 'rA: [0, 0, -20', expect.stringMatching(/^d\.yaml: line \d+, column \d+: /)],
  ])('a design: %s', async (text, wrong, err) => {
    const files = { 'd.yaml': yaml('cylinder').replace(text, wrong) }
    expect(await lab(['solve', 'd.yaml'], { files })).toEqual(expect.objectContaining({ exit: 2, out: '', err }))
  })

  test('a platform that cannot float upright', async () => {
    const files = { 'd.yaml': yaml('cylinder').replace('l_fill: 7.5', 'l_fill: 0') }
    const { exit, out, err } = await lab(['solve', 'd.yaml', '--json'], { files })
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toMatch(/^d\.yaml: [a-z ]+: .*\d.*\n$/)
  })

  test('cases', async () => {
    const { exit, out, err } = await solve('cylinder', { a: CALM, b: { ...WAVES, wave_period: 0 }, c: 7 })
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toBe(
      'c.json: b.wave_period: expected a number above 0, found 0\nc.json: c: expected an object with the keys of a case, found 7\n',
    )
  })

  test('files and options', async () => {
    const files = { 'd.yaml': yaml('cylinder') }
    expect(await lab(['solve'], { files })).toMatchObject({
      exit: 2,
      err: 'solve needs a file (- is standard input)\n',
    })
    expect(await lab(['solve', 'none.yaml'], { files })).toMatchObject({
      exit: 2,
      err: 'none.yaml: there is no such file\n',
    })
    expect(await lab(['solve', 'd.yaml', '--raft'], { files })).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--as-raft'),
    })
  })
})

it('warns of what has no effect, and solves all the same', async () => {
  const files = { 'd.yaml': yaml('cylinder').replace('d: 10', 'd: 10\n      colour: red') }
  const { exit, out, err } = await lab(['solve', 'd.yaml', '--json'], { files })
  expect({ exit, err }).toEqual({
    exit: 0,
    err: 'd.yaml: warning: platform.members[0].colour: unknown key, not used\n',
  })
  expect(JSON.parse(out).cases).toHaveProperty('1')
})

it('warns of unknown keys of cases', async () => {
  const { exit, err } = await solve('cylinder', { sea: { ...WAVES, wave_hight: 3 } })
  expect({ exit, err }).toEqual({ exit: 0, err: 'c.json: warning: sea.wave_hight: unknown key, not used\n' })
})

it('solves the other cases when one has no solution, and ends with 2', async () => {
  const { exit, out, err } = await solve('oc3', { storm: { ...CALM, current_speed: 40 }, calm: CALM }, '--json')
  expect(exit).toBe(2)
  expect(err).toMatch(/^d\.yaml: case storm: [a-z ]+: .*\d.*\n$/)
  const { storm, calm } = JSON.parse(out).cases
  expect(storm.failure.message).toMatch(/\d/)
  expect(calm.converged).toBe(true)
})
