import type { NodeId, RequestId } from '../../../base/brand.ts'
import { commandKeys } from '../commands/lookup.ts'
import { COMMANDS } from '../commands/table.ts'
import { SlotTable } from '../slot-table.ts'
import { keySlot } from '../slots.ts'
import type { SlotRow } from './redirection.ts'
import type { Run } from './run.ts'
import type { Operation, Pending } from './types.ts'

/** An operation of a batch, before it is sent: what the command table knows of it decides where it may go. */
export function prepare(request: RequestId, at: number, operation: Operation): Omit<Pending, 'target'> {
  const { args } = operation
  const name = args[0] ?? ''
  const spec = COMMANDS.get(name) ?? COMMANDS.get(name.toLowerCase())
  const key = spec === undefined || args.length < Math.abs(spec.arity) ? undefined : commandKeys(spec, args)[0]
  return {
    request,
    at,
    operation,
    typed: null,
    slot: key === undefined ? null : keySlot(key),
    isWrite: spec?.flags.includes('write') ?? false,
    isRead: spec?.flags.includes('readonly') ?? false,
    asking: false,
    attempts: 1,
    redirections: [],
    firstSentMs: 0,
  }
}

/**
 * Sends an operation of a batch. A smart client looks into its map, and fetches it first if it has none; a naive one
 * asks any of its seeds. `avoid`: the node that failed just now.
 */
export function dispatch(run: Run, pending: Omit<Pending, 'target'>, avoid: NodeId | null): void {
  if (run.config.style !== 'smart') {
    run.post({ ...pending, asking: false, target: anyOf(run, run.config.seeds, avoid) })
  } else if (run.mapKnown) {
    run.post({ ...pending, asking: false, target: targetOf(run, pending, avoid) })
  } else {
    run.held = [...run.held, { ...pending, asking: false, target: run.config.seeds[0]! }]
    refresh(run, avoid)
  }
}

function anyOf(run: Run, nodes: readonly NodeId[], avoid: NodeId | null): NodeId {
  const others = avoid === null ? nodes : nodes.filter((node) => node !== avoid)
  return run.pick(others.length > 0 ? others : nodes)
}

function targetOf(run: Run, { slot, isRead }: Omit<Pending, 'target'>, avoid: NodeId | null): NodeId {
  const owners = slot === null ? [] : run.map.get(slot)
  const replicas = owners.slice(1).filter((node) => node !== avoid)
  if (isRead && run.config.readReplicas && replicas.length > 0) return run.pick(replicas)
  const master = owners[0]
  return master === undefined || master === avoid ? anyOf(run, run.known, avoid) : master
}

/** Fetches the map of slots from any node, unless that is under way. */
export function refresh(run: Run, avoid: NodeId | null): void {
  if (run.refreshing || run.config.style !== 'smart') return
  run.refreshing = true
  run.stats.refreshes++
  run.note('client-refreshed', run.stats.refreshes)
  run.postSlots(anyOf(run, run.known, avoid))
}

/** A new map: from now on slots are where it says. Those that it does not tell have no owner. */
export function learn(run: Run, rows: readonly SlotRow[]): void {
  run.map = SlotTable.ofRuns(
    rows.map(({ first, last, nodes }) => ({ first, last, value: nodes })),
    [],
  )
  run.mapKnown = true
  run.known = [...new Set([...run.config.seeds, ...rows.flatMap(({ nodes }) => nodes)])]
}
