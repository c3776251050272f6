import { Fifo } from '../../../../base/fifo.ts'
import type { Item, Taker } from './pipe.ts'

/**
 * Items that come as messages, one after the other. While a worker waits, they queue here, in its own memory; while it is
 * busy, no message gets in, and they queue in front of its event loop.
 */
export function inTurn({ arrived, take }: Taker): (item: Item) => void {
  let waiting = Fifo.empty<Item>()
  let busy = false
  const work = async () => {
    busy = true
    for (let item = waiting.first(); item !== undefined; item = waiting.first()) {
      waiting = waiting.shift()
      await take(item)
    }
    busy = false
  }
  return (item) => {
    arrived(item)
    waiting = waiting.push(item)
    if (!busy) void work()
  }
}
