import { checkHistory, type Operation, type Verdict } from '../check/linearizability.ts'
import { illegalHistory, legalHistory } from './support/history.ts'
import { median, rounded, timed } from './support/statistics.ts'

const ROUNDS = 5
/** Where in the history the one wrong answer stands. */
const WRONG_AT = [0.1, 0.5, 0.95]
/** Operations of unknown outcome stay open to the end of a history; these are twenty of them, and a hundred. */
const FEW_UNKNOWN_PERMILLE = 1
const MANY_UNKNOWN_PERMILLE = 5

const histories = (unknownPermille: number) =>
  Array.from({ length: ROUNDS }, (_, at) =>
    legalHistory({ operations: 20_000, clients: 12, keys: 8, unknownPermille, seed: at + 1 }),
  )

/** 20,000 operations of 12 clients on 8 keys: how long the judge of a finished history takes. */
export function linearizability() {
  const few = histories(FEW_UNKNOWN_PERMILLE)
  judge(few[0]!, 'ok')
  const legal = few.map((history) => judge(history, 'ok'))
  const illegal = few.flatMap((history) => WRONG_AT.map((share) => judge(illegalHistory(history, share), 'illegal')))
  const many = histories(MANY_UNKNOWN_PERMILLE).map((history) => judge(history, 'ok'))
  return {
    operations20kMs: rounded(median(legal)),
    operations20kMaxMs: rounded(Math.max(...legal)),
    illegalMs: rounded(median(illegal)),
    illegalMaxMs: rounded(Math.max(...illegal)),
    manyUnknown20kMs: rounded(median(many)),
  }
}

/** Milliseconds to the verdict, which must be this one. */
function judge(history: readonly Operation[], expected: Verdict['kind']): number {
  let verdict: Verdict | null = null
  const tookMs = timed(() => {
    verdict = checkHistory(history)
  })
  const { kind } = verdict! as Verdict
  if (kind !== expected) throw new Error(`the checker says ${kind} where ${expected} is right`)
  return tookMs
}
