import { describe, expect, it } from 'vitest'
import type { LabSession } from '../../../engine/client/session.ts'
import { actorAt, frameLength, HEADER, MESSAGE, messageAt } from '../../../engine/frame.ts'
import { createShownTime, nextMessage } from '../../../stage/picture-loop.ts'
import { ACTOR } from '../frame.ts'
import { stripStart, timerLeft } from './node-paint.ts'

function frameAt(nowUs: number): Float64Array {
  const frame = new Float64Array(frameLength(ACTOR.size))
  frame[HEADER.nowUs] = nowUs
  frame[HEADER.actors] = 3
  frame[HEADER.actorStride] = ACTOR.size
  return frame
}

function sessionAt(
  nowUs: number,
  frameAtMs: number,
  run: { readonly playing: boolean; readonly speed: number },
): LabSession {
  return { frame: frameAt(nowUs), frameAtMs, slow: { run } } as unknown as LabSession
}

describe('the shown time', () => {
  it('goes on between frames at the speed of the run', () => {
    const shown = createShownTime(sessionAt(1_000_000, 100, { playing: true, speed: 0.5 }))
    expect(shown(100)).toBe(1_000_000)
    expect(shown(110)).toBe(1_005_000)
  })

  it('guesses no further than fifty milliseconds', () => {
    const shown = createShownTime(sessionAt(0, 0, { playing: true, speed: 1 }))
    expect(shown(10_000)).toBe(50_000)
  })

  it('stands still while the run is stopped, and at full speed', () => {
    expect(createShownTime(sessionAt(7, 0, { playing: false, speed: 1 }))(40)).toBe(7)
    expect(createShownTime(sessionAt(7, 0, { playing: true, speed: 0 }))(40)).toBe(7)
  })

  it('does not run backwards by the error of a guess, but follows a seek', () => {
    const session = sessionAt(1_000_000, 0, { playing: true, speed: 1 }) as { frame: Float64Array; frameAtMs: number }
    const shown = createShownTime(session as LabSession)
    expect(shown(20)).toBe(1_020_000)
    session.frame = frameAt(1_010_000)
    session.frameAtMs = 20
    expect(shown(20)).toBe(1_020_000)
    session.frame = frameAt(300_000)
    expect(shown(20)).toBe(300_000)
  })
})

describe('nextMessage', () => {
  const frame = frameAt(0)
  const flights = [
    { id: 9, from: 0, to: 1 },
    { id: 4, from: 1, to: 2 },
    { id: 6, from: 1, to: 1 },
  ]
  frame[HEADER.messages] = flights.length
  flights.forEach(({ id, from, to }, position) => {
    const row = messageAt(frame, position)
    frame[row + MESSAGE.id] = id
    frame[row + MESSAGE.from] = from
    frame[row + MESSAGE.to] = to
  })

  it('goes round by number and skips what a node tells itself', () => {
    expect(nextMessage(frame, -1)).toBe(4)
    expect(nextMessage(frame, 4)).toBe(9)
    expect(nextMessage(frame, 9)).toBe(4)
  })

  it('is null when nothing travels', () => {
    expect(nextMessage(frameAt(0), 3)).toBeNull()
  })
})

describe('a node in the frame', () => {
  const frame = frameAt(0)
  const row = actorAt(frame, 1)

  it('shows the share of its timer that is left, and nothing when it is down', () => {
    frame[row + ACTOR.timerDueUs] = 300
    frame[row + ACTOR.timerSpanUs] = 200
    expect(timerLeft(frame, row, 200)).toBe(0.5)
    expect(timerLeft(frame, row, 0)).toBe(1)
    expect(timerLeft(frame, row, 400)).toBe(0)
    frame[row + ACTOR.status] = 2
    expect(timerLeft(frame, row, 200)).toBe(0)
  })

  it('shows the newest entries that fit into its strip', () => {
    frame[row + ACTOR.windowStart] = 11
    frame[row + ACTOR.lastIndex] = 22
    expect(stripStart(frame, row, 12)).toBe(11)
    expect(stripStart(frame, row, 5)).toBe(18)
    frame[row + ACTOR.windowStart] = 1
    frame[row + ACTOR.lastIndex] = 3
    expect(stripStart(frame, row, 5)).toBe(1)
  })
})
