import { type RefObject, useEffect, useMemo, useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { addElevations, headingOf, poseAt, trainsIn } from '../../../physics/motion.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import type { MemberPicture, Picture, TankPicture, TurbinePicture } from '../contract.ts'
import { lineNow, poseNow, timeS } from './instant.ts'
import { changedMembers, farFirst, type Plane, pointOf, ringAt, sidesAt, silhouette, silhouettes } from './shapes.ts'
import type { Shown } from './shown.ts'
import './stage.css'

/** Which part of the world a flat picture shows: its middle [m, down positive] and pixels a metre. */
export interface FlatCamera {
  x: number
  y: number
  scale: number
}

interface FlatPictureProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly plane: Plane
  readonly camera: RefObject<FlatCamera>
  readonly width: number
  readonly height: number
}

interface Parts {
  readonly view: SVGGElement | null
  readonly body: SVGGElement | null
  readonly ghost: SVGGElement | null
  readonly lines: SVGGElement | null
  readonly blades: SVGGElement | null
  readonly water: SVGPathElement | null
  readonly surface: SVGPathElement | null
}

/** The platform from the side or from above, as it is at the reader's instant. */
export function FlatPicture({ session, shown, plane, camera, width, height }: FlatPictureProps) {
  const root = useRef<SVGSVGElement>(null)
  const latest = useRef(shown)
  latest.current = shown
  const { picture, before } = shown
  const ghosts = useMemo(() => changedMembers(before?.picture, picture), [before, picture])
  const members = useMemo(() => farFirst(plane, picture.members), [plane, picture])
  const depth = picture.waterDepthM
  useEffect(() => {
    const find = <T extends Element>(name: string) =>
      root.current?.querySelector<T & SVGElement>(`[data-part="${name}"]`)
    const parts: Parts = {
      view: find<SVGGElement>('view') ?? null,
      body: find<SVGGElement>('body') ?? null,
      ghost: find<SVGGElement>('ghost') ?? null,
      lines: find<SVGGElement>('lines') ?? null,
      blades: find<SVGGElement>('blades') ?? null,
      water: find<SVGPathElement>('water') ?? null,
      surface: find<SVGPathElement>('surface') ?? null,
    }
    return onFrame('draw', () => move(parts, session, latest.current, plane, camera.current, { width, height }))
  }, [session, plane, camera, width, height])
  return (
    <svg ref={root} className="fs-flat" width={width} height={height} aria-hidden="true" data-plane={plane}>
      <g data-part="view">
        {plane === 'side' && <path className="fs-water" data-part="water" />}
        {plane === 'side' && <path className="fs-bed" d={`M-9000 ${depth}H9000V${depth + 4000}H-9000Z`} />}
        <g data-part="lines">
          {picture.lines.map((line) => (
            <LineShape key={line.name} plane={plane} broken={line.broken} ends={line.ends} />
          ))}
        </g>
        <g data-part="body">
          {members.map((member) => (
            <Member key={member.id} plane={plane} member={member} tanks={picture.tanks} />
          ))}
          {picture.turbine !== null && <Turbine plane={plane} turbine={picture.turbine} />}
        </g>
        <g data-part="ghost" className="fs-ghost">
          {ghosts.map((member) => (
            <Outline key={member.id} plane={plane} member={member} />
          ))}
        </g>
        {plane === 'side' && <path className="fs-sea" data-part="surface" />}
      </g>
    </svg>
  )
}

interface MemberProps {
  readonly plane: Plane
  readonly member: MemberPicture
}

function Outline({ plane, member }: MemberProps) {
  const outlines = useMemo(() => silhouettes(plane, member), [plane, member])
  return outlines.map((points) => points !== '' && <polygon key={points} points={points} />)
}

function Member({ plane, member, tanks }: MemberProps & { readonly tanks: readonly TankPicture[] }) {
  const outlines = useMemo(() => silhouettes(plane, member), [plane, member])
  const inside = useMemo(() => ballastShapes(plane, member), [plane, member])
  const water = tanks.filter((tank) => tank.member === member.id && tank.floodedPermille > 0)
  return (
    <g className={`fs-member fs-${member.part}`}>
      {outlines.map(
        (points, interval) =>
          points !== '' && <polygon key={points} points={points} data-member={member.id} data-interval={interval} />,
      )}
      {inside.map((points) => (
        <polygon key={points} className="fs-ballast" points={points} />
      ))}
      {water.map((tank) => (
        <polygon key={tank.number} className="fs-flooded" points={waterShape(plane, member, tank)} />
      ))}
    </g>
  )
}

/** So much of a section is wall, for the eye. */
const INSIDE = 0.9

const shrunk = ([a, b]: readonly [number, number]): readonly [number, number] => [a * INSIDE, b * INSIDE]

function ballastShapes(plane: Plane, member: MemberPicture): readonly string[] {
  return member.fillM.flatMap((fill, interval) => {
    const from = member.stationsM[interval]!
    return fill > 0 ? [part(plane, member, interval, from, from + fill)] : []
  })
}

const part = (plane: Plane, member: MemberPicture, interval: number, from: number, to: number): string =>
  silhouette(
    plane,
    ringAt(member, from, shrunk(sidesAt(member, interval, from))),
    ringAt(member, to, shrunk(sidesAt(member, interval, to))),
  )

/** The water in a tank; in a lying one it stands as a band along its bottom. */
function waterShape(plane: Plane, member: MemberPicture, { interval, water }: TankPicture): string {
  const { fromM, toM, height } = water
  if (height === 1 || plane === 'plan') return part(plane, member, interval, fromM, toM)
  const [a, b] = shrunk(sidesAt(member, interval, fromM))
  const down = member.p1[2] < 0 ? 1 : -1
  const rings = [fromM, toM].map((along) =>
    [0.5, 0.5 - height].flatMap((u) => [-0.5, 0.5].map((v) => pointOf(member, along, down * u * a, v * b))),
  )
  return silhouette(plane, ...rings)
}

function LineShape({
  plane,
  broken,
  ends,
}: {
  readonly plane: Plane
  readonly broken: boolean
  readonly ends: Picture['lines'][number]['ends']
}) {
  const [x, y] = [ends[0][0], plane === 'side' ? -ends[0][2] : -ends[0][1]]
  return (
    <g className="fs-line" data-broken={broken}>
      <polyline />
      <path className="fs-anchor" d={`M${x} ${y}h0`} />
    </g>
  )
}

function Turbine({ plane, turbine }: { readonly plane: Plane; readonly turbine: TurbinePicture }) {
  const [x, , z] = turbine.hub
  const y = plane === 'side' ? -z : 0
  return (
    <g className="fs-turbine">
      <line className="fs-nacelle" x1={-0.4 * x} y1={y} x2={x} y2={y} />
      <g data-part="blades">
        {[0, 1, 2].map((blade) => (
          <line key={blade} x1={x} y1={y} x2={x} y2={y} />
        ))}
      </g>
    </g>
  )
}

// ---- Every frame --------------------------------------------------------------------------------------------------

const TURN = 2 * Math.PI
const before = new Float64Array(6)

function move(
  parts: Parts,
  session: LabSession,
  shown: Shown,
  plane: Plane,
  camera: FlatCamera,
  size: { readonly width: number; readonly height: number },
): void {
  const { x, y, scale } = camera
  parts.view?.setAttribute(
    'transform',
    `translate(${size.width / 2} ${size.height / 2}) scale(${scale}) translate(${-x} ${-y})`,
  )
  parts.body?.setAttribute('transform', placement(plane, poseNow(session, shown)))
  if (shown.before !== null)
    parts.ghost?.setAttribute('transform', placement(plane, poseAt(shown.before.motion, timeS(session), before)))
  if (parts.lines !== null) moveLines(parts.lines, session, shown, plane)
  if (parts.blades !== null && shown.picture.turbine !== null)
    moveBlades(parts.blades, shown.picture.turbine, plane, timeS(session))
  if (plane === 'side') moveSea(parts, session, shown, camera, size)
}

/** Where the platform is: of its six motions, the three that are seen in this plane. */
function placement(plane: Plane, pose: Float64Array): string {
  const [surge, sway, heave, , pitch, yaw] = pose
  return plane === 'side'
    ? `translate(${surge} ${-heave!}) rotate(${(pitch! * 360) / TURN})`
    : `translate(${surge} ${-sway!}) rotate(${(-yaw! * 360) / TURN})`
}

function moveLines(group: SVGGElement, session: LabSession, shown: Shown, plane: Plane): void {
  for (const [line, element] of [...group.children].entries()) {
    const { points } = lineNow(session, shown, line)
    const down = plane === 'side' ? 2 : 1
    const seen = points.length > 0 ? points : (shown.picture.lines[line]?.ends.flat() ?? [])
    const texts: string[] = []
    for (let at = 0; at + 2 < seen.length; at += 3)
      texts.push(`${seen[at]!.toFixed(1)},${(-seen[at + down]!).toFixed(1)}`)
    element.firstElementChild!.setAttribute('points', texts.join(' '))
  }
}

/** Angle of the first blade at an instant: the rotor turns with the run. */
export const bladeAngle = ({ rotorRpm }: TurbinePicture, atS: number): number => ((rotorRpm * atS) / 60) * TURN

function moveBlades(group: SVGGElement, turbine: TurbinePicture, plane: Plane, atS: number): void {
  const radius = turbine.rotorRadiusM ?? 0
  const [x, , z] = turbine.hub
  const tilt = (turbine.tiltDeg / 360) * TURN
  for (const [blade, element] of [...group.children].entries()) {
    const angle = bladeAngle(turbine, atS) + (blade * TURN) / 3
    const up = radius * Math.cos(angle)
    const x2 = x - up * Math.sin(tilt)
    element.setAttribute('x2', x2.toFixed(2))
    element.setAttribute('y2', (plane === 'side' ? -z - up * Math.cos(tilt) : radius * Math.sin(angle)).toFixed(2))
  }
}

const SEA_POINTS = 160
const elevations = new Float64Array(SEA_POINTS + 1)

function moveSea(
  parts: Parts,
  session: LabSession,
  { motion }: Shown,
  camera: FlatCamera,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const span = width / camera.scale
  const left = camera.x - span / 2
  const step = span / SEA_POINTS
  elevations.fill(0)
  for (let train = 0; train < trainsIn(motion); train++) {
    const along = Math.cos(headingOf(motion, train))
    addElevations(motion, train, left * along, step * along, timeS(session), elevations)
  }
  const points = Array.from(elevations, (z, at) => `${(left + step * at).toFixed(2)} ${(-z).toFixed(2)}`)
  const line = `M${points.join('L')}`
  const bottom = camera.y + height / camera.scale
  parts.surface?.setAttribute('d', line)
  parts.water?.setAttribute('d', `${line}V${bottom}H${left}Z`)
}
