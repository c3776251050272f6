import type { Bytes } from '../bytes.ts'
import { type CommandSpec, serverCommand } from '../commands/types.ts'
import { parseInt64 } from '../integers.ts'
import { error, NOT_AN_INTEGER, OK, type Reply, SYNTAX_ERROR, simple } from '../reply.ts'
import type { Turn } from '../turn.ts'
import { countPsync } from './downstream.ts'
import { migrate, migrateKeys } from './migrate.ts'

const NO_REPLICAOF = error('ERR REPLICAOF not allowed in cluster mode.')
const NO_FAILOVER = error('ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.')
const NO_MASTER_LINK = error("NOMASTERLINK Can't SYNC while not connected with my master")

/** REPLCONF of somebody who is no replica: it is parsed, and changes nothing. ACK is never answered. */
function replconf(args: readonly Bytes[]): Reply | null {
  if (args.length % 2 === 0) return SYNTAX_ERROR
  for (let at = 1; at < args.length; at += 2) {
    switch (args[at]!.toLowerCase()) {
      case 'listening-port':
        if (parseInt64(args[at + 1]!) === null) return NOT_AN_INTEGER
        break
      case 'ip-address':
      case 'capa':
      case 'rdb-only':
      case 'rdb-filter-only':
        break
      case 'ack':
      case 'getack':
        return null
      default:
        return error(`ERR Unrecognized REPLCONF option: ${args[at]}`)
    }
  }
  return OK
}

/** PSYNC typed by hand: it is answered as a replica would be, but no stream follows. */
function psync(turn: Turn, replid: Bytes, offset: Bytes): Reply {
  const { upstream } = turn.replication
  if (upstream !== null && upstream.state !== 'connected') return NO_MASTER_LINK
  const parsed = parseInt64(offset)
  if (parsed === null) return NOT_AN_INTEGER
  return simple(countPsync(turn, replid, Number(parsed)).text)
}

/** What replication brings to the command table. */
export const replicationCommands: readonly CommandSpec[] = [
  {
    ...serverCommand(
      'migrate',
      'host port key|"" destination-db timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password] [KEYS key [key ...]]',
      'Moves keys to another node, all or none of each.',
      migrate,
    ),
    keysOf: migrateKeys,
  },
  serverCommand('replicaof', 'host port', 'Refused in cluster mode: CLUSTER REPLICATE does it.', () => NO_REPLICAOF),
  serverCommand('slaveof', 'host port', 'Refused in cluster mode: CLUSTER REPLICATE does it.', () => NO_REPLICAOF),
  serverCommand('failover', '', 'Refused in cluster mode: CLUSTER FAILOVER does it.', () => NO_FAILOVER),
  serverCommand(
    'replconf',
    'option value [option value ...]',
    'What a replica tells its master.',
    (_turn, _key, args) => replconf(args),
  ),
  serverCommand('psync', 'replicationid offset', 'Asks for a replication stream.', (turn, _key, args) =>
    psync(turn, args[1]!, args[2]!),
  ),
  serverCommand('sync', '', 'Asks for a snapshot and a replication stream.', (turn) => psync(turn, '?', '-1')),
]
