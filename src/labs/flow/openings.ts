import type { Opening } from '../content.ts'

/** The experiment of a first visit: a server that can do twenty a second and is asked for fourteen. */
export const first: Opening = {
  text: `# One server, one queue
lab flow
seed 7
set delay 300ms
at 0s load web poisson 14/s
at 0s timeout web 3s
at 0s retry web 2 immediate
at 0s service api exponential 50ms
at 0s queue api 100 drop-newest
`,
  fromUs: 4_000_000,
}

/** More comes than two stages can do: the queues fill, overflow, and empty again when it is over. */
export const preview: Opening = {
  text: `lab flow
seed 3
set stages api db
set delay 300ms
at 0s load web poisson 12/s
at 0s service api exponential 50ms
at 0s service db exponential 60ms
at 0s queue api 20 drop-newest
at 0s queue db 12 drop-newest
at 5s load web poisson 30/s
at 12s load web poisson 10/s
until 18s
`,
  fromUs: 2_000_000,
}
