import { describe, expect, it } from 'vitest'
import { compareWindow, defaultPair } from './pair.ts'

const branch = (id: number, parent: number | null, current = false) => ({ id, parent, current })

describe('defaultPair', () => {
  it('sets the present branch beside its parent', () => {
    expect(defaultPair([branch(0, null), branch(1, 0), branch(2, 0, true)], null)).toEqual({ left: 0, right: 2 })
  })

  it('sets the first branch beside its child', () => {
    expect(defaultPair([branch(0, null, true), branch(1, 0)], null)).toEqual({ left: 1, right: 0 })
  })

  it('keeps what was wished for while it exists', () => {
    const branches = [branch(0, null), branch(1, 0), branch(2, 0, true)]
    expect(defaultPair(branches, { left: 1, right: 0 })).toEqual({ left: 1, right: 0 })
    expect(defaultPair(branches, { left: 9, right: 0 })).toEqual({ left: 0, right: 2 })
    expect(defaultPair(branches, { left: 1, right: 1 })).toEqual({ left: 0, right: 2 })
  })

  it('is none with one branch', () => {
    expect(defaultPair([branch(0, null, true)], null)).toBeNull()
  })
})

describe('compareWindow', () => {
  it('shows a little of before and more of after', () => {
    expect(compareWindow(2_000_000)).toEqual({ fromUs: 1_850_000, toUs: 2_350_000 })
    expect(compareWindow(10_000).fromUs).toBe(0)
  })
})
