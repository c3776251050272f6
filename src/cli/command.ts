import { nearest } from '../base/nearest.ts'
import { BadInput } from './bad-input.ts'
import { checkCommand } from './check.ts'
import { exportCommand } from './export.ts'
import type { Io } from './io.ts'
import { EXIT, runCommand } from './run.ts'
import { solveCommand } from './solve.ts'
import { sweepCommand } from './sweep.ts'

const USAGE = `Usage: npm run -s lab -- COMMAND …

  run FILE [--seed N] [--until TIME] [--json]
      Runs an experiment and prints verdicts, measures and the digest.

  sweep FILE --seeds FIRST..LAST [--shard PART/PARTS] [--until TIME] [--jobs N] [--json]
      Runs it under many seeds on all cores and prints the failing ones.
      --shard 2/8 takes the second of eight equal parts of the range.

  export FILE [--history h.json] [--trace t.ndjson] [--csv m.csv] [--seed N] [--until TIME]
      Runs it and writes what other tools read: the clients' history, every
      event, the measures over time. At least one of the three.

  check HISTORY… [--steps N]
      Judges histories in the form that export writes: is there an order of
      the operations that explains every answer (linearizability)? One that
      takes more than --steps (3000000, some seconds) is undecided.

  solve DESIGN [--cases c.json] [--as-raft] [--tight] [--json] [--rotor-splines FILE#KEY]
      Solves a floating platform: statics, mean pose, natural periods and the
      response in every load case. DESIGN is a design file of RAFT (WISDEM),
      YAML or JSON. --cases takes the load cases from a file, an object from
      names to RAFT's keys of a case; without it they are the design's own.
      --as-raft computes what RAFT computes, its known mistakes included;
      --tight drives every iteration to the last digits; --rotor-splines takes
      lift and drag of the blade's elements from a file. --json prints every
      quantity under RAFT's name. What the file has of no effect is told.

  help
      Prints this.

FILE is an experiment as the lab saves it; - is standard input.
--seed and --until stand above what the file says.
Exit code: 0 all rules held, 1 a rule broke, 2 bad input, 3 a mistake in Ballast.
`

type Command = (args: readonly string[], io: Io) => number | Promise<number>

const COMMANDS: Readonly<Record<string, Command>> = {
  run: runCommand,
  sweep: sweepCommand,
  export: exportCommand,
  check: checkCommand,
  solve: solveCommand,
  help: usage,
}

function usage(_args: readonly string[], io: Io): number {
  io.out(USAGE)
  return EXIT.held
}

/** The whole runner: a command line in, an exit code out. */
export async function command([name = 'help', ...args]: readonly string[], io: Io): Promise<number> {
  try {
    const asksForHelp = [name, ...args].some((word) => word === '--help' || word === '-h')
    return await (asksForHelp ? usage : commandCalled(name))(args, io)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    io.err(`${error.lines.join('\n')}\n`)
    return EXIT.badInput
  }
}

function commandCalled(name: string): Command {
  const found = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(COMMANDS)
  const meant = nearest(name, names)
  const hint = meant === null ? `expected one of ${names.join(', ')}` : `did you mean \`${meant}\`?`
  throw new BadInput([`there is no command \`${name}\`; ${hint}`])
}
