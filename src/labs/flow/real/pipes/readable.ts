import { Gate, type Item, type Pipe } from './pipe.ts'

/**
 * A ReadableStream of the upstream, transferred. The upstream is asked for an item (`pull`) while its queue is shorter than
 * the high-water mark; one more item stands in the pipe that the transfer makes: it is asked for before anybody reads.
 */
export const readablePipe = (highWaterMark: number): Pipe => ({
  outlet(port) {
    const asked = new Gate()
    asked.close()
    let pulled = () => {}
    let queue: ReadableStreamDefaultController<Item>
    const stream = new ReadableStream<Item>(
      {
        start(controller) {
          queue = controller
        },
        // It is not asked for more before this has ended.
        pull() {
          asked.open()
          return new Promise((resolve) => {
            pulled = resolve
          })
        },
      },
      { highWaterMark },
    )
    port.postMessage(stream, [stream])
    return {
      ready: () => asked.passed(),
      send(item) {
        asked.close()
        queue.enqueue(item)
        pulled()
      },
    }
  },

  inlet(port, { arrived, take }) {
    port.onmessage = async ({ data }: MessageEvent<ReadableStream<Item>>) => {
      const reader = data.getReader()
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return
        arrived(value)
        await take(value)
      }
    }
  },
})
