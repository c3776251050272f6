import { expect, test } from 'vitest'
import { proveModel } from '../../engine/proof/language.test-helper.ts'
import { CORRECTED } from '../../physics/corrections.ts'
import { DEFECTS, PART_MAX, SEA_TRAINS_MAX } from './acts.ts'
import { compared, EXAMPLES } from './defects.test-helper.ts'
import { repeatS } from './motion.ts'
import { solveLaunched } from './platform.ts'
import { rules } from './rules.ts'
import { floatingLab } from './world.ts'

const model = proveModel(floatingLab)

/** The rows of the table of defects: number, word, and the last two cells. */
const rows = [...model.matchAll(/^\| (\d+) \| `([a-z-]+)` \| .* \| ([^|]+) \| ([^|]+) \|$/gm)]

test('its limits are those of the code', () => {
  expect(model).toContain(`${SEA_TRAINS_MAX} trains of waves`)
  expect(model).toContain(`${PART_MAX} characters`)
  expect(rules.find(({ id }) => id === 'linear')?.meaning).toContain('15 degrees')
  expect(model).toContain('beyond 15 degrees')
})

test('the motion repeats when it says', () => {
  const repeats = (['oc3', 'oc4', 'volturnus'] as const).map((id) => Math.round(repeatS(solveLaunched(id))))
  expect(new Set(repeats).size).toBe(1)
  expect(model).toContain(`after ${repeats[0]} s for OC3, OC4 and VolturnUS-S`)
})

test('every defect of RAFT has its row, in the order of the code, and every row its example', () => {
  const words = [...DEFECTS.keys()]
  expect(rows.map(([, no, word]) => `${no} ${word}`)).toEqual(words.map((word, at) => `${at + 1} ${word}`))
  expect(EXAMPLES.map(({ defect }) => defect)).toEqual(Object.keys(CORRECTED))
})

test.each(EXAMPLES)('$defect changes what its row says', (example) => {
  const row = rows[EXAMPLES.indexOf(example)]!
  const [asRaft, corrected] = compared(example)
  expect(row.slice(3)).toEqual([asRaft, corrected])
  expect(asRaft).not.toBe(corrected)
})
