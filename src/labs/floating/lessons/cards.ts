import type { LessonCard } from '../../content.ts'

/** What lists show of the lessons, without the worlds behind them. */
export const CARDS = {
  upright: {
    id: 'upright',
    title: 'Why a spar floats upright',
    blurb: 'A needle of 130 m stands in the sea, and falls over when its foot gets lighter. What holds it up?',
    source: 'OC3-Hywind, NREL/TP-500-47535; initial stability: GM = KB + BM - KG',
    minutes: 9,
    steps: 7,
  },
  period: {
    id: 'pitch-period',
    title: 'Out of the wave band',
    blurb:
      'Waves no higher than before throw a buoy about, because they come at its own pace. Make it slower than the sea.',
    source: 'Resonance of one degree of freedom: T = 2π √((I + A) / C)',
    minutes: 10,
    steps: 7,
  },
  heave: {
    id: 'heave',
    title: 'Heave and the water-plane',
    blurb: 'In a long swell a platform rises more than the sea itself. Thin columns and wide plates tame it: why?',
    source: 'T = 2π √((m + A33) / (ρ g A)); heave plates of OC4-DeepCwind, NREL/TP-5000-60601',
    minutes: 10,
    steps: 7,
  },
  drag: {
    id: 'drag',
    title: 'Drag is not linear',
    blurb: 'Twice the waves, not twice the motion: drag grows with the square. How does a linear model cope?',
    source: 'Borgman 1967: linearized drag; RAFT iterates it to its fixed point',
    minutes: 9,
    steps: 6,
  },
  thrust: {
    id: 'thrust',
    title: 'Thrust and the lean',
    blurb: 'The wind rises from a breeze to a storm, and the platform leans most somewhere in between. Where, and why?',
    source: 'IEA 15 MW reference turbine, NREL/TP-5000-75698; blade-element momentum theory',
    minutes: 9,
    steps: 6,
  },
  line: {
    id: 'broken-line',
    title: 'A broken mooring line',
    blurb:
      'One of three lines breaks in the wind. Where does the platform go, what do the others carry, who gets it home?',
    source: 'Quasi-static mooring: the elastic catenary (MoorPy, NREL)',
    minutes: 9,
    steps: 7,
  },
} as const satisfies Readonly<Record<string, LessonCard>>
