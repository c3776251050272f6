import { unreachable } from '../../../base/assert.ts'
import { type AwsBucket, type AwsFailure, awsRefund, awsWithdraw, fullAwsBucket } from '../retries/bucket-aws.ts'
import { type EnvoyLoad, mayRetryEnvoy } from '../retries/budget-envoy.ts'
import { type FinagleBudget, finagleDeposit, finagleWithdraw, initialFinagleBudget } from '../retries/budget-finagle.ts'
import { fullGrpcTokens, type GrpcTokens, grpcOutcome, mayRetryGrpc } from '../retries/tokens-grpc.ts'
import type { Step } from '../step.ts'
import { chosen } from './chosen.ts'
import type { RetryBudget } from './settings.ts'

/** All retry budgets behind one face. Envoy's is a share of what is in flight: it remembers nothing. */
export type BudgetState =
  | { readonly kind: 'none' }
  | { readonly kind: 'finagle'; readonly inner: FinagleBudget }
  | { readonly kind: 'envoy' }
  | { readonly kind: 'grpc'; readonly inner: GrpcTokens }
  | { readonly kind: 'aws'; readonly inner: AwsBucket }

/** Why an attempt failed. */
export type RetryFailure = 'timeout' | 'refused'

/** A retry that is asked for. */
export interface RetryWish extends EnvoyLoad {
  readonly failure: RetryFailure
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly succeeded: boolean
  /** The failure that had made this attempt necessary. Null: it was the first. */
  readonly retryOf: RetryFailure | null
}

export function budgetStart(choice: RetryBudget): BudgetState {
  switch (choice.kind) {
    case 'none':
      return choice
    case 'finagle':
      return { kind: 'finagle', inner: initialFinagleBudget }
    case 'envoy':
      return { kind: 'envoy' }
    case 'grpc':
      return { kind: 'grpc', inner: fullGrpcTokens(choice.config) }
    case 'aws':
      return { kind: 'aws', inner: fullAwsBucket(choice.config) }
    default:
      return unreachable(choice)
  }
}

/** A request was made at `nowUs`: its first attempt. Finagle's deposit. */
export function budgetRequest(choice: RetryBudget, state: BudgetState, nowUs: number): BudgetState {
  if (state.kind !== 'finagle') return state
  return { kind: 'finagle', inner: finagleDeposit(chosen(choice, state.kind).config, state.inner, nowUs) }
}

/** May a retry be made? A yes is paid for. Tell {@link budgetOutcome} of the failure first: gRPC asks in this order. */
export function budgetWithdraw(
  choice: RetryBudget,
  state: BudgetState,
  wish: RetryWish,
  nowUs: number,
): Step<BudgetState, boolean> {
  switch (state.kind) {
    case 'none':
      return { state, outcome: true }
    case 'finagle': {
      const paid = finagleWithdraw(chosen(choice, state.kind).config, state.inner, nowUs)
      return { state: { kind: 'finagle', inner: paid.state }, outcome: paid.outcome }
    }
    case 'envoy':
      return { state, outcome: mayRetryEnvoy(chosen(choice, state.kind).config, wish) }
    case 'grpc':
      return { state, outcome: mayRetryGrpc(chosen(choice, state.kind).config, state.inner) }
    case 'aws': {
      const { config } = chosen(choice, state.kind)
      const paid = awsWithdraw(config, state.inner, awsFailure(wish.failure), wish.attempt)
      return { state: { kind: 'aws', inner: paid.state }, outcome: paid.outcome }
    }
    default:
      return unreachable(state)
  }
}

/** An attempt has ended: gRPC's tokens, and what AWS gives back for a success. */
export function budgetOutcome(choice: RetryBudget, state: BudgetState, end: AttemptEnd): BudgetState {
  switch (state.kind) {
    case 'none':
    case 'finagle':
    case 'envoy':
      return state
    case 'grpc':
      return { kind: 'grpc', inner: grpcOutcome(chosen(choice, state.kind).config, state.inner, !end.succeeded) }
    case 'aws': {
      if (!end.succeeded) return state
      const { config } = chosen(choice, state.kind)
      return { kind: 'aws', inner: awsRefund(config, state.inner, end.retryOf && awsFailure(end.retryOf)) }
    }
    default:
      return unreachable(state)
  }
}

/** A stage refuses with a 503, which is transient for AWS SDKs (their throttling errors have names of their own). */
const awsFailure = (failure: RetryFailure): AwsFailure => (failure === 'timeout' ? 'timeout' : 'transient')
