import type { Micros } from '../../base/brand.ts'
import type { Index } from './types.ts'

/** What a leader knows of one follower, and how it may talk to it (etcd's tracker.Progress). Pure transitions. */
export type Progress = Probe | Replicate | SnapshotTransfer

interface Common {
  /** The follower's log is known to equal the leader's up to here, durably. */
  readonly match: Index
  /** The first index of the next append. */
  readonly next: Index
  /** Heard of since the last CheckQuorum. */
  readonly recentActive: boolean
  /** The highest commit index that was sent to it. */
  readonly sentCommit: Index
}

/** Where the logs agree is unknown: one append at a time. */
export interface Probe extends Common {
  readonly kind: 'probe'
  /** A probe is on its way: wait for its answer or the next heartbeat response. */
  readonly paused: boolean
}

/** Agreed: appends are sent ahead of their answers. */
export interface Replicate extends Common {
  readonly kind: 'replicate'
  /** The last index of each append on its way, ascending; at most `maxInflight`. */
  readonly inflight: readonly Index[]
  readonly paused: boolean
}

/** The log no longer holds what the follower needs: a snapshot is on its way, nothing else is sent. */
export interface SnapshotTransfer extends Common {
  readonly kind: 'snapshot'
  readonly pending: Index
  /** Local time of sending: a snapshot that stays unanswered is sent again. */
  readonly since: Micros
}

const NOTHING: readonly Index[] = []

/** At the beginning of a leadership nothing is known: start behind the last entry that was there before. */
export function initialProgress(next: Index): Probe {
  return { kind: 'probe', match: 0, next, recentActive: false, sentCommit: 0, paused: false }
}

/** A leader's progress about itself: `match` is what its own disk holds, as soon as that is confirmed. */
export function ownProgress(next: Index): Replicate {
  return { kind: 'replicate', match: 0, next, recentActive: true, sentCommit: 0, inflight: NOTHING, paused: false }
}

export function isPaused(progress: Progress): boolean {
  return progress.kind === 'snapshot' || progress.paused
}

export function asActive(progress: Progress): Progress {
  return progress.recentActive ? progress : { ...progress, recentActive: true }
}

export function asSilent(progress: Progress): Progress {
  return progress.recentActive ? { ...progress, recentActive: false } : progress
}

/** A sign of life allows one more append, even when those on their way fill the limit (they may all be lost). */
export function unpause(progress: Progress): Progress {
  return progress.kind !== 'snapshot' && progress.paused ? { ...progress, paused: false } : progress
}

export function toProbe(progress: Progress): Probe {
  const next = progress.match + 1
  return {
    kind: 'probe',
    match: progress.match,
    next,
    recentActive: progress.recentActive,
    sentCommit: Math.min(progress.sentCommit, next - 1),
    paused: false,
  }
}

export function toReplicate(progress: Progress): Replicate {
  const { match, recentActive, sentCommit } = progress
  return { kind: 'replicate', match, next: match + 1, recentActive, sentCommit, inflight: NOTHING, paused: false }
}

export function toSnapshot(progress: Progress, pending: Index, since: Micros): SnapshotTransfer {
  const { match, recentActive } = progress
  return { kind: 'snapshot', match, next: pending + 1, recentActive, sentCommit: pending, pending, since }
}

/** After an append of `count` entries was sent. */
export function sent(progress: Progress, count: number, commit: Index, maxInflight: number): Progress {
  const sentCommit = Math.max(progress.sentCommit, commit)
  switch (progress.kind) {
    case 'probe':
      return { ...progress, sentCommit, paused: progress.paused || count > 0 }
    case 'replicate': {
      const next = progress.next + count
      const inflight = count > 0 ? [...progress.inflight, next - 1] : progress.inflight
      return { ...progress, next, sentCommit, inflight, paused: inflight.length >= maxInflight }
    }
    case 'snapshot':
      return progress
  }
}

/** After the follower confirmed everything up to `index`, which is above `match` or answers a probe. */
export function acknowledged(progress: Progress, index: Index): Progress {
  const match = Math.max(progress.match, index)
  const next = Math.max(progress.next, match + 1)
  if (progress.kind === 'snapshot') return { ...progress, match, next }
  if (progress.kind === 'probe') return { ...progress, match, next, paused: false }
  return { ...progress, match, next, inflight: freeUpTo(progress.inflight, match), paused: false }
}

function freeUpTo(inflight: readonly Index[], index: Index): readonly Index[] {
  const first = inflight.findIndex((last) => last > index)
  if (first === 0) return inflight
  return first < 0 ? NOTHING : inflight.slice(first)
}

/**
 * After the follower rejected an append behind `rejected` and named `hint` as the highest index where the logs may
 * agree. Null: an old rejection that says nothing new.
 */
export function retreat(progress: Progress, rejected: Index, hint: Index): Probe | null {
  if (progress.kind === 'replicate') return rejected <= progress.match ? null : toProbe(progress)
  if (progress.kind === 'snapshot' || progress.next - 1 !== rejected) return null
  const next = Math.max(Math.min(rejected, hint + 1), progress.match + 1)
  return { ...progress, next, sentCommit: Math.min(progress.sentCommit, next - 1), paused: false }
}

/** Whether telling `commit` now would be news that the follower can use. */
export function canBumpCommit(progress: Progress, commit: Index): boolean {
  return commit > progress.sentCommit && progress.sentCommit < progress.next - 1
}
