import type { CaseSolution, Modes, Rest, Statistic } from '../physics/solution.ts'
import type { Prepared } from '../physics/solve.ts'
import type { SolvedCase } from './solve-result.ts'

const DEGREES = 180 / Math.PI
const DOF_UNITS = [
  ['surge', 'm'],
  ['sway', 'm'],
  ['heave', 'm'],
  ['roll', 'deg'],
  ['pitch', 'deg'],
  ['yaw', 'deg'],
] as const

/** A solution as tables for people. */
export function solutionText(
  prepared: Prepared,
  unloaded: { readonly rest: Rest; readonly modes: Modes },
  cases: readonly SolvedCase[],
): string {
  const { design, precision, grid } = prepared
  return `${[
    design.name,
    `iterations: ${precision}; ${grid.count} frequencies up to ${fixed(grid.w.at(-1)!, 3)} rad/s`,
    '',
    ...statics(prepared),
    '',
    ...table(['unloaded', 'mean', 'natural period'], atRest(unloaded.rest, unloaded.modes)),
    ...cases.flatMap(caseText),
  ].join('\n')}\n`
}

function statics({ hull }: Prepared): readonly string[] {
  const { massKg, displacedM3, centreOfGravity, centreOfBuoyancy, metacentreM, waterplaneAreaM2 } = hull.statics
  const values: readonly (readonly [string, string])[] = [
    ['mass', `${fixed(massKg / 1000, 1)} t`],
    ['displaced volume', `${fixed(displacedM3, 1)} m3`],
    ['centre of gravity', point(centreOfGravity)],
    ['centre of buoyancy', point(centreOfBuoyancy)],
    ['metacentre above centre of gravity', `${fixed(metacentreM - centreOfGravity[2], 3)} m`],
    ['waterplane', `${fixed(waterplaneAreaM2, 2)} m2`],
  ]
  const width = Math.max(...values.map(([name]) => name.length))
  return values.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}

const point = (at: readonly number[]): string => `${at.map((x) => fixed(x, 3)).join(', ')} m`

function atRest({ pose }: Rest, { periodS }: Modes): readonly (readonly string[])[] {
  return DOF_UNITS.map(([name, unit], i) => {
    const mean = pose[i]! * (i < 3 ? 1 : DEGREES)
    return [name, `${fixed(mean, 4)} ${unit}`, Number.isFinite(periodS[i]!) ? `${fixed(periodS[i]!, 2)} s` : 'none']
  })
}

function caseText({ name, input, result }: SolvedCase): readonly string[] {
  const waves = input.waves.map(({ spectrum, heightM, periodS, headingDeg }) =>
    spectrum === 'still' ? 'still water' : `${spectrum} Hs ${heightM} m, Tp ${periodS} s, ${headingDeg} deg`,
  )
  const title = `case ${name}: ${waves.join(' and ')}; wind ${input.windMps} m/s, current ${input.currentMps} m/s`
  if (!result.ok) return ['', title, `no solution: ${result.error.message}`]
  const { iterations, converged } = result.value
  const passes = `drag linearized in ${iterations} passes${converged ? '' : ', NOT converged'}`
  return ['', title, passes, ...table(['', 'mean', 'std', 'max', 'min'], channels(result.value))]
}

function channels({ statistics, rest }: CaseSolution): readonly (readonly string[])[] {
  const { dof, tension, nacelleAcceleration, towerBaseMoment, rotor } = statistics
  const lines = rest.lines.map(({ name }) => name)
  return [
    ...dof.map((each, i) => row(DOF_UNITS[i]![0], each, DOF_UNITS[i]![1])),
    ...tension.map((each, t) => {
      const end = t < lines.length ? 'A' : 'B'
      return row(`tension ${lines[t % lines.length]} ${end}`, scaled(each, 1e-3), 'kN')
    }),
    ...(nacelleAcceleration === null ? [] : [row('nacelle fore-aft', nacelleAcceleration[0], 'm/s2')]),
    ...(towerBaseMoment === null ? [] : [row('tower base', scaled(towerBaseMoment, 1e-6), 'MNm')]),
    ...(rotor === null ? [] : [row('rotor speed', rotor.speed, 'rpm')]),
  ]
}

const scaled = ({ avg, std, max, min }: Statistic, by: number): Statistic => ({
  avg: avg * by,
  std: std * by,
  max: max * by,
  min: min * by,
})

const row = (name: string, { avg, std, max, min }: Statistic, unit: string): readonly string[] => [
  `${name} [${unit}]`,
  ...[avg, std, max, min].map((value) => fixed(value, 4)),
]

/** A number without the minus of a zero. */
const fixed = (value: number, digits: number): string => (value + 0).toFixed(digits).replace(/^-(0\.?0*)$/, '$1')

/** Columns that stand under each other, the first to the left. */
function table(head: readonly string[], body: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((cell, at) => Math.max(cell.length, ...body.map((cells) => cells[at]!.length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ')
  return [head, ...body].map(line)
}
