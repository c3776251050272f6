import { requestFailover } from '../../../bus/failover.ts'
import { startHandshake } from '../../../bus/handshake.ts'
import { forgetNode, resetNode, setMaster } from '../../../bus/membership.ts'
import { bumpConfigEpochWithoutConsensus } from '../../../bus/slots.ts'
import type { Bytes } from '../../../bytes.ts'
import { parseInt64 } from '../../../integers.ts'
import { FLAG } from '../../../peers.ts'
import { error, NOT_AN_INTEGER, OK, type Reply, SYNTAX_ERROR, simple } from '../../../reply.ts'
import type { Turn } from '../../../turn.ts'
import { subcommandSyntaxError } from '../container.ts'

/** How far a bus port lies above the port for clients. */
const BUS_PORT_OFFSET = 10_000

export const unknownNode = (id: Bytes): Reply => error(`ERR Unknown node ${id}`)

function saveAndUpdate(turn: Turn): Reply {
  turn.todo.updateState = true
  turn.todo.saveConfig = true
  return OK
}

/** CLUSTER MEET ip port [bus-port]. */
export function meet(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 5) return subcommandSyntaxError(args)
  const port = parseInt64(args[3]!)
  if (port === null) return error(`ERR Invalid TCP base port specified: ${args[3]}`)
  const busPort = args[4] === undefined ? Number(port) + BUS_PORT_OFFSET : parseInt64(args[4])
  if (busPort === null) return error(`ERR Invalid TCP bus port specified: ${args[4]}`)
  const started = startHandshake(turn, args[2]!, Number(port), Number(busPort))
  return started ? OK : error(`ERR Invalid node address specified: ${args[2]}:${args[3]}`)
}

/** CLUSTER FORGET id. */
export function forget(turn: Turn, args: readonly Bytes[]): Reply {
  const peer = turn.peer(args[2]!)
  if (peer === undefined) return unknownNode(args[2]!)
  if (peer.id === turn.cluster.myself) return error("ERR I tried hard but I can't forget myself...")
  if (!turn.isMaster && turn.myself.master === peer.id) return error("ERR Can't forget my master!")
  forgetNode(turn, peer.id)
  return saveAndUpdate(turn)
}

/** CLUSTER REPLICATE id. */
export function replicate(turn: Turn, args: readonly Bytes[]): Reply {
  const peer = turn.peer(args[2]!)
  if (peer === undefined) return unknownNode(args[2]!)
  if (peer.id === turn.cluster.myself) return error("ERR Can't replicate myself")
  if ((peer.flags & FLAG.slave) !== 0) return error('ERR I can only replicate a master, not a replica.')
  if (turn.isMaster && (turn.myself.slots.size > 0 || turn.db.size > 0)) {
    return error('ERR To set a master the node must be empty and without assigned slots.')
  }
  setMaster(turn, peer.id)
  return saveAndUpdate(turn)
}

/** CLUSTER FAILOVER [FORCE | TAKEOVER]. */
export function failover(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  const mode = args[2] === undefined ? 'default' : args[2].toLowerCase()
  if (mode !== 'default' && mode !== 'force' && mode !== 'takeover') return SYNTAX_ERROR
  if (args.length === 3 && mode === 'default') return SYNTAX_ERROR
  if (turn.isMaster) return error('ERR You should send CLUSTER FAILOVER to a replica')
  const master = turn.peer(turn.myself.master)
  if (master === undefined) return error("ERR I'm a replica but my master is unknown to me")
  if (mode === 'default' && ((master.flags & FLAG.fail) !== 0 || master.link === null)) {
    return error('ERR Master is down or failed, please use CLUSTER FAILOVER FORCE')
  }
  requestFailover(turn, mode)
  return OK
}

/** CLUSTER RESET [HARD | SOFT]. */
export function reset(turn: Turn, args: readonly Bytes[]): Reply {
  if (args.length > 3) return subcommandSyntaxError(args)
  const mode = args[2]?.toLowerCase() ?? 'soft'
  if (mode !== 'soft' && mode !== 'hard') return SYNTAX_ERROR
  if (turn.isMaster && turn.db.size > 0) {
    return error("ERR CLUSTER RESET can't be called with master nodes containing keys")
  }
  resetNode(turn, mode === 'hard')
  return OK
}

/** CLUSTER BUMPEPOCH. */
export function bumpEpoch(turn: Turn): Reply {
  const word = bumpConfigEpochWithoutConsensus(turn) ? 'BUMPED' : 'STILL'
  return simple(`${word} ${turn.myself.configEpoch}`)
}

/** CLUSTER SET-CONFIG-EPOCH epoch: for a node that is alone and has none. */
export function setConfigEpoch(turn: Turn, args: readonly Bytes[]): Reply {
  const epoch = parseInt64(args[2]!)
  if (epoch === null) return NOT_AN_INTEGER
  if (epoch < 0) return error(`ERR Invalid config epoch specified: ${epoch}`)
  if (turn.cluster.peers.size > 1) {
    return error('ERR The user can assign a config epoch only when the node does not know any other node.')
  }
  if (turn.myself.configEpoch !== 0) return error('ERR Node config epoch is already non-zero')
  turn.changePeer(turn.cluster.myself, { configEpoch: Number(epoch) })
  turn.change({ currentEpoch: Math.max(turn.cluster.currentEpoch, Number(epoch)) })
  return saveAndUpdate(turn)
}
