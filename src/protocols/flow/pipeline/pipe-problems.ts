import type { NodeId } from '../../../base/brand.ts'
import { PIPELINE_LIMITS } from './settings.ts'
import type { PartKind } from './types.ts'

/** A pipe, from part to part. */
export interface Pipe {
  readonly from: NodeId
  readonly to: NodeId
}

/**
 * Why these pipes cannot be, or null: one sentence with what was expected. What has no pipe yet is fine, so that a
 * pipeline can be built pipe by pipe. @param kindOf null: there is no such part @param capacityOf places to wait in a stage
 */
export function pipesProblem(
  pipes: readonly Pipe[],
  kindOf: (part: NodeId) => PartKind | null,
  capacityOf: (stage: NodeId) => number,
): string | null {
  const parts = [...new Set(pipes.flatMap(({ from, to }) => [from, to]))]
  if (parts.length > PIPELINE_LIMITS.parts) {
    return `a pipeline has at most ${PIPELINE_LIMITS.parts} parts (the limit "parts" of a pipeline), not ${parts.length}`
  }
  for (const [at, pipe] of pipes.entries()) {
    const problem = pipeProblem(pipe, pipes.slice(0, at), kindOf)
    if (problem !== null) return problem
  }
  return loopProblem(parts, pipes, capacityOf)
}

function pipeProblem(
  { from, to }: Pipe,
  earlier: readonly Pipe[],
  kindOf: (part: NodeId) => PartKind | null,
): string | null {
  const [giver, taker] = [kindOf(from), kindOf(to)]
  const refused = (why: string) => `pipe ${from} -> ${to}: ${why}`
  if (giver === null) return refused(`there is no part ${from}`)
  if (taker === null) return refused(`there is no part ${to}`)
  if (giver === 'receiver') return refused(`nothing flows out of a receiver, expected a source, a stage or a sender`)
  if (taker === 'source' || taker === 'sender') {
    return refused(`nothing flows into a ${taker}, expected a stage or a receiver`)
  }
  if (giver === 'sender' && taker !== 'stage') return refused(`a sender sends into a stage, not into a ${taker}`)
  if (giver === 'source' && taker !== 'stage') return refused('a receiver takes what senders send, expected a stage')
  const others = earlier.filter((pipe) => pipe.from === from)
  if (others.some((pipe) => pipe.to === to)) return refused('there is one already')
  if (giver === 'sender' && others.length > 0) {
    return refused(`a sender has one output, and ${from} has ${others[0]!.to}`)
  }
  return null
}

/** An item that goes round must be able to leave, and must be able to wait: stages that all wait for each other stand still. */
function loopProblem(
  parts: readonly NodeId[],
  pipes: readonly Pipe[],
  capacityOf: (stage: NodeId) => number,
): string | null {
  const outputs = (part: NodeId) => pipes.flatMap(({ from, to }) => (from === part ? [to] : []))
  const caught = kept(parts, (part, rest) => outputs(part).length > 0 && outputs(part).every((to) => rest.has(to)))
  if (caught.size > 0) {
    return `the loop ${loopIn(caught, outputs)} has no way out, expected a pipe from it to a stage where items end`
  }
  const tight = parts.filter((part) => outputs(part).length > 0 && pipes.some(({ to }) => to === part))
  const placeless = tight.filter((part) => capacityOf(part) === 0)
  const stuck = kept(placeless, (part, rest) => outputs(part).some((to) => rest.has(to)))
  if (stuck.size === 0) return null
  return `the loop ${loopIn(stuck, outputs)} has no queue, expected a capacity above 0 in one of its stages`
}

/** The largest set of parts that all may stay, given that the others of the set do. */
function kept(
  parts: readonly NodeId[],
  mayStay: (part: NodeId, rest: ReadonlySet<NodeId>) => boolean,
): ReadonlySet<NodeId> {
  let rest = new Set(parts)
  for (;;) {
    const next = new Set([...rest].filter((part) => mayStay(part, rest)))
    if (next.size === rest.size) return rest
    rest = next
  }
}

/** A loop within `set`, of which every part has an output in it: `a -> b -> a`. */
function loopIn(set: ReadonlySet<NodeId>, outputs: (part: NodeId) => readonly NodeId[]): string {
  const path: NodeId[] = []
  let at = [...set][0]!
  while (!path.includes(at)) {
    path.push(at)
    at = outputs(at).find((to) => set.has(to))!
  }
  return [...path.slice(path.indexOf(at)), at].join(' -> ')
}
