import { type RefObject, useMemo, useRef } from 'react'
import { BufferAttribute, BufferGeometry, DoubleSide, Euler, type Group, Quaternion } from 'three'
import type { LabSession } from '../../../../engine/client/session.ts'
import type { MemberPicture, Picture, TankPicture, TurbinePicture } from '../../contract.ts'
import { bladeAngle } from '../flat-picture.tsx'
import { timeS } from '../instant.ts'
import { useAnimate, useHeld } from './hooks.ts'
import { ballastMesh, edgesOf, hullMesh, type Mesh, waterMesh } from './hull-mesh.ts'
import { type Look, useLook } from './look.ts'

/** The platform: hull, what is inside it, tower and rotor. */

function geometryOf({ positions, normals }: Mesh): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setAttribute('normal', new BufferAttribute(normals, 3))
  return geometry
}

function lineGeometry(points: Float32Array): BufferGeometry {
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(points, 3))
  return geometry
}

/** Rz(yaw) Ry(pitch) Rx(roll), as the solver turns the body. */
const ORDER = 'ZYX'
const euler = new Euler(0, 0, 0, ORDER)
const turn = new Quaternion()

/** Puts a group where the platform is. */
export function putAt(group: Group | null, pose: Float64Array): void {
  if (group === null) return
  const [surge, sway, heave, roll, pitch, yaw] = pose
  group.position.set(surge!, sway!, heave!)
  group.quaternion.copy(turn.setFromEuler(euler.set(roll!, pitch!, yaw!, ORDER)))
}

interface BodyProps {
  readonly session: LabSession
  readonly picture: Picture
  readonly cutaway: boolean
  readonly group: RefObject<Group | null>
}

export function Body({ session, picture, cutaway, group }: BodyProps) {
  const look = useLook()
  const { members, tanks, turbine } = picture
  return (
    <group ref={group}>
      {members.map((member) => (
        <Member
          key={member.id}
          member={member}
          tanks={tanks.filter((tank) => tank.member === member.id && tank.floodedPermille > 0)}
          cutaway={cutaway}
          look={look}
        />
      ))}
      {turbine !== null && <Turbine session={session} turbine={turbine} look={look} />}
    </group>
  )
}

interface MemberProps {
  readonly member: MemberPicture
  readonly tanks: readonly TankPicture[]
  readonly cutaway: boolean
  readonly look: Look
}

/** The shape decides: a new picture of the same member needs nothing new. */
const shapeKey = ({ endA, endB, p1, p2, stationsM, sidesM, fillM }: MemberPicture): string =>
  JSON.stringify([endA, endB, p1, p2, stationsM, sidesM, fillM])

function Member({ member, tanks, cutaway, look }: MemberProps) {
  const key = shapeKey(member)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the member
  const mesh = useMemo(() => hullMesh(member), [key])
  const geometry = useHeld(() => geometryOf(mesh), [mesh])
  const edges = useHeld(() => lineGeometry(edgesOf(member, false)), [key])
  const inside = useMemo(() => ({ member: member.id, intervals: mesh.intervals }), [member.id, mesh])
  const isSeenThrough = member.part === 'platform' && (cutaway || tanks.length > 0)
  return (
    <>
      <mesh geometry={geometry} userData={inside} renderOrder={isSeenThrough ? 2 : 0}>
        <meshLambertMaterial
          key={String(isSeenThrough)}
          color={member.part === 'tower' ? look.tower : look.hull}
          transparent={isSeenThrough}
          opacity={isSeenThrough ? 0.28 : 1}
          depthWrite={!isSeenThrough}
        />
      </mesh>
      <lineSegments geometry={edges} renderOrder={isSeenThrough ? 3 : 0}>
        <lineBasicMaterial color={look.edge} transparent opacity={0.75} />
      </lineSegments>
      {isSeenThrough && <Ballast member={member} shape={key} look={look} />}
      {tanks.map((tank) => (
        <Water key={tank.number} member={member} tank={tank} look={look} />
      ))}
    </>
  )
}

const NOTHING: Mesh = { positions: new Float32Array(), normals: new Float32Array(), intervals: [] }

function Ballast({
  member,
  shape,
  look,
}: {
  readonly member: MemberPicture
  readonly shape: string
  readonly look: Look
}) {
  const geometry = useHeld(() => geometryOf(ballastMesh(member) ?? NOTHING), [shape])
  return (
    <mesh geometry={geometry}>
      <meshLambertMaterial color={look.ballast} />
    </mesh>
  )
}

function Water({
  member,
  tank,
  look,
}: {
  readonly member: MemberPicture
  readonly tank: TankPicture
  readonly look: Look
}) {
  const { water } = tank
  const geometry = useHeld(() => geometryOf(waterMesh(member, tank)), [member, water.fromM, water.toM, water.height])
  return (
    <mesh geometry={geometry}>
      <meshLambertMaterial color={look.flooded} emissive={look.flooded} emissiveIntensity={0.25} />
    </mesh>
  )
}

const BLADES = [0, 1, 2]

/** Nacelle and rotor. The figures give hub, radius and tilt; how slender a blade looks is drawn. */
function Turbine({
  session,
  turbine,
  look,
}: {
  readonly session: LabSession
  readonly turbine: TurbinePicture
  readonly look: Look
}) {
  const { hub, tiltDeg } = turbine
  const radius = turbine.rotorRadiusM
  const rotor = useRef<Group>(null)
  useAnimate(() => {
    if (rotor.current !== null) rotor.current.rotation.x = bladeAngle(turbine, timeS(session))
  })
  const thick = (radius ?? 60) / 16
  const length = Math.abs(hub[0]) * 1.6
  const blade = useHeld(() => geometryOf(bladeMesh(radius ?? 0)), [radius])
  return (
    <>
      <mesh position={[hub[0] + length / 2, 0, hub[2] - thick * 0.15]}>
        <boxGeometry args={[length, thick, thick]} />
        <meshLambertMaterial color={look.tower} />
      </mesh>
      {radius !== null && (
        <group position={[...hub]} rotation={[0, (-tiltDeg * Math.PI) / 180, 0]}>
          <group ref={rotor}>
            <mesh>
              <sphereGeometry args={[thick * 0.62, 20, 14]} />
              <meshLambertMaterial color={look.tower} />
            </mesh>
            {BLADES.map((each) => (
              <mesh key={each} geometry={blade} rotation={[(each * 2 * Math.PI) / 3, 0, 0]}>
                <meshLambertMaterial color={look.tower} side={DoubleSide} />
              </mesh>
            ))}
          </group>
        </group>
      )}
    </>
  )
}

/** A blade along z: wide near the root, slender at the tip, a little twisted. */
function bladeMesh(radius: number): Mesh {
  const sections = [
    [0.02, 0.02, 1.2],
    [0.08, 0.022, 1],
    [0.22, 0.046, 0.4],
    [0.6, 0.03, 0.12],
    [0.95, 0.014, 0.02],
    [1, 0.003, 0],
  ].map(([along, chord, twist]) => ({ along: along! * radius, chord: chord! * radius, twist: twist! }))
  const positions: number[] = []
  const normals: number[] = []
  const edge = ({ along, chord, twist }: (typeof sections)[number], side: number) => [
    -Math.sin(twist) * chord * side,
    Math.cos(twist) * chord * side,
    along,
  ]
  for (const [at, low] of sections.slice(0, -1).entries()) {
    const high = sections[at + 1]!
    const [a, b, c, d] = [edge(low, -0.35), edge(low, 0.65), edge(high, 0.65), edge(high, -0.35)]
    positions.push(...a, ...b, ...c, ...a, ...c, ...d)
    const facing = [-Math.cos(low.twist), -Math.sin(low.twist), 0]
    for (let vertex = 0; vertex < 6; vertex++) normals.push(...facing)
  }
  return { positions: Float32Array.from(positions), normals: Float32Array.from(normals), intervals: [] }
}

/** The outline of members as they were before the change. */
export function Ghost({
  members,
  group,
}: {
  readonly members: readonly MemberPicture[]
  readonly group: RefObject<Group | null>
}) {
  const look = useLook()
  return (
    <group ref={group}>
      {members.map((member) => (
        <GhostMember key={member.id} member={member} look={look} />
      ))}
    </group>
  )
}

function GhostMember({ member, look }: { readonly member: MemberPicture; readonly look: Look }) {
  const geometry = useHeld(() => dashedGeometry(member), [member])
  return (
    <lineSegments geometry={geometry} renderOrder={5}>
      <lineDashedMaterial
        color={look.ghost}
        dashSize={1.6}
        gapSize={1.2}
        depthTest={false}
        transparent
        opacity={0.85}
      />
    </lineSegments>
  )
}

/** Dashes need to know how far along they are; around a section, not only along one of its sides. */
function dashedGeometry(member: MemberPicture): BufferGeometry {
  const points = edgesOf(member, true)
  const geometry = lineGeometry(points)
  const distances = new Float32Array(points.length / 3)
  let along = 0
  for (let at = 0; at < points.length; at += 6) {
    const length = Math.hypot(
      points[at + 3]! - points[at]!,
      points[at + 4]! - points[at + 1]!,
      points[at + 5]! - points[at + 2]!,
    )
    distances[at / 3] = along
    distances[at / 3 + 1] = along += length
  }
  geometry.setAttribute('lineDistance', new BufferAttribute(distances, 1))
  return geometry
}
