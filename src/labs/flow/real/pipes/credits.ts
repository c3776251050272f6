import { inTurn } from './in-turn.ts'
import { Gate, type Item, type Pipe } from './pipe.ts'

/** `postMessage` with credits: each is a place in the queue, and comes back when the item leaves it to be worked on. */
export const creditsPipe = (credits: number): Pipe => ({
  outlet(port) {
    const gate = new Gate()
    let left = credits
    port.onmessage = () => {
      left++
      gate.open()
    }
    return {
      ready: () => gate.passed(),
      send(item) {
        port.postMessage(item)
        if (--left === 0) gate.close()
      },
    }
  },

  inlet(port, { arrived, take }) {
    const receive = inTurn({
      arrived,
      take(item) {
        port.postMessage(null)
        return take(item)
      },
    })
    port.onmessage = ({ data }: MessageEvent<Item>) => receive(data)
  },
})
