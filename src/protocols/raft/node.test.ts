import { describe, expect, test } from 'vitest'
import { micros, nodeId, requestId } from '../../base/brand.ts'
import { defaultNodeConfig } from './config.ts'
import { raftMachine } from './machine.ts'
import {
  accepted,
  append,
  behindBarrier,
  boot,
  C1,
  candidate,
  disk,
  entries,
  entry,
  fire,
  granted,
  hearItself,
  leader,
  ms,
  N1,
  N2,
  N3,
  names,
  notes,
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
import type { Follower, MsgAppResp, NodeState, PeerMessage, PreCandidate } from './types.ts'

const three = paperConfig(N1, 3)
const guarded = paperConfig(N1, 3, { preVote: true, checkQuorum: true })
const heartbeat = (term: number, commit = 0): PeerMessage => ({ kind: 'MsgHeartbeat', term, commit })

/** A follower of term 1 that heard its leader n2 at 1 s. */
const following = (config = guarded): NodeState => receive(boot(config, disk([1])), N2, heartbeat(1), 1_000_000).state

describe('start and restart', () => {
  test('a restarted node is a follower with its term, vote and log; nothing is committed yet (Figure 2)', () => {
    const state = boot(three, disk([1, 1, 2], { term: 4, votedFor: N3 }))
    expect(state).toMatchObject({ kind: 'follower', leader: null, commit: 0, applied: 0 })
    expect(state.durable).toMatchObject({ term: 4, votedFor: N3 })
    expect(termsOf(state)).toEqual([1, 1, 2])
  })

  test('a restarted node does not vote a second time in its term (5.2)', () => {
    const request: PeerMessage = { kind: 'MsgVote', term: 4, index: 9, logTerm: 4 }
    const durable = disk([1], { term: 4, votedFor: N3 })
    expect(sends(receive(boot(three, durable), N2, request).effects)).toEqual([{ to: N2, message: refused(4) }])
    const forgetful = boot({ ...three, fault: 'forget-vote' }, durable)
    expect(sends(receive(forgetful, N2, request).effects)).toEqual([{ to: N2, message: granted(4) }])
  })

  test('a configured log stands on disk from the first start on, equal on all nodes', () => {
    const config = { ...three, initialLog: [1, 1, 3], initialTerm: 5 }
    const first = raftMachine.boot(config, null, { self: N1, now: micros(0), entropy: 0 })
    expect(first.state).toMatchObject({ durable: { term: 5 } })
    expect(behindBarrier(first.effects, (first.state as NodeState).durable)).toEqual([])
    expect(first.effects).toContainEqual({ kind: 'persist', durable: (first.state as NodeState).durable })
    const other = boot({ ...config, self: N2 })
    expect([...other.durable.log]).toEqual([...(first.state as NodeState).durable.log])
    expect(termsOf(other)).toEqual([1, 1, 3])
  })

  test('only clients take operations', () => {
    const { effects } = step(boot(three), {
      kind: 'command',
      request: requestId('r'),
      command: { op: 'get', key: 'x' },
    })
    expect(effects).toMatchObject([{ kind: 'reply', request: 'r', result: { kind: 'refused' } }])
  })

  test('a timer of another role does nothing', () => {
    const state = following()
    for (const timer of ['heartbeat', 'quorum', 'retry'] as const) expect(fire(state, timer).state).toBe(state)
    const leading = leader(three)
    for (const timer of ['election', 'retry'] as const) expect(fire(leading, timer).state).toBe(leading)
  })

  test('settings may change while a node runs, its place in the group may not', () => {
    const state = leader(three)
    expect(raftMachine.reconfigure(state, { ...three, heartbeat: 10_000 })).toMatchObject({
      kind: 'leader',
      config: { heartbeat: 10_000 },
    })
    expect(() => raftMachine.reconfigure(state, paperConfig(N2, 3))).toThrow('another actor')
    expect(() => raftMachine.reconfigure(state, paperConfig(N1, 5))).toThrow('voters')
  })
})

describe('PreVote (dissertation, 9.6)', () => {
  const asking = (durable = disk([1])) => fire(boot(guarded, durable), 'election')

  test('a pre-candidate keeps its term and vote and writes nothing', () => {
    const { state, effects } = asking(disk([1], { votedFor: N2 }))
    expect(state.kind).toBe('pre-candidate')
    expect(state.durable).toMatchObject({ term: 1, votedFor: N2 })
    expect(effects.some((it) => it.kind === 'persist')).toBe(false)
    expect(sendsOf(effects, 'MsgPreVote').map((it) => it.to)).toEqual([N2, N3])
  })

  test('a pre-vote changes nothing at the voter, whatever term it speaks of', () => {
    const voter = boot(guarded, disk([1]))
    const { state, effects } = receive(voter, N2, { kind: 'MsgPreVote', term: 9, index: 1, logTerm: 1 })
    expect(state).toBe(voter)
    expect(sends(effects)).toEqual([{ to: N2, message: { kind: 'MsgPreVoteResp', term: 9, reject: false } }])
  })

  test('a node may support several pre-candidates', () => {
    const voter = boot(guarded, disk([1]))
    for (const asker of [N2, N3]) {
      const { effects } = receive(voter, asker, { kind: 'MsgPreVote', term: 2, index: 1, logTerm: 1 })
      expect(sends(effects)[0]?.message).toMatchObject({ reject: false })
    }
  })

  test('a grant of another round does not count', () => {
    const { state } = receive(asking().state, N2, { kind: 'MsgPreVoteResp', term: 3, reject: false })
    expect(state.kind).toBe('pre-candidate')
  })

  test('a voter that answers twice counts once', () => {
    const five = fire(boot(paperConfig(N1, 5, { preVote: true })), 'election').state as PreCandidate
    const yes: PeerMessage = { kind: 'MsgPreVoteResp', term: 1, reject: false }
    const twice = receive(receive(five, N2, yes).state, N2, yes).state
    expect(twice.kind).toBe('pre-candidate')
    expect(receive(twice, N3, yes).state.kind).toBe('candidate')
  })

  test('a refusal of a higher term makes a follower of that term', () => {
    const { state } = receive(asking().state, N2, { kind: 'MsgPreVoteResp', term: 7, reject: true })
    expect(state).toMatchObject({ kind: 'follower', durable: { term: 7 } })
  })

  test('a pre-vote of an older term is refused with the own term, so that nobody stands still (etcd #8334)', () => {
    const voter = boot(guarded, disk([1], { term: 5 }))
    const { effects } = receive(voter, N2, { kind: 'MsgPreVote', term: 3, index: 9, logTerm: 2 })
    expect(sends(effects)).toEqual([{ to: N2, message: { kind: 'MsgPreVoteResp', term: 5, reject: true } }])
  })

  test('a node with a smaller term can complete an election', () => {
    // n3 was away while n1 and n2 reached term 5; n1 is gone, and n2 lacks nothing that n3 has.
    const world = puppets(3, { preVote: true, checkQuorum: true }, { n2: disk([1], { term: 5 }), n3: disk([1, 1]) })
    world.crash(N1)
    for (let round = 0; round < 3; round++) {
      world.command(N3, { kind: 'campaign' })
      world.stabilize()
    }
    expect(world.state(N3).kind).toBe('leader')
  })
})

describe('CheckQuorum (dissertation, 4.2.3 and 6.2)', () => {
  const requests = [
    { kind: 'MsgVote', term: 2, index: 9, logTerm: 1 },
    { kind: 'MsgPreVote', term: 2, index: 9, logTerm: 1 },
  ] as const

  for (const request of requests) {
    test(`${request.kind} is ignored within the minimum election timeout after the leader was heard`, () => {
      const early = receive(following(), N3, request, 1_149_999)
      expect(sends(early.effects)).toEqual([])
      expect(early.state.durable.term).toBe(1)
      const late = receive(following(), N3, request, 1_150_000)
      expect(sends(late.effects)[0]?.message).toMatchObject({ reject: false })
    })

    test(`${request.kind} is answered by a follower that heard a leader, without CheckQuorum`, () => {
      const open = following(paperConfig(N1, 3, { preVote: true }))
      expect(sends(receive(open, N3, request, 1_000_001).effects)[0]?.message).toMatchObject({ reject: false })
    })

    test(`${request.kind} of a higher term does not disturb a leader`, () => {
      const state = leader(paperConfig(N1, 3, { checkQuorum: true }))
      expect(receive(state, N3, request).state).toBe(state)
    })
  }

  test('a leader that hears a quorum in each timeout stays, one that does not steps down', () => {
    let state: NodeState = leader(paperConfig(N1, 5, { checkQuorum: true }))
    for (const peer of [N2, N3]) state = receive(state, peer, { kind: 'MsgHeartbeatResp', term: 1 }).state
    const checked = fire(state, 'quorum')
    expect(checked.state.kind).toBe('leader')
    const oneOnly = receive(checked.state, N2, { kind: 'MsgHeartbeatResp', term: 1 }).state
    const { state: after, effects } = fire(oneOnly, 'quorum')
    expect(after).toMatchObject({ kind: 'follower', leader: null, durable: { term: 1 } })
    expect(notes(effects)).toEqual(['stepped-down 1', 'became-follower 1'])
    expect(effects).toContainEqual({ kind: 'clear-timer', timer: 'heartbeat' })
  })

  test('without CheckQuorum a lonely leader stays, and may be told to check later', () => {
    const { state, effects } = fire(leader(three), 'quorum')
    expect(state.kind).toBe('leader')
    expect(effects).toContainEqual({ kind: 'set-timer', timer: 'quorum', after: three.electionTimeout.low })
  })
})

describe('who votes (5.2)', () => {
  test('the first answer of a voter counts, whatever it says later', () => {
    const asking = candidate(paperConfig(N1, 5))
    const changed = receive(receive(asking, N2, refused(1)).state, N2, granted(1)).state
    expect(receive(changed, N3, granted(1)).state.kind).toBe('candidate')
  })

  test('a leader that meets a higher term waits for the next leader like any follower', () => {
    const { state, effects } = receive(leader(three), N2, { ...accepted(7, 0), reject: true } as MsgAppResp)
    expect(state.kind).toBe('follower')
    expect(effects.some((it) => it.kind === 'set-timer' && it.timer === 'election')).toBe(true)
  })

  const makers: Record<string, () => NodeState> = {
    follower: () => boot(three, disk([1])),
    'pre-candidate': () => fire(boot(paperConfig(N1, 3, { preVote: true }), disk([1])), 'election').state,
    candidate: () => candidate(three, disk([1])),
    leader: () => leader(three, disk([1])),
  }
  for (const [role, make] of Object.entries(makers)) {
    test(`a ${role} votes in a higher term for a log that is as complete`, () => {
      const { state, effects } = receive(make(), N2, { kind: 'MsgVote', term: 5, index: 9, logTerm: 4 })
      expect(state).toMatchObject({ kind: 'follower', durable: { term: 5, votedFor: N2 } })
      expect(behindBarrier(effects, state.durable)).toEqual([{ to: N2, message: granted(5) }])
    })
  }

  test('a repeated vote waits for the same write as the first one', () => {
    const request: PeerMessage = { kind: 'MsgVote', term: 2, index: 1, logTerm: 1 }
    const first = receive(boot(three, disk([1])), N2, request)
    const again = receive(first.state, N2, request)
    expect(again.state.durable).toBe(first.state.durable)
    expect(behindBarrier(again.effects, first.state.durable)).toEqual([{ to: N2, message: granted(2) }])
  })

  test('only a granted vote starts the election timer anew', () => {
    const timer = (index: number) =>
      receive(boot(three, disk([1, 1])), N2, { kind: 'MsgVote', term: 2, index, logTerm: 1 }).effects.filter(
        (it) => it.kind === 'set-timer',
      ).length
    expect([timer(1), timer(2)]).toEqual([0, 1])
  })

  test("a follower of this term's leader does not vote for another in it", () => {
    const follower = receive(boot(three, disk([1])), N2, heartbeat(1)).state
    const { effects } = receive(follower, N3, { kind: 'MsgVote', term: 1, index: 9, logTerm: 1 })
    expect(sends(effects)).toEqual([{ to: N3, message: refused(1) }])
  })
})

describe('a follower and its log (5.3)', () => {
  const follower = () => boot(three, disk([1, 1, 1]))

  test('an append that says nothing new keeps the same durable value', () => {
    const state = follower()
    expect(receive(state, N2, append(1, 0, 0, entries([1, 1]))).state.durable).toBe(state.durable)
  })

  test('a delayed shorter append removes nothing', () => {
    expect(termsOf(receive(follower(), N2, append(1, 0, 0, entries([1]))).state)).toEqual([1, 1, 1])
    const faulty = boot({ ...three, fault: 'truncate-always' }, disk([1, 1, 1]))
    expect(termsOf(receive(faulty, N2, append(1, 0, 0, entries([1]))).state)).toEqual([1])
  })

  test('an append without entries commits no tail that the leader may not have (copycat #265)', () => {
    // The leader of term 2 has committed its own entries 2 and 3; ours are of term 1.
    const { state, effects } = receive(follower(), N2, append(2, 1, 1, [], 3))
    expect(state.commit).toBe(1)
    expect(sends(effects)).toEqual([{ to: N2, message: accepted(2, 1) }])
  })

  test('a delayed message does not lower the commit index (raft.tla #19)', () => {
    const ahead = receive(follower(), N2, heartbeat(1, 3)).state
    expect(receive(ahead, N2, append(1, 0, 0, entries([1]), 1)).state.commit).toBe(3)
    expect(receive(ahead, N2, heartbeat(1, 1)).state.commit).toBe(3)
    const faulty = { ...ahead, config: { ...three, fault: 'commit-index-falls' } } as NodeState
    expect(receive(faulty, N2, heartbeat(1, 1)).state.commit).toBe(1)
  })

  test('messages that overtake each other end in the same log', () => {
    const late = receive(follower(), N2, append(1, 4, 1, entries([1], 5)))
    expect(sendsOf(late.effects, 'MsgAppResp')[0]?.message).toMatchObject({ reject: true, index: 4, rejectHint: 3 })
    const first = receive(late.state, N2, append(1, 3, 1, entries([1], 4))).state
    expect(termsOf(receive(first, N2, append(1, 4, 1, entries([1], 5))).state)).toEqual([1, 1, 1, 1, 1])
  })

  test('a heartbeat is answered without waiting for the disk, unless the term is new', () => {
    const known = receive(follower(), N2, heartbeat(1))
    expect(known.effects.some((it) => it.kind === 'persist')).toBe(false)
    const fresh = receive(follower(), N2, heartbeat(2))
    const response = { kind: 'MsgHeartbeatResp', term: 2 }
    expect(behindBarrier(fresh.effects, fresh.state.durable)).toEqual([{ to: N2, message: response }])
  })

  test('a second leader of the same term is ignored by the first', () => {
    const state = leader(three)
    for (const message of [
      heartbeat(1),
      append(1, 0, 0),
      { kind: 'MsgSnap', term: 1, snapshot: disk([]).snapshot } as const,
    ]) {
      expect(receive(state, N2, message).state).toBe(state)
    }
  })
})

describe('a leader and its followers (5.3)', () => {
  test('an answer about entries that it does not have is ignored', () => {
    const state = leader(three)
    expect(receive(state, N2, accepted(1, 9)).state).toBe(state)
    expect(receive(state, nodeId('n9'), accepted(1, 1)).state).toBe(state)
  })

  test('an old rejection changes nothing', () => {
    let state: NodeState = leader(three, disk([1, 1]))
    state = receive(state, N2, accepted(2, 3)).state
    const reject: MsgAppResp = { kind: 'MsgAppResp', term: 2, index: 2, reject: true, rejectHint: 1, logTerm: 1 }
    expect(receive(state, N2, reject).state).toBe(state)
  })

  test('a rejection that arrives twice moves the probe once', () => {
    const probing = leader(three, disk([1, 1, 1]))
    const reject: MsgAppResp = { kind: 'MsgAppResp', term: 2, index: 3, reject: true, rejectHint: 1, logTerm: 1 }
    const once = receive(probing, N2, reject).state
    expect(receive(once, N2, reject)).toEqual({ state: once, effects: [] })
  })

  test('a leader that keeps its whole log behind a snapshot sends entries, not the snapshot', () => {
    const config = paperConfig(N1, 3, { snapshotThreshold: 1, snapshotKeep: 9 })
    const state = receive(leader(config), N2, accepted(1, 1)).state
    expect(state.durable.snapshot.index).toBe(1)
    const { effects } = receive(state, N3, { kind: 'MsgHeartbeatResp', term: 1 })
    expect(sends(effects)).toEqual([{ to: N3, message: append(1, 0, 0, [state.durable.log.at(1)!], 1) }])
  })

  test('with too many uncommitted entries it answers busy', () => {
    const state = leader(paperConfig(N1, 3, { maxUncommitted: 2 }))
    const second = receive(state, C1, put('x', '1')).state
    const { state: full, effects } = receive(second, C1, put('x', '2'))
    expect(full).toBe(second)
    expect(sendsOf(effects, 'MsgClientReply')[0]?.message.result).toEqual({ kind: 'busy' })
  })

  test('an append carries at most the configured number of entries, and the next follow at once', () => {
    const config = paperConfig(N1, 3, { maxEntriesPerAppend: 2 })
    const state = leader(config, disk([1, 1, 1, 1]))
    const reject: MsgAppResp = { kind: 'MsgAppResp', term: 2, index: 4, reject: true, rejectHint: 0, logTerm: 0 }
    const probe = receive(state, N2, reject)
    expect(sendsOf(probe.effects, 'MsgApp').map((it) => it.message.entries.length)).toEqual([2])
    const { effects } = receive(probe.state, N2, accepted(2, 2))
    expect(sendsOf(effects, 'MsgApp').map((it) => it.message.entries.map((one) => one.index))).toEqual([[3, 4], [5]])
  })

  test('the completion of a write of an older leadership does not count', () => {
    const state = leader(three, disk([1]))
    const late: PeerMessage = { kind: 'MsgStorageAppendResp', term: 1, index: 1, logTerm: 1 }
    expect(receive(state, N1, late).state).toBe(state)
    // Nor one that speaks of another entry at that index.
    const asked = receive(state, C1, put('x', '1')).state
    expect(receive(asked, N1, { kind: 'MsgStorageAppendResp', term: 2, index: 3, logTerm: 1 }).state).toBe(asked)
  })

  test('count-before-durable commits on one follower while the own disk is still writing', () => {
    const asked = (fault: 'none' | 'count-before-durable') => {
      const ready = receive(leader({ ...three, fault }), N2, accepted(1, 1)).state
      return receive(receive(ready, C1, put('x', '1')).state, N2, accepted(1, 2)).state.commit
    }
    expect([asked('none'), asked('count-before-durable')]).toEqual([1, 2])
  })

  test('other nodes point a client to the leader, as far as they know it (8)', () => {
    const result = (state: NodeState) =>
      sendsOf(receive(state, C1, put('x', '1')).effects, 'MsgClientReply')[0]?.message.result
    expect(result(following())).toEqual({ kind: 'redirect', leader: N2 })
    expect(result(boot(three))).toEqual({ kind: 'redirect', leader: null })
    expect(result(candidate(three))).toEqual({ kind: 'redirect', leader: null })
  })

  test('a new leader does not answer clients for entries of older terms', () => {
    const state = leader(three, disk([1, 1]))
    const { effects } = receive(state, N2, accepted(2, 3))
    expect(notes(effects)).toEqual(['committed 3'])
    expect(sendsOf(effects, 'MsgClientReply')).toEqual([])
  })

  test('campaigning does not disturb a leader', () => {
    const state = leader(three)
    expect(step(state, { kind: 'command', request: requestId('r'), command: { kind: 'campaign' } })).toEqual({
      state,
      effects: [],
    })
  })
})

describe('snapshots (7)', () => {
  const compacting = paperConfig(N1, 3, { snapshotThreshold: 3, snapshotKeep: 1 })

  test('a node compacts what it has applied, keeps a tail, and writes both at once', () => {
    const { state, effects } = receive(boot(compacting, disk([1, 1, 1, 1])), N2, heartbeat(1, 3))
    expect(state.durable.snapshot).toMatchObject({ index: 3, term: 1 })
    expect(state.durable.snapshot.data.cells.get('log')?.value).toBe('1;2;3;')
    expect([...state.durable.log].map((it) => it.index)).toEqual([3, 4])
    expect(effects).toContainEqual({ kind: 'persist', durable: state.durable })
    const again = boot(compacting, state.durable)
    expect(again).toMatchObject({ commit: 3, applied: 3, kv: state.kv })
  })

  const source = receive(boot(compacting, disk([1, 1, 1])), N2, heartbeat(1, 3)).state
  const message: PeerMessage = { kind: 'MsgSnap', term: 2, snapshot: source.durable.snapshot }

  test('a log that conflicts is replaced', () => {
    const { state, effects } = receive(boot(three, disk([1, 1, 2, 2])), N2, message)
    expect(state).toMatchObject({ commit: 3, applied: 3, kv: source.kv })
    expect(termsOf(state)).toEqual([])
    expect(state.durable.log.start).toBe(4)
    expect(behindBarrier(effects, state.durable)).toEqual([{ to: N2, message: accepted(2, 3) }])
    // It goes on from there.
    expect(termsOf(receive(state, N2, append(2, 3, 1, [entry(2, 4)])).state)).toEqual([2])
  })

  test('a log that agrees is kept, with what follows, and applied up to the snapshot', () => {
    const { state } = receive(boot(three, disk([1, 1, 1, 1])), N2, message)
    expect(termsOf(state)).toEqual([1, 1, 1, 1])
    expect(state).toMatchObject({ commit: 3, applied: 3 })
    expect(state.kv.lane).toBe(source.kv.lane)
  })

  test('an old snapshot takes nothing back', () => {
    const ahead = receive(boot(three, disk([1, 1, 1, 1])), N2, heartbeat(1, 4)).state
    const { state, effects } = receive(ahead, N2, message)
    expect(state).toMatchObject({ commit: 4, applied: 4 })
    expect(termsOf(state)).toEqual([1, 1, 1, 1])
    expect(sends(effects)).toEqual([{ to: N2, message: accepted(2, 4) }])
  })

  test('a delayed append that begins before the snapshot is confirmed up to the commit index', () => {
    const { state, effects } = receive(source, N2, append(1, 0, 0, entries([1])))
    expect(state.durable).toBe(source.durable)
    expect(sends(effects)).toEqual([{ to: N2, message: accepted(1, 3) }])
  })

  test('an append that begins inside the snapshot adds what is new', () => {
    const config = paperConfig(N1, 3, { snapshotThreshold: 3, snapshotKeep: 2 })
    const compacted = receive(boot(config, disk([1, 1, 1])), N2, heartbeat(1, 3)).state
    const { state } = receive(compacted, N2, append(1, 2, 1, entries([1, 1], 3)))
    expect([...state.durable.log].map((it) => it.index)).toEqual([2, 3, 4])
  })

  test('a snapshot is sent again when it stays unanswered for an election timeout, and not before', () => {
    const config = paperConfig(N1, 3, { snapshotThreshold: 1, snapshotKeep: 0 })
    let state: NodeState = leader(config)
    state = receive(state, N2, accepted(1, 1)).state
    expect(state.durable.snapshot.index).toBe(1)
    const response: PeerMessage = { kind: 'MsgHeartbeatResp', term: 1 }
    const snapshots = (now: number) => {
      const after = receive(state, N3, response, now)
      state = after.state
      return sendsOf(after.effects, 'MsgSnap').length
    }
    expect(snapshots(ms(10))).toBe(1)
    expect(snapshots(ms(60))).toBe(0)
    expect(snapshots(ms(309))).toBe(0)
    expect(snapshots(ms(310))).toBe(1)
  })
})

test('the defaults are those of the lab', () => {
  expect(defaultNodeConfig(N1, names(5))).toMatchObject({
    electionTimeout: { low: 150_000, high: 300_000 },
    heartbeat: 50_000,
    preVote: true,
    checkQuorum: true,
    fault: 'none',
  })
  expect((following() as Follower).leader).toBe(N2)
  expect(hearItself(fire(boot(paperConfig(N1, 1)), 'election')).state.commit).toBe(1)
})
