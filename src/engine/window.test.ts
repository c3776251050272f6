import { describe, expect, test } from 'vitest'
import { readPhase } from '../labs/raft/contract.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import { ROW, type Row } from '../sim/trace.ts'
import { type EventKind, LANE_STRIDE, WINDOW_MESSAGE_STRIDE, type WindowQuery } from './api.ts'
import type { Desk } from './desk.ts'
import { openDesk } from './random.test-helper.ts'

const desk = (text: string) => openDesk(`lab raft\nset load 20/s\n${text}`)
const ALL: readonly EventKind[] = ['message', 'lost', 'timer', 'disk', 'note', 'act', 'operation', 'broken']
const query = (fromUs: number, toUs: number, messagesMax = 100_000): WindowQuery => ({ fromUs, toUs, messagesMax })

function records(columns: Float64Array, stride: number): number[][] {
  return Array.from({ length: columns.length / stride }, (_, at) => [...columns.slice(at * stride, (at + 1) * stride)])
}

const rowsOf = ({ timeline }: Desk<RaftProtocol>): Row[] =>
  Array.from({ length: timeline.branch.trace.length }, (_, at) => timeline.branch.trace.read(at))

describe('messages of a window', () => {
  test('are those of the trace whose way touches it, with their fate; those in flight come with them', () => {
    const it = desk('set loss 10%\n')
    it.seek(2_000_000)
    const [from, to] = [700_000, 1_300_000]
    const expected = rowsOf(it)
      .map((row, at) => ({ ...row, at }))
      .filter(({ kind, actor, peer }) => (kind === ROW.delivered || kind === ROW.lost) && actor !== peer)
      .filter(({ time, sentAt }) => time >= from && sentAt <= to)
      .map(({ peer, actor, label, sentAt, time, value, kind, at }) => [
        peer,
        actor,
        label,
        sentAt,
        time,
        value,
        kind === ROW.lost ? 1 : 0,
        at,
      ])
    const window = it.window(query(from, to))
    expect(records(window.messages, WINDOW_MESSAGE_STRIDE)).toEqual(expected)
    expect(window.messagesTotal).toBe(expected.length)
    expect(new Set(expected.map(([, , , , , , fate]) => fate))).toEqual(new Set([0, 1]))
    const inFlight: number[] = []
    it.sim.eachInFlight((item) => inFlight.push(item.sentAt))
    const now = records(it.window(query(1_900_000, 2_000_000)).messages, WINDOW_MESSAGE_STRIDE)
    expect(
      now
        .filter(([, , , , , , fate]) => fate === 2)
        .map(([, , , sentAt]) => sentAt!)
        .sort(),
    ).toEqual(inFlight.sort())
    // What is in flight now belongs to no window of the past.
    expect(records(window.messages, WINDOW_MESSAGE_STRIDE).some(([, , , , , , fate]) => fate === 2)).toBe(false)
  })

  test('are thinned to what was asked for, and the total says so', () => {
    const it = desk('')
    it.seek(3_000_000)
    const all = it.window(query(0, 3_000_000))
    const few = it.window(query(0, 3_000_000, 50))
    expect(few.messages.length / WINDOW_MESSAGE_STRIDE).toBeLessThanOrEqual(50)
    expect(few.messages.length / WINDOW_MESSAGE_STRIDE).toBeGreaterThan(25)
    expect(few.messagesTotal).toBe(all.messagesTotal)
    expect(all.messagesTotal).toBeGreaterThan(500)
  })
})

describe('lanes of a window', () => {
  test('cover it without gap or overlap, and say how each actor was at every instant', () => {
    const it = desk('at 1s kill n2\nat 1.5s restart n2\nat 1.8s pause n3\n')
    it.seek(2_500_000)
    const [from, to] = [900_000, 2_200_000]
    const lanes = records(it.window(query(from, to)).lanes, LANE_STRIDE)
    for (const [actor] of it.sim.names.entries()) {
      const mine = lanes.filter(([owner]) => owner === actor)
      expect(mine[0]![1]).toBe(from)
      expect(mine.at(-1)![2]).toBe(to)
      for (const [at, [, begin]] of mine.entries()) if (at > 0) expect(begin).toBe(mine[at - 1]![2])
    }
    const statusAt = (actor: number, time: number) => {
      const lane = lanes.find(([owner, begin, end]) => owner === actor && begin! <= time && time < end!)
      return readPhase(lane![3]!).status
    }
    expect([950_000, 1_200_000, 1_600_000].map((time) => statusAt(1, time))).toEqual([0, 2, 0])
    expect([1_700_000, 1_900_000].map((time) => statusAt(2, time))).toEqual([0, 1])
  })
})

describe('marks, operations and faults', () => {
  const it = desk(
    [
      'at 500ms partition n1 n2 | n3 n4 n5',
      'at 800ms heal',
      'at 1s link n1>n2 cut',
      'at 1.2s link n3>n4 loss 30%',
      'at 1.5s disk n1 stall',
      'at 1.6s heal',
      'at 1.9s disk n1 resume',
      'at 2s kill n5\n',
    ].join('\n'),
  )
  it.seek(2_500_000)

  test('marks are the named events of the window', () => {
    const { marks } = it.window(query(450_000, 2_100_000))
    const { trace } = it.timeline.branch
    const named = trace
      .named()
      .map((row) => trace.read(row))
      .filter(({ time }) => time >= 450_000 && time <= 2_100_000)
    expect(marks.map(({ timeUs, event }) => [timeUs, event])).toEqual(named.map(({ time, event }) => [time, event]))
    expect(marks.filter(({ kind }) => kind === 'act').map(({ text }) => text)).toEqual(
      it.timeline.script.acts.map((_, at) => it.slow().acts[at]!.line),
    )
  })

  test('operations are those that were open in the window', () => {
    const [from, to] = [1_000_000, 1_400_000]
    const calls = new Map<string, { from: number; to: number | null }>()
    for (const event of it.sim.operations) {
      if (event.kind === 'call') calls.set(event.request, { from: event.at, to: null })
      else calls.get(event.request)!.to = event.at
    }
    const expected = [...calls].flatMap(([request, call]) =>
      call.from <= to && (call.to === null || call.to >= from) ? [request] : [],
    )
    const found = it.window(query(from, to)).operations.map(({ request }) => request)
    expect(found.toSorted()).toEqual(expected.toSorted())
    expect(found.length).toBeGreaterThan(3)
  })

  test('a fault lasts until it is undone; healing takes walls away, not the weather, and no disk', () => {
    const { faults } = it.window(query(0, 2_500_000))
    const bars = faults.map(({ text, fromUs, toUs }) => [text, fromUs / 1_000, toUs / 1_000]).sort()
    expect(bars).toEqual([
      ['disk n1 stall', 1_500, 1_900],
      ['link n1>n2 cut', 1_000, 1_600],
      ['link n3>n4 loss 30%', 1_200, 2_500],
      ['partition n1 n2 | n3 n4 n5', 500, 800],
    ])
    expect(it.window(query(0, 400_000)).faults).toEqual([])
  })
})

describe('the log', () => {
  test('pages back through every row, newest first, each once', () => {
    const it = desk('at 300ms kill n1\n')
    it.seek(600_000)
    const seen: number[] = []
    let before: number | null = null
    for (let page = 0; page < 10_000; page++) {
      const { rows, more } = it.events({ filter: '', kinds: ALL, before, count: 17 })
      seen.push(...rows.map(({ row }) => row))
      if (!more) break
      before = rows.at(-1)!.row
    }
    const visible = rowsOf(it).flatMap(({ kind }, at) => (kind === ROW.phase ? [] : [at]))
    expect(seen).toEqual(visible.reverse())
  })

  test('shows nothing of the future when the reader stands in the past', () => {
    const it = desk('')
    it.seek(1_000_000)
    it.seek(400_000)
    const { rows } = it.events({ filter: '', kinds: ALL, before: null, count: 10_000 })
    expect(rows.length).toBeGreaterThan(10)
    expect(rows.every(({ timeUs }) => timeUs <= 400_000)).toBe(true)
  })

  test('filters by kind, and by words in any case that must all occur', () => {
    const it = desk('at 500ms kill n1\nat 700ms kill n2\n')
    it.seek(1_000_000)
    const texts = (filter: string, kinds = ALL) =>
      it.events({ filter, kinds, before: null, count: 10_000 }).rows.map(({ text }) => text)
    expect(texts('', ['act'])).toEqual(['kill n2', 'kill n1'])
    expect(texts('KILL n1', ['act'])).toEqual(['kill n1'])
    const app = texts('msgapp n2')
    expect(app.length).toBeGreaterThan(0)
    expect(app.every((text) => /msgapp/i.test(text) && text.includes('n2'))).toBe(true)
    expect(texts('no such words')).toEqual([])
  })
})
