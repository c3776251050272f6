import { polygonHull } from 'd3'
import { useEffect, useMemo, useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { actorAt, HEADER } from '../../../engine/frame.ts'
import { elevationAt } from '../../../physics/motion.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import type { MemberPicture, Picture } from '../contract.ts'
import { ACTOR, LINE_POINTS, lineAt } from '../frame.ts'
import { motionIn, usePicture } from './hooks.ts'
import './floating.css'

/** The platform from the side: x to the right, z up. The two-dimensional equal of the view in space. */
export function SideView({ session, preview }: { readonly session: LabSession; readonly preview: boolean }) {
  const picture = usePicture(session)
  if (picture === null) return null
  return <Scene session={session} picture={picture} preview={preview} />
}

interface SceneProps {
  readonly session: LabSession
  readonly picture: Picture
  readonly preview: boolean
}

function Scene({ session, picture, preview }: SceneProps) {
  const body = useRef<SVGGElement>(null)
  const sea = useRef<SVGPathElement>(null)
  const lines = useRef<SVGGElement>(null)
  const box = useMemo(() => boxOf(picture), [picture])
  useEffect(
    () =>
      onFrame('draw', () => {
        moveBody(body.current, session)
        moveSea(sea.current, session, box)
        moveLines(lines.current, session)
      }),
    [session, box],
  )
  return (
    <svg
      className="f-side"
      viewBox={`${box.left} ${-box.top} ${box.right - box.left} ${box.top - box.bottom}`}
      preserveAspectRatio="xMidYMid meet"
      role="img"
      aria-label={`${picture.title} from the side`}
      data-stale={picture.stale}
      data-preview={preview}
    >
      <rect className="f-water" x={box.left} y={0} width={box.right - box.left} height={-box.bottom} />
      <g ref={lines} className="f-lines">
        {picture.lines.map((line) => (
          <polyline key={line.name} />
        ))}
      </g>
      <g ref={body}>
        {picture.members.map((member) => (
          <Member key={member.id} member={member} />
        ))}
        <TurbineShape picture={picture} />
      </g>
      <path ref={sea} className="f-sea" />
    </svg>
  )
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** What must be seen: the body with its rotor, and some sea around it. */
function boxOf(picture: Picture): Box {
  const ends = picture.members.flatMap(({ endA, endB }) => [endA, endB])
  const reach = Math.max(40, ...ends.map(([x, y]) => Math.hypot(x, y)))
  const rotor = picture.turbine?.rotorRadiusM ?? 0
  const top = Math.max(...ends.map(([, , z]) => z), (picture.turbine?.hub[2] ?? 0) + rotor)
  const bottom = Math.min(...ends.map(([, , z]) => z))
  const room = 0.08 * (top - bottom)
  const half = Math.max(reach * 1.4, (top - bottom) * 0.8)
  return { left: -half, right: half, top: top + room, bottom: bottom - 2 * room }
}

function Member({ member }: { readonly member: MemberPicture }) {
  const outlines = useMemo(() => outlinesOf(member), [member])
  return (
    <g className={`f-member f-${member.part}`}>
      {outlines.map((points) => (
        <polygon key={points} points={points} />
      ))}
    </g>
  )
}

/** The silhouette of every interval between two stations: the hull of its two end sections, seen along y. */
function outlinesOf(member: MemberPicture): readonly string[] {
  const rings = member.stationsM.map((_, at) => ringOf(member, at))
  return rings.slice(1).flatMap((ring, at) => {
    const hull = polygonHull([...rings[at]!, ...ring])
    return hull === null ? [] : [hull.map(([x, y]) => `${x},${y}`).join(' ')]
  })
}

const RING = 24

/** Points of the section at a station, as they stand on the screen: x to the right, -z down. */
function ringOf({ shape, endA, endB, p1, p2, stationsM, sidesM }: MemberPicture, station: number): [number, number][] {
  const part = stationsM[station]! / stationsM.at(-1)!
  const [a, b] = sidesM[station]!
  const x = endA[0] + (endB[0] - endA[0]) * part
  const z = endA[2] + (endB[2] - endA[2]) * part
  const corners =
    shape === 'circular'
      ? Array.from({ length: RING }, (_, at) => [
          Math.cos((at / RING) * 2 * Math.PI),
          Math.sin((at / RING) * 2 * Math.PI),
        ])
      : [
          [1, 1],
          [1, -1],
          [-1, -1],
          [-1, 1],
        ]
  return corners.map(([u, v]) => [
    x + (u! * a * p1[0] + v! * b * p2[0]) / 2,
    -(z + (u! * a * p1[2] + v! * b * p2[2]) / 2),
  ])
}

function TurbineShape({ picture }: { readonly picture: Picture }) {
  const { turbine } = picture
  if (turbine === null) return null
  const [x, , z] = turbine.hub
  const radius = turbine.rotorRadiusM ?? 0
  return (
    <g className="f-turbine">
      <line x1={0} y1={-z} x2={x} y2={-z} />
      <line x1={x} y1={-z - radius} x2={x} y2={-z + radius} />
    </g>
  )
}

function moveBody(group: SVGGElement | null, { frame }: LabSession): void {
  if (group === null || frame === null) return
  const record = actorAt(frame, 0)
  const [surge, heave, pitch] = [0, 2, 4].map((dof) => frame[record + ACTOR.pose + dof]!)
  group.setAttribute('transform', `translate(${surge} ${-heave!}) rotate(${(pitch! * 180) / Math.PI})`)
}

const SEA_POINTS = 80

function moveSea(path: SVGPathElement | null, session: LabSession, box: Box): void {
  const table = motionIn(session)
  if (path === null || session.frame === null || table === null) return
  const time = session.frame[HEADER.nowUs]! / 1e6
  const width = box.right - box.left
  const points = Array.from({ length: SEA_POINTS + 1 }, (_, at) => {
    const x = box.left + (width * at) / SEA_POINTS
    return `${x.toFixed(1)} ${(-elevationAt(table, x, 0, time)).toFixed(2)}`
  })
  path.setAttribute('d', `M${points.join('L')}`)
}

function moveLines(group: SVGGElement | null, { frame }: LabSession): void {
  if (group === null || frame === null) return
  const record = actorAt(frame, 0)
  for (const [line, element] of [...group.children].entries()) {
    const at = lineAt(record, line)
    const hangs = line < frame[record + ACTOR.lines]! && frame[at]! >= 0
    const points = Array.from({ length: hangs ? LINE_POINTS : 0 }, (_, point) => {
      const place = at + 1 + 3 * point
      return `${frame[place]!.toFixed(1)},${(-frame[place + 2]!).toFixed(1)}`
    })
    element.setAttribute('points', points.join(' '))
  }
}
