import { describe, expect, test } from 'vitest'
import type { BeliefView, NodeView } from '../contract.ts'
import { beliefLines, count, describeNode, grouped, verdictOf } from './describe.ts'

const node = (given: Partial<NodeView> = {}): NodeView => ({
  name: 'n1',
  id: '0'.repeat(40),
  port: 7001,
  status: 'up',
  role: 'master',
  master: null,
  clusterOk: true,
  currentEpoch: 6,
  configEpoch: 1,
  slots: 5461,
  keys: 3,
  offset: 10,
  busy: 'no',
  connections: 0,
  suspectedBy: [],
  failedFor: [],
  believed: null,
  ...given,
})

const belief = (given: Partial<BeliefView> = {}): BeliefView => ({
  belief: 'ok',
  role: 'master',
  master: null,
  slots: 5461,
  configEpoch: 1,
  link: 'connected',
  pongAgeMs: 400,
  pingAgeMs: null,
  reports: 0,
  ...given,
})

test('thousands are grouped', () => {
  expect([0, 7, 999, 1000, 16_384, 1_234_567].map(grouped)).toEqual(['0', '7', '999', '1,000', '16,384', '1,234,567'])
  expect([count(1, 'slot'), count(0, 'slot'), count(5461, 'slot')]).toEqual(['1 slot', '0 slots', '5,461 slots'])
})

describe('the word above a node', () => {
  test('counts who suspects it and who holds it for failed; failed is told first', () => {
    expect(verdictOf(node())).toBeNull()
    expect(verdictOf(node({ suspectedBy: ['n2'] }))).toEqual({ text: 'PFAIL 1', failed: false })
    expect(verdictOf(node({ suspectedBy: ['n2'], failedFor: ['n3', 'n4'] }))).toEqual({ text: 'FAIL 2', failed: true })
  })

  test('is that of the point of view alone when there is one', () => {
    const suspected = { suspectedBy: ['n2', 'n3'], failedFor: ['n5'] }
    expect(verdictOf(node({ ...suspected, believed: belief() }))).toBeNull()
    expect(verdictOf(node({ ...suspected, believed: belief({ belief: 'pfail' }) }))?.text).toBe('PFAIL')
    expect(verdictOf(node({ believed: belief({ belief: 'unknown' }) }))?.text).toBe('unknown')
  })
})

describe('what the point of view holds of a node', () => {
  test('is in order as long as it is true', () => {
    expect(beliefLines(node(), belief(), false)).toEqual({ role: '5461 slots', heard: 'PONG 0.4 s ago', wrong: false })
    const replica = node({ role: 'replica', master: 'n3', slots: 0 })
    expect(beliefLines(replica, belief({ role: 'replica', master: 'n3', slots: 0 }), false).wrong).toBe(false)
  })

  test('is out of date when the slots or the master are others by now', () => {
    expect(beliefLines(node({ slots: 0 }), belief(), false)).toMatchObject({ role: 'still 5461 slots', wrong: true })
    const promoted = node({ role: 'master', master: null })
    expect(beliefLines(promoted, belief({ role: 'replica', master: 'n3' }), false).role).toBe('still replica of n3')
  })

  test('of a dead node is out of date until it is suspected, whatever its disk says', () => {
    const dead = node({ status: 'down', slots: 5461 })
    expect(beliefLines(dead, belief(), false).wrong).toBe(true)
    expect(beliefLines(dead, belief({ belief: 'fail', slots: 0 }), false).wrong).toBe(false)
  })

  test('says what is out of the ordinary even where there is little room', () => {
    expect(beliefLines(node(), belief(), true).heard).toBe('')
    expect(beliefLines(node(), belief({ pingAgeMs: 1_240 }), true).heard).toBe('PING unanswered 1.2 s')
    expect(beliefLines(node(), belief({ link: 'none' }), true).heard).toBe('not connected')
    expect(beliefLines(node(), belief({ belief: 'unknown' }), true).heard).toBe('not in its table')
  })
})

test('a node in a line: role, slots, keys, and what others hold of it', () => {
  expect(describeNode(node())).toBe('master, epoch 1, 5,461 slots, 3 keys, offset 10')
  expect(describeNode(node({ status: 'down', failedFor: ['n2', 'n3'] }))).toBe('down, 5,461 slots, failed for n2, n3')
  expect(describeNode(node({ clusterOk: false, suspectedBy: ['n2'] }))).toContain('CLUSTERDOWN, suspected by n2')
  expect(describeNode(node({ believed: belief({ belief: 'fail' }) }))).toContain('for who is selected: failed (FAIL)')
})
