import type { Order } from '../messages.ts'
import type { RealPlan } from '../plan.ts'
import { Gate } from './pipe.ts'
import { Tally } from './tally.ts'

/** What a worker is told at its start, and what it reads while it runs. */
export interface Duty {
  readonly plan: RealPlan
  /** The pipes before and behind; null at the ends. */
  readonly before: MessagePort | null
  readonly behind: MessagePort | null
  readonly tally: Tally
  /** Closed while the person holds the producer. */
  readonly running: Gate
  /** Items that are done, dropped or lost, as far as the page knows. */
  closed(): number
}

/** Makes this worker do what the page orders. */
export function serve(begin: (duty: Duty) => void): void {
  const tally = new Tally((report) => postMessage(report))
  const running = new Gate()
  let closed = 0
  addEventListener('message', ({ data: order }: MessageEvent<Order<MessagePort>>) => {
    switch (order.kind) {
      case 'start':
        return begin({ ...order, tally, running, closed: () => closed })
      case 'ping':
        closed = order.closed
        return tally.report(order.number)
      case 'hold':
        return order.held ? running.close() : running.open()
    }
  })
}
