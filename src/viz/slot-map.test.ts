import { describe, expect, test } from 'vitest'
import { createSlotPainter, mix, patternAt, type SlotColors, type SlotColumns } from './slot-map.ts'

const SIDE = 8
const opaque = (gray: number) => (0xff000000 | (gray << 16) | (gray << 8) | gray) >>> 0
const colors: SlotColors = {
  hues: [10, 30, 50, 70, 90, 110, 130].map(opaque),
  nobody: opaque(200),
  hatch: opaque(220),
  ink: opaque(255),
  ground: opaque(0),
}

function columns(change: (columns: SlotColumns) => void = () => undefined): SlotColumns {
  const made = {
    owner: new Uint8Array(SIDE * SIDE).fill(1),
    state: new Uint8Array(SIDE * SIDE),
    partner: new Uint8Array(SIDE * SIDE),
    keys: new Uint32Array(SIDE * SIDE),
  }
  change(made)
  return made
}

function painted(given: SlotColumns, phase = 0): Uint32Array {
  const pixels = new Uint32Array(SIDE * SIDE)
  createSlotPainter(SIDE, colors)(pixels, given, phase)
  return pixels
}

describe('the map of slots', () => {
  test('paints every slot, and opaque', () => {
    expect(painted(columns()).every((pixel) => pixel >>> 24 === 0xff)).toBe(true)
  })

  test('owners of one hue differ by their patterns', () => {
    // Owners 0 and 7 share a hue; 0 is plain and 7 is striped.
    const plain = painted(columns())
    const striped = painted(columns(({ owner }) => owner.fill(8)))
    expect(new Set(plain).size).toBe(1)
    expect(new Set(striped).size).toBe(2)
    expect(striped).toContain(plain[0])
  })

  test('a slot with keys is another pixel than one without', () => {
    const [with1, without] = painted(columns(({ keys }) => keys.set([1], 0)))
    expect(with1).not.toBe(without)
  })

  test('what nobody owns is hatched, and no owner looks like it', () => {
    const hole = new Set(painted(columns(({ owner }) => owner.fill(0))))
    expect(hole).toEqual(new Set([colors.nobody, colors.hatch]))
    for (let owner = 1; owner < 255; owner++) {
      const pixels = painted(columns((given) => given.owner.fill(owner)))
      expect(pixels.some((pixel) => hole.has(pixel))).toBe(false)
    }
  })

  test('a slot that moves shows its giver and its taker by turns; the others stand still', () => {
    const given = columns(({ state, partner }) => {
      state.set([3], 9)
      partner.set([3], 9)
    })
    const [first, second] = [painted(given, 0), painted(given, 1)]
    const moved = [...first.keys()].filter((slot) => first[slot] !== second[slot])
    expect(moved).toEqual([9])
    expect(second[9]).toBe(painted(columns(({ owner }) => owner.fill(3)))[9])
  })

  test('a taker that nobody knows is a hole', () => {
    const given = columns(({ state }) => state.set([1], 4))
    expect([colors.nobody, colors.hatch]).toContain(painted(given, 1)[4])
  })
})

test('five patterns, each with another share of dark', () => {
  const dark = (owner: number) => {
    const cells = Array.from({ length: 144 }, (_, at) => patternAt(owner, at % 12, Math.floor(at / 12)))
    return cells.map(Number).join('')
  }
  expect(new Set([0, 1, 2, 3, 4].map(dark)).size).toBe(5)
  expect(dark(0)).not.toContain('1')
  expect(dark(5)).toBe(dark(0))
})

test('mixing goes from one colour to the other', () => {
  expect(mix(opaque(40), opaque(240), 0)).toBe(opaque(40))
  expect(mix(opaque(40), opaque(240), 256)).toBe(opaque(240))
  expect(mix(opaque(40), opaque(240), 128)).toBe(opaque(140))
})
