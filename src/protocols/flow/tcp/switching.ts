import { unreachable } from '../../../base/assert.ts'
import { bbrStart } from './bbr.ts'
import { type CongestionConfig, type CongestionState, congestionWindow } from './congestion.ts'
import { cubicStart } from './cubic.ts'
import { renoStart } from './reno.ts'

/** Bytes below which the window grows fast. Null: there is no such bound (yet), or the algorithm knows none. */
export function slowStartThreshold(choice: CongestionConfig, state: CongestionState): number | null {
  if (state.kind === 'bbr') return null
  const threshold = state.kind === 'reno' ? state.ssthreshBytes : state.ssthresh
  if (threshold === Number.MAX_SAFE_INTEGER) return null
  return state.kind === 'reno' ? threshold : Math.floor(threshold * choice.config.mssBytes)
}

/**
 * The connection goes on under `choice`, as in Linux (tcp_reinit_congestion_control): window and threshold are the
 * connection's and stay; what an algorithm remembers begins anew. BBR begins without a threshold (bbr_init), paced by the
 * window and the round-trip time (bbr_init_pacing_rate_from_rtt).
 * @param path srttUs null: nothing measured, 1 ms is taken as Linux does; `delivered`: bytes so far
 */
export function switchCongestion(
  from: CongestionConfig,
  state: CongestionState,
  choice: CongestionConfig,
  path: { readonly srttUs: number | null; readonly delivered: number },
): CongestionState {
  const cwndBytes = congestionWindow(from, state)
  const threshold = slowStartThreshold(from, state)
  switch (choice.kind) {
    case 'reno':
      return { ...renoStart(choice.config), cwndBytes, ssthreshBytes: threshold ?? Number.MAX_SAFE_INTEGER }
    case 'cubic': {
      const { mssBytes } = choice.config
      const ssthresh = threshold === null ? Number.MAX_SAFE_INTEGER : threshold / mssBytes
      return { ...cubicStart(choice.config), cwnd: cwndBytes / mssBytes, ssthresh }
    }
    case 'bbr': {
      const start = bbrStart(choice.config)
      const factor = cwndBytes / start.cwndBytes / ((path.srttUs ?? 1_000) / 1_000)
      return { ...start, cwndBytes, pacingRate: start.pacingRate * factor, roundEnds: path.delivered }
    }
    default:
      return unreachable(choice)
  }
}
