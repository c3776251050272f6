import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { CARDS } from './cards.ts'
import {
  beforeChange,
  best,
  inSea,
  motion,
  motionOf,
  rounded,
  SECOND_US,
  script,
  seaOf,
  solvedOf,
  type World,
} from './look.ts'

// Every sea has gamma 1, so that its shape does not change with its height.

export const PROPORTIONAL = 0.97
export const LEAST_WAVES_M = 2
export const MANY_PASSES = 18

/** Heave in this sea over twice the heave in half of it: 1 where the motion is proportional. */
const proportion = (now: World, dof: 'surge' | 'heave'): number =>
  motion(now, dof).std / (2 * motionOf(inSea(now, { heightM: seaOf(now).heightM / 2 }), dof).std)

const passes = (now: World): number => solvedOf(now).solution.iterations

export const drag: Lesson<FloatingProtocol> = {
  ...CARDS.drag,
  steps: [
    {
      kind: 'observe',
      title: 'Four times the sea',
      prose: flow(`
        VolturnUS-S in a swell near its heave period. At 3 s the waves grow from 2 m to 4 m, at 4 s to 8 m. The heave
        per metre of wave shrinks: 0.37 m, 0.29 m, 0.23 m. Why? Press play.
      `),
      text: script(
        'Four times the sea',
        'volturnus',
        'at 0s sea hs 2m tp 17s gamma 1\nat 3s sea hs 4m\nat 4s sea hs 8m\n',
      ),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'The heave is less than a quarter of the wave height',
          test: (now) => motion(now, 'heave').std < seaOf(now).heightM / 4,
        },
      ],
      hints: [beforeChange('Press play: the sea is about to rise.'), missing(0, 'One more rise.')],
      solution: { lines: [], untilUs: 6 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Twice as high again',
      prose: flow(`
        Waves of 4 m make it heave by 1.17 m (standard deviation). At 3 s they are 8 m high. In a linear world the
        answer would be twice that.
      `),
      text: script('Twice as high again', 'volturnus', 'at 0s sea hs 4m tp 17s gamma 1\nat 3s sea hs 8m\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How much does it heave then (standard deviation)?',
        form: 'number',
        options: [],
        unit: 'm',
        outcome: (now) => String(rounded(motion(now, 'heave').std, 2)),
        tolerance: 0.2,
        explanation: flow(`
          1.88 m: 1.6 times as much. Drag grows with the square of the speed, so that higher waves meet more damping.
          Near resonance damping decides.
        `),
      },
      checks: [{ kind: 'eventually', text: 'The waves are 8 m high', test: (now) => seaOf(now).heightM === 8 }],
      hints: [beforeChange('Say a number, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Both motions?',
      prose: flow(`
        The same again: from 4 m to 8 m at 3 s, a crest every 17 s. Its heave period is 16.5 s, in the middle of this
        swell. Its surge period is 140 s, far away from it.
      `),
      text: script('Both motions?', 'volturnus', 'at 0s sea hs 4m tp 17s gamma 1\nat 3s sea hs 8m\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Which of them doubles with the waves?',
        options: [
          { id: 'both', text: 'Both' },
          { id: 'surge', text: 'Surge' },
          { id: 'heave', text: 'Heave' },
          { id: 'none', text: 'Neither' },
        ],
        outcome(now) {
          const [surge, heave] = [proportion(now, 'surge') > 0.95, proportion(now, 'heave') > 0.95]
          if (surge && heave) return 'both'
          if (surge) return 'surge'
          return heave ? 'heave' : 'none'
        },
        explanation: flow(`
          Surge: from 0.73 m to 1.45 m. Far from resonance the platform's mass answers the waves, and both are linear.
          Drag matters where nothing else is left: at resonance.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'The waves are 8 m high', test: (now) => seaOf(now).heightM === 8 }],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'A sea without drag',
      prose: flow(`
        OC4 in the same swell is far from linear: twice the waves, 1.6 times the heave. Find a sea of at least 2 m in
        which twice the waves give twice the heave (to 3 %). Where has drag nothing to say?
      `),
      text: script('A sea without drag', 'oc4', 'at 0s sea hs 4m tp 17s gamma 1\n'),
      atUs: 2 * SECOND_US,
      allow: ['sea'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Heave in proportion to waves of 2 m or more',
          test: (now) => seaOf(now).heightM >= LEAST_WAVES_M && proportion(now, 'heave') >= PROPORTIONAL,
        },
      ],
      hints: [
        { when: (now) => seaOf(now).heightM < LEAST_WAVES_M, text: 'Small waves are too easy: at least 2 m.' },
        { when: (now) => seaOf(now).periodS > 14, text: 'This swell shakes it at its own period. Go away from it.' },
        otherwise('Nearer. A peak at half the heave period leaves hardly any energy at resonance.'),
      ],
      solution: { lines: ['at 2.5s sea tp 12s', 'at 3s sea hs 2m tp 7s'], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Guess, solve, guess again',
      prose: flow(`
        A frequency-domain model must be linear. So it guesses the motion, replaces v|v| by the line that wastes as much
        energy at that motion, solves, and begins again with the answer. OC4, waves of 1 m, a crest every 17 s.
      `),
      text: script('Guess, solve, guess again', 'oc4', 'at 0s sea hs 1m tp 17s gamma 1\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How often must it begin again until nothing changes?',
        options: [
          { id: 'once', text: 'Once or twice' },
          { id: 'few', text: 'Three to six times' },
          { id: 'many', text: 'More than ten times' },
        ],
        outcome(now) {
          if (passes(now) <= 2) return 'once'
          return passes(now) > 10 ? 'many' : 'few'
        },
        explanation: flow(`
          19 passes here, since each moves only part of the way. Near resonance a little less drag is much more motion,
          and that is more drag again. "Open the box" shows every pass.
        `),
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'The hardest sea',
      prose: flow(`
        Find the sea in which the drag of OC4 is hardest to find: the most passes of the iteration. The goal is 18, and
        the waves must be at least 0.1 m high. Think of what limits the motion there.
      `),
      text: script('The hardest sea', 'oc4', 'at 0s sea hs 6m tp 10s gamma 1\n'),
      atUs: 2 * SECOND_US,
      allow: ['sea'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It takes 18 passes',
          test: (now) => seaOf(now).heightM >= 0.1 && passes(now) >= MANY_PASSES,
        },
      ],
      hints: [
        { when: (now) => seaOf(now).periodS < 14, text: 'In short waves drag hardly matters: a longer swell.' },
        otherwise('At resonance, and small: there drag is the only damping, and there is little of it.'),
      ],
      solution: { lines: ['at 2.5s sea hs 3m tp 17s', 'at 3s sea hs 0.5m tp 16.6s'], untilUs: 5 * SECOND_US },
      score: best((now) => (seaOf(now).heightM >= 0.1 ? passes(now) : 0), 'passes until the drag had settled'),
    },
  ],
}
