import { createServer, type Server, type Socket } from 'node:net'
import { error } from '../../protocols/cluster/reply.ts'
import { encodeReply } from '../../protocols/cluster/resp.ts'
import { BadInput } from '../bad-input.ts'

const LOOPBACK = '127.0.0.1'
/** maxclients. */
const CLIENTS_MAX = 10_000
/** tcp-backlog. */
const BACKLOG = 511

const TOO_MANY = encodeReply(error('ERR max number of clients reached'), 2)

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'somebody listens there already',
  EACCES: 'not permitted',
}

/** A port of the loopback interface that can be closed and opened again. */
export class Port {
  private server: Server | null = null
  private readonly sockets = new Set<Socket>()

  constructor(
    readonly number: number,
    private readonly accept: (socket: Socket) => void,
  ) {}

  /** Listens. Throws {@link BadInput} when that is impossible. */
  open(): Promise<void> {
    const server = createServer((socket) => this.welcome(socket))
    this.server = server
    return new Promise((opened, failed) => {
      server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
        failed(new BadInput([`port ${this.number} of ${LOOPBACK}: ${REASONS[code ?? ''] ?? message}`])),
      )
      server.listen({ port: this.number, host: LOOPBACK, backlog: BACKLOG }, () => {
        // From now on: a connection that ended before it was accepted, too many open files.
        server.removeAllListeners('error').on('error', () => undefined)
        opened()
      })
    })
  }

  /** Refuses new connections and ends those there are. */
  close(): Promise<void> {
    const { server } = this
    this.server = null
    if (server === null) return Promise.resolve()
    const closed = new Promise<void>((done) => server.close(() => done()))
    for (const socket of this.sockets) socket.destroy()
    return closed
  }

  private welcome(socket: Socket): void {
    if (this.sockets.size >= CLIENTS_MAX) {
      socket.on('error', () => undefined).end(TOO_MANY, () => socket.destroy())
      return
    }
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    this.accept(socket)
  }
}
