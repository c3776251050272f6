import { useEffect, useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import type { Vec3 } from '../../../physics/design/types.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import type { Picture } from '../contract.ts'
import { poseNow } from './instant.ts'
import type { ProjectorRef } from './projector.ts'
import type { Shown } from './shown.ts'

interface Arrow {
  readonly name: string
  readonly headingDeg: number
  readonly look: 'waves' | 'wind' | 'current'
}

/** Where waves, wind and current run to. */
function arrowsOf({ sea, wind, current }: Picture): readonly Arrow[] {
  const waves = sea
    .filter(({ spectrum, heightM }) => spectrum === 'unit' || (spectrum !== 'still' && heightM > 0))
    .map(({ headingDeg }): Arrow => ({ name: 'waves', headingDeg, look: 'waves' }))
  return [
    ...waves,
    ...(wind.mps > 0 ? [{ name: 'wind', headingDeg: wind.headingDeg, look: 'wind' } as const] : []),
    ...(current.mps > 0 ? [{ name: 'current', headingDeg: current.headingDeg, look: 'current' } as const] : []),
  ]
}

const ARM_PX = 28
const ROW_PX = 22
/** Metres over which a direction is measured on the screen. */
const BASE_M = 20

const from: [number, number] = [0, 0]
const to: [number, number] = [0, 0]

interface WeatherProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly projector: ProjectorRef
}

/** Arrows for what comes at the platform, as they run in the picture. */
export function Weather({ session, shown, projector }: WeatherProps) {
  const root = useRef<SVGSVGElement>(null)
  const arrows = arrowsOf(shown.picture)
  const latest = useRef({ shown, arrows })
  latest.current = { shown, arrows }
  useEffect(
    () =>
      onFrame('draw', () => {
        const { current } = projector
        if (current === null || root.current === null) return
        const pose = poseNow(session, latest.current.shown)
        const here: Vec3 = [pose[0]!, pose[1]!, 0]
        for (const [at, element] of [...root.current.children].entries()) {
          const angle = ((latest.current.arrows[at]?.headingDeg ?? 0) * Math.PI) / 180
          const there: Vec3 = [here[0] + BASE_M * Math.cos(angle), here[1] + BASE_M * Math.sin(angle), 0]
          if (!current.project(here, from) || !current.project(there, to)) continue
          turn(element.firstElementChild!, to[0] - from[0], to[1] - from[1])
        }
      }),
    [session, projector],
  )
  if (arrows.length === 0) return null
  return (
    <svg ref={root} className="fs-weather" width={130} height={arrows.length * ROW_PX + 8} aria-hidden="true">
      {arrows.map(({ name, look, headingDeg }, at) => (
        <g
          // biome-ignore lint/suspicious/noArrayIndexKey: trains of waves have no other identity
          key={at}
          className={`fs-${look}`}
          transform={`translate(${ARM_PX / 2 + 6} ${at * ROW_PX + ROW_PX / 2 + 4})`}
        >
          <path />
          <text x={ARM_PX / 2 + 8} y={4}>
            {name} {headingDeg}°
          </text>
        </g>
      ))}
    </svg>
  )
}

/** An arrow in that direction; towards the reader or away from him, a ring. */
function turn(path: Element, dx: number, dy: number): void {
  const length = Math.hypot(dx, dy)
  const [ux, uy] = length < 0.5 ? [0, 0] : [dx / length, dy / length]
  const half = ARM_PX / 2
  const [x, y] = [ux * half, uy * half]
  const barb = (side: number) =>
    `L${(x - 6 * ux + side * 4 * uy).toFixed(1)} ${(y - 6 * uy - side * 4 * ux).toFixed(1)}`
  const arrow = `M${-x} ${-y}L${x} ${y}${barb(1)}M${x} ${y}${barb(-1)}`
  path.setAttribute('d', length < 0.5 ? 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0' : arrow)
}
