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
  /** Its one key is its first argument. */
  readonly oneKey: boolean
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
    found = spec === undefined ? null : { spec, oneKey: isOneKey(spec), isWrite: has('write'), isRead: has('readonly') }
    // Names are typed by people as well: what is no command is not kept.
    if (found !== null) known.set(name, found)
  }
  return found
}

const isOneKey = ({ firstKey, lastKey, flags, keysOf }: CommandSpec): boolean =>
  firstKey === 1 && lastKey === 1 && keysOf === undefined && !flags.includes('movablekeys')

function slotOf({ spec, oneKey }: Known, { args }: Operation): number | null {
  if (args.length < Math.abs(spec.arity)) return null
  const key = oneKey ? args[1] : commandKeys(spec, args)[0]
  return key === undefined ? null : keySlot(key)
}

/** Nobody: {@link aim} says whom. */
const NOBODY = '' as NodeId
const NO_REDIRECTIONS: readonly string[] = []

type Fresh = { -readonly [K in keyof Pending]: Pending[K] }

/** An operation before it is sent: what the command table knows of it decides where it may go. */
export function prepare(request: RequestId, at: number, operation: Operation): Fresh {
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

/** Sends an operation of a batch for the first time. Nobody else has seen it yet: it need not be copied. */
export function launch(run: Run, fresh: Fresh): void {
  const target = destination(run, fresh, null)
  if (target === null) {
    hold(run, fresh, null)
    return
  }
  fresh.target = target
  fresh.firstSentMs = run.nowMs
  run.post(fresh)
}

/** Sends an operation of a batch again. `avoid`: the node that failed just now. */
export function dispatch(run: Run, pending: Pending, avoid: NodeId | null): void {
  const target = destination(run, pending, avoid)
  if (target === null) hold(run, pending, avoid)
  else sendTo(run, pending, target)
}

/** A smart client looks into its map, and fetches it first if it has none (null); a naive one asks any of its seeds. */
function destination(run: Run, pending: Pending, avoid: NodeId | null): NodeId | null {
  if (run.config.style !== 'smart') return anyOf(run, run.config.seeds, avoid)
  return run.mapKnown ? targetOf(run, pending, avoid) : null
}

/** It waits for the map. */
function hold(run: Run, pending: Pending, avoid: NodeId | null): void {
  run.held = run.held.append(pending)
  refresh(run, avoid)
}

function anyOf(run: Run, nodes: readonly NodeId[], avoid: NodeId | null): NodeId {
  const others = avoid === null ? nodes : nodes.filter((node) => node !== avoid)
  return run.pick(others.length > 0 ? others : nodes)
}

function targetOf(run: Run, { slot, isRead }: Pending, avoid: NodeId | null): NodeId {
  const owners = slot === null ? [] : run.map.get(slot)
  if (isRead && run.config.readReplicas) {
    const replicas = owners.slice(1).filter((node) => node !== avoid)
    if (replicas.length > 0) return run.pick(replicas)
  }
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
