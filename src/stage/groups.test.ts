import { describe, expect, it } from 'vitest'
import type { LinkView } from '../engine/api.ts'
import { commonTroubles, linkCaption, separatedGroups } from './groups.ts'

const link = (from: string, to: string, change: Partial<LinkView> = {}): LinkView => ({
  from,
  to,
  severed: true,
  clog: false,
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  delayUs: { low: 5_000, high: 20_000 },
  changed: true,
  ...change,
})

const bothWays = (a: string, b: string) => [link(a, b), link(b, a)]

describe('separatedGroups', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4']

  it('is one group while every node can reach every other somehow', () => {
    expect(separatedGroups(nodes, [])).toEqual([nodes])
    expect(separatedGroups(nodes, bothWays('n1', 'n2'))).toEqual([nodes])
  })

  it('finds the sides of a partition', () => {
    const cut = ['n1', 'n2'].flatMap((a) => ['n3', 'n4'].flatMap((b) => bothWays(a, b)))
    expect(separatedGroups(nodes, cut)).toEqual([
      ['n1', 'n2'],
      ['n3', 'n4'],
    ])
  })

  it('does not call a one-way cut a separation', () => {
    const cut = ['n2', 'n3', 'n4'].map((other) => link('n1', other))
    expect(separatedGroups(nodes, cut)).toEqual([nodes])
  })
})

describe('linkCaption', () => {
  const normal = { low: 5_000, high: 20_000 }
  it('names what differs from the normal link only', () => {
    expect(linkCaption(link('a', 'b', { severed: false }), normal)).toBe('')
    expect(linkCaption(link('a', 'b', { lossPermille: 305, delayUs: { low: 50_000, high: 50_000 } }), normal)).toBe(
      '30.5% lost, 50 ms',
    )
    expect(linkCaption(link('a', 'b', { clog: true, delayUs: { low: 1_500, high: 2_000 } }), normal)).toBe('1.5–2 ms')
  })
})

describe('commonTroubles', () => {
  const normal = { low: 5_000, high: 20_000 }
  const lossy = Array.from({ length: 20 }, (_, at) => link('n1', `n${at + 2}`, { severed: false, lossPermille: 200 }))

  it('says once what many links share, and keeps what is special', () => {
    const special = link('n2', 'n3', { severed: false, lossPermille: 900 })
    const cut = Array.from({ length: 20 }, (_, at) => link('n9', `n${at + 10}`))
    const { notes, single } = commonTroubles([...lossy, special, ...cut], normal)
    expect(notes).toEqual(['20 links: 20% lost'])
    expect(single).toEqual([special, ...cut])
  })

  it('draws a few alike one by one', () => {
    expect(commonTroubles(lossy.slice(0, 5), normal)).toEqual({ notes: [], single: lossy.slice(0, 5) })
  })
})
