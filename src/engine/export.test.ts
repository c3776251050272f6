import { describe, expect, test } from 'vitest'
import { raftLab } from '../labs/raft/world.ts'
import { csvOf, historyOf, isUnknown } from './export.ts'
import { openDesk } from './random.test-helper.ts'
import { Series } from './series.ts'

describe('the history', () => {
  test('knows no outcome of what was never answered, and of what its client gave up', () => {
    const kills = ['n1', 'n2', 'n3'].map((node) => `at 1s kill ${node}`).join('\n')
    const desk = openDesk(`lab raft\nset nodes 3\n${kills}\nat 1.1s client c1 put x 1\nat 14s client c2 get x\n`)
    desk.seek(15_000_000)
    const { ops } = historyOf(desk.sim, desk.lab)
    expect(ops).toMatchObject([
      { client: 'c1', key: 'x', op: 'put', value: '1', call: 1_100_000, ret: null },
      { client: 'c2', key: 'x', op: 'get', call: 14_000_000, ret: null },
    ])
    expect([...desk.sim.operations].filter(({ kind }) => kind === 'return')).toHaveLength(1)
  })

  test('leaves out what was refused: it never happened', () => {
    const puts = Array.from({ length: 70 }, (_, at) => `at 1s client c1 put x ${at}`).join('\n')
    const desk = openDesk(`lab raft\nset nodes 1\nat 900ms kill n1\n${puts}\n`)
    desk.seek(1_000_000)
    const refused = [...desk.sim.operations].filter((event) => event.kind === 'return')
    expect(refused.length).toBeGreaterThan(0)
    expect(historyOf(desk.sim, desk.lab).ops).toHaveLength(70 - refused.length)
  })

  test('calls a result unknown that says so of itself', () => {
    expect([{ kind: 'unknown' }, { kind: 'ok' }, null, 'unknown', undefined].map(isUnknown)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('the trace', () => {
  test('is one JSON object a line, with the message that was received or lost', () => {
    const desk = openDesk('lab raft\nset load 20/s\nset loss 10%\nset snapshot-threshold 5\nset snapshot-keep 1\n')
    desk.seek(2_000_000)
    const events = desk
      .export('trace')
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { tag: string; event: { name: string; nid: string; msg?: Record<string, unknown> } },
      )
    expect(events.every(({ tag }) => tag === 'trace')).toBe(true)
    for (const name of ['Receive', 'Lose']) {
      const mail = events.filter(({ event }) => event.name === name)
      expect(mail.length).toBeGreaterThan(10)
      for (const { event } of mail)
        expect(event.msg).toMatchObject({ to: event.nid, type: expect.stringMatching(/^Msg/) })
    }
    const followers = events.filter(({ event }) => 'state' in event)
    expect(followers[0]!.event).toMatchObject({ state: { term: expect.any(Number), commit: expect.any(Number) } })
  })
})

describe('the measures', () => {
  test('are empty cells where there was no number, and names with a comma are quoted', () => {
    const series = new Series(raftLab.measures.length)
    series.sample(100_000, (measure) => (measure === 0 ? null : measure))
    const lab = { ...raftLab, measures: raftLab.measures.map((it, at) => (at === 1 ? { ...it, id: 'a, "b"' } : it)) }
    const [head, first, second, ...rest] = csvOf(series, lab).split('\n')
    expect(head).toContain(`"a, ""b""`)
    expect([first, second]).toEqual(
      [0, 100_000].map((time) => [time, '', ...raftLab.measures.keys()].toSpliced(2, 1).join(',')),
    )
    expect(rest).toEqual([''])
  })

  test('end with the reader, who may have gone back', () => {
    const series = new Series(1)
    series.sample(500_000, () => 1)
    const lab = { ...raftLab, measures: raftLab.measures.slice(0, 1) }
    const times = csvOf(series, lab, 250_000).trimEnd().split('\n').slice(1)
    expect(times).toEqual(['0,1', '100000,1', '200000,1'])
  })

  test('of a desk end where its reader stands, and are the beginning of what was measured up to later', () => {
    const desk = openDesk('lab raft\nset load 50/s\n')
    desk.seek(2_050_000)
    const whole = desk.export('csv').trimEnd().split('\n')
    desk.seek(750_000)
    const part = desk.export('csv').trimEnd().split('\n')
    const last = (lines: readonly string[]) => Number(lines.at(-1)!.split(',')[0])
    expect([last(whole), last(part)]).toEqual([2_000_000, 700_000])
    expect(part).toEqual(whole.slice(0, part.length))
  })

  test('of a desk that stands at the instant of a sample have it, as they have when the run went on', () => {
    const desk = openDesk('lab raft\nset load 50/s\n')
    desk.seek(2_000_000)
    const arrived = desk.export('csv')
    desk.seek(3_000_000)
    desk.seek(2_000_000)
    expect(arrived).toBe(desk.export('csv'))
    expect(arrived.trimEnd().split('\n').at(-1)).toMatch(/^2000000,/)
  })
})
