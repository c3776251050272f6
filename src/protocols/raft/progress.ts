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

// Objects are built field by field: a spread costs ten times as much, and this is the path of every append.

function probe(match: Index, next: Index, recentActive: boolean, sentCommit: Index, paused: boolean): Probe {
  return { kind: 'probe', match, next, recentActive, sentCommit, paused }
}

function replicate(
  of: Progress,
  next: Index,
  sentCommit: Index,
  inflight: readonly Index[],
  paused: boolean,
): Replicate {
  return { kind: 'replicate', match: of.match, next, recentActive: of.recentActive, sentCommit, inflight, paused }
}

/** At the beginning of a leadership nothing is known: start behind the last entry that was there before. */
export function initialProgress(next: Index): Probe {
  return probe(0, next, false, 0, false)
}

/** A leader's progress about itself: `match` is what its own disk holds, as soon as that is confirmed. */
export function ownProgress(next: Index): Replicate {
  return { kind: 'replicate', match: 0, next, recentActive: true, sentCommit: 0, inflight: NOTHING, paused: false }
}

export function isPaused(progress: Progress): boolean {
  return progress.kind === 'snapshot' || progress.paused
}

/** Notes a sign of life (`true`), or begins to wait for the next one (`false`). */
export function withActivity(progress: Progress, recentActive: boolean): Progress {
  if (progress.recentActive === recentActive) return progress
  const { match, next, sentCommit } = progress
  switch (progress.kind) {
    case 'probe':
      return probe(match, next, recentActive, sentCommit, progress.paused)
    case 'replicate':
      return {
        kind: 'replicate',
        match,
        next,
        recentActive,
        sentCommit,
        inflight: progress.inflight,
        paused: progress.paused,
      }
    case 'snapshot':
      return { ...progress, recentActive }
  }
}

/** A sign of life allows one more append, even when those on their way fill the limit (they may all be lost). */
export function unpause(progress: Progress): Progress {
  return progress.kind !== 'snapshot' && progress.paused ? { ...progress, paused: false } : progress
}

export function toProbe(progress: Progress): Probe {
  const next = progress.match + 1
  return probe(progress.match, next, progress.recentActive, Math.min(progress.sentCommit, next - 1), false)
}

export function toReplicate(progress: Progress): Replicate {
  return replicate(progress, progress.match + 1, progress.sentCommit, NOTHING, false)
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
      return probe(progress.match, progress.next, progress.recentActive, sentCommit, progress.paused || count > 0)
    case 'replicate': {
      const next = progress.next + count
      const inflight = count > 0 ? [...progress.inflight, next - 1] : progress.inflight
      return replicate(progress, next, sentCommit, inflight, inflight.length >= maxInflight)
    }
    case 'snapshot':
      return progress
  }
}

/** After the follower, heard right now, confirmed everything up to `index`. */
export function acknowledged(progress: Progress, index: Index): Progress {
  const { sentCommit } = progress
  const match = Math.max(progress.match, index)
  const next = Math.max(progress.next, match + 1)
  switch (progress.kind) {
    case 'probe':
      return probe(match, next, true, sentCommit, false)
    case 'replicate': {
      const inflight = freeUpTo(progress.inflight, match)
      return { kind: 'replicate', match, next, recentActive: true, sentCommit, inflight, paused: false }
    }
    case 'snapshot':
      return { ...progress, match, next, recentActive: true }
  }
}

/** The appends on their way without those that a confirmation of `index` answers. */
function freeUpTo(inflight: readonly Index[], index: Index): readonly Index[] {
  let first = 0
  while (first < inflight.length && inflight[first]! <= index) first++
  if (first === 0) return inflight
  return first === inflight.length ? NOTHING : inflight.slice(first)
}

/**
 * After the follower rejected an append behind `rejected` and named `hint` as the highest index where the logs may
 * agree. Null: an old rejection that says nothing new.
 */
export function retreat(progress: Progress, rejected: Index, hint: Index): Probe | null {
  if (progress.kind === 'replicate') return rejected <= progress.match ? null : toProbe(progress)
  if (progress.kind === 'snapshot' || progress.next - 1 !== rejected) return null
  const next = Math.max(Math.min(rejected, hint + 1), progress.match + 1)
  return probe(progress.match, next, progress.recentActive, Math.min(progress.sentCommit, next - 1), false)
}

/** Whether telling `commit` now would be news that the follower can use. */
export function canBumpCommit(progress: Progress, commit: Index): boolean {
  return commit > progress.sentCommit && progress.sentCommit < progress.next - 1
}
