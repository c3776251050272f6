import { FLAG } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { addPeer } from './membership.ts'
import { blankPeer, isInHandshake } from './nodes.ts'

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`)
const IPV6 = /^(?=.*:)(?!.*:::)(?!.*::.*::)[0-9a-f:]{2,39}$/i

/**
 * CLUSTER MEET: a node without a known id is added, and the next cron connects to it. False when the address is none; a
 * handshake that is under way with the same address goes on.
 */
export function startHandshake(turn: Turn, ip: string, port: number, busPort: number): boolean {
  const isAddress = IPV4.test(ip) || IPV6.test(ip)
  const isPort = (number: number) => number > 0 && number <= 65_535
  if (!isAddress || !isPort(port) || !isPort(busPort)) return false
  const isSame = (peer: { readonly ip: string; readonly port: number; readonly busPort: number }) =>
    peer.ip === ip && peer.port === port && peer.busPort === busPort
  if (turn.cluster.peers.all().some((peer) => isInHandshake(peer) && isSame(peer))) return true
  const flags = FLAG.handshake | FLAG.meet
  addPeer(turn, { ...blankPeer(turn.randomHex(40), flags, turn.nowMs), ip, port, busPort })
  turn.note('meet', port)
  return true
}
