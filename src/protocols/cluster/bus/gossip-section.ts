import type { GossipEntry } from '../messages.ts'
import { FLAG, type Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'

const HIDDEN = FLAG.handshake | FLAG.noaddr
/** A packet tells of a tenth of the nodes, and of three at least. */
const WANTED_MIN = 3
const DRAWS_PER_ENTRY = 3

const seconds = (ms: number): number => ms - (ms % 1000)

const entryOf = (peer: Peer): GossipEntry => ({
  id: peer.id,
  ip: peer.ip,
  port: peer.port,
  busPort: peer.busPort,
  flags: peer.flags,
  pingSentMs: seconds(peer.pingSentMs),
  pongReceivedMs: seconds(peer.pongReceivedMs),
})

/** What a PING, PONG or MEET tells of other nodes: some at random, and all that are PFAIL (clusterSendPing). */
export function gossipSection(turn: Turn): readonly GossipEntry[] {
  const { peers, pfailNodes } = turn.cluster
  const told = drawn(turn)
  const entries = told.map(entryOf)
  let left = pfailNodes
  if (left === 0) return entries
  for (const peer of peers.all()) {
    if (left === 0) break
    if ((peer.flags & HIDDEN) !== 0 || (peer.flags & FLAG.pfail) === 0) continue
    entries.push(entryOf(peer))
    left--
  }
  return entries
}

function drawn(turn: Turn): Peer[] {
  const { peers, myself } = turn.cluster
  const told: Peer[] = []
  let fresh = peers.size - 2
  const wanted = Math.min(Math.max(WANTED_MIN, Math.floor(peers.size / 10)), fresh)
  let draws = wanted * DRAWS_PER_ENTRY
  while (fresh > 0 && told.length < wanted && draws-- > 0) {
    const peer = peers.at(turn.below(peers.size))!
    if (peer.id === myself || (peer.flags & FLAG.pfail) !== 0) continue
    if ((peer.flags & HIDDEN) !== 0 || (peer.link === null && peer.slots.size === 0)) {
      fresh--
      continue
    }
    if (told.includes(peer)) continue
    told.push(peer)
    fresh--
  }
  return told
}
