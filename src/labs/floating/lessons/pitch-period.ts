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
  inSea,
  isAfloat,
  isCoefficient,
  isWithin,
  metacentricHeight,
  motion,
  motionOf,
  percentLess,
  period,
  SECOND_US,
  script,
  seaOf,
  type World,
} from './look.ts'

const buoy = (title: string, acts: string): string => script(title, 'cylinder', acts)

/** Ballast that is lighter and higher at the same weight, in turns that keep the buoy afloat. */
const SOFTER = [
  'at 3s set column.ballast 9.345m',
  'at 3s set column.ballast-density 1300kg/m3',
  'at 3s set column.ballast 12.74m',
  'at 3s set column.ballast-density 1000kg/m3',
  'at 3s set column.ballast 14.02m',
  '',
].join('\n')

const SLOWLY_SOFTER = {
  lines: [
    'at 2.5s set column.ballast 9.345m',
    'at 2.6s set column.ballast-density 1300kg/m3',
    'at 3s set column.ballast 12.74m',
    'at 3.1s set column.ballast-density 1000kg/m3',
    'at 3.5s set column.ballast 14.02m',
  ],
  untilUs: 5 * SECOND_US,
}

export const PERIODS_S = [6, 10, 14, 20] as const
export const SLOW_S = 13
export const DRAFT_M = 1
export const GOAL_PERCENT = 60

const isAtDraft = (now: World): boolean => isWithin(now, DRAFT_M)

const isHonest = (now: World): boolean => changed(now, 'cylinder', isCoefficient).length === 0

/** How much it pitches, compared with the design as it ships. */
function pitchesLike(now: World, design: DesignId): string {
  const ratio = motion(now, 'pitch').std / motionOf(asShipped(now, design), 'pitch').std
  if (ratio > 1.15) return 'more'
  return ratio < 0.85 ? 'less' : 'same'
}

export const pitchPeriod: Lesson<FloatingProtocol> = {
  ...CARDS.period,
  steps: [
    {
      kind: 'observe',
      title: 'No higher, and much worse',
      prose: flow(`
        A buoy, 10 m wide and 20 m deep, in waves of 2 m that come every 6 s: it nods by 1.6 degrees. At 3 s the sea
        changes: just as high, but a crest every 10 s. Press play.
      `),
      text: buoy('A buoy in two seas', 'at 0s sea hs 2m tp 6s\nat 3s sea hs 2m tp 10s\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It pitches by more than 5 degrees (standard deviation)',
          test: (now) => motion(now, 'pitch').std > 5,
        },
      ],
      hints: [beforeChange('Press play: the short waves do nothing to it.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Which sea is the worst?',
      prose: flow(`
        Four seas, all 1 m high: a crest every 6, 10, 14 and 20 s. Longer waves are gentler slopes. The buoy alone,
        pushed once in still water, would swing every 10.2 s.
      `),
      text: buoy('Four seas', PERIODS_S.map((tp, at) => `at ${at === 0 ? 0 : at + 2}s sea hs 1m tp ${tp}s\n`).join('')),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'In which does it pitch most?',
        options: PERIODS_S.map((tp) => ({ id: String(tp), text: `${tp} s` })),
        outcome(now) {
          const pitch = PERIODS_S.map((periodS) => motionOf(inSea(now, { periodS }), 'pitch').std)
          return String(PERIODS_S[pitch.indexOf(Math.max(...pitch))])
        },
        explanation: flow(`
          Where the waves come at its own pace: 4.4 degrees at 10 s, 0.8 at 6 s, 2.2 at 20 s. There each wave pushes
          when the last one's swing comes back: resonance.
        `),
      }),
      checks: [
        { kind: 'eventually', text: 'All four seas have come', test: (now) => seaOf(now).periodS === PERIODS_S.at(-1) },
      ],
      hints: [beforeChange('Choose, then press play.'), missing(0, 'Watch the pitch in each of them.')],
      solution: { lines: [], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Softer',
      prose: flow(`
        At 3 s the ballast gets lighter and higher, at the same weight: the metacentric height falls from 3.4 m to
        1.0 m. Less than a third of the righting moment is left. The sea stays: 1 m, every 10 s.
      `),
      text: buoy('Softer', `at 0s sea hs 1m tp 10s\n${SOFTER}`),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How does it pitch then?',
        options: [
          { id: 'more', text: 'More: less rights it' },
          { id: 'same', text: 'About as before' },
          { id: 'less', text: 'Less' },
        ],
        outcome: (now) => pitchesLike(now, 'cylinder'),
        explanation: flow(`
          From 4.4 degrees to 0.6. With less stiffness it swings more slowly, every 15.0 s instead of 10.2 s, and the
          waves pass before it has begun to answer.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The new ballast is in place',
          test: (now) => dimension(now, 'column.ballast') === 14.02,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Make it slow',
      prose: flow(`
        T = 2π √((I + A) / C): inertia with added mass over stiffness. Bring the pitch period to 13 s or more with the
        ballast, while the buoy floats within 1 m of its draft. Density times height is its weight.
      `),
      text: buoy('Make it slow', 'at 0s sea hs 1m tp 10s\n'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'At its draft with a pitch period of 13 s',
          test: (now) => isAtDraft(now) && isHonest(now) && period(now, 'pitch') >= SLOW_S,
        },
      ],
      hints: [
        { when: (now) => !isAfloat(now), text: 'Too far: undo, and take a smaller step.' },
        { when: (now) => !isHonest(now), text: 'Coefficients are not yours to choose. Undo; the ballast will do.' },
        {
          when: (now) => !isAtDraft(now),
          text: 'It is off its draft, and its period tells nothing yet: bring its weight back.',
        },
        otherwise(
          'A little higher, `set column.ballast 9.345m`, then lighter, `set column.ballast-density 1300kg/m3`, and on.',
        ),
      ],
      solution: SLOWLY_SOFTER,
    },
    {
      kind: 'predict',
      title: 'Stiffer is safer?',
      prose: flow(`
        VolturnUS-S swings every 25.3 s: far above any sea. Somebody wants it stiffer, and at 3 s moves the columns out
        from 51.75 m to 80 m. The metacentric height grows from 14 m to 36 m. A swell of 2 m comes every 17 s.
      `),
      text: script('Stiffer', 'volturnus', 'at 0s sea hs 2m tp 17s\nat 3s set platform.spacing 80m\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How does it pitch then?',
        options: [
          { id: 'less', text: 'Less: it is stiffer' },
          { id: 'same', text: 'About as before' },
          { id: 'more', text: 'More' },
        ],
        outcome: (now) => pitchesLike(now, 'volturnus'),
        explanation: flow(`
          From 0.5 degrees to 1.0: its period fell to 18.5 s, into the swell. Stability wants stiffness, motion wants
          slowness. Designers look for the place between.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The columns stand wider',
          test: (now) => dimension(now, 'platform.spacing') === 80,
        },
      ],
      hints: [beforeChange('Choose, then press play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Where real platforms are',
      prose: flow(`
        Wind seas bring a crest every 5 to 14 s, swell up to about 20 s. Fixed towers stand below that band: stiff
        and quick. Here is OC3-Hywind, in waves of 6 m with a crest every 12 s.
      `),
      text: script('Where real platforms are', 'oc3', 'at 0s sea hs 6m tp 12s\n'),
      atUs: 2 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Where does its pitch period lie?',
        options: [
          { id: 'below', text: 'Below the band: quicker than the waves' },
          { id: 'in', text: 'In the band, with much damping' },
          { id: 'above', text: 'Above the band: slower than the waves' },
        ],
        outcome(now) {
          const own = period(now, 'pitch')
          if (own < 5) return 'below'
          return own > 20 ? 'above' : 'in'
        },
        explanation: flow(`
          29.5 s: slow. So waves of 6 m pitch it by 0.5 degrees only (standard deviation). Of all its motions only yaw
          is quick, and waves hardly turn a round tube.
        `),
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'The calmest buoy',
      prose: flow(`
        Waves of 1 m, every 10 s. Change the buoy so that it pitches less: 60 % less is the goal. Everything but
        coefficients may change, but it must float within 1 m of its draft, with 0.5 m of metacentric height at least.
      `),
      text: buoy('The calmest buoy', 'at 0s sea hs 1m tp 10s\n'),
      atUs: 2 * SECOND_US,
      allow: ['dimension'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'It pitches 60 % less, at its draft',
          test: (now) => calmer(now) >= GOAL_PERCENT,
        },
      ],
      hints: [
        { when: (now) => !isAfloat(now), text: 'It does not stand. Undo, and take a smaller step.' },
        { when: (now) => !isHonest(now), text: 'Coefficients are not yours to choose. Undo.' },
        { when: (now) => !isAtDraft(now), text: 'It is off its draft: bring its weight back.' },
        { when: (now) => metacentricHeight(now) < LEAST_GM_M, text: 'Too soft now: the next gust turns it over.' },
        otherwise('Away from 10 s: higher and lighter ballast, or another width or depth.'),
      ],
      solution: SLOWLY_SOFTER,
      score: best(calmer, '% less pitch'),
    },
  ],
}

export const LEAST_GM_M = 0.5

/** How much less the buoy pitches than as launched, percent; 0 where it does not count. */
function calmer(now: World): number {
  if (!isAtDraft(now) || !isHonest(now) || metacentricHeight(now) < LEAST_GM_M) return 0
  return percentLess(motionOf(asShipped(now, 'cylinder'), 'pitch').std, motion(now, 'pitch').std)
}
