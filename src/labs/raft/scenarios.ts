import type { Scenario } from '../../engine/lab.ts'

export const scenarios: readonly Scenario[] = [
  {
    id: 'steady',
    title: 'Steady state',
    blurb: 'One leader, heartbeats, and a few writes a second. Nothing goes wrong until you make it.',
    text: '# Steady state\nlab raft\nseed 7\nset load 4/s\nuntil 30s\n',
  },
]
