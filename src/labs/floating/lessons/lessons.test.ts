import { expect, test } from 'vitest'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import type { FloatingProtocol } from '../machine.ts'
import { floatingLab } from '../world.ts'
import { CARDS } from './cards.ts'
import { dimension, metacentricHeight, motion, period, planeHeight, rounded, solvedOf, weightHeight } from './look.ts'
import { DEEP_M, DRAFT_M, EDGE_M, LAUNCHED_GM_M } from './upright.ts'

const room = classroomOf(floatingLab)
const { placeOf, enter, solved, scoreOf } = room

/** What a learner may set, whatever the design is: what it has not is refused. */
const SETS = [
  'spar.ballast1 50m',
  'spar.ballast1 20m',
  'spar.ballast-density1 2000kg/m3',
  'platform.spacing 48m',
  'platform.spacing 30m',
  'lines.length 900m',
]

proveLessons(room, {
  order: ['upright'],
  cards: CARDS,
  answers: [
    // The centre of gravity rises, and everything else stays: GM = KB + BM - KG.
    ['upright/1', 'less'],
    // Its centre of gravity lies above that of buoyancy.
    ['upright/4', 'plane'],
  ],
  breaking: ['upright/0', 'upright/5'],
  lines: {
    dimension: (_, choice) => `set ${pick(SETS, choice)}`,
  },
  detours: {
    'upright/3': [['set spar.ballast1 70m']],
    'upright/5': [['set platform.spacing 30m']],
    'upright/6': [['set spar.diameter 9m'], ['set spar.ballast1 70m'], ['set spar.ballast1 10m']],
  },
  wanderers: 25,
})

test('the launched spar has the metacentric height that the lesson compares with', () => {
  expect(metacentricHeight(enter(placeOf('upright/2')).sim)).toBeCloseTo(LAUNCHED_GM_M, 2)
})

test('upright: denser ballast is worth more, and off its draft nothing counts', () => {
  const { lines, untilUs } = placeOf('upright/6').step.solution
  expect(scoreOf('upright/6', lines, untilUs)).toBe(22)
  expect(scoreOf('upright/6', [...lines, 'at 4s set spar.ballast1 34m'], untilUs)).toBe(22)
  const more = ['at 4s set spar.ballast1 34m', 'at 4.1s set spar.ballast-density1 2800kg/m3']
  expect(scoreOf('upright/6', [...lines, ...more], untilUs)).toBeGreaterThan(22)
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** What can be measured in a world, as prose tells it. */
function facts({ sim }: ReturnType<typeof room.enter>) {
  const { statics } = solvedOf(sim).prepared.hull
  return {
    gm: rounded(metacentricHeight(sim), 1),
    bm: rounded(planeHeight(sim), 2),
    bg: rounded(weightHeight(sim), 2),
    gravity: rounded(-statics.centreOfGravity[2], 1),
    buoyancy: rounded(-statics.centreOfBuoyancy[2], 1),
    volume: Math.round(statics.displacedM3),
    /** Diameter of a single column at the water. */
    waterline: rounded(Math.sqrt((4 * statics.waterplaneAreaM2) / Math.PI), 2),
    hub: Math.round(solvedOf(sim).input.design.turbine?.hubHeightM ?? 0),
    dimension: (name: string) => rounded(dimension(sim, name) ?? Number.NaN, 2),
    std: (dof: 'heave' | 'pitch' | 'surge') => rounded(motion(sim, dof).std, 2),
    period: (dof: 'heave' | 'pitch' | 'surge') => rounded(period(sim, dof), 1),
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
  'upright/3': [['below 6 m', () => EDGE_M]],
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
    ['within 2 m', () => DRAFT_M],
    ['20 m are', () => DEEP_M],
  ],
})
