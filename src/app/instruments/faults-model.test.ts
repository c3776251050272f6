import { describe, expect, it } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import type { LinkView } from '../../engine/api.ts'
import {
  cellMark,
  directionOf,
  EVERYBODY,
  halves,
  linkText,
  nextGroup,
  partitionAct,
  readMs,
  readRange,
  refusedFor,
  verbLine,
} from './faults-model.ts'

const link: LinkView = {
  from: 'n1',
  to: 'n2',
  severed: false,
  clog: false,
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  delayUs: { low: 5_000, high: 20_000 },
  changed: false,
}

describe('verbs', () => {
  it('are those of the language', () => {
    expect(verbLine({ id: 'kill', args: { node: 'n1' } })).toBe('kill n1')
    expect(verbLine({ id: 'link', args: { direction: directionOf(EVERYBODY), loss: 300 } })).toBe('link * loss 30%')
    expect(verbLine({ id: 'link', args: { direction: directionOf({ from: 'n1', to: null }), cut: true } })).toBe(
      'link n1>* cut',
    )
    expect(verbLine({ id: 'disk', args: { node: 'n2', latency: { low: 5_000, high: 20_000 } } })).toBe(
      'disk n2 latency 5ms..20ms',
    )
  })

  it('are refused for the reasons of the language', () => {
    const actors = [{ name: nodeId('n1'), role: 'node', status: 'down' }] as const
    expect(refusedFor(actors, { id: 'kill', args: { node: 'n1' } })).toContain('is down already')
    expect(refusedFor(actors, { id: 'restart', args: { node: 'n1' } })).toBeNull()
  })
})

describe('conditions', () => {
  it('show in a cell only when something is unusual', () => {
    expect(cellMark(link)).toBe('')
    expect(cellMark(undefined)).toBe('')
    expect(cellMark({ ...link, changed: true, severed: true })).toBe('✕')
    expect(cellMark({ ...link, changed: true, clog: true })).toBe('‖')
    expect(cellMark({ ...link, changed: true, lossPermille: 305 })).toBe('30.5%')
    expect(cellMark({ ...link, changed: true })).toBe('≠')
  })

  it('are said in words', () => {
    expect(linkText({ ...link, clog: true, lossPermille: 300 })).toBe('holds messages back, loses 30%, takes 5ms..20ms')
  })
})

describe('partition builder', () => {
  const names = ['n1', 'n2', 'n3', 'n4', 'n5']

  it('splits into a minority and a majority', () => {
    expect(verbLine(partitionAct(halves(names), names)!)).toBe('partition n1 n2 | n3 n4 n5')
  })

  it('moves an actor through the groups and out again', () => {
    let grouping = nextGroup({}, 'n1')
    expect(grouping).toEqual({ n1: 0 })
    for (let i = 0; i < 4; i++) grouping = nextGroup(grouping, 'n1')
    expect(grouping).toEqual({})
  })

  it('needs two groups; who is in none is left out', () => {
    expect(partitionAct({ n1: 0, n2: 0 }, names)).toBeNull()
    expect(partitionAct({ n1: 0, n3: 2 }, names)).toEqual({ id: 'partition', args: { groups: [['n1'], ['n3']] } })
  })
})

describe('inputs', () => {
  it('read milliseconds to the microsecond', () => {
    expect([
      readMs('5'),
      readMs('0.25'),
      readMs('1.0005'),
      readMs('-1'),
      readMs(''),
      readMs('4e3'),
      readMs('3600001'),
    ]).toEqual([5_000, 250, null, null, null, null, null])
    expect(readRange('20', '5')).toEqual({ low: 5_000, high: 20_000 })
    expect(readRange('20', 'x')).toBeNull()
  })
})
