import { AppendList } from '../../base/append-list.ts'
import type { NodeId } from '../../base/brand.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import { type Invariant, Violation, type World, type WorldEvent } from '../../machine/invariant.ts'
import { lastIndex, termAt, UNKNOWN_TERM } from './log.ts'
import type { Durable, Entry, Index, Leader, NodeState, RaftProtocol, RaftState, Term } from './types.ts'

/**
 * The judges of Raft: what Figure 3 promises, and what an implementation must add to keep it. They look at the world
 * from outside and share no code with the rules they judge, beyond reading a log.
 */

type RaftWorld = World<RaftProtocol>
type RaftEvent = WorldEvent<RaftProtocol>
export type RaftInvariant<Memory> = Invariant<RaftProtocol, Memory>

function asNode(state: RaftState | undefined): NodeState | undefined {
  return state === undefined || state.kind === 'client' ? undefined : state
}

function asLeading(state: RaftState | undefined): Leader | undefined {
  return state?.kind === 'leader' ? state : undefined
}

/** The log of an actor as far as anybody can know it: in memory, or else on disk. Undefined for clients. */
function heldBy(world: RaftWorld, actor: number): Durable | undefined {
  const state = world.state(actor)
  if (state === undefined) return world.durable(actor) ?? undefined
  return state.kind === 'client' ? undefined : state.durable
}

function sameEntry(x: Entry, y: Entry): boolean {
  return x === y || (x.term === y.term && x.proposal?.request === y.proposal?.request)
}

/** Whether the log holds `entry`, itself or inside its snapshot. */
function holds(durable: Durable, entry: Entry): boolean {
  if (entry.index <= durable.snapshot.index) return true
  const own = durable.log.at(entry.index)
  return own !== undefined && sameEntry(own, entry)
}

// ---- elections

/** The leader of each term, by the term as text. */
type LeaderOfTerm = PersistentMap<number>

export const electionSafety: RaftInvariant<LeaderOfTerm> = {
  id: 'election-safety',
  title: 'Election Safety',
  source: 'Raft, Figure 3, section 5.2',
  meaning: 'At most one leader can be elected in a term.',
  init(world) {
    let memory: LeaderOfTerm = PersistentMap.empty()
    for (let actor = 0; actor < world.names.length; actor++) {
      const leader = asLeading(world.state(actor))
      if (leader !== undefined) memory = memory.set(String(leader.durable.term), actor)
    }
    return memory
  },
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const leader = asLeading(event.after)
    if (leader === undefined) return memory
    const { term } = leader.durable
    if (event.before?.kind === 'leader' && event.before.durable.term === term) return memory
    const first = memory.get(String(term))
    if (first === undefined) return memory.set(String(term), event.actor)
    if (first === event.actor) return memory
    const actors = [world.names[first]!, world.names[event.actor]!]
    return new Violation(`${actors[0]} and ${actors[1]} were both elected in term ${term}`, actors)
  },
  report: (memory) => `${memory.size} terms with a leader`,
}

/** The last vote of an actor that left it. */
interface LastVote {
  readonly term: Term
  readonly candidate: NodeId
}

export const oneVotePerTerm: RaftInvariant<readonly (LastVote | undefined)[]> = {
  id: 'one-vote-per-term',
  title: 'One vote a term',
  source: 'Raft, section 5.2 and Figure 2: votedFor is persistent',
  meaning: 'A node votes for at most one candidate in a term, also across a crash.',
  init: (world) => world.names.map(() => undefined),
  step(memory, world, event) {
    let next = memory
    for (const { to, message } of event.sent) {
      if (message.kind !== 'MsgVote' && message.kind !== 'MsgVoteResp') continue
      if (message.kind === 'MsgVoteResp' && message.reject) continue
      const voter = world.names[event.actor]!
      const vote = { term: message.term, candidate: message.kind === 'MsgVote' ? voter : to }
      const last = next[event.actor]
      if (last === undefined || last.term < vote.term) next = next.with(event.actor, vote)
      else if (last.term === vote.term && last.candidate !== vote.candidate) return twoVotes(voter, last, vote)
    }
    return next
  },
}

function twoVotes(voter: NodeId, last: LastVote, vote: LastVote): Violation {
  const explanation = `${voter} voted for ${last.candidate} and for ${vote.candidate} in term ${vote.term}`
  return new Violation(explanation, [voter, last.candidate, vote.candidate])
}

/** The highest term that each actor made known: in a message that promises something, or while it was up. */
export const termsNeverDecrease: RaftInvariant<readonly Term[]> = {
  id: 'terms-never-decrease',
  title: 'Terms never decrease',
  source: 'Raft, section 5.1 and Figure 2: currentTerm is persistent',
  meaning: 'The term of a running node only rises; after a restart it is not below any term that the node promised.',
  init: (world) => world.names.map((_, actor) => asNode(world.state(actor))?.durable.term ?? 0),
  step(memory, world, event) {
    const node = asNode(event.after)
    if (node === undefined) return memory
    const { term } = node.durable
    if (event.kind !== 'boot' && event.before !== undefined && event.before !== event.after) {
      const before = asNode(event.before)
      if (before !== undefined && before.durable.term > term) return fell(world, event.actor, before.durable.term, term)
    }
    const promised = memory[event.actor]!
    if (term < promised) return fell(world, event.actor, promised, term)
    if (term === promised) return memory
    const highest = highestPromise(event)
    return highest > promised ? memory.with(event.actor, highest) : memory
  },
}

function fell(world: RaftWorld, actor: number, from: Term, to: Term): Violation {
  const name = world.names[actor]!
  return new Violation(`the term of ${name} fell from ${from} to ${to}`, [name])
}

/** The highest term among the messages that others may build on; a heartbeat's answer and a pre-vote promise nothing. */
function highestPromise(event: RaftEvent): Term {
  let highest = 0
  for (const { message } of event.sent) {
    switch (message.kind) {
      case 'MsgVote':
      case 'MsgVoteResp':
      case 'MsgApp':
      case 'MsgAppResp':
      case 'MsgHeartbeat':
      case 'MsgSnap':
        highest = Math.max(highest, message.term)
        break
      default:
        break
    }
  }
  return highest
}

// ---- logs

export const leaderAppendOnly: RaftInvariant<null> = {
  id: 'leader-append-only',
  title: 'Leader Append-Only',
  source: 'Raft, Figure 3, section 5.3',
  meaning: 'A leader never overwrites or deletes entries in its log; it only appends.',
  init: () => null,
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const before = asLeading(event.before)
    const after = asLeading(event.after)
    if (before === undefined || after === undefined || before.durable.log === after.durable.log) return memory
    if (before.durable.term !== after.durable.term) return memory
    const index = firstLoss(before.durable.log, after.durable)
    if (index === 0) return memory
    const name = world.names[event.actor]!
    return new Violation(`leader ${name} of term ${after.durable.term} changed its own entry ${index}`, [name])
  },
}

/** The first entry of `before` that is neither in `after` nor in its snapshot, as an index; 0 when nothing was lost. */
function firstLoss(before: AppendList<Entry>, after: Durable): Index {
  if (before.sharesPrefixWith(after.log)) return 0
  for (let index = Math.max(before.start, after.log.start); index < before.end; index++) {
    if (!holds(after, before.at(index)!)) return index
  }
  return 0
}

export const logMatching: RaftInvariant<null> = {
  id: 'log-matching',
  title: 'Log Matching',
  source: 'Raft, Figure 3, section 5.3',
  meaning: 'If two logs hold an entry with the same index and term, they are identical up to that index.',
  init: () => null,
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const after = asNode(event.after)
    if (after === undefined) return memory
    const before = asNode(event.before)
    if (before !== undefined && before.durable.log === after.durable.log) return memory
    const from = firstChange(before?.durable.log, after.durable.log)
    if (from === after.durable.log.end) return memory
    for (let other = 0; other < world.names.length; other++) {
      if (other === event.actor) continue
      const durable = heldBy(world, other)
      if (durable === undefined) continue
      const index = firstMismatch(after.durable, durable, from)
      if (index > 0) return mismatch(world, event.actor, other, index)
    }
    return memory
  },
}

function mismatch(world: RaftWorld, actor: number, other: number, index: Index): Violation {
  const names = [world.names[actor]!, world.names[other]!]
  const explanation = `the logs of ${names[0]} and ${names[1]} agree on a term at an index, but differ at index ${index}`
  return new Violation(explanation, names)
}

/** The first index from which on `after` holds entries that `before` did not. */
function firstChange(before: AppendList<Entry> | undefined, after: AppendList<Entry>): Index {
  if (before === undefined) return after.start
  if (before.sharesPrefixWith(after)) return before.end
  let index = after.end
  while (index > after.start && before.at(index - 1) !== after.at(index - 1)) index--
  return index
}

/**
 * Compares two logs where `log` changed, from `from` on. Both were compared before the change, so it is enough to look
 * at each new entry and, where terms agree, at the one before it. 0: they match.
 */
function firstMismatch(log: Durable, other: Durable, from: Index): Index {
  const end = Math.min(log.log.end, other.log.end)
  for (let index = Math.max(from, other.log.start); index < end; index++) {
    const mine = log.log.at(index)!
    const theirs = other.log.at(index)!
    if (mine.term !== theirs.term) continue
    if (!sameEntry(mine, theirs)) return index
    const previous = termAt(log, index - 1)
    const otherPrevious = termAt(other, index - 1)
    if (previous !== otherPrevious && previous !== UNKNOWN_TERM && otherPrevious !== UNKNOWN_TERM) return index - 1
  }
  return 0
}

// ---- commitment

/** A committed entry, and the term in which it was first seen committed. */
interface Committed {
  readonly entry: Entry
  readonly by: Term
}

/** Every entry that some node knew to be committed, by index: what must never change any more. */
type Ledger = AppendList<Committed>

const EMPTY_LEDGER: Ledger = AppendList.empty(1)

function initialLedger(world: RaftWorld): Ledger {
  let ledger = EMPTY_LEDGER
  for (let actor = 0; actor < world.names.length; actor++) ledger = absorbed(ledger, asNode(world.state(actor)))
  return ledger
}

/** The ledger with what `node` knows to be committed beyond it. */
function absorbed(ledger: Ledger, node: NodeState | undefined): Ledger {
  if (node === undefined || node.commit < ledger.end) return ledger
  const { log, term } = node.durable
  // A judge that joins late cannot know what is already compacted.
  let next = ledger.end >= log.start ? ledger : AppendList.empty<Committed>(log.start)
  for (let index = next.end; index <= node.commit; index++) {
    const entry = log.at(index)
    if (entry === undefined) break
    next = next.append({ entry, by: term })
  }
  return next
}

/** Whether the event can have changed what the actor knows as committed. */
function committedMore(event: RaftEvent, ledger: Ledger): boolean {
  return (
    event.after !== event.before &&
    event.after !== undefined &&
    event.after.kind !== 'client' &&
    event.after.commit >= ledger.end
  )
}

export const leaderCompleteness: RaftInvariant<Ledger> = {
  id: 'leader-completeness',
  title: 'Leader Completeness',
  source: 'Raft, Figure 3, section 5.4',
  meaning: 'An entry that was committed in a term is in the log of every leader of a later term.',
  init: initialLedger,
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const leader = asLeading(event.after)
    if (
      leader !== undefined &&
      !(event.before?.kind === 'leader' && event.before.durable.term === leader.durable.term)
    ) {
      const broken = incomplete(world, event.actor, leader, memory, memory.start)
      if (broken !== null) return broken
    }
    if (!committedMore(event, memory)) return memory
    const next = absorbed(memory, asNode(event.after))
    for (let actor = 0; actor < world.names.length; actor++) {
      const other = asLeading(world.state(actor))
      const broken = other === undefined ? null : incomplete(world, actor, other, next, memory.end)
      if (broken !== null) return broken
    }
    return next
  },
  report: (memory) => `${memory.length} entries`,
}

/** The entry of the ledger from `from` on that `leader` should have and has not. */
function incomplete(world: RaftWorld, actor: number, leader: Leader, ledger: Ledger, from: Index): Violation | null {
  const { term, snapshot } = leader.durable
  // A ledger that had to begin anew (see absorbed) knows nothing of what came before.
  for (let index = Math.max(from, snapshot.index + 1, ledger.start); index < ledger.end; index++) {
    const { entry, by } = ledger.at(index)!
    if (by >= term || holds(leader.durable, entry)) continue
    const name = world.names[actor]!
    return new Violation(
      `${name} leads term ${term} without entry ${index} of term ${entry.term}, committed in term ${by}`,
      [name],
    )
  }
  return null
}

export const stateMachineSafety: RaftInvariant<Ledger> = {
  id: 'state-machine-safety',
  title: 'State Machine Safety',
  source: 'Raft, Figure 3, section 5.4.3',
  meaning: 'If a node has applied an entry at an index, no node ever applies a different entry there.',
  init: initialLedger,
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const after = asNode(event.after)
    if (after === undefined) return memory
    const before = event.kind === 'boot' ? undefined : asNode(event.before)
    const since = before?.applied ?? after.durable.snapshot.index
    for (let index = since + 1; index <= after.applied && index < memory.end; index++) {
      const mine = after.durable.log.at(index)
      const first = memory.at(index)?.entry
      if (mine === undefined || first === undefined || sameEntry(mine, first)) continue
      const name = world.names[event.actor]!
      const explanation = `${name} applied an entry of term ${mine.term} at index ${index}, where one of term ${first.term} was applied before`
      return new Violation(explanation, [name])
    }
    return committedMore(event, memory) ? absorbed(memory, after) : memory
  },
  report: (memory) => `${memory.length} entries applied`,
}

export const commitNeverFalls: RaftInvariant<null> = {
  id: 'commit-index',
  title: 'Commit index',
  source: 'Raft, Figure 2: commitIndex increases monotonically',
  meaning: 'The commit index of a running node never falls, and never passes the end of its log.',
  init: () => null,
  step(memory, world, event) {
    if (event.before === event.after) return memory
    const after = asNode(event.after)
    if (after === undefined) return memory
    const before = event.kind === 'boot' ? undefined : asNode(event.before)
    const name = world.names[event.actor]!
    if (before !== undefined && after.commit < before.commit) {
      return new Violation(`the commit index of ${name} fell from ${before.commit} to ${after.commit}`, [name])
    }
    const last = lastIndex(after.durable)
    if (after.commit > last) {
      return new Violation(`${name} has committed ${after.commit}, but its log ends at ${last}`, [name])
    }
    return memory
  },
}

export const committedIsDurable: RaftInvariant<Ledger> = {
  id: 'committed-is-durable',
  title: 'Committed is durable',
  source: 'Raft, section 5.3 and Figure 2; dissertation, 10.2.1',
  meaning: 'A committed entry is on the disks of a majority.',
  init: initialLedger,
  step(memory, world, event) {
    const grown = committedMore(event, memory) ? absorbed(memory, asNode(event.after)) : memory
    // A disk that changed and lacks the newest committed entry may have lost it.
    const lost = event.kind === 'disk' && grown.length > 0 && lacks(world.durable(event.actor), grown)
    if (grown === memory && !lost) return memory
    return missingQuorum(world, grown) ?? grown
  },
  report: (memory) => `${memory.length} entries`,
}

function lacks(durable: Durable | null, ledger: Ledger): boolean {
  return durable === null || !holds(durable, ledger.at(ledger.end - 1)!.entry)
}

/** Looks at the newest committed entry: whoever holds it holds those before it (Log Matching). */
function missingQuorum(world: RaftWorld, ledger: Ledger): Violation | null {
  if (ledger.length === 0) return null
  const { entry } = ledger.at(ledger.end - 1)!
  const voters = votersOf(world)
  const holders = voters.filter((name) => !lacks(world.durable(world.indexOf(name)), ledger))
  if (holders.length * 2 > voters.length) return null
  const explanation = `entry ${entry.index} of term ${entry.term} is committed, but durable on ${holders.length} of ${voters.length} nodes only`
  return new Violation(explanation, holders)
}

/** The voters, as any running node knows them. */
function votersOf(world: RaftWorld): readonly NodeId[] {
  for (let actor = 0; actor < world.names.length; actor++) {
    const node = asNode(world.state(actor))
    if (node !== undefined) return node.config.peers
  }
  return []
}

export const acknowledgedIsCommitted: RaftInvariant<Ledger> = {
  id: 'acknowledged-is-committed',
  title: 'Acknowledged is committed',
  source: 'Raft, section 5.3: the leader answers after the entry is safely replicated',
  meaning: 'A client hears of success only after its command is committed.',
  init: initialLedger,
  step(memory, world, event) {
    const next = committedMore(event, memory) ? absorbed(memory, asNode(event.after)) : memory
    for (const { to, message } of event.sent) {
      if (message.kind !== 'MsgClientReply' || message.result.kind !== 'ok') continue
      const { index } = message.result
      if (index < next.start) continue
      if (next.at(index)?.entry.proposal?.request === message.request) continue
      const name = world.names[event.actor]!
      const explanation = `${name} told ${to} that ${message.request} succeeded at index ${index}, where it is not committed`
      return new Violation(explanation, [name, to])
    }
    return next
  },
  report: (memory) => `${memory.length} entries`,
}

/** Every judge of this protocol, in the order in which they are asked. Linearizability is judged by `check`. */
export const raftInvariants = [
  electionSafety,
  oneVotePerTerm,
  termsNeverDecrease,
  leaderAppendOnly,
  logMatching,
  leaderCompleteness,
  stateMachineSafety,
  commitNeverFalls,
  committedIsDurable,
  acknowledgedIsCommitted,
] as const
