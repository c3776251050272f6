import { AppendList } from '../base/append-list.ts'
import { type Micros, type NodeId, type RequestId, requestId } from '../base/brand.ts'
import type { OperationEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Stream } from './workload.ts'

/** The history of all clients and their steady streams, as a checkpoint keeps them. */
export interface ClientsRecord<P extends Protocol> {
  readonly operations: AppendList<OperationEvent<P>>
  readonly streams: readonly Stream[]
  /** How many commands each actor was given: it numbers their requests. */
  readonly given: readonly number[]
}

/** Who asked what, and what came of it. */
export class Clients<P extends Protocol> {
  /** Every beginning and end of an operation, in order of time. */
  operations = AppendList.empty<OperationEvent<P>>()
  private streams: Stream[]
  private given: number[]

  constructor(actors: number) {
    this.streams = new Array<Stream>(actors).fill({ ratePerSecond: 0, drawn: 0, arrival: null })
    this.given = new Array<number>(actors).fill(0)
  }

  /** The number of the actor's next command, as a request: `c1:7`. */
  nextRequest(actor: number, name: NodeId): RequestId {
    return requestId(`${name}:${++this.given[actor]!}`)
  }

  append(event: OperationEvent<P>): void {
    this.operations = this.operations.append(event)
  }

  /** Sets the rate of a stream, from now on: an arrival that was to come does not. */
  setRate(actor: number, ratePerSecond: number): void {
    const { drawn } = this.streams[actor]!
    this.streams[actor] = { ratePerSecond, drawn, arrival: null }
  }

  /** The event of this number is the next arrival. */
  expect(actor: number, arrival: number): void {
    const { ratePerSecond, drawn } = this.streams[actor]!
    this.streams[actor] = { ratePerSecond, drawn, arrival }
  }

  isExpected(actor: number, arrival: number): boolean {
    return this.streams[actor]!.arrival === arrival
  }

  rate(actor: number): number {
    return this.streams[actor]!.ratePerSecond
  }

  /** The number of the operation that arrives now. */
  draw(actor: number): number {
    const { ratePerSecond, drawn, arrival } = this.streams[actor]!
    this.streams[actor] = { ratePerSecond, drawn: drawn + 1, arrival }
    return drawn + 1
  }

  record(): ClientsRecord<P> {
    return { operations: this.operations, streams: this.streams.slice(), given: this.given.slice() }
  }

  restore({ operations, streams, given }: ClientsRecord<P>): void {
    this.operations = operations
    this.streams = streams.slice()
    this.given = given.slice()
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
