import type { NodeId } from '../../../base/brand.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import { Violation } from '../../../machine/invariant.ts'
import type { Bytes } from '../bytes.ts'
import type { Operation, Outcome } from '../client/types.ts'
import type { NodeState } from '../state.ts'
import { asNode, type ClusterInvariant, type ClusterWorld, nodeAt } from './seen.ts'

/** `MOVED 5061 127.0.0.1:7002` */
const MOVED = /^MOVED (\d+) /

const owns = (node: NodeState | undefined, slot: number): boolean =>
  node !== undefined && node.cluster.owners.get(slot) === node.cluster.myself

export const movedMeansMoved: ClusterInvariant<null> = {
  id: 'moved',
  title: 'MOVED Means Moved',
  source: 'Redis Cluster specification, "ASK redirection"',
  meaning: 'A node says MOVED only of slots that it does not own; while a slot is being moved it says ASK.',
  init: () => null,
  step(memory, world, { sent, before, after, actor }) {
    for (const { message } of sent) {
      if (message.kind !== 'Replies') continue
      for (const reply of message.replies) {
        const found = reply.kind === 'error' ? MOVED.exec(reply.text) : null
        if (found === null) continue
        const slot = Number(found[1])
        if (!owns(asNode(before), slot) || !owns(asNode(after), slot)) continue
        const name = world.names[actor]!
        return new Violation(`${name} owns slot ${slot} and answered MOVED ${slot}`, [name])
      }
    }
    return memory
  },
}

/** `SET key value`, without options: a write whose effect is plain to see. */
export function isPlainSet(args: readonly Bytes[]): boolean {
  return args.length === 3 && (args[0] === 'SET' || args[0]!.toUpperCase() === 'SET')
}

/** The string at a key of a node's memory; undefined: none. */
export function stringAt(node: NodeState, key: Bytes): Bytes | undefined {
  const value = node.db.get(key)?.value
  return value?.type === 'string' ? value.bytes : undefined
}

/** A batch of writes under way whose client uses WAIT, and how often each actor had died when it began. */
interface Batch {
  readonly operations: readonly Operation[]
  readonly deaths: readonly number[]
}

interface Waiting {
  readonly deaths: readonly number[]
  readonly open: PersistentMap<Batch>
}

export const waitIsTrue: ClusterInvariant<Waiting> = {
  id: 'wait',
  title: 'WAIT Tells the Truth',
  source: 'Redis documentation, "WAIT"; Redis Cluster specification, "Write safety"',
  meaning: 'When WAIT counts n replicas for a write, n nodes beside the one that answered hold it in memory.',
  init: (world) => ({ deaths: world.names.map(() => 0), open: PersistentMap.empty() }),
  step(memory, world, event) {
    let { deaths, open } = memory
    if (event.kind === 'act' && world.names.some((_, actor) => world.status(actor) === 'down')) {
      deaths = deaths.map((count, actor) => (world.status(actor) === 'down' ? count + 1 : count))
    }
    for (const operation of event.operations) {
      if (operation.kind === 'call') {
        if (operation.command.kind !== 'batch' || !waits(world, operation.client)) continue
        open = open.set(operation.request, { operations: operation.command.operations, deaths })
        continue
      }
      const batch = open.get(operation.request)
      if (batch === undefined) continue
      open = open.delete(operation.request)
      const wrong = untruth(world, batch, operation.result?.outcomes ?? [], deaths)
      if (wrong !== null) return wrong
    }
    return deaths === memory.deaths && open === memory.open ? memory : { deaths, open }
  },
}

function waits(world: ClusterWorld, client: NodeId): boolean {
  const state = world.state(world.indexOf(client))
  return state?.kind === 'client' && state.config.wait.replicas > 0
}

/** The first write of the batch for which WAIT counted more than there are. */
function untruth(
  world: ClusterWorld,
  { operations, deaths }: Batch,
  outcomes: readonly Outcome[],
  deathsNow: readonly number[],
): Violation | null {
  for (const [at, { reply, replicas, node }] of outcomes.entries()) {
    const { args } = operations[at]!
    if (!isPlainSet(args) || node === null || reply?.kind !== 'simple' || replicas === null || replicas === 0) continue
    const master = nodeAt(world, world.indexOf(node))
    const [key, value] = [args[1]!, args[2]!]
    // Overwritten or moved since: nobody can tell any more.
    if (master === undefined || stringAt(master, key) !== value) continue
    const others = world.names.map((_, actor) => actor).filter((actor) => world.names[actor] !== node)
    const holding = others.filter((actor) => {
      const other = nodeAt(world, actor)
      const died = deaths[actor] !== deathsNow[actor]
      return died || (other !== undefined && stringAt(other, key) === value)
    })
    if (holding.length >= replicas) continue
    const explanation = `WAIT counted ${replicas} replicas for SET ${key} ${value} at ${node}, but ${holding.length} hold it`
    return new Violation(explanation, [node])
  }
  return null
}
