import type { CommandSpec } from '../../commands/types.ts'
import { replicationCommands } from '../../replication/commands.ts'
import { pubsubCommands } from '../pubsub.ts'
import { scriptCommands } from '../scripts.ts'
import { transactionCommands } from '../transactions.ts'
import { aclCommand } from './acl.ts'
import { adminCommands } from './admin.ts'
import { clientCommand } from './client-command.ts'
import { clusterCommand } from './cluster/command.ts'
import { commandCommand } from './command-command.ts'
import { configCommand } from './config-command.ts'
import { connectionCommands } from './connection.ts'
import { debugCommand } from './debug.ts'
import { functionCallCommands, functionCommand } from './functions.ts'
import { infoCommand } from './info.ts'
import { unmodelledCommands } from './unmodelled.ts'

/** Every command that is carried out by the server. */
export const serverCommands: readonly CommandSpec[] = [
  clusterCommand,
  configCommand,
  infoCommand,
  commandCommand,
  clientCommand,
  debugCommand,
  functionCommand,
  aclCommand,
  ...functionCallCommands,
  ...connectionCommands,
  ...adminCommands,
  ...transactionCommands,
  ...pubsubCommands,
  ...scriptCommands,
  ...replicationCommands,
  ...unmodelledCommands,
]
