import type { GossipEntry } from '../messages.ts'
import { FLAG, type Peer, type PeerTable } from '../peers.ts'
import type { Turn } from '../turn.ts'

const HIDDEN = FLAG.handshake | FLAG.noaddr
/** A packet tells of a tenth of the nodes, and of three at least. */
const WANTED_MIN = 3
const DRAWS_PER_ENTRY = 3

const seconds = (ms: number): number => ms - (ms % 1000)

const entryOf = (peers: PeerTable, at: number, peer: Peer): GossipEntry => ({
  id: peer.id,
  ip: peer.ip,
  port: peer.port,
  busPort: peer.busPort,
  flags: peer.flags,
  pingSentMs: seconds(peers.pingSentMs(at)),
  pongReceivedMs: seconds(peers.pongReceivedMs(at)),
})

/** What a PING, PONG or MEET tells of other nodes: some at random, and all that are PFAIL (clusterSendPing). */
export function gossipSection(turn: Turn): readonly GossipEntry[] {
  const { peers, pfailNodes } = turn.cluster
  const entries = drawn(turn).map((at) => entryOf(peers, at, peers.at(at)!))
  let left = pfailNodes
  for (let at = 0; left > 0 && at < peers.size; at++) {
    const peer = peers.at(at)!
    if ((peer.flags & HIDDEN) !== 0 || (peer.flags & FLAG.pfail) === 0) continue
    entries.push(entryOf(peers, at, peer))
    left--
  }
  return entries
}

/** Positions of the nodes that are told of by chance. */
function drawn(turn: Turn): number[] {
  const { peers, myself } = turn.cluster
  const told: number[] = []
  let fresh = peers.size - 2
  const wanted = Math.min(Math.max(WANTED_MIN, Math.floor(peers.size / 10)), fresh)
  let draws = wanted * DRAWS_PER_ENTRY
  while (fresh > 0 && told.length < wanted && draws-- > 0) {
    const at = turn.below(peers.size)
    const peer = peers.at(at)!
    if (peer.id === myself || (peer.flags & FLAG.pfail) !== 0) continue
    if ((peer.flags & HIDDEN) !== 0 || (peer.link === null && peer.slots.size === 0)) {
      fresh--
      continue
    }
    if (told.includes(at)) continue
    told.push(at)
    fresh--
  }
  return told
}
