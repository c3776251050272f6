import type { Problem } from '../experiment/types.ts'

/** A line of the text with a caret under the place of the mistake; both in one monospaced block. */
export interface Excerpt {
  readonly line: string
  readonly caret: string
}

/** The offending line and its caret; null when the text has no such line (an empty text). */
export function excerpt(text: string, problem: Problem): Excerpt | null {
  const line = text.split(/\r\n|\r|\n/)[problem.line - 1]
  if (line === undefined) return null
  const column = Math.min(problem.column, line.length + 1)
  // Tabs stay tabs, so that the caret stands under its character in any tab width.
  const indent = line.slice(0, column - 1).replaceAll(/[^\t]/g, ' ')
  return { line, caret: indent + '^'.repeat(Math.max(1, Math.min(problem.length, line.length - column + 1))) }
}

/** The whole problem as text: for reports and for screen readers. */
export function describeProblem(text: string, problem: Problem): string {
  const shown = excerpt(text, problem)
  const parts = [`Line ${problem.line}, column ${problem.column}: ${problem.message}`]
  if (shown !== null) parts.push(`  ${shown.line}`, `  ${shown.caret}`)
  if (problem.expected !== '') parts.push(`Expected ${problem.expected}.`)
  if (problem.suggestion !== null) parts.push(`Did you mean ${problem.suggestion}?`)
  return parts.join('\n')
}

/** Where the problem begins in the text, as an offset: to put the cursor there. */
export function problemOffset(text: string, problem: Problem): number {
  let start = 0
  for (let line = 1; line < problem.line; line += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return text.length
    start = end + 1
  }
  return Math.min(start + problem.column - 1, text.length)
}

/** The text with the problem's place replaced by its suggestion; null when there is none to apply. */
export function applySuggestion(text: string, problem: Problem): string | null {
  if (problem.suggestion === null) return null
  const start = problemOffset(text, problem)
  return text.slice(0, start) + problem.suggestion + text.slice(start + problem.length)
}
