import { assert } from '../base/assert.ts'
import { lowerBound } from '../base/bisect.ts'

/** What the store needs to know of a checkpoint. */
export interface Marked {
  readonly event: number
  readonly time: number
}

export const SPACING_EVENTS = 1024
/** Past this many the spacing doubles, uniformly: thinning only the old ones makes far seeks slow. */
export const CHECKPOINTS_MAX = 2048

/** Checkpoints in the order of events at a uniform spacing, plus those that acts demand. */
export class Checkpoints<C extends Marked> {
  private items: C[] = []
  private spacing = SPACING_EVENTS

  get spacingEvents(): number {
    return this.spacing
  }

  get size(): number {
    return this.items.length
  }

  /** Whether the event with this number is one at which a checkpoint is due. */
  due(event: number): boolean {
    return event % this.spacing === 0
  }

  add(checkpoint: C): void {
    const last = this.items[this.items.length - 1]
    assert(last === undefined || checkpoint.event > last.event, 'checkpoints must be added in order')
    this.items.push(checkpoint)
    while (this.items.length > CHECKPOINTS_MAX) this.thin()
  }

  private thin(): void {
    this.spacing *= 2
    const first = this.items[0]!
    this.items = this.items.filter((item) => item === first || item.event % this.spacing === 0)
  }

  /** The last checkpoint at or before the event. */
  atEvent(event: number): C {
    const at = lowerBound(this.items.length, (i) => this.items[i]!.event > event) - 1
    assert(at >= 0, 'no checkpoint before the event')
    return this.items[at]!
  }

  /** The last checkpoint at or before the time. */
  atTime(time: number): C {
    const at = lowerBound(this.items.length, (i) => this.items[i]!.time > time) - 1
    assert(at >= 0, 'no checkpoint before the time')
    return this.items[at]!
  }

  /** The checkpoint of exactly this event, if one was kept. */
  exactly(event: number): C | undefined {
    const at = lowerBound(this.items.length, (i) => this.items[i]!.event >= event)
    const found = this.items[at]
    return found !== undefined && found.event === event ? found : undefined
  }

  /** A store with the checkpoints up to the event; they are shared. */
  fork(event: number): Checkpoints<C> {
    const copy = new Checkpoints<C>()
    copy.items = this.items.slice(
      0,
      lowerBound(this.items.length, (i) => this.items[i]!.event > event),
    )
    copy.spacing = this.spacing
    return copy
  }
}
