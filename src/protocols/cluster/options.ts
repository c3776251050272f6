/**
 * The configuration of one node: what the model uses, typed; under their names in redis.conf (config.c of 7.0.15). Times
 * in milliseconds carry `Ms`, in seconds `S`.
 */
export interface Options {
  readonly nodeTimeoutMs: number
  readonly replicaValidityFactor: number
  readonly migrationBarrier: number
  readonly allowReplicaMigration: boolean
  readonly requireFullCoverage: boolean
  readonly allowReadsWhenDown: boolean
  readonly allowPubsubshardWhenDown: boolean
  readonly replicaNoFailover: boolean
  readonly announceHostname: string
  readonly preferredEndpointType: 'ip' | 'hostname' | 'unknown-endpoint'
  readonly replPingReplicaPeriodS: number
  readonly replTimeoutS: number
  readonly replBacklogSizeBytes: number
  readonly replBacklogTtlS: number
  readonly replDisklessSync: boolean
  readonly replDisklessSyncDelayS: number
  readonly replicaServeStaleData: boolean
  readonly replicaReadOnly: boolean
  readonly minReplicasToWrite: number
  readonly minReplicasMaxLagS: number
  /** Everything else that CONFIG SET accepts and CONFIG GET gives back, but that decides nothing here: by name. */
  readonly inert: Readonly<Record<string, string>>
}

/** The defaults of 7.0.15. */
export const DEFAULT_OPTIONS: Options = {
  nodeTimeoutMs: 15_000,
  replicaValidityFactor: 10,
  migrationBarrier: 1,
  allowReplicaMigration: true,
  requireFullCoverage: true,
  allowReadsWhenDown: false,
  allowPubsubshardWhenDown: true,
  replicaNoFailover: false,
  announceHostname: '',
  preferredEndpointType: 'ip',
  replPingReplicaPeriodS: 10,
  replTimeoutS: 60,
  replBacklogSizeBytes: 1_048_576,
  replBacklogTtlS: 3600,
  replDisklessSync: true,
  replDisklessSyncDelayS: 5,
  replicaServeStaleData: true,
  replicaReadOnly: true,
  minReplicasToWrite: 0,
  minReplicasMaxLagS: 10,
  inert: {},
}
