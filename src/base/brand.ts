/** Nominal types over numbers and strings: a term is not an index. */

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

/** Virtual (or real) time in integer microseconds since the start of the run. */
export type Micros = Brand<number, 'Micros'>

/** The name of an actor of the world: `n1`, `c1`. */
export type NodeId = Brand<string, 'NodeId'>

/** Identifies one client request: `c1:7`. */
export type RequestId = Brand<string, 'RequestId'>

export const micros = (value: number): Micros => value as Micros
export const nodeId = (value: string): NodeId => value as NodeId
export const requestId = (value: string): RequestId => value as RequestId
