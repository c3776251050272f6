import type { BusId } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { isMaster } from './nodes.ts'

/** The greatest epoch that this node knows of. */
function maxEpoch(turn: Turn): number {
  return turn.cluster.peers
    .all()
    .reduce((max, { configEpoch }) => Math.max(max, configEpoch), turn.cluster.currentEpoch)
}

/** A new configEpoch for myself that nobody voted for: currentEpoch + 1. */
function takeNextEpoch(turn: Turn): void {
  const epoch = turn.cluster.currentEpoch + 1
  turn.change({ currentEpoch: epoch })
  setConfigEpoch(turn, epoch)
}

/** Gives my claim of slots a version. */
export function setConfigEpoch(turn: Turn, configEpoch: number): void {
  turn.changePeer(turn.cluster.myself, { configEpoch })
  turn.note('config-epoch', configEpoch)
  turn.todo.saveConfig = true
}

/** Makes my configEpoch the greatest, without agreement. False: it is already. */
export function bumpConfigEpochWithoutConsensus(turn: Turn): boolean {
  const { configEpoch } = turn.myself
  if (configEpoch !== 0 && configEpoch === maxEpoch(turn)) return false
  takeNextEpoch(turn)
  return true
}

/** Two masters claim under one epoch: the one with the smaller id takes the next. `senderEpoch`: of its header. */
export function resolveCollision(turn: Turn, sender: BusId, senderEpoch: number): void {
  const { myself } = turn
  const peer = turn.peer(sender)!
  if (!isMaster(myself) || !isMaster(peer)) return
  if (senderEpoch !== myself.configEpoch || peer.configEpoch !== myself.configEpoch) return
  if (sender <= myself.id || turn.config.fault === 'collision-unresolved') return
  turn.note('epoch-collision', myself.configEpoch)
  takeNextEpoch(turn)
}
