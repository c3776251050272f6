import { describe, expect, test } from 'vitest'
import { type Outcome, readTranscripts, replay } from './replay.test-helper.ts'

/** Replies that differ on purpose, each with its reason. */
const LISTED: readonly { readonly file: string; readonly line: number; readonly reason: string }[] = []

const TRANSCRIPTS = readTranscripts()

const show = (file: string, { line, at, what, wanted, got }: Outcome) =>
  `${file}:${line} ${at}> ${what}\n  wanted ${wanted}\n  got    ${got}`

describe('what was said to real nodes, said to ours', () => {
  const rows: string[] = []

  test.each(TRANSCRIPTS.map((transcript) => [transcript.file, transcript] as const))('%s', (file, transcript) => {
    const outcomes = replay(transcript, 1)
    const listed = LISTED.filter((each) => each.file === file).map(({ line }) => line)
    const differing = outcomes.filter(({ equal }) => !equal)
    const counted = (of: readonly Outcome[], kind: Outcome['kind']) => of.filter((each) => each.kind === kind).length
    const equal = outcomes.filter((each) => each.equal)
    const cells = (['reply', 'until', 'notes'] as const).map(
      (kind) => `${counted(equal, kind)}/${counted(outcomes, kind)}`,
    )
    rows.push([file.padEnd(42), ...cells.map((cell) => cell.padStart(9)), String(listed.length).padStart(9)].join(''))
    expect(differing.filter(({ line }) => !listed.includes(line)).map((each) => show(file, each))).toEqual([])
    expect(listed.filter((line) => !differing.some((each) => each.line === line))).toEqual([])
  })

  test('the table', () => {
    const head = ['transcript'.padEnd(42), 'replies', 'waits', 'logs', 'listed']
      .map((word) => word.padStart(9))
      .join('')
    console.log(
      `${[head, ...rows].join('\n')}\n${LISTED.map((each) => `${each.file}:${each.line} ${each.reason}`).join('\n')}`,
    )
    expect(rows).toHaveLength(TRANSCRIPTS.length)
  })
})
