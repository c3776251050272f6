import type { Words } from '../../engine/lab.ts'
import type {
  Command,
  Entry,
  Message,
  Operation,
  RaftNote,
  RaftProtocol,
  RaftState,
  Result,
  Timer,
  Transition,
} from '../../protocols/raft/types.ts'

/** How the things of the Raft lab are called. Message and field names are those of the paper and of etcd. */

const NOTES: Record<RaftNote['kind'], (actor: string, value: number) => string> = {
  'became-follower': (actor, term) => `${actor} follows in term ${term}`,
  'became-pre-candidate': (actor, term) => `${actor} asks whether it could win term ${term + 1}`,
  'became-candidate': (actor, term) => `${actor} campaigns for term ${term}`,
  'became-leader': (actor, term) => `${actor} leads term ${term}`,
  'stepped-down': (actor, term) => `${actor} no longer leads term ${term}`,
  'vote-granted': (actor, term) => `${actor} grants its vote for term ${term}`,
  'vote-refused': (actor, term) => `${actor} refuses its vote for term ${term}`,
  committed: (actor, index) => `${actor} knows entry ${index} committed`,
  truncated: (actor, index) => `${actor} removes its log from entry ${index} on`,
  'rejected-append': (actor, index) => `${actor} rejects entries behind ${index}`,
  'snapshot-taken': (actor, index) => `${actor} takes a snapshot up to entry ${index}`,
  'snapshot-sent': (actor, index) => `${actor} sends its snapshot up to entry ${index}`,
  'snapshot-installed': (actor, index) => `${actor} installs a snapshot up to entry ${index}`,
  'client-retried': (actor, attempt) => `${actor} asks again (attempt ${attempt})`,
  'client-redirected': (actor, sequence) => `${actor} is sent to the leader (operation ${sequence})`,
  'client-gave-up': (actor, sequence) => `${actor} gives up: the outcome of operation ${sequence} is unknown`,
}

export function commandText(command: Command): string {
  if ('kind' in command) return command.kind
  switch (command.op) {
    case 'get':
    case 'delete':
      return `${command.op} ${command.key}`
    case 'put':
    case 'append':
      return `${command.op} ${command.key} ${command.value}`
    case 'cas':
      return `cas ${command.key} ${command.old ?? '(none)'} ${command.value}`
  }
}

export function resultText(command: Command | null, result: Result): string {
  if (result.kind === 'unknown') return 'unknown'
  if (result.kind === 'refused') return `refused: ${result.reason}`
  if (command !== null && 'op' in command && command.op === 'get') return result.value ?? '(nil)'
  return result.success ? (result.value ?? 'ok') : 'failed'
}

const entryText = (entry: Entry): string => `${entry.index}/${entry.term}`

function entriesText(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'none'
  const first = entries[0]!
  const last = entries[entries.length - 1]!
  const range = entries.length === 1 ? entryText(first) : `${entryText(first)} … ${entryText(last)}`
  const what =
    entries.length === 1 ? `: ${first.proposal === null ? 'empty' : commandText(first.proposal.operation)}` : ''
  return `${range} (index/term)${what}`
}

function messageText(message: Message): string {
  switch (message.kind) {
    case 'MsgApp':
      return message.entries.length === 0
        ? `AppendEntries term ${message.term}, probe behind ${message.index}`
        : `AppendEntries term ${message.term}, entries ${entriesText(message.entries)}`
    case 'MsgAppResp':
      return message.reject
        ? `AppendEntries rejected, term ${message.term}, try behind ${message.rejectHint}`
        : `AppendEntries accepted up to ${message.index}, term ${message.term}`
    case 'MsgHeartbeat':
      return `heartbeat term ${message.term}, commit ${message.commit}`
    case 'MsgHeartbeatResp':
      return `heartbeat reply, term ${message.term}`
    case 'MsgVote':
      return `RequestVote term ${message.term}, last log ${message.index}/${message.logTerm}`
    case 'MsgVoteResp':
      return `vote ${message.reject ? 'refused' : 'granted'}, term ${message.term}`
    case 'MsgPreVote':
      return `PreVote for term ${message.term}, last log ${message.index}/${message.logTerm}`
    case 'MsgPreVoteResp':
      return `pre-vote ${message.reject ? 'refused' : 'granted'}, term ${message.term}`
    case 'MsgSnap':
      return `InstallSnapshot term ${message.term}, up to ${message.snapshot.index}`
    case 'MsgStorageAppendResp':
      return `disk holds the log up to ${message.index}`
    case 'MsgClientRequest':
      return `request ${message.request}: ${commandText(message.operation)}`
    case 'MsgClientReply':
      return message.result.kind === 'redirect'
        ? `ask ${message.result.leader ?? 'another server'} instead`
        : message.result.kind === 'busy'
          ? 'busy: ask again later'
          : `answer to ${message.request}`
  }
}

function fields(message: Message): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(message)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => ({ name, value: fieldText(name, value) }))
}

function fieldText(name: string, value: unknown): string {
  if (name === 'entries') return entriesText(value as readonly Entry[])
  if (name === 'operation') return commandText(value as Operation)
  if (name === 'snapshot') {
    const { index, term } = value as { readonly index: number; readonly term: number }
    return `up to ${index}/${term} (index/term)`
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** Which rule of the paper decides, told from what the step really does. */
function rule(
  state: RaftState,
  message: Message,
  outcome: Transition,
): { readonly text: string; readonly source: string } {
  if (state.kind === 'client' || message.kind === 'MsgClientReply') {
    return { text: 'the client takes the answer, or asks the server it is sent to', source: 'Raft, 8' }
  }
  const mine = state.durable.term
  const theirs = 'term' in message ? message.term : mine
  const isPre = message.kind === 'MsgPreVote' || message.kind === 'MsgPreVoteResp'
  if (theirs > mine && !isPre) {
    return {
      text: `term ${theirs} is higher than ${mine}: adopt it and become a follower, then handle the message`,
      source: 'Raft, 5.1',
    }
  }
  if (theirs < mine && 'term' in message) {
    return {
      text: `term ${theirs} is lower than ${mine}: the message is stale and changes nothing here`,
      source: 'Raft, 5.1',
    }
  }
  const answered = outcome.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.message] : []))
  const refuses = answered.some((reply) => 'reject' in reply && reply.reject)
  switch (message.kind) {
    case 'MsgApp':
      return refuses
        ? {
            text: `entry ${message.index} of term ${message.logTerm} is not in the log: reject, with a hint`,
            source: 'Raft, 5.3',
          }
        : {
            text: `entry ${message.index} of term ${message.logTerm} matches: append what is missing, then answer`,
            source: 'Raft, 5.3',
          }
    case 'MsgAppResp':
      return message.reject
        ? { text: 'the follower lacks the entry before: go back to where both logs can agree', source: 'Raft, 5.3' }
        : {
            text: 'the follower holds it: advance matchIndex, commit if a majority holds an entry of this term',
            source: 'Raft, 5.3, 5.4.2',
          }
    case 'MsgHeartbeat':
      return { text: 'the leader lives: reset the election timer, take over its commit index', source: 'Raft, 5.2' }
    case 'MsgHeartbeatResp':
      return {
        text: 'the follower lives: it counts for CheckQuorum, and gets what it lacks',
        source: 'dissertation, 6.2',
      }
    case 'MsgVote':
    case 'MsgPreVote':
      return refuses
        ? {
            text: 'refused: voted already, a leader is heard, or the log of the candidate is behind',
            source: 'Raft, 5.2, 5.4.1',
          }
        : {
            text: 'granted: no other vote in this term, and the log of the candidate is at least as up-to-date',
            source: 'Raft, 5.2, 5.4.1',
          }
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      return { text: 'count the vote: a majority makes a leader', source: 'Raft, 5.2' }
    case 'MsgSnap':
      return { text: 'replace the log up to there, unless it holds the entry already', source: 'Raft, 7' }
    case 'MsgStorageAppendResp':
      return { text: 'the own disk holds it: the leader counts itself', source: 'dissertation, 10.2.1' }
    case 'MsgClientRequest':
      return state.kind === 'leader'
        ? { text: 'the leader appends it and sends it to everybody', source: 'Raft, 5.3' }
        : { text: 'not the leader: send the client there', source: 'Raft, 8' }
  }
}

const TIMERS: Record<Timer, string> = {
  election: 'election timeout',
  heartbeat: 'heartbeat is due',
  quorum: 'does a quorum still answer?',
  retry: 'request timeout',
}

const ETCD_ROLE = {
  follower: 'StateFollower',
  'pre-candidate': 'StatePreCandidate',
  candidate: 'StateCandidate',
  leader: 'StateLeader',
} as const

export const words: Words<RaftProtocol> = {
  note: (note, actor) => NOTES[note.kind](actor, note.value),
  message: messageText,
  timer: (timer) => TIMERS[timer],
  command: commandText,
  result: (result, command) => resultText(command, result),
  fields,
  rule,
  historyOp(command, result) {
    if (!('op' in command)) return null
    if (result?.kind === 'refused') return null
    const known = result?.kind === 'ok' ? result : null
    return {
      key: command.key,
      op: command.op,
      ...('value' in command ? { value: command.value } : {}),
      ...(command.op === 'cas' ? { old: command.old } : {}),
      ...(known !== null && command.op === 'get' ? { result: known.value, found: known.value !== null } : {}),
      ...(known !== null && command.op === 'cas' ? { ok: known.success } : known !== null ? { ok: true } : {}),
    }
  },
  traceState(state) {
    if (state.kind === 'client') return { role: 'client' }
    const { term, votedFor, log } = state.durable
    return {
      state: { term, vote: votedFor ?? '', commit: state.commit },
      role: ETCD_ROLE[state.kind],
      log: log.end - 1,
      conf: state.config.peers,
    }
  },
}
