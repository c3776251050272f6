import { expect, test } from 'vitest'
import {
  addElevations,
  channelAt,
  elevationAt,
  type Motion,
  meanPose,
  packMotion,
  poseAt,
  trainElevation,
  unpackMotion,
} from './motion.ts'

const column = (...values: number[]) => Float64Array.from(values)

/** Two components, one train towards 90 degrees; heave follows the wave, pitch lags it by a quarter of a period. */
const motion: Motion = {
  w: column(0.5, 1),
  k: column(0.025, 0.1),
  mean: column(1, 2, 3, 0.1, 0.2, 0.3),
  trains: [
    {
      headingRad: Math.PI / 2,
      zeta: column(2, 0.5),
      phase: column(0.3, 1.1),
      re: column(0, 0, 0, 0, 2, 0.5, 0, 0, 0, 0, 0, 0),
      im: column(0, 0, 0, 0, 0, 0, 0, 0, -0.1, -0.02, 0, 0),
    },
  ],
  channels: [{ mean: 1000, slope: column(10, 0, -5, 0, 100, 0) }],
}
const table = packMotion(motion)

test('heave that follows the wave is the mean and the elevation at the origin', () => {
  for (const time of [0, 0.7, 13.2, 4000.1]) {
    const pose = poseAt(table, time, new Float64Array(6))
    expect(pose[2]).toBeCloseTo(3 + elevationAt(table, 0, 0, time), 10)
    expect([pose[0], pose[1], pose[3], pose[5]]).toEqual([1, 2, 0.1, 0.3])
  }
})

test('a lag of a quarter of a period: -i becomes a sine', () => {
  const time = 2.5
  const pose = poseAt(table, time, new Float64Array(6))
  expect(pose[4]! - 0.2).toBeCloseTo(0.1 * Math.sin(0.5 * time + 0.3) + 0.02 * Math.sin(time + 1.1), 12)
})

test('a crest runs towards its heading at the phase speed w/k', () => {
  const alone = packMotion({ ...motion, trains: [{ ...motion.trains[0]!, zeta: column(2, 0) }] })
  const speed = 0.5 / 0.025
  expect(elevationAlong(alone, 100, 100 / speed + 3)).toBeCloseTo(elevationAlong(alone, 0, 3), 10)
  expect(elevationAt(alone, 77, 40, 3)).toBeCloseTo(elevationAlong(alone, 40, 3), 10)
})

const elevationAlong = (from: Float64Array, y: number, time: number) => elevationAt(from, 0, y, time)

test('a channel is linear in the pose around the mean', () => {
  expect(channelAt(table, 0, meanPose(table))).toBe(1000)
  expect(channelAt(table, 0, column(2, 2, 4, 0.1, 0.21, 0.3))).toBeCloseTo(1000 + 10 - 5 + 1, 9)
})

test('what is packed is unpacked', () => {
  expect(unpackMotion(table)).toEqual(motion)
})

test('elevations along a line are those at its points', () => {
  const out = new Float64Array(300)
  addElevations(table, 0, -450, 3, 17.3, out)
  addElevations(table, 0, -450, 3, 17.3, out)
  for (const [at, elevation] of out.entries())
    expect(elevation).toBeCloseTo(2 * trainElevation(table, 0, -450 + 3 * at, 17.3), 9)
})
