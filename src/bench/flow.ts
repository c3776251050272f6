import { exponential } from '../protocols/flow/queueing/distributions.ts'
import { Kernel } from '../protocols/flow/queueing/kernel.ts'
import { type Network, open, stage } from '../protocols/flow/queueing/network.ts'
import { simscriptCustomers } from './support/simscript-queue.ts'
import { rounded, timed } from './support/statistics.ts'

const RUNS = 5
const CUSTOMERS = 1_000_000
const SIMSCRIPT_CUSTOMERS = 50_000
const SERVICE_US = 1_000_000
const BETWEEN_US = SERVICE_US / 0.8

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

/** Customers a second through the kernel for networks of queues, judges on, with simscript beside it. */
export async function flow() {
  const customers = rate(MM1, CUSTOMERS)
  await simscriptCustomers(SIMSCRIPT_CUSTOMERS / 10, BETWEEN_US, SERVICE_US)
  const rates: number[] = []
  for (let run = 0; run < RUNS; run++) rates.push(await simscriptCustomers(SIMSCRIPT_CUSTOMERS, BETWEEN_US, SERVICE_US))
  const simscript = Math.max(...rates)
  return {
    customersPerSecond: rounded(customers),
    simscriptCustomersPerSecond: rounded(simscript),
    ratioToSimscript: rounded(customers / simscript),
    fourStageCustomersPerSecond: rounded(rate(BUSY, CUSTOMERS / 4)),
  }
}

/** Customers a second of the quickest run, as of the yardstick: on a shared machine it says most. */
function rate(network: Network, customers: number): number {
  const times = Array.from({ length: RUNS }, (_, seed) => {
    const kernel = new Kernel(network, seed)
    const tookMs = timed(() => kernel.run({ arrivals: customers }))
    if (kernel.broken !== null) throw new Error(`a rule broke: ${kernel.broken.judge}, ${kernel.broken.found}`)
    return tookMs
  })
  return (customers / Math.min(...times)) * 1_000
}
