import type { Opening } from '../content.ts'

/** The experiment of a first visit: a leader, and writes that come at a pace one can follow. */
export const first: Opening = {
  text: '# Five nodes, one log\nlab raft\nseed 7\nset load 6/s\n',
  fromUs: 1_000_000,
}

/** A leader dies, the next one goes on, the old one comes back; then the network breaks in two and heals. */
export const preview: Opening = {
  text: `lab raft
seed 7
set load 12/s
at 0s campaign n1
at 1.4s kill n1
at 2.4s restart n1
at 3.2s partition n2 n3 | n1 n4 n5
at 4.6s heal
until 6s
`,
  fromUs: 600_000,
}
