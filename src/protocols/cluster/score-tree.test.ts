import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareScored,
  type ScoreTree,
  treeAt,
  treeCount,
  treeFrom,
  treeInsert,
  treeRemove,
  treeSize,
  treeSlice,
} from './score-tree.ts'

const pair = fc.record({ score: fc.integer({ min: -9, max: 9 }), member: fc.constantFrom('', 'a', 'b', 'c', 'ÿ') })
const same = (x: { score: number; member: string }, y: { score: number; member: string }) =>
  x.score === y.score && x.member === y.member

function depth(tree: ScoreTree): number {
  return tree === null ? 0 : 1 + Math.max(depth(tree.left), depth(tree.right))
}

describe('a tree of scores', () => {
  test('agrees with a sorted array', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 120 }), fc.nat(40), fc.nat(40), (pairs, from, length) => {
        let tree: ScoreTree = null
        let model: { score: number; member: string }[] = []
        // A pair that is there already goes away.
        for (const it of pairs) {
          const there = model.some((other) => same(it, other))
          tree = there ? treeRemove(tree, it.score, it.member) : treeInsert(tree, it.score, it.member)
          model = there ? model.filter((other) => !same(it, other)) : [...model, it]
        }
        model.sort((x, y) => compareScored(x.score, x.member, y.score, y.member))
        const pairsOf = (slice: readonly { score: number; member: string }[]) =>
          slice.map(({ score, member }) => ({ score, member }))
        expect(treeSize(tree)).toBe(model.length)
        expect(pairsOf(treeSlice(tree, from, from + length))).toEqual(model.slice(from, from + length))
        for (const [rank, { member }] of model.entries()) expect(treeAt(tree!, rank).member).toBe(member)
        expect(treeCount(tree, (score) => score < 3)).toBe(model.filter(({ score }) => score < 3).length)
        expect(pairsOf(treeSlice(treeFrom(model), 0, model.length))).toEqual(model)
      }),
    )
  })

  test('stays shallow when pairs come in order, and when every second one goes', () => {
    let tree: ScoreTree = null
    for (let n = 0; n < 4096; n++) tree = treeInsert(tree, n, '')
    // Adams' trees of weight 3 are at most 2.4 times as deep as perfect ones.
    expect(depth(tree)).toBeLessThanOrEqual(29)
    for (let n = 0; n < 4096; n += 2) tree = treeRemove(tree, n, '')
    expect(treeSize(tree)).toBe(2048)
    expect(depth(tree)).toBeLessThanOrEqual(27)
  })
})
