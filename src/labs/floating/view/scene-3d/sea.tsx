import { BufferAttribute, BufferGeometry, DoubleSide } from 'three'
import type { LabSession } from '../../../../engine/client/session.ts'
import { addElevations, headingOf, trainsIn } from '../../../../physics/motion.ts'
import { timeS } from '../instant.ts'
import { useAnimate, useHeld } from './hooks.ts'
import { useLook } from './look.ts'

/**
 * The surface of the sea. A long-crested train needs one line of elevations along its heading; a point of the grid takes what the lines have
 * at its distance along each. The grid is fine at the platform and coarse far away, where waves fade into the haze.
 */

const CELLS = 96
const REACH_M = 1_700
/** Points gather around the middle. */
const GATHER = 1.8
/** Where waves begin to fade, and where they have: the grid is too coarse for them. */
const FADE = { from: 420, to: 1_000 }
const LINE_STEP_M = 4
const LINE_POINTS = Math.ceil((2 * FADE.to) / LINE_STEP_M) + 3

interface Grid {
  readonly geometry: BufferGeometry
  readonly positions: Float32Array
  readonly normals: Float32Array
  readonly colors: Float32Array
  readonly fade: Float32Array
}

/** Slopes of real waves are too gentle for light and shade to show them: what is lit is so much steeper. */
const RELIEF = 3
/** Elevation at which a crest is as light as it gets, m. */
const LIGHTEST_M = 5

function gridOf(): Grid {
  const side = CELLS + 1
  const positions = new Float32Array(side * side * 3)
  const normals = new Float32Array(side * side * 3)
  const colors = new Float32Array(side * side * 3)
  const fade = new Float32Array(side * side)
  const place = (at: number) => {
    const share = (2 * at) / CELLS - 1
    return Math.sign(share) * Math.abs(share) ** GATHER * REACH_M
  }
  const index: number[] = []
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const vertex = row * side + column
      const [x, y] = [place(column), place(row)]
      positions.set([x, y, 0], vertex * 3)
      normals.set([0, 0, 1], vertex * 3)
      fade[vertex] = Math.max(0, Math.min(1, (FADE.to - Math.hypot(x, y)) / (FADE.to - FADE.from)))
      if (row < CELLS && column < CELLS)
        index.push(vertex, vertex + 1, vertex + side + 1, vertex, vertex + side + 1, vertex + side)
    }
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(positions, 3))
  geometry.setAttribute('normal', new BufferAttribute(normals, 3))
  geometry.setAttribute('color', new BufferAttribute(colors, 3))
  geometry.setIndex(index)
  return { geometry, positions, normals, colors, fade }
}

function raise(
  { positions, normals, colors, fade }: Grid,
  motion: Float64Array,
  atS: number,
  line: Float64Array,
): void {
  for (let vertex = 0; vertex < fade.length; vertex++) {
    positions[3 * vertex + 2] = 0
    normals[3 * vertex] = 0
    normals[3 * vertex + 1] = 0
  }
  for (let train = 0; train < trainsIn(motion); train++) {
    line.fill(0)
    addElevations(motion, train, -FADE.to - LINE_STEP_M, LINE_STEP_M, atS, line)
    // Gusts are a train without waves.
    if (line.every((elevation) => elevation === 0)) continue
    const heading = headingOf(motion, train)
    addTrain(positions, normals, fade, line, Math.cos(heading), Math.sin(heading))
  }
  for (let vertex = 0; vertex < fade.length; vertex++) {
    const light = 0.85 + 0.35 * Math.max(-1, Math.min(1, positions[3 * vertex + 2]! / LIGHTEST_M))
    colors.fill(light, 3 * vertex, 3 * vertex + 3)
  }
}

function addTrain(
  positions: Float32Array,
  normals: Float32Array,
  fade: Float32Array,
  line: Float64Array,
  cos: number,
  sin: number,
): void {
  for (let vertex = 0; vertex < fade.length; vertex++) {
    const weight = fade[vertex]!
    if (weight === 0) continue
    const at = 3 * vertex
    const place = (positions[at]! * cos + positions[at + 1]! * sin + FADE.to) / LINE_STEP_M + 1
    const from = Math.floor(place)
    const low = line[from]!
    const rise = line[from + 1]! - low
    positions[at + 2] = positions[at + 2]! + weight * (low + rise * (place - from))
    const slope = (RELIEF * weight * rise) / LINE_STEP_M
    normals[at] = normals[at]! - slope * cos
    normals[at + 1] = normals[at + 1]! - slope * sin
  }
}

const elevations = new Float64Array(LINE_POINTS)

export function Sea({ session, motion }: { readonly session: LabSession; readonly motion: Float64Array }) {
  const look = useLook()
  const grid = useHeld(heldGrid, [])
  useAnimate(() => {
    raise(grid, motion, timeS(session), elevations)
    grid.geometry.attributes.position!.needsUpdate = true
    grid.geometry.attributes.normal!.needsUpdate = true
    grid.geometry.attributes.color!.needsUpdate = true
  })
  return (
    <mesh geometry={grid.geometry} renderOrder={4} frustumCulled={false}>
      <meshPhongMaterial
        color={look.sea}
        vertexColors
        specular={look.shine}
        shininess={40}
        transparent
        opacity={0.5}
        side={DoubleSide}
        depthWrite={false}
      />
    </mesh>
  )
}

function heldGrid(): Grid & { dispose(): void } {
  const grid = gridOf()
  return { ...grid, dispose: () => grid.geometry.dispose() }
}

const SQUARES = 40

/** The bed, with a line every hundred metres. */
export function Bed({ depthM }: { readonly depthM: number }) {
  const look = useLook()
  return (
    <group position={[0, 0, -depthM]}>
      <mesh>
        <planeGeometry args={[8_000, 8_000]} />
        <meshBasicMaterial color={look.bed} />
      </mesh>
      <gridHelper
        args={[SQUARES * 100, SQUARES, look.grid, look.grid]}
        rotation={[Math.PI / 2, 0, 0]}
        position={[0, 0, 0.5]}
      />
    </group>
  )
}
