import { describe, expect, it } from 'vitest'
import { type GlyphShape, insideShape, progress } from './traffic.ts'

describe('progress', () => {
  it('runs from sending to arrival and never beyond', () => {
    expect(progress(100, 200, 100, false)).toBe(0)
    expect(progress(100, 200, 150, false)).toBe(0.5)
    expect(progress(100, 200, 999, false)).toBe(1)
    expect(progress(100, 200, 0, false)).toBe(0)
    expect(progress(100, 100, 100, false)).toBe(1)
  })

  it('takes four steps when motion is reduced', () => {
    const seen = new Set(Array.from({ length: 101 }, (_, now) => progress(0, 100, now, true)))
    expect([...seen]).toEqual([0.125, 0.375, 0.625, 0.875])
  })
})

describe('stamped shapes', () => {
  const shapes: readonly GlyphShape[] = ['square', 'dot', 'diamond', 'hollow-diamond', 'stack', 'hexagon', 'ring']
  const mask = (shape: GlyphShape) => {
    const bits: string[] = []
    for (let y = -5; y <= 5; y += 1)
      for (let x = -5; x <= 5; x += 1) bits.push(insideShape(shape, x / 4, y / 4) ? '#' : '.')
    return bits.join('')
  }

  it('stay distinct at nine pixels', () => {
    const masks = shapes.map(mask)
    for (const [one, left] of masks.entries()) {
      for (const right of masks.slice(one + 1)) {
        const differing = [...left].filter((bit, at) => bit !== right[at]).length
        expect(differing).toBeGreaterThanOrEqual(8)
      }
    }
  })
})
