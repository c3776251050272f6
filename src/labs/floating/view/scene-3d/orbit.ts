import type { PerspectiveCamera } from 'three'
import type { Vec3 } from '../../../../physics/design/types.ts'
import type { Box } from '../shapes.ts'

/** A camera on a sphere around what it looks at; z is up. */
export interface Orbit {
  target: Vec3
  /** From x towards y, rad. */
  azimuth: number
  /** Above the horizon, rad. */
  elevation: number
  distance: number
}

/** Of the whole picture, vertically. */
export const FIELD_OF_VIEW_DEG = 30

const TURN_PER_PX = 0.006
const ELEVATION = { min: -0.5, max: 1.5 }
const DISTANCE = { min: 12, max: 2_600 }

/** Where a view begins: from the side, a little upstream and above the water. */
const FIRST = { azimuth: -1.95, elevation: 0.2 }

const half = (FIELD_OF_VIEW_DEG / 2) * (Math.PI / 180)

/** The orbit that shows a box whole, as it is seen from the side. */
export function orbitAround({ left, right, bottom, top }: Box, aspect: number): Orbit {
  const tall = (top - bottom) / 2
  const wide = (right - left) / 2
  const distance = Math.max(tall, wide / aspect) / Math.tan(half) + wide / 3
  return { ...FIRST, target: [(left + right) / 2, 0, (bottom + top) / 2], distance: within(distance, DISTANCE) }
}

const within = (value: number, { min, max }: { min: number; max: number }): number =>
  Math.max(min, Math.min(max, value))

/** Turns the eye around the target by a movement of the hand in pixels. */
export function turned(orbit: Orbit, dx: number, dy: number): Orbit {
  const elevation = within(orbit.elevation + dy * TURN_PER_PX, ELEVATION)
  return { ...orbit, azimuth: orbit.azimuth - dx * TURN_PER_PX, elevation }
}

/** Closer by a factor. */
export const nearer = (orbit: Orbit, factor: number): Orbit => ({
  ...orbit,
  distance: within(orbit.distance / factor, DISTANCE),
})

/** Moves the target with the hand, in the plane of the picture, which is so many pixels high. */
export function shifted(orbit: Orbit, dx: number, dy: number, height: number): Orbit {
  const perPx = (2 * orbit.distance * Math.tan(half)) / height
  const { azimuth, elevation } = orbit
  const [sa, ca, se, ce] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)]
  // To the right and up, as the eye sees them.
  const [right, up] = [
    [-sa, ca, 0],
    [-se * ca, -se * sa, ce],
  ] as const
  const move = (axis: 0 | 1 | 2) => orbit.target[axis] + (-dx * right[axis] + dy * up[axis]) * perPx
  return { ...orbit, target: [move(0), move(1), move(2)] }
}

/** Where the eye is. */
export function eyeOf({ target, azimuth, elevation, distance }: Orbit): Vec3 {
  const level = Math.cos(elevation) * distance
  return [
    target[0] + level * Math.cos(azimuth),
    target[1] + level * Math.sin(azimuth),
    target[2] + Math.sin(elevation) * distance,
  ]
}

/** Puts the camera there. */
export function place(camera: PerspectiveCamera, orbit: Orbit): void {
  camera.position.set(...eyeOf(orbit))
  camera.lookAt(...orbit.target)
  camera.near = Math.max(0.5, orbit.distance / 200)
  camera.far = orbit.distance + 4_000
  camera.updateProjectionMatrix()
  camera.updateMatrixWorld()
}
