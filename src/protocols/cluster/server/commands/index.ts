import type { CommandSpec } from '../../commands/types.ts'
import { replicationCommands } from '../../replication/commands.ts'
import { pubsubCommands } from '../pubsub.ts'
import { transactionCommands } from '../transactions.ts'
import { clusterCommand } from './cluster/command.ts'

/** Every command that is carried out by the server. */
export const serverCommands: readonly CommandSpec[] = [
  clusterCommand,
  ...transactionCommands,
  ...pubsubCommands,
  ...replicationCommands,
]
