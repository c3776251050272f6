/**
 * The persist timer: RFC 9293 section 3.8.6.1. A window of 0 is followed by probes, the first after one retransmission
 * timeout, then at intervals that double; a sender never gives up while probes are acknowledged. Without it one lost
 * window update is a deadlock: the receiver has spoken, the sender has nothing to be answered.
 */
export interface PersistConfig {
  /** Off, for the demonstration. */
  readonly enabled: boolean
  /** Intervals stop doubling here; 60 s as in BSD (TCPTV_PERSMAX). */
  readonly maxUs: number
}

export const PERSIST: PersistConfig = Object.freeze({ enabled: true, maxUs: 60_000_000 })

/** Null: not needed. Else when the next probe goes, and how many went. */
export type PersistState = { readonly atUs: number; readonly probes: number } | null

export type PersistEvent =
  /** `blocked`: data waits, nothing is in flight, and the window lets nothing go. */
  { readonly kind: 'window'; readonly blocked: boolean } | { readonly kind: 'timer' }

export function stepPersist(
  config: PersistConfig,
  state: PersistState,
  event: PersistEvent,
  timeoutUs: number,
  nowUs: number,
): { state: PersistState; outcome: 'probe' | 'none' } {
  if (!config.enabled) return { state: null, outcome: 'none' }
  if (event.kind === 'timer') {
    if (state === null || nowUs < state.atUs) return { state, outcome: 'none' }
    const probes = state.probes + 1
    return { state: { atUs: nowUs + intervalUs(config, timeoutUs, probes), probes }, outcome: 'probe' }
  }
  if (!event.blocked) return { state: null, outcome: 'none' }
  return { state: state ?? { atUs: nowUs + intervalUs(config, timeoutUs, 0), probes: 0 }, outcome: 'none' }
}

function intervalUs({ maxUs }: PersistConfig, timeoutUs: number, probes: number): number {
  let interval = timeoutUs
  for (let doubled = 0; doubled < probes && interval < maxUs; doubled++) interval *= 2
  return Math.min(interval, maxUs)
}
