import type { Scenario } from '../../engine/lab.ts'

/** Experiments that come with the lab. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'semi-in-a-storm',
    title: 'A semi-submersible in a storm',
    blurb:
      'VolturnUS-S with 15 MW, in a sea that grows from 2 m to 10 m: the motion does not grow in proportion, because drag does not.',
    text: `# A semi-submersible in a storm
lab floating
seed 3
at 0s sea hs 2m tp 9s
at 0s wind 10m/s
at 60s sea hs 6m tp 12s
at 120s sea hs 10m tp 14s
at 120s status parked
until 200s
`,
  },
]
