import { AppendList } from '../base/append-list.ts'
import { type Micros, type NodeId, type RequestId, requestId } from '../base/brand.ts'
import type { OperationEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Stream } from './workload.ts'

/** The history of all clients and their steady streams. Immutable values: a checkpoint keeps a pointer. */
export interface ClientsRecord<P extends Protocol> {
  readonly operations: AppendList<OperationEvent<P>>
  readonly streams: readonly Stream[]
  /** How many commands each actor was given: it numbers their requests. */
  readonly given: readonly number[]
}

/** Who asked what, and what came of it. */
export class Clients<P extends Protocol> {
  record: ClientsRecord<P>

  constructor(actors: number) {
    this.record = {
      operations: AppendList.empty(),
      streams: new Array<Stream>(actors).fill({ ratePerSecond: 0, drawn: 0, arrival: null }),
      given: new Array<number>(actors).fill(0),
    }
  }

  /** The number of the actor's next command, as a request: `c1:7`. */
  nextRequest(actor: number, name: NodeId): RequestId {
    const count = this.record.given[actor]! + 1
    this.record = { ...this.record, given: this.record.given.with(actor, count) }
    return requestId(`${name}:${count}`)
  }

  append(event: OperationEvent<P>): void {
    this.record = { ...this.record, operations: this.record.operations.append(event) }
  }

  /** Sets the rate of a stream, from now on: an arrival that was to come does not. */
  setRate(actor: number, ratePerSecond: number): void {
    this.setStream(actor, { ...this.record.streams[actor]!, ratePerSecond, arrival: null })
  }

  /** The event of this number is the next arrival. */
  expect(actor: number, arrival: number): void {
    this.setStream(actor, { ...this.record.streams[actor]!, arrival })
  }

  isExpected(actor: number, arrival: number): boolean {
    return this.record.streams[actor]!.arrival === arrival
  }

  rate(actor: number): number {
    return this.record.streams[actor]!.ratePerSecond
  }

  /** The number of the operation that arrives now. */
  draw(actor: number): number {
    const stream = this.record.streams[actor]!
    this.setStream(actor, { ...stream, drawn: stream.drawn + 1 })
    return stream.drawn + 1
  }

  private setStream(actor: number, stream: Stream): void {
    this.record = { ...this.record, streams: this.record.streams.with(actor, stream) }
  }
}

/** One operation's beginning. */
export const called = <P extends Protocol>(
  client: NodeId,
  request: RequestId,
  command: P['command'],
  at: Micros,
): OperationEvent<P> => ({ kind: 'call', client, request, command, at })

/** One operation's end, as its client sees it. */
export const returned = <P extends Protocol>(
  client: NodeId,
  request: RequestId,
  result: P['result'],
  at: Micros,
): OperationEvent<P> => ({ kind: 'return', client, request, result, at })
