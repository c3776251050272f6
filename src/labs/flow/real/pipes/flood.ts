import { inTurn } from './in-turn.ts'
import type { Item, Pipe } from './pipe.ts'

/** `postMessage`, and nothing comes back: the platform queues whatever is sent. */
export const floodPipe: Pipe = {
  outlet: (port) => ({
    ready: () => Promise.resolve(),
    send: (item) => port.postMessage(item),
  }),

  inlet(port, taker) {
    const receive = inTurn(taker)
    port.onmessage = ({ data }: MessageEvent<Item>) => receive(data)
  },
}
