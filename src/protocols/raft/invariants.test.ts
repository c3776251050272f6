import { describe, expect, test } from 'vitest'
import { micros, type NodeId, requestId } from '../../base/brand.ts'
import { Violation, type World, type WorldEvent } from '../../machine/invariant.ts'
import { defaultClientConfig } from './config.ts'
import {
  acknowledgedIsCommitted,
  commitNeverFalls,
  committedIsDurable,
  electionSafety,
  leaderAppendOnly,
  leaderCompleteness,
  logMatching,
  oneVotePerTerm,
  type RaftInvariant,
  raftInvariants,
  stateMachineSafety,
  termsNeverDecrease,
} from './invariants.ts'
import { raftMachine } from './machine.ts'
import { boot, C1, disk, entry, env, leader, N1, N2, N3, names, paperConfig } from './testing.ts'
import type { Durable, Message, NodeState, RaftProtocol, RaftState, Term } from './types.ts'

/** Every judge sees a hand-made world that breaks its rule, and one beside it that does not. */

const three = names(3)
const configs = three.map((name) => paperConfig(name, 3))
const client = raftMachine.boot(defaultClientConfig(C1, three), null, env({ self: C1 })).state

/** A world of three nodes and a client. Disks hold what memory holds, unless `disks` says otherwise. */
function world(states: readonly (RaftState | undefined)[], disks?: readonly (Durable | null)[]): World<RaftProtocol> {
  const all = [...states, client]
  const all4 = [...three, C1]
  return {
    now: micros(0),
    names: all4,
    indexOf: (name) => all4.indexOf(name),
    state: (actor) => all[actor],
    durable: (actor) => {
      if (disks !== undefined) return disks[actor] ?? null
      const state = all[actor]
      return state === undefined || state.kind === 'client' ? null : state.durable
    },
    status: (actor) => (all[actor] === undefined ? 'down' : 'up'),
  }
}

type Change = Partial<WorldEvent<RaftProtocol>> & { readonly actor: number }

function event(change: Change): WorldEvent<RaftProtocol> {
  return { kind: 'message', before: undefined, after: undefined, sent: [], operations: [], ...change }
}

/** Judges a history: each element is the world after an event, and the event. */
function judge<Memory>(
  invariant: RaftInvariant<Memory>,
  start: World<RaftProtocol>,
  history: readonly (readonly [World<RaftProtocol>, Change])[],
): Violation | null {
  let memory = invariant.init(start)
  for (const [now, change] of history) {
    const verdict = invariant.step(memory, now, event(change))
    if (verdict instanceof Violation) return verdict
    memory = verdict
  }
  return null
}

const follower = (at: number, terms: readonly Term[] = [], over: Partial<Durable> = {}) =>
  boot(configs[at]!, disk(terms, over))
const leading = (at: number, terms: readonly Term[], term: Term) =>
  leader(configs[at]!, disk(terms, { term: term - 1 }))
const committedUpTo = <S extends NodeState>(state: S, index: number): S => ({ ...state, commit: index, applied: index })
const compactedAt = (durable: Durable, index: number): Durable => ({
  ...durable,
  log: durable.log.dropBefore(index + 1),
  snapshot: { ...durable.snapshot, index, term: durable.log.at(index)!.term },
})

const quiet = [follower(0), follower(1), follower(2)]

/** Actor `at` goes from `before` to `after` while the others are as in `states`. */
function change(
  states: readonly (RaftState | undefined)[],
  at: number,
  before: RaftState | undefined,
  over: Partial<Change> = {},
) {
  return [world(states), { actor: at, before, after: states[at], ...over }] as const
}

function sent(
  at: number,
  states: readonly RaftState[],
  to: NodeId,
  message: Message,
): readonly [World<RaftProtocol>, Change] {
  return [world(states), { actor: at, before: states[at], after: states[at], sent: [{ to, message }] }]
}

test('ids are unique, and no judge is troubled by clients, crashes and restarts', () => {
  expect(new Set(raftInvariants.map((it) => it.id)).size).toBe(raftInvariants.length)
  for (const invariant of raftInvariants as readonly RaftInvariant<unknown>[]) {
    const history = [
      [world(quiet), { actor: 3, before: client, after: { ...client } }],
      [world([undefined, quiet[1], quiet[2]]), { kind: 'act', actor: 0, before: quiet[0], after: undefined }],
      [world(quiet), { kind: 'boot', actor: 0, before: undefined, after: quiet[0] }],
      [world(quiet), { kind: 'disk', actor: 0, before: quiet[0], after: quiet[0] }],
      [world(quiet), { kind: 'act', actor: -1 }],
    ] as const
    expect(judge(invariant, world(quiet), history), invariant.id).toBeNull()
  }
})

describe('election safety', () => {
  test('two leaders in one term', () => {
    const [first, second] = [leading(0, [], 2), leading(1, [], 2)]
    const verdict = judge(electionSafety, world(quiet), [
      change([first, quiet[1], quiet[2]], 0, quiet[0]),
      // Also when the first one is long gone.
      change([undefined, second, quiet[2]], 1, quiet[1]),
    ])
    expect(verdict?.explanation).toBe('n1 and n2 were both elected in term 2')
    expect(verdict?.actors).toEqual([N1, N2])
  })

  test('two leaders in two terms are legal', () => {
    const [first, second] = [leading(0, [], 2), leading(1, [], 3)]
    const history = [change([first, quiet[1], quiet[2]], 0, quiet[0]), change([first, second, quiet[2]], 1, quiet[1])]
    expect(judge(electionSafety, world(quiet), history)).toBeNull()
  })
})

describe('one vote a term', () => {
  const yes = (term: Term): Message => ({ kind: 'MsgVoteResp', term, reject: false })
  const ask = (term: Term): Message => ({ kind: 'MsgVote', term, index: 0, logTerm: 0 })

  test('a second candidate in the same term gets the vote, after a restart', () => {
    const restart = [world(quiet), { kind: 'boot', actor: 2, before: undefined, after: quiet[2] }] as const
    const verdict = judge(oneVotePerTerm, world(quiet), [
      sent(2, quiet, N1, yes(4)),
      restart,
      sent(2, quiet, N2, yes(4)),
    ])
    expect(verdict?.explanation).toBe('n3 voted for n1 and for n2 in term 4')
  })

  test('a candidate votes for itself by asking', () => {
    expect(judge(oneVotePerTerm, world(quiet), [sent(0, quiet, N2, ask(4)), sent(0, quiet, N3, yes(4))])).not.toBeNull()
  })

  test('repeating a vote, refusing, and voting in the next term are legal', () => {
    const no: Message = { kind: 'MsgVoteResp', term: 4, reject: true }
    const history = [
      sent(2, quiet, N1, yes(4)),
      sent(2, quiet, N1, yes(4)),
      sent(2, quiet, N2, no),
      sent(2, quiet, N2, yes(5)),
    ]
    expect(judge(oneVotePerTerm, world(quiet), history)).toBeNull()
  })
})

describe('terms never decrease', () => {
  const at5 = follower(0, [], { term: 5 })
  const at4 = follower(0, [], { term: 4 })

  test('a running node goes back', () => {
    const verdict = judge(termsNeverDecrease, world([at5, quiet[1], quiet[2]]), [
      change([at4, quiet[1], quiet[2]], 0, at5),
    ])
    expect(verdict?.explanation).toBe('the term of n1 fell from 5 to 4')
  })

  test('a restarted node forgot a term that it had promised', () => {
    const states = [at5, quiet[1]!, quiet[2]!]
    const promise = sent(0, states, N2, { kind: 'MsgVoteResp', term: 5, reject: false })
    const restart = change([at4, quiet[1], quiet[2]], 0, undefined, { kind: 'boot' })
    expect(judge(termsNeverDecrease, world(quiet), [promise, restart])).not.toBeNull()
  })

  test('a restarted node may forget a term that nobody heard of', () => {
    const states = [at5, quiet[1]!, quiet[2]!]
    const rise = change(states, 0, quiet[0])
    const restart = change([at4, quiet[1], quiet[2]], 0, undefined, { kind: 'boot' })
    expect(judge(termsNeverDecrease, world(quiet), [rise, restart])).toBeNull()
  })
})

describe('leader append-only', () => {
  const before = leading(0, [1, 1], 2)

  test('a leader shortens its log', () => {
    const after = { ...before, durable: { ...before.durable, log: before.durable.log.truncate(2) } }
    const verdict = judge(leaderAppendOnly, world(quiet), [change([after, quiet[1], quiet[2]], 0, before)])
    expect(verdict?.explanation).toBe('leader n1 of term 2 changed its own entry 2')
  })

  test('a leader replaces an entry', () => {
    const log = before.durable.log.truncate(2).append(entry(2, 2)).append(entry(2, 3))
    const after = { ...before, durable: { ...before.durable, log } }
    expect(judge(leaderAppendOnly, world(quiet), [change([after, quiet[1], quiet[2]], 0, before)])).not.toBeNull()
  })

  test('appending and compacting are legal, and so is what a follower does', () => {
    const longer = { ...before, durable: { ...before.durable, log: before.durable.log.append(entry(2, 4)) } }
    const compacted = { ...longer, durable: compactedAt(longer.durable, 2) }
    const cut = follower(1, [1])
    expect(
      judge(leaderAppendOnly, world(quiet), [
        change([longer, quiet[1], quiet[2]], 0, before),
        change([compacted, quiet[1], quiet[2]], 0, longer),
        change([compacted, cut, quiet[2]], 1, follower(1, [1, 1])),
      ]),
    ).toBeNull()
  })
})

describe('log matching', () => {
  const other = follower(1, [1, 2, 2])

  test('the same term at an index, but another term before it', () => {
    const before = follower(0, [1, 1])
    const after = follower(0, [1, 1, 2])
    const verdict = judge(logMatching, world(quiet), [change([after, other, quiet[2]], 0, before)])
    expect(verdict?.explanation).toContain('differ at index 2')
  })

  test('the same term at an index, but another command; the other node is down', () => {
    const before = follower(0, [1, 2])
    const alien = { ...entry(2, 3), proposal: { ...entry(2, 3).proposal!, request: requestId('other') } }
    const after = { ...before, durable: { ...before.durable, log: before.durable.log.append(alien) } }
    const states = [after, undefined, quiet[2]]
    const now = world(states, [after.durable, other.durable, null])
    expect(judge(logMatching, world(quiet), [[now, { actor: 0, before, after }]])).not.toBeNull()
  })

  test('different terms at an index are legal, and a compacted log is no mismatch', () => {
    const before = follower(0, [1])
    const diverged = follower(0, [1, 3, 3])
    expect(judge(logMatching, world(quiet), [change([diverged, other, quiet[2]], 0, before)])).toBeNull()
    const whole = follower(0, [1, 2, 2])
    const compacted = { ...other, durable: compactedAt(other.durable, 2) }
    expect(judge(logMatching, world(quiet), [change([whole, compacted, quiet[2]], 0, before)])).toBeNull()
  })
})

describe('leader completeness', () => {
  const old = committedUpTo(leading(0, [], 2), 1)
  const commit = change([old, quiet[1], quiet[2]], 0, quiet[0])

  test('a new leader lacks a committed entry', () => {
    const next = leading(1, [], 3)
    const verdict = judge(leaderCompleteness, world(quiet), [commit, change([old, next, quiet[2]], 1, quiet[1])])
    expect(verdict?.explanation).toBe('n2 leads term 3 without entry 1 of term 2, committed in term 2')
  })

  test('an old leader commits what a newer leader does not have (Figure 8)', () => {
    const next = leading(1, [], 3)
    const waiting = leading(0, [], 2)
    const verdict = judge(leaderCompleteness, world(quiet), [
      change([waiting, next, quiet[2]], 1, quiet[1]),
      change([old, next, quiet[2]], 0, waiting),
    ])
    expect(verdict?.actors).toEqual([N2])
  })

  test('a leader of the very term is a matter of Election Safety, not of this rule', () => {
    const rival = leading(1, [], 2)
    const lacking = { ...rival, durable: { ...rival.durable, log: rival.durable.log.truncate(1) } }
    expect(judge(leaderCompleteness, world(quiet), [commit, change([old, lacking, quiet[2]], 1, quiet[1])])).toBeNull()
  })

  test('a leader with the entry, or with a snapshot that covers it, is complete; an older leader need not be', () => {
    const withEntry = leader(configs[1]!, { ...disk([]), term: 2, log: old.durable.log })
    const withSnapshot = { ...withEntry, durable: compactedAt(withEntry.durable, 1) }
    const older = leading(2, [], 1)
    expect(
      judge(leaderCompleteness, world(quiet), [commit, change([old, withEntry, quiet[2]], 1, quiet[1])]),
    ).toBeNull()
    expect(
      judge(leaderCompleteness, world(quiet), [commit, change([old, withSnapshot, quiet[2]], 1, quiet[1])]),
    ).toBeNull()
    expect(judge(leaderCompleteness, world(quiet), [commit, change([old, quiet[1], older], 2, quiet[2])])).toBeNull()
  })
})

describe('state machine safety', () => {
  const first = committedUpTo(follower(0, [1, 1]), 2)

  test('another entry is applied at the same index', () => {
    const second = committedUpTo(follower(1, [1, 2]), 2)
    const verdict = judge(stateMachineSafety, world(quiet), [
      change([first, quiet[1], quiet[2]], 0, quiet[0]),
      change([first, second, quiet[2]], 1, quiet[1]),
    ])
    expect(verdict?.explanation).toBe(
      'n2 applied an entry of term 2 at index 2, where one of term 1 was applied before',
    )
  })

  test('applying the same again after a restart is legal, and so are different entries that are not applied', () => {
    const restarted = follower(0, [1, 1])
    const diverged = committedUpTo(follower(1, [1, 2]), 1)
    expect(
      judge(stateMachineSafety, world(quiet), [
        change([first, quiet[1], quiet[2]], 0, quiet[0]),
        change([restarted, quiet[1], quiet[2]], 0, undefined, { kind: 'boot' }),
        change([first, quiet[1], quiet[2]], 0, restarted),
        change([first, diverged, quiet[2]], 1, quiet[1]),
      ]),
    ).toBeNull()
  })
})

describe('commit index', () => {
  const two = follower(0, [1, 1])

  test('it falls', () => {
    const verdict = judge(commitNeverFalls, world(quiet), [
      change([committedUpTo(two, 1), quiet[1], quiet[2]], 0, committedUpTo(two, 2)),
    ])
    expect(verdict?.explanation).toBe('the commit index of n1 fell from 2 to 1')
  })

  test('it passes the log', () => {
    const verdict = judge(commitNeverFalls, world(quiet), [change([committedUpTo(two, 3), quiet[1], quiet[2]], 0, two)])
    expect(verdict?.explanation).toBe('n1 has committed 3, but its log ends at 2')
  })

  test('it may fall over a restart', () => {
    const restart = change([two, quiet[1], quiet[2]], 0, committedUpTo(two, 2), { kind: 'boot' })
    expect(judge(commitNeverFalls, world(quiet), [restart])).toBeNull()
  })
})

describe('committed is durable', () => {
  const before = follower(0, [1])
  const after = committedUpTo(before, 1)
  const empty = disk([])
  const states = [after, quiet[1], quiet[2]]
  const commits = (disks: readonly (Durable | null)[]) => [world(states, disks), { actor: 0, before, after }] as const

  test("only the leader's disk holds the entry", () => {
    const verdict = judge(committedIsDurable, world(quiet), [commits([after.durable, empty, null])])
    expect(verdict?.explanation).toBe('entry 1 of term 1 is committed, but durable on 1 of 3 nodes only')
  })

  test('another entry at that index does not count', () => {
    expect(judge(committedIsDurable, world(quiet), [commits([after.durable, disk([2]), null])])).not.toBeNull()
  })

  test('a disk loses it later', () => {
    const kept = commits([after.durable, after.durable, empty])
    const loss = [world(states, [after.durable, empty, empty]), { kind: 'disk', actor: 1 }] as const
    expect(judge(committedIsDurable, world(quiet), [kept])).toBeNull()
    expect(judge(committedIsDurable, world(quiet), [kept, loss])).not.toBeNull()
  })

  test('half of the nodes is no majority', () => {
    const four = boot(paperConfig(N1, 4), disk([1]))
    const grown = committedUpTo(four, 1)
    const now = world([grown, quiet[1], quiet[2]], [four.durable, four.durable, null])
    expect(judge(committedIsDurable, world(quiet), [[now, { actor: 0, before: four, after: grown }]])).not.toBeNull()
  })

  test('the majority need not contain the leader, and a snapshot counts', () => {
    expect(judge(committedIsDurable, world(quiet), [commits([empty, after.durable, after.durable])])).toBeNull()
    const snapshot = compactedAt(after.durable, 1)
    expect(judge(committedIsDurable, world(quiet), [commits([after.durable, snapshot, null])])).toBeNull()
  })
})

describe('acknowledged is committed', () => {
  const request = entry(1, 1).proposal!.request
  const reply = (index: number, of = request): Message => ({
    kind: 'MsgClientReply',
    request: of,
    result: { kind: 'ok', index, value: null, success: true },
  })
  const before = follower(0, [1])
  const after = committedUpTo(before, 1)
  const states = [after, quiet[1]!, quiet[2]!]

  test('a client hears of success before the commit', () => {
    const verdict = judge(acknowledgedIsCommitted, world(quiet), [
      sent(0, [before, quiet[1]!, quiet[2]!], C1, reply(1)),
    ])
    expect(verdict?.explanation).toBe('n1 told c1 that t:1.1 succeeded at index 1, where it is not committed')
  })

  test('a client hears of success at the index of another command', () => {
    const history = [change(states, 0, before), sent(0, states, C1, reply(1, requestId('c1:9')))]
    expect(judge(acknowledgedIsCommitted, world(quiet), history)).not.toBeNull()
  })

  test('an answer in the very event that commits is legal, and so is a redirect', () => {
    const answers = change(states, 0, before, { sent: [{ to: C1, message: reply(1) }] })
    const redirect: Message = { kind: 'MsgClientReply', request, result: { kind: 'redirect', leader: N2 } }
    expect(judge(acknowledgedIsCommitted, world(quiet), [answers, sent(1, states, C1, redirect)])).toBeNull()
  })
})

test('a judge that joins a compacted world judges what comes after', () => {
  const lone = committedUpTo(follower(0, [1, 1, 1]), 3)
  const late = { ...lone, durable: compactedAt(lone.durable, 2) }
  const memory = stateMachineSafety.init(world([late, quiet[1], quiet[2]]))
  expect([...memory].map((it) => it.entry.index)).toEqual([3])
})
