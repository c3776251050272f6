import type { MessageView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { HEADER, MESSAGE, messageAt } from '../../engine/frame.ts'
import { FLIGHT } from '../../viz/space-time.ts'

/** The number of a message of the diagram that is in flight now: the frame knows it. Null: it has arrived meanwhile. */
export function flightId(frame: Float64Array | null, messages: Float64Array, at: number): number | null {
  if (frame === null) return null
  for (let position = 0; position < frame[HEADER.messages]!; position++) {
    const record = messageAt(frame, position)
    const same =
      frame[record + MESSAGE.from] === messages[at + FLIGHT.from] &&
      frame[record + MESSAGE.to] === messages[at + FLIGHT.to] &&
      frame[record + MESSAGE.label] === messages[at + FLIGHT.label] &&
      frame[record + MESSAGE.sentAtUs] === messages[at + FLIGHT.sentAtUs]
    if (same) return frame[record + MESSAGE.id]!
  }
  return null
}

/** Asks for the message of the diagram, whether it is in flight or long delivered. */
export async function messageOf(session: LabSession, messages: Float64Array, at: number): Promise<MessageView | null> {
  const row = messages[at + FLIGHT.row]!
  if (row >= 0) return session.api.message({ row })
  const id = flightId(session.frame, messages, at)
  return id === null ? null : session.api.message({ id })
}
