import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { draw, streamKey } from '../../base/prng.ts'
import type { NodeConfig } from './config.ts'
import {
  accepted,
  append,
  behindBarrier,
  boot,
  candidate,
  disk,
  entries,
  fire,
  granted,
  hearItself,
  leader,
  N1,
  N2,
  N3,
  names,
  nodeIn,
  paperConfig,
  puppets,
  put,
  receive,
  refused,
  sends,
  sendsOf,
  step,
  termsOf,
} from './testing.ts'
import type { Effect, NodeState, PeerMessage, Term } from './types.ts'

/** Each sentence of the paper that a machine can check, named by its section. Tables follow etcd's raft_paper_test. */

const three = paperConfig(N1, 3)

/** A node of term 1 in each role. */
const roles: Record<string, () => NodeState> = {
  follower: () => boot(three, disk([], { term: 1 })),
  candidate: () => candidate(three),
  leader: () => leader(three),
}

const kvLog = (state: NodeState) => state.kv.cells.get('log')?.value

/** One message of each kind, as a peer in `term` would send it. */
function everyMessage(term: Term): readonly PeerMessage[] {
  return [
    { kind: 'MsgVote', term, index: 9, logTerm: 9 },
    { kind: 'MsgVoteResp', term, reject: false },
    { kind: 'MsgPreVoteResp', term, reject: true },
    append(term, 0, 0),
    accepted(term, 1),
    { kind: 'MsgHeartbeat', term, commit: 0 },
    { kind: 'MsgHeartbeatResp', term },
    { kind: 'MsgSnap', term, snapshot: disk([]).snapshot },
  ]
}

describe('5.1 terms', () => {
  for (const role of ['follower', 'candidate', 'leader'] as const) {
    test(`a ${role} that sees a higher term adopts it and is a follower (5.1)`, () => {
      for (const message of everyMessage(2)) {
        const { state } = receive(roles[role]!(), N2, message)
        expect(state.kind, message.kind).toBe('follower')
        expect(state.durable.term, message.kind).toBe(2)
      }
    })
  }

  test('a message with a smaller term changes nothing, and requests are refused with the own term (5.1)', () => {
    for (const make of Object.values(roles)) {
      const state = make()
      const term = state.durable.term
      for (const message of everyMessage(term - 1)) {
        const after = receive(state, N2, message)
        expect(after.state, message.kind).toBe(state)
        for (const answer of sends(after.effects)) {
          expect(answer.message).toMatchObject({ term, reject: true })
        }
        const isRequest = ['MsgVote', 'MsgApp', 'MsgHeartbeat', 'MsgSnap'].includes(message.kind)
        expect(sends(after.effects).length, message.kind).toBe(isRequest ? 1 : 0)
      }
    }
  })
})

describe('5.2 leader election', () => {
  test('a fresh node starts as follower (5.2)', () => {
    const state = boot(three)
    expect(state.kind).toBe('follower')
    expect(state.durable.term).toBe(0)
  })

  test('a leader sends empty heartbeats to every follower, again and again (5.2)', () => {
    const { effects } = fire(roles.leader!(), 'heartbeat')
    expect(sends(effects)).toEqual([
      { to: N2, message: { kind: 'MsgHeartbeat', term: 1, commit: 0 } },
      { to: N3, message: { kind: 'MsgHeartbeat', term: 1, commit: 0 } },
    ])
    expect(effects).toContainEqual({ kind: 'set-timer', timer: 'heartbeat', after: three.heartbeat })
  })

  for (const role of ['follower', 'candidate'] as const) {
    test(`a ${role} whose election timeout elapses starts an election with the next term (5.2)`, () => {
      const { state, effects } = fire(roles[role]!(), 'election')
      expect(state.kind).toBe('candidate')
      expect(state.durable.term).toBe(2)
      expect(state.durable.votedFor).toBe(N1)
      // Nobody hears of it, not even its own count, before term and vote are on disk.
      expect(behindBarrier(effects, state.durable)).toEqual(sends(effects))
      const request = { kind: 'MsgVote', term: 2, index: 0, logTerm: 0 }
      expect(sends(effects)).toEqual([
        { to: N2, message: request },
        { to: N3, message: request },
        { to: N1, message: granted(2) },
      ])
      expect(effects.some((it) => it.kind === 'set-timer' && it.timer === 'election')).toBe(true)
    })
  }

  test.each<[size: number, yes: number, no: number, role: NodeState['kind']]>([
    [1, 0, 0, 'leader'],
    [3, 2, 0, 'leader'],
    [3, 1, 0, 'leader'],
    [5, 4, 0, 'leader'],
    [5, 3, 0, 'leader'],
    [5, 2, 0, 'leader'],
    [5, 2, 2, 'leader'],
    [3, 0, 2, 'follower'],
    [5, 0, 4, 'follower'],
    [5, 1, 3, 'follower'],
    [3, 0, 0, 'candidate'],
    [3, 0, 1, 'candidate'],
    [5, 1, 0, 'candidate'],
    [5, 0, 2, 'candidate'],
    [5, 1, 2, 'candidate'],
    [5, 0, 0, 'candidate'],
  ])('of %i nodes, %i say yes and %i say no: %s (5.2)', (size, yes, no, role) => {
    let { state } = hearItself(fire(boot(paperConfig(N1, size)), 'election'))
    const voters = names(size).slice(1)
    for (const voter of voters.slice(0, yes)) state = receive(state, voter, granted(1)).state
    for (const voter of voters.slice(yes, yes + no)) state = receive(state, voter, refused(1)).state
    expect(state.kind).toBe(role)
    expect(state.durable.term).toBe(1)
  })

  test('a candidate does not count itself before its own vote is durable (5.2, Figure 2)', () => {
    const waiting = fire(boot(three), 'election').state
    expect(receive(waiting, N2, granted(1)).state.kind).toBe('candidate')
  })

  test.each<[votedFor: string | null, asker: string, reject: boolean]>([
    [null, 'n2', false],
    [null, 'n3', false],
    ['n2', 'n2', false],
    ['n3', 'n3', false],
    ['n2', 'n3', true],
    ['n3', 'n2', true],
  ])('one vote a term, first come first served: voted for %s, %s asks (5.2)', (votedFor, asker, reject) => {
    const vote = votedFor === null ? null : nodeId(votedFor)
    const voter = boot(three, disk([], { term: 1, votedFor: vote }))
    const { state, effects } = receive(voter, nodeId(asker), { kind: 'MsgVote', term: 1, index: 0, logTerm: 0 })
    expect(behindBarrier(effects, state.durable)).toEqual([
      { to: asker, message: { kind: 'MsgVoteResp', term: 1, reject } },
    ])
    expect(state.durable.votedFor).toBe(reject ? vote : asker)
  })

  test.each([1, 2])('a candidate of term 1 that hears a leader of term %i follows it (5.2)', (term) => {
    for (const message of [append(term, 0, 0), { kind: 'MsgHeartbeat', term, commit: 0 } as const]) {
      const { state } = receive(roles.candidate!(), N2, message)
      expect(state).toMatchObject({ kind: 'follower', leader: N2 })
      expect(state.durable.term).toBe(term)
    }
  })

  const ticks: Partial<NodeConfig> = { electionTimeout: { low: 10, high: 19 } }

  /** What the election timer of `state` is set to when it starts another wait, by the draws of stream `name`. */
  const waits = (state: NodeState, name: string, count: number): readonly number[] =>
    Array.from({ length: count }, (_, at) => {
      const entropy = draw(streamKey(7, name), at)
      const input =
        state.kind === 'follower'
          ? ({ kind: 'message', from: N2, message: { kind: 'MsgHeartbeat', term: 1, commit: 0 } } as const)
          : ({ kind: 'timer', timer: 'election' } as const)
      return electionWait(step(state, input, { entropy }).effects)
    })

  const electionWait = (effects: readonly Effect[]): number => {
    for (const effect of effects) if (effect.kind === 'set-timer' && effect.timer === 'election') return effect.after
    throw new Error('no election timer was set')
  }

  const waiting: Record<string, (config: NodeConfig) => NodeState> = {
    follower: (config) => boot(config, disk([], { term: 1 })),
    candidate: (config) => candidate(config),
  }

  for (const [role, make] of Object.entries(waiting)) {
    test(`the election timeout of a ${role} takes every value of the interval (5.2)`, () => {
      const seen = new Set(waits(make(paperConfig(N1, 3, ticks)), role, 500))
      expect([...seen].sort()).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
    })

    test(`in most cases only one ${role} of five times out first (5.2)`, () => {
      const all = names(5).map((name) => waits(make(paperConfig(name, 5, ticks)), name, 1000))
      let alone = 0
      for (let trial = 0; trial < 1000; trial++) {
        const sorted = all.map((list) => list[trial]!).sort((x, y) => x - y)
        if (sorted[0]! < sorted[1]!) alone++
      }
      // Five uniform draws of ten values: the smallest is unique in 76.7 % of cases.
      expect(alone).toBeGreaterThan(700)
      expect(alone).toBeLessThan(830)
    })
  }
})

describe('5.3 log replication', () => {
  /** A leader of term 1 whose empty entry is committed. */
  const ready = (size: number): NodeState => {
    let state: NodeState = leader(paperConfig(N1, size))
    for (const peer of names(size).slice(1)) state = receive(state, peer, accepted(1, 1)).state
    return state
  }

  test('a leader appends a command, and sends it to all others in parallel with its own disk (5.3)', () => {
    const request = put('x', '1')
    const { state, effects } = receive(ready(3), nodeId('c1'), request)
    expect(state.durable.log.at(2)).toMatchObject({ term: 1, index: 2, proposal: { operation: { op: 'put' } } })
    const message = append(1, 1, 1, [state.durable.log.at(2)!], 1)
    expect(sendsOf(effects, 'MsgApp')).toEqual([
      { to: N2, message },
      { to: N3, message },
    ])
    expect(behindBarrier(effects, state.durable)).toEqual([
      { to: N1, message: { kind: 'MsgStorageAppendResp', term: 1, index: 2, logTerm: 1 } },
    ])
  })

  test('an entry on a majority is committed and applied, and the followers learn it (5.3)', () => {
    const asked = hearItself(receive(ready(3), nodeId('c1'), put('x', '1')))
    expect(asked.state.commit).toBe(1)
    const { state, effects } = receive(asked.state, N2, accepted(1, 2))
    expect(state.commit).toBe(2)
    expect(state.applied).toBe(2)
    expect(state.kv.cells.get('x')?.value).toBe('1')
    expect(sendsOf(effects, 'MsgClientReply')[0]?.message.result).toMatchObject({ kind: 'ok', index: 2 })
    expect(sendsOf(effects, 'MsgApp').map(({ to, message }) => [to, message.commit])).toEqual([
      [N2, 2],
      [N3, 2],
    ])
  })

  test.each<[size: number, acks: number, committed: boolean]>([
    [1, 0, true],
    [3, 0, false],
    [3, 1, true],
    [3, 2, true],
    [5, 0, false],
    [5, 1, false],
    [5, 2, true],
    [5, 3, true],
    [5, 4, true],
  ])('of %i nodes, %i followers confirm: committed is %s (5.3)', (size, acks, committed) => {
    let { state } = hearItself(receive(ready(size), nodeId('c1'), put('x', '1')))
    for (const peer of names(size).slice(1, 1 + acks)) state = receive(state, peer, accepted(1, 2)).state
    expect(state.commit).toBe(committed ? 2 : 1)
  })

  test('a leader counts itself only when its own disk holds the entry (5.3)', () => {
    const waiting = receive(ready(3), nodeId('c1'), put('x', '1')).state
    const oneAck = receive(waiting, N2, accepted(1, 2)).state
    expect(oneAck.commit).toBe(1)
    // The majority does not need the leader, though.
    expect(receive(oneAck, N3, accepted(1, 2)).state.commit).toBe(2)
  })

  test.each([[[]], [[2]], [[1, 2]], [[1]]])('committing commits all preceding entries of %j, in order (5.3)', (log) => {
    let state: NodeState = leader(three, disk(log, { term: 2 }))
    const own = log.length + 1
    expect(termsOf(state)).toEqual([...log, 3])
    state = receive(state, N2, accepted(3, own)).state
    expect(state.commit).toBe(own)
    expect(kvLog(state)).toBe(log.length === 0 ? undefined : log.map((_, at) => `${at + 1};`).join(''))
  })

  test.each([
    [[1], 1, '1;'],
    [[1, 1], 2, '1;2;'],
    [[1, 1], 1, '1;'],
  ])('a follower that learns of commits applies them in order: %j up to %i (5.3)', (log, commit, applied) => {
    const { state } = receive(roles.follower!(), N2, append(1, 0, 0, entries(log), commit))
    expect(state.commit).toBe(commit)
    expect(kvLog(state)).toBe(applied)
  })

  // The follower's log has entry 1 of term 1 (committed) and entry 2 of term 2.
  test.each([
    [0, 0, { index: 0, reject: false, rejectHint: 0, logTerm: 0 }],
    [1, 1, { index: 1, reject: false, rejectHint: 0, logTerm: 0 }],
    [2, 2, { index: 2, reject: false, rejectHint: 0, logTerm: 0 }],
    // Another entry stands there: the entry before it may agree.
    [2, 1, { index: 2, reject: true, rejectHint: 1, logTerm: 1 }],
    // Nothing stands there: the log's last entry may agree.
    [3, 3, { index: 3, reject: true, rejectHint: 2, logTerm: 2 }],
  ])('an append behind entry %i of term %i is checked against the log (5.3)', (index, logTerm, answer) => {
    const before = receive(boot(three, disk([1, 2])), N2, { kind: 'MsgHeartbeat', term: 2, commit: 1 }).state
    const { state, effects } = receive(before, N2, append(2, index, logTerm))
    expect(behindBarrier(effects, state.durable)).toEqual([
      { to: N2, message: { kind: 'MsgAppResp', term: 2, ...answer } },
    ])
    expect(state.commit).toBe(1)
  })

  test.each([
    [2, 2, entries([3], 3), [1, 2, 3]],
    [1, 1, entries([3, 4], 2), [1, 3, 4]],
    [0, 0, entries([1], 1), [1, 2]],
    [0, 0, entries([3], 1), [3]],
  ])(
    'a follower removes what conflicts behind entry %i of term %i and appends what is missing (5.3)',
    (index, logTerm, list, expected) => {
      const { state, effects } = receive(boot(three, disk([1, 2])), N2, append(4, index, logTerm, list))
      expect(termsOf(state)).toEqual(expected)
      const [answer] = behindBarrier(effects, state.durable)
      expect(answer?.message).toEqual(accepted(4, index + list.length))
    },
  )

  // Figure 7: the logs that a leader of term 8 may meet.
  test.each([
    ['a', [1, 1, 1, 4, 4, 5, 5, 6, 6]],
    ['b', [1, 1, 1, 4]],
    ['c', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6]],
    ['d', [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7]],
    ['e', [1, 1, 1, 4, 4, 4, 4]],
    ['f', [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3]],
  ])('a new leader brings the follower (%s) of Figure 7 into agreement (5.3)', (_, log) => {
    const ours = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]
    const world = puppets(3, {}, { n1: disk(ours, { term: 7 }), n2: disk(log, { term: 7 }), n3: disk([], { term: 7 }) })
    world.command(N1, { kind: 'campaign' })
    world.stabilize()
    const [first, second] = [nodeIn(world, N1), nodeIn(world, N2)]
    expect(first.kind).toBe('leader')
    expect(termsOf(second)).toEqual([...ours, 8])
    expect([...second.durable.log]).toEqual([...first.durable.log])
    expect(second.commit).toBe(11)
  })
})

describe('5.4 safety', () => {
  test.each([[[1]], [[1, 2]]])(
    "a vote request describes the candidate's log %j and goes to all others (5.4.1)",
    (log) => {
      const { effects } = fire(boot(three, disk(log)), 'election')
      const term = log.at(-1)! + 1
      const message = { kind: 'MsgVote', term, index: log.length, logTerm: log.at(-1)! }
      expect(sendsOf(effects, 'MsgVote')).toEqual([
        { to: N2, message },
        { to: N3, message },
      ])
    },
  )

  test.each<[log: Term[], logTerm: Term, index: number, reject: boolean]>([
    // The same last term: the longer log is more up-to-date.
    [[1], 1, 1, false],
    [[1], 1, 2, false],
    [[1, 1], 1, 1, true],
    // The candidate's last term is higher.
    [[1], 2, 1, false],
    [[1], 2, 2, false],
    [[1, 1], 2, 1, false],
    // The voter's last term is higher.
    [[2], 1, 1, true],
    [[2], 1, 2, true],
    [[2, 2], 1, 1, true],
  ])(
    'a voter with log %j judges a candidate whose last entry is of term %i at index %i (5.4.1)',
    (log, logTerm, index, reject) => {
      const { effects } = receive(boot(three, disk(log)), N2, { kind: 'MsgVote', term: 3, index, logTerm })
      expect(sends(effects)).toEqual([{ to: N2, message: { kind: 'MsgVoteResp', term: 3, reject } }])
    },
  )

  test.each([
    [1, 0],
    [2, 0],
    [3, 3],
  ])(
    'counting replicas commits only entries of the own term: index %i on a majority gives %i (5.4.2)',
    (index, commit) => {
      const state = leader(three, disk([1, 2]))
      expect(termsOf(state)).toEqual([1, 2, 3])
      expect(receive(state, N2, accepted(3, index)).state.commit).toBe(commit)
    },
  )
})
