import type { Socket } from 'node:net'
import type { NodeId } from '../../base/brand.ts'
import type { Bytes } from '../../protocols/cluster/bytes.ts'
import type { Message } from '../../protocols/cluster/messages.ts'
import type { Reply } from '../../protocols/cluster/reply.ts'
import { EMPTY_REQUESTS, encodeReply, parseRequests } from '../../protocols/cluster/resp.ts'

/** What a connection needs of the node behind it. */
export interface Behind {
  /** Hands over commands that came together. */
  request(from: NodeId, commands: readonly (readonly Bytes[])[]): void
  /** The client is gone. */
  gone(from: NodeId): void
  /**
   * Can the node take commands of this client now? Paused, busy and for a blocked client it cannot: then it has
   * {@link Connection.pump} called when that may have changed.
   */
  accepts(connection: Connection): boolean
  isSubscriber(from: NodeId): boolean
}

/** Nothing is read from a client that has so much unread itself. */
const UNREAD_HIGH_BYTES = 1 << 20
/** client-output-buffer-limit, class pubsub: nobody can tell publishers to wait. */
const UNREAD_SUBSCRIBER_MAX_BYTES = 32 << 20
/** Commands that are handed over together; one at a time when the answers are large. */
const BATCH = 256
const LARGE_ANSWER_BYTES = 1 << 14
/** Answers are joined up to this size before they are written. */
const WRITE_BYTES = 1 << 18
/** A command that has not come as a whole by then is given up (client-query-buffer-limit is 1 GB). */
const PENDING_MAX_BYTES = 600_000_000
const PENDING_ARGUMENTS_MAX = 4_000_000

/** One TCP connection of a client: bytes in, commands to the node; replies back, as fast as the client reads. */
export class Connection {
  private buffer = EMPTY_REQUESTS
  private readonly queue: (readonly Bytes[])[] = []
  private pendingBytes = 0
  private answeredBytes = 0
  /** What the client did wrong, to be told behind the answers to what came before. */
  private mistake: Reply | null = null
  private ended = false
  private pumping = false

  constructor(
    readonly name: NodeId,
    private readonly socket: Socket,
    private readonly behind: Behind,
  ) {
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.read(chunk))
    socket.on('drain', () => this.pump())
    // A reset is followed by `close`.
    socket.on('error', () => undefined)
    socket.on('close', () => this.end())
  }

  /** What the node sends. */
  receive(message: Message): void {
    if (message.kind === 'Closed') this.hangUp()
    if (message.kind !== 'Replies') return
    this.answer(message.replies, message.resp)
    // It may have been blocked until now.
    if (this.queue.length > 0 && !this.pumping) this.pump()
  }

  /** Ends it at once, as the end of a process does. */
  destroy(): void {
    this.socket.destroy()
    this.end()
  }

  /** Hands over what may be handed over, and reads on when that is all. */
  pump(): void {
    this.pumping = true
    while (this.mayHandOver()) this.handOver()
    this.pumping = false
    if (this.ended || this.queue.length > 0) return
    if (this.mistake !== null) this.refuse(this.mistake)
    else if (this.socket.writableLength > UNREAD_HIGH_BYTES) this.socket.pause()
    else this.socket.resume()
  }

  private mayHandOver(): boolean {
    if (this.queue.length === 0 || this.ended) return false
    if (this.socket.writableLength <= UNREAD_HIGH_BYTES && this.behind.accepts(this)) return true
    this.socket.pause()
    return false
  }

  private handOver(): void {
    const commands = this.queue.splice(0, this.answeredBytes > LARGE_ANSWER_BYTES ? 1 : BATCH)
    if (commands.some(([first = '']) => isHttp(first))) {
      this.destroy()
      return
    }
    const before = this.socket.bytesWritten + this.socket.writableLength
    this.behind.request(this.name, commands)
    this.answeredBytes = (this.socket.bytesWritten + this.socket.writableLength - before) / commands.length
  }

  private read(chunk: Buffer): void {
    if (this.ended || this.mistake !== null) return
    try {
      const { commands, rest, error } = parseRequests(this.buffer, chunk.toString('latin1'))
      this.buffer = rest
      this.pendingBytes = commands.length > 0 ? rest.bytes.length : this.pendingBytes + chunk.length
      // Not by spreading: a chunk may hold more commands than a call has arguments.
      for (const command of commands) this.queue.push(command)
      this.mistake = error
    } catch (error) {
      // A text longer than the platform can hold.
      if (!(error instanceof RangeError)) throw error
      this.destroy()
      return
    }
    if (this.pendingBytes > PENDING_MAX_BYTES || this.buffer.args.length > PENDING_ARGUMENTS_MAX) this.destroy()
    else this.pump()
  }

  private answer(replies: readonly Reply[], resp: 2 | 3): void {
    try {
      let text = ''
      for (const reply of replies) {
        text += encodeReply(reply, resp)
        if (text.length > WRITE_BYTES) {
          this.write(text)
          text = ''
        }
      }
      if (text !== '') this.write(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.destroy()
      return
    }
    if (this.socket.writableLength > UNREAD_SUBSCRIBER_MAX_BYTES && this.behind.isSubscriber(this.name)) this.destroy()
  }

  private write(text: Bytes): void {
    if (!this.ended) this.socket.write(text, 'latin1')
  }

  private refuse(mistake: Reply): void {
    this.write(encodeReply(mistake, 2))
    this.hangUp()
  }

  /** Writes what is left and closes. */
  private hangUp(): void {
    this.socket.end(() => this.socket.destroy())
    this.end()
  }

  private end(): void {
    if (this.ended) return
    this.ended = true
    this.queue.length = 0
    this.buffer = EMPTY_REQUESTS
    this.behind.gone(this.name)
  }
}

/** A page in a browser may send requests to a port of its machine: the server closes on HTTP, as Redis does. */
const isHttp = (command: Bytes): boolean => /^(post|host:)$/i.test(command)
