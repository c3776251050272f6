import { parseHistory } from '../check/history.ts'
import {
  type Bounds,
  checkHistory,
  DEFAULT_BOUNDS,
  type Operation,
  type Verdict,
  type Witness,
} from '../check/linearizability.ts'
import { BadInput } from './bad-input.ts'
import { type Io, nameOf } from './io.ts'
import { readText } from './load.ts'
import { integerOption, readArguments } from './options.ts'
import { EXIT } from './run.ts'

/** The largest history that is read: 32 MiB, about 200,000 operations. */
export const HISTORY_BYTES_MAX = 32 * 1024 * 1024
const STEPS_MAX = 1_000_000_000

/**
 * `check h1.json …`: judges histories of clients, ours or foreign ones, each for itself. Time and memory of one file are
 * bounded by its size, by `--steps`, and by the configurations that the checker keeps (`DEFAULT_BOUNDS`).
 */
export function checkCommand(args: readonly string[], io: Io): number {
  const given = readArguments(args, { steps: 'text' })
  const { files } = given
  if (files.length === 0) throw new BadInput(['check needs a history (- is standard input)'])
  const stepsMax = integerOption(given, 'steps', 1, STEPS_MAX) ?? DEFAULT_BOUNDS.stepsMax
  const exits = files.map((file) => checkFile(file, { ...DEFAULT_BOUNDS, stepsMax }, io))
  return Math.max(...exits)
}

/** The codes rise with how bad it is, so that the largest of several files counts. */
function checkFile(file: string, bounds: Bounds, io: Io): number {
  try {
    const verdict = checkHistory(readHistory(file, io), bounds)
    io.out(`${[`${nameOf(file)}: ${verdict.kind}`, ...detailsOf(verdict)].join('\n    ')}\n`)
    return verdict.kind === 'ok' ? EXIT.held : EXIT.broken
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    io.err(`${error.lines.join('\n')}\n`)
    return EXIT.badInput
  }
}

function readHistory(file: string, io: Io): readonly Operation[] {
  const history = parseHistory(parseJson(file, readText(file, io, HISTORY_BYTES_MAX)))
  if (!history.ok) throw new BadInput([`${nameOf(file)}: ${history.error}`])
  return history.value
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadInput([`${nameOf(file)}: this is no JSON: ${(error as Error).message}`])
  }
}

function detailsOf(verdict: Verdict): readonly string[] {
  switch (verdict.kind) {
    case 'ok':
      return []
    case 'undecided':
      return [`key ${verdict.key}: ${verdict.reason}`]
    case 'illegal':
      return [explanationOf(verdict.witness), ...verdict.witness.lines]
  }
}

/** A witness that may be larger than it had to be says so. */
function explanationOf({ explanation, minimal }: Witness): string {
  return minimal ? explanation : `${explanation} (fewer may do: the bound was reached while looking for them)`
}
