import { setMaster } from '../../../bus/membership.ts'
import { broadcastPong } from '../../../bus/send.ts'
import {
  assignSlot,
  assignSlots,
  bumpConfigEpochWithoutConsensus,
  clearOpenSlot,
  releaseSlot,
  releaseSlots,
  setImporting,
  setMigrating,
} from '../../../bus/slots.ts'
import type { Bytes } from '../../../bytes.ts'
import { parseInt64, parseSafeInteger } from '../../../integers.ts'
import { FLAG, type Peer } from '../../../peers.ts'
import { bulks, error, integer, NOT_AN_INTEGER, OK, type Reply } from '../../../reply.ts'
import { SlotSet } from '../../../slot-set.ts'
import { SLOTS } from '../../../slots.ts'
import type { Turn } from '../../../turn.ts'

const BAD_SLOT = error('ERR Invalid or out of range slot')
const NOT_A_MASTER = error('ERR Target node is not a master')

/** What an argument says, when it is a slot. */
function parseSlot(text: Bytes): number | null {
  const value = parseSafeInteger(text)
  return value === null || value < 0 || value >= SLOTS ? null : value
}

function saveAndUpdate(turn: Turn): Reply {
  turn.todo.updateState = true
  turn.todo.saveConfig = true
  return OK
}

/** CLUSTER ADDSLOTS, DELSLOTS and their RANGE forms: everything is checked before anything changes. */
export function changeSlots(turn: Turn, ranges: readonly (readonly [Bytes, Bytes])[], remove: boolean): Reply {
  const chosen = new Set<number>()
  for (const [from, to] of ranges) {
    const first = parseSlot(from)
    const last = first === null ? null : parseSlot(to)
    if (first === null || last === null) return BAD_SLOT
    if (first > last) return error(`ERR start slot number ${first} is greater than end slot number ${last}`)
    for (let slot = first; slot <= last; slot++) {
      const assigned = turn.cluster.owners.get(slot) !== null
      if (remove && !assigned) return error(`ERR Slot ${slot} is already unassigned`)
      if (!remove && assigned) return error(`ERR Slot ${slot} is already busy`)
      if (chosen.has(slot)) return error(`ERR Slot ${slot} specified multiple times`)
      chosen.add(slot)
    }
  }
  if (turn.cluster.importing.size > 0) {
    turn.change({ importing: new Map([...turn.cluster.importing].filter(([slot]) => !chosen.has(slot))) })
  }
  if (remove) releaseSlots(turn, SlotSet.of(chosen))
  else assignSlots(turn, SlotSet.of(chosen), turn.cluster.myself)
  return saveAndUpdate(turn)
}

/** CLUSTER ADDSLOTS slot…, DELSLOTS slot…. */
export const eachSlot = (args: readonly Bytes[]): (readonly [Bytes, Bytes])[] =>
  args.slice(2).map((slot) => [slot, slot] as const)

function eachRange(args: readonly Bytes[]): (readonly [Bytes, Bytes])[] {
  const ranges: (readonly [Bytes, Bytes])[] = []
  for (let at = 2; at < args.length; at += 2) ranges.push([args[at]!, args[at + 1]!])
  return ranges
}

/** CLUSTER ADDSLOTSRANGE and DELSLOTSRANGE. */
export function changeRanges(turn: Turn, args: readonly Bytes[], remove: boolean): Reply {
  if (args.length % 2 === 1) {
    return error(`ERR wrong number of arguments for 'cluster|${remove ? 'delslotsrange' : 'addslotsrange'}' command`)
  }
  return changeSlots(turn, eachRange(args), remove)
}

/** CLUSTER FLUSHSLOTS. */
export function flushSlots(turn: Turn): Reply {
  if (turn.db.size > 0) return error('ERR DB must be empty to perform CLUSTER FLUSHSLOTS.')
  releaseSlots(turn, turn.myself.slots)
  return saveAndUpdate(turn)
}

/** CLUSTER SETSLOT slot MIGRATING | IMPORTING | STABLE | NODE [id]. */
export function setSlot(turn: Turn, args: readonly Bytes[]): Reply {
  if (!turn.isMaster) return error('ERR Please use SETSLOT only with masters.')
  const slot = parseSlot(args[2]!)
  if (slot === null) return BAD_SLOT
  const refused = setSlotAction(turn, slot, args[3]!.toLowerCase(), args)
  return refused ?? saveAndUpdate(turn)
}

function setSlotAction(turn: Turn, slot: number, action: string, args: readonly Bytes[]): Reply | null {
  if (action === 'stable' && args.length === 4) {
    clearOpenSlot(turn, slot)
    return null
  }
  if (args.length !== 5 || !['migrating', 'importing', 'node'].includes(action)) {
    return error('ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP')
  }
  const mine = turn.cluster.owners.get(slot) === turn.cluster.myself
  if (action === 'migrating' && !mine) return error(`ERR I'm not the owner of hash slot ${slot}`)
  if (action === 'importing' && mine) return error(`ERR I'm already the owner of hash slot ${slot}`)
  const peer = turn.peer(args[4]!)
  if (peer === undefined) {
    return error(action === 'node' ? `ERR Unknown node ${args[4]}` : `ERR I don't know about node ${args[4]}`)
  }
  if ((peer.flags & FLAG.slave) !== 0) return NOT_A_MASTER
  if (action === 'node') return giveSlot(turn, slot, peer)
  if (action === 'migrating') setMigrating(turn, slot, peer.id)
  else setImporting(turn, slot, peer.id)
  return null
}

/** CLUSTER SETSLOT NODE: the end of a migration, on every node that is told. */
function giveSlot(turn: Turn, slot: number, target: Peer): Reply | null {
  const { myself } = turn.cluster
  const wasMine = turn.cluster.owners.get(slot) === myself
  const keys = turn.db.countInSlot(slot)
  if (wasMine && target.id !== myself && keys > 0) {
    return error(`ERR Can't assign hashslot ${slot} to a different node while I still hold keys for this hash slot.`)
  }
  if (keys === 0 && turn.cluster.migrating.has(slot)) {
    turn.change({ migrating: new Map([...turn.cluster.migrating].filter(([open]) => open !== slot)) })
  }
  releaseSlot(turn, slot)
  assignSlot(turn, slot, target.id)
  turn.note('slot-assigned', slot)
  if (wasMine && target.id !== myself && turn.myself.slots.size === 0 && turn.options.allowReplicaMigration) {
    setMaster(turn, target.id)
  }
  if (target.id === myself && turn.cluster.importing.has(slot)) {
    bumpConfigEpochWithoutConsensus(turn)
    turn.change({ importing: new Map([...turn.cluster.importing].filter(([open]) => open !== slot)) })
    broadcastPong(turn, 'all')
  }
  return null
}

/** CLUSTER COUNTKEYSINSLOT slot. */
export function countKeysInSlot(turn: Turn, args: readonly Bytes[]): Reply {
  if (parseInt64(args[2]!) === null) return NOT_AN_INTEGER
  const slot = parseSlot(args[2]!)
  return slot === null ? error('ERR Invalid slot') : integer(turn.db.countInSlot(slot))
}

/** CLUSTER GETKEYSINSLOT slot count. */
export function getKeysInSlot(turn: Turn, args: readonly Bytes[]): Reply {
  const count = parseInt64(args[3]!)
  if (parseInt64(args[2]!) === null || count === null) return NOT_AN_INTEGER
  const slot = parseSlot(args[2]!)
  if (slot === null || count < 0) return error('ERR Invalid slot or number of keys')
  return bulks(turn.db.keysInSlot(slot, Number(count)))
}
