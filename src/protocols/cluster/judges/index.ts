import type { Invariant } from '../../../machine/invariant.ts'
import type { ClusterProtocol } from '../state.ts'
import { movedMeansMoved, waitIsTrue } from './answers.ts'
import { coverageReturns } from './coverage.ts'
import { electedByMajority, oneVote, oneWinner } from './elections.ts'
import { epochsDiffer, slotsHaveOneOwner } from './ownership.ts'

/** The judges of the cluster, in the order in which people read them. */
export const clusterInvariants: readonly Invariant<ClusterProtocol>[] = [
  oneWinner,
  electedByMajority,
  oneVote,
  epochsDiffer,
  slotsHaveOneOwner,
  movedMeansMoved,
  waitIsTrue,
  coverageReturns,
] as readonly Invariant<ClusterProtocol>[]
