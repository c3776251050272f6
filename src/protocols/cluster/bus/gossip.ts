import type { GossipEntry } from '../messages.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { addReport, countFailureReports, markFailing, removeReport } from './failure.ts'
import { closeLink } from './links.ts'
import { addPeer, isBlacklisted } from './membership.ts'
import { blankPeer, isMaster } from './nodes.ts'

const FAILING = FLAG.fail | FLAG.pfail
/** How far in the future another clock's time may lie. */
const CLOCK_TOLERANCE_MS = 500

/** Takes in what a packet tells of other nodes (clusterProcessGossipSection). `sender` null: a stranger with a MEET. */
export function receiveGossip(turn: Turn, sender: BusId | null, entries: readonly GossipEntry[]): void {
  const byMaster = sender !== null && isMaster(turn.peer(sender)!)
  for (const entry of entries) {
    const { peers } = turn.cluster
    const at = peers.indexOf(entry.id)
    if (at < 0) {
      if (sender !== null) addTold(turn, entry)
      continue
    }
    if (byMaster && entry.id !== turn.cluster.myself) hearReport(turn, peers.at(at)!, entry, sender)
    refreshPong(turn, at, entry)
    if ((peers.at(at)!.flags & FAILING) !== 0) healAddress(turn, entry)
  }
}

function hearReport(turn: Turn, peer: Peer, entry: GossipEntry, sender: BusId): void {
  if ((entry.flags & FAILING) !== 0) {
    addReport(turn, entry.id, sender)
    markFailing(turn, entry.id)
  } else if (peer.reports.length > 0) removeReport(turn, entry.id, sender)
}

/** Who answered others lately need not be pinged by me. `at`: the position of the node in the table. */
function refreshPong(turn: Turn, at: number, { id, flags, pongReceivedMs }: GossipEntry): void {
  const { peers } = turn.cluster
  if (pongReceivedMs <= peers.pongReceivedMs(at) || pongReceivedMs > turn.nowMs + CLOCK_TOLERANCE_MS) return
  if ((flags & FAILING) !== 0 || peers.pingSentMs(at) !== 0) return
  if (peers.at(at)!.reports.length > 0 && countFailureReports(turn, id) > 0) return
  turn.changeTimes(id, { pongReceivedMs })
}

/** A node that fails for me, and that the sender reaches at another address, is tried there. */
function healAddress(turn: Turn, { id, ip, port, busPort, flags }: GossipEntry): void {
  const peer = turn.peer(id)!
  if ((flags & (FAILING | FLAG.noaddr)) !== 0) return
  if (peer.ip === ip && peer.port === port && peer.busPort === busPort) return
  closeLink(turn, id)
  turn.changePeer(id, { ip, port, busPort, flags: turn.peer(id)!.flags & ~FLAG.noaddr })
}

/** Members of a cluster trust each other's word about further members. */
function addTold(turn: Turn, { id, ip, port, busPort, flags }: GossipEntry): void {
  if ((flags & FLAG.noaddr) !== 0 || isBlacklisted(turn, id)) return
  addPeer(turn, { ...blankPeer(id, flags, turn.nowMs), ip, port, busPort })
  turn.note('node-added', port)
}
