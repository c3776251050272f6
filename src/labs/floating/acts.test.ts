import { describe, expect, test } from 'vitest'
import { Desk } from '../../engine/desk.ts'
import { proveLanguage, speak } from '../../engine/proof/language.test-helper.ts'
import { AS_RAFT, CORRECTED } from '../../physics/corrections.ts'
import { dimensionsOf } from '../../physics/design/dimensions.ts'
import { writeDesign } from '../../physics/design/write.ts'
import { DESIGN_IDS, shipped } from '../../physics/designs/index.ts'
import { commandOf, DEFECTS, designOf, language, PART_MAX, SEA_TRAINS_MAX } from './acts.ts'
import { after, launch, type PlatformInput } from './platform.ts'
import { piecesOf } from './solver.ts'
import { floatingLab } from './world.ts'

const { actOf, read } = speak(floatingLab)

describe('the language of the floating lab', () => {
  proveLanguage(
    floatingLab,
    [
      ['set design titanic', 2, 12],
      ['at 1s design titanic', 2, 14],
      ['at 1s set', 2, 10],
      ['at 1s set keel.depth 3m', 2, 11],
      ['at 1s set column.diameter 12parsec', 2, 27],
      ['at 1s flood tank 5 50%', 2, 18],
      ['at 1s flood tank 2 101%', 2, 20],
      ['at 1s cut line 4', 2, 16],
      ['at 1s cut line 0', 2, 16],
      ['at 1s sea hs 31m', 2, 14],
      ['at 1s sea tp 1s', 2, 14],
      ['at 1s sea hs 3s', 2, 14],
      ['at 1s wind 71m/s', 2, 12],
      ['at 1s wind 7m', 2, 12],
      ['at 1s current 6m/s', 2, 15],
      ['at 1s status broken', 2, 14],
      ['at 1s control maybe', 2, 15],
      ['at 1s model wrong', 2, 13],
      ['at 1s model as-raft nonsense', 2, 21],
      ['at 1s design file', 2, 7],
      ['at 1s design part {\nat 2s design file', 3, 7],
    ],
    40,
  )

  test('what can be set, flooded and cut are the names of the design', () => {
    for (const design of DESIGN_IDS) {
      for (const { name, value, unit } of dimensionsOf(shipped(design))) {
        expect(read(`set design ${design}\nat 1s set ${name} ${value}${unit}`).ok, `${design} ${name}`).toBe(true)
      }
    }
    expect(read('set design cylinder\nat 1s cut line 4').ok).toBe(true)
    expect(read('at 1s design cylinder\nat 2s cut line 4\nat 3s set spar.draft 3m').ok).toBe(false)
  })
})

/** A desk on which lines have been typed. */
function typed(...lines: readonly string[]) {
  const desk = new Desk(floatingLab)
  desk.open('lab floating\nset design volturnus\n')
  const replies = lines.map((line) => desk.line(line))
  return { desk, replies, input: () => desk.sim.state(0)!.input, failure: () => desk.sim.state(0)!.failure }
}

describe('every act', () => {
  const own = language.acts.filter(({ id }) => id !== 'note' && !id.startsWith('design-'))

  test.each(own)('$id: its example is done, and is taken back', ({ example }) => {
    const { desk, replies, input } = typed('cut line 2', example)
    expect(replies).toEqual([expect.objectContaining({ kind: 'said' }), expect.objectContaining({ kind: 'said' })])
    const launched = launch('volturnus')
    const changed = Object.entries(input()).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(launched[key as keyof PlatformInput]),
    )
    // The line that was cut is the only thing that an act of these can undo.
    expect(changed.length > 0).toBe(example !== 'mend line 2')
    desk.undo()
    desk.undo()
    expect(JSON.stringify(input())).toBe(JSON.stringify(launched))
  })

  test.each([
    ['sea hs 6m tp 12s heading 30deg', { waves: [{ spectrum: 'JONSWAP', heightM: 6, periodS: 12, headingDeg: 30 }] }],
    ['sea white', { waves: [{ spectrum: 'unit' }] }],
    ['wind 12m/s turbulence 14%', { windMps: 12, turbulence: 0.14, windHeadingDeg: 0 }],
    ['wind 9m/s heading 90deg misalign 10deg', { windMps: 9, windHeadingDeg: 90, yawMisalignDeg: 10 }],
    ['current 1.5m/s heading 45deg', { currentMps: 1.5, currentHeadingDeg: 45 }],
    ['status parked', { turbineStatus: 'parked' }],
    ['control on', { aeroServoMode: 2 }],
    ['control off', { aeroServoMode: 0 }],
  ])('%s is what the solver gets', (line, loads) => {
    expect(typed(line).input().loads).toMatchObject(loads)
  })

  test('what is not named stays, and a period alone makes a sea of some height', () => {
    const { input } = typed('sea hs 6m tp 12s', 'sea tp 9s', 'wind 9m/s heading 90deg', 'wind 8m/s')
    expect(input().loads).toMatchObject({ waves: [{ heightM: 6, periodS: 9 }], windMps: 8, windHeadingDeg: 90 })
    expect(typed('sea tp 9s').input().loads.waves[0]!.heightM).toBeGreaterThan(0)
  })

  test('trains of waves add up to a limit, and a still sea ends them all', () => {
    const add = (heading: number) => `sea add hs 1m tp 9s heading ${heading}deg`
    const { desk, input } = typed('sea hs 2m tp 9s', ...[10, 20, 30].map(add))
    expect(input().loads.waves.map(({ headingDeg }) => headingDeg)).toEqual([0, 10, 20, 30])
    expect(desk.line(add(40))).toMatchObject({ kind: 'error', message: expect.stringMatching(/4 trains/) })
    expect(input().loads.waves).toHaveLength(SEA_TRAINS_MAX)
    desk.line('sea hs 3m')
    expect(input().loads.waves.map(({ heightM }) => heightM)).toEqual([3, 1, 1, 1])
    desk.line('sea still')
    expect(input().loads.waves).toHaveLength(1)
  })

  test('lines are cut and mended once; tanks keep their last level', () => {
    const { input } = typed('cut line 3', 'cut line 1', 'cut line 3', 'flood tank 2 5%', 'flood tank 2 3%')
    expect(input().brokenLines).toEqual([0, 2])
    expect([...input().flooded]).toEqual([[2, 30]])
    expect(typed('cut line 3', 'mend line 3', 'mend line 1').input().brokenLines).toEqual([])
  })

  test('another design comes whole and dry, into the same sea', () => {
    const { input } = typed('sea hs 6m tp 12s', 'cut line 1', 'flood tank 2 5%', 'design oc3')
    expect(input()).toMatchObject({ brokenLines: [], design: shipped('oc3'), loads: { waves: [{ heightM: 6 }] } })
    expect(input().flooded.size).toBe(0)
  })

  test('every defect has its word, and is switched alone or with the others', () => {
    expect(new Set(DEFECTS.values())).toEqual(new Set(Object.keys(CORRECTED)))
    const { input } = typed('model as-raft step-inertia')
    expect(input().corrections).toEqual({ ...CORRECTED, stepInertia: false })
    expect(typed('model as-raft').input().corrections).toEqual(AS_RAFT)
    expect(typed('model as-raft', 'model corrected line-in-air').input().corrections).toEqual({
      ...AS_RAFT,
      lineInAir: true,
    })
  })
})

describe('what cannot be is refused in words, and nothing happens', () => {
  test.each([
    ['set column.diameter 12kg', /^column\.diameter is in m, not in kg$/],
    ['set column.cd 1m', /^column\.cd is a pure number, not in m$/],
    ['set column.diameter 0', /^column\.diameter is in m, not a pure number$/],
    ['set column.diameter 0.05m', /^column\.diameter must lie between 0\.1m and 100m$/],
    ['set platform.spacing 20m', /^platform\.spacing must lie between 25\.875m/],
    ['set spar.draft 100m', /spar\.draft/],
    ['design file', /no part of a design came before/],
  ])('%s', (line, message) => {
    const { replies, input } = typed(line)
    expect(replies).toEqual([expect.objectContaining({ kind: 'error', message: expect.stringMatching(message) })])
    expect(input()).toEqual(launch('volturnus'))
  })

  test('a dimension that another design had is unknown after the design has changed', () => {
    const { replies } = typed('design oc3', 'set column.diameter 12m', 'set spar.diameter 9m')
    expect(replies.map(({ kind }) => kind)).toEqual(['said', 'error', 'said'])
  })
})

describe('a design file in pieces', () => {
  const text = JSON.stringify(writeDesign(shipped('oc3')))
  const lines = [...piecesOf(text).map((piece) => `design part ${piece}`), 'design file']

  test('the pieces fit into lines, and make the design', () => {
    expect(lines.length).toBeGreaterThan(2)
    expect(Math.max(...piecesOf(text).map(({ length }) => length))).toBeLessThanOrEqual(PART_MAX)
    expect(piecesOf(text).join('')).toBe(text)
    const { replies, input, failure } = typed('sea hs 4m tp 9s', ...lines)
    expect(replies.filter(({ kind }) => kind !== 'said')).toEqual([])
    expect(failure()).toBeNull()
    expect(input()).toMatchObject({ design: shipped('oc3'), parts: [], loads: { waves: [{ heightM: 4 }] } })
  })

  test('an experiment with such a design is an experiment like any other', () => {
    const experiment = `lab floating\n${lines.map((line) => `at 1s ${line}`).join('\n')}\nat 2s set spar.ballast1 50m\n`
    const desk = new Desk(floatingLab)
    expect(desk.open(experiment, 3_000_000)).toMatchObject({ ok: true })
    expect(desk.sim.state(0)!.input.design.name).toBe(shipped('oc3').name)
    expect(desk.text()).toContain('design file')
  })

  test('pieces that are no JSON, or no design, are refused with the reason', () => {
    expect(designOf(['{"a":', '1'])).toEqual({ ok: false, error: 'the parts of the design are no JSON together' })
    expect(designOf(['{"a":1}'])).toMatchObject({ ok: false, error: expect.stringMatching(/site/) })
    const { replies } = typed('design part {"site":{}}', 'design file')
    expect(replies.map(({ kind }) => kind)).toEqual(['said', 'error'])
  })
})

test('an act of no lab is none of this one', () => {
  expect(commandOf('kill', {}, shipped('oc3'))).toBeNull()
  const { id, args } = actOf('note something')
  expect(commandOf(id, args, shipped('oc3'))).toBeNull()
  expect(after(launch('oc3'), { kind: 'set', dimension: 'nothing', value: 1 })).toMatchObject({ ok: false })
})
