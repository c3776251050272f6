import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../base/prng.ts'
import {
  type Bounds,
  type Checker,
  call,
  checkHistory,
  DEFAULT_BOUNDS,
  EMPTY_CHECKER,
  finish,
  type Operation,
  type Verdict,
  verdictOf,
  type Witness,
} from './linearizability.ts'
import { hasOrder, inToldOrder, smallHistory, type Ties, type Told, tellingOf } from './random.test-helper.ts'
import type { Action, Outcome, Value } from './register.ts'
import { searchOrder } from './search.ts'

// ---- Histories by hand ---------------------------------------------------------------------------------------------

const text = (plain: string | null): Value => (plain === null ? null : `s${plain}`)

const made = (action: Action, outcome: Outcome, at: number, until: number): Operation => ({
  client: `c${at}`,
  key: 'x',
  action,
  outcome,
  call: at,
  ret: until,
})
const put = (value: string, at: number, until = at) =>
  made({ op: 'put', value: `s${value}` }, { kind: 'done' }, at, until)
const append = (value: string, at: number, until = at) =>
  made({ op: 'append', value: `s${value}` }, { kind: 'done' }, at, until)
const del = (at: number, until = at) => made({ op: 'delete' }, { kind: 'done' }, at, until)
const get = (value: string | null, at: number, until = at) =>
  made({ op: 'get' }, { kind: 'read', value: text(value) }, at, until)
const cas = (old: string | null, value: string, success: boolean, at: number, until = at) =>
  made({ op: 'cas', old: text(old), value: `s${value}` }, { kind: 'compared', success }, at, until)
/** The client gave up: nobody knows what became of it. */
const lost = (operation: Operation): Operation => ({ ...operation, outcome: { kind: 'unknown' }, ret: null })
const on = (key: string, operation: Operation): Operation => ({ ...operation, key })

type Case = readonly [shows: string, history: readonly Operation[]]

/** Another value, and then 2 again. */
const LATE = [put('3', 6), get('3', 7), get('2', 8)]

const LEGAL: readonly Case[] = [
  ['nothing happened', []],
  ['a key is missing until it is written', [get(null, 1), put('1', 2), get('1', 3)]],
  ['the last write counts', [put('1', 1), put('2', 2), get('2', 3)]],
  ['while a write runs, reads may turn to it at any point', [put('1', 1, 9), get(null, 2, 3), get('1', 4, 5)]],
  ['concurrent writes may take effect in either order', [put('1', 1, 5), put('2', 2, 4), get('1', 6), get('1', 7)]],
  ['equal timestamps are concurrent', [put('1', 1, 5), get(null, 5, 6), get('1', 7)]],
  ['operations of one instant are concurrent', [get('1', 3), put('1', 3), get(null, 3)]],
  ['the order in the list means nothing', [get('2', 3), put('2', 2), put('1', 1)]],
  [
    'an append makes a text of a number, also of one that was written with unknown outcome',
    [lost(on('x', { ...put('1', 1), action: { op: 'put', value: 'n1' } })), append('2', 3), get('12', 5)],
  ],
  ['a write of unknown outcome that never happened', [put('1', 1), lost(put('2', 2)), get('1', 3), get('1', 9)]],
  [
    'a write of unknown outcome may come late',
    [put('1', 1), lost(put('2', 2)), get('1', 3), get('2', 9), get('2', 10)],
  ],
  ['an unknown write may be overwritten unseen', [lost(put('2', 1)), put('1', 2), get('1', 3)]],
  ['a read without an answer constrains nothing', [put('1', 1), lost(get('7', 2)), get('1', 3)]],
  ['an unknown cas that found its old value', [put('1', 1), lost(cas('1', '2', true, 2)), get('2', 3)]],
  ['a chain of unknown cas', [lost(cas('2', '3', true, 1)), lost(cas('1', '2', true, 1)), put('1', 2), get('3', 3)]],
  ['appends stand in the order of time', [append('a', 1), append('b', 2), get('ab', 3)]],
  ['concurrent appends stand in some order', [append('a', 1, 5), append('b', 2, 4), get('ba', 6)]],
  ['an unknown write kept for the read that needs it', [lost(put('2', 0)), put('2', 1, 5), get('2', 1, 5), ...LATE]],
  ['two unknown appends of one text may both happen', [lost(append('a', 1)), lost(append('a', 1)), get('aa', 2)]],
  ['the later of two equal unknown appends', [lost(append('a', 1)), get('a', 2), lost(append('a', 3)), get('aa', 4)]],
  ['an unknown append, not the unknown put', [put('1', 1), lost(put('2', 2)), lost(append('2', 2)), get('12', 3)]],
  [
    'the one of two unknown cas that fits',
    [put('1', 1), ...['9', '1'].map((old) => lost(cas(old, '2', true, 2))), get('2', 3)],
  ],
  ['an append of unknown outcome left out', [append('a', 1), lost(append('b', 2)), append('c', 3), get('ac', 4)]],
  ['an append of unknown outcome in between', [append('a', 1), lost(append('b', 2)), append('c', 3), get('abc', 4)]],
  ['delete removes, also what is not there', [del(1), put('1', 2), del(3), get(null, 4), del(5), get(null, 6)]],
  ['an append after a delete begins anew', [append('a', 1), del(2), append('b', 3), get('b', 4)]],
  ['cas on a missing key creates it', [cas(null, '1', true, 1), get('1', 2), cas(null, '2', false, 3), get('1', 4)]],
  ['cas fails on a missing key', [cas('1', '2', false, 1), get(null, 2)]],
  ['cas on a deleted key finds none', [put('1', 1), del(2), cas('1', '2', false, 3), cas(null, '3', true, 4)]],
  ['of two concurrent cas the second fails', [put('0', 1), cas('0', '1', false, 2, 5), cas('0', '2', true, 3, 4)]],
  ['an empty text is not a missing key', [put('', 1), get('', 2), cas(null, '1', false, 3), cas('', '1', true, 4)]],
  ['each key is a register of its own', [put('1', 1), on('y', get(null, 2)), on('y', put('2', 3)), get('1', 4)]],
]

const ILLEGAL: readonly Case[] = [
  ['a stale read', [put('1', 1), put('2', 2), get('1', 3)]],
  ['a read of a missing key that is there', [put('1', 1), get(null, 2)]],
  ['a read of what nobody wrote', [put('1', 1), get('7', 2)]],
  ['a read of what is written only later', [get('1', 1), put('1', 2)]],
  ['a read of what is written only later, by an unknown write', [get('1', 1), lost(put('1', 2))]],
  ['reads that go back while a write runs', [put('1', 1, 9), get('1', 2, 3), get(null, 4, 5)]],
  ['readers that see two writes in opposite orders', [put('1', 1, 2), put('2', 1, 2), get('1', 3), get('2', 4)]],
  ['a lost update: an append is gone', [append('a', 1), append('b', 2), get('b', 3)]],
  ['a lost update: both counted up from 0', [put('0', 1), cas('0', '1', true, 2, 4), cas('0', '1', true, 3, 5)]],
  ['a cas succeeds twice, one after the other', [put('0', 1), cas('0', '1', true, 2), cas('0', '2', true, 3)]],
  ['appends against the order of time', [append('a', 1), append('b', 2), get('ba', 3)]],
  ['appends read in both orders', [append('a', 1, 5), append('b', 2, 4), get('ba', 6), get('ab', 7)]],
  ['an append that happened twice', [append('a', 1), get('aa', 2)]],
  ['an append of unknown outcome that happened twice', [lost(append('a', 1)), get('aa', 2)]],
  ['two unknown appends that happened three times', [lost(append('a', 1)), lost(append('a', 1)), get('aaa', 2)]],
  ['an unknown append seen before its call', [lost(append('a', 1)), get('aa', 2), lost(append('a', 3))]],
  ['what was read of an unknown write must stay', [put('1', 1), lost(put('2', 2)), get('2', 3), get('1', 4)]],
  ['an unknown write happens once', [lost(put('2', 1)), get('2', 2), put('1', 3), get('1', 4), get('2', 5)]],
  ['an unknown cas whose old value never stood', [put('1', 1), lost(cas('2', '3', true, 2)), get('3', 3)]],
  ['a delete that did not', [put('1', 1), del(2), get('1', 3)]],
  ['a cas that finds a value on a missing key', [cas('1', '2', true, 1)]],
  ['a cas that creates what is there', [put('1', 1), cas(null, '2', true, 2)]],
  ['a cas for a missing key that fails on it', [cas(null, '1', false, 1)]],
  ['a cas that fails although nothing else ever stood there', [put('1', 1), cas('1', '2', false, 2)]],
  ['a failed cas that wrote', [put('1', 1), cas('0', '2', false, 2), get('2', 3)]],
  ['an empty text that is read as missing', [put('', 1), get(null, 2)]],
  ['one bad key among good ones', [put('1', 1), get('1', 2), on('y', get('1', 3)), on('z', put('1', 4))]],
]

const live = (told: readonly Told[], from: Checker = EMPTY_CHECKER): Checker =>
  told.reduce((checker, tell) => tell(checker), from)
const liveVerdict = (history: readonly Operation[], ties: Ties = 'calls first'): Verdict =>
  verdictOf(live(tellingOf(history, ties)))

/** By depth-first search alone, which {@link checkHistory} asks only where the other one gives up. */
function depthFirst(history: readonly Operation[]): 'ok' | 'illegal' {
  const asked = history.filter(({ action, ret }) => action.op !== 'get' || ret !== null)
  const keys = [...new Set(asked.map(({ key }) => key))]
  const found = keys.map((name) =>
    searchOrder(
      asked.filter(({ key }) => key === name),
      { steps: 1_000_000 },
    ),
  )
  if (found.includes('bound')) return expect.fail('a small history took too many steps')
  return found.includes('illegal') ? 'illegal' : 'ok'
}

describe('legal', () => {
  test.each(LEGAL)('%s', (_, history) => {
    expect(checkHistory(history)).toEqual({ kind: 'ok', operations: history.length })
    expect(liveVerdict(history)).toEqual({ kind: 'ok', operations: history.length })
    expect(depthFirst(history)).toBe('ok')
  })
})

describe('illegal', () => {
  test.each(ILLEGAL)('%s', (_, history) => {
    expect(checkHistory(history)).toMatchObject({ kind: 'illegal', operations: history.length })
    expect(liveVerdict(history)).toMatchObject({ kind: 'illegal', operations: history.length })
    expect(depthFirst(history)).toBe('illegal')
  })
})

// ---- Against every order ---------------------------------------------------------------------------------------------

const kindOf = (history: readonly Operation[]): 'ok' | 'illegal' => (hasOrder(history) ? 'ok' : 'illegal')

describe('random histories', () => {
  test('are judged as by trying every order of all operations on all keys', () => {
    const count = { ok: 0, illegal: 0 }
    fc.assert(
      fc.property(smallHistory, (history) => {
        const expected = kindOf(history)
        count[expected]++
        expect(checkHistory(history).kind).toBe(expected)
      }),
      { seed: 1, numRuns: 3_000 },
    )
    // Both kinds were tried.
    expect(Math.min(count.ok, count.illegal)).toBeGreaterThan(600)
  })

  test('have an order that depth-first search finds, exactly if there is one', () => {
    fc.assert(
      fc.property(smallHistory, (history) => {
        expect(depthFirst(history)).toBe(kindOf(history))
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })

  test('are judged by the live judge as by the other', () => {
    fc.assert(
      fc.property(smallHistory, (history) => {
        expect(liveVerdict(history).kind).toBe(checkHistory(history).kind)
      }),
      { seed: 2, numRuns: 1_500 },
    )
  })

  test('are never judged wrongly within small bounds, only not at all', () => {
    const bounds: fc.Arbitrary<Bounds> = fc.record({
      stepsMax: fc.nat(300),
      configurationsMax: fc.integer({ min: 1, max: 4 }),
    })
    const count = { ok: 0, illegal: 0, undecided: 0 }
    fc.assert(
      fc.property(smallHistory, bounds, (history, tight) => {
        const { kind } = checkHistory(history, tight)
        count[kind]++
        if (kind !== 'undecided') expect(kind).toBe(kindOf(history))
      }),
      { seed: 3, numRuns: 2_000 },
    )
    expect(Math.min(count.ok, count.illegal, count.undecided)).toBeGreaterThan(50)
  })
})

// ---- The witness -----------------------------------------------------------------------------------------------------

/** Reads that are taken out are forgotten, writes may have happened or not. */
const takenOut = (operation: Operation): readonly Operation[] => {
  const { action, outcome } = operation
  const isRead = action.op === 'get' || (outcome.kind === 'compared' && !outcome.success)
  return isRead ? [] : [lost(operation)]
}

/** The history of the witness's key without all but `kept`. */
function only(kept: readonly Operation[], { key }: Witness, history: readonly Operation[]): readonly Operation[] {
  return history.filter((each) => each.key === key).flatMap((each) => (kept.includes(each) ? [each] : takenOut(each)))
}

function witnessOf(verdict: Verdict): Witness {
  return verdict.kind === 'illegal' ? verdict.witness : expect.fail(`not illegal: ${verdict.kind}`)
}

describe('a witness', () => {
  test('is illegal whatever the others did, and legal without any one of its operations', () => {
    fc.assert(
      fc.property(smallHistory, fc.boolean(), (history, isLive) => {
        fc.pre(!hasOrder(history))
        const witness = witnessOf(isLive ? liveVerdict(history) : checkHistory(history))
        const operations = history.filter((each) => witness.operations.some((found) => isSame(found, each)))
        expect(operations).toHaveLength(witness.operations.length)
        expect(witness.minimal).toBe(true)
        expect(witness.lines).toHaveLength(operations.length)
        expect(hasOrder(operations)).toBe(false)
        expect(hasOrder(only(operations, witness, history))).toBe(false)
        for (const one of operations) {
          const rest = operations.filter((each) => each !== one)
          expect(hasOrder(only(rest, witness, history))).toBe(true)
        }
      }),
      { seed: 4, numRuns: 500, maxSkipsPerRun: 20 },
    )
  })

  test('of a stale read is the two writes and the read, as lines, whatever else happened', () => {
    const stale = [put('1', 30, 31), put('2', 40, 41), get('1', 60, 62)]
    const noise = [put('0', 1, 9), get('0', 10), lost(put('4', 11)), put('5', 12, 35), get(null, 0), get('1', 70)]
    const verdict = checkHistory([...noise, ...stale, on('y', put('3', 50)), on('y', get('3', 51))])
    expect(verdict).toMatchObject({ kind: 'illegal', operations: 11 })
    const { key, operations, lines, minimal } = witnessOf(verdict)
    expect({ key, operations, minimal }).toEqual({ key: 'x', operations: stale, minimal: true })
    expect(lines).toEqual(['c30 put x "1" [30..31]', 'c40 put x "2" [40..41]', 'c60 get x -> "1" [60..62]'])
  })
})

/** The operations in the witness of a live judge are copies. */
const isSame = (x: Operation, y: Operation): boolean =>
  x.client === y.client && x.key === y.key && x.call === y.call && x.ret === y.ret

// ---- The live judge --------------------------------------------------------------------------------------------------

/** Tells that an operation begins and has returned. */
const whole = (id: string, operation: Operation): Told[] => [
  (checker) => call(checker, id, operation),
  (checker) => finish(checker, id, () => operation.outcome, operation.ret ?? operation.call),
]

describe('the live judge', () => {
  test('believes the order in which it is told, also at one instant', () => {
    let orderAlone = 0
    fc.assert(
      fc.property(smallHistory, (history) => {
        const told = inToldOrder(history, 'returns first')
        const verdict = liveVerdict(history, 'returns first')
        expect(verdict.kind).toBe(kindOf(told))
        if (verdict.kind !== 'illegal') return
        const { operations, minimal } = verdict.witness
        const named = history.flatMap((each, at) => (operations.some((one) => isSame(one, each)) ? [told[at]!] : []))
        if (minimal) expect(hasOrder(named)).toBe(false)
        else {
          // By their times the operations have an order: what is told as the witness is only the answer.
          orderAlone++
          expect(named).toHaveLength(1)
        }
      }),
      { seed: 5, numRuns: 1_000 },
    )
    expect(orderAlone).toBeGreaterThan(0)
  })

  test('says illegal with the answer that nothing explains, not before, and it stays so', () => {
    const good = live([...whole('a', put('1', 1)), ...whole('b', put('2', 2)), (now) => call(now, 'c', get('1', 3))])
    expect(verdictOf(good)).toEqual({ kind: 'ok', operations: 3 })
    const bad = finish(good, 'c', () => ({ kind: 'read', value: 's1' }), 4)
    expect(witnessOf(verdictOf(bad)).operations.map(({ action }) => action.op)).toEqual(['put', 'put', 'get'])
    const later = live([...whole('d', get('2', 5)), ...whole('e', on('y', get('9', 6)))], bad)
    expect(witnessOf(verdictOf(later))).toEqual(witnessOf(verdictOf(bad)))
  })

  test('waits for an earlier operation whose outcome is still open', () => {
    const waits = live([(now) => call(now, 'a', put('1', 1)), ...whole('b', get('1', 2)), ...whole('c', get(null, 3))])
    expect(verdictOf(waits).kind).toBe('ok')
    expect(verdictOf(finish(waits, 'a', () => ({ kind: 'done' }), 4)).kind).toBe('illegal')
    expect(verdictOf(finish(waits, 'a', () => ({ kind: 'unknown' }), 4)).kind).toBe('illegal')
  })

  test('forgets what was refused', () => {
    const history = [put('1', 1), put('2', 2), get('1', 3)]
    const told = tellingOf(history, 'calls first')
    const refused: Told = (checker) => finish(checker, 'r1', () => null, 2)
    expect(verdictOf(live([...told.slice(0, 3), refused, ...told.slice(4)])).kind).toBe('ok')
    expect(verdictOf(live(told)).kind).toBe('illegal')
  })

  test('tells the outcome function what the operation was, and ignores a return that nobody called', () => {
    const called = call(EMPTY_CHECKER, 'a', cas(null, '1', true, 1))
    const asked: Action[] = []
    finish(
      called,
      'a',
      (action) => {
        asked.push(action)
        return { kind: 'compared', success: true }
      },
      2,
    )
    expect(asked).toEqual([{ op: 'cas', old: null, value: 's1' }])
    expect(finish(called, 'b', () => ({ kind: 'read', value: 's9' }), 2)).toBe(called)
  })

  test('is a value: an older one is not changed by what newer ones were told', () => {
    fc.assert(
      fc.property(smallHistory, (history) => {
        const told = tellingOf(history, 'calls first')
        const versions = [EMPTY_CHECKER]
        for (const tell of told) versions.push(tell(versions.at(-1)!))
        const verdicts = versions.map(verdictOf)
        for (let at = versions.length - 1; at >= 0; at--) {
          // Another future, in which somebody reads what nobody wrote.
          live([...whole('other', get('never', 50)), ...told.slice(at)], versions[at])
          expect(verdictOf(versions[at]!)).toEqual(verdicts[at])
          expect(verdictOf(live(told.slice(at), versions[at]))).toEqual(verdicts.at(-1))
        }
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  test('remembers nothing of operations that have ended', () => {
    const told = tellingOf([put('1', 1), lost(put('2', 2)), get('1', 3), on('y', lost(get(null, 4)))], 'calls first')
    expect(live(told.slice(0, -1)).keyOf.size).toBe(1)
    expect(live(told).keyOf.size).toBe(0)
  })

  test('names at least the answer when the history is longer than its memory', () => {
    const rounds = Array.from({ length: 450 }, (_, at) => whole(`w${at}`, put(`${at}`, at)))
    const read = get('7', 900)
    const { operations, lines, minimal } = witnessOf(verdictOf(live([...rounds, whole('r', read)].flat())))
    expect({ operations, lines, minimal }).toEqual({
      operations: [read],
      lines: ['c900 get x -> "7" [900..900]'],
      minimal: false,
    })
  })
})

// ---- A store that is atomic by construction --------------------------------------------------------------------------

const WAIT_MAX = 50

/** Draws of one stream, one after the other. */
function dice(seed: number) {
  const key = streamKey(seed, 'store')
  let drawn = 0
  return (count: number) => draw(key, drawn++) % count
}

interface Plan {
  readonly client: string
  readonly key: string
  readonly call: number
  /** When it takes effect. */
  readonly at: number
  readonly ret: number
}

/** What `clients` saw of an atomic store with `keys`: each operation takes effect at one instant. Values are unique. */
function storeHistory(seed: number, count: number, clients: number, keys: number, lostPermille: number): Operation[] {
  const roll = dice(seed)
  const free = new Array<number>(clients).fill(0)
  const plans = Array.from({ length: count }, (): Plan => {
    const client = roll(clients)
    const began = free[client]! + 1 + roll(WAIT_MAX)
    const at = began + roll(WAIT_MAX)
    const ret = at + roll(WAIT_MAX)
    free[client] = ret
    return { client: `c${client}`, key: `k${roll(keys)}`, call: began, at, ret }
  })
  const store = new Map<string, string>()
  return plans
    .sort((x, y) => x.at - y.at)
    .map(({ client, key, call: began, ret }, number) => {
      const isLost = roll(1_000) < lostPermille
      const before = store.get(key)
      const { action, outcome, next } = served(roll(10), before, `${number};`)
      // Half of those that nobody hears of never happened.
      if (!isLost || roll(2) === 0) {
        if (next === undefined) store.delete(key)
        else store.set(key, next)
      }
      const operation: Operation = { client, key, action, outcome, call: began, ret }
      return isLost ? lost(operation) : operation
    })
}

interface Served {
  readonly action: Action
  readonly outcome: Outcome
  readonly next: string | undefined
}

function served(dies: number, before: string | undefined, token: string): Served {
  const value = `s${token}`
  const held = before === undefined ? null : `s${before}`
  if (dies < 4) return { action: { op: 'get' }, outcome: { kind: 'read', value: held }, next: before }
  if (dies < 6) return { action: { op: 'put', value }, outcome: { kind: 'done' }, next: token }
  if (dies < 7) return { action: { op: 'append', value }, outcome: { kind: 'done' }, next: (before ?? '') + token }
  if (dies < 8) {
    return { action: { op: 'cas', old: held, value }, outcome: { kind: 'compared', success: true }, next: token }
  }
  if (dies < 9) {
    const action: Action = { op: 'cas', old: 's-', value }
    return { action, outcome: { kind: 'compared', success: false }, next: before }
  }
  return { action: { op: 'delete' }, outcome: { kind: 'done' }, next: undefined }
}

const withAnswer = (history: readonly Operation[], at: number, value: Value): readonly Operation[] =>
  history.with(at, { ...history[at]!, outcome: { kind: 'read', value } })

/** The last read, and a put on its key that another one replaced: the one ended before the other began, both before the read. */
function staleRead(history: readonly Operation[]): { readonly at: number; readonly value: Value } {
  const at = history.findLastIndex(({ outcome }) => outcome.kind === 'read')
  const read = history[at]!
  const puts = history.filter(({ key, action, ret }) => key === read.key && action.op === 'put' && ret !== null)
  const [old] = puts
  const isReplaced = puts.some((each) => each.call > old!.ret! && each.ret! < read.call)
  if (old?.action.op !== 'put' || !isReplaced) return expect.fail('the history is too short')
  return { at, value: old.action.value }
}

describe.each([
  [1, 10],
  [2, 10],
  [3, 0],
])('2,000 operations on an atomic store, seed %i, %i per mille of unknown outcome', (seed, lostPermille) => {
  const history = storeHistory(seed, 2_000, 8, 4, lostPermille)

  test('are ok', () => {
    expect(checkHistory(history)).toEqual({ kind: 'ok', operations: 2_000 })
  })

  test.each([0.1, 0.5, 0.9])('are illegal with one read, at %f of them, of what was never written', (share) => {
    const at = history.findIndex(({ outcome }, index) => index > share * history.length && outcome.kind === 'read')
    const wrong = withAnswer(history, at, 's-1;')
    const witness = witnessOf(checkHistory(wrong))
    expect(witness.operations).toEqual([wrong[at]])
    expect(witness.minimal).toBe(true)
  })

  test('are illegal with one read of what was replaced long before', () => {
    const { at, value } = staleRead(history)
    const wrong = withAnswer(history, at, value)
    const witness = witnessOf(checkHistory(wrong))
    expect(witness.key).toBe(wrong[at]!.key)
    expect(witness.operations).toContain(wrong[at])
    expect(witness.minimal).toBe(true)
    // It takes the write, what replaced it, and the read; little more may be as minimal, but a person must see it.
    expect(witness.operations.length).toBeGreaterThanOrEqual(3)
    expect(witness.operations.length).toBeLessThanOrEqual(6)
    expect(checkHistory(only(witness.operations, witness, wrong)).kind).toBe('illegal')
  })
})

test('the live judge keeps up with an atomic store, and finds the stale read', () => {
  const history = storeHistory(4, 600, 6, 4, 0)
  expect(liveVerdict(history)).toEqual({ kind: 'ok', operations: 600 })
  const { at, value } = staleRead(history)
  const wrong = withAnswer(history, at, value)
  expect(witnessOf(liveVerdict(wrong)).operations).toContainEqual(wrong[at])
})

// ---- Bounds ----------------------------------------------------------------------------------------------------------

/** Every subset of these appends may have happened, each leads to another beginning of what is read, and none to all of it. */
const HARD: readonly Operation[] = [
  ...Array.from({ length: 30 }, (_, at) => lost(append('a'.repeat(at + 1), 0))),
  get(`${'a'.repeat(465)}b`, 1, 2),
  lost(append('b', 3)),
]

describe('bounds', () => {
  test.each([0, 1, 100, 20_000])('%i steps for a hard history: undecided, with the key and the bound', (stepsMax) => {
    const verdict = checkHistory(HARD, { ...DEFAULT_BOUNDS, stepsMax })
    expect(verdict).toMatchObject({ kind: 'undecided', operations: 32, key: 'x' })
    expect(verdict).toHaveProperty('reason', expect.stringContaining(`${stepsMax} steps`))
  })

  test('what contradicts itself needs no search: an answer that nobody wrote, an append behind two values', () => {
    const none = { ...DEFAULT_BOUNDS, stepsMax: 0 }
    const writes = Array.from({ length: 100 }, (_, at) => lost(put(`${at}`, at)))
    const never = get('never', 200)
    expect(witnessOf(checkHistory([...writes, never], none)).operations).toEqual([never])
    const appends = [append('.a', 1, 9), append('.b', 1, 9), append('.c', 1, 9)]
    const reads = [get('.a.b.c', 10), get('.b.a.c', 11)]
    expect(witnessOf(checkHistory([...appends, ...reads], none)).operations).toEqual(reads)
  })

  test('a hard key does not hide what the others show', () => {
    const bounds = { ...DEFAULT_BOUNDS, stepsMax: 20_000 }
    const bad = ILLEGAL[0]![1].map((each) => on('y', each))
    expect(witnessOf(checkHistory([...HARD, ...bad], bounds)).key).toBe('y')
    const good = LEGAL[1]![1].map((each) => on('y', each))
    expect(checkHistory([...HARD, ...good], bounds)).toMatchObject({ kind: 'undecided', operations: 35, key: 'x' })
  })

  test('a hundred operations open at once', () => {
    const writes = Array.from({ length: 100 }, (_, at) => put(`${at}`, at, 1_000))
    expect(checkHistory([...writes, get('42', 2_000), get('42', 2_001)]).kind).toBe('ok')
    const bounds = { ...DEFAULT_BOUNDS, stepsMax: 50_000 }
    expect(checkHistory([...writes, get('never', 2_000)], bounds).kind).not.toBe('ok')
  })

  test('the live judge gives a key up, remembers nothing of it, and judges the others', () => {
    const writes = Array.from({ length: 100 }, (_, at) => put(`${at}`, at, 1_000))
    const given = live(tellingOf([...writes, get('never', 2_000)], 'calls first'))
    expect(verdictOf(given)).toMatchObject({ kind: 'undecided', operations: 101, key: 'x' })
    expect(given.keyOf.size).toBe(0)
    const good = live([...whole('a', on('y', put('1', 1))), ...whole('b', on('y', get('1', 2)))], given)
    expect(verdictOf(good)).toMatchObject({ kind: 'undecided', operations: 103, key: 'x' })
    const bad = live(whole('c', on('y', get(null, 3))), good)
    expect(witnessOf(verdictOf(bad)).key).toBe('y')
  })
})
