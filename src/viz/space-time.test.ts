import { describe, expect, it } from 'vitest'
import { LANE_STRIDE, WINDOW_MESSAGE_STRIDE } from '../engine/api.ts'
import {
  distanceToSegment,
  FATE,
  FLIGHT,
  hitTest,
  laneOrder,
  layoutOf,
  SEGMENT,
  type SpaceTimeData,
  type SpaceTimePaint,
  type SpaceTimeScene,
} from './space-time.ts'
import { densityColumns, messageAlpha, operationText } from './space-time-draw.ts'

const paint: SpaceTimePaint = { color: () => '#000', stroke: 1, textScale: 1, font: 'sans-serif', mono: 'monospace' }
const size = { width: 1_000, height: 240 }
const view = { fromUs: 0, toUs: 1_000_000 }

const actors = [
  { name: 'n1', role: 'node' },
  { name: 'c1', role: 'client' },
  { name: 'n2', role: 'node' },
] as const

function flight(from: number, to: number, sentAtUs: number, arrivesAtUs: number, fate: number, row: number): number[] {
  return [from, to, 0, sentAtUs, arrivesAtUs, 1, fate, row]
}

const data: SpaceTimeData = {
  fromUs: 0,
  toUs: 1_000_000,
  frontierUs: 800_000,
  lanes: new Float64Array([0, 0, 500_000, 7, 0, 500_000, 800_000, 8]),
  messages: new Float64Array([
    ...flight(0, 2, 100_000, 300_000, FATE.delivered, 5),
    ...flight(0, 2, 600_000, 700_000, FATE.lost, 6),
  ]),
  messagesTotal: 2,
  marks: [{ timeUs: 500_000, event: 40, kind: 'act', actor: 0, text: 'kill n1' }],
  operations: [{ client: 'c1', request: 'r1', text: 'put x 3', fromUs: 400_000, toUs: null, result: null }],
  faults: [{ fromUs: 500_000, toUs: 800_000, text: 'partition n1 | n2' }],
}

const scene: SpaceTimeScene = {
  data,
  view,
  actors,
  nowUs: 800_000,
  bookmarks: [],
  differsAtUs: null,
  hit: null,
  inspectedRow: null,
  selectedActor: null,
}
const at = layoutOf(scene, size, paint)

describe('space-time layout', () => {
  it('reads records of the size that the engine writes', () => {
    expect(SEGMENT.size).toBe(LANE_STRIDE)
    expect(FLIGHT.size).toBe(WINDOW_MESSAGE_STRIDE)
  })

  it('puts nodes above clients, in their own order', () => {
    expect(laneOrder(actors)).toEqual([0, 2, 1])
    expect(at.laneY(0)).toBeLessThan(at.laneY(2))
    expect(at.laneY(2)).toBeLessThan(at.laneY(1))
  })

  it('maps time to x and back', () => {
    expect(at.us(at.x(123_456))).toBeCloseTo(123_456, 6)
    expect(at.x(0)).toBe(at.left)
    expect(at.x(1_000_000)).toBe(at.right)
  })

  it('gives every part its own strip', () => {
    const strips = [at.marksBottom, at.lanesTop, at.lanesBottom, at.faultsTop, at.axisTop, at.height]
    expect([...strips].sort((a, b) => a - b)).toEqual(strips)
  })
})

describe('hitTest', () => {
  const y = (share: number) => at.laneY(0) + share * (at.laneY(2) - at.laneY(0))

  it('finds the message whose line passes the point', () => {
    expect(hitTest(scene, at, at.x(200_000) + 2, y(0.5))).toEqual({ kind: 'message', at: 0 })
  })

  it('finds a lost message only up to where it was lost', () => {
    expect(hitTest(scene, at, at.x(625_000), y(0.25))).toEqual({ kind: 'message', at: FLIGHT.size })
    expect(hitTest(scene, at, at.x(690_000), y(0.9))?.kind).not.toBe('message')
  })

  it('finds marks, operations, faults and lanes', () => {
    expect(hitTest(scene, at, at.x(500_000) + 3, 4)).toEqual({ kind: 'mark', mark: data.marks[0] })
    expect(hitTest(scene, at, at.x(600_000), at.laneY(1))).toEqual({ kind: 'operation', operation: data.operations[0] })
    expect(hitTest(scene, at, at.x(600_000), at.faultsTop + 2)).toEqual({ kind: 'fault', fault: data.faults[0] })
    expect(hitTest(scene, at, at.x(300_000) - 40, at.laneY(0) - 1)).toEqual({ kind: 'lane', actor: 0, phase: 7 })
    expect(hitTest(scene, at, 8, at.laneY(2))).toEqual({ kind: 'lane', actor: 2, phase: null })
  })

  it('ends an open operation at the frontier', () => {
    expect(hitTest(scene, at, at.x(900_000), at.laneY(1))).toEqual({ kind: 'lane', actor: 1, phase: null })
  })
})

describe('distanceToSegment', () => {
  it('is the distance to the nearest point of the segment, not of the line', () => {
    expect(distanceToSegment(5, 3, 0, 0, 10, 0)).toBe(3)
    expect(distanceToSegment(13, 4, 0, 0, 10, 0)).toBe(5)
    expect(distanceToSegment(3, 4, 0, 0, 0, 0)).toBe(5)
  })
})

describe('many messages', () => {
  it('shade the columns by how many are under way', () => {
    const messages = new Float64Array([
      ...flight(0, 1, 0, 99, 0, 0),
      ...flight(0, 1, 50, 99, 0, 1),
      ...flight(0, 1, 150, 160, 0, 2),
    ])
    expect([...densityColumns(messages, { fromUs: 0, toUs: 200 }, 4)]).toEqual([0.5, 1, 0, 0.5])
  })

  it('leave out what is outside of the window and count what reaches into it', () => {
    const messages = new Float64Array([
      ...flight(0, 1, 0, 110, 0, 0),
      ...flight(0, 1, 0, 50, 0, 1),
      ...flight(0, 1, 300, 400, 0, 2),
    ])
    expect([...densityColumns(messages, { fromUs: 100, toUs: 200 }, 2)]).toEqual([1, 0])
  })

  it('are drawn fainter the more they are, but never invisible', () => {
    expect(messageAlpha(100, 1_000)).toBe(0.85)
    expect(messageAlpha(5_000, 1_000)).toBeLessThan(messageAlpha(1_000, 1_000))
    expect(messageAlpha(1e9, 1_000)).toBeGreaterThanOrEqual(0.18)
  })
})

describe('operationText', () => {
  it('shows the result, or that nobody knows', () => {
    expect(operationText({ ...data.operations[0]!, toUs: 5, result: 'ok' })).toBe('put x 3 → ok')
    expect(operationText(data.operations[0]!)).toBe('put x 3 …')
  })
})
