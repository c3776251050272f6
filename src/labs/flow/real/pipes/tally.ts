import { type Count, type Counters, INSTANT_MS, NO_COUNTERS, type Report } from '../messages.ts'
import type { LimitName } from '../plan.ts'
import type { Item } from './pipe.ts'
import { nowMs } from './time.ts'

/** Who is not asked for so long speaks unasked, ms: a worker that is always busy does not get to the page's pings. */
const UNASKED_MS = 400
/** So many counts are told: what is late is not older. */
const COUNTS_MAX = 8

/** What one worker counts, and when it says so. */
export class Tally {
  private counters: Counters = NO_COUNTERS
  private counts: readonly Count[] = []
  private limit: LimitName | null = null
  private saidMs = nowMs()

  constructor(private readonly say: (report: Report) => void) {}

  get now(): Counters {
    return this.counters
  }

  received({ count }: Item): void {
    this.add({ received: this.counters.received + count })
  }

  begun({ count, madeAtMs }: Item): void {
    this.add({ begun: this.counters.begun + count, ageMs: Math.max(0, nowMs() - madeAtMs) })
    if (nowMs() - this.saidMs > UNASKED_MS) this.report(null)
  }

  done({ count }: Item): void {
    this.add({ done: this.counters.done + count })
  }

  sent({ count }: Item): void {
    this.add({ sent: this.counters.sent + count })
  }

  /** @param dropped since the start */
  droppedSoFar(dropped: number): void {
    this.add({ dropped })
  }

  stopped(limit: LimitName): void {
    this.limit = limit
    this.report(null)
  }

  /** @param pong the ping that is answered; null when unasked */
  report(pong: number | null): void {
    this.saidMs = nowMs()
    this.passInstant()
    this.say({ pong, counts: this.counts, limit: this.limit })
  }

  private add(change: Partial<Counters>): void {
    this.passInstant()
    this.counters = { ...this.counters, ...change }
  }

  /** Keeps what was counted when the last instant passed, before that changes. */
  private passInstant(): void {
    const instant = Math.floor(nowMs() / INSTANT_MS)
    if (instant === this.counts.at(-1)?.instant) return
    this.counts = [...this.counts, { instant, counters: this.counters }].slice(-COUNTS_MAX)
  }
}
