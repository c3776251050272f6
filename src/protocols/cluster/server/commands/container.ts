import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, container, serverCommand } from '../../commands/types.ts'
import { array, error, type Reply, simple } from '../../reply.ts'
import type { Turn } from '../../turn.ts'

/** A command for which it does not matter who asks. */
export const forAnyone =
  (run: (turn: Turn, args: readonly Bytes[]) => Reply) =>
  (turn: Turn, _session: unknown, args: readonly Bytes[]): Reply =>
    run(turn, args)

/** A subcommand that exists, but not with so many arguments. */
export const subcommandSyntaxError = (args: readonly Bytes[]): Reply =>
  error(
    `ERR unknown subcommand or wrong number of arguments for '${args[1]!.slice(0, 128)}'. Try ${args[0]!.toUpperCase()} HELP.`,
  )

/** What HELP answers: `lines` between the two that all containers have in common. */
export const helpReply = (name: string, lines: readonly string[]): Reply =>
  array(
    [
      `${name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
      ...lines,
      'HELP',
      '    Prints this help.',
    ].map(simple),
  )

const linesOf = ({ name, syntax, summary }: CommandSpec) => [
  `${name.slice(name.indexOf('|') + 1).toUpperCase()} ${syntax}`.trim(),
  `    ${summary}`,
]

/** A container with the subcommand HELP: its lines, or those that the subcommands say of themselves. */
export function containerWithHelp(
  name: string,
  summary: string,
  subcommands: readonly CommandSpec[],
  lines: readonly string[] = subcommands.flatMap(linesOf),
): CommandSpec {
  const help = serverCommand(`${name}|help`, '', 'Tells what the subcommands are.', () => helpReply(name, lines))
  return container(name, summary, [...subcommands, help])
}
