import { describe, expect, test } from 'vitest'
import { AS_RAFT } from '../corrections.ts'
import type { Design, MemberDesign, Pair, Vec3 } from '../design/types.ts'
import { forceMomentAt } from '../linear/mat6.ts'
import { add } from '../linear/vec3.ts'
import { buildHull } from './build.ts'
import { design, member } from './members.test-helper.ts'

// The members of RAFT's own tests (tests/test_member.py, Apache-2.0): ten cylinders, upright, pitched, inclined, lying and tapered, about
// (0, 0, 0), to the six digits that stand there.

interface Case {
  readonly name: string
  readonly ends: readonly [Vec3, Vec3]
  readonly bottom: Pair
  readonly top: Pair
  readonly round: boolean
  /** Mass of shell and ballast, centre of gravity. */
  readonly mass: readonly number[]
  /** M44, M55, M66. */
  readonly inertia: readonly number[]
  /** Force in z, moments about x and y, C33, C44, C55. */
  readonly hydrostatics: readonly number[]
  /** A11, A22, A33, A44, A55, A66; only of some. */
  readonly addedMass?: readonly number[]
}

const UPRIGHT = [
  [0, 0, -20],
  [0, 0, 15],
] as const
const PITCHED = [
  [-10, 0, -17.321],
  [7.5, 0, 12.99],
] as const
const INCLINED = [
  [-12.5, 4.3301, -15],
  [9.375, -3.2476, 11.25],
] as const
const LYING = [
  [-17.5, 0, -20],
  [17.5, 0, -20],
] as const
const ROUND = { bottom: [9.85, 9.85], top: [9.85, 9.85], round: true } as const
const BOX = { bottom: [9.85, 6], top: [9.85, 6], round: false } as const

const CASES: readonly Case[] = [
  {
    name: 'upright round',
    ends: UPRIGHT,
    ...ROUND,
    mass: [4.22944765e5, 2.310786205e6, 0, 0, -14.67635],
    inertia: [7.32378508e8, 7.32378508e8, 3.76138073e7],
    hydrostatics: [1.53244611e7, 0, 0, 7.6622305e5, -1.48598306e8, -1.48598306e8],
    addedMass: [1.32780754e6, 1.32780754e6, 1.7951437e5, 1.77041005e8, 1.77041005e8, 0],
  },
  {
    name: 'upright box',
    ends: UPRIGHT,
    ...BOX,
    mass: [4.3273125e5, 7.7946375e5, 0, 0, -12.88153],
    inertia: [3.23452553e8, 3.30580956e8, 1.73816357e7],
    hydrostatics: [1.18853055e7, 0, 0, 5.9426527e5, -1.17070259e8, -1.14048296e8],
    addedMass: [1.817325e6, 1.5144375e6, 9.34949911e4, 2.01925e8, 2.4231e8, 0],
  },
  {
    name: 'pitched round',
    ends: PITCHED,
    ...ROUND,
    mass: [4.22944765e5, 2.310786205e6, -7.338177, 0, -12.71057],
    inertia: [5.58722538e8, 7.32414215e8, 2.11305588e8],
    hydrostatics: [1.53248823e7, 0, 1.49977968e8, 8.8475737e5, -1.28074838e8, -1.28074838e8],
    addedMass: [1.04071238e6, 1.32777628e6, 4.66578274e5, 1.3279112e8, 1.77051217e8, 4.42600974e7],
  },
  {
    name: 'pitched box',
    ends: PITCHED,
    ...BOX,
    mass: [4.32732437e5, 7.794658883e5, -6.440766, 0, -11.1562],
    inertia: [2.46948823e8, 3.30595201e8, 9.38996396e7],
    hydrostatics: [1.18856322e7, 0, 1.18856322e8, 6.8619781e5, -1.01598418e8, -9.8130759e7],
    addedMass: [1.38633778e6, 1.51440185e6, 5.24439434e5, 1.51455574e8, 2.42323978e8, 5.04810746e7],
  },
  {
    name: 'inclined round',
    ends: INCLINED,
    ...ROUND,
    mass: [4.22944707e5, 2.310785885e6, -9.172721, 3.1775, -11.00727],
    inertia: [4.6098554e8, 6.99811311e8, 3.41572875e8],
    hydrostatics: [1.5324459e7, 6.49309773e7, 1.87440769e8, 1.0216306e6, -1.10287138e8, -1.10287138e8],
    addedMass: [8.78749576e5, 1.27319044e6, 6.81529301e5, 1.07883541e8, 1.68741128e8, 7.7454813e7],
  },
  {
    name: 'inclined box',
    ends: INCLINED,
    ...BOX,
    mass: [4.3273125e5, 7.7946375e5, -8.050958, 2.788911, -9.66115],
    inertia: [2.04657143e8, 3.15470081e8, 1.51287459e8],
    hydrostatics: [1.18853038e7, 5.14645542e7, 1.48566298e8, 7.9235359e5, -8.77296079e7, -8.47423685e7],
    addedMass: [1.11082965e6, 1.46517172e6, 8.47173319e5, 1.27374004e8, 2.28516352e8, 8.83414728e7],
  },
  {
    name: 'lying round',
    ends: LYING,
    ...ROUND,
    mass: [4.22944765e5, 2.310786204e6, -12.176354, 0, -20],
    inertia: [1.1311062e9, 1.6423507e9, 5.48858313e8],
    hydrostatics: [2.68178069e7, 0, 0, 0, -5.36356138e8, -5.36356138e8],
  },
  {
    name: 'lying box',
    ends: LYING,
    ...BOX,
    mass: [4.3273125e5, 7.7946375e5, -10.381539, 0, -20],
    inertia: [5.02259636e8, 7.44960526e8, 2.52954123e8],
    hydrostatics: [2.07992846e7, 0, 0, 0, -4.15985692e8, -4.15985692e8],
  },
  {
    name: 'upright cone',
    ends: UPRIGHT,
    bottom: [9.85, 9.85],
    top: [4, 4],
    round: true,
    mass: [2.96708699e5, 2.074252114e6, 0, 0, -15.51393],
    inertia: [6.56510039e8, 6.56510039e8, 2.63582481e7],
    hydrostatics: [1.17548315e7, 0, 0, 4.2580711e5, -1.27460608e8, -1.27460608e8],
  },
  {
    name: 'upright pyramid',
    ends: UPRIGHT,
    bottom: [9.85, 6],
    top: [4, 3],
    round: false,
    mass: [3.10357186e5, 7.464875164e5, 0, 0, -14.58884],
    inertia: [3.01375065e8, 3.06203665e8, 1.15631538e7],
    hydrostatics: [9.31432035e6, 0, 0, 3.4807582e5, -1.00704868e8, -9.97855691e7],
  },
]

function designOf({ ends, bottom, top, round }: Case): Design {
  const bare = member(ends[0], ends[1], [bottom, top])
  const length = bare.stationsM[1]!
  const each: MemberDesign = {
    ...bare,
    shape: round ? 'circular' : 'rectangular',
    shellDensity: 7850,
    fillM: [((round ? 6.19 : 2.71) / 35) * length],
    fillDensity: [5000],
    transverseAddedMass: {
      values: round
        ? [
            [0.85, 0.85],
            [0.85, 0.85],
          ]
        : [
            [1.5, 1.25],
            [1.5, 1.25],
          ],
      listed: false,
    },
    endAddedMass: [0.7, 0.7],
    maxStripM: 0.1,
  }
  const plain = design([each])
  return { ...plain, site: { ...plain.site, waterDensity: 1025, gravity: 9.81 } }
}

/** Equal to the digits of the reference; what is zero there may be rounding. */
function expectClose(got: readonly number[], wanted: readonly number[]): void {
  const size = Math.max(...wanted.map(Math.abs))
  const off = got.map((x, i) => Math.abs(x - wanted[i]!) / (Math.abs(wanted[i]!) + 1e-6 * size))
  expect(Math.max(...off), `${got.join(', ')} for ${wanted.join(', ')}`).toBeLessThan(1e-5)
}

describe("the members of RAFT's own tests", () => {
  test.each(CASES)('$name: mass', (each) => {
    const { members, statics } = buildHull(designOf(each), AS_RAFT)
    const { shellMassKg, fillMassKg, centreOfGravity } = members[0]!
    const [shell, fill, ...centre] = each.mass
    expectClose([shellMassKg, fillMassKg[0]!], [shell!, fill!])
    expectClose(centreOfGravity, centre)
    expectClose(
      [21, 28, 35].map((i) => statics.massMatrix[i]!),
      each.inertia,
    )
  })

  test.each(CASES)('$name: hydrostatics', (each) => {
    const { endA, buoyancy, waterplane, displacedM3, centreOfBuoyancy } = buildHull(designOf(each), AS_RAFT).members[0]!
    const force = forceMomentAt(buoyancy.force, endA)
    const pressure = 1025 * 9.81
    // About (0, 0, 0) the lever of the waterplane and the height of the centre are those from there.
    const { areaM2, x, y } = waterplane
    const lift = pressure * displacedM3 * (add(centreOfBuoyancy, endA)[2] - centreOfBuoyancy[2])
    const about = (own: number, lever: number, end: number) =>
      own + pressure * areaM2 * ((lever + end) ** 2 - lever ** 2) + lift
    const { stiffness } = buoyancy
    expectClose(
      [
        force[2]!,
        force[3]!,
        force[4]!,
        stiffness[14]!,
        about(stiffness[21]!, y, endA[1]),
        about(stiffness[28]!, x, endA[0]),
      ],
      each.hydrostatics,
    )
  })

  test.each(CASES.filter(({ addedMass }) => addedMass !== undefined))('$name: added mass', (each) => {
    const { addedMass } = buildHull(designOf(each), AS_RAFT).statics
    expectClose(
      [0, 7, 14, 21, 28, 35].map((i) => addedMass[i]!),
      each.addedMass!,
    )
  })
})
