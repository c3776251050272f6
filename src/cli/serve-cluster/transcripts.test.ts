import { describe, expect, test } from 'vitest'
import { normalize } from './canonical.test-helper.ts'
import { type Outcome, readTranscripts, replay, type Transcript } from './replay.test-helper.ts'

/** Replies that differ on purpose, each with its reason. */
const LISTED: readonly { readonly file: string; readonly line: number; readonly reason: string }[] = [
  {
    file: '10-failover-kill-master',
    line: 39,
    reason: 'the replica is online: a snapshot is made at once here; the real server forks a process (wait_bgsave)',
  },
]

/**
 * Five recordings of a script were merged: what races with gossip was different in one or the other. So are ours: a step
 * that differs under the first seed is right when it is right under another of as many. Scripts with numbers below
 * this one do not race.
 */
const SEEDS = [1, 2, 3, 4, 5]
const RACING = '10'

const TRANSCRIPTS = readTranscripts()

const show = (file: string, { line, at, what, wanted, got }: Outcome) =>
  `${file}:${line} ${at}> ${what}\n  wanted ${wanted}\n  got    ${got}`

interface Verdict {
  readonly outcomes: readonly Outcome[]
  /** Under no seed right. */
  readonly differing: readonly Outcome[]
  /** Right, but not under every seed that was tried. */
  readonly raced: number
}

function judge(transcript: Transcript, listed: readonly number[]): Verdict {
  const [first = 0, ...others] = SEEDS
  const outcomes = replay(transcript, first)
  const failed = outcomes.filter(({ equal }) => !equal)
  let differing = failed
  for (const seed of transcript.file < RACING ? [] : others) {
    if (differing.every(({ line }) => listed.includes(line))) break
    const again = new Map(replay(transcript, seed).map((outcome) => [outcome.line, outcome.equal]))
    differing = differing.filter(({ line }) => again.get(line) !== true)
  }
  return { outcomes, differing, raced: failed.length - differing.length }
}

describe('what was said to real nodes, said to ours', () => {
  const rows: string[] = []
  const column = (text: string | number) => String(text).padStart(10)

  test.each(TRANSCRIPTS.map((transcript) => [transcript.file, transcript] as const))('%s', (file, transcript) => {
    const listed = LISTED.filter((each) => each.file === file).map(({ line }) => line)
    const { outcomes, differing, raced } = judge(transcript, listed)
    const cells = (['reply', 'until', 'notes'] as const).map((kind) => {
      const all = outcomes.filter((each) => each.kind === kind)
      return column(`${all.length - differing.filter((each) => each.kind === kind).length}/${all.length}`)
    })
    rows.push([file.padEnd(42), ...cells, column(raced), column(listed.length)].join(''))
    expect(differing.filter(({ line }) => !listed.includes(line)).map((each) => show(file, each))).toEqual([])
    expect(listed.filter((line) => !differing.some((each) => each.line === line))).toEqual([])
  })

  test('every accepted reply is in canonical form', () => {
    for (const { steps } of TRANSCRIPTS) {
      for (const step of steps) {
        if (!('accept' in step)) continue
        for (const reply of step.accept) expect(normalize(reply, 'say' in step ? step.say : [], [])).toEqual(reply)
      }
    }
  })

  test('the table', () => {
    const head = ['transcript'.padEnd(42), ...['replies', 'waits', 'logs', 'raced', 'listed'].map(column)].join('')
    const reasons = LISTED.map((each) => `${each.file}:${each.line} ${each.reason}`)
    console.log([head, ...rows, ...reasons].join('\n'))
    expect(rows).toHaveLength(TRANSCRIPTS.length)
  })
})
