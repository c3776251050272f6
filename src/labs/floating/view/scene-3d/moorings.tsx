import { useMemo } from 'react'
import { Color, type InterleavedBufferAttribute } from 'three'
import { Line2 } from 'three/addons/lines/Line2.js'
import { LineGeometry } from 'three/addons/lines/LineGeometry.js'
import { LineMaterial } from 'three/addons/lines/LineMaterial.js'
import type { LabSession } from '../../../../engine/client/session.ts'
import { LINE_POINTS } from '../../frame.ts'
import { lineNow } from '../instant.ts'
import type { Shown } from '../shown.ts'
import { useAnimate, useHeld } from './hooks.ts'
import { type Look, useLook } from './look.ts'

/** The mooring lines as they hang at this instant; what lies on the bed is paler. */
export function Moorings({ session, shown }: { readonly session: LabSession; readonly shown: Shown }) {
  const look = useLook()
  const { lines, waterDepthM } = shown.picture
  return lines.map((line, at) => (
    <group key={line.name}>
      <Line session={session} shown={shown} line={at} broken={line.broken} look={look} />
      <mesh
        position={[line.ends[0][0], line.ends[0][1], Math.max(line.ends[0][2], -waterDepthM) + 4]}
        rotation={[Math.PI / 2, 0, 0]}
      >
        <coneGeometry args={[7, 10, 4]} />
        <meshLambertMaterial color={look.line} />
      </mesh>
    </group>
  ))
}

interface LineProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly line: number
  readonly broken: boolean
  readonly look: Look
}

/** Above the bed by so much, a line is off it. */
const LIFTED_M = 0.4

const mixed = new Color()

function Line({ session, shown, line, broken, look }: LineProps) {
  const geometry = useHeld(() => emptyLine(), [])
  const material = useHeld(
    () =>
      new LineMaterial({
        linewidth: 1.2 + look.stroke,
        vertexColors: true,
        fog: true,
        dashed: broken,
        dashSize: 14,
        gapSize: 12,
      }),
    [look, broken],
  )
  const object = useMemo(() => new Line2(geometry, material), [geometry, material])
  const positions = useMemo(() => new Float32Array(3 * LINE_POINTS), [])
  const colors = useMemo(() => new Float32Array(3 * LINE_POINTS), [])
  useAnimate(() => {
    const { picture } = shown
    const { points } = lineNow(session, shown, line)
    if (points.length === positions.length) positions.set(points)
    else straight(positions, picture.lines[line]?.ends.flat() ?? [])
    const bed = -picture.waterDepthM + LIFTED_M
    for (let at = 0; at < positions.length; at += 3)
      mixed.copy(broken ? look.cut : positions[at + 2]! < bed ? look.onBed : look.line).toArray(colors, at)
    fill(geometry, 'instanceStart', positions)
    fill(geometry, 'instanceColorStart', colors)
    if (broken) object.computeLineDistances()
  })
  return <primitive object={object} frustumCulled={false} />
}

/** Where a cut line would be: straight from its anchor to its fairlead. */
function straight(positions: Float32Array, ends: readonly number[]): void {
  const count = positions.length / 3 - 1
  for (let at = 0; at <= count; at++)
    for (let axis = 0; axis < 3; axis++)
      positions[3 * at + axis] = ends[axis]! + ((ends[3 + axis]! - ends[axis]!) * at) / count
}

function emptyLine(): LineGeometry {
  const geometry = new LineGeometry()
  geometry.setPositions(new Float32Array(3 * LINE_POINTS))
  geometry.setColors(new Float32Array(3 * LINE_POINTS))
  return geometry
}

/** Writes a line's points (or colours) where the card reads them, as starts and ends of segments: nothing is made anew. */
function fill(geometry: LineGeometry, attribute: string, values: Float32Array): void {
  const { data } = geometry.getAttribute(attribute) as InterleavedBufferAttribute
  for (let at = 0; at + 5 < values.length; at += 3) data.array.set(values.subarray(at, at + 6), 2 * at)
  data.needsUpdate = true
}
