import { nodeId } from '../../base/brand.ts'
import type { Pipe } from '../../protocols/flow/pipeline/pipe-problems.ts'
import { partOf } from './contract.ts'
import { copyOf, type FlowSettings } from './settings.ts'

/** How the parts of a pipeline are joined at the beginning, and where they stand in the picture. */

/** The pipes between parts at the beginning, without copies: those of the header, or the usual ones. */
export const firstPipes = (given: FlowSettings): readonly Pipe[] =>
  given.pipes.length > 0 ? given.pipes.map(readPipe) : usualPipes(given)

function readPipe(text: string): Pipe {
  const [from, to] = text.split('>') as [string, string]
  return pipe(from, to)
}

const pipe = (from: string, to: string): Pipe => ({ from: nodeId(from), to: nodeId(to) })

/** Sources and senders into the first stage, one stage after the other, the last one into all receivers. */
function usualPipes({ sources, stages, senders, receivers }: FlowSettings): readonly Pipe[] {
  const first = stages[0]
  const last = stages.at(-1)
  if (first === undefined || last === undefined) {
    const left = receivers.length - 1
    return left < 0 ? [] : senders.map((from, at) => pipe(from, receivers[Math.min(at, left)]!))
  }
  return [
    ...[...sources, ...senders].map((from) => pipe(from, first)),
    ...stages.slice(1).map((to, at) => pipe(stages[at]!, to)),
    ...receivers.map((to) => pipe(last, to)),
  ]
}

/** The pipes between actors at the beginning, copy by copy. */
export const actorPipes = (given: FlowSettings): readonly Pipe[] =>
  Array.from({ length: given.variants }, (_, variant) =>
    firstPipes(given).map(({ from, to }) => ({ from: copyOf(given, from, variant), to: copyOf(given, to, variant) })),
  ).flat()

/** A pipe by the names that the picture has. */
interface Ends {
  readonly from: string
  readonly to: string
}

/** A place in the picture, from 0. */
export interface Place {
  readonly column: number
  readonly row: number
}

/**
 * Where each part stands: its column is the longest way to it from where nothing comes in (pipes that close a loop do not
 * count), and in a column the parts of each copy stand in the order of those before them.
 */
export function layoutOf(parts: readonly string[], pipes: readonly Ends[]): ReadonlyMap<string, Place> {
  const { order, forward } = unlooped(parts, pipes)
  const columns = new Map<string, number>(parts.map((part) => [part, 0]))
  for (const from of order) {
    for (const { to } of forward.filter((pipe) => pipe.from === from)) {
      columns.set(to, Math.max(columns.get(to)!, columns.get(from)! + 1))
    }
  }
  const places = new Map<string, Place>()
  const before = (part: string): number => {
    const rows = forward.flatMap(({ from, to }) => (to === part ? [places.get(from)!.row] : []))
    return rows.reduce((sum, row) => sum + row, 0) / Math.max(1, rows.length)
  }
  for (let column = 0; places.size < parts.length; column++) {
    const here = parts.filter((part) => columns.get(part) === column)
    const sorted = here.map((part) => ({ part, row: before(part) })).sort((a, b) => a.row - b.row)
    const rows = new Map<number, number>()
    for (const { part } of sorted) {
      const { variant } = partOf(part)
      const row = rows.get(variant) ?? 0
      places.set(part, { column, row })
      rows.set(variant, row + 1)
    }
  }
  return places
}

/** The parts so that every pipe that does not close a loop runs forward, and those pipes. */
function unlooped(
  parts: readonly string[],
  pipes: readonly Ends[],
): { readonly order: readonly string[]; readonly forward: readonly Ends[] } {
  const order: string[] = []
  const forward: Ends[] = []
  const open = new Set<string>()
  const seen = new Set<string>()
  const visit = (part: string): void => {
    seen.add(part)
    open.add(part)
    for (const pipe of pipes.filter(({ from, to }) => from === part && parts.includes(to))) {
      if (open.has(pipe.to)) continue
      forward.push(pipe)
      if (!seen.has(pipe.to)) visit(pipe.to)
    }
    open.delete(part)
    order.unshift(part)
  }
  const entered = new Set(pipes.map(({ to }) => to))
  const roots = parts.filter((part) => !entered.has(part))
  for (const part of [...roots, ...parts]) if (!seen.has(part)) visit(part)
  return { order, forward }
}
