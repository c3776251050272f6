import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FloatingProtocol } from '../machine.ts'
import { CARDS } from './cards.ts'
import {
  beforeChange,
  best,
  failureOf,
  isAfloat,
  motion,
  offset,
  percentLess,
  SECOND_US,
  script,
  stateOf,
  tension,
  type World,
} from './look.ts'

const moored = (title: string, acts = ''): string =>
  script(title, 'volturnus', `at 0s sea hs 3m tp 10s\nat 0s wind 10m/s\n${acts}`)

export const HOME_M = 25
export const GOAL_PERCENT = 50

const broken = (now: World): readonly number[] => stateOf(now).input.brokenLines

const isBroken = (now: World, ...lines: readonly number[]): boolean =>
  broken(now).length === lines.length && lines.every((line) => broken(now).includes(line - 1))

export const brokenLine: Lesson<FloatingProtocol> = {
  ...CARDS.line,
  steps: [
    {
      kind: 'observe',
      title: 'The line that worked',
      prose: flow(`
        Three chains hold VolturnUS-S. The wind blows with 10 m/s against line 1, which pulls with 3.96 MN; the
        platform rests 19 m downwind. At 3 s line 1 breaks. Press play, and look at the plan.
      `),
      text: moored('The line that worked', 'at 3s cut line 1\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'A line breaks', note: 'line-cut' },
        { kind: 'eventually', text: 'It rests more than 500 m away', test: (now) => offset(now) > 500 },
      ],
      hints: [beforeChange('Press play: the line still holds.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'What the others carry',
      prose: flow(`
        Before the break, line 1 carried 3.96 MN, lines 2 and 3 about 2 MN each. Now the platform rests 803 m downwind,
        and the two lines that stood lee lie to windward.
      `),
      text: moored('What the others carry', 'at 3s cut line 1\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How much does line 2 carry after the break?',
        options: [
          { id: 'slack', text: 'Less than before: it hangs slack' },
          { id: 'half', text: 'More than before, but less than line 1 did' },
          { id: 'more', text: 'More than line 1 did' },
        ],
        outcome(now) {
          const carries = tension(now, 2).avg
          if (carries < 2.03e6) return 'slack'
          return carries > 3.96e6 ? 'more' : 'half'
        },
        explanation: flow(`
          2.93 MN. The thrust is the same 1929 kN, and two lines share it. Line 1 had more to do: it pulled against
          lines 2 and 3, too.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Line 1 is broken', test: (now) => isBroken(now, 1) }],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A line in the lee',
      prose: flow(`
        Now line 2 breaks instead, at 3 s. It stood in the lee, on the left of the wind, and carried little more than its
        own weight.
      `),
      text: moored('A line in the lee', 'at 3s cut line 2\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Where does the platform go?',
        options: [
          { id: 'stays', text: 'Nowhere: line 2 did not hold it' },
          { id: 'downwind', text: 'Downwind' },
          { id: 'sideways', text: 'Sideways' },
        ],
        outcome(now) {
          const [x, y] = [Math.abs(motion(now, 'surge').avg), Math.abs(motion(now, 'sway').avg)]
          if (x < 30 && y < 30) return 'stays'
          return y > x ? 'sideways' : 'downwind'
        },
        explanation: flow(`
          69 m to the side. A chain of 685 kg/m pulls even when nothing pulls at it; line 3 has lost its partner, and
          draws the platform over until line 1 stands against it.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Line 2 is broken', test: (now) => isBroken(now, 2) }],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Turn the wind off',
      prose: flow(`
        Line 1 is broken, and the platform rests 803 m downwind. At 3 s the turbine is parked: nearly all of the push is
        gone.
      `),
      text: moored('Turn the wind off', 'at 1s cut line 1\nat 3s status parked\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Does it come home?',
        options: [
          { id: 'home', text: 'Yes, within 25 m' },
          { id: 'half', text: 'It comes back part of the way' },
          { id: 'stays', text: 'It stays where it is' },
        ],
        outcome(now) {
          if (offset(now) < HOME_M) return 'home'
          return offset(now) > 700 ? 'stays' : 'half'
        },
        explanation: flow(`
          To 459 m. Without line 1 there is nobody to draw it back: chains and bed have their own balance, between the
          two anchors that are left.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The turbine is parked',
          test: (now) => isBroken(now, 1) && stateOf(now).input.loads.turbineStatus === 'parked',
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Which one line?',
      prose: flow(`
        If only one line may be left, which? Cut two of the three so that the platform still rests within 25 m of home,
        in the wind. A line that is cut can be hung up again: \`mend line 2\`.
      `),
      text: moored('Which one line?'),
      atUs: 2 * SECOND_US,
      allow: ['cut-line', 'mend-line'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Two lines are cut, and it is at home',
          test: (now) => isAfloat(now) && broken(now).length === 2 && offset(now) < HOME_M,
        },
      ],
      hints: [
        { when: (now) => broken(now).length === 3, text: 'Nothing holds it now. Mend one.' },
        { when: (now) => broken(now).length === 2, text: 'It is far away. The other way round: mend, and cut.' },
        { when: (now) => broken(now).length === 1, text: 'One more. Which of the two that are left works harder?' },
        otherwise('The wind pulls at line 1. Who could be spared?'),
      ],
      solution: { lines: ['at 2.5s cut line 2', 'at 3s cut line 3'], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'And the last',
      prose: flow(`
        Lines 2 and 3 are gone; the platform rides on line 1 like a ship at anchor, and nothing holds it in yaw. At 3 s
        line 1 breaks. There is no place where it rests, and so no solution: the lab says why.
      `),
      text: moored('And the last', 'at 0.5s cut line 2\nat 1s cut line 3\nat 3s cut line 1\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Nothing holds the platform',
          test: (now) => failureOf(now) === 'no convergence' && isBroken(now, 1, 2, 3),
        },
      ],
      hints: [beforeChange('Press play: one line still holds.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Bring it home',
      prose: flow(`
        Line 2 is broken, and there is no spare. Bring the platform nearer to home, at least 50 %, with the lengths of
        the lines that are left: a winch can take in, or pay out. In the wind, with line 2 broken.
      `),
      text: moored('Bring it home', 'at 1s cut line 2\n'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [{ kind: 'eventually', text: 'Half of the way home', test: (now) => nearer(now) >= GOAL_PERCENT }],
      hints: [
        { when: (now) => !isAfloat(now), text: 'That cannot be: read what the lab says, and undo.' },
        { when: (now) => offset(now) > BEFORE_M + 1, text: 'Farther away than before. The other way round?' },
        missing(0, 'Line 3 draws it to its side. Give it more chain: `set line_3.length 900m`.'),
      ],
      solution: { lines: ['at 2.5s set line_3.length 880m', 'at 3s set line_3.length 930m'], untilUs: 5 * SECOND_US },
      score: best(nearer, '% nearer to home'),
    },
  ],
}

/** How far it rests from home when line 2 has broken, m. A test compares it. */
export const BEFORE_M = 69.74

function nearer(now: World): number {
  const { windMps, turbineStatus } = stateOf(now).input.loads
  const counts = isAfloat(now) && isBroken(now, 2) && windMps === 10 && turbineStatus === 'operating'
  return counts ? percentLess(BEFORE_M, offset(now)) : 0
}
