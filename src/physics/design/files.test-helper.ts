import fc from 'fast-check'
import type { Plain } from './fields.ts'

/** A design file with every key that has an effect, as RAFT's own files have them. */
export const FULL: Plain = {
  name: 'everything',
  settings: { min_freq: 0.01, max_freq: 0.5, XiStart: 0.1, nIter: 15, staticsMod: 0 },
  site: {
    water_depth: 100,
    rho_water: 1025,
    rho_air: 1.225,
    mu_air: 1.81e-5,
    shearExp_air: 0.12,
    shearExp_water: 0.12,
    g: 9.81,
  },
  cases: {
    keys: [
      'wind_speed',
      'wind_heading',
      'turbulence',
      'turbine_status',
      'turbine_heading',
      'yaw_misalign',
      'wave_spectrum',
      'wave_period',
      'wave_height',
      'wave_heading',
      'wave_gamma',
      'current_speed',
      'current_heading',
      'aeroServoMod',
    ],
    data: [
      [10, 5, 0.1, 'operating', 0, 3, 'JONSWAP', 12, 6, 30, 3.3, 1, 15, 1],
      [40, 0, 'IB_NTM', 'parked', 0, 0, ['JONSWAP', 'unit'], [10, 14], [4, 2], [0, 60], [0, 0], 0, 0, null],
    ],
  },
  turbine: {
    nrotors: 1,
    mRNA: 350000,
    IxRNA: 35444067,
    IrRNA: 26159984,
    xCG_RNA: -0.27,
    hHub: 90,
    overhang: -5,
    shaft_tilt: -5,
    shaft_toe: 0.5,
    aeroServoMod: 2,
    nBlades: 3,
    Rhub: 1.5,
    precone: -2.5,
    speed_gain: 1,
    I_drivetrain: 318628138,
    gear_ratio: 97,
    blade: {
      Rtip: 63,
      precurveTip: 0.1,
      presweepTip: 0.2,
      nSector: 4,
      nr: 20,
      geometry: [
        [2, 3.5, 13.3, 0, 0],
        [30, 4, 6, 0.1, 0.1],
        [62, 1.5, 0.1, 0.2, 0.2],
      ],
      airfoils: [
        [0, 'round'],
        [1, 'thin'],
      ],
    },
    airfoils: [
      {
        name: 'round',
        relative_thickness: 1,
        data: [
          [-180, 0, 0.35, 0],
          [180, 0, 0.35, 0],
        ],
      },
      {
        name: 'thin',
        relative_thickness: 0.2,
        data: [
          [-180, 0, 0.02, 0],
          [0, 0.4, 0.01, -0.1],
          [180, 0, 0.02, 0],
        ],
      },
    ],
    wt_ops: { v: [3, 11, 25], pitch_op: [0, 0, 22], omega_op: [7, 12, 12] },
    pitch_control: { GS_Angles: [0.1, 0.2], GS_Kp: [-1.3, -1.2], GS_Ki: [-0.2, -0.1], Fl_Kp: -9.35 },
    torque_control: { VS_KP: -38609162, VS_KI: -4588245 },
    tower: {
      name: 'tower',
      rA: [0, 0, 10],
      rB: [0, 0, 87],
      shape: 'circ',
      stations: [10, 50, 87],
      d: [6.5, 5, 4],
      t: 0.02,
    },
  },
  platform: {
    potModMaster: 1,
    dlsMax: 4,
    yaw_stiffness: 98340000,
    additional_effects: [
      { type: 'point_inertia', mass: 1000, moments_of_inertia: [1, 2, 3, 0.1, 0.2, 0.3], location: [1, 2, 3] },
      { type: 'mean_load', load: [1, 2, 3, 4, 5, 6], location: [0, 0, 60] },
    ],
    members: [
      {
        name: 'round',
        type: 'rigid',
        rA: [0, 0, -20],
        rB: [0, 0, 12],
        heading: [60, 180],
        shape: 'circ',
        stations: [-20, -14, -14, 12],
        d: [24, 24, 12, 12],
        t: [0.06, 0.06, 0.05, 0.05],
        rho_shell: 7850,
        l_fill: [5, 0, 7],
        rho_fill: [1025, 0, 1025],
        cap_stations: [-20, -14, 12],
        cap_t: [0.06, 0.05, 0.06],
        cap_d_in: [0, 6, 0],
        Cd: [0.6, 0.7, 0.8, 0.9],
        Ca: [
          [1, 0.9],
          [1, 0.9],
          [0.8, 0.7],
          [0.8, 0.7],
        ],
        CdEnd: 1.2,
        CaEnd: [0.6, 0, 0, 0.6],
        Cd_q: 0.01,
        Ca_q: 0.02,
        dlsMax: 2,
        MCF: true,
        potMod: false,
      },
      {
        name: 'square',
        type: 'rigid',
        rA: [5, 0, -16],
        rB: [45, 0, -15],
        shape: 'rect',
        gamma: 15,
        stations: [0, 1],
        d: [
          [12, 7],
          [11, 6],
        ],
        t: 0.05,
        l_fill: 0.5,
        cap_stations: [0, 1],
        cap_t: 0.02,
        cap_d_in: [
          [1, 2],
          [0, 0],
        ],
        Cd: [1.6, 2],
        Ca: 0.97,
      },
    ],
  },
  mooring: {
    water_depth: 100,
    points: [
      { name: 'anchor', type: 'fixed', location: [400, 0, -100] },
      { name: 'clump', type: 'free', location: [200, 0, -60], mass: 5000, volume: 2 },
      { name: 'fairlead', type: 'vessel', location: [12, 0, -14] },
    ],
    lines: [
      { name: 'lower', endA: 'anchor', endB: 'clump', type: 'chain', length: 230 },
      { name: 'upper', endA: 'clump', endB: 'fairlead', type: 'chain', length: 210 },
    ],
    line_types: [
      {
        name: 'chain',
        diameter: 0.09,
        mass_density: 77.7,
        stiffness: '384.243e6',
        breaking_load: '1e8',
        cost: 100,
        transverse_drag: 1.6,
      },
    ],
  },
}

/** Where a value stands in a file: keys and indices from the top. */
export type Place = readonly (string | number)[]

/** As problems write it. */
export const pathOf = (place: Place): string =>
  place.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`
    return path === '' ? step : `${path}.${step}`
  }, '')

/** Every value in a file with its place, containers before what is in them; not the file itself. */
export function valuesIn(value: unknown, place: Place = []): readonly { place: Place; value: unknown }[] {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((entry, at) => [at, entry] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : []
  return entries.flatMap(([step, inner]) => [
    { place: [...place, step], value: inner },
    ...valuesIn(inner, [...place, step]),
  ])
}

/** The file with another value at a place; `undefined` takes the value away. */
export function replaced(file: unknown, [step, ...rest]: Place, value: unknown): unknown {
  if (step === undefined) return value
  if (Array.isArray(file)) return file.map((entry, at) => (at === step ? replaced(entry, rest, value) : entry))
  const plain = file as Plain
  const inner = replaced(plain[step], rest, value)
  return inner === undefined
    ? Object.fromEntries(Object.entries(plain).filter(([key]) => key !== step))
    : { ...plain, [step]: inner }
}

const length = fc.double({ min: 0.001, max: 300, noNaN: true })
const coordinate = fc.double({ min: -300, max: 300, noNaN: true })
const factor = fc.double({ min: 0, max: 3, noNaN: true })
const each = <T>(one: fc.Arbitrary<T>, count: number) => fc.array(one, { minLength: count, maxLength: count })
const oneOrEach = (one: fc.Arbitrary<number>, count: number) => fc.oneof(one, each(one, count))
const pairsToo = (count: number) => fc.oneof(oneOrEach(factor, count), each(each(factor, 2), count))

const stations = fc
  .array(fc.oneof(fc.integer({ min: -50, max: 50 }), coordinate), { minLength: 2, maxLength: 6 })
  .map((list) => list.sort((a, b) => a - b))
  .filter((list) => list.at(-1)! - list[0]! > 0.01)

/** Any member that can be read. Walls are at most half as thick as the narrowest side is wide. */
const anyMember = (name: string): fc.Arbitrary<Plain> =>
  fc.tuple(stations, fc.boolean()).chain(([at, circular]) => {
    const [count, start, end] = [at.length, at[0]!, at.at(-1)!]
    const width = fc.double({ min: 1, max: 40, noNaN: true })
    const inside = fc.double({ min: start, max: end, noNaN: true })
    const fill = fc.tuple(...at.slice(1).map((s, i) => fc.double({ min: 0, max: Math.abs(s - at[i]!), noNaN: true })))
    return fc.record(
      {
        name: fc.constant(name),
        shape: fc.constantFrom(...(circular ? ['circ', 'Circular'] : ['rect', 'rectangular'])),
        rA: each(coordinate, 3),
        rB: fc.tuple(coordinate, coordinate, fc.double({ min: 301, max: 400, noNaN: true })),
        stations: fc.constant(at),
        d: circular ? oneOrEach(width, count) : fc.oneof(each(width, 2), each(each(width, 2), count)),
        t: fc.double({ min: 0, max: 0.5, noNaN: true }),
        gamma: coordinate,
        heading: fc.oneof(coordinate, fc.array(coordinate, { minLength: 1, maxLength: 4 })),
        rho_shell: factor,
        l_fill: fill,
        rho_fill: oneOrEach(factor, count - 1),
        cap_stations: each(fc.oneof(fc.constantFrom(start, end), inside), 2),
        cap_t: oneOrEach(factor, 2),
        Cd: circular ? pairsToo(count) : each(factor, 2),
        Ca: pairsToo(count),
        CdEnd: oneOrEach(factor, count),
        Ca_q: oneOrEach(factor, count),
        // Finer ones of the longest members, four times each, would be more than may be computed.
        dlsMax: fc.double({ min: 1, max: 300, noNaN: true }),
        MCF: fc.boolean(),
      },
      { requiredKeys: ['name', 'shape', 'rA', 'rB', 'stations', 'd', 'cap_t'] },
    )
  })

/** Any platform of a few members in still water. */
export const anyFile: fc.Arbitrary<Plain> = fc
  .tuple(anyMember('first'), anyMember('second'), length)
  .map(([a, b, depth]) => ({
    site: { water_depth: depth },
    platform: { members: [a, b] },
  }))
