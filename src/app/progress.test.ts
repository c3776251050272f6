import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeProgress, type Progress, parseProgress, printProgress, readProgress, visit } from './progress.ts'

const progress: fc.Arbitrary<Progress> = fc.dictionary(
  fc.constantFrom('raft/a', 'raft/b', 'raft/c'),
  fc.record({
    step: fc.nat(20),
    solved: fc.uniqueArray(fc.nat(20)).map((steps) => steps.sort((a, b) => a - b)),
  }),
  { noNullPrototype: true },
)

describe('visit', () => {
  it('never unsolves a step', () => {
    expect(visit({ 'raft/a': { solved: [0, 2], step: 2 } }, 'raft/a', 0, [1])).toEqual({
      'raft/a': { solved: [0, 1, 2], step: 0 },
    })
  })

  it('returns the same object when nothing is new', () => {
    const before: Progress = { 'raft/a': { solved: [0], step: 1 } }
    expect(visit(before, 'raft/a', 1, [0])).toBe(before)
  })
})

describe('the progress file', () => {
  it('survives printing and reading', () => {
    fc.assert(
      fc.property(progress, (one) => {
        expect(parseProgress(printProgress(one))).toEqual({ ok: true, value: one })
      }),
    )
  })

  it('merging loses no solved step', () => {
    fc.assert(
      fc.property(progress, progress, (mine, incoming) => {
        const merged = mergeProgress(mine, incoming)
        for (const side of [mine, incoming])
          for (const [key, lesson] of Object.entries(side))
            expect(merged[key]?.solved).toEqual(expect.arrayContaining([...lesson.solved]))
      }),
    )
  })

  it.each([
    ['lab raft', 'not JSON'],
    ['{}', 'no progress file'],
    ['{"format":"ballast-progress","version":9}', 'version 9'],
  ])('%s is refused: %s', (text, reason) => {
    const read = parseProgress(text)
    expect(read.ok ? '' : read.error).toContain(reason)
  })

  it('drops entries that are no progress', () => {
    expect(readProgress({ a: { step: 1, solved: [3, 'x', -1, 3] }, b: 5, c: { step: 'x', solved: [] } })).toEqual({
      a: { step: 1, solved: [3] },
    })
  })
})
