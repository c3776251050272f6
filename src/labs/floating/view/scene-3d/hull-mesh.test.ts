import { describe, expect, test } from 'vitest'
import type { DesignId } from '../../contract.ts'
import { after, launch, solve, solveLaunched } from '../../platform.ts'
import { pictureOf } from '../../projection.ts'
import { ballastMesh, edgesOf, hullMesh, type Mesh, waterMesh } from './hull-mesh.ts'

const picture = (id: DesignId) => {
  const solved = solveLaunched(id)
  return pictureOf({ input: launch(id), failure: null, solved, revision: 0, digest: 0 })
}

/** By the divergence theorem; positive when every triangle is seen from outside. */
function volumeOf({ positions }: Mesh): number {
  let sum = 0
  for (let at = 0; at < positions.length; at += 9) {
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = positions.subarray(at, at + 9) as unknown as number[]
    sum += ax! * (by! * cz! - bz! * cy!) + ay! * (bz! * cx! - bx! * cz!) + az! * (bx! * cy! - by! * cx!)
  }
  return sum / 6
}

/** A polygon of 40 corners has this share of its circle. */
const POLYGON = Math.sin((2 * Math.PI) / 40) / ((2 * Math.PI) / 40)

describe('a mesh holds what the member holds', () => {
  test('a cylinder of 10 m by 30 m', () => {
    const [member] = picture('cylinder').members
    expect(volumeOf(hullMesh(member!))).toBeCloseTo(POLYGON * 25 * Math.PI * 30, 1)
  })

  test('a column with a wide base: the step closes it', () => {
    const column = picture('oc4').members.find(({ name }) => name === 'column')!
    const exact = Math.PI * (144 * 6 + 36 * 26)
    expect(volumeOf(hullMesh(column)) / (POLYGON * exact)).toBeCloseTo(1, 4)
  })

  test('a pontoon of 12.5 m by 7 m by 40.5 m', () => {
    const pontoon = picture('volturnus').members.find(({ shape }) => shape === 'rectangular')!
    expect(volumeOf(hullMesh(pontoon)) / (12.5 * 7 * 40.5)).toBeCloseTo(1, 5)
  })

  test('normals are unit vectors and every triangle knows its interval', () => {
    for (const member of picture('oc3').members) {
      const { positions, normals, intervals } = hullMesh(member)
      expect(intervals).toHaveLength(positions.length / 9)
      for (let at = 0; at < normals.length; at += 3)
        expect(Math.hypot(normals[at]!, normals[at + 1]!, normals[at + 2]!)).toBeCloseTo(1, 5)
    }
  })
})

test('what is inside is smaller than the hull by its walls', () => {
  const [member] = picture('cylinder').members
  expect(volumeOf(ballastMesh(member!)!)).toBeCloseTo(POLYGON * Math.PI * (5 * 0.94) ** 2 * 7.5, 1)
  const flooded = after(launch('cylinder'), { kind: 'flood', tank: 1, permille: 100 })
  const solved = flooded.ok ? solve(flooded.value, null) : flooded
  if (!solved.ok) throw new Error('it floats with some water in it')
  const wet = pictureOf({ input: solved.value.input, failure: null, solved: solved.value, revision: 1, digest: 0 })
  expect(volumeOf(waterMesh(member!, wet.tanks[0]!))).toBeCloseTo(POLYGON * Math.PI * (5 * 0.94) ** 2 * 2.25, 1)
})

test('edges are pairs of points on the hull', () => {
  const [member] = picture('cylinder').members
  const edges = edgesOf(member!, true)
  expect(edges.length).toBe((2 * 40 + 4) * 6)
  for (let at = 0; at < edges.length; at += 3) expect(Math.hypot(edges[at]!, edges[at + 1]!)).toBeCloseTo(5, 5)
})
