import { BBR } from './bbr.ts'
import type { CongestionConfig } from './congestion.ts'
import {
  advance,
  type FlowConfig,
  type NetworkConfig,
  type NetworkState,
  networkStart,
  UNLIMITED_BYTES,
} from './connection.ts'
import { CUBIC } from './cubic.ts'
import { TAIL_DROP } from './link.ts'
import { RECEIVER } from './receive-window.ts'
import { RENO } from './reno.ts'
import { SENDER } from './sender.ts'

export const ALGORITHMS: Readonly<Record<'reno' | 'cubic' | 'bbr', CongestionConfig>> = {
  reno: { kind: 'reno', config: RENO },
  cubic: { kind: 'cubic', config: CUBIC },
  bbr: { kind: 'bbr', config: BBR },
}

/** An endless flow over 50 ms of propagation, acknowledgements delayed as ns-3 does. */
export function flow(congestion: CongestionConfig, parts: Partial<FlowConfig> = {}): FlowConfig {
  return {
    sender: { ...SENDER, congestion },
    receiver: { ...RECEIVER, ackDelayUs: 200_000 },
    startUs: 0,
    forwardUs: 25_000,
    returnUs: 25_000,
    offerBytes: UNLIMITED_BYTES,
    loseWindowUpdates: [],
    ...parts,
  }
}

export function network(
  flows: readonly FlowConfig[],
  limitPackets: number,
  bitsPerSecond = 10_000_000,
): NetworkConfig<null> {
  return { link: { bitsPerSecond, limitPackets, discipline: TAIL_DROP }, flows, seed: 1 }
}

/** The network after `seconds`, and what each application has read, in Mb/s. */
export function run(config: NetworkConfig<null>, seconds: number): { state: NetworkState<null>; goodput: number[] } {
  const state = advance(config, networkStart(config), seconds * 1_000_000)
  return { state, goodput: rates(networkStart(config), state) }
}

/** Mb/s that each application has read between two moments. */
export const rates = (from: NetworkState<null>, to: NetworkState<null>): number[] =>
  to.flows.map(
    ({ receiver }, at) =>
      ((receiver.readTotalBytes - from.flows[at]!.receiver.readTotalBytes) * 8) / (to.nowUs - from.nowUs),
  )
