import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lastIndex, termAt } from './log.ts'
import { raftMachine } from './machine.ts'
import {
  accepted,
  append,
  boot,
  candidate,
  disk,
  entries,
  fire,
  leader,
  N1,
  N2,
  N3,
  paperConfig,
  receive,
} from './testing.ts'
import type { Durable, NodeState, RaftState } from './types.ts'

const three = paperConfig(N1, 3)

/** Every value that tearing the write from `before` to `after` can leave. */
function torn(before: Durable | null, after: Durable): readonly (Durable | null)[] {
  return Array.from({ length: 64 }, (_, at) => raftMachine.tear(before, after, at * 0x400_0000))
}

const termsIn = (durable: Durable | null) => [...(durable?.log ?? [])].map((it) => it.term)
const unique = <T>(list: readonly T[]) => [...new Set(list.map((it) => JSON.stringify(it)))].sort()

describe('a torn write', () => {
  test('leaves the hard state, then entries one by one', () => {
    const left = torn(disk([1]), disk([1, 2, 2], { votedFor: N2 })).map((it) => [it?.term, it?.votedFor, termsIn(it)])
    expect(unique(left)).toEqual(
      unique([
        [1, null, [1]],
        [2, N2, [1]],
        [2, N2, [1, 2]],
        [2, N2, [1, 2, 2]],
      ]),
    )
  })

  test('removes a conflicting tail with the first new entry, not before', () => {
    const left = torn(disk([1, 1, 1], { term: 2 }), disk([1, 2])).map(termsIn)
    expect(unique(left)).toEqual(
      unique([
        [1, 1, 1],
        [1, 2],
      ]),
    )
  })

  test('brings a snapshot and the shorter log together, or not at all', () => {
    const config = paperConfig(N1, 3, { snapshotThreshold: 2, snapshotKeep: 0 })
    const before = disk([1, 1, 1])
    const after = receive(boot(config, before), N2, { kind: 'MsgHeartbeat', term: 1, commit: 2 }).state.durable
    for (const left of torn(before, after))
      expect([
        [0, [1, 1, 1]],
        [2, [1]],
      ]).toContainEqual([left?.snapshot.index, termsIn(left)])
    const installed = { ...disk([]), term: 3, log: after.log.truncate(3), snapshot: after.snapshot }
    for (const left of torn(null, installed)) expect([undefined, 0, 2]).toContain(left?.snapshot.index)
  })

  test('is nothing, all, or something between that a node can start from', () => {
    const terms = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }).map((list) => list.sort())
    fc.assert(
      fc.property(terms, terms, fc.nat({ max: 0xffff_ffff }), (old, fresh, entropy) => {
        const before = disk(old, { term: 4 })
        const after = disk(fresh, { term: 5 })
        const left = raftMachine.tear(before, after, entropy)
        if (left === null) throw new Error('there was something before')
        const state = boot(three, left)
        expect([4, 5]).toContain(state.durable.term)
        for (let index = 1; index <= lastIndex(left); index++) {
          expect([termAt(before, index), termAt(after, index)]).toContain(termAt(left, index))
        }
      }),
    )
  })
})

describe('the hash of a state', () => {
  const build = (): readonly RaftState[] => [
    boot(three),
    boot(three, disk([1, 1])),
    boot(three, disk([1, 2])),
    boot(three, disk([1, 2], { votedFor: N2 })),
    receive(boot(three, disk([1, 1])), N2, append(1, 2, 1, [], 1)).state,
    receive(boot(three, disk([1, 1])), N2, append(1, 2, 1, [], 2)).state,
    receive(boot(three, disk([1, 1])), N3, append(1, 2, 1, [], 2)).state,
    receive(boot(three, disk([1])), N2, append(1, 1, 1, entries([1], 2), 2), 5).state,
    fire(boot(paperConfig(N1, 3, { preVote: true })), 'election').state,
    fire(boot(three), 'election').state,
    candidate(three),
    leader(three),
    receive(leader(three), N2, accepted(1, 1)).state,
  ]

  test('is equal for equal states and differs in everything that matters', () => {
    const [first, second] = [build(), build()].map((states) => states.map(raftMachine.hash))
    expect(first).toEqual(second)
    expect(new Set(first).size).toBe(first!.length)
  })

  test('is a 32-bit integer', () => {
    for (const state of build()) expect(raftMachine.hash(state) | 0).toBe(raftMachine.hash(state))
  })

  test('does not depend on how an equal state came about', () => {
    const once = receive(boot(three, disk([1])), N2, append(1, 1, 1, entries([1, 1], 2), 3)).state
    let slowly: NodeState = receive(boot(three, disk([1])), N2, append(1, 1, 1, entries([1], 2), 1)).state
    slowly = receive(slowly, N2, append(1, 2, 1, entries([1], 3), 3)).state
    expect(raftMachine.hash(slowly)).toBe(raftMachine.hash(once))
  })
})
