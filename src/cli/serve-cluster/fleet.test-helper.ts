import { createConnection, type Socket } from 'node:net'
import type { Reply } from '../../protocols/cluster/reply.ts'
import { EMPTY_REPLIES, encodeCommand, parseReplies } from '../../protocols/cluster/resp.ts'
import { BadInput } from '../bad-input.ts'
import { Fleet } from './fleet.ts'
import { readWanted } from './shape.ts'

/** Below the ports that systems give out themselves; each process begins elsewhere. */
const FIRST_PORT = 10_000
const PORTS = 20_000
const STRIDE = 32

let tried = process.pid * 7

/** Faults that a fleet survived: a test that ends without looking at them has missed something. */
export const faults: string[] = []

/** A fleet for a test, on ports that were free. */
export async function launch(line: string): Promise<{ readonly fleet: Fleet; readonly port: number }> {
  for (;;) {
    const port = FIRST_PORT + ((++tried * STRIDE) % PORTS)
    const words = `${line} --port ${port}`.trim().split(' ')
    try {
      const surroundings = { seed: 1, nowMs: Date.now, onFault: (text: string) => faults.push(text) }
      return { fleet: await Fleet.launch(readWanted(words), surroundings), port }
    } catch (error) {
      if (!(error instanceof BadInput && error.message.includes('somebody listens'))) throw error
    }
  }
}

/** A connection by hand: bytes go out as they are, what comes back is collected. */
export class Wire {
  /** All that came. */
  text = ''
  closed = false
  private read = 0
  private buffer = EMPTY_REPLIES
  private readonly replies: Reply[] = []
  private changed: () => void = () => undefined

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      this.text += chunk
      this.changed()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed = true
      this.changed()
    })
  }

  /** Rejects when nobody listens. */
  static open(port: number): Promise<Wire> {
    const socket = createConnection(port, '127.0.0.1')
    return new Promise((opened, failed) => {
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.off('error', failed)
        opened(new Wire(socket))
      })
    })
  }

  write(bytes: string): void {
    this.socket.write(bytes, 'latin1')
  }

  /** Waits until that is so, looking whenever something comes. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((changed) => (this.changed = changed))
  }

  /** The next reply. */
  async reply(): Promise<Reply> {
    const next = () => {
      const { replies, rest } = parseReplies(this.buffer, this.text.slice(this.read))
      this.read = this.text.length
      this.buffer = rest
      this.replies.push(...replies)
      return this.replies.length > 0
    }
    await this.until(() => next() || this.closed)
    const reply = this.replies.shift()
    if (reply === undefined) throw new Error('the connection was closed')
    return reply
  }

  /** Sends a command and waits for its reply. */
  say(...command: string[]): Promise<Reply> {
    this.write(encodeCommand(command))
    return this.reply()
  }

  end(): void {
    this.socket.destroy()
  }
}
