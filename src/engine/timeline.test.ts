import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { micros } from '../base/brand.ts'
import { parseAct } from '../experiment/acts.ts'
import { printAct } from '../experiment/printer.ts'
import type { Act } from '../experiment/types.ts'
import { language } from '../labs/raft/acts.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import { Refusal } from '../sim/plan.ts'
import { ROW } from '../sim/trace.ts'
import type { Mark } from './branch.ts'
import { openDesk } from './random.test-helper.ts'
import { BRANCHES_MAX, Divergence, Timeline } from './timeline.ts'

const nameOf = (act: Act) => printAct(act, language)

function timelineOf(text: string): Timeline<RaftProtocol> {
  const { seed, settings, acts } = openDesk(`lab raft\n${text}`).experiment
  return new Timeline(raftLab, { seed, settings, acts })
}

function act(timeline: Timeline<RaftProtocol>, line: string): string | null {
  const parsed = parseAct(line, language, timeline.facts())
  if (!parsed.ok) throw new Error(parsed.error.message)
  return timeline.act(parsed.value, nameOf)
}

const lines = (timeline: Timeline<RaftProtocol>) =>
  timeline.script.acts.map(({ at, act: each }) => `${at} ${nameOf(each)}`)

describe('acting', () => {
  test('at the frontier keeps the later acts that still make sense, and drops the others', () => {
    const timeline = timelineOf('at 2s kill n1\nat 3s kill n2\nat 4s restart n1\n')
    timeline.seek(1_000_000)
    expect(act(timeline, 'kill n1')).toBeNull()
    expect(timeline.branches).toHaveLength(1)
    // n1 is down already at 2 s; at 4 s it can be restarted as before.
    expect(lines(timeline)).toEqual(['1000000 kill n1', '3000000 kill n2', '4000000 restart n1'])
    timeline.seek(5_000_000)
    expect([0, 1].map((actor) => timeline.sim.status(actor))).toEqual(['up', 'down'])
  })

  test('in the past leaves the present future behind as a branch and cuts its later acts off', () => {
    const timeline = timelineOf('at 2s kill n1\nat 3s kill n2\n')
    timeline.seek(4_000_000)
    const first = timeline.sim.digest()
    timeline.seek(2_500_000)
    expect(timeline.inPast).toBe(true)
    expect(act(timeline, 'pause n3')).toBe('pause n3')
    expect(lines(timeline)).toEqual(['2000000 kill n1', '2500000 pause n3'])
    expect(timeline.branches.map(({ id, name, parent, forkTime }) => [id, name, parent, forkTime])).toEqual([
      [1, 'main', null, 0],
      [2, 'pause n3', 1, 2_500_000],
    ])
    timeline.seek(4_000_000)
    const second = timeline.sim.digest()
    expect(second).not.toBe(first)
    timeline.switchTo(1)
    expect([timeline.cursor, timeline.sim.digest()]).toEqual([4_000_000, first])
    expect(lines(timeline)).toEqual(['2000000 kill n1', '3000000 kill n2'])
  })

  test('refused, leaves everything as it was, also when events of the instant are still to come', () => {
    const timeline = timelineOf('seed 5\nset delay 0ms\nset disk 0ms\nset load 20/s\n')
    timeline.seek(1_000_000)
    for (let at = 0; at < 60; at++) {
      timeline.stepEvent()
      const before = [timeline.sim.digest(), timeline.sim.eventCount, timeline.cursor, timeline.done, lines(timeline)]
      expect(() => act(timeline, 'drop m999999')).toThrow(Refusal)
      expect([timeline.sim.digest(), timeline.sim.eventCount, timeline.cursor, timeline.done, lines(timeline)]).toEqual(
        before,
      )
    }
    expect(timeline.branches).toHaveLength(1)
    expect(act(timeline, 'kill n1')).toBeNull()
  })

  test('takes effect at once, also when events of the instant are still to come', () => {
    const timeline = timelineOf('set delay 0ms\nset disk 0ms\nset load 20/s\n')
    timeline.seek(1_000_000)
    let crowded = 0
    for (let at = 0; at < 40; at++) {
      timeline.stepEvent()
      if (timeline.sim.nextTime() === timeline.cursor) crowded++
      act(timeline, `${timeline.sim.status(4) === 'down' ? 'restart' : 'kill'} n5`)
      expect(timeline.sim.status(4)).toBe(at % 2 === 0 ? 'down' : 'up')
      expect(timeline.done).toBe(at + 1)
    }
    expect(crowded).toBeGreaterThan(5)
  })

  test('at one instant, several acts keep their order', () => {
    const timeline = timelineOf('')
    timeline.seek(1_000_000)
    for (const line of ['kill n1', 'restart n1', 'pause n1']) act(timeline, line)
    expect(lines(timeline)).toEqual(['1000000 kill n1', '1000000 restart n1', '1000000 pause n1'])
    expect(timeline.sim.status(0)).toBe('paused')
  })
})

describe('branches', () => {
  test('keep their digests when the reader switches back and forth', () => {
    const choice = fc.record({ at: fc.integer({ min: 200, max: 1_900 }), node: fc.integer({ min: 1, max: 5 }) })
    fc.assert(
      fc.property(
        fc.array(choice, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (choices, visits) => {
          const timeline = timelineOf('set load 10/s\n')
          timeline.seek(2_000_000)
          const ends = new Map([[1, timeline.sim.digest()]])
          for (const { at, node } of choices) {
            timeline.seek(at * 1_000)
            const down = timeline.sim.status(node - 1) === 'down'
            act(timeline, `${down ? 'restart' : 'kill'} n${node}`)
            timeline.seek(2_000_000)
            ends.set(timeline.branch.id, timeline.sim.digest())
          }
          expect(timeline.branches).toHaveLength(choices.length + 1)
          for (const visit of visits) {
            const branch = timeline.branches[visit % timeline.branches.length]!
            timeline.switchTo(branch.id)
            expect(timeline.sim.digest()).toBe(ends.get(branch.id))
            timeline.seek((visit % 2_000) * 1_000)
            timeline.seek(2_000_000)
            expect(timeline.sim.digest()).toBe(ends.get(branch.id))
          }
        },
      ),
      { numRuns: 8 },
    )
  })

  test('are kept up to the limit; the present one never goes', () => {
    const timeline = timelineOf('')
    timeline.seek(1_000_000)
    for (let at = 0; at < BRANCHES_MAX + 4; at++) {
      timeline.switchTo(timeline.branches.at(-1)!.id)
      timeline.seek(500_000)
      act(timeline, `note ${at}`)
      timeline.seek(600_000)
    }
    expect(timeline.branches).toHaveLength(BRANCHES_MAX)
    expect(BRANCHES_MAX).toBeGreaterThanOrEqual(8)
    expect(timeline.branches).toContain(timeline.branch)
    expect(timeline.branches.some(({ name }) => name === 'main')).toBe(false)
    expect(new Set(timeline.branches.map(({ id }) => id)).size).toBe(BRANCHES_MAX)
  })

  test('share what they have in common: the log before the fork is the same, and its acts are found in both', () => {
    const timeline = timelineOf('at 500ms kill n1\nat 1.5s kill n2\n')
    timeline.seek(2_000_000)
    const trunk = timeline.branch
    timeline.seek(1_000_000)
    act(timeline, 'pause n3')
    timeline.seek(2_000_000)
    const acts = (branch: typeof trunk) =>
      branch.trace
        .named()
        .map((row) => branch.trace.read(row))
        .filter(({ kind }) => kind === ROW.act)
        .map((row) => `${row.time} ${nameOf(timeline.actOfEvent(row.event, branch)!.act)}`)
    expect(acts(trunk)).toEqual(['500000 kill n1', '1500000 kill n2'])
    expect(acts(timeline.branch)).toEqual(['500000 kill n1', '1000000 pause n3'])
    const end = trunk.trace.firstAt(1_000_000)
    for (let row = 0; row < end; row++) expect(timeline.branch.trace.read(row)).toEqual(trunk.trace.read(row))
  })
})

describe('undo and redo', () => {
  test('take the last act back, as a branch that goes on without it, and bring it again', () => {
    const timeline = timelineOf('at 1s kill n1\nat 2s kill n2\n')
    timeline.seek(2_500_000)
    const with2 = timeline.sim.digest()
    expect(nameOf(timeline.undo(nameOf)!.act)).toBe('kill n2')
    expect([timeline.cursor, timeline.sim.status(1), lines(timeline)]).toEqual([2_000_000, 'up', ['1000000 kill n1']])
    expect(nameOf(timeline.undo(nameOf)!.act)).toBe('kill n1')
    expect([timeline.cursor, timeline.sim.status(0), lines(timeline)]).toEqual([1_000_000, 'up', []])
    expect(timeline.undo(nameOf)).toBeNull()
    timeline.seek(1_700_000)
    expect(timeline.redo()).toBe(true)
    expect([timeline.cursor, timeline.sim.status(0), timeline.sim.status(1)]).toEqual([2_000_000, 'down', 'up'])
    expect(timeline.redo()).toBe(true)
    expect([timeline.cursor, timeline.sim.digest()]).toEqual([2_500_000, with2])
    expect(timeline.redo()).toBe(false)
  })

  test('keeps later acts that still make sense without the one taken back', () => {
    const timeline = timelineOf('at 1s kill n1\nat 2s restart n1\nat 3s kill n3\n')
    timeline.seek(1_500_000)
    timeline.undo(nameOf)
    expect(lines(timeline)).toEqual(['3000000 kill n3'])
  })

  test('a new act ends what could be brought again', () => {
    const timeline = timelineOf('at 1s kill n1\n')
    timeline.seek(2_000_000)
    timeline.undo(nameOf)
    act(timeline, 'kill n4')
    expect(timeline.redo()).toBe(false)
  })

  test('the branch without the act is the run of its own text', () => {
    const timeline = timelineOf('set load 10/s\nat 1s kill n1\nat 1s kill n2\nat 1.5s note end\n')
    timeline.seek(1_200_000)
    timeline.undo(nameOf)
    timeline.seek(2_000_000)
    const other = timelineOf('set load 10/s\nat 1s kill n1\nat 1.5s note end\n')
    other.seek(2_000_000)
    expect(timeline.sim.digest()).toBe(other.sim.digest())
  })
})

describe('moving', () => {
  test('an event forth and an event back is where the reader was', () => {
    const timeline = timelineOf('set load 10/s\nat 300ms kill n1\n')
    timeline.seek(1_000_000)
    timeline.seek(250_000)
    for (let at = 0; at < 150; at++) {
      const { eventCount } = timeline.sim
      const digest = timeline.sim.digest()
      timeline.stepEvent()
      expect(timeline.sim.eventCount).toBe(eventCount + 1)
      if (at % 10 !== 0) continue
      timeline.stepBack()
      expect([timeline.sim.eventCount, timeline.sim.digest()]).toEqual([eventCount, digest])
      timeline.stepEvent()
    }
  })

  test('nothing lies before the boots', () => {
    const timeline = timelineOf('')
    timeline.stepEvent()
    for (let at = 0; at < 5; at++) timeline.stepBack()
    expect([timeline.sim.eventCount, timeline.cursor]).toEqual([timeline.firstEvent, 0])
    timeline.seekEvent(-5)
    expect(timeline.sim.eventCount).toBe(timeline.firstEvent)
    timeline.seek(-1)
    expect(timeline.cursor).toBe(0)
  })

  test('the next named event is the next of the log, and the previous one leads back', () => {
    const timeline = timelineOf('at 700ms kill n1\nat 900ms note hello\n')
    timeline.seek(1_500_000)
    const named = timeline.branch.trace.named().map((row) => timeline.branch.trace.eventOf(row))
    timeline.seek(0)
    const forth: number[] = []
    for (const _ of new Set(named)) {
      expect(timeline.nextNamed()).toBe(true)
      forth.push(timeline.sim.eventCount)
    }
    expect(forth).toEqual([...new Set(named)])
    expect(forth.length).toBeGreaterThan(3)
    const back: number[] = []
    for (let at = 1; at < forth.length; at++) {
      timeline.previousNamed()
      back.push(timeline.sim.eventCount)
    }
    expect(back).toEqual(forth.slice(0, -1).reverse())
    timeline.previousNamed()
    expect(timeline.cursor).toBe(0)
  })

  test('says so when no named event will ever come', () => {
    const timeline = timelineOf('set clients 0\nset nodes 1\nat 1s kill n1\n')
    timeline.seek(2_000_000)
    expect(timeline.nextNamed()).toBe(false)
  })

  test('stops where a rule breaks, and goes on when asked again', () => {
    const timeline = timelineOf('seed 11\nset fault count-before-durable\nset load 20/s\nset disk 10ms..40ms\n')
    expect(timeline.seek(5_000_000)).toBe('broken')
    const [broken] = timeline.sim.broken
    expect(timeline.cursor).toBe(broken!.time)
    expect(timeline.branch.broken).toBe(true)
    timeline.seek(0)
    expect(timeline.sim.broken).toEqual([])
    expect(timeline.seek(5_000_000)).toBe('broken')
    expect(timeline.sim.broken).toEqual([broken])
  })

  test('an event budget bounds a long way', () => {
    const timeline = timelineOf('')
    expect(timeline.seek(3_600_000_000, 1_000)).toBe('budget')
    expect(timeline.sim.eventCount).toBe(timeline.firstEvent + 1_000)
  })
})

describe('replay', () => {
  test('meets the digest of the first run at every checkpoint, or stops with the event that differs', () => {
    const timeline = timelineOf('set load 40/s\n')
    timeline.seek(8_000_000)
    const { marks } = timeline.branch
    const event = marks.spacingEvents * 2
    const mark = marks.exactly(event)! as { -readonly [K in keyof Mark<RaftProtocol>]: Mark<RaftProtocol>[K] }
    timeline.seek(0)
    timeline.seek(8_000_000)
    mark.high ^= 1
    timeline.seekEvent(event - 1)
    const go = () => timeline.stepEvent()
    expect(go).toThrow(Divergence)
    timeline.seekEvent(event - 1)
    expect(go).toThrow(`the replay of event ${event} met another state`)
  })

  test('a message of the past is read without moving the present', () => {
    const timeline = timelineOf('set load 20/s\nat 600ms pause n2\nat 900ms resume n2\n')
    timeline.seek(1_500_000)
    const { trace } = timeline.branch
    const before = [timeline.sim.digest(), timeline.cursor, timeline.sim.eventCount, trace.length]
    let seen = 0
    for (let row = 0; row < trace.length; row += 7) {
      const it = trace.read(row)
      if (it.kind !== ROW.delivered) continue
      const message = timeline.recall(it, (world, body) => {
        expect(world.eventCount).toBe(it.event - 1)
        return (body as { readonly message: { readonly kind: string } }).message.kind
      })
      expect(message).toBe(timeline.sim.plan.messageKinds[it.label])
      seen++
    }
    expect(seen).toBeGreaterThan(20)
    expect([timeline.sim.digest(), timeline.cursor, timeline.sim.eventCount, trace.length]).toEqual(before)
  })

  test('samples do not depend on where the reader stood still', () => {
    // One node that commits something with every third event: hardly two instants have the same numbers.
    const text = 'set nodes 1\nset delay 100us\nset disk 100us\nset load 1000/s\n'
    const one = timelineOf(text)
    one.seek(2_000_000)
    const other = timelineOf(text)
    // It rests just behind every sample.
    for (let time = 1; time <= 2_000_000; time += 100_000) other.advance(micros(time), Number.POSITIVE_INFINITY)
    other.advance(2_000_000, Number.POSITIVE_INFINITY)
    expect(other.branch.series.table()).toEqual(one.branch.series.table())
  })
})
