import { describe, expect, it } from 'vitest'
import type { BranchView, NamedView } from '../../engine/api.ts'
import { atPrompt, createNews, echoLines, replyLines } from './shell.ts'

const text = (lines: readonly (readonly { readonly text: string }[])[]) =>
  lines.map((spans) => spans.map((span) => span.text).join(''))

describe('what the terminal says', () => {
  it('writes what the mouse did as a line with its instant', () => {
    expect(text(echoLines({ line: 'kill n1', atUs: 2_000_000, refused: null, branch: null }))).toEqual([
      '2.000 s kill n1',
    ])
    expect(text(echoLines({ line: 'kill n1', atUs: 0, refused: null, branch: 'b2' })).at(-1)).toContain('b2')
    const long = `design part ${'x'.repeat(3_000)}`
    expect(text(echoLines({ line: long, atUs: 0, refused: null, branch: null })).at(-1)).toMatch(
      /^.{0,190}… \(3012 characters\)$/,
    )
    expect(text(echoLines({ line: 'restart', atUs: 0, refused: 'n1 is running', branch: null }))).toEqual([
      '0.000 s restart refused: n1 is running',
    ])
  })

  it('points at the column of a mistake and offers the nearest word', () => {
    const lines = text(replyLines({ kind: 'error', message: 'no verb `kil`', column: 3, suggestion: 'kill' }, 10))
    expect(lines).toEqual([`${' '.repeat(12)}^`, 'no verb `kil`', 'did you mean kill?'])
  })

  it('sets the instant of a typed act apart', () => {
    const [line] = replyLines({ kind: 'said', lines: ['1.2s kill n1'] }, 0)
    expect(line).toEqual([
      { tone: 'faint', text: '1.200 s ' },
      { tone: 'verb', text: 'kill n1' },
    ])
    expect(replyLines({ kind: 'said', lines: ['holds  Log matching'] }, 0)[0]).toEqual([
      { tone: 'plain', text: 'holds  Log matching' },
    ])
  })
})

describe('a prompt at which is typed', () => {
  it('stands before the line, unless the line names one itself', () => {
    expect(atPrompt(null, 'kill n1')).toBe('kill n1')
    expect(atPrompt('n1>', 'SET foo bar')).toBe('n1> SET foo bar')
    expect(atPrompt('n1> -c', 'GET foo')).toBe('n1> -c GET foo')
    expect(atPrompt('redis-cli -p 7002', 'PING')).toBe('redis-cli -p 7002 PING')
    expect(atPrompt('n1>', 'n2> PING')).toBe('n2> PING')
    expect(atPrompt('n1>', 'redis 127.0.0.1:7002> PING')).toBe('redis 127.0.0.1:7002> PING')
    expect(atPrompt('n1>', 'SET a>b c')).toBe('n1> SET a>b c')
  })

  it('is told when it begins', () => {
    expect(text(replyLines({ kind: 'prompt', prompt: 'n1>' }, 0))[0]).toContain('n1>')
  })
})

describe('news', () => {
  const event = (sequence: number): NamedView => ({
    sequence,
    timeUs: sequence,
    event: sequence,
    actor: null,
    kind: 'note',
    text: `e${sequence}`,
  })
  const upTo = (last: number, count = last) => Array.from({ length: count }, (_, i) => event(last - count + 1 + i))
  const branch = (id: number): BranchView => ({
    id,
    name: 'b',
    current: true,
    forkUs: 0,
    parent: null,
    frontierUs: 1,
    acts: 0,
    broken: false,
  })
  const run = { title: 't', seed: 1, frontierUs: 5 }
  const sequences = (news: { shown: readonly NamedView[] }) => news.shown.map(({ sequence }) => sequence)

  it('tells what is new, once, also after a rewind', () => {
    const news = createNews()
    expect(sequences(news.take(upTo(2), [branch(0)], run))).toEqual([1, 2])
    expect(sequences(news.take(upTo(3), [branch(0)], run))).toEqual([3])
    expect(sequences(news.take(upTo(1), [branch(0)], run))).toEqual([])
    expect(sequences(news.take(upTo(3), [branch(0)], run))).toEqual([])
    expect(sequences(news.take(upTo(4), [branch(0)], run))).toEqual([4])
  })

  it('counts what it does not tell', () => {
    const news = createNews()
    news.take([], [branch(0)], run)
    const many = news.take(upTo(60, 30), [branch(0)], run)
    expect(sequences(many)).toEqual([55, 56, 57, 58, 59, 60])
    expect(many.skipped).toBe(54)
  })

  it('does not repeat the past of a new branch', () => {
    const news = createNews()
    news.take(upTo(9), [branch(0)], run)
    expect(sequences(news.take(upTo(5), [branch(1)], run))).toEqual([])
    expect(sequences(news.take(upTo(6), [branch(1)], run))).toEqual([6])
    expect(sequences(news.take(upTo(9), [branch(0)], run))).toEqual([])
  })

  it('begins anew with another experiment, and after a reset', () => {
    const news = createNews()
    news.take(upTo(9), [branch(0)], run)
    expect(sequences(news.take(upTo(1), [branch(0)], { ...run, seed: 2 }))).toEqual([1])
    news.take([], [branch(0)], { ...run, seed: 2, frontierUs: 0 })
    expect(sequences(news.take(upTo(1), [branch(0)], { ...run, seed: 2 }))).toEqual([1])
  })
})
