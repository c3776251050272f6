import { unreachable } from '../../base/assert.ts'
import type { Words } from '../../engine/lab.ts'
import type { FloatingProtocol, PlatformNote, PlatformState } from './machine.ts'

/** How the things of the floating lab are called. */

function noteText({ kind, value }: PlatformNote): string {
  switch (kind) {
    case 'launched':
      return 'another platform is afloat'
    case 'dimension-changed':
      return 'a dimension has changed'
    case 'sea-changed':
      return 'the sea has changed'
    case 'wind-changed':
      return 'the wind on the turbine has changed'
    case 'flooded':
      return `tank ${value} has another level`
    case 'line-cut':
      return `line ${value} has broken`
    case 'line-mended':
      return `line ${value} hangs again`
    case 'model-changed':
      return 'another model computes'
    case 'capsized':
      return 'the platform capsizes'
    case 'sank':
      return 'the platform sinks'
    case 'no-solution':
      return 'there is no solution'
    case 'floats-again':
      return 'the platform floats again'
    default:
      return unreachable(kind)
  }
}

function stateFields({ solved, failure }: PlatformState): Readonly<Record<string, unknown>> {
  const { solution, modes } = solved
  return {
    design: solved.input.design.name,
    failure: failure?.message ?? null,
    mean_pose: [...solution.rest.pose],
    periods_s: [...modes.periodS],
    std: solution.statistics.dof.map(({ std }) => std),
    tension_max_N: solution.statistics.tension.map(({ max }) => max),
  }
}

/** There are no messages and operations in this world. */
export const words: Words<FloatingProtocol> = {
  note: noteText,
  message: () => 'a message',
  timer: () => 'the platform is looked at',
  command: ({ kind }) => kind,
  result: () => 'done',
  fields: () => [],
  rule: () => ({ text: 'nothing follows', source: '' }),
  historyOp: () => null,
  traceState: stateFields,
}
