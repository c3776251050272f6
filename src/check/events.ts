import type { Operation } from './register.ts'

/** An event of one key: an operation begins or has returned. */
export interface KeyEvent {
  readonly time: number
  readonly isCall: boolean
  readonly operation: Operation
}

/** Events in the order of time; at the same instant calls come first, so that both are concurrent. */
export function keyEvents(operations: readonly Operation[]): readonly KeyEvent[] {
  const events = operations.flatMap((operation): KeyEvent[] => {
    const call = { time: operation.call, isCall: true, operation }
    return operation.ret === null ? [call] : [call, { time: operation.ret, isCall: false, operation }]
  })
  return events.sort((x, y) => x.time - y.time || Number(y.isCall) - Number(x.isCall))
}
