import type { GossipEntry } from '../messages.ts'
import { type BusId, FLAG, MARK } from '../peers.ts'
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
  const reporter = sender !== null && isMaster(turn.peer(sender)!) ? sender : null
  for (const entry of entries) {
    const at = turn.cluster.peers.indexOf(entry.id)
    if (at < 0) {
      if (sender !== null) addTold(turn, entry)
      continue
    }
    if (reporter !== null && entry.id !== turn.cluster.myself) hearReport(turn, at, entry, reporter)
    refreshPong(turn, at, entry)
    if ((turn.cluster.peers.marks(at) & FAILING) !== 0) healAddress(turn, entry)
  }
}

function hearReport(turn: Turn, at: number, { id, flags }: GossipEntry, reporter: BusId): void {
  if ((flags & FAILING) !== 0) {
    addReport(turn, id, reporter)
    markFailing(turn, id)
  } else if ((turn.cluster.peers.marks(at) & MARK.reported) !== 0) removeReport(turn, id, reporter)
}

/** Who answered others lately need not be pinged by me. `at`: the position of the node in the table. */
function refreshPong(turn: Turn, at: number, { id, flags, pongReceivedS }: GossipEntry): void {
  const { peers } = turn.cluster
  const pongReceivedMs = pongReceivedS * 1000
  if (pongReceivedMs <= peers.pongReceivedMs(at) || pongReceivedMs > turn.nowMs + CLOCK_TOLERANCE_MS) return
  if ((flags & FAILING) !== 0 || peers.pingSentMs(at) !== 0) return
  if ((peers.marks(at) & MARK.reported) !== 0 && countFailureReports(turn, id) > 0) return
  turn.changePong(at, pongReceivedMs)
}

/** A node that fails for me, and that the sender reaches at another address, is tried there. */
function healAddress(turn: Turn, { id, flags, address }: GossipEntry): void {
  const peer = turn.peer(id)!
  if ((flags & (FAILING | FLAG.noaddr)) !== 0) return
  const { ip, port, busPort } = address
  if (peer.ip === ip && peer.port === port && peer.busPort === busPort) return
  closeLink(turn, id)
  turn.changePeer(id, { ip, port, busPort, flags: turn.peer(id)!.flags & ~FLAG.noaddr })
}

/** Members of a cluster trust each other's word about further members. */
function addTold(turn: Turn, { id, flags, address }: GossipEntry): void {
  const { ip, port, busPort } = address
  if ((flags & FLAG.noaddr) !== 0 || isBlacklisted(turn, id)) return
  addPeer(turn, { ...blankPeer(id, flags, turn.nowMs), ip, port, busPort })
  turn.note('node-added', port)
}
