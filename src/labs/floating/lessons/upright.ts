import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { CARDS } from './cards.ts'
import {
  beforeChange,
  best,
  dimension,
  failureOf,
  isAfloat,
  isWithin,
  metacentricHeight,
  planeHeight,
  rounded,
  SECOND_US,
  script,
  stateOf,
  type World,
  weightHeight,
} from './look.ts'

const SEA = 'at 0s sea hs 4m tp 11s\n'

const spar = (title: string, acts = ''): string => script(title, 'oc3', `${SEA}${acts}`)

const LIGHT_FOOT = spar('The foot gets lighter', 'at 3s set spar.ballast-density1 1000kg/m3\n')

const SAME_WEIGHT = spar(
  'As heavy as before',
  'at 3s set spar.ballast-density1 1400kg/m3\nat 3s set spar.ballast1 68m\n',
)

const semi = (title: string): string => script(title, 'volturnus', SEA)

/** How far it may float from its draft and still count as equally heavy, m. */
export const DRAFT_M = 2
export const EDGE_M = 6
export const DEEP_M = 20

const isAtDraft = (now: World): boolean => isWithin(now, DRAFT_M)

/** What became of the righting moment, compared with the launched spar's. */
function righting(now: World): string {
  if (!isAfloat(now)) return 'none'
  const change = metacentricHeight(now) - LAUNCHED_GM_M
  if (Math.abs(change) < 0.5) return 'same'
  return change > 0 ? 'more' : 'less'
}

/** Of OC3-Hywind as it is launched, m. A test compares it. */
export const LAUNCHED_GM_M = 15.98

export const upright: Lesson<FloatingProtocol> = {
  ...CARDS.upright,
  steps: [
    {
      kind: 'observe',
      title: 'It falls over',
      prose: flow(`
        OC3-Hywind: a steel tube deeper than its tower is high, with 52.9 m of rock and water at its foot. At 3 s the
        rock is taken out: 1000 kg/m3 instead of 1800. The spar gets *lighter*. Press play.
      `),
      text: LIGHT_FOOT,
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [{ kind: 'eventually', text: 'It capsizes', test: (now) => failureOf(now) === 'capsizes' }],
      hints: [beforeChange('Press play: it still stands.')],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'As heavy as before',
      prose: flow(`
        Was it the missing weight? Again the ballast gets lighter, 1400 kg/m3, but there is more of it: 68 m high,
        so that the spar weighs what it weighed and floats where it floated. Hull and water-plane are the same.
      `),
      text: SAME_WEIGHT,
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How strongly does it right itself then?',
        options: [
          { id: 'more', text: 'More than before' },
          { id: 'same', text: 'As before: weight and hull are the same' },
          { id: 'less', text: 'Less, but it stands' },
          { id: 'none', text: 'It capsizes' },
        ],
        outcome: righting,
        explanation: flow(`
          The centre of gravity rose from 78.0 m to 71.9 m under water, and the metacentric height fell from 16.0 m to
          9.9 m: metre by metre. What counts is not how much it weighs, but where.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The new ballast is in place',
          test: (now) => now.now > 3 * SECOND_US && dimension(now, 'spar.ballast1') === 68,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'What the water-plane gives',
      prose: flow(`
        A ship stands by its width: heeling wets more of one side. The metacentre lies I / V above the centre of
        buoyancy, with I the second moment of the water-plane and V the displaced volume. This spar is 6.5 m thick at
        the water, and displaces 8029 m3.
      `),
      text: spar('The launched spar'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many metres of its metacentric height of 16.0 m come from the water-plane?',
        form: 'number',
        options: [],
        unit: 'm',
        outcome: (now) => String(rounded(planeHeight(now), 2)),
        tolerance: 0.3,
        explanation: flow(`
          Next to nothing: 0.01 m. The other 15.97 m are the distance between the centres: buoyancy pushes up above
          the place where weight pulls down. It hangs in the water like a plumb line.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Go to the edge',
      prose: flow(`
        Make the ballast lighter and higher, in small turns, so that the spar keeps its draft: density times height is
        what counts. Bring the metacentric height below 6 m, without a capsize. Look at the pitch period meanwhile.
      `),
      text: spar('To the edge'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It floats at its draft with less than 6 m of metacentric height',
          test: (now) => isAtDraft(now) && metacentricHeight(now) < EDGE_M,
        },
        { kind: 'never', text: 'It never capsizes or sinks', test: (now) => !isAfloat(now) },
      ],
      hints: [
        missing(1, 'That was too large a step. Retry: a little lighter, a little higher, in turns.'),
        { when: (now) => !isAtDraft(now), text: 'It does not float at its draft: bring its weight back with height.' },
        otherwise('First the density, `set spar.ballast-density1 1600kg/m3`, then the height.'),
      ],
      solution: {
        lines: [
          'at 2.5s set spar.ballast-density1 1600kg/m3',
          'at 2.6s set spar.ballast1 59.5m',
          'at 3s set spar.ballast-density1 1400kg/m3',
          'at 3.1s set spar.ballast1 68m',
          'at 3.5s set spar.ballast-density1 1200kg/m3',
          'at 3.6s set spar.ballast1 79.35m',
        ],
        untilUs: 5 * SECOND_US,
      },
    },
    {
      kind: 'explain',
      title: 'The other way to stand',
      prose: flow(`
        VolturnUS-S is the opposite: four columns, and 20 m of draft. Its centre of gravity, with a turbine 150 m above
        the sea, lies 2.2 m under water; its centre of buoyancy lies deeper, at 13.5 m. By weight alone it would fall.
      `),
      text: semi('A wide water-plane'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Which holds it up?',
        options: [
          { id: 'weight', text: 'Its weight: like the spar, only less' },
          { id: 'plane', text: 'Its water-plane' },
          { id: 'both', text: 'Both, about equally' },
        ],
        outcome(now) {
          const [plane, weight] = [planeHeight(now), weightHeight(now)]
          if (weight <= 0) return 'plane'
          return plane > weight / 2 && weight > plane / 2 ? 'both' : 'weight'
        },
        explanation: flow(`
          The water-plane lifts the metacentre 25.4 m; weight takes 11.3 m of it back. 14.1 m are left: nearly as much
          as the spar has.
        `),
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Take its stance away',
      prose: flow(`
        The second moment of the water-plane grows with the square of the distance of the columns. They stand 51.75 m
        from the axis. Move them in, \`set platform.spacing 45m\`, step by step, until it cannot stand.
      `),
      text: semi('Narrower and narrower'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Narrower, and it still stands',
          test: (now) => isAfloat(now) && isNarrow(now),
        },
        {
          kind: 'eventually',
          text: 'It capsizes because it is too narrow',
          test: (now) => failureOf(now) === 'capsizes' && isNarrow(now),
        },
      ],
      hints: [
        {
          when: (now, _event, done) => done[0] === false && isAfloat(now),
          text: 'Bring the columns nearer to the axis: 45 m is a beginning.',
        },
        missing(0, 'Too far at once. Retry, in smaller steps.'),
        otherwise('It stands. Nearer still: look at the metacentric height.'),
      ],
      solution: {
        lines: [
          'at 2.5s set platform.spacing 42m',
          'at 3s set platform.spacing 36m',
          'at 3.5s set platform.spacing 32m',
        ],
        untilUs: 5 * SECOND_US,
      },
    },
    {
      kind: 'challenge',
      title: 'The stiffest spar of its weight',
      prose: flow(`
        Give the spar the greatest metacentric height you can, at its draft (within 2 m): 20 m are the goal. Heavy
        ballast needs less height. Half-way it must neither sink nor capsize; undo takes a step back.
      `),
      text: spar('The stiffest spar'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'At its draft with a metacentric height of 20 m',
          test: (now) => isAtDraft(now) && isSameHull(now) && metacentricHeight(now) >= DEEP_M,
        },
      ],
      hints: [
        { when: (now) => !isSameHull(now), text: 'The hull must stay as it is: only the ballast may change.' },
        { when: (now) => failureOf(now) === 'sinks', text: 'Too heavy: first less height, then more density.' },
        { when: (now) => !isAfloat(now), text: 'Too light at its foot. Undo, and take a smaller step.' },
        { when: (now) => !isAtDraft(now), text: 'It is off its draft: bring its weight back with density.' },
        otherwise('Take some height off, `set spar.ballast1 46m`, then make it denser.'),
      ],
      solution: {
        lines: [
          'at 2.5s set spar.ballast1 46m',
          'at 2.6s set spar.ballast-density1 2070kg/m3',
          'at 3s set spar.ballast1 38.1m',
          'at 3.1s set spar.ballast-density1 2500kg/m3',
        ],
        untilUs: 5 * SECOND_US,
      },
      score: best(
        (now) => (isAtDraft(now) && isSameHull(now) ? rounded(metacentricHeight(now), 1) : 0),
        'm of metacentric height',
      ),
    },
  ],
}

const isNarrow = (now: World): boolean => (dimension(now, 'platform.spacing') ?? 0) < 50

const LAUNCHED = { 'spar.diameter': 9.4, 'spar.draft': 120, 'turbine.mass': 350_000 } as const

/** Only the ballast differs from the spar as launched. */
const isSameHull = (now: World): boolean =>
  stateOf(now).input.flooded.size === 0 &&
  Object.entries(LAUNCHED).every(([name, value]) => dimension(now, name) === value)
