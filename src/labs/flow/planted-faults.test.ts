import { describe, expect, test } from 'vitest'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import { withDefaults } from '../../experiment/facts.ts'
import { FAULTS, type Fault } from '../../protocols/flow/pipeline/types.ts'
import { flowLab } from './world.ts'

/*
 * Every mistake that can be planted by `set fault` breaks the rule of its judge, and no other one; the same experiments
 * without the mistake break nothing.
 */

const SEEDS = [1, 2]

/** Two servers that are asked for a little too much. */
const BUSY = `
at 0s load web poisson 110/s
at 0s service api exponential 20ms
at 0s servers api 2
at 0s queue api 10 drop-newest
at 20s load web none
until 30s`

const TCP = `
set sources -
set stages line
set senders tx
set receivers rx
set delay 12ms
set transport packets
at 0s service line line 10Mb/s
at 0s queue line 100 drop-newest
at 0s buffer rx 20000
at 0s read rx 1000 every 10ms
until 5s`

interface Provocation {
  readonly text: string
  readonly judge: string
  /** Who may object as well: whoever was lost was there for no time, for Little. */
  readonly also?: string
}

/** What provokes the mistake, and who must object. */
const PROVOCATIONS: Readonly<Record<Fault, Provocation>> = {
  'loses-items': { text: BUSY, judge: 'conservation', also: 'little' },
  overfills: { text: BUSY, judge: 'capacity' },
  'ignores-demand': { text: BUSY.replace('drop-newest', 'block'), judge: 'demand' },
  idles: { text: BUSY, judge: 'work' },
  'forgets-waits': { text: BUSY, judge: 'little' },
  'overruns-window': { text: TCP, judge: 'windows' },
}

const broken = (seed: number, text: string, fault: Fault | 'none'): readonly string[] => {
  const sim = worldOf(flowLab, `seed ${seed}\nset fault ${fault}${text}`)
  return sim.broken.map(({ invariant }) => sim.plan.invariants[invariant]!.id)
}

describe('a planted fault is caught under every seed', () => {
  test.each(FAULTS)('%s', (fault) => {
    const { text, judge, also } = PROVOCATIONS[fault]
    for (const seed of SEEDS) {
      const [first, ...others] = broken(seed, text, fault)
      expect([seed, first]).toEqual([seed, judge])
      expect(others.filter((other) => other !== also)).toEqual([])
    }
  })

  test('the same experiments without a fault break nothing', () => {
    for (const text of new Set(Object.values(PROVOCATIONS).map((provocation) => provocation.text)))
      for (const seed of SEEDS) expect(broken(seed, text, 'none'), text).toEqual([])
  })

  test('every judge has a mistake that it sees', () => {
    const judges = flowLab.plan(withDefaults(flowLab.language, {}), 1).invariants.map(({ id }) => id)
    expect(new Set(Object.values(PROVOCATIONS).map(({ judge }) => judge))).toEqual(new Set(judges))
  })
})
