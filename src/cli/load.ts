import type { Micros } from '../base/brand.ts'
import type { Lab } from '../engine/lab.ts'
import { readTime } from '../experiment/acts.ts'
import { parse, TEXT_MAX } from '../experiment/parser.ts'
import { scan } from '../experiment/tokens.ts'
import type { Experiment } from '../experiment/types.ts'
import type { Protocol } from '../machine/machine.ts'
import { BadInput, problemLine } from './bad-input.ts'
import { type Io, nameOf, Unreadable } from './io.ts'
import { labNames, labs } from './labs.ts'

/** An experiment that can be run. */
export interface Loaded {
  /** The file as given on the command line. */
  readonly file: string
  readonly text: string
  readonly experiment: Experiment
  readonly lab: Lab<Protocol>
}

const BYTES_PER_CHARACTER_MAX = 3

/** Reads and checks a file. Throws {@link BadInput} with every problem. */
export function load(file: string, io: Io): Loaded {
  const text = readText(file, io, TEXT_MAX * BYTES_PER_CHARACTER_MAX)
  const parsed = parse(text, (lab) => labs.get(lab)?.language, labNames)
  if (!parsed.ok) throw new BadInput(parsed.error.map((problem) => problemLine(nameOf(file), problem)))
  return { file, text, experiment: parsed.value, lab: labs.get(parsed.value.lab)! }
}

/** A file as text. Throws {@link BadInput} with the reason. */
export function readText(file: string, io: Io, bytesMax: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(io.read(file, bytesMax))
  } catch (error) {
    if (error instanceof Unreadable) throw new BadInput([`${nameOf(file)}: ${error.message}`])
    if (error instanceof TypeError) throw new BadInput([`${nameOf(file)}: this is no UTF-8 text`])
    throw error
  }
}

/** Where the run ends: the option, else what the text says. */
export function untilOf({ file, experiment }: Loaded, option: Micros | null): Micros {
  const until = option ?? experiment.until
  if (until !== null) return until
  const message = 'the experiment names no end; expected a line such as `until 10s`, or the option --until 10s'
  throw new BadInput([`${nameOf(file)}: ${message}`])
}

/** Where an act stands in its text, 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The place of each act, in the order of `Experiment.acts`. The text must have been parsed without a problem. */
export function placesOfActs(text: string): readonly Place[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const found = lines.flatMap((line, index) => {
    const word = scan(line, 0)
    if (word.kind !== 'token' || word.token.raw !== 'at') return []
    const time = readTime(line, word.token.end)
    const verb = time.ok ? scan(line, time.value.from) : null
    if (!time.ok || verb?.kind !== 'token') return []
    return [{ at: time.value.at, place: { line: index + 1, column: verb.token.start + 1 } }]
  })
  return found.sort((a, b) => a.at - b.at).map(({ place }) => place)
}
