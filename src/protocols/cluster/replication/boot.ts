import type { NodeId } from '../../../base/brand.ts'
import type { Message } from '../messages.ts'
import { addressKey } from '../peers.ts'
import type { NodeConfig, Replication } from '../state.ts'

/** "No id", as INFO shows it. */
export const NO_REPLID = '0'.repeat(40)

/**
 * Replication of a server that has just started: a master without replicas and without history. `replid`: 40 random
 * hexadecimal digits. `connections`: above every number that this actor used before a restart.
 */
export function bootReplication(replid: string, connections: number, nowMs: number): Replication {
  return {
    replid,
    offset: 0,
    replid2: NO_REPLID,
    secondOffset: -1,
    backlog: null,
    selected: false,
    replicas: [],
    upstream: null,
    connections,
    crons: 0,
    noReplicasSinceMs: nowMs,
    ackRequested: false,
    lineage: [],
  }
}

/** The actor that listens at an address of the node's directory. */
export function actorAt(config: NodeConfig, ip: string, port: number): NodeId | undefined {
  return config.directory.get(addressKey(ip, port))
}

/** What the operating system says in the name of a process that died, on its connections of replication. */
export function replicationLastWords(
  replication: Replication,
  config: NodeConfig,
): readonly { readonly to: NodeId; readonly message: Message }[] {
  const words = replication.replicas.map(({ actor, connection }) => ({
    to: actor,
    message: { kind: 'Closed', of: 'replication', number: connection, byOpener: false } as const,
  }))
  const { upstream } = replication
  const master =
    upstream === null || upstream.state === 'connect' ? undefined : actorAt(config, upstream.ip, upstream.port)
  if (upstream === null || master === undefined) return words
  const message = { kind: 'Closed', of: 'replication', number: upstream.connection, byOpener: true } as const
  return [...words, { to: master, message }]
}
