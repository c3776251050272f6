import type { Opening } from '../content.ts'

/** The experiment of a first visit: a cluster that stands, and clients that read and write at a pace one can follow. */
export const first: Opening = {
  text: `# Six nodes, 16,384 slots
lab cluster
seed 7
set cluster-node-timeout 2s
set delay 8ms..20ms
set load 8/s
`,
  fromUs: 3_000_000,
}

/** A master dies, its replica takes over, the old one comes back as a replica. */
export const preview: Opening = {
  text: `lab cluster
seed 7
set cluster-node-timeout 1s
set delay 8ms..20ms
set load 12/s
at 2.2s kill n1
at 5.4s restart n1
until 7.5s
`,
  fromUs: 1_600_000,
}
