import { type Micros, micros } from '../base/brand.ts'
import { Heap } from '../base/heap.ts'

/** Where a host takes its time from, and where it leaves what is to happen later. */
export interface Scheduler {
  /** Time since the start in integer microseconds; it never runs backwards. */
  now(): Micros
  /** Calls `task` once, not before `time`; tasks run in the order of their times, then of these calls. */
  at(time: Micros, task: () => void): void
}

interface Appointment {
  readonly time: number
  readonly seq: number
  readonly task: () => void
}

/** Tasks in the order in which they are due. */
export class Agenda {
  private readonly heap = new Heap<Appointment>()
  private count = 0

  /** When the first task is due; undefined when there is none. */
  get next(): number | undefined {
    return this.heap.peek()?.time
  }

  add(time: number, task: () => void): void {
    this.heap.push({ time, seq: this.count++, task })
  }

  /** Takes the first task out. */
  take(): (() => void) | undefined {
    return this.heap.pop()?.task
  }
}

/** Time that jumps from task to task, as fast as they run. */
export class VirtualTime implements Scheduler {
  private readonly agenda = new Agenda()
  private clock = 0

  now(): Micros {
    return micros(this.clock)
  }

  at(time: Micros, task: () => void): void {
    this.agenda.add(Math.max(time, this.clock), task)
  }

  /** Runs everything that is due up to `time`, or until `enough` says so; then it is `time`, or the moment of that. */
  runUntil(time: Micros, enough: () => boolean = () => false): void {
    while (!enough()) {
      const next = this.agenda.next
      if (next === undefined || next > time) {
        this.clock = Math.max(this.clock, time)
        return
      }
      this.clock = next
      this.agenda.take()!()
    }
  }
}
