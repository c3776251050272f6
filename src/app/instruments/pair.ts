import type { BranchView } from '../../engine/api.ts'
import type { TimeView } from '../../viz/time-axis.ts'

interface BranchPair {
  readonly left: number
  readonly right: number
}

/** The wished pair as far as it exists; else the present branch beside its parent (or any other). Null: there is one. */
export function defaultPair(
  branches: readonly Pick<BranchView, 'id' | 'parent' | 'current'>[],
  wished: BranchPair | null,
): BranchPair | null {
  const exists = (id: number | null) => branches.some((branch) => branch.id === id)
  if (wished !== null && wished.left !== wished.right && exists(wished.left) && exists(wished.right)) return wished
  const current = branches.find((branch) => branch.current)
  const other = branches.filter((branch) => branch !== current)
  if (current === undefined || other.length === 0) return null
  const beside =
    other.find(({ id }) => id === current.parent) ?? other.find(({ parent }) => parent === current.id) ?? other[0]!
  return { left: beside.id, right: current.id }
}

const BEFORE_US = 150_000
const AFTER_US = 350_000

/** A window in which a first difference and what follows from it can be seen. */
export function compareWindow(differsAtUs: number): TimeView {
  const fromUs = Math.max(0, differsAtUs - BEFORE_US)
  return { fromUs, toUs: fromUs + BEFORE_US + AFTER_US }
}
