/** What every pipe between two workers offers, whatever primitive it is made of. */

/** An item on its way, or a batch of items that travels as one. */
export interface Item {
  /** When the producer made it, in ms since the epoch: workers have different origins of time. */
  readonly madeAtMs: number
  /** How many items it stands for. */
  readonly count: number
  readonly payload: Uint8Array
}

/** The upstream's end. */
export interface Outlet {
  /** Resolves when the primitive lets another item through; at once where nothing holds it back. */
  ready(): Promise<void>
  /** Hands an item over. Only after {@link Outlet.ready}. */
  send(item: Item): void
}

/** What the downstream does with items: one at a time. */
export interface Taker {
  /** An item has come out of the pipe; it may have to wait for its turn. */
  arrived(item: Item): void
  /** Takes an item; the next one comes when this has ended. */
  take(item: Item): Promise<void>
}

/** Both ends speak over one MessageChannel, whose ports they hold. */
export interface Pipe {
  outlet(port: MessagePort): Outlet
  inlet(port: MessagePort, taker: Taker): void
}

/** A thing that is passed when it is open. */
export class Gate {
  private pass = () => {}
  private opened: Promise<void> = Promise.resolve()
  private closed = false

  open(): void {
    this.closed = false
    this.pass()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.opened = new Promise((resolve) => {
      this.pass = resolve
    })
  }

  /** Resolves when the gate is open. */
  passed(): Promise<void> {
    return this.opened
  }
}
