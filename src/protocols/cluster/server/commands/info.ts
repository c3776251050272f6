import type { Bytes } from '../../bytes.ts'
import { type CommandSpec, serverCommand } from '../../commands/types.ts'
import { verbatim } from '../../reply.ts'
import type { Turn } from '../../turn.ts'
import { blockedSessions } from '../blocking.ts'
import { VERSION } from './connection.ts'
import { type Field, replicationFields } from './info-replication.ts'

/** Fields that are the same for every node, as `name:value` lines: what is not modelled stands still. */
const constant = (text: string): Field[] =>
  text
    .trim()
    .split(/\s+/)
    .map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1)]
    })

const MEBI = 1_048_576
const GIBI = 1_073_741_824

/** `1.53M`, as bytesToHuman writes it. */
function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`
  if (bytes < MEBI) return `${(bytes / 1024).toFixed(2)}K`
  return bytes < GIBI ? `${(bytes / MEBI).toFixed(2)}M` : `${(bytes / GIBI).toFixed(2)}G`
}

const DAY_S = 86_400

function serverFields(turn: Turn): Field[] {
  const { config, nowMs, stats } = turn
  const upS = Math.max(0, Math.floor((nowMs - stats.startMs) / 1000))
  const hz = turn.options.inert.hz ?? 10
  return [
    ['redis_version', VERSION],
    ...constant('redis_git_sha1:00000000 redis_git_dirty:0 redis_build_id:0 redis_mode:cluster'),
    ['os', 'Ballast'],
    ['arch_bits', 64],
    ['monotonic_clock', 'simulated'],
    ...constant('multiplexing_api:none atomicvar_api:none gcc_version:0.0.0'),
    ['process_id', config.port],
    ['process_supervised', 'no'],
    ['run_id', (stats.startMs.toString(16) + turn.cluster.myself).slice(0, 40)],
    ['tcp_port', config.port],
    ['server_time_usec', nowMs * 1000],
    ['uptime_in_seconds', upS],
    ['uptime_in_days', Math.floor(upS / DAY_S)],
    ['hz', hz],
    ['configured_hz', hz],
    ['lru_clock', Math.floor(nowMs / 1000) & 0xff_ffff],
    ['executable', ''],
    ['config_file', ''],
    ['io_threads_active', 0],
  ]
}

function clientFields(turn: Turn): Field[] {
  const peers = turn.cluster.peers.all()
  const links = peers.reduce((sum, { link, inbound }) => sum + (link === null ? 0 : 1) + (inbound === null ? 0 : 1), 0)
  const blocked = blockedSessions(turn)
  return [
    ['connected_clients', turn.sessions.size],
    ['cluster_connections', links],
    ['maxclients', turn.options.inert.maxclients ?? 10_000],
    ['client_recent_max_input_buffer', 20_480],
    ['client_recent_max_output_buffer', 0],
    ['blocked_clients', blocked.length],
    ['tracking_clients', 0],
    ['clients_in_timeout_table', blocked.filter((it) => it.blocked.untilMs !== null).length],
  ]
}

/** What an empty server takes; a key with a small value adds about so much. */
const EMPTY_BYTES = 1_600_168
const KEY_BYTES = 96

/** An estimate: memory is not modelled. */
function memoryFields(turn: Turn): Field[] {
  const dataset = turn.db.size * KEY_BYTES
  const used = EMPTY_BYTES + dataset
  const maxmemory = Number(turn.options.inert.maxmemory ?? 0)
  return [
    ['used_memory', used],
    ['used_memory_human', human(used)],
    ['used_memory_rss', used],
    ['used_memory_rss_human', human(used)],
    ['used_memory_peak', used],
    ['used_memory_peak_human', human(used)],
    ['used_memory_peak_perc', '100.00%'],
    ['used_memory_overhead', EMPTY_BYTES],
    ['used_memory_startup', EMPTY_BYTES],
    ['used_memory_dataset', dataset],
    ['used_memory_dataset_perc', '100.00%'],
    ['allocator_allocated', used],
    ['allocator_active', used],
    ['allocator_resident', used],
    ['total_system_memory', 0],
    ['total_system_memory_human', human(0)],
    ...constant(`used_memory_lua:0 used_memory_vm_eval:0 used_memory_lua_human:0B used_memory_scripts_eval:0
      number_of_cached_scripts:0 number_of_functions:0 number_of_libraries:0 used_memory_vm_functions:0
      used_memory_vm_total:0 used_memory_vm_total_human:0B used_memory_functions:0 used_memory_scripts:0
      used_memory_scripts_human:0B`),
    ['maxmemory', maxmemory],
    ['maxmemory_human', human(maxmemory)],
    ['maxmemory_policy', turn.options.inert['maxmemory-policy'] ?? 'noeviction'],
    ...constant(`allocator_frag_ratio:1.00 allocator_frag_bytes:0 allocator_rss_ratio:1.00 allocator_rss_bytes:0
      rss_overhead_ratio:1.00 rss_overhead_bytes:0 mem_fragmentation_ratio:1.00 mem_fragmentation_bytes:0
      mem_not_counted_for_evict:0 mem_replication_backlog:0 mem_total_replication_buffers:0 mem_clients_slaves:0
      mem_clients_normal:0 mem_cluster_links:0 mem_aof_buffer:0 mem_allocator:none active_defrag_running:0
      lazyfree_pending_objects:0 lazyfreed_objects:0`),
  ]
}

function persistenceFields(turn: Turn): Field[] {
  return [
    ...constant(`loading:0 async_loading:0 current_cow_peak:0 current_cow_size:0 current_cow_size_age:0
      current_fork_perc:0.00 current_save_keys_processed:0 current_save_keys_total:0 rdb_changes_since_last_save:0
      rdb_bgsave_in_progress:0`),
    ['rdb_last_save_time', Math.floor(turn.stats.startMs / 1000)],
    ...constant(`rdb_last_bgsave_status:ok rdb_last_bgsave_time_sec:-1 rdb_current_bgsave_time_sec:-1 rdb_saves:0
      rdb_last_cow_size:0 rdb_last_load_keys_expired:0 rdb_last_load_keys_loaded:0 aof_enabled:0
      aof_rewrite_in_progress:0 aof_rewrite_scheduled:0 aof_last_rewrite_time_sec:-1 aof_current_rewrite_time_sec:-1
      aof_last_bgrewrite_status:ok aof_rewrites:0 aof_rewrites_consecutive_failures:0 aof_last_write_status:ok
      aof_last_cow_size:0 module_fork_in_progress:0 module_fork_last_cow_size:0`),
  ]
}

function statsFields(turn: Turn): Field[] {
  const { stats, pubsub } = turn
  const errors = Object.values(stats.errors).reduce((sum, count) => sum + count, 0)
  return [
    ['total_connections_received', stats.connections],
    ['total_commands_processed', stats.commands],
    ...constant(`instantaneous_ops_per_sec:0 total_net_input_bytes:0 total_net_output_bytes:0
      total_net_repl_input_bytes:0 total_net_repl_output_bytes:0 instantaneous_input_kbps:0.00
      instantaneous_output_kbps:0.00 instantaneous_input_repl_kbps:0.00 instantaneous_output_repl_kbps:0.00`),
    ['rejected_connections', stats.rejected],
    ['sync_full', stats.fullSyncs],
    ['sync_partial_ok', stats.partialOk],
    ['sync_partial_err', stats.partialErr],
    ['expired_keys', stats.expired],
    ...constant(`expired_stale_perc:0.00 expired_time_cap_reached_count:0 expire_cycle_cpu_milliseconds:0 evicted_keys:0
      evicted_clients:0 total_eviction_exceeded_time:0 current_eviction_exceeded_time:0`),
    ['keyspace_hits', stats.hits],
    ['keyspace_misses', stats.misses],
    ['pubsub_channels', pubsub.channels.size],
    ['pubsub_patterns', new Set(pubsub.patterns.map(({ pattern }) => pattern)).size],
    ['pubsubshard_channels', pubsub.shardChannels.size],
    ...constant(`latest_fork_usec:0 total_forks:0 migrate_cached_sockets:0 slave_expires_tracked_keys:0
      active_defrag_hits:0 active_defrag_misses:0 active_defrag_key_hits:0 active_defrag_key_misses:0
      total_active_defrag_time:0 current_active_defrag_time:0 tracking_total_keys:0 tracking_total_items:0
      tracking_total_prefixes:0 unexpected_error_replies:0`),
    ['total_error_replies', errors],
    ...constant(`dump_payload_sanitizations:0 total_reads_processed:0 total_writes_processed:0
      io_threaded_reads_processed:0 io_threaded_writes_processed:0 reply_buffer_shrinks:0 reply_buffer_expands:0`),
  ]
}

const CPU = constant(`used_cpu_sys:0.000000 used_cpu_user:0.000000 used_cpu_sys_children:0.000000
  used_cpu_user_children:0.000000 used_cpu_sys_main_thread:0.000000 used_cpu_user_main_thread:0.000000`)

function errorFields({ stats: { errors } }: Turn): Field[] {
  return Object.keys(errors)
    .sort()
    .map((code) => [`errorstat_${code}`, `count=${errors[code]}`])
}

function keyspaceFields({ db }: Turn): Field[] {
  return db.size === 0 ? [] : [['db0', `keys=${db.size},expires=${db.expiring},avg_ttl=0`]]
}

interface Section {
  /** As arguments name it. */
  readonly name: string
  readonly title: string
  /** Whether INFO without arguments gives it; `all` gives every one but `modules`, `everything` that too. */
  readonly isDefault: boolean
  readonly fields: (turn: Turn) => readonly Field[]
}

const NONE = (): readonly Field[] => []

/** In the order of the server. */
const SECTIONS: readonly Section[] = [
  { name: 'server', title: 'Server', isDefault: true, fields: serverFields },
  { name: 'clients', title: 'Clients', isDefault: true, fields: clientFields },
  { name: 'memory', title: 'Memory', isDefault: true, fields: memoryFields },
  { name: 'persistence', title: 'Persistence', isDefault: true, fields: persistenceFields },
  { name: 'stats', title: 'Stats', isDefault: true, fields: statsFields },
  { name: 'replication', title: 'Replication', isDefault: true, fields: replicationFields },
  { name: 'cpu', title: 'CPU', isDefault: true, fields: () => CPU },
  { name: 'modules', title: 'Modules', isDefault: true, fields: NONE },
  { name: 'commandstats', title: 'Commandstats', isDefault: false, fields: NONE },
  { name: 'errorstats', title: 'Errorstats', isDefault: true, fields: errorFields },
  { name: 'latencystats', title: 'Latencystats', isDefault: false, fields: NONE },
  { name: 'cluster', title: 'Cluster', isDefault: true, fields: () => [['cluster_enabled', 1]] },
  { name: 'keyspace', title: 'Keyspace', isDefault: true, fields: keyspaceFields },
]

function isChosen({ name, isDefault }: Section, wanted: ReadonlySet<string>): boolean {
  if (wanted.has(name) || wanted.has('everything')) return true
  if (wanted.has('all')) return name !== 'modules'
  return isDefault && (wanted.size === 0 || wanted.has('default'))
}

/** The text of INFO for these sections; none: the default ones. */
function describeServer(turn: Turn, names: readonly Bytes[]): Bytes {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return SECTIONS.filter((section) => isChosen(section, wanted))
    .map(
      ({ title, fields }) =>
        `# ${title}\r\n${fields(turn)
          .map(([name, value]) => `${name}:${value}\r\n`)
          .join('')}`,
    )
    .join('\r\n')
}

/** INFO. */
export const infoCommand: CommandSpec = serverCommand(
  'info',
  '[section [section ...]]',
  'Tells about the server, section by section.',
  (turn, _key, args) => verbatim(describeServer(turn, args.slice(1))),
)
