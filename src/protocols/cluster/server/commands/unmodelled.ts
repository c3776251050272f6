import { type CommandSpec, container, serverCommand } from '../../commands/types.ts'
import { error } from '../../reply.ts'
import { subcommandsOf } from './figures.ts'

/** Commands of 7.0.15 over data types, scripts and modules that the model leaves out: known, routed, and refused. */
const NAMES = `geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch
  geosearchstore module pfdebug pfselftest xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange
  xread xreadgroup xrevrange xsetid xtrim`.split(/\s+/)

const SUMMARY = 'Not modelled here.'

function refused(name: string): CommandSpec {
  const refusal = error(`ERR ${name.replace('|', ' ').toUpperCase()} is not modelled here`)
  return serverCommand(name, '', SUMMARY, () => refusal)
}

/** What stands in their place, so that they are told from commands that do not exist. */
export const unmodelledCommands: readonly CommandSpec[] = NAMES.map((name) => {
  const subcommands = subcommandsOf(name)
  if (subcommands.length === 0) return refused(name)
  return container(
    name,
    SUMMARY,
    subcommands.map((subcommand) => refused(subcommand.name)),
  )
})
