import { type Count, INSTANT_MS, type Order, type Report } from './messages.ts'
import { LIMITS, type LimitName, partNames, type RealPlan } from './plan.ts'
import { closedOf, knownOf, type RealSnapshot, snapshotOf } from './snapshot.ts'

/** The page's side of real mode: starts the workers, joins them, asks them, ends them. */

/** Can this browser hand a stream to a worker? Safari cannot. */
export function canTransfer(primitive: 'readable' | 'writable'): boolean {
  const stream = primitive === 'readable' ? new ReadableStream() : new WritableStream()
  try {
    structuredClone(stream, { transfer: [stream] })
    return true
  } catch {
    return false
  }
}

function startWorker(index: number, count: number, name: string): Worker {
  if (index === 0) return new Worker(new URL('./producer.worker.ts', import.meta.url), { type: 'module', name })
  if (index === count - 1) return new Worker(new URL('./consumer.worker.ts', import.meta.url), { type: 'module', name })
  return new Worker(new URL('./stage.worker.ts', import.meta.url), { type: 'module', name })
}

/** A worker with what is known of it. */
interface Crew {
  readonly worker: Worker
  alive: boolean
  counts: readonly Count[]
  /** The last ping that was answered. */
  answered: number
}

/** One run of a plan. What it shows goes to `show`, a few times a second, until all workers are ended. */
export class RealRun {
  private readonly crew: readonly Crew[]
  private readonly beganMs = performance.now()
  private readonly timer: ReturnType<typeof setInterval>
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined
  private held = false
  private limit: LimitName | null = null
  private running = true
  /** When each ping was sent, by its number. */
  private readonly pings: number[] = []
  private seen: RealSnapshot

  constructor(
    private readonly plan: RealPlan,
    private readonly show: (snapshot: RealSnapshot) => void,
  ) {
    const names = partNames(plan)
    this.crew = names.map((name, index) => ({
      worker: startWorker(index, names.length, name),
      alive: true,
      counts: [],
      answered: -1,
    }))
    this.seen = this.look()
    this.join()
    this.timer = setInterval(() => this.tick(), INSTANT_MS)
    document.addEventListener('visibilitychange', this.onVisibility)
    this.tell()
  }

  /** Holds the producer, or lets it go on. */
  hold(held: boolean): void {
    this.held = held
    this.order(0, { kind: 'hold', held })
    this.tell()
  }

  /** Ends one worker, as `kill -9` would: nobody is told. */
  kill(index: number): void {
    const one = this.crew[index]
    if (one === undefined) return
    one.worker.terminate()
    one.alive = false
    this.tell()
  }

  /** Ends all workers. What was seen last stays. */
  end(): void {
    if (!this.running) return
    this.running = false
    clearInterval(this.timer)
    clearTimeout(this.hiddenTimer)
    document.removeEventListener('visibilitychange', this.onVisibility)
    for (const { worker } of this.crew) worker.terminate()
    this.tell()
  }

  private join(): void {
    const channels = this.crew.slice(1).map(() => new MessageChannel())
    this.crew.forEach(({ worker }, index) => {
      const before = channels[index - 1]?.port2 ?? null
      const behind = channels[index]?.port1 ?? null
      worker.onmessage = ({ data }: MessageEvent<Report>) => this.hear(index, data)
      const ports = [before, behind].filter((port) => port !== null)
      this.order(index, { kind: 'start', plan: this.plan, before, behind }, ports)
    })
  }

  private order(index: number, order: Order<MessagePort>, transfer: MessagePort[] = []): void {
    this.crew[index]?.worker.postMessage(order, transfer)
  }

  private hear(index: number, { pong, counts, limit }: Report): void {
    const one = this.crew[index]!
    one.counts = counts
    if (pong !== null) one.answered = pong
    this.limit ??= limit
  }

  private tick(): void {
    if (this.elapsedMs() >= LIMITS.runMs) {
      this.endBy('runMs')
      return
    }
    this.tell()
    const number = this.pings.push(performance.now()) - 1
    const closed = closedOf(this.seen)
    for (const index of this.crew.keys()) this.order(index, { kind: 'ping', number, closed })
  }

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiddenTimer)
    if (document.hidden) this.hiddenTimer = setTimeout(() => this.endBy('hiddenMs'), LIMITS.hiddenMs)
  }

  private endBy(limit: LimitName): void {
    this.limit = limit
    this.end()
  }

  private elapsedMs(): number {
    return performance.now() - this.beganMs
  }

  private look(): RealSnapshot {
    const now = performance.now()
    const crew = this.crew.map(({ alive, counts, answered }) => {
      const waitedMs = now - (this.pings[answered + 1] ?? now)
      // Who has just been asked has had no time to answer.
      return { alive, counts, silentMs: waitedMs < 2 * INSTANT_MS ? 0 : waitedMs }
    })
    const { held, limit, running } = this
    return snapshotOf(this.plan, knownOf(crew), { elapsedMs: this.elapsedMs(), held, limit, running })
  }

  private tell(): void {
    this.seen = this.look()
    this.show(this.seen)
  }
}
