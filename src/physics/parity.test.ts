import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { AS_RAFT } from './corrections.ts'
import { readCaseFile } from './design/read.ts'
import { shipped } from './designs/index.ts'
import { compareCase, type ParityRow, parity, prepareParity, type ReferenceDesign } from './parity.ts'
import { splinesOfCcblade } from './rotor/reference.test-helper.ts'
import { prepare, solveCase } from './solve.ts'

// The numbers that RAFT HEAD (e6cb69e7, OpenRAFT 2.0.2) gives for four designs and all cases with all its iterations driven to the end.
// The titles of the tests are the table: quantity, greatest relative difference, gate, case.

const NAMES = ['cylinder', 'frame', 'oc3', 'volturnus'] as const

const referenceOf = (name: (typeof NAMES)[number]): ReferenceDesign =>
  JSON.parse(readFileSync(new URL(`./testdata/parity-${name}.json`, import.meta.url), 'utf8'))

const splinesOf = (name: (typeof NAMES)[number]) =>
  name === 'oc3' || name === 'volturnus' ? splinesOfCcblade(name) : undefined

const line = ({ quantity, difference, gate, at }: ParityRow) =>
  `${quantity.padEnd(30)} ${difference.toExponential(1)} <= ${gate.toExponential(0)} ${at}`

describe.each(NAMES)('parity with RAFT: %s', (name) => {
  const rows = parity(shipped(name), referenceOf(name), splinesOf(name)).map((row) => [line(row), row] as const)

  test('has all quantities', () => {
    expect(rows.length).toBeGreaterThan(name === 'oc3' || name === 'volturnus' ? 35 : 20)
  })

  test.each(rows)('%s', (_, row) => {
    expect(row.difference).toBeLessThanOrEqual(row.gate)
  })
})

describe.each(['oc3', 'volturnus'] as const)("%s with RAFT's own tolerances", (name) => {
  const prepared = prepare(shipped(name), AS_RAFT, { precision: 'raft', judge: false, splines: splinesOfCcblade(name) })

  // What is left are the lines, which RAFT solves to half a millimetre.
  test.each(Object.entries(referenceOf(name).cases))('stops where RAFT stops: %s', (at, { load, asShipped }) => {
    const read = readCaseFile({ [at]: load })
    const solution = read.ok ? solveCase(prepared, read.value[0]!.input) : read
    if (!solution.ok || asShipped === undefined) throw new Error('no solution')
    const { iterations, rest, statistics } = solution.value
    expect({ passes: iterations, poses: rest.iterations }).toEqual({ passes: asShipped.passes, poses: asShipped.poses })
    for (const q of [0, 1] as const) {
      const expected = asShipped.motion.map((pair) => pair[q])
      const largest = Math.max(...expected.map(Math.abs), 1e-9)
      for (const [dof, { avg, std }] of statistics.dof.entries())
        expect(Math.abs([avg, std][q]! - expected[dof]!)).toBeLessThan(5e-5 * largest)
    }
  })
})

test('another sea is no parity', () => {
  const reference = referenceOf('cylinder')
  const one = reference.cases.J_H2_T8!
  const rows = compareCase(prepareParity(shipped('cylinder')), 'other', {
    ...one,
    load: { ...one.load, wave_height: 2.001 },
  })
  expect(rows.find(({ quantity }) => quantity === 'response')!.difference).toBeGreaterThan(1e-5)
})
