import { again, below, between } from '../base/prng.ts'
import type { Range } from '../base/units.ts'

/** What one directed link does to a message. Data: an act replaces it, a checkpoint keeps it by reference. */
export interface LinkCondition {
  /** One-way delay in microseconds, uniform between both ends. The width is the jitter. */
  readonly delayUs: Range
  readonly lossPermille: number
  readonly duplicatePermille: number
  /** Share of messages held back by one to three times the longest delay, so that later ones overtake them. */
  readonly reorderPermille: number
  /** Messages are lost. */
  readonly cut: boolean
  /** Messages wait in the link until it opens again. */
  readonly clog: boolean
}

/** An immutable table of conditions, one per ordered pair of actors (by number), and what separates them. */
export interface Network {
  readonly size: number
  readonly normal: LinkCondition
  /** `from * size + to`. */
  readonly links: readonly LinkCondition[]
  /** Group of each actor under the current partition; -1 talks to everybody. Null: no partition. */
  readonly groups: readonly number[] | null
  /** Bit 1: hears nobody. Bit 2: nobody hears it. */
  readonly isolation: readonly number[]
}

export const HEARS_NOBODY = 1
export const HEARD_BY_NOBODY = 2

/** A whole network of `size` actors in which every link is `normal`. */
export function createNetwork(size: number, normal: LinkCondition): Network {
  return {
    size,
    normal,
    links: new Array<LinkCondition>(size * size).fill(normal),
    groups: null,
    isolation: new Array<number>(size).fill(0),
  }
}

/** Whether the way from one actor to the other is severed by a partition, an isolation or a cut. */
export function severed(network: Network, from: number, to: number): boolean {
  if (network.links[from * network.size + to]!.cut) return true
  if ((network.isolation[from]! & HEARD_BY_NOBODY) !== 0 || (network.isolation[to]! & HEARS_NOBODY) !== 0) return true
  const groups = network.groups
  if (groups === null) return false
  const mine = groups[from]!
  const theirs = groups[to]!
  return mine !== theirs && mine >= 0 && theirs >= 0
}

/** Whether the link holds its messages back. */
export function clogged(network: Network, from: number, to: number): boolean {
  return network.links[from * network.size + to]!.clog
}

/** Fate of one message: a delay per copy in microseconds; `[]` is a loss, two delays are a duplicate. */
export function route(network: Network, from: number, to: number, entropy: number): readonly number[] {
  if (severed(network, from, to)) return []
  const link = network.links[from * network.size + to]!
  if (link.lossPermille > 0 && below(again(entropy, 1), 1000) < link.lossPermille) return []
  const first = delayOf(link, entropy)
  if (link.duplicatePermille > 0 && below(again(entropy, 2), 1000) < link.duplicatePermille) {
    return [first, delayOf(link, again(entropy, 3))]
  }
  return [first]
}

/** First wait of TCP before it sends a lost segment again (RFC 6298 asks for 1 s; Linux takes 200 ms). */
export const RETRANSMISSION_US = 200_000
/** After so many losses in a row the next copy gets through: what never does is a cut. */
const RETRANSMISSIONS_MAX = 6

/**
 * Delay of one message of a connection, in microseconds: a lost copy is sent again after 200 ms, then after twice that,
 * and so on (RFC 6298, 5.5); nothing arrives twice.
 */
export function connectedDelay(network: Network, from: number, to: number, entropy: number): number {
  const link = network.links[from * network.size + to]!
  let waits = 0
  if (link.lossPermille > 0) {
    while (waits < RETRANSMISSIONS_MAX && below(again(entropy, 16 + waits), 1000) < link.lossPermille) waits++
  }
  return delayOf(link, entropy) + RETRANSMISSION_US * ((1 << waits) - 1)
}

function delayOf(link: LinkCondition, entropy: number): number {
  const delay = between(entropy, link.delayUs.low, link.delayUs.high)
  if (link.reorderPermille === 0 || below(again(entropy, 4), 1000) >= link.reorderPermille) return delay
  return delay + between(again(entropy, 5), link.delayUs.high, 3 * link.delayUs.high)
}

/** Replaces the condition of every ordered pair for which `concerns` is true. */
export function changeLinks(
  network: Network,
  concerns: (from: number, to: number) => boolean,
  change: (link: LinkCondition) => LinkCondition,
): Network {
  const { size } = network
  const links = network.links.map((link, at) => {
    const from = Math.floor(at / size)
    const to = at - from * size
    return from !== to && concerns(from, to) ? change(link) : link
  })
  return { ...network, links }
}

/** Actors in no group keep talking to everybody. */
export function partition(network: Network, groups: readonly (readonly number[])[]): Network {
  const of = new Array<number>(network.size).fill(-1)
  groups.forEach((members, group) => {
    for (const actor of members) of[actor] = group
  })
  return { ...network, groups: of }
}

/** Cuts one actor off; `bits` are {@link HEARS_NOBODY} and {@link HEARD_BY_NOBODY}. */
export function isolate(network: Network, actor: number, bits: number): Network {
  return { ...network, isolation: network.isolation.with(actor, network.isolation[actor]! | bits) }
}

/** Takes away partitions, isolations, cuts and clogs. Delays and losses stay: they are the weather, not a wall. */
export function heal(network: Network): Network {
  const open = changeLinks(
    network,
    () => true,
    (link) => (link.cut || link.clog ? { ...link, cut: false, clog: false } : link),
  )
  return { ...open, groups: null, isolation: network.isolation.map(() => 0) }
}
