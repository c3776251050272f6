import { describe, expect, test } from 'vitest'
import { ROW } from '../sim/trace.ts'
import { HEADER, MESSAGE, messageAt } from './frame.ts'
import { openDesk } from './random.test-helper.ts'

const desk = (text: string) => {
  const it = openDesk(`lab raft\nset load 20/s\n${text}`)
  it.seek(1_000_000)
  return it
}

const picture = ({ sim, timeline }: ReturnType<typeof desk>) => [
  sim.digest(),
  sim.eventCount,
  timeline.cursor,
  timeline.branch.trace.length,
]

describe('a message in flight', () => {
  test('is the one that the frame shows, with the rule that a real step on a copy would apply', () => {
    const it = desk('')
    const frame = new Float64Array(it.frame(null))
    const count = frame[HEADER.messages]!
    expect(count).toBeGreaterThan(0)
    const before = picture(it)
    for (let at = 0; at < count; at++) {
      const record = messageAt(frame, at)
      const view = it.message({ id: frame[record + MESSAGE.id]! })!
      expect(view).toMatchObject({
        id: frame[record + MESSAGE.id],
        from: it.sim.names[frame[record + MESSAGE.from]!],
        to: it.sim.names[frame[record + MESSAGE.to]!],
        kind: it.sim.plan.messageKinds[frame[record + MESSAGE.label]!],
        sentAtUs: frame[record + MESSAGE.sentAtUs],
        arrivesAtUs: frame[record + MESSAGE.arrivesAtUs],
        inFlight: true,
      })
      expect(view.rule?.text).not.toBe('')
      expect(view.fields.length).toBeGreaterThan(0)
    }
    expect(picture(it)).toEqual(before)
    expect(it.message({ id: 999_999_999 })).toBeNull()
  })

  test('to a node that is down will be lost, and one that waits says so', () => {
    const it = desk('at 990ms kill n2\nat 990ms pause n3\n')
    it.seek(1_020_000)
    const views: NonNullable<ReturnType<typeof it.message>>[] = []
    it.sim.eachInFlight(({ number }) => {
      views.push(it.message({ id: number })!)
    })
    const down = views.filter(({ to }) => to === 'n2')
    const paused = views.filter(({ to, waiting }) => to === 'n3' && waiting)
    expect(paused.length).toBeGreaterThan(0)
    for (const { rule } of down) expect(rule?.text).toContain('down')
  })
})

describe('a message of the past', () => {
  test('is found again by its row: every kind, delivered and lost, also around a pause, and the present stays', () => {
    const it = desk('set loss 20%\nat 300ms pause n2\nat 600ms resume n2\nat 800ms kill n3\n')
    const { trace } = it.timeline.branch
    const before = picture(it)
    let seen = 0
    for (let row = 0; row < trace.length; row++) {
      const { kind, label, actor, peer, sentAt, time } = trace.read(row)
      if ((kind !== ROW.delivered && kind !== ROW.lost) || row % 5 !== 0) continue
      expect(it.message({ row })).toMatchObject({
        kind: it.sim.plan.messageKinds[label],
        from: it.sim.names[peer],
        to: it.sim.names[actor],
        sentAtUs: sentAt,
        inFlight: false,
        ...(kind === ROW.lost ? { arrivesAtUs: time } : {}),
      })
      seen++
    }
    expect(seen).toBeGreaterThan(30)
    expect(picture(it)).toEqual(before)
  })

  test('does not exist for a row of another kind, or out of range', () => {
    const it = desk('')
    const { trace } = it.timeline.branch
    const timer = Array.from({ length: trace.length }, (_, row) => row).find((row) => trace.kindOf(row) === ROW.timer)!
    for (const row of [timer, -1, trace.length]) expect(it.message({ row })).toBeNull()
  })
})
