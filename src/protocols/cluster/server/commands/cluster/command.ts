import { countFailureReports } from '../../../bus/failure.ts'
import type { Bytes } from '../../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../../commands/types.ts'
import { FLAG } from '../../../peers.ts'
import { bulk, bulks, error, integer, OK, type Reply, verbatim } from '../../../reply.ts'
import { keySlot } from '../../../slots.ts'
import type { Turn } from '../../../turn.ts'
import { containerWithHelp, forAnyone } from '../container.ts'
import { CLUSTER_HELP } from './help.ts'
import { describeCluster } from './info.ts'
import { bumpEpoch, failover, forget, meet, replicate, reset, setConfigEpoch, unknownNode } from './member-commands.ts'
import { describeNode, describeNodes, replicasOf } from './nodes.ts'
import { clusterLinks, clusterShards, clusterSlots } from './shards.ts'
import {
  changeRanges,
  changeSlots,
  countKeysInSlot,
  eachSlot,
  flushSlots,
  getKeysInSlot,
  setSlot,
} from './slot-commands.ts'

function replicas(turn: Turn, args: readonly Bytes[]): Reply {
  const peer = turn.peer(args[2]!)
  if (peer === undefined) return unknownNode(args[2]!)
  if ((peer.flags & FLAG.slave) !== 0) return error('ERR The specified node is not a master')
  return bulks(replicasOf(turn.cluster.peers, peer).map((replica) => describeNode(turn.cluster, replica)))
}

function failureReports(turn: Turn, args: readonly Bytes[]): Reply {
  const peer = turn.peer(args[2]!)
  return peer === undefined ? unknownNode(args[2]!) : integer(countFailureReports(turn, peer.id))
}

function saveConfig(turn: Turn): Reply {
  turn.todo.saveConfig = true
  return OK
}

const sub = (name: string, syntax: string, summary: string, run: (turn: Turn, args: readonly Bytes[]) => Reply) =>
  serverCommand(`cluster|${name}`, syntax, summary, forAnyone(run))

/** CLUSTER with its 27 subcommands (clusterCommand of cluster.c). */
export const clusterCommand: CommandSpec = containerWithHelp(
  'cluster',
  'Commands about the cluster and this node in it.',
  [
    sub('addslots', 'slot [slot ...]', 'Makes this node the owner of unassigned slots.', (turn, args) =>
      changeSlots(turn, eachSlot(args), false),
    ),
    sub(
      'addslotsrange',
      'start-slot end-slot [start-slot end-slot ...]',
      'Makes this node the owner of ranges of unassigned slots.',
      (turn, args) => changeRanges(turn, args, false),
    ),
    sub('bumpepoch', '', 'Gives this node a config epoch of its own, without a vote.', bumpEpoch),
    sub('count-failure-reports', 'node-id', 'Counts how many nodes report the node as failing.', failureReports),
    sub('countkeysinslot', 'slot', 'Counts the keys that this node holds in a slot.', countKeysInSlot),
    sub('delslots', 'slot [slot ...]', 'Forgets who owns the slots.', (turn, args) =>
      changeSlots(turn, eachSlot(args), true),
    ),
    sub(
      'delslotsrange',
      'start-slot end-slot [start-slot end-slot ...]',
      'Forgets who owns the ranges of slots.',
      (turn, args) => changeRanges(turn, args, true),
    ),
    sub('failover', '[FORCE | TAKEOVER]', 'Makes this replica the master instead of its master.', failover),
    sub('flushslots', '', 'Makes this node the owner of no slots.', flushSlots),
    sub('forget', 'node-id', 'Removes a node from the table of this one.', forget),
    sub('getkeysinslot', 'slot count', 'Names keys that this node holds in a slot.', getKeysInSlot),
    sub('info', '', 'Tells the state of the cluster as this node sees it.', (turn) =>
      verbatim(describeCluster(turn.cluster)),
    ),
    sub('keyslot', 'key', 'Tells the hash slot of a key.', (_turn, args) => integer(keySlot(args[2]!))),
    sub('links', '', 'Lists the connections of the cluster bus.', clusterLinks),
    sub('meet', 'ip port [cluster-bus-port]', 'Introduces another node to this one.', meet),
    sub('myid', '', 'Tells the id of this node.', (turn) => bulk(turn.cluster.myself)),
    sub('nodes', '', 'Lists the nodes as this one sees them.', (turn) => verbatim(describeNodes(turn.cluster))),
    sub('replicas', 'node-id', 'Lists the replicas of a master.', replicas),
    sub('replicate', 'node-id', 'Makes this node a replica of a master.', replicate),
    sub('reset', '[HARD | SOFT]', 'Makes this node forget the cluster.', reset),
    sub('saveconfig', '', 'Writes the configuration of the cluster to disk.', saveConfig),
    sub('set-config-epoch', 'config-epoch', 'Gives a new node its config epoch.', setConfigEpoch),
    sub(
      'setslot',
      'slot IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE',
      'Opens or closes a slot for a migration, or gives it to a node.',
      setSlot,
    ),
    sub('shards', '', 'Lists masters and replicas with their slots.', clusterShards),
    sub('slaves', 'node-id', 'Lists the replicas of a master (older name).', replicas),
    sub('slots', '', 'Lists which nodes serve which slots.', clusterSlots),
  ],
  CLUSTER_HELP,
)
