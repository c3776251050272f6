import { type RefObject, useEffect, useRef } from 'react'
import { onFrame } from '../../../../viz/scheduler.ts'
import { SCALE_LENGTHS_M } from '../scale-bar.tsx'
import { FIELD_OF_VIEW_DEG, type Orbit } from './orbit.ts'

const AXES = [
  { name: 'x', direction: [1, 0, 0] },
  { name: 'y', direction: [0, 1, 0] },
  { name: 'z', direction: [0, 0, 1] },
] as const

const ARM_PX = 22
const BAR_PX = 110

/** Which way x, y and z point, and how long a metre is at the platform. */
export function Compass({ orbit, height }: { readonly orbit: RefObject<Orbit | null>; readonly height: number }) {
  const axes = useRef<SVGGElement>(null)
  const bar = useRef<HTMLSpanElement>(null)
  const text = useRef<HTMLSpanElement>(null)
  useEffect(
    () =>
      onFrame('draw', () => {
        const { current } = orbit
        if (current === null || axes.current === null) return
        for (const [at, element] of [...axes.current.children].entries()) point(element, AXES[at]!.direction, current)
        const perMetre = height / (2 * current.distance * Math.tan(((FIELD_OF_VIEW_DEG / 2) * Math.PI) / 180))
        const length = SCALE_LENGTHS_M.findLast((metres) => metres * perMetre <= BAR_PX) ?? 1
        if (bar.current !== null) bar.current.style.width = `${(length * perMetre).toFixed(0)}px`
        if (text.current !== null) text.current.textContent = `${length} m`
      }),
    [orbit, height],
  )
  return (
    <div className="fs-compass" aria-hidden="true">
      <svg viewBox="-32 -32 64 64" width={64} height={64} aria-hidden="true">
        <g ref={axes}>
          {AXES.map(({ name }) => (
            <g key={name}>
              <line />
              <text>{name}</text>
            </g>
          ))}
        </g>
      </svg>
      <p className="fs-scale">
        <span ref={bar} />
        <span ref={text} />
      </p>
    </div>
  )
}

function point(element: Element, [x, y, z]: readonly [number, number, number], { azimuth, elevation }: Orbit): void {
  const right = -Math.sin(azimuth) * x + Math.cos(azimuth) * y
  const up = -Math.sin(elevation) * (Math.cos(azimuth) * x + Math.sin(azimuth) * y) + Math.cos(elevation) * z
  const [line, text] = element.children
  line!.setAttribute('x2', (right * ARM_PX).toFixed(1))
  line!.setAttribute('y2', (-up * ARM_PX).toFixed(1))
  text!.setAttribute('x', (right * (ARM_PX + 6)).toFixed(1))
  text!.setAttribute('y', (-up * (ARM_PX + 6)).toFixed(1))
}
