import type { RequestId } from '../base/brand.ts'
import type { Range } from '../base/units.ts'
import type { Protocol } from '../machine/machine.ts'
import { changeLinks, heal, isolate, type LinkCondition, type Network, partition } from './network.ts'
import type { DiskCondition, OnCrash } from './storage.ts'

/** Which ordered pairs a link act means; null is everybody. */
export interface Pairs {
  readonly from: number | null
  readonly to: number | null
  readonly both: boolean
}

/**
 * Everything that can be done to a world from outside, as data. Actors are numbers. What an experiment's text says is
 * translated into these by the engine (common verbs) and the lab (its own verbs).
 */
export type SimAct<P extends Protocol> =
  | { readonly kind: 'kill'; readonly actor: number }
  | { readonly kind: 'restart'; readonly actor: number }
  | { readonly kind: 'pause'; readonly actor: number }
  | { readonly kind: 'resume'; readonly actor: number }
  | { readonly kind: 'partition'; readonly groups: readonly (readonly number[])[] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'isolate'; readonly actor: number; readonly bits: number }
  | { readonly kind: 'link'; readonly pairs: Pairs; readonly change: Partial<LinkCondition> | 'reset' }
  | { readonly kind: 'clock'; readonly actor: number; readonly skewUs: number; readonly ppm: number | null }
  | {
      readonly kind: 'disk'
      readonly actor: number
      readonly latencyUs: Range | null
      readonly stalled: boolean | null
      readonly onCrash: OnCrash | null
    }
  | { readonly kind: 'drop'; readonly message: number }
  | { readonly kind: 'delay'; readonly message: number; readonly byUs: number }
  | { readonly kind: 'duplicate'; readonly message: number }
  /** An operation for a client, or a request to a node (`campaign`). */
  | { readonly kind: 'command'; readonly actor: number; readonly command: P['command']; readonly request?: RequestId }
  | { readonly kind: 'reconfigure'; readonly configs: readonly P['config'][] }
  | { readonly kind: 'stream'; readonly actor: number; readonly ratePerSecond: number }
  | { readonly kind: 'nothing' }

/** The acts that change the network and nothing else. */
export type NetworkAct = Extract<SimAct<Protocol>, { kind: 'partition' | 'heal' | 'isolate' | 'link' }>

/** The network after the act. */
export function networkAfter(network: Network, act: NetworkAct): Network {
  switch (act.kind) {
    case 'partition':
      return partition(network, act.groups)
    case 'heal':
      return heal(network)
    case 'isolate':
      return isolate(network, act.actor, act.bits)
    case 'link':
      return linkedNetwork(network, act.pairs, act.change)
  }
}

function linkedNetwork(network: Network, pairs: Pairs, change: Partial<LinkCondition> | 'reset'): Network {
  const { from, to, both } = pairs
  const means = (x: number, y: number) => (from === null || from === x) && (to === null || to === y)
  const concerns = (x: number, y: number) => means(x, y) || (both && means(y, x))
  return changeLinks(network, concerns, (link) => (change === 'reset' ? network.normal : { ...link, ...change }))
}

/** The disk after the act; what is null stays as it was. */
export function diskAfter(old: DiskCondition, act: Extract<SimAct<Protocol>, { kind: 'disk' }>): DiskCondition {
  return {
    latencyUs: act.latencyUs ?? old.latencyUs,
    stalled: act.stalled ?? old.stalled,
    onCrash: act.onCrash ?? old.onCrash,
  }
}
