import { problemText } from '../../physics/design/problems.ts'
import { writeDesign } from '../../physics/design/write.ts'
import { shipped } from '../../physics/designs/index.ts'
import { correctionEffects } from '../../physics/hull/effects.ts'
import { parity, type ReferenceDesign } from '../../physics/parity.ts'
import { type PackedSplines, unpackSplines } from '../../physics/rotor/splines-file.ts'
import { PART_MAX, type PlatformCommand } from './acts.ts'
import type { DesignId, Picture, SweepPlan } from './contract.ts'
import { readDesignFile, writeDesignFile } from './design-file.ts'
import { sensitivitiesTo, sweepSlice } from './explore.ts'
import { motionTable } from './motion.ts'
import { numbersOf } from './numbers.ts'
import { after, type PlatformInput, type Solved, solve } from './platform.ts'
import { type PortableInput, pictureOf, unpacked } from './projection.ts'
import { correctionsOf, impedanceAt, newtonOf, passesOf, stability, stripsOf } from './studies.ts'

/** A solver beside the page: what the screen wants to know without changing the run. */

/** A change that is tried while a hand drags. */
export interface Trial {
  readonly input: PortableInput
  readonly command: PlatformCommand
  readonly seed: number
}

/** What became of a trial. */
export type TrialResult =
  | { readonly kind: 'solved'; readonly picture: Picture; readonly motion: Float64Array }
  | { readonly kind: 'failed'; readonly message: string }

/** The last input of the page with its solution: trials start from it. */
let base: { readonly key: string; readonly input: PlatformInput; readonly solved: Solved | null } | null = null

/** Inputs come as copies: equal ones are known by their text. */
const keyOf = (text: PortableInput): string => JSON.stringify(text)

function baseOf(text: PortableInput): { readonly input: PlatformInput; readonly solved: Solved | null } {
  if (base !== null && base.key === keyOf(text)) return base
  const input = unpacked(text)
  const solved = solve(input, null)
  base = { key: keyOf(text), input, solved: solved.ok ? solved.value : null }
  return base
}

/** Tries an act on an input, and draws what it would bring. */
function tryOut({ input: text, command, seed }: Trial): TrialResult {
  const { input, solved } = baseOf(text)
  const next = after(input, command)
  if (!next.ok) return { kind: 'failed', message: next.error }
  const found = solve(next.value, solved)
  if (!found.ok) return { kind: 'failed', message: found.error.message }
  const state = { input: next.value, failure: null, solved: found.value, revision: -1, digest: 0 }
  return { kind: 'solved', picture: pictureOf(state), motion: motionTable(found.value, seed) }
}

/** A design file as the acts of an experiment hand it over; null when no design can be made of it. */
function readFile(text: string): {
  readonly parts: readonly string[] | null
  readonly problems: readonly string[]
} {
  const read = readDesignFile(text)
  if (!read.ok) return { parts: null, problems: read.error.map(problemText) }
  const { design, remarks } = read.value
  return { parts: piecesOf(JSON.stringify(writeDesign(design))), problems: remarks.map(problemText) }
}

/** Pieces of a text that a line can hold. None begins or ends with a blank, which a line would lose. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  let from = 0
  while (from < text.length) {
    let to = Math.min(text.length, from + PART_MAX)
    while (to < text.length && (text[to] === ' ' || text[to - 1] === ' ')) to--
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

/** The design of an input as a file of RAFT. */
const writeFile = ({ design }: PortableInput): string => writeDesignFile(design)

/** The solution of the page's input; null when it has none. */
const solvedOf = (text: PortableInput): Solved | null => baseOf(text).solved

/** One study of the page's input; null when there is no solution. */
const study =
  <T, Rest extends readonly unknown[]>(of: (solved: Solved, ...rest: Rest) => T) =>
  (text: PortableInput, ...rest: Rest): T | null => {
    const solved = solvedOf(text)
    return solved === null ? null : of(solved, ...rest)
  }

/** What the page may ask of the worker. */
export const solverApi = {
  tryOut,
  readFile,
  writeFile,
  stability: study(stability),
  strips: study(stripsOf),
  impedance: study(impedanceAt),
  passes: study(passesOf),
  newton: study(newtonOf),
  corrections: (text: PortableInput) => correctionsOf(baseOf(text).input),
  numbers: study(numbersOf),
  hullEffects: study(({ prepared }) => correctionEffects(prepared.design)),
  sensitivities: (text: PortableInput, names: readonly string[]) => sensitivitiesTo(baseOf(text).input, names),
  sweep: (text: PortableInput, plan: SweepPlan, from: number, to: number) =>
    sweepSlice(baseOf(text).input, plan, from, to),
  parity: (id: DesignId, reference: ReferenceDesign, splines: PackedSplines | null) =>
    parity(shipped(id), reference, splines === null ? undefined : unpackSplines(splines)),
}

export type SolverApi = typeof solverApi
