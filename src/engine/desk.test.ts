import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseHistory } from '../check/history.ts'
import { parseAct } from '../experiment/acts.ts'
import type { Act } from '../experiment/types.ts'
import { language } from '../labs/raft/acts.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import { type Desk, FRAME_EVENTS_MAX } from './desk.ts'
import { END_US, goTo, isOnMessage, onMessage, openDesk, someAct, someExperiment } from './random.test-helper.ts'

const desk = (text: string) => openDesk(`lab raft\n${text}`)
const never = () => false
const always = () => true

function actOf(line: string, on: Desk<RaftProtocol>): Act {
  const parsed = parseAct(line, language, on.timeline.facts())
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

/** Everything that a refused act or text must leave alone. */
const picture = ({ sim, timeline, revision, experiment, lesson, ...rest }: Desk<RaftProtocol>) => ({
  digest: sim.digest(),
  event: sim.eventCount,
  cursor: timeline.cursor,
  branches: timeline.branches.length,
  text: timeline.script.acts.length,
  revision,
  title: experiment.title,
  lesson,
  playback: { ...rest.playback },
})

describe('a run is a function of its text', () => {
  const doing = fc.oneof(
    fc.record({ kind: fc.constant('seek' as const), to: fc.nat(END_US) }),
    fc.record({
      kind: fc.constantFrom('step' as const, 'back' as const, 'undo' as const, 'redo' as const),
      times: fc.nat(3),
    }),
    fc.record({ kind: fc.constant('switch' as const), to: fc.nat() }),
    fc.record({ kind: fc.constant('play' as const), us: fc.nat(100_000) }),
  )

  test('also when the acts were done live: every branch, opened again from its text, is the same run', () => {
    const session = someExperiment.chain((experiment) =>
      fc.record({
        experiment: fc.constant(experiment),
        doings: fc.array(
          fc.oneof(
            { weight: 1, arbitrary: doing },
            {
              weight: 2,
              arbitrary: fc.record({
                kind: fc.constant('act' as const),
                act: someAct(openDesk(experiment).timeline.facts()),
                pick: fc.nat(),
              }),
            },
          ),
          { maxLength: 25 },
        ),
      }),
    )
    let acted = 0
    fc.assert(
      fc.property(session, ({ experiment, doings }) => {
        const live = openDesk(experiment)
        live.seek(100_000)
        for (const it of doings) {
          if (it.kind === 'seek') live.seek(it.to)
          else if (it.kind === 'switch') {
            const { branches } = live.timeline
            live.switchBranch(branches[it.to % branches.length]!.id)
          } else if (it.kind === 'play') {
            live.play()
            live.tick(it.us, never)
          } else if (it.kind === 'act') {
            if (live.act(withMessage(it.act, it.pick, live)).ok) acted++
          } else {
            for (let at = 0; at < it.times; at++) {
              if (it.kind === 'step') live.stepEvent()
              if (it.kind === 'back') live.stepBack()
              if (it.kind === 'undo') live.undo()
              if (it.kind === 'redo') live.redo()
            }
          }
        }
        for (const branch of live.timeline.branches.slice(0, 4)) {
          live.switchBranch(branch.id)
          goTo(live, END_US)
          const again = openDesk(live.text())
          goTo(again, END_US)
          expect([again.timeline.cursor, again.sim.eventCount]).toEqual([live.timeline.cursor, live.sim.eventCount])
          expect(again.sim.digest()).toBe(live.sim.digest())
          expect(again.export('history')).toBe(live.export('history'))
          expect(again.text()).toBe(live.text())
        }
      }),
      { numRuns: 60 },
    )
    // The property says something only when acts were done.
    expect(acted).toBeGreaterThan(50)
  })

  function withMessage(act: Act, pick: number, { sim }: Desk<RaftProtocol>): Act {
    if (!isOnMessage(act)) return act
    const numbers: number[] = []
    sim.eachInFlight(({ number }) => numbers.push(number))
    numbers.sort((x, y) => x - y)
    return numbers.length === 0 ? act : onMessage(act, numbers[pick % numbers.length]!)
  }

  test('the trace that is exported is the trace that was recorded', () => {
    const live = desk('set load 20/s\n')
    live.seek(500_000)
    live.line('kill n2')
    live.seek(1_000_000)
    const rows = live.export('trace').trimEnd().split('\n')
    const events = rows.map(
      (row) => (JSON.parse(row) as { event: { name: string; time: number; nid: string | null } }).event,
    )
    const { trace } = live.timeline.branch
    const named = ['Receive', 'Lose', 'Timer', 'Durable', 'Act']
    const times = (kinds: readonly number[]) =>
      Array.from({ length: trace.length }, (_, row) => trace.read(row)).filter(({ kind }) => kinds.includes(kind))
        .length
    expect(events.filter(({ name }) => named.includes(name))).toHaveLength(times([0, 1, 2, 3, 5]))
    expect(events.filter(({ name }) => !named.includes(name))).toHaveLength(times([4]))
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((x, y) => x - y))
    expect(events.some(({ name, nid }) => name === 'became-leader' && nid !== null)).toBe(true)
  })
})

describe('opening a text', () => {
  test('with a mistake is answered with line and column, and the present run goes on untouched', () => {
    const it = desk('# one\nset load 10/s\n')
    it.seek(1_000_000)
    it.line('kill n1')
    it.play()
    const before = picture(it)
    for (const text of [
      '',
      'lab raft\nat 1s kil n1\n',
      'lab nowhere\n',
      'lab raft\nset nodes 1000\n',
      'lab raft\nat 1s restart n1\n',
    ]) {
      const opened = it.open(text)
      expect(opened.ok).toBe(false)
      if (!opened.ok) expect(opened.error[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
      expect(picture(it)).toEqual(before)
    }
    const wrong = it.open('lab raft\nat 1s kil n1\n')
    if (!wrong.ok)
      expect(wrong.error[0]).toMatchObject({ line: 2, column: 7, suggestion: expect.stringContaining('kill') })
    expect(it.check('lab raft\nat 1s kil n1\n')).toHaveLength(1)
    expect(it.check('lab raft\n')).toEqual([])
  })

  test('begins anew: nothing of the former run is left', () => {
    const it = desk('set load 10/s\n')
    it.seek(1_000_000)
    it.line('kill n1')
    it.selection = { kind: 'actor', name: 'n1' }
    it.play()
    expect(it.open('# two\nlab raft\nset nodes 3\n').ok).toBe(true)
    expect([it.timeline.cursor, it.selection, it.playback.playing, it.timeline.branches.length]).toEqual([
      0,
      null,
      false,
      1,
    ])
    expect([it.experiment.title, it.sim.names.length, it.sim.status(0)]).toEqual(['two', 5, 'up'])
  })

  test('at an instant goes there, and says so when a rule broke on the way', () => {
    const it = desk('')
    it.open('lab raft\n', 1_234_567)
    expect(it.timeline.cursor).toBe(1_234_567)
    it.open('lab raft\nseed 11\nset fault count-before-durable\nset load 20/s\nset disk 10ms..40ms\n', 9_000_000)
    expect(it.timeline.cursor).toBe(it.sim.broken[0]!.time)
    expect(it.playback.caption).toContain('is broken')
  })

  test('prints what it opened, with every act that was done since', () => {
    const it = desk('# title\nset nodes 3\n')
    it.seek(1_500_000)
    it.line('link n1>n2 loss 30%')
    it.seek(2_000_000)
    it.line('heal')
    expect(
      it
        .text()
        .split('\n')
        .filter((line) => line.startsWith('at')),
    ).toEqual(
      ['at 1.5s    link n1>n2 loss 30%', 'at 2s      heal'].map((line) =>
        expect.stringMatching(new RegExp(line.replace(/ +/g, ' +').replace('>', '>'))),
      ),
    )
    expect(it.export('lab')).toBe(it.text())
  })
})

test('an act behind the end of the experiment moves the end: the text still opens', () => {
  const on = desk('until 1s')
  goTo(on, 1_500_000)
  expect(on.act(actOf('kill n1', on)).ok).toBe(true)
  expect(on.text()).toContain('at 1.5s kill n1\nuntil 1.5s')
  expect(on.check(on.text())).toEqual([])
})

describe('acts', () => {
  test.each([
    ['restart n1', 'running'],
    ['resume n1', 'running'],
    ['drop m999999', 'not in flight'],
    ['set heartbeat 10s', 'shorter'],
  ])('%s is refused with a reason, and nothing changes', (line, reason) => {
    const it = desk('set load 10/s\n')
    it.seek(1_000_000)
    const before = picture(it)
    const done = it.act(rawAct(line))
    expect(done.ok).toBe(false)
    if (!done.ok) expect(done.error).toContain(reason)
    expect(it.line(line)).toMatchObject({ kind: 'error', message: expect.stringContaining(reason) })
    expect(picture(it)).toEqual(before)
  })

  test('of another shape than the language says are refused, not carried out', () => {
    const it = desk('')
    const before = picture(it)
    for (const act of [
      { id: 'explode', args: {} },
      { id: 'kill', args: { node: 'n99' } },
      { id: 'kill', args: {} },
      { id: 'kill', args: { node: 'c1' } },
    ])
      expect(it.act(act as Act).ok).toBe(false)
    expect(picture(it)).toEqual(before)
  })

  test('are echoed as the line that does the same', () => {
    const it = desk('')
    it.seek(1_000_000)
    const done = it.act(actOf('link n1>n2 loss 30%', it))
    expect(done).toMatchObject({ ok: true, value: { line: 'link n1>n2 loss 30%', atUs: 1_000_000, branch: null } })
    it.seek(500_000)
    expect(it.act(actOf('kill n1', it))).toMatchObject({ ok: true, value: { branch: 'kill n1' } })
  })

  test('can be taken back and brought again', () => {
    const it = desk('')
    expect(it.undo()).toEqual({ ok: false, error: 'there is no act to take back' })
    expect(it.redo().ok).toBe(false)
    it.seek(1_000_000)
    it.line('kill n1')
    const { revision } = it
    expect(it.undo()).toEqual({ ok: true, value: 'took back: kill n1' })
    expect([it.sim.status(0), it.revision]).toEqual(['up', revision + 1])
    expect(it.redo().ok).toBe(true)
    expect(it.sim.status(0)).toBe('down')
  })

  function rawAct(line: string): Act {
    const [id, ...rest] = line.split(' ')
    if (id === 'set') return { id: `set-${rest[0]}`, args: { value: 10_000_000 } }
    if (id === 'drop') return { id, args: { message: 999_999 } }
    return { id: id!, args: { node: rest[0]! } }
  }
})

describe('the terminal', () => {
  test('answers a mistake with its column and the nearest verb', () => {
    const it = desk('')
    const before = picture(it)
    expect(it.line('kil n1')).toMatchObject({ kind: 'error', column: 1, suggestion: expect.stringContaining('kill') })
    expect(it.line('kill n9')).toMatchObject({ kind: 'error', column: 6 })
    expect(it.line('seek fast')).toMatchObject({ kind: 'error', column: 6 })
    expect(it.line('speed 5000')).toMatchObject({ kind: 'error' })
    expect(it.line('branch nowhere')).toMatchObject({ kind: 'error', message: 'there is no branch nowhere' })
    expect(it.line('help nothing')).toMatchObject({ kind: 'error' })
    expect(it.line('run')).toMatchObject({ kind: 'error', suggestion: 'run 1s' })
    expect(picture(it)).toEqual(before)
  })

  test('says nothing to nothing', () => {
    const it = desk('')
    for (const line of ['', '   ', '# remark']) expect(it.line(line)).toEqual({ kind: 'said', lines: [] })
  })

  test('moves the reader', () => {
    const it = desk('until 2s\n')
    const at = (line: string) => {
      const reply = it.line(line)
      expect(reply.kind, line).toBe('said')
      return it.timeline.cursor
    }
    expect(at('run 1s')).toBe(1_000_000)
    expect(at('seek 250ms')).toBe(250_000)
    expect(at('run')).toBe(2_000_000)
    expect(at('seek 0')).toBe(0)
    const { eventCount } = it.sim
    at('step')
    expect(it.sim.eventCount).toBe(eventCount + 1)
    at('back')
    expect(it.sim.eventCount).toBe(eventCount)
    at('step message')
    expect(it.sim.lastWasMessage).toBe(true)
    at('step became-leader')
    expect(it.slow().named.at(-1)).toMatchObject({ kind: 'became-leader', event: it.sim.eventCount })
    at('speed 0.001')
    expect(it.playback.permille).toBe(1)
    at('speed max')
    expect(it.playback.permille).toBe(0)
    at('reset')
    expect(it.timeline.cursor).toBe(0)
  })

  test('does what stands behind `at` at its own instant: later, earlier, and past a rule that breaks on the way', () => {
    const it = desk('')
    it.line('at 2s kill n1')
    expect([it.timeline.cursor, it.text()]).toEqual([2_000_000, expect.stringMatching(/at 2s +kill n1/)])
    expect(it.line('at 1s pause n2')).toMatchObject({ lines: [expect.anything(), expect.stringContaining('branch')] })
    expect(it.text()).not.toContain('kill n1')
    const broken = desk('seed 11\nset fault count-before-durable\nset load 20/s\nset disk 10ms..40ms\n')
    broken.line('at 5s kill n3')
    expect(broken.text()).toMatch(/at 5s +kill n3/)
    expect(broken.timeline.cursor).toBe(5_000_000)
  })

  test('lists branches, rules and help, and leaves to the screen what is the screen’s', () => {
    const it = desk('')
    it.seek(1_000_000)
    it.line('kill n1')
    it.seek(500_000)
    it.line('kill n2')
    expect(it.line('branches')).toMatchObject({
      lines: [expect.stringMatching(/^ {2}1 main/), expect.stringMatching(/^\* 2 kill n2/)],
    })
    expect(it.line('branch 1')).toMatchObject({ kind: 'said' })
    expect(it.sim.status(1)).toBe('up')
    const rules = it.line('rules')
    expect(rules).toMatchObject({
      kind: 'said',
      lines: it.sim.plan.invariants.map(({ title }) => expect.stringContaining(title)),
    })
    expect(it.line('help kill')).toMatchObject({
      kind: 'said',
      lines: expect.arrayContaining([expect.stringContaining('kill')]),
    })
    expect(it.line('show n1')).toEqual({ kind: 'screen', mover: 'show-actor', args: { actor: 'n1' } })
    expect(it.line('export csv')).toMatchObject({ kind: 'screen', mover: 'export' })
  })

  test('completes verbs and names', () => {
    const it = desk('')
    const texts = (line: string) => it.complete(line, line.length).candidates.map(({ text }) => text)
    expect(texts('ki')).toContain('kill')
    expect(texts('kill ')).toEqual(['n1', 'n2', 'n3', 'n4', 'n5'])
    expect(it.vocabulary().map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(['kill', 'partition', 'client', 'seek']),
    )
  })
})

describe('play', () => {
  test('slow motion loses no time', () => {
    const it = desk('')
    it.setSpeed(0.003)
    it.play()
    let real = 0
    for (const us of Array.from({ length: 500 }, (_, at) => 16_000 + ((at * 37) % 999))) {
      it.tick(us, never)
      real += us
    }
    expect(it.timeline.cursor).toBe(Math.floor((real * 3) / 1_000))
  })

  test('at speed 1, virtual time is real time; a long pause of the screen is not caught up', () => {
    const it = desk('')
    it.play()
    for (let at = 0; at < 60; at++) it.tick(16_667, never)
    expect(it.timeline.cursor).toBe(60 * 16_667)
    it.tick(60_000_000, never)
    expect(it.timeline.cursor).toBe(60 * 16_667 + 100_000)
    it.halt(null)
    it.tick(16_667, never)
    expect(it.timeline.cursor).toBe(60 * 16_667 + 100_000)
  })

  test('a frame takes a bounded number of events, and says that it is behind', () => {
    const it = desk('set load 200/s\n')
    it.seek(1_000_000)
    it.setSpeed(1_000)
    it.play()
    const before = it.sim.eventCount
    it.tick(100_000, never)
    expect([it.sim.eventCount - before, it.playback.behind, it.playback.playing]).toEqual([
      FRAME_EVENTS_MAX,
      true,
      true,
    ])
  })

  test('as fast as possible goes on while there is time', () => {
    const it = desk('set load 50/s\nuntil 6s\n')
    it.setSpeed(0)
    it.play()
    let slices = 3
    it.tick(0, () => --slices > 0)
    expect(it.sim.eventCount).toBe(it.timeline.firstEvent + 3 * 2_000)
    for (let at = 0; at < 50 && it.playback.playing; at++) it.tick(0, always)
    expect([it.timeline.cursor, it.playback.caption]).toEqual([6_000_000, 'the experiment ends here'])
  })

  test('stops at the end of the experiment, and goes on beyond it when asked again', () => {
    const it = desk('until 1s\n')
    it.seek(990_000)
    it.play()
    it.tick(50_000, never)
    expect([it.timeline.cursor, it.playback.playing, it.playback.caption]).toEqual([
      1_000_000,
      false,
      'the experiment ends here',
    ])
    it.play()
    it.tick(0, never)
    expect(it.playback.playing).toBe(true)
    it.tick(50_000, never)
    expect([it.timeline.cursor, it.playback.playing]).toEqual([1_050_000, true])
  })

  test.each([1, 0])('stops where a rule breaks, with its name and source (speed %i)', (speed) => {
    const it = desk('seed 11\nset fault count-before-durable\nset load 20/s\nset disk 10ms..40ms\n')
    it.setSpeed(speed)
    it.play()
    for (let at = 0; at < 400 && it.playback.playing; at++) it.tick(16_000, always)
    const [broken] = it.sim.broken
    const rule = it.sim.plan.invariants[broken!.invariant]!
    expect(it.playback).toMatchObject({
      playing: false,
      caption: `${rule.title} is broken (${rule.source}): ${broken!.explanation}`,
    })
    expect(it.timeline.cursor).toBe(broken!.time)
    expect(it.slow().rules.filter((each) => each.broken !== null)).toMatchObject([
      { id: rule.id, broken: { event: broken!.event } },
    ])
    // It can be played on from there.
    it.play()
    it.tick(16_000, never)
    expect(it.timeline.cursor).toBeGreaterThan(broken!.time)
  })

  test('to the next named event stops there by itself and says what it was', () => {
    const it = desk('at 700ms note hello\n')
    const captions: (string | null)[] = []
    while (it.timeline.cursor < 700_000) {
      it.playToNamed()
      for (let at = 0; at < 200 && it.playback.playing; at++) it.tick(16_000, never)
      captions.push(it.playback.caption)
    }
    expect(captions.at(-1)).toBe('note hello')
    expect(captions.some((caption) => caption?.includes('leads term 1'))).toBe(true)
    expect(captions).not.toContain(null)
  })

  test('stops with the reason when an act of the script is refused, and everything else still works', () => {
    const it = desk('at 1s drop m999999\nat 2s kill n1\n')
    it.seek(3_000_000)
    expect(it.playback.caption).toBe('stopped: drop m999999: m999999 is not in flight now')
    expect(it.timeline.cursor).toBeLessThanOrEqual(1_000_000)
    it.seek(500_000)
    expect(it.line('kill n2')).toMatchObject({ kind: 'said' })
    it.seek(3_000_000)
    expect([it.timeline.cursor, it.sim.status(1), it.playback.caption]).toEqual([3_000_000, 'down', null])
  })

  test('an act just before a refused one is possible, too', () => {
    const it = desk('at 1s drop m999999\n')
    it.seek(3_000_000)
    expect(it.line('kill n2')).toMatchObject({ kind: 'said' })
    expect(it.sim.status(1)).toBe('down')
  })
})

describe('exports', () => {
  const busy = () => {
    const it = desk('set load 30/s\nset clients 3\nat 1s kill n1\nat 1.5s kill n2\n')
    it.line('client c1 put x "a, b"')
    it.seek(3_000_000)
    return it
  }

  test('the history is one that the checker reads, with every operation in it', () => {
    const it = busy()
    const history = parseHistory(JSON.parse(it.export('history')))
    expect(history.ok).toBe(true)
    const calls = [...it.sim.operations].filter(({ kind }) => kind === 'call')
    const { ops } = JSON.parse(it.export('history')) as { ops: { call: number; ret: number | null; client: string }[] }
    expect(ops.map(({ client, call }) => [client, call])).toEqual(calls.map(({ client, at }) => [client, at]))
    expect(ops.every(({ call, ret }) => ret === null || ret >= call)).toBe(true)
    expect(ops.filter(({ ret }) => ret !== null).length).toBeGreaterThan(20)
  })

  test('the measures are a table: one line for each instant, one column for each measure', () => {
    const it = busy()
    const [head, ...lines] = it.export('csv').trimEnd().split('\n')
    expect(head!.split(',')).toHaveLength(1 + it.lab.measures.length)
    expect(head).toMatch(/^time_us,/)
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(Array.from({ length: 31 }, (_, at) => at * 100_000))
    for (const line of lines) expect(line.split(',')).toHaveLength(1 + it.lab.measures.length)
  })
})
