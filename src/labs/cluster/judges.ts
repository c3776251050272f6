import type { Invariant } from '../../machine/invariant.ts'
import type { ClusterProtocol } from '../../protocols/cluster/state.ts'

/** The rules that are watched in this lab. */
export const invariants: readonly Invariant<ClusterProtocol>[] = []
