import { CORRECTED, type Corrections } from '../../physics/corrections.ts'
import { withDimension } from '../../physics/design/dimensions.ts'
import type { Design, LoadCase, MemberDesign } from '../../physics/design/types.ts'
import { shipped } from '../../physics/designs/index.ts'
import { type DesignId, DOFS } from './contract.ts'
import { launch, type Solved, solve } from './platform.ts'

/** One example of what a defect of RAFT changes, as MODEL.md tells it. */
export interface Example {
  readonly defect: keyof Corrections
  readonly design: Design
  readonly loads: Partial<LoadCase>
  readonly unit: string
  readonly decimals: number
  read(solved: Solved): number
}

type Dof = (typeof DOFS)[number]

const WIND_SEA = { spectrum: 'JONSWAP', periodS: 12, heightM: 6, headingDeg: 30, gamma: 0 } as const
const SWELL = { spectrum: 'JONSWAP', periodS: 16, heightM: 3, headingDeg: 90, gamma: 0 } as const
const AHEAD = { ...WIND_SEA, headingDeg: 0 } as const
/** Two crossing seas and a gusty wind, with the controller at work. */
const WEATHER: Partial<LoadCase> = { waves: [WIND_SEA, SWELL], windMps: 14, turbulence: 0.14, aeroServoMode: 2 }

const withMembers = (design: Design, change: (member: MemberDesign) => Partial<MemberDesign>): Design => ({
  ...design,
  platform: {
    ...design.platform,
    members: design.platform.members.map((member) => ({ ...member, ...change(member) })),
  },
})

const inFreshWater = (design: Design): Design => ({ ...design, site: { ...design.site, waterDensity: 1000 } })

function highFairleads(): Design {
  const made = withDimension(shipped('volturnus'), 'fairleads.depth', -10)
  if (!made.ok) throw new Error(made.error)
  return made.value
}

const std = (dof: Dof) => (solved: Solved) => solved.solution.statistics.dof[DOFS.indexOf(dof)]!.std
const avg = (dof: Dof) => (solved: Solved) => solved.solution.statistics.dof[DOFS.indexOf(dof)]!.avg
const period = (dof: Dof) => (solved: Solved) => solved.modes.periodS[DOFS.indexOf(dof)]!
/** At the fairlead, kN. */
const fairlead = (line: number, of: 'avg' | 'std') => (solved: Solved) => {
  const { tension } = solved.solution.statistics
  return tension[tension.length / 2 + line - 1]![of] / 1000
}
const metacentricHeight = ({ prepared: { hull } }: Solved) => hull.statics.metacentreM - hull.statics.centreOfGravity[2]
const towerBase = ({ solution }: Solved) => solution.statistics.towerBaseMoment!.avg / 1e6
/** Standard deviation of the torque of the generator, kNm. */
const torque = ({ solution }: Solved) => solution.statistics.rotor!.torque.std / 1e3

const example = (
  defect: keyof Corrections,
  design: DesignId | Design,
  loads: Partial<LoadCase>,
  unit: string,
  decimals: number,
  read: Example['read'],
): Example => ({
  defect,
  design: typeof design === 'string' ? shipped(design) : design,
  loads,
  unit,
  decimals,
  read,
})

/** One for every defect, in the order of `corrections.ts`. */
export const EXAMPLES: readonly Example[] = [
  example('inclinedWaterline', 'frame', {}, 'm', 2, metacentricHeight),
  example('taperedWaterline', 'frame', {}, 'm', 2, metacentricHeight),
  example('stepInertia', 'oc4', {}, 's', 2, period('yaw')),
  example('yawStiffness', 'oc3', WEATHER, 'deg', 1, std('yaw')),
  example('coefficientLists', 'frame', {}, 's', 2, period('surge')),
  example(
    'rectangularStations',
    withMembers(shipped('frame'), ({ shape, caps }) =>
      shape === 'rectangular' && caps.length > 0 ? { wallM: [0.05, 0.1] } : {},
    ),
    {},
    't',
    1,
    ({ prepared: { hull } }) => hull.statics.massKg / 1000,
  ),
  example('rectangularFrusta', 'frame', {}, 'mm', 1, (solved) => 1000 * avg('heave')(solved)),
  example('bulkheadStations', 'oc4', {}, 'mm', 2, ({ prepared: { hull } }) => 1000 * hull.statics.centreOfGravity[2]),
  example('rectangularEnds', 'frame', {}, 's', 2, period('roll')),
  example('waveDensity', inFreshWater(shipped('volturnus')), { waves: [AHEAD] }, 'm', 3, std('heave')),
  example(
    'rectangularAxialDrag',
    withMembers(shipped('volturnus'), ({ name, axialDrag }) =>
      name === 'pontoon' ? { axialDrag: axialDrag.map(() => 1) } : {},
    ),
    { currentMps: 2 },
    'm',
    1,
    avg('surge'),
  ),
  example(
    'diffractionPhase',
    withMembers(shipped('volturnus'), ({ shape }) => ({ macCamyFuchs: shape === 'circular' })),
    { waves: [{ ...AHEAD, periodS: 8, heightM: 3 }] },
    'm',
    3,
    std('surge'),
  ),
  example('dragSources', 'oc4', WEATHER, 'm', 2, std('heave')),
  example('towerBaseMoment', 'volturnus', WEATHER, 'MNm', 0, towerBase),
  example('turbulence', 'volturnus', WEATHER, 'm', 2, std('surge')),
  example('yawMisalignment', 'volturnus', { ...WEATHER, yawMisalignDeg: 15 }, 'm', 2, avg('sway')),
  example('parkedRotor', 'oc3', { windMps: 50, turbineStatus: 'parked' }, 'm', 2, avg('surge')),
  example('rotorSideForce', 'volturnus', WEATHER, 'm', 2, avg('sway')),
  example('rotorUnits', 'volturnus', WEATHER, 'rpm', 5, ({ solution }) => solution.statistics.rotor!.speed.std),
  example('torqueGains', 'volturnus', WEATHER, 'kNm', 0, torque),
  example('tensionStep', 'cylinder', { waves: [AHEAD] }, 'kN', 2, fairlead(1, 'std')),
  example('mooringSite', inFreshWater(shipped('volturnus')), {}, 'kN', 1, fairlead(1, 'avg')),
  example('lineInAir', highFairleads(), {}, 'kN', 0, fairlead(1, 'avg')),
]

/** What an example comes to with its defect, and without. */
export function compared({ defect, design, loads, decimals, unit, read }: Example): readonly [string, string] {
  const begin = launch('volturnus')
  const input = { ...begin, design, loads: { ...begin.loads, ...loads } }
  const show = (corrections: Corrections): string => {
    const solved = solve({ ...input, corrections }, null)
    if (!solved.ok) throw new Error(`${defect}: ${solved.error.message}`)
    return `${read(solved.value)
      .toFixed(decimals)
      .replace(/^-(?=[0.]*$)/, '')} ${unit}`
  }
  return [show({ ...CORRECTED, [defect]: false }), show(CORRECTED)]
}
