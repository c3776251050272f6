import type { ActorTable } from '../../engine/api.ts'

/** What the Raft lab's worker and its view agree on. Plain data. */

export const ROLES = ['follower', 'pre-candidate', 'candidate', 'leader', 'client'] as const
export type RoleName = (typeof ROLES)[number]

/** Order of the message kinds in frames and traces. */
export const MESSAGE_KINDS = [
  'MsgApp',
  'MsgAppResp',
  'MsgHeartbeat',
  'MsgHeartbeatResp',
  'MsgVote',
  'MsgVoteResp',
  'MsgPreVote',
  'MsgPreVoteResp',
  'MsgSnap',
  'MsgClientRequest',
  'MsgClientReply',
  'MsgStorageAppendResp',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** A lane's phase packs status, role and term: `status + 4 * (role + 8 * term)`. */
export function phaseOf(status: number, role: number, term: number): number {
  return status + 4 * (role + 8 * term)
}

export function readPhase(phase: number): { readonly status: number; readonly role: number; readonly term: number } {
  const rest = Math.floor(phase / 4)
  return { status: phase % 4, role: rest % 8, term: Math.floor(rest / 8) }
}

/** The slow part of the picture: tables and texts. */
export interface RaftView {
  readonly nodes: readonly NodeView[]
  readonly clients: readonly ClientView[]
  /** The selected actor in full; null when nothing (or a message) is selected. */
  readonly selected: ActorTable | null
}

export interface NodeView {
  readonly name: string
  readonly status: 'up' | 'paused' | 'down'
  readonly role: RoleName
  readonly term: number
  readonly commitIndex: number
  readonly lastIndex: number
  readonly leader: string | null
}

export interface ClientView {
  readonly name: string
  /** The operation under way: `put x 3`; null when idle. */
  readonly open: string | null
  /** Waiting behind it. */
  readonly queued: number
  /** The server that it is asking now. */
  readonly server: string | null
  readonly attempts: number
  /** The last answer: `get x -> 2`. */
  readonly last: string | null
  readonly ratePerSecond: number
}
