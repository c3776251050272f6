import { describe, expect, it } from 'vitest'
import { MESSAGE_KINDS, phaseOf, ROLES } from '../contract.ts'
import { GLYPHS } from './glyphs.ts'
import { lane } from './lane.ts'

describe('message glyphs', () => {
  it('are one per kind, in the order of the frame, and no two look alike', () => {
    expect(GLYPHS).toHaveLength(MESSAGE_KINDS.length)
    const looks = GLYPHS.map((glyph) => `${glyph.shape} ${glyph.letter} ${glyph.scale}`)
    expect(new Set(looks).size).toBe(looks.length)
  })

  it('are hollow for replies and filled (or drawn with corners) for requests', () => {
    for (const [index, kind] of MESSAGE_KINDS.entries()) {
      expect([kind, GLYPHS[index]?.shape === 'ring']).toEqual([kind, /Resp$|Reply$/.test(kind)])
    }
  })
})

describe('lane', () => {
  const role = (name: (typeof ROLES)[number]) => ROLES.indexOf(name)

  it('draws a leader thick in the hue of its term', () => {
    expect(lane.phase(phaseOf(0, role('leader'), 9))).toEqual({
      color: '--term-2',
      weight: 'thick',
      label: 'leader, term 9',
    })
    expect(lane.phase(phaseOf(0, role('follower'), 3)).weight).toBe('thin')
  })

  it('draws who is down or paused dashed, whatever its role', () => {
    expect(lane.phase(phaseOf(2, role('leader'), 3)).weight).toBe('dashed')
    expect(lane.phase(phaseOf(1, role('leader'), 3))).toMatchObject({
      weight: 'dashed',
      label: 'paused leader, term 3',
    })
  })

  it('dashes replies', () => {
    expect(lane.message(MESSAGE_KINDS.indexOf('MsgApp'), 1)).toEqual({ color: '--term-1', dashed: false })
    expect(lane.message(MESSAGE_KINDS.indexOf('MsgAppResp'), 1).dashed).toBe(true)
  })
})
