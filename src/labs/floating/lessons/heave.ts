import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { DesignId } from '../contract.ts'
import type { FloatingProtocol } from '../machine.ts'
import { CARDS } from './cards.ts'
import {
  asShipped,
  beforeChange,
  best,
  changed,
  dimension,
  isAfloat,
  isCoefficient,
  isWithin,
  metacentricHeight,
  motion,
  motionOf,
  percentLess,
  period,
  rounded,
  SECOND_US,
  script,
  seaOf,
  type World,
} from './look.ts'

const swell = (title: string, design: DesignId, acts = ''): string =>
  script(title, design, `at 0s sea hs 4m tp 17s\n${acts}`)

export const SLOW_S = 19
export const DRAFT_M = 3
export const LEAST_GM_M = 5
export const GOAL_PERCENT = 30

/** Standard deviation of the elevation of a sea, m. */
const seaStd = (now: World): number => seaOf(now).heightM / 4

export const heave: Lesson<FloatingProtocol> = {
  ...CARDS.heave,
  steps: [
    {
      kind: 'observe',
      title: 'Higher than the waves',
      prose: flow(`
        VolturnUS-S in waves of 4 m, a crest every 10 s. Four metres of height mean a standard deviation of 1 m, and
        it heaves by 0.27 m of that. At 3 s a swell of the same height comes, a crest every 17 s.
      `),
      text: script('Higher than the waves', 'volturnus', 'at 0s sea hs 4m tp 10s\nat 3s sea hs 4m tp 17s\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It heaves more than the sea does',
          test: (now) => motion(now, 'heave').std > seaStd(now),
        },
      ],
      hints: [beforeChange('Press play: the swell is near.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'How slowly does it bob?',
      prose: flow(`
        Push it down one metre, and the sea lifts with ρ g A, where A is the area of its water-plane: 447 m2, so 4.5
        MN. It weighs 19.4 thousand tonnes, and moves 12.0 thousand tonnes of water with it.
      `),
      text: swell('How slowly does it bob?', 'volturnus'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'T = 2π √((m + A33) / (ρ g A)): how long is its heave period?',
        form: 'number',
        options: [],
        unit: 's',
        outcome: (now) => String(rounded(period(now, 'heave'), 1)),
        tolerance: 0.5,
        explanation: flow(`
          16.5 s: the pace of a long swell. Mooring lines do almost nothing in heave; the water-plane is the spring.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Thinner columns',
      prose: flow(`
        At 3 s the outer columns get thinner: 10 m instead of 12.5 m. Their masses hardly change, for most of the weight
        is in the pontoons; the water-plane shrinks from 447 m2 to 314 m2.
      `),
      text: swell('Thinner columns', 'volturnus', 'at 3s set column.diameter 10m\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What becomes of the heave period?',
        options: [
          { id: 'shorter', text: 'Shorter: it is lighter' },
          { id: 'same', text: 'About the same' },
          { id: 'longer', text: 'Longer: a softer spring' },
        ],
        outcome(now) {
          const change = period(now, 'heave') - asShipped(now, 'volturnus').modes.periodS[2]!
          if (Math.abs(change) < 0.5) return 'same'
          return change > 0 ? 'longer' : 'shorter'
        },
        explanation: flow(`
          From 16.5 s to 19.1 s, and the heave falls from 1.17 m to 0.75 m. The price: the metacentric height falls from
          14.1 m to 6.0 m, since the water-plane held it upright, too.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The columns are thinner',
          test: (now) => dimension(now, 'column.diameter') === 10,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'What the plates brake',
      prose: flow(`
        OC4-DeepCwind stands on three wide feet of 24 m, its heave plates. Its heave period is 16.6 s: right in this
        swell. At 3 s we take away the drag of the plates, and nothing else.
      `),
      text: swell('What the plates brake', 'oc4', 'at 3s set column.cd-end 0\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How much does it heave then?',
        options: [
          { id: 'same', text: 'About as before' },
          { id: 'half', text: 'Half as much again' },
          { id: 'double', text: 'More than twice as much' },
        ],
        outcome(now) {
          const ratio = motion(now, 'heave').std / motionOf(asShipped(now, 'oc4'), 'heave').std
          if (ratio > 2) return 'double'
          return ratio > 1.2 ? 'half' : 'same'
        },
        explanation: flow(`
          From 1.3 m to 3.3 m. At resonance spring and inertia cancel, and only damping limits the motion. In this
          model nearly all of it is drag.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The plates have no drag',
          test: (now) => dimension(now, 'column.cd-end') === 0,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'What the plates carry',
      prose: flow(`
        Plates drag water along, too: added mass, without weight and without water-plane. \`column.ca-end\` says how
        much; it is 0.6. Bring the heave period of OC4 to 19 s or more with this coefficient alone.
      `),
      text: swell('What the plates carry', 'oc4'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'A heave period of 19 s by added mass alone',
          test: (now) => isAfloat(now) && isOnlyAdded(now) && period(now, 'heave') >= SLOW_S,
        },
      ],
      hints: [
        { when: (now) => !isOnlyAdded(now), text: 'Only `column.ca-end` may change. Undo.' },
        otherwise('More water that comes along makes it slower: `set column.ca-end 0.8`, and on.'),
      ],
      solution: { lines: ['at 2.5s set column.ca-end 0.8', 'at 3s set column.ca-end 1.1'], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'The needle does not care',
      prose: flow(`
        OC3-Hywind in the same swell of 4 m heaves by 0.21 m. It is thin at the water, 33 m2, and weighs 8 thousand
        tonnes: little spring, much mass.
      `),
      text: swell('The needle', 'oc3'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How long is its heave period, about?',
        form: 'number',
        options: [],
        unit: 's',
        outcome: (now) => String(rounded(period(now, 'heave'), 1)),
        tolerance: 4,
        explanation: flow(`
          30.8 s. A tube that is equally thick from top to foot would bob at 2π √(draft / g), 22 s for 120 m; the spar
          is wider below the water than in it.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Calm in the swell',
      prose: flow(`
        Make VolturnUS-S heave less in this swell: 30 % less is the goal. It must float within 3 m of its draft, with
        5 m of metacentric height at least. Coefficients stay as they are.
      `),
      text: swell('Calm in the swell', 'volturnus'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [{ kind: 'eventually', text: 'It heaves 30 % less', test: (now) => calmer(now) >= GOAL_PERCENT }],
      hints: [
        { when: (now) => !isAfloat(now), text: 'It does not float upright any more. Undo.' },
        { when: (now) => !isHonest(now), text: 'Coefficients are not yours to choose. Undo.' },
        { when: (now) => !isAtDraft(now), text: 'Off its draft: less ballast makes up for thinner columns.' },
        { when: (now) => metacentricHeight(now) < LEAST_GM_M, text: 'Too little water-plane: it hardly stands.' },
        missing(0, 'Thinner columns, `set column.diameter 11m`, then less ballast in them, 1.1 m, and on.'),
      ],
      solution: {
        lines: [
          'at 2.5s set column.diameter 11m',
          'at 2.6s set column.ballast 1.1m',
          'at 3s set column.diameter 10m',
          'at 3.1s set column.ballast 0.9m',
        ],
        untilUs: 5 * SECOND_US,
      },
      score: best(calmer, '% less heave'),
    },
  ],
}

const isOnlyAdded = (now: World): boolean => changed(now, 'oc4', (name) => name !== 'column.ca-end').length === 0

const isHonest = (now: World): boolean => changed(now, 'volturnus', isCoefficient).length === 0

const isAtDraft = (now: World): boolean => isWithin(now, DRAFT_M)

/** How much less the platform heaves than as launched, percent; 0 where it does not count. */
function calmer(now: World): number {
  if (!isAtDraft(now) || !isHonest(now) || metacentricHeight(now) < LEAST_GM_M) return 0
  return percentLess(motionOf(asShipped(now, 'volturnus'), 'heave').std, motion(now, 'heave').std)
}
