import type { PlatformCommand } from './acts.ts'
import type { Picture } from './contract.ts'
import { motionTable } from './motion.ts'
import { after, type PlatformInput, type Solved, solve } from './platform.ts'
import { type PortableInput, pictureOf, unpacked } from './projection.ts'

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
let base: { readonly text: PortableInput; readonly input: PlatformInput; readonly solved: Solved | null } | null = null

function baseOf(text: PortableInput): { readonly input: PlatformInput; readonly solved: Solved | null } {
  if (base?.text === text) return base
  const input = unpacked(text)
  const solved = solve(input, null)
  base = { text, input, solved: solved.ok ? solved.value : null }
  return base
}

/** Tries an act on an input, and draws what it would bring. */
export function tryOut({ input: text, command, seed }: Trial): TrialResult {
  const { input, solved } = baseOf(text)
  const next = after(input, command)
  if (!next.ok) return { kind: 'failed', message: next.error }
  const found = solve(next.value, solved)
  if (!found.ok) return { kind: 'failed', message: found.error.message }
  const state = { input: next.value, failure: null, solved: found.value, revision: -1, digest: 0 }
  return { kind: 'solved', picture: pictureOf(state), motion: motionTable(found.value, seed) }
}

/** What the page may ask of the worker. */
export const solverApi = { tryOut }

export type SolverApi = typeof solverApi
