import { COPY_NUMBERS, HISTORY_COLUMNS, type HistoryColumn, type PartView } from './contract.ts'
import type { HistoryMemory } from './history.ts'

/** The numbers by which copies of a pipeline are compared: means over the last second of the history. */

const SECOND_US = 1_000_000

type Row = readonly number[]
type Number = (typeof COPY_NUMBERS)[number]['id']

const cell = (row: Row, part: number, column: HistoryColumn): number =>
  row[1 + part * HISTORY_COLUMNS.length + HISTORY_COLUMNS.indexOf(column)]!

/** The rows of the last second, at least the last one. */
function lastRows({ rows, lastUs }: HistoryMemory): readonly Row[] {
  let from = rows.end - 1
  while (from > rows.start && rows.at(from - 1)![0]! > lastUs - SECOND_US) from--
  return from < rows.start ? [] : rows.slice(from, rows.end)
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** In the order of {@link COPY_NUMBERS}. */
export function copyNumbers(
  memory: HistoryMemory,
  parts: readonly Pick<PartView, 'variant' | 'kind'>[],
  variant: number,
): readonly (number | null)[] {
  const rows = lastRows(memory)
  const of = (kinds: readonly PartView['kind'][]) =>
    parts.flatMap((part, at) => (part.variant === variant && kinds.includes(part.kind) ? [at] : []))
  const origins = of(['source', 'sender'])
  const stages = of(['stage'])
  const total = (at: readonly number[], column: HistoryColumn) =>
    mean(rows.map((row) => at.reduce((sum, part) => sum + cell(row, part, column), 0)))
  const newest = rows.at(-1)
  const worst = (column: HistoryColumn) => {
    const values = newest === undefined ? [] : origins.map((part) => cell(newest, part, column)).filter((ms) => ms >= 0)
    return values.length === 0 ? null : Math.max(...values)
  }
  const read: Record<Number, () => number | null> = {
    offered: () => total(origins, 'arrivedPerS'),
    throughput: () => total(stages.slice(-1), 'departedPerS'),
    goodput: () => total(origins, 'goodPerS'),
    'latency-p50': () => worst('p50Ms'),
    'latency-p99': () => worst('p99Ms'),
    waiting: () =>
      newest === undefined
        ? null
        : [...stages, ...origins].reduce((sum, part) => sum + cell(newest, part, 'waiting'), 0),
    dropped: () => total(stages, 'droppedPerS'),
    retries: () => total(origins, 'retriedPerS'),
  }
  return COPY_NUMBERS.map(({ id }) => read[id]())
}
