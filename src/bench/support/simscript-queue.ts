import { Entity, Queue, Simulation } from 'simscript'
import { draw, streamKey } from '../../base/prng.ts'
import { exponential, type Sampler, samplerOf } from '../../protocols/flow/queueing/distributions.ts'

/** The yardstick of the queueing kernel: M/M/1 in simscript, with its own queues and tallies, and no judges. */
class SingleServer extends Simulation {
  readonly waiting = new Queue('waiting')
  readonly server = new Queue('server', 1)
  served = 0
  private draws = 0
  private readonly key = streamKey(7, 'simscript queue')
  private readonly between: Sampler
  private readonly service: Sampler

  constructor(
    private readonly customers: number,
    betweenUs: number,
    serviceUs: number,
  ) {
    super({ yieldInterval: Number.POSITIVE_INFINITY })
    this.between = samplerOf(exponential(betweenUs))
    this.service = samplerOf(exponential(serviceUs))
  }

  nextBetween(): number {
    return this.between(draw(this.key, this.draws++))
  }

  nextService(): number {
    return this.service(draw(this.key, this.draws++))
  }

  override onStarting(): void {
    super.onStarting()
    void this.activate(new Arrivals({ customers: this.customers }))
  }
}

class Arrivals extends Entity<SingleServer> {
  private readonly customers: number

  constructor({ customers }: { readonly customers: number }) {
    super()
    this.customers = customers
  }

  override async script(): Promise<void> {
    for (let made = 0; made < this.customers; made++) {
      await this.delay(this.simulation.nextBetween())
      void this.simulation.activate(new Customer())
    }
  }
}

class Customer extends Entity<SingleServer> {
  override async script(): Promise<void> {
    const { simulation } = this
    this.enterQueueImmediately(simulation.waiting)
    await this.enterQueue(simulation.server)
    this.leaveQueue(simulation.waiting)
    await this.delay(simulation.nextService())
    this.leaveQueue(simulation.server)
    simulation.served++
  }
}

/** Customers a second through an M/M/1 of this load. */
export async function simscriptCustomers(customers: number, betweenUs: number, serviceUs: number): Promise<number> {
  const world = new SingleServer(customers, betweenUs, serviceUs)
  const began = performance.now()
  await new Promise<void>((done) => {
    world.finished.addEventListener(() => done())
    void world.start()
  })
  const tookMs = performance.now() - began
  if (world.served !== customers) throw new Error(`the yardstick served ${world.served} customers, not ${customers}`)
  return (customers / tookMs) * 1_000
}
