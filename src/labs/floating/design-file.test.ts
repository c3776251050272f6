import { describe, expect, it, test } from 'vitest'
import { problemText } from '../../physics/design/problems.ts'
import { DESIGN_IDS, shipped } from '../../physics/designs/index.ts'
import { parseFile, readDesignFile, writeDesignFile } from './design-file.ts'

/** As RAFT's files are written: comments, an exponent without sign, words for truth. */
const CYLINDER = `# a cylinder
site:
    water_depth : 100        # [m]
platform:
    members:
      - name      :  column
        type      :  2                # a number, as in older files
        rA        :  [ 0, 0, -20]
        rB        :  [ 0, 0,  10]
        shape     :  circ
        potMod    :  False
        stations  :  [0, 1]
        d         :  10.0
        t         :  5e-2
        rho_shell :  7.85e3
mooring:
    points:
        - {name: a, type: fixed, location: [350, 0, -100]}
        - {name: f, type: vessel, location: [5, 0, -15]}
    lines:
        - {name: l, endA: a, endB: f, type: chain, length: 365}
    line_types:
        - {name: chain, diameter: 0.1, mass_density: 113.35, stiffness: 500.0e6, breaking_load: 1e8}
`

const messages = (text: string) => {
  const read = readDesignFile(text)
  return read.ok ? [] : read.error.map(problemText)
}

it('reads the numbers of YAML 1.1 as numbers', () => {
  const read = readDesignFile(CYLINDER)
  expect(read.ok && read.value.remarks).toEqual([])
  expect(read.ok && read.value.design).toMatchObject({
    platform: { members: [{ wallM: [0.05, 0.05], shellDensity: 7850 }] },
    mooring: { waterDepthM: 100, types: [{ stiffnessN: 5e8, breakingLoadN: 1e8 }] },
  })
})

it('takes the last of two equal keys, as Python does, and says so', () => {
  const read = readDesignFile(CYLINDER.replace('d         :  10.0', 'd         :  8.0\n        d         :  10.0'))
  expect(read.ok && read.value.design.platform.members[0]!.sidesM[0]).toEqual([10, 10])
  expect(read.ok && read.value.remarks.map(problemText)).toEqual([
    'line 14, column 9: the key stands twice, and the last one counts',
  ])
})

it('merges with <<, as YAML 1.1 does', () => {
  expect(parseFile('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}')).toEqual({
    ok: true,
    value: { a: { x: 1, y: 2 }, b: { x: 1, y: 3 } },
  })
})

it('reads JSON, and a mark of byte order before it', () => {
  expect(parseFile('\uFEFF{"a": [1e6, "x", null, true]}')).toEqual({
    ok: true,
    value: { a: [1e6, 'x', null, true] },
  })
})

describe('a file that cannot be read is told with the place', () => {
  test.each([
    ['a: [1, 2\nb: 3', /^line 2, column 1: /],
    ['a: 1\n\tb: 2', /^line 2, column 1: /],
    ['a: *b', /^Unresolved alias/],
    ['{"a": }x', /^line 1, column 8: /],
  ])('%j', (text, message) => {
    expect(messages(text)).toEqual([expect.stringMatching(message)])
  })

  test.each(['', '7', '[]', 'text'])('%j is no design', (text) => {
    expect(messages(text)[0]).toMatch(/^expected a design: an object with `site`, `platform` and more, found /)
  })

  test('mistakes of the design are told by their keys', () => {
    expect(messages(CYLINDER.replace('10.0', 'ten'))).toEqual([
      'platform.members[0].d: expected a number of at least 0 or a list of 2, found "ten"',
    ])
  })

  test('a thousand aliases of aliases do not fill the memory', () => {
    const bomb = ['a0: &a0 [1, 1]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)]
    expect(messages(bomb.join('\n'))).toEqual([expect.stringMatching(/alias/)])
  })
})

test.each(DESIGN_IDS)('%s is written and read again as the same design', (id) => {
  const text = writeDesignFile(shipped(id))
  const read = readDesignFile(text)
  expect(read).toEqual({ ok: true, value: { design: shipped(id), remarks: [] } })
})

it('writes a row of numbers on a line', () => {
  const text = writeDesignFile(shipped('cylinder'))
  expect(text).toContain('\n      rA: [0, 0, -20]\n')
  expect(text).toContain('\n      cap_stations: [0, 30]\n')
})
