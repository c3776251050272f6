import { expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import type { DOFS } from '../contract.ts'
import type { FloatingProtocol } from '../machine.ts'
import { floatingLab } from '../world.ts'
import * as brokenLine from './broken-line.ts'
import { CARDS } from './cards.ts'
import * as drag from './drag.ts'
import * as heave from './heave.ts'
import {
  dimension,
  inSea,
  inWind,
  metacentricHeight,
  motion,
  motionOf,
  offset,
  period,
  planeHeight,
  rounded,
  seaOf,
  solvedOf,
  stateOf,
  tension,
  weightHeight,
} from './look.ts'
import * as pitchPeriod from './pitch-period.ts'
import * as thrust from './thrust.ts'
import * as upright from './upright.ts'

const room = classroomOf(floatingLab)
const { placeOf, enter, solved, scoreOf } = room

type Dof = (typeof DOFS)[number]

/** What a learner may set, whatever the design is: what it has not is refused. */
const SETS = [
  'spar.ballast1 50m',
  'spar.ballast1 20m',
  'spar.ballast-density1 2000kg/m3',
  'column.ballast 8m',
  'column.draft 22m',
  'column.ca-end 0.9',
  'platform.spacing 48m',
  'platform.spacing 30m',
  'lines.length 840m',
  'line_3.length 700m',
]

proveLessons(room, {
  order: ['upright', 'pitch-period', 'heave', 'drag', 'thrust', 'broken-line'],
  cards: CARDS,
  answers: [
    // The centre of gravity rises, and everything else stays: GM = KB + BM - KG.
    ['upright/1', 'less'],
    // Its centre of gravity lies above that of buoyancy.
    ['upright/4', 'plane'],
    // The sea that is nearest to the natural period of 10.2 s.
    ['pitch-period/1', '10'],
    // A longer period leaves the sea behind; a shorter one from above meets it.
    ['pitch-period/2', 'less'],
    ['pitch-period/4', 'more'],
    ['pitch-period/5', 'above'],
    // T grows when the water-plane shrinks.
    ['heave/2', 'longer'],
    // At resonance only damping is left.
    ['heave/3', 'double'],
    // Far from resonance nothing but inertia answers.
    ['drag/2', 'surge'],
    ['drag/4', 'many'],
    // Rated wind of the turbine is 10.6 m/s.
    ['thrust/2', '11'],
    ['thrust/4', 'waves'],
    // Two lines at 60 degrees share the thrust: each carries less than all of it and its partners' pull.
    ['broken-line/1', 'half'],
    ['broken-line/2', 'sideways'],
    // Two lines balance each other between their own anchors.
    ['broken-line/3', 'half'],
  ],
  // What capsizes, heels beyond what is linear, or has nothing that holds it.
  breaking: ['upright/0', 'upright/5', 'pitch-period/0', 'broken-line/5'],
  lines: {
    dimension: (_, choice) => `set ${pick(SETS, choice)}`,
    sea: (_, choice) => `sea ${pick(['hs 1m', 'hs 9m tp 14s', 'tp 20s', 'heading 40deg'], choice)}`,
    status: (_, choice) => `status ${pick(['parked', 'operating'], choice)}`,
    control: (_, choice) => `control ${pick(['off', 'fixed', 'on'], choice)}`,
    'cut-line': (_, choice) => `cut line ${1 + (choice % 3)}`,
    'mend-line': (_, choice) => `mend line ${1 + (choice % 3)}`,
  },
  detours: {
    'upright/3': [['set spar.ballast1 70m']],
    'upright/5': [['set platform.spacing 30m']],
    'upright/6': [['set spar.diameter 9m'], ['set spar.ballast1 70m'], ['set spar.ballast1 10m']],
    'pitch-period/3': [['set column.ballast 25m'], ['set column.ca 0.5']],
    'pitch-period/6': [
      ['set column.ballast 25m'],
      ['set column.ca 0.5'],
      ['set column.ballast 9m'],
      [
        'set column.ballast 9.345m',
        'set column.ballast-density 1300kg/m3',
        'set column.ballast 12.74m',
        'set column.ballast-density 1000kg/m3',
        'set column.ballast 15.5m',
        'set column.ballast-density 900kg/m3',
      ],
    ],
    'heave/4': [['set column.cd-end 8']],
    'heave/6': [
      ['set column.diameter 6m'],
      ['set column.cd-end 2'],
      ['set column.draft 26m'],
      ['set platform.spacing 40m'],
    ],
    'drag/3': [['sea hs 1m']],
    'thrust/3': [['control off']],
    'thrust/5': [['set platform.spacing 30m'], ['set turbine.mass 900000kg'], ['set platform.spacing 70m']],
    'broken-line/4': [
      ['cut line 1', 'cut line 2'],
      ['cut line 1', 'cut line 2', 'cut line 3'],
    ],
    'broken-line/6': [['set lines.length 400m'], ['set lines.length 830m']],
  },
  wanderers: 25,
})

// ---- What outcomes compare with ------------------------------------------------------------------------------------

test('the launched spar has the metacentric height that the lesson compares with', () => {
  expect(metacentricHeight(enter(placeOf('upright/2')).sim)).toBeCloseTo(upright.LAUNCHED_GM_M, 2)
})

test('with line 2 broken the platform rests where the challenge begins', () => {
  expect(offset(enter(placeOf('broken-line/6')).sim)).toBeCloseTo(brokenLine.BEFORE_M, 1)
})

test('the heave period is that of its formula', () => {
  const { sim } = enter(placeOf('heave/1'))
  const { massKg, addedMass, waterplaneAreaM2 } = solvedOf(sim).prepared.hull.statics
  const spring = 1025 * 9.81 * waterplaneAreaM2
  expect(2 * Math.PI * Math.sqrt((massKg + addedMass[14]!) / spring)).toBeCloseTo(period(sim, 'heave'), 0)
})

test('the lean is moment over stiffness, less what the lines hold', () => {
  const { sim } = enter(placeOf('thrust/1'))
  const { moment, stiffness } = balance(sim)
  const free = (moment / stiffness) * (180 / Math.PI)
  expect(motion(sim, 'pitch').avg).toBeLessThan(free)
  expect(motion(sim, 'pitch').avg).toBeGreaterThan(0.8 * free)
})

// ---- Scores --------------------------------------------------------------------------------------------------------

const best = (name: string) => {
  const { lines, untilUs } = placeOf(name).step.solution
  return { lines, untilUs, score: present(scoreOf(name, lines, untilUs), 'a score') }
}

test('upright: denser ballast is worth more, and off its draft nothing counts', () => {
  const { lines, untilUs, score } = best('upright/6')
  expect(score).toBe(22)
  expect(scoreOf('upright/6', [...lines, 'at 4s set spar.ballast1 34m'], untilUs)).toBe(22)
  const more = ['at 4s set spar.ballast1 34m', 'at 4.1s set spar.ballast-density1 2800kg/m3']
  expect(scoreOf('upright/6', [...lines, ...more], untilUs)).toBeGreaterThan(22)
})

test('pitch-period: half of the way is worth less, and coefficients nothing', () => {
  const { lines, untilUs, score } = best('pitch-period/6')
  expect(score).toBeGreaterThan(80)
  expect(score).toBeLessThan(100)
  expect(scoreOf('pitch-period/6', ['at 2.5s set column.cd 20'], untilUs)).toBeNull()
  expect(scoreOf('pitch-period/6', lines.slice(0, 2), untilUs)).toBeNull()
})

test('heave: the thinner the columns, the calmer, while they stand', () => {
  const { untilUs, score } = best('heave/6')
  expect(score).toBeGreaterThan(35)
  expect(scoreOf('heave/6', ['at 2.5s set column.cd-end 20'], untilUs)).toBeNull()
})

test('drag: the passes are counted, the best sea stays', () => {
  const { lines, untilUs, score } = best('drag/5')
  expect(score).toBeGreaterThanOrEqual(drag.MANY_PASSES)
  expect(scoreOf('drag/5', [...lines, 'at 4s sea hs 6m tp 10s'], untilUs)).toBe(score)
})

test('thrust: a platform that swings too quickly does not count', () => {
  const { lines, untilUs, score } = best('thrust/5')
  expect(score).toBeGreaterThanOrEqual(thrust.GOAL_PERCENT)
  expect(scoreOf('thrust/5', [...lines, 'at 4s set platform.spacing 80m'], untilUs)).toBe(score)
  expect(scoreOf('thrust/5', ['at 3s set platform.spacing 80m'], untilUs)).toBeNull()
})

test('broken-line: more chain for line 3 brings it nearer, shorter lines take it away', () => {
  const { untilUs, score } = best('broken-line/6')
  expect(score).toBeGreaterThan(scoreOf('broken-line/6', ['at 3s set line_3.length 900m'], untilUs) ?? 0)
  expect(scoreOf('broken-line/6', ['at 3s set lines.length 830m'], untilUs)).toBeNull()
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** Moment of the wind about the origin, and what water and weight have against it in pitch. */
function balance(sim: ReturnType<typeof enter>['sim']) {
  const { prepared, solution } = solvedOf(sim)
  const { weightStiffness, hydrostaticStiffness } = prepared.hull.statics
  return {
    moment: present(solution.rotor, 'a rotor').force6[4]!,
    stiffness: weightStiffness[28]! + hydrostaticStiffness[28]!,
  }
}

/** What can be measured in a world, as prose tells it. */
function facts({ sim }: ReturnType<typeof room.enter>) {
  const { statics } = solvedOf(sim).prepared.hull
  const { rotor, iterations } = solvedOf(sim).solution
  const std = (dof: Dof, decimals = 2) => rounded(motion(sim, dof).std, decimals)
  const thousandTonnes = (kg: number) => rounded(kg / 1e6, 1)
  const turbine = solvedOf(sim).input.design.turbine
  return {
    sim,
    gm: rounded(metacentricHeight(sim), 1),
    bm: rounded(planeHeight(sim), 2),
    bg: rounded(weightHeight(sim), 2),
    gravity: rounded(-statics.centreOfGravity[2], 1),
    buoyancy: rounded(-statics.centreOfBuoyancy[2], 1),
    volume: Math.round(statics.displacedM3),
    plane: Math.round(statics.waterplaneAreaM2),
    /** Diameter of a single column at the water. */
    waterline: rounded(Math.sqrt((4 * statics.waterplaneAreaM2) / Math.PI), 2),
    spring: rounded((1025 * 9.81 * statics.waterplaneAreaM2) / 1e6, 1),
    mass: thousandTonnes(statics.massKg),
    addedInHeave: thousandTonnes(statics.addedMass[14]!),
    hub: Math.round(turbine?.hubHeightM ?? 0),
    rotorM: Math.round(2 * (turbine?.rotor?.tipRadiusM ?? 0)),
    dimension: (name: string) => rounded(dimension(sim, name) ?? Number.NaN, 2),
    std,
    avg: (dof: Dof, decimals = 1) => rounded(motion(sim, dof).avg, decimals),
    period: (dof: Dof) => rounded(period(sim, dof), 1),
    hs: seaOf(sim).heightM,
    tp: seaOf(sim).periodS,
    gamma: seaOf(sim).gamma,
    wind: stateOf(sim).input.loads.windMps,
    thrustKn: Math.round((rotor?.force6[0] ?? 0) / 1000),
    tensionMn: (line: number) => rounded(tension(sim, line).avg / 1e6, 2),
    passes: iterations,
    inSea: (dof: Dof, change: Parameters<typeof inSea>[1], decimals = 1) =>
      rounded(motionOf(inSea(sim, change), dof).std, decimals),
    lean: (windMps: number) => rounded(motionOf(inWind(sim, windMps), 'pitch').avg, 1),
  }
}

/** A step after its solution, and at its entry. */
function measured(place: Place<FloatingProtocol>) {
  const desk = solved(place)
  return { ...facts(desk), atEntry: facts(enter(place)), act: textOf(desk).act }
}

proveNumbers(room, measured, {
  'upright/0': [
    ['52.9 m of rock', (run) => run.atEntry.dimension('spar.ballast1')],
    ['At 3 s', (run) => run.act('dimension')],
    ['1000 kg/m3', (run) => run.dimension('spar.ballast-density1')],
    ['instead of 1800', (run) => run.atEntry.dimension('spar.ballast-density1')],
  ],
  'upright/1': [
    ['1400 kg/m3', (run) => run.dimension('spar.ballast-density1')],
    ['68 m high', (run) => run.dimension('spar.ballast1')],
    ['from 78.0 m to 71.9 m', (run) => [run.atEntry.gravity, run.gravity]],
    ['from 16.0 m to 9.9 m', (run) => [run.atEntry.gm, run.gm]],
  ],
  'upright/2': [
    ['6.5 m thick', (run) => run.waterline],
    ['displaces 8029 m3', (run) => run.volume],
    ['height of 16.0 m', (run) => run.gm],
    ['0.01 m', (run) => run.bm],
    ['15.97 m', (run) => run.bg],
  ],
  'upright/3': [['below 6 m', () => upright.EDGE_M]],
  'upright/4': [
    ['20 m of draft', (run) => run.dimension('column.draft')],
    ['turbine 150 m', (run) => run.hub],
    ['lies 2.2 m', (run) => run.gravity],
    ['at 13.5 m', (run) => run.buoyancy],
    ['25.4 m', (run) => rounded(run.bm, 1)],
    ['11.3 m', (run) => rounded(-run.bg, 1)],
    ['14.1 m', (run) => run.gm],
  ],
  'upright/5': [['51.75 m', (run) => run.atEntry.dimension('platform.spacing')]],
  'upright/6': [
    ['within 2 m', () => upright.DRAFT_M],
    ['20 m are', () => upright.DEEP_M],
  ],
  'pitch-period/0': [
    [
      '10 m wide and 20 m deep',
      (run) => [run.atEntry.dimension('column.diameter'), run.atEntry.dimension('column.draft')],
    ],
    ['waves of 2 m', (run) => run.atEntry.hs],
    ['every 6 s', (run) => run.atEntry.tp],
    ['by 1.6 degrees', (run) => run.atEntry.std('pitch', 1)],
    ['At 3 s', (run) => run.act('sea', 1)],
    ['every 10 s', (run) => run.tp],
  ],
  'pitch-period/1': [
    ['all 1 m high', (run) => run.hs],
    ['every 6, 10, 14 and 20 s', () => pitchPeriod.PERIODS_S],
    ['every 10.2 s', (run) => run.period('pitch')],
    ['4.4 degrees at 10 s', (run) => [run.inSea('pitch', { periodS: 10 }), 10]],
    ['0.8 at 6 s', (run) => [run.inSea('pitch', { periodS: 6 }), 6]],
    ['2.2 at 20 s', (run) => [run.inSea('pitch', { periodS: 20 }), 20]],
  ],
  'pitch-period/2': [
    ['At 3 s', (run) => run.act('dimension')],
    ['from 3.4 m to 1.0 m', (run) => [run.atEntry.gm, run.gm]],
    ['1 m, every 10 s', (run) => [run.hs, run.tp]],
    ['From 4.4 degrees to 0.6', (run) => [run.atEntry.std('pitch', 1), run.std('pitch', 1)]],
    ['every 15.0 s instead of 10.2 s', (run) => [run.period('pitch'), run.atEntry.period('pitch')]],
  ],
  'pitch-period/3': [
    ['2π', () => 2],
    ['to 13 s', () => pitchPeriod.SLOW_S],
    ['within 1 m', () => pitchPeriod.DRAFT_M],
  ],
  'pitch-period/4': [
    ['every 25.3 s', (run) => run.atEntry.period('pitch')],
    ['at 3 s', (run) => run.act('dimension')],
    ['from 51.75 m to 80 m', (run) => [run.atEntry.dimension('platform.spacing'), run.dimension('platform.spacing')]],
    ['from 14 m to 36 m', (run) => [Math.round(run.atEntry.gm), Math.round(run.gm)]],
    ['swell of 2 m', (run) => run.hs],
    ['every 17 s', (run) => run.tp],
    ['From 0.5 degrees to 1.0', (run) => [run.atEntry.std('pitch', 1), run.std('pitch', 1)]],
    ['to 18.5 s', (run) => run.period('pitch')],
  ],
  'pitch-period/5': [
    // The band of wind seas and swell is what the ocean has, not the model.
    ['every 5 to 14 s', () => [5, 14]],
    ['about 20 s', () => 20],
    ['waves of 6 m with', (run) => run.hs],
    ['every 12 s', (run) => run.tp],
    ['29.5 s', (run) => run.period('pitch')],
    ['waves of 6 m pitch', (run) => run.hs],
    ['by 0.5 degrees', (run) => run.std('pitch', 1)],
  ],
  'pitch-period/6': [
    ['Waves of 1 m, every 10 s', (run) => [run.hs, run.tp]],
    ['60 % less', () => pitchPeriod.GOAL_PERCENT],
    ['within 1 m', () => pitchPeriod.DRAFT_M],
    ['with 0.5 m', () => pitchPeriod.LEAST_GM_M],
  ],
  'heave/0': [
    ['waves of 4 m', (run) => run.atEntry.hs],
    ['every 10 s', (run) => run.atEntry.tp],
    ['of 1 m', (run) => run.atEntry.hs / 4],
    ['by 0.27 m', (run) => run.atEntry.std('heave')],
    ['At 3 s', (run) => run.act('sea', 1)],
    ['every 17 s', (run) => run.tp],
  ],
  'heave/1': [
    ['2π', () => 2],
    ['447 m2', (run) => run.plane],
    ['4.5 MN', (run) => run.spring],
    ['19.4 thousand', (run) => run.mass],
    ['12.0 thousand', (run) => run.addedInHeave],
    ['16.5 s', (run) => run.period('heave')],
  ],
  'heave/2': [
    ['At 3 s', (run) => run.act('dimension')],
    ['10 m instead of 12.5 m', (run) => [run.dimension('column.diameter'), run.atEntry.dimension('column.diameter')]],
    ['from 447 m2 to 314 m2', (run) => [run.atEntry.plane, run.plane]],
    ['From 16.5 s to 19.1 s', (run) => [run.atEntry.period('heave'), run.period('heave')]],
    ['from 1.17 m to 0.75 m', (run) => [run.atEntry.std('heave'), run.std('heave')]],
    ['from 14.1 m to 6.0 m', (run) => [run.atEntry.gm, run.gm]],
  ],
  'heave/3': [
    ['feet of 24 m', (run) => run.dimension('column.diameter')],
    ['16.6 s', (run) => run.period('heave')],
    ['At 3 s', (run) => run.act('dimension')],
    ['From 1.3 m to 3.3 m', (run) => [run.atEntry.std('heave', 1), run.std('heave', 1)]],
  ],
  'heave/4': [
    ['0.6', (run) => run.atEntry.dimension('column.ca-end')],
    ['to 19 s', () => heave.SLOW_S],
  ],
  'heave/5': [
    ['swell of 4 m', (run) => run.hs],
    ['by 0.21 m', (run) => run.std('heave')],
    ['33 m2', (run) => run.plane],
    ['8 thousand', (run) => Math.round(run.mass)],
    ['30.8 s', (run) => run.period('heave')],
    ['2π', () => 2],
    ['22 s for 120 m', (run) => [Math.round(2 * Math.PI * Math.sqrt(120 / 9.81)), run.dimension('spar.draft')]],
  ],
  'heave/6': [
    ['30 % less', () => heave.GOAL_PERCENT],
    ['within 3 m', () => heave.DRAFT_M],
    ['5 m of', () => heave.LEAST_GM_M],
  ],
  'drag/0': [
    ['At 3 s', (run) => run.act('sea', 1)],
    ['from 2 m to 4 m', (run) => [run.atEntry.hs, 4]],
    ['at 4 s to 8 m', (run) => [run.act('sea', 3.5), run.hs]],
    [
      '0.37 m, 0.29 m, 0.23 m',
      (run) => [2, 4, 8].map((heightM) => rounded(run.inSea('heave', { heightM }, 3) / heightM, 2)),
    ],
  ],
  'drag/1': [
    ['Waves of 4 m', (run) => run.atEntry.hs],
    ['by 1.17 m', (run) => run.atEntry.std('heave')],
    ['At 3 s', (run) => run.act('sea', 1)],
    ['are 8 m', (run) => run.hs],
    ['1.88 m', (run) => run.std('heave')],
    ['1.6 times', (run) => rounded(run.std('heave') / run.atEntry.std('heave'), 1)],
  ],
  'drag/2': [
    ['from 4 m to 8 m at 3 s', (run) => [run.atEntry.hs, run.hs, run.act('sea', 1)]],
    ['every 17 s', (run) => run.tp],
    ['16.5 s', (run) => run.period('heave')],
    ['140 s', (run) => Math.round(run.period('surge'))],
    ['from 0.73 m to 1.45 m', (run) => [run.atEntry.std('surge'), run.std('surge')]],
  ],
  'drag/3': [
    ['at least 2 m', () => drag.LEAST_WAVES_M],
    [
      '1.6 times',
      (run) => rounded(run.atEntry.inSea('heave', { heightM: 8 }, 3) / run.atEntry.inSea('heave', {}, 3), 1),
    ],
    ['to 3 %', () => rounded(100 * (1 - drag.PROPORTIONAL))],
  ],
  'drag/4': [
    ['waves of 1 m', (run) => run.hs],
    ['every 17 s', (run) => run.tp],
    ['19 passes', (run) => run.passes],
  ],
  'drag/5': [
    ['goal is 18', () => drag.MANY_PASSES],
    ['0.1 m high', () => 0.1],
  ],
  'thrust/0': [
    ['242 m', (run) => run.rotorM],
    ['At 3 s', (run) => run.act('wind', 1)],
    ['from 6 m/s to 11 m/s', (run) => [run.atEntry.wind, run.wind]],
    ['from 1.8 to 5.0 degrees', (run) => [run.atEntry.avg('pitch'), run.avg('pitch')]],
    ['1936 kN', (run) => run.thrustKn],
    ['150 m', (run) => run.hub],
  ],
  'thrust/1': [
    ['At 11 m/s', (run) => run.wind],
    ['296 MNm', (run) => Math.round(balance(run.sim).moment / 1e6)],
    ['48 MNm', (run) => Math.round((balance(run.sim).stiffness / 1e6) * (Math.PI / 180))],
    ['5.0 degrees', (run) => run.avg('pitch')],
    [
      '296 / 48 = 6.2',
      (run) => [296, 48, rounded((balance(run.sim).moment / balance(run.sim).stiffness) * (180 / Math.PI), 1)],
    ],
  ],
  'thrust/2': [
    ['6, 8, 11, 14 and 24 m/s', () => thrust.WINDS_MPS],
    ['At 11 m/s', () => 11],
    ['5.0 degrees', (run) => run.lean(11)],
    ['3.7 degrees at 14 m/s', (run) => [run.lean(14), 14]],
    ['2.2 at 24 m/s', (run) => [run.lean(24), 24]],
  ],
  'thrust/3': [
    ['At 11 m/s', (run) => run.wind],
    ['by 5.0 degrees', (run) => run.atEntry.avg('pitch')],
  ],
  'thrust/4': [
    ['At 3 s', (run) => run.act('wind', 2)],
    ['of 50 m/s', (run) => run.wind],
    ['waves of 12 m', (run) => run.hs],
    ['every 15 s', (run) => run.tp],
    ['made 5.0 degrees', () => facts(enter(placeOf('thrust/3'))).avg('pitch')],
    ['0.67 degrees against 0.47', (run) => [run.std('pitch'), run.avg('pitch', 2)]],
    ['126 kN', (run) => run.thrustKn],
  ],
  'thrust/5': [
    ['35 % less at 11 m/s', (run) => [thrust.GOAL_PERCENT, run.wind]],
    ['at 20 s', () => thrust.LEAST_PERIOD_S],
  ],
  'broken-line/0': [
    ['with 10 m/s', (run) => run.wind],
    ['line 1, which', () => 1],
    ['3.96 MN', (run) => run.atEntry.tensionMn(1)],
    ['19 m downwind', (run) => Math.round(run.atEntry.avg('surge'))],
    ['At 3 s line 1', (run) => [run.act('cut-line'), 1]],
  ],
  'broken-line/1': [
    ['line 1 carried 3.96 MN', (run) => [1, run.atEntry.tensionMn(1)]],
    ['lines 2 and 3', () => [2, 3]],
    ['about 2 MN', (run) => Math.round(run.atEntry.tensionMn(2))],
    ['803 m', (run) => Math.round(run.avg('surge'))],
    ['does line 2 carry', () => 2],
    ['2.93 MN', (run) => run.tensionMn(2)],
    ['1929 kN', (run) => run.thrustKn],
    ['Line 1 had', () => 1],
    ['lines 2 and 3', () => [2, 3]],
  ],
  'broken-line/2': [
    ['line 2 breaks', () => 2],
    ['at 3 s', (run) => run.act('cut-line')],
    ['69 m', (run) => Math.round(-run.avg('sway'))],
    ['685 kg/m', (run) => run.dimension('lines.mass')],
    ['line 3', () => 3],
    ['line 1', () => 1],
  ],
  'broken-line/3': [
    ['Line 1 is', () => 1],
    ['803 m', (run) => Math.round(run.atEntry.avg('surge'))],
    ['At 3 s', (run) => run.act('status')],
    ['To 459 m', (run) => Math.round(run.avg('surge'))],
    ['Without line 1', () => 1],
  ],
  'broken-line/4': [['within 25 m', () => brokenLine.HOME_M]],
  'broken-line/5': [
    ['Lines 2 and 3', () => [2, 3]],
    ['on line 1', () => 1],
    ['At 3 s', (run) => run.act('cut-line', 2)],
    ['line 1 breaks', () => 1],
  ],
  'broken-line/6': [
    ['Line 2 is', () => 2],
    ['50 %', () => brokenLine.GOAL_PERCENT],
    ['with line 2', () => 2],
  ],
})
