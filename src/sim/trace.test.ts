import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../base/assert.ts'
import { NO_PEER, ROW, type Row, Trace } from './trace.ts'

const ACTORS = 3
/** More rows than one chunk holds. */
const MANY = (1 << 14) + 700
const isNamed = (kind: number, label: number) => kind === ROW.act || (kind === ROW.note && label === 1)

/** Rows in the order of time and events, as a simulation writes them. */
const rows = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...Object.values(ROW)),
      label: fc.nat(2),
      wait: fc.nat(2),
      flight: fc.nat(50_000),
      actor: fc.nat(ACTORS - 1),
      peer: fc.constantFrom(0, 1, 2, NO_PEER),
      value: fc.nat(0xffff_ffff),
      events: fc.nat(1),
    }),
    { maxLength: 60 },
  )
  .map((drawn) => {
    let time = 100_000
    let event = 0
    return drawn.map(({ kind, label, wait, flight, actor, peer, value, events }): Row => {
      time += wait
      event += events
      return { kind, label, time, sentAt: time - flight, actor, peer, value, event }
    })
  })

function write(trace: Trace, all: readonly Row[]): Trace {
  for (const { kind, label, time, sentAt, actor, peer, value, event } of all)
    trace.row(kind, label, time, sentAt, actor, peer, value, event)
  return trace
}

const written = (all: readonly Row[]) => write(new Trace(ACTORS, isNamed), all)
const positions = (all: readonly Row[], test: (row: Row) => boolean) =>
  all.flatMap((row, at) => (test(row) ? [at] : []))

function expectSame(trace: Trace, all: readonly Row[]): void {
  expect(trace.length).toBe(all.length)
  expect(all.map((_, at) => trace.read(at))).toEqual(all)
  expect(trace.named()).toEqual(positions(all, ({ kind, label }) => isNamed(kind, label)))
  for (let actor = 0; actor < ACTORS; actor++) {
    expect(trace.phases(actor)).toEqual(positions(all, (row) => row.kind === ROW.phase && row.actor === actor))
  }
}

describe('a trace', () => {
  test('gives back what was written, with its indexes', () => {
    fc.assert(fc.property(rows, (all) => expectSame(written(all), all)))
  })

  test('finds the first row of a time and the first behind an event', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 99_990, max: 100_120 }),
        fc.integer({ min: -1, max: 65 }),
        (all, time, event) => {
          const trace = written(all)
          const firstOr = (test: (row: Row) => boolean) => positions(all, test)[0] ?? all.length
          expect(trace.firstAt(time)).toBe(firstOr((row) => row.time >= time))
          expect(trace.firstAfterEvent(event)).toBe(firstOr((row) => row.event > event))
        },
      ),
    )
  })

  test('forks anywhere: both futures go on without seeing each other', () => {
    fc.assert(
      fc.property(rows, rows, rows, fc.nat(100), (all, one, other, share) => {
        const end = Math.floor((all.length * share) / 100)
        const later = (list: readonly Row[], from: Row | undefined) =>
          list.map((row) => ({ ...row, time: row.time + (from?.time ?? 0), sentAt: row.sentAt + (from?.time ?? 0) }))
        const trunk = written(all)
        const branch = trunk.fork(end)
        const mine = later(one, all.at(-1))
        const theirs = later(other, all[end - 1])
        write(branch, theirs)
        write(trunk, mine)
        expectSame(trunk, [...all, ...mine])
        expectSame(branch, [...all.slice(0, end), ...theirs])
      }),
    )
  })

  test('holds more rows than one chunk, also across a fork in the second one', () => {
    const row = (at: number): Row => ({
      kind: ROW.delivered,
      label: at % 7,
      time: at * 3,
      sentAt: Math.max(0, at * 3 - 1_000),
      actor: at % ACTORS,
      peer: (at + 1) % ACTORS,
      value: at,
      event: at,
    })
    const all = Array.from({ length: MANY }, (_, at) => row(at))
    const trunk = written(all)
    for (const end of [1 << 14, (1 << 14) - 1, (1 << 14) + 1, MANY - 5]) {
      const branch = trunk.fork(end)
      write(branch, [{ ...row(end), value: 4_294_967_295 }])
      expect(branch.length).toBe(end + 1)
      expect(branch.read(end).value).toBe(4_294_967_295)
      expect(branch.read(end - 1)).toEqual(all[end - 1])
      expect(trunk.read(end)).toEqual(all[end])
    }
    expectSame(trunk, all)
    expect(trunk.firstAt(MANY)).toBe(Math.ceil(MANY / 3))
  })

  test('refuses rows that it does not have', () => {
    const trace = written([])
    expect(() => trace.read(0)).toThrow(AssertionError)
    expect(() => trace.read(-1)).toThrow(AssertionError)
  })
})
