import { client } from '../protocols/flow/queueing/client-policy.ts'
import { exponential } from '../protocols/flow/queueing/distributions.ts'
import { Kernel, type Until } from '../protocols/flow/queueing/kernel.ts'
import { type Network, open, stage } from '../protocols/flow/queueing/network.ts'
import { simpyRates } from './support/simpy.ts'
import { simscriptCustomers } from './support/simscript-queue.ts'
import { rounded, timed } from './support/statistics.ts'

const RUNS = 5
const CUSTOMERS = 1_000_000
const SIMSCRIPT_CUSTOMERS = 50_000
const SERVICE_US = 1_000_000
const LOAD = 0.8
const BETWEEN_US = SERVICE_US / LOAD
const STORM_S = 390
const SIMPY_STORM_S = 60

const MM1: Network = { sources: [open(exponential(BETWEEN_US))], stages: [stage(exponential(SERVICE_US))] }
/** Two classes by priority through four stages of two servers, each of which may turn customers away. */
const BUSY: Network = {
  sources: [open(exponential(2 * BETWEEN_US)), open(exponential(2 * BETWEEN_US), { class: 1, priority: 1 })],
  stages: [0, 1, 2, 3].map((at) =>
    stage(exponential(2 * SERVICE_US), {
      servers: 2,
      capacity: 20,
      discipline: { kind: 'priority', levels: 2 },
      routes: at < 3 ? [{ to: at + 1, share: 1 }] : [],
    }),
  ),
}

/** A storm that never ends: 70 requests a second for ten servers of 0.1 s, given up after 1 s and asked three times more. */
const STORM: Network = {
  sources: [open(exponential(SERVICE_US / 70), { client: client(SERVICE_US, { retries: 3 }) })],
  stages: [
    stage(exponential(SERVICE_US / 10), {
      servers: 10,
      speeds: [
        { fromUs: 60 * SERVICE_US, permille: 300 },
        { fromUs: 70 * SERVICE_US, permille: 1_000 },
      ],
    }),
  ],
}

/**
 * Customers a second through the kernel for networks of queues, judges on, and requests a second of a retry storm, with
 * simscript and SimPy (where Python has it, else null) beside it. A request is an attempt that reaches the server: it is
 * sent, timed, given up, and later served in vain.
 */
export async function flow() {
  const customers = rate(MM1, { arrivals: CUSTOMERS })
  const requests = rate(STORM, { nowUs: STORM_S * SERVICE_US })
  await simscriptCustomers(SIMSCRIPT_CUSTOMERS / 10, BETWEEN_US, SERVICE_US)
  const rates: number[] = []
  for (let run = 0; run < RUNS; run++) rates.push(await simscriptCustomers(SIMSCRIPT_CUSTOMERS, BETWEEN_US, SERVICE_US))
  const simscript = Math.max(...rates)
  const simpy = simpyRates(SIMSCRIPT_CUSTOMERS, LOAD, SIMPY_STORM_S)
  const ratioToSimpy = (mine: number, theirs?: number) => (theirs === undefined ? null : rounded(mine / theirs))
  return {
    customersPerSecond: rounded(customers),
    simscriptCustomersPerSecond: rounded(simscript),
    ratioToSimscript: rounded(customers / simscript),
    ratioToSimpy: ratioToSimpy(customers, simpy?.customersPerSecond),
    fourStageCustomersPerSecond: rounded(rate(BUSY, { arrivals: CUSTOMERS / 4 })),
    metastableRequestsPerSecond: rounded(requests),
    metastableRatioToSimpy: ratioToSimpy(requests, simpy?.attemptsPerSecond),
  }
}

/** Arrivals a second of the quickest run, as of the yardstick: on a shared machine it says most. */
function rate(network: Network, until: Until): number {
  const rates = Array.from({ length: RUNS }, (_, seed) => {
    const kernel = new Kernel(network, seed)
    const tookMs = timed(() => kernel.run(until))
    if (kernel.broken !== null) throw new Error(`a rule broke: ${kernel.broken.judge}, ${kernel.broken.found}`)
    return kernel.arrivals / tookMs
  })
  return Math.max(...rates) * 1_000
}
