import { Canvas, useThree } from '@react-three/fiber'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { Fog, type Group, type Mesh, type PerspectiveCamera, Raycaster, Vector2, Vector3 } from 'three'
import type { LabSession } from '../../../../engine/client/session.ts'
import { poseAt } from '../../../../physics/motion.ts'
import { useSize } from '../../../../stage/stage-hooks.ts'
import { onFrame } from '../../../../viz/scheduler.ts'
import { type Hit, nearestLine } from '../flat-view.tsx'
import { useGestures } from '../gestures.ts'
import { poseNow, timeS } from '../instant.ts'
import type { Projector, ProjectorRef } from '../projector.ts'
import { boxOf, changedMembers, type Framing } from '../shapes.ts'
import type { Shown } from '../shown.ts'
import { Body, Ghost, putAt } from './body.tsx'
import { Compass } from './compass.tsx'
import { useAnimate } from './hooks.ts'
import { useLook } from './look.ts'
import { Moorings } from './moorings.tsx'
import { FIELD_OF_VIEW_DEG, nearer, type Orbit, orbitAround, place, shifted, turned } from './orbit.ts'
import { Bed, Sea } from './sea.tsx'

export interface SceneProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly framing: Framing
  /** Another number frames the picture anew. */
  readonly framed: number
  readonly projector: ProjectorRef
  /** The hull is translucent, and shows what is in it. */
  readonly cutaway: boolean
  onHit(hit: Hit, at: { readonly x: number; readonly y: number }): void
  /** The graphics card has given up. */
  onFail(): void
}

/** What the canvas hands out: the camera, and what can be hit. */
interface World {
  readonly camera: PerspectiveCamera
  readonly body: RefObject<Group | null>
}

/** The platform in its sea, in space. */
export function Scene({ session, shown, framing, framed, projector, cutaway, onHit, onFail }: SceneProps) {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const orbit = useRef<Orbit | null>(null)
  const world = useRef<World | null>(null)
  const latest = useRef(shown)
  latest.current = shown
  const { title } = shown.picture
  const look = useLook()
  const [ratio, setRatio] = useState(() => Math.min(2, window.devicePixelRatio))
  // biome-ignore lint/correctness/useExhaustiveDependencies: another design, or the wish for it, frames the picture anew
  useEffect(() => {
    if (size === null) return
    orbit.current = orbitAround(boxOf(latest.current.picture, 'side', framing), size.width / size.height)
  }, [size, framing, framed, title])
  useEffect(() => {
    if (size === null) return
    projector.current = spaceProjector(world, size)
    return () => {
      projector.current = null
    }
  }, [size, projector])
  const change = (next: (orbit: Orbit) => Orbit) => {
    if (orbit.current !== null) orbit.current = next(orbit.current)
  }
  const gestures = useGestures(frame, {
    drag: (dx, dy) => change((now) => turned(now, dx, dy)),
    pan: (dx, dy) => change((now) => shifted(now, dx, dy, size?.height ?? 1)),
    zoom: (factor) => change((now) => nearer(now, factor)),
    click(x, y) {
      if (size === null) return
      const hit =
        memberAt(world.current, x / size.width, y / size.height) ?? lineAt(session, latest.current, projector, [x, y])
      const box = frame.current!.getBoundingClientRect()
      if (hit !== null) onHit(hit, { x: box.left + x, y: box.top + y })
    },
  })
  return (
    <div
      ref={frame}
      className="fs-view"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys turn the picture
      tabIndex={0}
      aria-label={`${title} in space: arrow keys turn, with Shift they move, plus and minus zoom`}
      onContextMenu={(event) => event.preventDefault()}
      {...gestures}
    >
      <Canvas frameloop="never" flat dpr={ratio} camera={{ fov: FIELD_OF_VIEW_DEG, up: [0, 0, 1] }} aria-hidden="true">
        <color attach="background" args={[look.sky]} />
        <Haze orbit={orbit} />
        <ambientLight intensity={1.1} />
        <directionalLight position={[-400, -500, 700]} intensity={2.2} />
        <directionalLight position={[500, 300, 100]} intensity={0.5} />
        <Living session={session} shown={shown} cutaway={cutaway} world={world} />
        <Loop orbit={orbit} ratio={ratio} onRatio={setRatio} />
        <Watch onFail={onFail} />
      </Canvas>
      <Compass orbit={orbit} height={size?.height ?? 0} />
    </div>
  )
}

interface LivingProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly cutaway: boolean
  readonly world: RefObject<World | null>
}

const before = new Float64Array(6)

function Living({ session, shown, cutaway, world }: LivingProps) {
  const body = useRef<Group>(null)
  const ghost = useRef<Group>(null)
  const camera = useThree((state) => state.camera) as PerspectiveCamera
  world.current = { camera, body }
  const ghosts = useMemo(() => changedMembers(shown.before?.picture, shown.picture), [shown.before, shown.picture])
  useAnimate(() => {
    putAt(body.current, poseNow(session, shown))
    if (shown.before !== null) putAt(ghost.current, poseAt(shown.before.motion, timeS(session), before))
  })
  return (
    <>
      <Bed depthM={shown.picture.waterDepthM} />
      <Moorings session={session} shown={shown} />
      <Body session={session} picture={shown.picture} cutaway={cutaway} group={body} />
      <Ghost members={ghosts} group={ghost} />
      <Sea session={session} motion={shown.motion} />
    </>
  )
}

/** Far things fade: the depth cue. */
function Haze({ orbit }: { readonly orbit: RefObject<Orbit | null> }) {
  const look = useLook()
  const fog = useMemo(() => new Fog(look.sky, 400, 1_700), [look])
  useAnimate(() => {
    if (orbit.current === null) return
    fog.near = orbit.current.distance * 0.9
    fog.far = orbit.current.distance + 1_300
  })
  return <primitive attach="fog" object={fog} />
}

interface LoopProps {
  readonly orbit: RefObject<Orbit | null>
  /** Pixels of the picture for each of the page. */
  readonly ratio: number
  onRatio(ratio: number): void
}

/** A machine whose frames take longer than this shows fewer pixels. */
const SLOW_MS = 45
const COARSEST = 0.5
/** Frames over which the mean of their times goes. */
const FRAMES = 20

/** Draws when the page draws: there is one clock. */
function Loop({ orbit, ratio, onRatio }: LoopProps) {
  const advance = useThree((state) => state.advance)
  const camera = useThree((state) => state.camera) as PerspectiveCamera
  const meanMs = useRef(0)
  useEffect(() => {
    meanMs.current = 0
    return onFrame('draw', (nowMs, elapsedMs) => {
      if (orbit.current === null) return
      place(camera, orbit.current)
      advance(nowMs / 1_000)
      meanMs.current += (Math.min(elapsedMs, 200) - meanMs.current) / FRAMES
      if (meanMs.current > SLOW_MS && ratio > COARSEST) onRatio(Math.max(COARSEST, ratio * 0.7))
    })
  }, [advance, camera, orbit, ratio, onRatio])
  return null
}

/** Tells when the graphics card gives up while the view is open. */
function Watch({ onFail }: { readonly onFail: () => void }) {
  const canvas = useThree((state) => state.gl.domElement)
  useEffect(() => {
    canvas.addEventListener('webglcontextlost', onFail)
    return () => canvas.removeEventListener('webglcontextlost', onFail)
  }, [canvas, onFail])
  return null
}

const seen = new Vector3()

function spaceProjector(
  world: RefObject<World | null>,
  { width, height }: { readonly width: number; readonly height: number },
): Projector {
  return {
    width,
    height,
    project([x, y, z], out) {
      const { current } = world
      if (current === null) return false
      seen.set(x, y, z).project(current.camera)
      out[0] = ((seen.x + 1) / 2) * width
      out[1] = ((1 - seen.y) / 2) * height
      return seen.z < 1
    },
  }
}

const ray = new Raycaster()

/** The member under a pixel, given in shares of the picture. */
function memberAt(world: World | null, x: number, y: number): Hit | null {
  if (world?.body.current == null) return null
  ray.setFromCamera(new Vector2(2 * x - 1, 1 - 2 * y), world.camera)
  for (const { object, faceIndex } of ray.intersectObject(world.body.current)) {
    const { member, intervals } = (object as Mesh).userData as Partial<{ member: string; intervals: readonly number[] }>
    if (member !== undefined) return { kind: 'member', member, interval: intervals?.[faceIndex ?? 0] ?? 0 }
  }
  return null
}

function lineAt(
  session: LabSession,
  shown: Shown,
  { current }: ProjectorRef,
  at: readonly [number, number],
): Hit | null {
  const line = current === null ? null : nearestLine(session, shown, current, at)
  return line === null ? null : { kind: 'line', line }
}
