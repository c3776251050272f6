import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { DESIGN_IDS, shipped } from '../designs/index.ts'
import { anyFile, FULL, type Place, pathOf, replaced, valuesIn } from './files.test-helper.ts'
import { problemText } from './problems.ts'
import { examineDesign, readCaseFile, readDesign } from './read.ts'
import type { Design, MemberDesign } from './types.ts'
import { writeDesign } from './write.ts'

function designOf(file: unknown): Design {
  const read = readDesign(file)
  if (!read.ok) throw new Error(read.error.map(problemText).join('\n'))
  return read.value
}

const texts = (file: unknown): readonly string[] => examineDesign(file).problems.map(problemText)
const without = (...place: Place) => replaced(FULL, place, undefined)
const given = (value: unknown, ...place: Place) => replaced(FULL, place, value)

/** The first member of the full file with other keys. */
const round = (keys: Record<string, unknown>): MemberDesign => {
  const members = (FULL.platform as { members: readonly Record<string, unknown>[] }).members
  return designOf(given({ ...members[0], ...keys }, 'platform', 'members', 0)).platform.members[0]!
}
const square = (keys: Record<string, unknown>): MemberDesign => {
  const members = (FULL.platform as { members: readonly Record<string, unknown>[] }).members
  return designOf(given({ ...members[1], ...keys }, 'platform', 'members', 1)).platform.members[1]!
}

it('reads a file with every key without a word of warning', () => {
  expect(texts(FULL)).toEqual([])
  expect(designOf(FULL)).toMatchObject({
    name: 'everything',
    settings: { minFrequencyHz: 0.01, maxFrequencyHz: 0.5, startAmplitude: 0.1, maxIterations: 15 },
    turbine: { massKg: 350000, shaftTiltDeg: -5, rotor: { control: { gearRatio: 97 } } },
    mooring: { types: [{ stiffnessN: 384.243e6, breakingLoadN: 1e8, rest: { cost: 100, transverse_drag: 1.6 } }] },
  })
})

it('has the defaults of RAFT', () => {
  const least = {
    site: { water_depth: 50 },
    platform: { members: [{ name: 'a', rA: [0, 0, -9], rB: [0, 0, 1], shape: 'circ', stations: [0, 1], d: 2 }] },
  }
  expect(designOf(least)).toEqual({
    name: 'unnamed',
    settings: { minFrequencyHz: 0.01, maxFrequencyHz: 1, startAmplitude: 0.1, maxIterations: 15 },
    site: {
      waterDepthM: 50,
      waterDensity: 1025,
      airDensity: 1.225,
      airViscosity: 1.81e-5,
      gravity: 9.81,
      windShear: 0.12,
      currentShear: 0.12,
    },
    platform: {
      maxStripM: 5,
      yawStiffness: 0,
      lumps: [],
      loads: [],
      members: [
        {
          name: 'a',
          shape: 'circular',
          endA: [0, 0, -9],
          endB: [0, 0, 1],
          twistDeg: 0,
          headingsDeg: null,
          stationsM: [0, 10],
          stationScale: { start: 0, end: 1 },
          sidesM: [
            [2, 2],
            [2, 2],
          ],
          wallM: [0, 0],
          shellDensity: 8500,
          fillM: [0],
          fillDensity: [1025],
          caps: [],
          transverseDrag: {
            listed: false,
            values: [
              [0.6, 0.6],
              [0.6, 0.6],
            ],
          },
          transverseAddedMass: {
            listed: false,
            values: [
              [0.97, 0.97],
              [0.97, 0.97],
            ],
          },
          endDrag: [0.6, 0.6],
          endAddedMass: [0.6, 0.6],
          axialDrag: [0, 0],
          axialAddedMass: [0, 0],
          maxStripM: 5,
          macCamyFuchs: false,
        },
      ],
    },
    turbine: null,
    mooring: null,
    cases: [],
  })
})

describe('what a list means', () => {
  test('stations of any scale become metres, fills and caps with them', () => {
    const member = square({ rA: [0, 0, -15], rB: [40, 0, -15], stations: [10, 20], l_fill: 5, cap_stations: [10, 15] })
    expect(member.stationsM).toEqual([0, 40])
    expect(member.fillM).toEqual([20])
    expect(member.caps.map(({ atM }) => atM)).toEqual([0, 20])
    expect(member.caps[0]!.holeM).toEqual([1, 2])
  })

  test('the sides of a rectangle: one number, a pair, a pair a station', () => {
    const wide = [
      [12, 7],
      [12, 7],
    ]
    expect(square({ d: 7 }).sidesM).toEqual([
      [7, 7],
      [7, 7],
    ])
    expect(square({ d: [12, 7] }).sidesM).toEqual(wide)
    expect(square({ d: wide }).sidesM).toEqual(wide)
  })

  test('two coefficients of a rectangle are for its two directions', () => {
    expect(square({ Cd: [1.6, 2] }).transverseDrag).toEqual({
      listed: false,
      values: [
        [1.6, 2],
        [1.6, 2],
      ],
    })
  })

  test('as many coefficients of a circle as it has stations are one a station', () => {
    expect(round({ Cd: [1, 2, 3, 4] }).transverseDrag).toEqual({
      listed: true,
      values: [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
    })
  })

  test('a heading is one copy, a list is one each', () => {
    expect(round({ heading: 30 }).headingsDeg).toEqual([30])
    expect(round({ heading: [30, 60] }).headingsDeg).toEqual([30, 60])
    expect(round({ heading: undefined }).headingsDeg).toBe(null)
  })

  test('a case with lists has several trains, and what is no list holds for all', () => {
    const read = readCaseFile({
      both: { wave_spectrum: 'JONSWAP', wave_height: [4, 2], wave_period: [10, 14], wave_heading: 0 },
    })
    expect(read.ok && read.value[0]!.input.waves).toEqual([
      { spectrum: 'JONSWAP', periodS: 10, heightM: 4, headingDeg: 0, gamma: 0 },
      { spectrum: 'JONSWAP', periodS: 14, heightM: 2, headingDeg: 0, gamma: 0 },
    ])
  })
})

describe('what RAFT refuses or ignores is read where its meaning is clear', () => {
  test.each([2, '3', 'rigid', undefined])('a member of type %s', (type) => {
    expect(round({ type }).name).toBe('round')
  })

  test('an end on the still water', () => {
    expect(texts(given([0, 0, 0], 'platform', 'members', 0, 'rB'))).toEqual([
      'platform.members[0].rB: an end on the still water; RAFT itself refuses such a member',
    ])
  })

  test.each(['384.243e6', ' +3.84243E8 ', '384_243_000', 384243000])('a stiffness of %j', (stiffness) => {
    const file = given(stiffness, 'mooring', 'line_types', 0, 'stiffness')
    expect(designOf(file).mooring!.types[0]!.stiffnessN).toBe(384243000)
  })

  test('lists of one for the only rotor', () => {
    expect(designOf(given([350000], 'turbine', 'mRNA')).turbine!.massKg).toBe(350000)
  })

  test('members without a platform, as in the tests of RAFT', () => {
    const file = { members: [{ name: 'a', rA: [0, 0, -9], rB: [0, 0, 1], shape: 'c', stations: [0, 1], d: 2 }] }
    expect(designOf(file).platform.members).toHaveLength(1)
    expect(texts(file)).toEqual([
      'members: without `platform`: taken as the members of one',
      'site: nothing is said of it: 600 m of water',
    ])
  })

  test('the height of the hub from the reference point of rotor and nacelle', () => {
    const file = replaced(without('turbine', 'hHub'), ['turbine', 'rRNA'], [0, 0, 89])
    expect(designOf(file).turbine!.hubHeightM).toBeCloseTo(89 + 5 * Math.sin((5 * Math.PI) / 180), 12)
  })
})

describe('mistakes are said with the key, what was expected and what was found', () => {
  test.each<[Place, unknown, string]>([
    [
      ['platform', 'members', 1, 'd'],
      'abc',
      'platform.members[1].d: expected a number of at least 0, a list of 2 or a list of 2 pairs, found "abc"',
    ],
    [
      ['platform', 'members', 0, 'd'],
      [1, 2],
      'platform.members[0].d: expected a number of at least 0 or a list of 4, found [1,2]',
    ],
    [['platform', 'members', 0, 'd', 2], 'x', 'platform.members[0].d[2]: expected a number of at least 0, found "x"'],
    [
      ['platform', 'members', 0, 'Cd'],
      [1, 2],
      'platform.members[0].Cd: expected a number, a list of 4 or a list of 4 pairs, found [1,2]',
    ],
    [['platform', 'members', 0, 'shape'], 'oval', 'platform.members[0].shape: expected `circ` or `rect`, found "oval"'],
    [
      ['platform', 'members', 0, 'rB'],
      [0, 0, -20],
      'platform.members[0].rB: expected another point than rA, found [0,0,-20]',
    ],
    [
      ['platform', 'members', 0, 'stations'],
      [0, 3, 2, 4],
      'platform.members[0].stations: expected at least 2 numbers in ascending order, found [0,3,2,4]',
    ],
    [
      ['platform', 'members', 0, 't'],
      7,
      'platform.members[0].t: expected at most half the width (6 m at station 2), found 7',
    ],
    [
      ['platform', 'members', 0, 'l_fill'],
      [7, 0, 7],
      'platform.members[0].l_fill: expected at most 6, the length of section 0, found 7',
    ],
    [
      ['platform', 'members', 0, 'cap_stations'],
      [-21, 0, 1],
      'platform.members[0].cap_stations[0]: expected a number from -20 to 12, found -21',
    ],
    [['platform', 'members', 0, 'dlsMax'], 0, 'platform.members[0].dlsMax: expected a number above 0, found 0'],
    [
      ['platform', 'members', 0, 'dlsMax'],
      0.001,
      'platform.members[0].dlsMax: expected a length that gives all members together at most 20000 strips ' +
        'at this many frequencies, found 0.001, which gives 64043',
    ],
    [
      ['mooring', 'points', 1, 'name'],
      'anchor',
      'mooring.points[1].name: expected another name than that of mooring.points[0], found "anchor"',
    ],
    [['platform', 'members'], [], 'platform.members: expected at least one member, found []'],
    [['platform'], undefined, 'platform: expected an object with keys, found nothing'],
    [['site', 'water_depth'], undefined, 'site.water_depth: expected a number above 0, found nothing'],
    [['settings', 'nIter'], 2.5, 'settings.nIter: expected an integer from 0 to 10000, found 2.5'],
    [['settings', 'min_freq'], 1e-9, 'settings.min_freq: expected at most 20000 bins up to max_freq, found 1e-9'],
    [['turbine', 'mRNA'], undefined, 'turbine.mRNA: expected a number of at least 0, found nothing'],
    [['turbine', 'aeroServoMod'], 3, 'turbine.aeroServoMod: expected one of 0, 1, 2, found 3'],
    [['turbine', 'blade', 'geometry', 1], [1, 2], 'turbine.blade.geometry[1]: expected 5 numbers, found [1,2]'],
    [
      ['turbine', 'blade', 'airfoils', 1, 1],
      'fat',
      'turbine.blade.airfoils[1][1]: expected the name of one of `turbine.airfoils`, found "fat"',
    ],
    [['turbine', 'wt_ops', 'pitch_op'], [0], 'turbine.wt_ops.pitch_op: expected a list of 3, as v, found [0]'],
    [
      ['mooring', 'points', 0, 'type'],
      'nailed',
      'mooring.points[0].type: expected `fixed`, `vessel` or `free`, found "nailed"',
    ],
    [
      ['mooring', 'points', 0, 'location'],
      [400, 0, -101],
      'mooring.points[0].location: expected a height of at least -100, the bed, found -101',
    ],
    [
      ['mooring', 'lines', 0, 'endA'],
      'hook',
      'mooring.lines[0].endA: expected the name of one of `mooring.points`, found "hook"',
    ],
    [['mooring', 'lines', 0, 'length'], -1, 'mooring.lines[0].length: expected a number above 0, found -1'],
    [['mooring'], { file: 'moor.dat' }, 'mooring.file: expected `points`, `lines` and `line_types`, found "moor.dat"'],
    [['cases', 'data', 0], [1], 'cases.data[0]: expected a row of 14, as keys, found [1]'],
    [
      ['cases', 'data', 0, 6],
      'PM',
      'cases.data[0].wave_spectrum: expected `JONSWAP`, `unit`, `constant` or `still`, found "PM"',
    ],
    [['cases', 'data', 1, 8], [4], 'cases.data[1].wave_height: expected a list of 2, as other waves, found [4]'],
  ])('%j = %j', (place, value, message) => {
    const read = readDesign(given(value, ...place))
    expect(read.ok ? [] : read.error.map(problemText)).toContain(message)
  })

  test('all mistakes are told at once', () => {
    const file = replaced(given('deep', 'site', 'water_depth'), ['mooring', 'lines', 1, 'length'], 'long')
    const read = readDesign(file)
    expect(read.ok ? [] : read.error.map(({ path }) => path)).toEqual(['site.water_depth', 'mooring.lines[1].length'])
  })

  const ALL = valuesIn(FULL)

  test.each([
    ['an object', { wrong: true }],
    ['a list of texts', ['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'wrong']],
    ['a truth', true],
    ['a word', 'wrong!'],
  ])('every value in turn replaced by %s', (_, wrong) => {
    const silent = ALL.filter(({ place, value }) => {
      if (mayBe(place, value, wrong)) return false
      const { problems } = examineDesign(given(wrong, ...place))
      const path = pathOf(place)
      return !problems.some((problem) => path.startsWith(problem.path) || problem.path.startsWith(tablePath(place)))
    })
    expect(silent.map(({ place }) => pathOf(place))).toEqual([])
  })

  test('every number in turn replaced by one that is none', () => {
    const numbers = ALL.filter(({ value }) => typeof value === 'number')
    const silent = numbers.filter(({ place }) => texts(given(Number.NaN, ...place)).length === 0)
    expect(silent.map(({ place }) => pathOf(place))).toEqual([])
  })

  test('nothing that JSON can say makes the reader stumble', () => {
    const place = fc.constantFrom(...ALL.map((each) => each.place))
    fc.assert(
      fc.property(place, fc.jsonValue(), (at, value) => {
        const { design, problems } = examineDesign(given(value, ...at))
        expect(design === null).toBe(problems.some(({ severity }) => severity === 'error'))
      }),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readDesign(value).ok).toBe(false)
      }),
    )
  })
})

/** A text is a text, a flag a flag, an object an object; and a line may have a text behind any further key. */
function mayBe(place: Place, value: unknown, wrong: unknown): boolean {
  if (['cost', 'transverse_drag'].includes(String(place.at(-1)))) return typeof wrong === 'string'
  if (Array.isArray(value) || Array.isArray(wrong)) return false
  return typeof value === typeof wrong && typeof value !== 'object'
}

/** A cell of the table of cases is told by its key. */
function tablePath(place: Place): string {
  const [first, , row, column] = place
  if (first !== 'cases') return pathOf(place)
  const keys = (FULL.cases as { keys: readonly string[] }).keys
  return typeof column === 'number' ? `cases.data[${row}].${keys[column]}` : 'cases'
}

describe('what has no effect is told', () => {
  const objects = [{ place: [] as Place, value: FULL as unknown }, ...valuesIn(FULL)].filter(
    ({ value, place }) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && !place.includes('line_types'),
  )

  test.each(objects.map(({ place }) => [pathOf(place), place] as const))('an unknown key in %s', (path, place) => {
    const problems = texts(given(1, ...place, 'zzz_unheard'))
    expect(problems).toEqual([`${path === '' ? '' : `${path}.`}zzz_unheard: unknown key, not used`])
  })

  test('a slip is guessed', () => {
    const file = replaced(without('platform', 'members', 1, 'gamma'), ['platform', 'members', 1, 'gama'], 15)
    expect(texts(file)).toEqual(['platform.members[1].gama: unknown key, not used; did you mean `gamma`?'])
  })

  test.each<[Place, unknown, string]>([
    [['platform', 'potModMaster'], 2, 'platform.potModMaster: not modelled: all members have strip theory'],
    [
      ['platform', 'members', 0, 'type'],
      'beam',
      'platform.members[0].type: the member is taken as rigid: this model has no flexible ones',
    ],
    [
      ['platform', 'members', 1, 'MCF'],
      true,
      'platform.members[1].MCF: only for circular members; not used here, as in RAFT',
    ],
    [
      ['turbine', 'overhang'],
      5,
      'turbine.overhang: positive: a downwind rotor since RAFT 1.4; an upwind one has a negative value',
    ],
    [['site', 'shearExp'], 0.2, 'site.shearExp: RAFT reads shearExp_air and shearExp_water'],
    [['mooring', 'moorMod'], 1, 'mooring.moorMod: not modelled: lines are quasi-static, without current'],
    [
      ['site', 'water_depth'],
      200,
      'mooring.water_depth: 100 m, but the site has 200 m: lines and waves have their own bed',
    ],
    [['array'], {}, 'array: not modelled: there is one turbine'],
    [['joints'], [], 'joints: not modelled: the platform is rigid'],
    [
      ['platform', 'members', 1, 'name'],
      'round',
      'platform.members[1].name: the same name as that of platform.members[0]',
    ],
    [['turbine', 'hHub'], -20, 'turbine.hHub: a rotor under water is not modelled: only its mass counts'],
    [['turbine', 'nacelle'], {}, 'turbine.nacelle: not modelled: water does not act on the nacelle'],
  ])('%j = %j', (place, value, text) => {
    expect(texts(given(value, ...place))).toEqual([text])
  })
})

describe('what is written is read as the same design', () => {
  test.each(DESIGN_IDS)('%s, which ships', (id) => {
    const design = shipped(id)
    expect(designOf(JSON.parse(JSON.stringify(writeDesign(design))))).toEqual(design)
    expect(texts(writeDesign(design))).toEqual([])
  })

  test('the file with every key', () => {
    const design = designOf(FULL)
    expect(designOf(writeDesign(design))).toEqual(design)
  })

  test('any members, to the last bit', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const design = designOf(file)
        expect(designOf(writeDesign(design))).toEqual(design)
      }),
      { numRuns: 200 },
    )
  })

  test('bulkheads one rounding apart, to the last bit', () => {
    const place = { name: 'a', shape: 'circ', rA: [0, 0, 0], rB: [0, 0, 301], stations: [-6, -3], d: 1 }
    const member = { ...place, cap_stations: [-3, -3.0000000000000004], cap_t: 0 }
    const design = designOf({ site: { water_depth: 50 }, platform: { members: [member] } })
    expect(designOf(writeDesign(design))).toEqual(design)
  })

  test('stations of a file come back as it had them', () => {
    const members = writeDesign(designOf(FULL)).platform as { members: readonly Record<string, unknown>[] }
    expect(members.members[0]).toMatchObject({
      stations: [-20, -14, -14, 12],
      l_fill: [5, 0, 7],
      cap_stations: [-20, -14, 12],
      Cd: [0.6, 0.7, 0.8, 0.9],
      dlsMax: 2,
    })
  })
})
