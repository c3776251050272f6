import type { Bytes } from './bytes.ts'

/**
 * A persistent ordered set of (score, member) pairs with ranks: a weight-balanced tree (Adams 1993, with the balance
 * parameters 3 and 2 of Hirai and Yamamoto 2011). Pairs are ordered by score, then by the bytes of the member.
 */
export type ScoreTree = ScoreNode | null

/** One pair, and how many are in its tree. */
export interface ScoreNode {
  readonly score: number
  readonly member: Bytes
  readonly left: ScoreTree
  readonly right: ScoreTree
  readonly size: number
}

const DELTA = 3
const RATIO = 2

/** Number of pairs. */
export const treeSize = (tree: ScoreTree): number => (tree === null ? 0 : tree.size)

/** Negative, zero, positive. Scores are never NaN; -0 equals 0. */
export function compareScored(scoreA: number, memberA: Bytes, scoreB: number, memberB: Bytes): number {
  if (scoreA !== scoreB) return scoreA < scoreB ? -1 : 1
  return memberA < memberB ? -1 : memberA > memberB ? 1 : 0
}

function join(left: ScoreTree, score: number, member: Bytes, right: ScoreTree): ScoreNode {
  return { score, member, left, right, size: treeSize(left) + treeSize(right) + 1 }
}

const tooHeavy = (heavy: ScoreTree, light: ScoreTree): boolean =>
  treeSize(heavy) + treeSize(light) > 1 && treeSize(heavy) > DELTA * treeSize(light)

/** A tree of the parts, one of which changed by one pair. */
function balance(left: ScoreTree, score: number, member: Bytes, right: ScoreTree): ScoreNode {
  if (tooHeavy(right, left)) return rotateLeft(left, score, member, right!)
  if (tooHeavy(left, right)) return rotateRight(left!, score, member, right)
  return join(left, score, member, right)
}

function rotateLeft(left: ScoreTree, score: number, member: Bytes, right: ScoreNode): ScoreNode {
  const inner = right.left
  if (treeSize(inner) < RATIO * treeSize(right.right) || inner === null) {
    return join(join(left, score, member, inner), right.score, right.member, right.right)
  }
  const outer = join(inner.right, right.score, right.member, right.right)
  return join(join(left, score, member, inner.left), inner.score, inner.member, outer)
}

function rotateRight(left: ScoreNode, score: number, member: Bytes, right: ScoreTree): ScoreNode {
  const inner = left.right
  if (treeSize(inner) < RATIO * treeSize(left.left) || inner === null) {
    return join(left.left, left.score, left.member, join(inner, score, member, right))
  }
  const outer = join(left.left, left.score, left.member, inner.left)
  return join(outer, inner.score, inner.member, join(inner.right, score, member, right))
}

/** The tree with the pair, which was not in it. */
export function treeInsert(tree: ScoreTree, score: number, member: Bytes): ScoreNode {
  if (tree === null) return join(null, score, member, null)
  if (compareScored(score, member, tree.score, tree.member) < 0) {
    return balance(treeInsert(tree.left, score, member), tree.score, tree.member, tree.right)
  }
  return balance(tree.left, tree.score, tree.member, treeInsert(tree.right, score, member))
}

/** The tree without the pair, which was in it. */
export function treeRemove(tree: ScoreTree, score: number, member: Bytes): ScoreTree {
  if (tree === null) return null
  const order = compareScored(score, member, tree.score, tree.member)
  if (order < 0) return balance(treeRemove(tree.left, score, member), tree.score, tree.member, tree.right)
  if (order > 0) return balance(tree.left, tree.score, tree.member, treeRemove(tree.right, score, member))
  if (tree.left === null) return tree.right
  if (tree.right === null) return tree.left
  const next = treeAt(tree.right, 0)
  return balance(tree.left, next.score, next.member, treeRemove(tree.right, next.score, next.member))
}

/** Pair number `index`, from 0 and below the size. */
export function treeAt(tree: ScoreNode, index: number): ScoreNode {
  let node = tree
  let rest = index
  for (;;) {
    const before = treeSize(node.left)
    if (rest === before) return node
    if (rest < before) node = node.left!
    else {
      rest -= before + 1
      node = node.right!
    }
  }
}

/** How many pairs stand before the first one for which `before` is false; it must not become true again behind it. */
export function treeCount(tree: ScoreTree, before: (score: number, member: Bytes) => boolean): number {
  let count = 0
  let node = tree
  while (node !== null) {
    if (before(node.score, node.member)) {
      count += treeSize(node.left) + 1
      node = node.right
    } else node = node.left
  }
  return count
}

/** The pairs number `from` up to and without `to`, in order. */
export function treeSlice(tree: ScoreTree, from: number, to: number): ScoreNode[] {
  const slice: ScoreNode[] = []
  const walk = (node: ScoreTree, start: number): void => {
    if (node === null || start >= to || start + node.size <= from) return
    walk(node.left, start)
    const at = start + treeSize(node.left)
    if (at >= from && at < to) slice.push(node)
    walk(node.right, at + 1)
  }
  walk(tree, 0)
  return slice
}

/** A balanced tree of pairs that are in order and different. */
export function treeFrom(pairs: readonly { readonly score: number; readonly member: Bytes }[]): ScoreTree {
  const build = (from: number, to: number): ScoreTree => {
    if (from >= to) return null
    const middle = (from + to) >> 1
    const { score, member } = pairs[middle]!
    return join(build(from, middle), score, member, build(middle + 1, to))
  }
  return build(0, pairs.length)
}
