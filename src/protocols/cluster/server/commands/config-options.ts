import type { Bytes } from '../../bytes.ts'
import type { Options } from '../../options.ts'

/** What values an option takes. Numbers are 64 bit, hence bigint. */
export type OptionKind =
  | { readonly type: 'immutable' | 'protected' | 'bool' | 'percent' | 'string' }
  | { readonly type: 'int' | 'memory'; readonly min: bigint; readonly max: bigint }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  /** Checked by rules of its own: its name. */
  | { readonly type: 'special'; readonly rule: string }

/** A configuration option of 7.0.15. */
export interface ConfigOption {
  readonly name: string
  /** The name with `slave` or `ziplist` that it had before. */
  readonly alias: string | null
  readonly kind: OptionKind
  readonly initial: string
  /** Patterns of CONFIG GET do not find it: it is for tests of the server. */
  readonly hidden: boolean
}

/** One option a line: name, older name, kind, default of 7.0.15 (but for enable-debug-command: DEBUG is open here). */
const TABLE = `
acl-pubsub-default|-|enum allchannels resetchannels|resetchannels
aclfile|-|immutable|
acllog-max-len|-|int 0 9223372036854775807|128
active-defrag-cycle-max|-|int 1 99|25
active-defrag-cycle-min|-|int 1 99|1
active-defrag-ignore-bytes|-|memory 1|104857600
active-defrag-max-scan-fields|-|int 1 9223372036854775807|1000
active-defrag-threshold-lower|-|int 0 1000|10
active-defrag-threshold-upper|-|int 0 1000|100
active-expire-effort|-|int 1 10|1
activedefrag|-|bool|no
activerehashing|-|bool|yes
always-show-logo|-|immutable|no
aof-disable-auto-gc|-|bool|no
aof-load-truncated|-|bool|yes
aof-rewrite-incremental-fsync|-|bool|yes
aof-timestamp-enabled|-|bool|no
aof-use-rdb-preamble|-|bool|yes
aof_rewrite_cpulist|-|immutable|
appenddirname|-|immutable|appendonlydir
appendfilename|-|immutable|appendonly.aof
appendfsync|-|enum everysec always no|everysec
appendonly|-|bool|no
auto-aof-rewrite-min-size|-|memory 0|67108864
auto-aof-rewrite-percentage|-|int 0 2147483647|100
bgsave_cpulist|-|immutable|
bind|-|bind|* -::*
bind-source-addr|-|string|
bio_cpulist|-|immutable|
busy-reply-threshold|lua-time-limit|int 0 9223372036854775807|5000
client-output-buffer-limit|-|client-output-buffer-limit|normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
client-query-buffer-limit|-|memory 1048576|1073741824
cluster-allow-pubsubshard-when-down|-|bool|yes
cluster-allow-reads-when-down|-|bool|no
cluster-allow-replica-migration|-|bool|yes
cluster-announce-bus-port|-|int 0 65535|0
cluster-announce-hostname|-|string|
cluster-announce-ip|-|string|
cluster-announce-port|-|int 0 65535|0
cluster-announce-tls-port|-|int 0 65535|0
cluster-config-file|-|immutable|nodes.conf
cluster-enabled|-|immutable|yes
cluster-link-sendbuf-limit|-|memory 0 u|0
cluster-migration-barrier|-|int 0 2147483647|1
cluster-node-timeout|-|int 0 9223372036854775807|15000
cluster-port|-|immutable|0
cluster-preferred-endpoint-type|-|enum ip hostname unknown-endpoint|ip
cluster-replica-no-failover|cluster-slave-no-failover|bool|no
cluster-replica-validity-factor|cluster-slave-validity-factor|int 0 2147483647|10
cluster-require-full-coverage|-|bool|yes
crash-log-enabled|-|bool|yes
crash-memcheck-enabled|-|bool|yes
daemonize|-|immutable|no
databases|-|immutable|16
dbfilename|-|protected|dump.rdb
dir|-|protected|/
disable-thp|-|immutable|yes
dynamic-hz|-|bool|yes
enable-debug-command|-|immutable|yes
enable-module-command|-|immutable|no
enable-protected-configs|-|immutable|no
hash-max-listpack-entries|hash-max-ziplist-entries|int 0 9223372036854775807|512
hash-max-listpack-value|hash-max-ziplist-value|memory 0|64
hll-sparse-max-bytes|-|memory 0|3000
hz|-|int 0 2147483647|10
ignore-warnings|-|string|
io-threads|-|immutable|1
io-threads-do-reads|-|immutable|no
jemalloc-bg-thread|-|bool|yes
latency-monitor-threshold|-|int 0 9223372036854775807|0
latency-tracking|-|bool|yes
latency-tracking-info-percentiles|-|latency-tracking-info-percentiles|50 99 99.9
lazyfree-lazy-eviction|-|bool|no
lazyfree-lazy-expire|-|bool|no
lazyfree-lazy-server-del|-|bool|no
lazyfree-lazy-user-del|-|bool|no
lazyfree-lazy-user-flush|-|bool|no
lfu-decay-time|-|int 0 2147483647|1
lfu-log-factor|-|int 0 2147483647|10
list-compress-depth|-|int 0 2147483647|0
list-max-listpack-size|list-max-ziplist-size|int -2147483648 2147483647|-2
logfile|-|immutable|
loglevel|-|enum debug verbose notice warning|notice
masterauth|-|string|
masteruser|-|string|
maxclients|-|int 1 4294967295|10000
maxmemory|-|memory 0 u|0
maxmemory-clients|-|percent|0
maxmemory-eviction-tenacity|-|int 0 100|10
maxmemory-policy|-|enum volatile-lru volatile-lfu volatile-random volatile-ttl allkeys-lru allkeys-lfu allkeys-random noeviction|noeviction
maxmemory-samples|-|int 1 2147483647|5
min-replicas-max-lag|min-slaves-max-lag|int 0 2147483647|10
min-replicas-to-write|min-slaves-to-write|int 0 2147483647|0
no-appendfsync-on-rewrite|-|bool|no
notify-keyspace-events|-|notify-keyspace-events|
oom-score-adj|-|enum no yes relative absolute|no
oom-score-adj-values|-|oom-score-adj-values|0 200 800
pidfile|-|immutable|
port|-|int 0 65535|6379
proc-title-template|-|string|{title} {listen-addr} {server-mode}
propagation-error-behavior|-|enum ignore panic panic-on-replicas|ignore
protected-mode|-|bool|yes
proto-max-bulk-len|-|memory 1048576|536870912
rdb-del-sync-files|-|bool|no
rdb-save-incremental-fsync|-|bool|yes
rdbchecksum|-|immutable|yes
rdbcompression|-|bool|yes
repl-backlog-size|-|memory 1|1048576
repl-backlog-ttl|-|int 0 9223372036854775807|3600
repl-disable-tcp-nodelay|-|bool|no
repl-diskless-load|-|enum disabled on-empty-db swapdb|disabled
repl-diskless-sync|-|bool|yes
repl-diskless-sync-delay|-|int 0 2147483647|5
repl-diskless-sync-max-replicas|-|int 0 2147483647|0
repl-ping-replica-period|repl-ping-slave-period|int 1 2147483647|10
repl-timeout|-|int 1 2147483647|60
replica-announce-ip|slave-announce-ip|string|
replica-announce-port|slave-announce-port|int 0 65535|0
replica-announced|-|bool|yes
replica-ignore-disk-write-errors|-|bool|no
replica-ignore-maxmemory|slave-ignore-maxmemory|bool|yes
replica-lazy-flush|slave-lazy-flush|bool|no
replica-priority|slave-priority|int 0 2147483647|100
replica-read-only|slave-read-only|bool|yes
replica-serve-stale-data|slave-serve-stale-data|bool|yes
replicaof|slaveof|immutable|
requirepass|-|string|
sanitize-dump-payload|-|enum no yes clients|no
save|-|save|3600 1 300 100 60 10000
server_cpulist|-|immutable|
set-max-intset-entries|-|int 0 9223372036854775807|512
set-proc-title|-|immutable|yes
shutdown-on-sigint|-|enum default save nosave now force|default
shutdown-on-sigterm|-|enum default save nosave now force|default
shutdown-timeout|-|int 0 2147483647|10
slowlog-log-slower-than|-|int -1 9223372036854775807|10000
slowlog-max-len|-|int 0 9223372036854775807|128
socket-mark-id|-|immutable|0
stop-writes-on-bgsave-error|-|bool|yes
stream-node-max-bytes|-|memory 0|4096
stream-node-max-entries|-|int 0 9223372036854775807|100
supervised|-|immutable|no
syslog-enabled|-|immutable|no
syslog-facility|-|immutable|local0
syslog-ident|-|immutable|redis
tcp-backlog|-|immutable|511
tcp-keepalive|-|int 0 2147483647|300
timeout|-|int 0 2147483647|0
tls-auth-clients|-|enum no yes optional|yes
tls-ca-cert-dir|-|string|
tls-ca-cert-file|-|string|
tls-cert-file|-|string|
tls-ciphers|-|string|
tls-ciphersuites|-|string|
tls-client-cert-file|-|string|
tls-client-key-file|-|string|
tls-client-key-file-pass|-|string|
tls-cluster|-|bool|no
tls-dh-params-file|-|string|
tls-key-file|-|string|
tls-key-file-pass|-|string|
tls-port|-|int 0 65535|0
tls-prefer-server-ciphers|-|bool|no
tls-protocols|-|string|
tls-replication|-|bool|no
tls-session-cache-size|-|int 0 2147483647|20480
tls-session-cache-timeout|-|int 0 2147483647|300
tls-session-caching|-|bool|yes
tracking-table-max-keys|-|int 0 9223372036854775807|1000000
unixsocket|-|immutable|
unixsocketperm|-|immutable|0
zset-max-listpack-entries|zset-max-ziplist-entries|int 0 9223372036854775807|128
zset-max-listpack-value|zset-max-ziplist-value|memory 0|64
`

const HIDDEN = `
key-load-delay|-|int 0 2147483647|0
rdb-key-save-delay|-|int 0 2147483647|0
loading-process-events-interval-bytes|-|int 1024 2147483647|2097152
watchdog-period|-|int 0 2147483647|0
`

const SIGNED_MAX = (1n << 63n) - 1n
const UNSIGNED_MAX = (1n << 64n) - 1n

function kindOf(text: string): OptionKind {
  const [type, ...rest] = text.split(' ') as [string, ...string[]]
  switch (type) {
    case 'immutable':
    case 'protected':
    case 'bool':
    case 'percent':
    case 'string':
      return { type }
    case 'int':
      return { type, min: BigInt(rest[0]!), max: BigInt(rest[1]!) }
    case 'memory':
      return { type, min: BigInt(rest[0]!), max: rest[1] === 'u' ? UNSIGNED_MAX : SIGNED_MAX }
    case 'enum':
      return { type, values: rest }
    default:
      return { type: 'special', rule: type }
  }
}

const optionsOf = (table: string, hidden: boolean): ConfigOption[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [name, alias, kind, initial] = line.split('|') as [string, string, string, string]
      return { name, alias: alias === '-' ? null : alias, kind: kindOf(kind), initial, hidden }
    })

/** All options: those of the documentation ordered by name, then the hidden ones. */
export const CONFIG_OPTIONS: readonly ConfigOption[] = [...optionsOf(TABLE, false), ...optionsOf(HIDDEN, true)]

const BY_NAME: ReadonlyMap<string, ConfigOption> = new Map(
  CONFIG_OPTIONS.flatMap((option) =>
    [option.name, option.alias].flatMap((name) => (name === null ? [] : [[name, option] as const])),
  ),
)

/** An option by either of its names, in lower case. */
export function optionOf(name: string): ConfigOption | undefined {
  return BY_NAME.get(name)
}

/** How an option lives in {@link Options}. `write` gets a value that was checked and normalized. */
interface Binding {
  readonly read: (options: Options) => string
  readonly write: (options: Options, value: string) => Options
}

type KeyOf<V> = { readonly [K in keyof Options]: Options[K] extends V ? K : never }[keyof Options]

const flag = (key: KeyOf<boolean>): Binding => ({
  read: (options) => (options[key] ? 'yes' : 'no'),
  write: (options, value) => ({ ...options, [key]: value === 'yes' }),
})
const count = (key: KeyOf<number>): Binding => ({
  read: (options) => String(options[key]),
  write: (options, value) => ({ ...options, [key]: Number(value) }),
})

/** The smallest backlog that the server makes (CONFIG_REPL_BACKLOG_MIN_SIZE). */
const BACKLOG_MIN_BYTES = 16_384

const MODELLED: Readonly<Record<string, Binding>> = {
  'cluster-node-timeout': count('nodeTimeoutMs'),
  'cluster-replica-validity-factor': count('replicaValidityFactor'),
  'cluster-migration-barrier': count('migrationBarrier'),
  'cluster-allow-replica-migration': flag('allowReplicaMigration'),
  'cluster-require-full-coverage': flag('requireFullCoverage'),
  'cluster-allow-reads-when-down': flag('allowReadsWhenDown'),
  'cluster-allow-pubsubshard-when-down': flag('allowPubsubshardWhenDown'),
  'cluster-replica-no-failover': flag('replicaNoFailover'),
  'cluster-announce-hostname': {
    read: (options) => options.announceHostname,
    write: (options, value) => ({ ...options, announceHostname: value }),
  },
  'cluster-preferred-endpoint-type': {
    read: (options) => options.preferredEndpointType,
    write: (options, value) => ({ ...options, preferredEndpointType: value as Options['preferredEndpointType'] }),
  },
  'repl-ping-replica-period': count('replPingReplicaPeriodS'),
  'repl-timeout': count('replTimeoutS'),
  'repl-backlog-size': {
    read: (options) => String(options.replBacklogSizeBytes),
    write: (options, value) => ({ ...options, replBacklogSizeBytes: Math.max(BACKLOG_MIN_BYTES, Number(value)) }),
  },
  'repl-backlog-ttl': count('replBacklogTtlS'),
  'repl-diskless-sync': flag('replDisklessSync'),
  'repl-diskless-sync-delay': count('replDisklessSyncDelayS'),
  'replica-serve-stale-data': flag('replicaServeStaleData'),
  'replica-read-only': flag('replicaReadOnly'),
  'min-replicas-to-write': count('minReplicasToWrite'),
  'min-replicas-max-lag': count('minReplicasMaxLagS'),
}

/** The value of an option, as CONFIG GET gives it. */
export function readOption(options: Options, option: ConfigOption): Bytes {
  const binding = Object.hasOwn(MODELLED, option.name) ? MODELLED[option.name] : undefined
  return binding === undefined ? (options.inert[option.name] ?? option.initial) : binding.read(options)
}

/** The options with a value that {@link parseOption} gave. */
export function writeOption(options: Options, option: ConfigOption, value: string): Options {
  const binding = Object.hasOwn(MODELLED, option.name) ? MODELLED[option.name] : undefined
  if (binding !== undefined) return binding.write(options, value)
  return { ...options, inert: { ...options.inert, [option.name]: value } }
}
