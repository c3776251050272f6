/**
 * Semantic trace points of a node, in words like those of Redis' log. `value`: the client port of the node concerned
 * (ports are unique), or an epoch, an offset, a slot, as the comment says.
 */
export const NOTE_KINDS = [
  /** Port of the node. */
  'pfail',
  'pfail-cleared',
  /** Port: this node reached the quorum itself. */
  'fail',
  /** Port: it was told. */
  'fail-received',
  'fail-cleared',
  /** Port: MEET began, its handshake ended, it was learned by gossip, forgotten. */
  'meet',
  'handshake-done',
  'node-added',
  'node-forgotten',
  /** Cluster state as this node sees it; value: slots it covers. */
  'state-ok',
  'state-fail',
  /** Milliseconds until the election starts. */
  'election-scheduled',
  /** Rank. */
  'election-delayed',
  /** Epoch. */
  'election-started',
  'election-won',
  'election-expired',
  /** Port of the candidate. */
  'vote-granted',
  'vote-denied',
  /** Data age in seconds. */
  'election-invalid',
  /** Epoch of the new claim. */
  'config-epoch',
  'epoch-collision',
  /** Port of the new master. */
  'became-replica',
  /** Epoch. */
  'became-master',
  'takeover',
  /** Port of the replica (on a master), of the master (on a replica). */
  'manual-failover-started',
  'manual-failover-ready',
  'manual-failover-aborted',
  /** Port of the orphaned master. */
  'replica-migrated',
  /** Slot. */
  'slot-migrating',
  'slot-importing',
  'slot-assigned',
  'slot-stable',
  /** Number of slots that changed hands, of keys that were dropped with them. */
  'slots-taken',
  'keys-dropped',
  'update-sent',
  'update-received',
  /** Port of the other side. */
  'link-lost',
  'master-link-up',
  'master-link-down',
  'replica-attached',
  'replica-lost',
  /** Offset. */
  'full-resync',
  'partial-resync',
  'resync-refused',
  'keys-migrated',
  /** Client: attempts. */
  'client-redirected',
  'client-refreshed',
  'client-gave-up',
] as const
export type NoteKind = (typeof NOTE_KINDS)[number]
