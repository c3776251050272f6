import { type Micros, micros } from '../base/brand.ts'
import { Agenda, type Scheduler } from './scheduler.ts'

/** What a timer of the platform can wait for at most. */
const WAIT_MAX_MS = 2 ** 31 - 1

/** Time as it passes. It keeps the process alive until {@link WallTime.stop}. */
export class WallTime implements Scheduler {
  private readonly agenda = new Agenda()
  private readonly startMs = performance.now()
  private stopped = false
  private timer: ReturnType<typeof setTimeout> | undefined
  /** For when the timer is set; infinite when it is not. */
  private wakes = Number.POSITIVE_INFINITY

  now(): Micros {
    return micros(Math.floor((performance.now() - this.startMs) * 1000))
  }

  at(time: Micros, task: () => void): void {
    this.agenda.add(time, task)
    this.arm()
  }

  /** No task runs any more. */
  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private arm(): void {
    const next = this.agenda.next
    if (this.stopped || next === undefined || next >= this.wakes) return
    clearTimeout(this.timer)
    this.wakes = next
    const waitMs = Math.min(WAIT_MAX_MS, Math.max(0, Math.ceil((next - this.now()) / 1000)))
    this.timer = setTimeout(() => this.wake(), waitMs)
  }

  /** Runs what is due now; what becomes due meanwhile waits for the next turn of the event loop. */
  private wake(): void {
    this.wakes = Number.POSITIVE_INFINITY
    const now = this.now()
    while (!this.stopped && this.agenda.next !== undefined && this.agenda.next <= now) this.agenda.take()!()
    this.arm()
  }
}
