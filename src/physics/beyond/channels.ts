import { shaft } from '../hull/statics.ts'
import { type Channel, combine, motionsOf, nacelleChannels, topside, towerBaseChannel } from '../outputs.ts'
import type { CaseSolution } from '../solution.ts'
import type { Prepared } from '../solve.ts'

/** Everything that swings, under one roof: for spectra, extremes and time series. */

/** One quantity of a load case. */
export interface NamedChannel {
  readonly name: string
  readonly unit: 'm' | 'deg' | 'N' | 'm/s2' | 'Nm'
  readonly mean: number
  /** Amplitudes: source * nw + frequency; the sources are the trains of waves, and wind where it excites something. */
  readonly amplitudes: Channel
}

const MOTIONS = ['surge', 'sway', 'heave', 'roll', 'pitch', 'yaw']
const DEGREES = 180 / Math.PI

/** Motions, line tensions at both ends, acceleration of the nacelle, moment at the tower's base. */
export function channelsOf(prepared: Prepared, solution: CaseSolution): NamedChannel[] {
  const { design, hull, grid, corrections } = prepared
  const { pose, lines } = solution.rest
  const motions = motionsOf(grid.w, solution.Xi, solution.windXi)
  const channels = MOTIONS.map((name, dof): NamedChannel => {
    const factor = dof < 3 ? 1 : DEGREES
    const row = MOTIONS.map((_, i) => (i === dof ? factor : 0))
    return { name, unit: dof < 3 ? 'm' : 'deg', mean: pose[dof]! * factor, amplitudes: combine(motions, row) }
  })
  for (const [end, of] of [
    ['end A', 'tensionA'],
    ['end B', 'tensionB'],
  ] as const) {
    for (const [at, line] of lines.entries()) {
      const from = ((end === 'end A' ? 0 : lines.length) + at) * 6
      const amplitudes = combine(motions, solution.tensionSlope.subarray(from, from + 6))
      channels.push({ name: `tension of ${line.name} at ${end}`, unit: 'N', mean: line[of], amplitudes })
    }
  }
  const { turbine, site } = design
  if (turbine === null) return channels
  const axes = nacelleChannels(motions, pose, shaft(turbine).reference[2])
  for (const [at, amplitudes] of axes.entries())
    channels.push({ name: `nacelle acceleration ${'xyz'[at]}`, unit: 'm/s2', mean: 0, amplitudes })
  const tower = hull.members.find(({ part }) => part === 'tower')
  const top = topside(turbine, tower, site.gravity)
  if (top === null) return channels
  const { channel, mean } = towerBaseChannel(motions, pose, top, solution.rotor, corrections)
  return [...channels, { name: 'tower base moment', unit: 'Nm', mean, amplitudes: channel }]
}
