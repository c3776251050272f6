import { Entity, Simulation } from 'simscript'
import { between, draw, type StreamKey, streamKey } from '../../base/prng.ts'

/**
 * The yardstick: what five idle Raft nodes do, as timers and messages alone, in simscript. A leader's heartbeat timer
 * fires every 50 ms; a message goes to each of four followers (5 to 20 ms), resets its election timer (150 to 300 ms,
 * drawn anew) and is answered (5 to 20 ms). No protocol state, no judges, no trace, no checkpoints.
 */

const FOLLOWERS = 4
const HEARTBEAT_MS = 50
const SECOND_MS = 1_000

class Cluster extends Simulation {
  events = 0
  elections = 0
  readonly followers = Array.from({ length: FOLLOWERS }, () => new Follower())
  private readonly key: StreamKey = streamKey(7, 'simscript')
  private draws = 0

  constructor(untilMs: number) {
    // Never yields to the screen: there is none.
    super({ timeEnd: untilMs, yieldInterval: Number.POSITIVE_INFINITY })
  }

  /** Uniform between two times in milliseconds, to the microsecond. */
  uniformMs(lowMs: number, highMs: number): number {
    return between(draw(this.key, this.draws++), lowMs * SECOND_MS, highMs * SECOND_MS) / SECOND_MS
  }

  override onStarting(): void {
    super.onStarting()
    for (const follower of this.followers) void this.activate(follower)
    void this.activate(new Leader())
  }
}

class Leader extends Entity<Cluster> {
  override async script(): Promise<void> {
    const { simulation } = this
    for (;;) {
      await this.delay(HEARTBEAT_MS)
      simulation.events++
      for (const follower of simulation.followers) void simulation.activate(new Heartbeat({ follower }))
    }
  }
}

/** Waits for its election timer; the signal (itself) resets it. */
class Follower extends Entity<Cluster> {
  override async script(): Promise<void> {
    const { simulation } = this
    for (;;) {
      const timeoutMs = simulation.uniformMs(150, 300)
      const waitedMs = await this.delay(timeoutMs, undefined, this)
      if (waitedMs < timeoutMs) continue
      simulation.events++
      simulation.elections++
    }
  }
}

class Heartbeat extends Entity<Cluster> {
  follower: Follower | null = null

  constructor({ follower }: { readonly follower: Follower }) {
    super()
    this.follower = follower
  }

  override async script(): Promise<void> {
    const { simulation } = this
    await this.delay(simulation.uniformMs(5, 20))
    simulation.events++
    this.sendSignal(this.follower)
    await this.delay(simulation.uniformMs(5, 20))
    simulation.events++
  }
}

/** Events a second over `untilMs` of virtual time: timers fired and messages arrived, as the kernel counts them. */
export async function simscriptRate(untilMs: number): Promise<number> {
  const cluster = new Cluster(untilMs)
  const began = performance.now()
  await new Promise<void>((done) => {
    cluster.finished.addEventListener(() => done())
    void cluster.start()
  })
  const tookMs = performance.now() - began
  const expected = (untilMs / HEARTBEAT_MS) * (1 + 2 * FOLLOWERS)
  if (cluster.elections > 0 || Math.abs(cluster.events - expected) > 0.01 * expected)
    throw new Error(`the yardstick did ${cluster.events} events and ${cluster.elections} elections, not ${expected}`)
  return (cluster.events / tookMs) * SECOND_MS
}
