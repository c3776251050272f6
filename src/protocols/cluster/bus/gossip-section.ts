import type { GossipEntry } from '../messages.ts'
import { FLAG, MARK, type PeerTable } from '../peers.ts'
import type { Turn } from '../turn.ts'

const HIDDEN = FLAG.handshake | FLAG.noaddr
/** A packet tells of a tenth of the nodes, and of three at least. */
const WANTED_MIN = 3
const DRAWS_PER_ENTRY = 3

const seconds = (ms: number): number => Math.floor(ms / 1000)

const entryOf = (peers: PeerTable, at: number): GossipEntry => ({
  id: peers.idAt(at),
  flags: peers.flags(at),
  address: peers.at(at)!,
  pingSentS: seconds(peers.pingSentMs(at)),
  pongReceivedS: seconds(peers.pongReceivedMs(at)),
})

/** What a PING, PONG or MEET tells of other nodes: some at random, and all that are PFAIL (clusterSendPing). */
export function gossipSection(turn: Turn): readonly GossipEntry[] {
  const { peers, pfailNodes } = turn.cluster
  const entries: GossipEntry[] = []
  drawEntries(turn, entries)
  let left = pfailNodes
  for (let at = 0; left > 0 && at < peers.size; at++) {
    const marks = peers.marks(at)
    if ((marks & HIDDEN) !== 0 || (marks & FLAG.pfail) === 0) continue
    entries.push(entryOf(peers, at))
    left--
  }
  return entries
}

/** The nodes that are told of by chance. */
function drawEntries(turn: Turn, entries: GossipEntry[]): void {
  const { peers } = turn.cluster
  const told: number[] = []
  let fresh = peers.size - 2
  const wanted = Math.min(Math.max(WANTED_MIN, Math.floor(peers.size / 10)), fresh)
  let draws = wanted * DRAWS_PER_ENTRY
  while (fresh > 0 && told.length < wanted && draws-- > 0) {
    const at = turn.below(peers.size)
    const marks = peers.marks(at)
    if ((marks & (FLAG.myself | FLAG.pfail)) !== 0) continue
    if ((marks & HIDDEN) !== 0 || (marks & (MARK.linked | MARK.owner)) === 0) {
      fresh--
      continue
    }
    if (told.includes(at)) continue
    told.push(at)
    entries.push(entryOf(peers, at))
    fresh--
  }
}
