import type { NodeId, RequestId } from '../../../base/brand.ts'
import { commandKeys } from '../commands/lookup.ts'
import { COMMANDS } from '../commands/table.ts'
import type { CommandSpec } from '../commands/types.ts'
import { SlotTable } from '../slot-table.ts'
import { keySlot } from '../slots.ts'
import type { SlotRow } from './redirection.ts'
import type { Run } from './run.ts'
import type { Operation, Pending } from './types.ts'

/** What a client knows of a command. */
interface Known {
  readonly spec: CommandSpec
  readonly isWrite: boolean
  readonly isRead: boolean
}

/** By name as it was given: looked up once. */
const known = new Map<string, Known | null>()

function knownAs(name: string): Known | null {
  let found = known.get(name)
  if (found === undefined) {
    const spec = COMMANDS.get(name.toLowerCase())
    const has = (flag: string) => spec?.flags.includes(flag) ?? false
    found = spec === undefined ? null : { spec, isWrite: has('write'), isRead: has('readonly') }
    // Names are typed by people as well: what is no command is not kept.
    if (found !== null) known.set(name, found)
  }
  return found
}

function slotOf({ spec }: Known, { args }: Operation): number | null {
  if (args.length < Math.abs(spec.arity)) return null
  const key = commandKeys(spec, args)[0]
  return key === undefined ? null : keySlot(key)
}

/** Nobody: {@link aim} says whom. */
const NOBODY = '' as NodeId
const NO_REDIRECTIONS: readonly string[] = []

/** An operation before it is sent: what the command table knows of it decides where it may go. */
export function prepare(request: RequestId, at: number, operation: Operation): Pending {
  const command = knownAs(operation.args[0] ?? '')
  return {
    request,
    at,
    operation,
    typed: null,
    slot: command === null ? null : slotOf(command, operation),
    isWrite: command?.isWrite ?? false,
    isRead: command?.isRead ?? false,
    target: NOBODY,
    asking: false,
    attempts: 1,
    redirections: NO_REDIRECTIONS,
    firstSentMs: 0,
  }
}

/** The operation on its way to `target`, from now on. Built field by field: every operation passes here. */
function aim(pending: Pending, target: NodeId, nowMs: number): Pending {
  return {
    request: pending.request,
    at: pending.at,
    operation: pending.operation,
    typed: pending.typed,
    slot: pending.slot,
    isWrite: pending.isWrite,
    isRead: pending.isRead,
    target,
    asking: pending.asking,
    attempts: pending.attempts,
    redirections: pending.redirections,
    firstSentMs: pending.firstSentMs === 0 ? nowMs : pending.firstSentMs,
  }
}

/** Sends an operation to a node at the end of the step. */
export function sendTo(run: Run, pending: Pending, target: NodeId): void {
  run.post(aim(pending, target, run.nowMs))
}

/**
 * Sends an operation of a batch. A smart client looks into its map, and fetches it first if it has none; a naive one
 * asks any of its seeds. `avoid`: the node that failed just now.
 */
export function dispatch(run: Run, pending: Pending, avoid: NodeId | null): void {
  if (run.config.style !== 'smart') sendTo(run, pending, anyOf(run, run.config.seeds, avoid))
  else if (run.mapKnown) sendTo(run, pending, targetOf(run, pending, avoid))
  else {
    run.held = run.held.append(pending)
    refresh(run, avoid)
  }
}

function anyOf(run: Run, nodes: readonly NodeId[], avoid: NodeId | null): NodeId {
  const others = avoid === null ? nodes : nodes.filter((node) => node !== avoid)
  return run.pick(others.length > 0 ? others : nodes)
}

function targetOf(run: Run, { slot, isRead }: Pending, avoid: NodeId | null): NodeId {
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
