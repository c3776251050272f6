import type { Vec3 } from '../../../physics/design/types.ts'

/** How a view shows a point of the world: what stands on top of a picture asks every frame. */
export interface Projector {
  readonly width: number
  readonly height: number
  /** Pixels from the left and the top, in `out`; false when it is behind the eye. */
  project(point: Vec3, out: [number, number]): boolean
}

/** Where a view leaves its projector; null while there is none. */
export interface ProjectorRef {
  current: Projector | null
}

/** Whether a point has left the picture. */
export function isLost(projector: Projector, point: Vec3): boolean {
  const pixel: [number, number] = [0, 0]
  if (!projector.project(point, pixel)) return true
  const [x, y] = pixel
  return x < 0 || y < 0 || x > projector.width || y > projector.height
}

/** Distance of a pixel to a line of pixels. */
export function distanceTo(points: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): number {
  let least = Number.POSITIVE_INFINITY
  for (let at = 1; at < points.length; at++) {
    const [ax, ay] = points[at - 1]!
    const [bx, by] = points[at]!
    const [dx, dy] = [bx - ax, by - ay]
    const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / Math.max(1e-9, dx * dx + dy * dy)))
    least = Math.min(least, Math.hypot(ax + along * dx - x, ay + along * dy - y))
  }
  return least
}

/** How far along what is seen of a line its label stands: clear of the hull. */
const ALONG = 0.6
/** Parts of a piece of a line that are looked at one by one. */
const PARTS = 12

/** Where a label of a line stands: on what is seen of it, counted from its last point; null when nothing is. */
export function labelPlace(
  points: readonly (readonly [number, number])[],
  { width, height }: { readonly width: number; readonly height: number },
  margin: number,
): readonly [number, number] | null {
  const seen: (readonly [number, number])[] = []
  for (let at = points.length - 1; at > 0; at--)
    for (let part = 0; part < PARTS; part++) {
      const [ax, ay] = points[at]!
      const [bx, by] = points[at - 1]!
      const [x, y] = [ax + ((bx - ax) * part) / PARTS, ay + ((by - ay) * part) / PARTS]
      if (x > margin && y > margin && x < width - margin && y < height - margin) seen.push([x, y])
    }
  return seen[Math.floor(seen.length * ALONG)] ?? null
}
