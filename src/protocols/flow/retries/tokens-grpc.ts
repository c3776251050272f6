export interface GrpcTokensConfig {
  /** 1 to 1,000. */
  readonly maxTokens: number
  /** What an answer gives back, in thousandths of a token: gRPC keeps three decimals. */
  readonly ratioMilli: number
}

/** gRFC A6, the example of "Throttling Retry Attempts and Hedged RPCs". */
export const GRPC_TOKENS_DEFAULTS: GrpcTokensConfig = Object.freeze({ maxTokens: 10, ratioMilli: 100 })

export interface GrpcTokens {
  /** In thousandths. */
  readonly milliTokens: number
}

export const fullGrpcTokens = (config: GrpcTokensConfig): GrpcTokens => ({ milliTokens: config.maxTokens * 1_000 })

/** A failure that may be retried (or that forbids it) costs one token; everything else gives `ratio` back. */
export function grpcOutcome(config: GrpcTokensConfig, state: GrpcTokens, failed: boolean): GrpcTokens {
  const milliTokens = state.milliTokens + (failed ? -1_000 : config.ratioMilli)
  return { milliTokens: Math.max(0, Math.min(config.maxTokens * 1_000, milliTokens)) }
}

/** gRFC A6: retries are sent while more than half of the tokens are left. */
export const mayRetryGrpc = (config: GrpcTokensConfig, state: GrpcTokens): boolean =>
  state.milliTokens * 2 > config.maxTokens * 1_000
