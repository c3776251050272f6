import { NUMBERS, type SweepPlan } from '../contract.ts'

/** The designs of a sweep as tables and clouds. */

/** What one can look at: a dimension that was changed, or a number that was found. */
export interface Column {
  readonly id: string
  readonly name: string
  readonly unit: string
}

/** A sweep as far as it is done. */
export interface Designs {
  readonly plan: SweepPlan
  readonly columns: readonly Column[]
  /** Design after design, each with all columns: NaN until it has come, and where it has no solution. */
  readonly rows: Float64Array
  /** Why designs have no solution, by their number. */
  readonly reasons: ReadonlyMap<number, string>
}

/** Columns of a plan: its dimensions, then all numbers. */
export const columnsOf = (plan: SweepPlan, dimensions: readonly Column[]): readonly Column[] => [
  ...plan.axes.map(({ dimension }) => dimensions.find(({ id }) => id === dimension)!),
  ...NUMBERS,
]

/** One design: its columns. */
export const rowOf = ({ columns, rows }: Designs, at: number): Float64Array =>
  rows.subarray(at * columns.length, (at + 1) * columns.length)

/** Points of two columns, and which designs they are: those that have both numbers. */
export function cloudOf(
  designs: Designs,
  x: string,
  y: string,
): { readonly points: readonly (readonly [number, number])[]; readonly of: readonly number[] } {
  const { columns, plan } = designs
  const [atX, atY] = [x, y].map((id) => columns.findIndex((column) => column.id === id)) as [number, number]
  const points: (readonly [number, number])[] = []
  const of: number[] = []
  for (let at = 0; at < plan.count; at++) {
    const row = rowOf(designs, at)
    const [px, py] = [row[atX]!, row[atY]!]
    if (!Number.isFinite(px) || !Number.isFinite(py) || Number.isNaN(row[plan.axes.length]!)) continue
    points.push([px, py])
    of.push(at)
  }
  return { points, of }
}

/** How many designs have no solution, by reason, the most frequent first. */
export function failuresOf({ reasons }: Designs): readonly (readonly [reason: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const reason of reasons.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

/** All designs that have come, one row each: values, numbers, and the reason where there is no solution. */
export function sweepCsv(designs: Designs): string {
  const { columns, plan, reasons } = designs
  const head = [...columns.map(({ name, unit }) => (unit === '' ? name : `${name} [${unit}]`)), 'no solution']
  const lines = [head.join(',')]
  for (let at = 0; at < plan.count; at++) {
    const row = rowOf(designs, at)
    if (Number.isNaN(row[0]!)) continue
    lines.push([...Array.from(row, (value) => (Number.isNaN(value) ? '' : value)), reasons.get(at) ?? ''].join(','))
  }
  return `${lines.join('\n')}\n`
}
