import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CORRECTED } from '../corrections.ts'
import { examineDesign } from '../design/read.ts'
import { type Prepared, prepare, solveUnloaded } from '../solve.ts'
import { DESIGN_IDS, DESIGN_SOURCES, type DesignId, shipped } from './index.ts'

test.each(DESIGN_IDS)('%s has a title, names its sources, and is the same at every call', (id) => {
  const { title, sources } = DESIGN_SOURCES[id]
  expect(title.length).toBeGreaterThan(10)
  expect(sources.length).toBeGreaterThan(0)
  expect(shipped(id)).toBe(shipped(id))
  expect(shipped(id).cases.length).toBeGreaterThan(1)
})

test('OC3 and OC4 carry the same turbine', () => {
  expect(shipped('oc4').turbine).toEqual(shipped('oc3').turbine)
})

test.each(DESIGN_IDS)('nothing in the file of %s is unknown to the reader', (id) => {
  const text = readFileSync(new URL(`./${id}.json`, import.meta.url), 'utf8')
  expect(examineDesign(JSON.parse(text)).problems).toEqual([])
})

const atRest = (prepared: Prepared) => prepared.mooring!.at(new Float64Array(6))

function frequency(prepared: Prepared, dof: number): number {
  const unloaded = solveUnloaded(prepared)
  return unloaded.ok ? unloaded.value.modes.frequencyHz[dof]! : Number.NaN
}

type Row = readonly [
  quantity: string,
  id: DesignId,
  of: (prepared: Prepared) => number,
  published: number,
  within: number,
]

// The members are simplified and their strips have no diffraction: `within` is how near such a model can come.
const PUBLISHED: readonly Row[] = [
  // NREL/TP-500-47535 and the input of OpenFAST's tests.
  ['displaced volume, m3', 'oc3', ({ hull }) => hull.statics.displacedM3, 8029.21, 1e-6],
  ['platform mass, kg', 'oc3', ({ hull }) => hull.statics.substructureMassKg, 7_466_330, 0.005],
  ['platform centre, m', 'oc3', ({ hull }) => hull.statics.substructureCentreOfGravity[2], -89.9155, 0.001],
  ['tower mass, kg', 'oc3', ({ hull }) => hull.statics.towerMassKg, 249_718, 0.001],
  ['tower centre, m', 'oc3', ({ hull }) => hull.statics.towerCentreOfGravity![2], 43.4, 0.002],
  ['centre of buoyancy, m', 'oc3', ({ hull }) => hull.statics.centreOfBuoyancy[2], -62.07, 0.001],
  ['surge, Hz', 'oc3', (prepared) => frequency(prepared, 0), 0.00805, 0.015],
  ['heave, Hz', 'oc3', (prepared) => frequency(prepared, 2), 0.0324, 0.005],
  ['pitch, Hz', 'oc3', (prepared) => frequency(prepared, 4), 0.0343, 0.015],
  // NREL/TP-5000-60601.
  ['displaced volume, m3', 'oc4', ({ hull }) => hull.statics.displacedM3, 13_917, 0.001],
  ['platform mass, kg', 'oc4', ({ hull }) => hull.statics.substructureMassKg, 13_473_000, 0.003],
  ['heave stiffness of the water, N/m', 'oc4', ({ hull }) => hull.statics.hydrostaticStiffness[14]!, 3.836e6, 0.005],
  ['roll stiffness of the water, Nm', 'oc4', ({ hull }) => hull.statics.hydrostaticStiffness[21]!, -3.776e8, 0.015],
  ['surge stiffness of the mooring, N/m', 'oc4', (prepared) => atRest(prepared).stiffness[0]!, 7.08e4, 0.015],
  ['heave stiffness of the mooring, N/m', 'oc4', (prepared) => atRest(prepared).stiffness[14]!, 1.91e4, 0.005],
  ['roll stiffness of the mooring, Nm', 'oc4', (prepared) => atRest(prepared).stiffness[21]!, 8.73e7, 0.01],
  ['heave, Hz', 'oc4', (prepared) => frequency(prepared, 2), 0.0578, 0.05],
  // NREL/TP-5000-76773.
  ['displaced volume, m3', 'volturnus', ({ hull }) => hull.statics.displacedM3, 20_206, 0.035],
  ['surge, Hz', 'volturnus', (prepared) => frequency(prepared, 0), 0.007, 0.03],
  ['yaw, Hz', 'volturnus', (prepared) => frequency(prepared, 5), 0.011, 0.03],
]

describe('what was published of the platforms', () => {
  test.each(PUBLISHED)('%s of %s', (_, id, of, published, within) => {
    const found = of(prepare(shipped(id), CORRECTED))
    expect(Math.abs(found / published - 1)).toBeLessThan(within)
  })
})
