import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, otherwise } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { CARDS } from './cards.ts'
import {
  asShipped,
  beforeChange,
  best,
  changed,
  inWind,
  isAfloat,
  isCoefficient,
  motion,
  motionOf,
  percentLess,
  period,
  rounded,
  SECOND_US,
  script,
  stateOf,
  type World,
} from './look.ts'

const wind = (title: string, winds: string): string => script(title, 'volturnus', `at 0s sea hs 2m tp 8s\n${winds}`)

export const WINDS_MPS = [6, 8, 11, 14, 24] as const
export const LEAST_PERIOD_S = 20
export const GOAL_PERCENT = 35
const UPRIGHT_DEG = 0.5

const windOf = (now: World): number => stateOf(now).input.loads.windMps

export const thrust: Lesson<FloatingProtocol> = {
  ...CARDS.thrust,
  steps: [
    {
      kind: 'observe',
      title: 'The wind rises',
      prose: flow(`
        A rotor of 242 m on VolturnUS-S. At 3 s the wind rises from 6 m/s to 11 m/s, and the platform leans from 1.8 to
        5.0 degrees: the rotor pushes with 1936 kN, 150 m above the sea.
      `),
      text: wind('The wind rises', 'at 0s wind 6m/s\nat 3s wind 11m/s\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It leans by more than 4 degrees on average',
          test: (now) => motion(now, 'pitch').avg > 4,
        },
      ],
      hints: [beforeChange('Press play: the wind is about to rise.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Thrust over stiffness',
      prose: flow(`
        The lean is a balance: the moment of the thrust against what rights the platform. At 11 m/s the rotor pushes it
        over with 296 MNm; water and weight right it with 48 MNm for every degree, and the mooring lines help a little.
      `),
      text: wind('Thrust over stiffness', 'at 0s wind 11m/s\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many degrees does it lean?',
        form: 'number',
        options: [],
        unit: '°',
        outcome: (now) => String(rounded(motion(now, 'pitch').avg, 1)),
        tolerance: 1.3,
        explanation: flow(`
          5.0 degrees: less than 296 / 48 = 6.2, for the lines pull down on the side that rises. A lean costs energy,
          wears bearings, and brings every limit nearer.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Into the storm',
      prose: flow(`
        The wind goes on rising: 6, 8, 11, 14 and 24 m/s, one second each. The pressure of the wind grows with the
        square of its speed: sixteen times from first to last.
      `),
      text: wind(
        'Into the storm',
        WINDS_MPS.map((mps, at) => `at ${at === 0 ? 0 : at + 2}s wind ${mps}m/s\n`).join(''),
      ),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'In which wind does it lean most?',
        options: WINDS_MPS.map((mps) => ({ id: String(mps), text: `${mps} m/s` })),
        outcome(now) {
          const leans = WINDS_MPS.map((mps) => motionOf(inWind(now, mps), 'pitch').avg)
          return String(WINDS_MPS[leans.indexOf(Math.max(...leans))])
        },
        explanation: flow(`
          At 11 m/s, just above rated: 5.0 degrees. Beyond, the blades turn out of the wind to hold the power, and the
          thrust falls: 3.7 degrees at 14 m/s, 2.2 at 24 m/s.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'The storm is here', test: (now) => windOf(now) === WINDS_MPS.at(-1) }],
      hints: [{ when: (now) => now.now < 6 * SECOND_US, text: 'Choose, then press play, and let all five pass.' }],
      solution: { lines: [], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Let go of the wind',
      prose: flow(`
        At 11 m/s it leans by 5.0 degrees. Get it upright again, to less than half a degree, without changing the wind:
        the rotor has a brake, and its blades can be turned flat.
      `),
      text: wind('Let go of the wind', 'at 0s wind 11m/s\n'),
      atUs: 2 * SECOND_US,
      allow: ['status', 'control'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Upright, in the wind, with the rotor in the model',
          test: (now) =>
            windOf(now) >= 11 &&
            stateOf(now).input.loads.aeroServoMode !== 0 &&
            Math.abs(motion(now, 'pitch').avg) < UPRIGHT_DEG,
        },
      ],
      hints: [
        {
          when: (now) => stateOf(now).input.loads.aeroServoMode === 0,
          text: 'Now nothing of the air is computed: that is no brake. `control fixed`.',
        },
        otherwise('Stop the turbine: `status parked`.'),
      ],
      solution: { lines: ['at 2.5s status parked'], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'The sea of the century',
      prose: flow(`
        Parked, blades flat. At 3 s a storm of 50 m/s comes, with waves of 12 m, a crest every 15 s. The wind at rated
        speed made 5.0 degrees of lean.
      `),
      text: wind(
        'The sea of the century',
        'at 0s wind 11m/s\nat 1s status parked\nat 3s wind 50m/s\nat 3s sea hs 12m tp 15s\n',
      ),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What pitches it more in this storm: the mean push of the wind, or the waves (standard deviation)?',
        options: [
          { id: 'wind', text: 'The wind' },
          { id: 'waves', text: 'The waves' },
        ],
        outcome: (now) => (motion(now, 'pitch').std > Math.abs(motion(now, 'pitch').avg) ? 'waves' : 'wind'),
        explanation: flow(`
          The waves: 0.67 degrees against 0.47. A parked rotor catches 126 kN, a fifteenth of the thrust at rated wind.
          Wind leans a turbine most while it works.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The storm is here',
          test: (now) => windOf(now) === 50 && stateOf(now).input.loads.waves[0]?.heightM === 12,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Stand straight, swing slowly',
      prose: flow(`
        Make it lean 35 % less at 11 m/s. A stiffer platform does, but its pitch period must stay at 20 s or more, out
        of the waves. Coefficients and the turbine stay as they are.
      `),
      text: wind('Stand straight, swing slowly', 'at 0s wind 11m/s\n'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [{ kind: 'eventually', text: 'It leans 35 % less', test: (now) => straighter(now) >= GOAL_PERCENT }],
      hints: [
        { when: (now) => !isAfloat(now), text: 'It does not stand at all. Undo.' },
        { when: (now) => !isHonest(now), text: 'Coefficients and the turbine are not yours to change. Undo.' },
        {
          when: (now) => period(now, 'pitch') < LEAST_PERIOD_S,
          text: 'It swings too quickly now: the swell would find it.',
        },
        otherwise('A wider stance is stiffer: `set platform.spacing 56m`, and on.'),
      ],
      solution: {
        lines: ['at 2.5s set platform.spacing 56m', 'at 3s set platform.spacing 61m'],
        untilUs: 5 * SECOND_US,
      },
      score: best(straighter, '% less lean'),
    },
  ],
}

const isHonest = (now: World): boolean =>
  changed(now, 'volturnus', (name) => isCoefficient(name) || name.startsWith('turbine.')).length === 0

/** How much less the platform leans than as launched, percent; 0 where it does not count. */
function straighter(now: World): number {
  if (!isAfloat(now) || !isHonest(now) || windOf(now) < 11 || period(now, 'pitch') < LEAST_PERIOD_S) return 0
  return percentLess(motionOf(asShipped(now, 'volturnus'), 'pitch').avg, Math.abs(motion(now, 'pitch').avg))
}
