import { describe, expect, it } from 'vitest'
import type { RunState } from '../../../engine/api.ts'
import type { NodeView, RaftView } from '../contract.ts'
import { describeClient, describeNode, describeWorld } from './describe.ts'

const node = (name: string, change: Partial<NodeView> = {}): NodeView => ({
  name,
  status: 'up',
  role: 'follower',
  term: 4,
  commitIndex: 6,
  lastIndex: 8,
  leader: 'n2',
  ...change,
})

const run: RunState = {
  title: '',
  lab: 'raft',
  seed: 1,
  revision: 0,
  nowUs: 3_214_000,
  frontierUs: 3_214_000,
  untilUs: null,
  event: 1,
  playing: false,
  speed: 1,
  behind: false,
  caption: null,
  nextUs: null,
  digest: '',
}

const world = (nodes: readonly NodeView[], change: Partial<RaftView> = {}): RaftView => ({
  nodes,
  clients: [],
  selected: null,
  ...change,
})

describe('describeWorld', () => {
  it('says when, who leads whom, and how far the logs are', () => {
    const text = describeWorld(world([node('n1'), node('n2', { role: 'leader' }), node('n3', { lastIndex: 7 })]), run)
    expect(text).toBe(
      'At 3.214 s, stopped. n2 leads term 4; n1 and n3 follow. Entry 6 is committed; the longest log ends at 8, n3 lags behind.',
    )
  })

  it('tells a deposed leader from the one of the newest term', () => {
    const text = describeWorld(
      world([node('n1', { role: 'leader', term: 3, leader: 'n1' }), node('n2', { role: 'leader' }), node('n3')]),
      run,
    )
    expect(text).toContain('n2 leads term 4; n3 follows. n1 still believes that it leads term 3; nobody follows it.')
  })

  it('names candidates, and who is down or paused', () => {
    const text = describeWorld(
      world([
        node('n1', { role: 'candidate', term: 5, leader: null }),
        node('n2', { role: 'pre-candidate', leader: null }),
        node('n3', { status: 'down', role: 'leader' }),
        node('n4', { status: 'paused', leader: null }),
      ]),
      run,
    )
    expect(text).toContain('There is no leader.')
    expect(text).toContain('n1 is a candidate in term 5.')
    expect(text).toContain('n2 asks whether it could win an election.')
    expect(text).toContain('n3 is down.')
    expect(text).toContain('n4 is paused.')
  })

  it('counts a crowd instead of naming it', () => {
    const nodes = Array.from({ length: 25 }, (_, at) => node(`n${at + 1}`, at === 1 ? { role: 'leader' } : {}))
    expect(describeWorld(world(nodes), run)).toContain('n2 leads term 4; 24 nodes follow.')
  })

  it('says what clients wait for, and why play stopped', () => {
    const client = { name: 'c1', open: 'put x 3', queued: 2, server: 'n1', attempts: 2, last: null, ratePerSecond: 0 }
    const text = describeWorld(world([node('n2', { role: 'leader' })], { clients: [client] }), {
      ...run,
      caption: 'n2 won term 4',
    })
    expect(text).toContain('c1 waits for put x 3 at n1, attempt 2.')
    expect(text.endsWith('n2 won term 4')).toBe(true)
    expect(describeClient(client)).toBe('waits for put x 3 at n1, attempt 2, 2 queued')
    expect(describeClient({ ...client, open: null, last: 'get x → 2' })).toBe('idle; last: get x → 2')
  })

  it('says how fast it plays', () => {
    expect(describeWorld(world([]), { ...run, playing: true, speed: 0.05 })).toContain(
      'playing at 0.05 times real speed',
    )
    expect(describeWorld(world([]), { ...run, playing: true, speed: 0 })).toContain('playing as fast as possible')
  })

  it('puts one node into a line', () => {
    expect(describeNode(node('n3'))).toBe('follower of n2, term 4, commit 6, last 8')
    expect(describeNode(node('n3', { status: 'down' }))).toBe('down; on disk: term 4, log up to 8')
    expect(describeNode(node('n2', { role: 'leader', status: 'paused' }))).toBe(
      'paused, leader, term 4, commit 6, last 8',
    )
  })
})
