import { describe, expect, test } from 'vitest'
import { AS_RAFT } from '../corrections.ts'
import { type DesignId, shipped } from '../designs/index.ts'
import type { Strips } from '../hull.ts'
import reference from '../testdata/hull.json' with { type: 'json' }
import { buildHull } from './build.ts'
import { difference } from './members.test-helper.ts'
import { stripAddedMass, stripInertia } from './strips.ts'

// Figures of RAFT HEAD (specification 3), computed with every iteration converged, to 13 digits.

const GATE = 1e-10
type Checked = Exclude<DesignId, 'oc4'>
const DESIGNS: readonly Checked[] = ['cylinder', 'frame', 'oc3', 'volturnus']
const WATER = 1025

const hulls = new Map(DESIGNS.map((id) => [id, buildHull(shipped(id), AS_RAFT)]))

/** What is farther than the gate from the reference, with how far. */
function beyond(pairs: Readonly<Record<string, readonly [ArrayLike<number>, ArrayLike<number>]>>): string[] {
  return Object.entries(pairs).flatMap(([name, [got, wanted]]) => {
    const off = difference(got, wanted)
    return off <= GATE ? [] : [`${name} ${off.toExponential(1)}`]
  })
}

const upper = (m: ArrayLike<number>): number[] => [0, 1, 2, 4, 5, 8].map((i) => m[i]!)

describe.each(DESIGNS)('the hull of %s as RAFT', (id) => {
  const { members, strips, statics } = hulls.get(id)!
  const { statics: wanted, members: wantedMembers } = reference[id]

  test('statics', () => {
    const { ballast, towerCentreOfGravity } = statics
    expect(towerCentreOfGravity === null).toBe(wanted.towerCentreOfGravity === null)
    const scalars = [
      'massKg',
      'substructureMassKg',
      'towerMassKg',
      'shellMassKg',
      'displacedM3',
      'waterplaneAreaM2',
      'metacentreM',
    ] as const
    const arrays = [
      'centreOfGravity',
      'substructureCentreOfGravity',
      'massMatrix',
      'substructureMassMatrix',
      'weightStiffness',
      'weight',
      'centreOfBuoyancy',
      'hydrostaticStiffness',
      'buoyancy',
      'addedMass',
    ] as const
    expect(
      beyond({
        ...Object.fromEntries(scalars.map((key) => [key, [[statics[key]], [wanted[key]]]])),
        ...Object.fromEntries(arrays.map((key) => [key, [statics[key], wanted[key]]])),
        towerCentreOfGravity: [towerCentreOfGravity ?? [], wanted.towerCentreOfGravity ?? []],
        ballastDensity: [ballast.map(({ density }) => density), wanted.ballast.map(({ density }) => density)],
        ballastMass: [ballast.map(({ massKg }) => massKg), wanted.ballast.map(({ massKg }) => massKg)],
      }),
    ).toEqual([])
  })

  test('members', () => {
    expect(members.map(({ headingDeg }) => headingDeg)).toEqual(wantedMembers.map(({ headingDeg }) => headingDeg))
    const arrays = [
      'endA',
      'endB',
      'q',
      'p1',
      'p2',
      'fillMassKg',
      'fillVolumeM3',
      'capMassKg',
      'centreOfGravity',
    ] as const
    const off = members.flatMap((member, i) => {
      const want = wantedMembers[i]!
      const { areaM2, secondMomentM4, x, y } = member.waterplane
      return beyond({
        ...Object.fromEntries(arrays.map((key) => [key, [member[key], want[key]]])),
        massKg: [[member.massKg], [want.massKg]],
        shellMassKg: [[member.shellMassKg], [want.shellMassKg]],
        massMatrix: [member.massMatrix, want.massMatrix],
        force: [member.buoyancy.force, want.force],
        stiffness: [member.buoyancy.stiffness, want.stiffness],
        displacedM3: [[member.displacedM3], [want.displacedM3]],
        centreOfBuoyancy: [member.centreOfBuoyancy, want.centreOfBuoyancy],
        waterplane: [[areaM2, secondMomentM4, x, y], want.waterplane],
      }).map((line) => `${member.name} at ${member.headingDeg}: ${line}`)
    })
    expect(off).toEqual([])
  })

  test('strips', () => {
    const off = members.flatMap(({ name, headingDeg, firstStrip, strips: count }, i) => {
      const want = wantedMembers[i]!.strips
      const end = firstStrip + count
      const all = (of: (strips: Strips, at: number) => ArrayLike<number>): number[] =>
        Array.from({ length: count }, (_, at) => upper(of(strips, firstStrip + at))).flat()
      const columns = ['s', 'dl', 'd1', 'd2', 'dr1', 'dr2', 'endArea'] as const
      return beyond({
        ...Object.fromEntries(columns.map((key) => [key, [strips[key].slice(firstStrip, end), want[key]]])),
        position: [strips.position.slice(firstStrip * 3, end * 3), want.position],
        addedMass: [all((each, at) => stripAddedMass(each, at, WATER)), want.addedMass],
        inertia: [all((each, at) => stripInertia(each, at, WATER)), want.inertia],
      }).map((line) => `${name} at ${headingDeg}: ${line}`)
    })
    expect(off).toEqual([])
  })
})
