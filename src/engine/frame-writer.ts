import type { Protocol } from '../machine/machine.ts'
import { actorAt, FRAME_MESSAGES_MAX, frameLength, HEADER, MESSAGE } from './frame.ts'
import type { Timeline } from './timeline.ts'

/** Writes the world into a frame: into `spare` if it fits, else into a new buffer. */
export function writeFrame<P extends Protocol>(timeline: Timeline<P>, spare: ArrayBuffer | null): ArrayBuffer {
  const { sim, lab, cursor, branch } = timeline
  const stride = lab.projection.actorStride
  const bytes = frameLength(stride) * Float64Array.BYTES_PER_ELEMENT
  const buffer = spare !== null && spare.byteLength === bytes ? spare : new ArrayBuffer(bytes)
  const frame = new Float64Array(buffer)
  frame[HEADER.nowUs] = cursor
  frame[HEADER.frontierUs] = branch.frontierTime
  frame[HEADER.actors] = sim.names.length
  frame[HEADER.actorStride] = stride
  frame[HEADER.event] = sim.eventCount
  for (let actor = 0; actor < sim.names.length; actor++) {
    lab.projection.actor(sim, actor, frame, actorAt(frame, actor), cursor)
  }
  writeMessages(timeline, frame)
  return buffer
}

function writeMessages<P extends Protocol>({ sim, labels }: Timeline<P>, frame: Float64Array): void {
  let at = actorAt(frame, sim.names.length)
  let count = 0
  let omitted = 0
  sim.eachInFlight((item, waiting) => {
    if (count === FRAME_MESSAGES_MAX) {
      omitted++
      return
    }
    const message = item.message as P['message']
    frame[at + MESSAGE.id] = item.number
    frame[at + MESSAGE.from] = item.detail
    frame[at + MESSAGE.to] = item.actor
    frame[at + MESSAGE.label] = labels.get(message.kind) ?? 255
    frame[at + MESSAGE.sentAtUs] = item.sentAt
    frame[at + MESSAGE.arrivesAtUs] = item.time
    frame[at + MESSAGE.value] = sim.plan.messageValue(message)
    frame[at + MESSAGE.waiting] = waiting ? 1 : 0
    at += MESSAGE.size
    count++
  })
  frame[HEADER.messages] = count
  frame[HEADER.omitted] = omitted
}
