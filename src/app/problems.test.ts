import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../experiment/types.ts'
import { applySuggestion, describeProblem, excerpt, problemOffset } from './problems.ts'

const text = 'lab raft\nat 1s kil n1\n'
const problem: Problem = {
  line: 2,
  column: 7,
  length: 3,
  message: 'unknown verb "kil"',
  expected: 'a verb',
  suggestion: 'kill',
}

describe('a problem in a text', () => {
  it('shows the line with a caret under the mistake', () => {
    expect(excerpt(text, problem)).toEqual({ line: 'at 1s kil n1', caret: '      ^^^' })
  })

  it('keeps tabs so that the caret stays under its character', () => {
    expect(excerpt('\tat x', { ...problem, line: 1, column: 5, length: 1 })?.caret).toBe('\t   ^')
  })

  it('points behind the end of a line that stops too early', () => {
    expect(excerpt('kill', { ...problem, line: 1, column: 5, length: 0 })).toEqual({ line: 'kill', caret: '    ^' })
  })

  it('says everything in words', () => {
    expect(describeProblem(text, problem)).toBe(
      'Line 2, column 7: unknown verb "kil"\n  at 1s kil n1\n        ^^^\nExpected a verb.\nDid you mean kill?',
    )
  })

  it('applies the suggestion in place', () => {
    expect(applySuggestion(text, problem)).toBe('lab raft\nat 1s kill n1\n')
    expect(applySuggestion(text, { ...problem, suggestion: null })).toBeNull()
  })

  it('never points outside the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 200 }),
        (some, line, column) => {
          const there = { ...problem, line, column }
          expect(problemOffset(some, there)).toBeLessThanOrEqual(some.length)
          excerpt(some, there)
          describeProblem(some, there)
        },
      ),
    )
  })
})
