import type { NodeId } from '../../../base/brand.ts'
import { HTTP2 } from '../streams/http2-windows.ts'
import { addDemand, UNBOUNDED } from '../streams/reactive-streams.ts'
import type { DemandSignal } from './types.ts'

/** What a sender may send on one of its pipes. */
export type Grant =
  /** Nobody has asked yet. */
  | { readonly kind: 'none' }
  | { readonly kind: 'open' }
  | { readonly kind: 'paused' }
  /** So many items more; infinite: as many as there are. */
  | { readonly kind: 'credit'; readonly left: number }
  /** So many bytes more. Below 0 after a smaller window (RFC 9113, 6.9.2): nothing until it is above again. */
  | { readonly kind: 'window'; readonly left: number }

/** A pipe as its sender sees it. */
export interface Output {
  readonly name: NodeId
  readonly grant: Grant
  /** Since the grant was reset: what was asked for and what was sent; bytes under windows, items else. */
  readonly requestedTotal: number
  readonly sent: number
  /** Windows: bytes sent that have not come back: what this pipe takes of the window of the connection. */
  readonly owedBytes: number
  /** The asking that the grant is of. */
  readonly epoch: number
}

export const outputStart = (name: NodeId): Output => ({
  name,
  grant: { kind: 'none' },
  requestedTotal: 0,
  sent: 0,
  owedBytes: 0,
  epoch: 0,
})

/** What the stage behind the pipe says. */
export function granted(before: Output, signal: DemandSignal, epoch = before.epoch): Output {
  const output = { ...before, epoch }
  switch (signal.how) {
    case 'open':
    case 'resume':
      return { ...output, grant: { kind: 'open' }, requestedTotal: UNBOUNDED, owedBytes: 0 }
    case 'pause':
      return { ...output, grant: { kind: 'paused' }, requestedTotal: UNBOUNDED, owedBytes: 0 }
    case 'request': {
      const { grant, requestedTotal } = output
      if (signal.reset || grant.kind !== 'credit') return reset(output, { kind: 'credit', left: signal.n }, signal.n)
      const left = addDemand(grant.left, signal.n)
      return { ...output, grant: { kind: 'credit', left }, requestedTotal: addDemand(requestedTotal, signal.n) }
    }
    default: {
      const { grant, requestedTotal, owedBytes } = output
      const { bytes } = signal
      if (signal.reset || grant.kind !== 'window') return reset(output, { kind: 'window', left: bytes }, bytes)
      return {
        ...output,
        grant: { kind: 'window', left: grant.left + bytes },
        requestedTotal: requestedTotal + bytes,
        owedBytes: Math.max(0, owedBytes - bytes),
      }
    }
  }
}

/** A new stream on the connection: what the old one had not given back is settled with its end. */
const reset = ({ name, epoch }: Output, grant: Grant, requestedTotal: number): Output => ({
  ...outputStart(name),
  epoch,
  grant,
  requestedTotal,
})

/**
 * May an item of `bytes` go to the output at `at` now? All outputs with windows are streams of one connection, whose
 * window begins at 65,535 whatever the streams' windows are. An item is never cut: one that is larger than what a window
 * can ever hold waits for ever.
 */
export function maySend(outputs: readonly Output[], at: number, bytes: number): boolean {
  const grant = outputs[at]?.grant
  switch (grant?.kind) {
    case 'open':
      return true
    case 'credit':
      return grant.left >= 1
    case 'window':
      return grant.left >= bytes && connectionLeft(outputs) >= bytes
    default:
      return false
  }
}

/** Bytes that the window of the connection still allows. */
function connectionLeft(outputs: readonly Output[]): number {
  let left = HTTP2.initialWindowBytes
  for (const { owedBytes } of outputs) left -= owedBytes
  return left
}

/** An item of `bytes` was sent. */
export function spent(output: Output, bytes: number): Output {
  const { grant, sent, owedBytes } = output
  if (grant.kind === 'window') {
    const left = grant.left - bytes
    return { ...output, grant: { kind: 'window', left }, sent: sent + bytes, owedBytes: owedBytes + bytes }
  }
  if (grant.kind === 'credit') return { ...output, grant: { kind: 'credit', left: grant.left - 1 }, sent: sent + 1 }
  return { ...output, sent: sent + 1 }
}
