import { describe, expect, it } from 'vitest'
import { HEADER, MESSAGE } from '../../engine/frame.ts'
import { flightId } from './flight.ts'

/** A frame with two actors of stride 1 and the given messages: id, from, to, label, sentAt, arrivesAt, value, waiting. */
function frameOf(messages: readonly (readonly number[])[]): Float64Array {
  const frame = new Float64Array(HEADER.size + 2 + messages.length * MESSAGE.size)
  frame[HEADER.actors] = 2
  frame[HEADER.actorStride] = 1
  frame[HEADER.messages] = messages.length
  frame.set(messages.flat(), HEADER.size + 2)
  return frame
}

describe('flightId', () => {
  // from, to, label, sentAt, arrivesAt, value, fate, row
  const shown = new Float64Array([0, 1, 3, 100, 250, 1, 2, -1])

  it('finds the message that left from there at that instant', () => {
    expect(
      flightId(
        frameOf([
          [7, 0, 1, 3, 90, 250, 1, 0],
          [8, 0, 1, 3, 100, 400, 1, 0],
        ]),
        shown,
        0,
      ),
    ).toBe(8)
  })

  it('finds none when it has arrived', () => {
    expect(flightId(frameOf([[7, 1, 0, 3, 100, 250, 1, 0]]), shown, 0)).toBeNull()
    expect(flightId(null, shown, 0)).toBeNull()
  })
})
