import type { Item, Pipe } from './pipe.ts'

/**
 * A WritableStream of the downstream, transferred: the downstream's queue holds what the high-water mark allows, with the
 * item that is worked on; one more stands at the upstream. `writer.ready` says when there is room.
 */
export const writablePipe = (highWaterMark: number): Pipe => ({
  outlet(port) {
    let writer: WritableStreamDefaultWriter<Item>
    const opened = new Promise<void>((resolve) => {
      port.onmessage = ({ data }: MessageEvent<WritableStream<Item>>) => {
        writer = data.getWriter()
        resolve()
      }
    })
    return {
      ready: () => opened.then(() => writer.ready),
      // Nothing ends this stream but the end of its worker, and that nobody is told.
      send: (item) => void writer.write(item),
    }
  },

  inlet(port, { arrived, take }) {
    const stream = new WritableStream<Item>(
      {
        write(item) {
          arrived(item)
          return take(item)
        },
      },
      { highWaterMark },
    )
    port.postMessage(stream, [stream])
  },
})
