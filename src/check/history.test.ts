import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyJson, parseHistory } from './history.ts'
import { checkHistory, type Operation } from './linearizability.ts'

const GET = { client: 'a', key: 'x', op: 'get', result: '1', found: true, call: 1, ret: 2 }
const PUT = { client: 'a', key: 'x', op: 'put', value: '1', ok: true, call: 1, ret: 2 }
const CAS = { client: 'a', key: 'x', op: 'cas', old: '1', value: '2', ok: true, call: 1, ret: 2 }

function parsed(...ops: readonly object[]): readonly Operation[] {
  const history = parseHistory({ ops })
  return history.ok ? history.value : expect.fail(history.error)
}
const outcomes = (...ops: readonly object[]) => parsed(...ops).map(({ outcome }) => outcome)
const actions = (...ops: readonly object[]) => parsed(...ops).map(({ action }) => action)

/** The same operation without one field. */
function without(operation: object, field: string): object {
  return Object.fromEntries(Object.entries(operation).filter(([name]) => name !== field))
}

describe('a history in JSON', () => {
  test('is the form of an export', () => {
    const history = parseHistory({
      ops: [
        { client: 'c1', key: 'x', op: 'put', value: '1', ok: true, call: 0, ret: 10 },
        { client: 'c2', key: 'x', op: 'append', value: '2', call: 5, ret: null },
        { client: 'c1', key: 'x', op: 'get', result: '12', found: true, ok: true, call: 20, ret: 30 },
        { client: 'c1', key: 'y', op: 'get', result: null, found: false, ok: true, call: 40, ret: 50 },
        { client: 'c1', key: 'y', op: 'cas', old: null, value: '1', ok: true, call: 60, ret: 70 },
        { client: 'c1', key: 'y', op: 'delete', ok: true, call: 80, ret: 90 },
      ],
    })
    expect(history).toEqual({
      ok: true,
      value: [
        { client: 'c1', key: 'x', action: { op: 'put', value: 's1' }, outcome: { kind: 'done' }, call: 0, ret: 10 },
        {
          client: 'c2',
          key: 'x',
          action: { op: 'append', value: 's2' },
          outcome: { kind: 'unknown' },
          call: 5,
          ret: null,
        },
        { client: 'c1', key: 'x', action: { op: 'get' }, outcome: { kind: 'read', value: 's12' }, call: 20, ret: 30 },
        { client: 'c1', key: 'y', action: { op: 'get' }, outcome: { kind: 'read', value: null }, call: 40, ret: 50 },
        {
          client: 'c1',
          key: 'y',
          action: { op: 'cas', old: null, value: 's1' },
          outcome: { kind: 'compared', success: true },
          call: 60,
          ret: 70,
        },
        { client: 'c1', key: 'y', action: { op: 'delete' }, outcome: { kind: 'done' }, call: 80, ret: 90 },
      ],
    })
  })

  test('is the bare list as well', () => {
    expect(parseHistory([PUT, GET])).toEqual(parseHistory({ ops: [PUT, GET] }))
    expect(parseHistory([])).toEqual({ ok: true, value: [] })
  })

  test('may come from elsewhere: numbers for names, fractions of time, unknown fields', () => {
    const [operation] = parsed({ ...PUT, client: 0, key: 17, call: -0.5, ret: 1e12, node: 'db1', type: ['w'] })
    expect(operation).toMatchObject({ client: '0', key: '17', call: -0.5, ret: 1e12 })
  })

  test('tells values of different types apart', () => {
    const values = ['1', 1, true, 'true', null, 'null', '', 0, false]
    const texts = values.map((value) => JSON.stringify(actions({ ...PUT, value })))
    expect(new Set(texts).size).toBe(values.length)
    for (const written of values) {
      for (const read of values) {
        const history = parsed({ ...PUT, value: written }, { ...GET, result: read, found: true, call: 3, ret: 4 })
        expect(checkHistory(history).kind).toBe(written === read ? 'ok' : 'illegal')
      }
    }
  })

  test('has an unknown outcome without a return, whatever else is there', () => {
    const open = [GET, PUT, CAS].flatMap((each) => [
      { ...each, ret: null },
      without(each, 'ret'),
      { ...each, ret: null, ok: false },
    ])
    for (const outcome of outcomes(...open)) expect(outcome).toEqual({ kind: 'unknown' })
    expect(parsed(without(PUT, 'ret'))).toMatchObject([{ ret: null }])
  })

  test('leaves out what was refused, but not a cas that failed', () => {
    expect(parsed({ ...PUT, ok: false }, { ...GET, ok: false }, { ...PUT, op: 'delete', ok: false })).toEqual([])
    expect(outcomes({ ...CAS, ok: false })).toEqual([{ kind: 'compared', success: false }])
  })

  test.each([
    ['a text', { ...GET, result: 'a' }, 'sa'],
    ['a text, without `found`', without(GET, 'found'), 's1'],
    ['a text, with `found` null', { ...GET, found: null }, 's1'],
    ['not found', { ...GET, result: null, found: false }, null],
    ['not found, without a result', without({ ...GET, found: false }, 'result'), null],
    ['null, without `found`', { ...without(GET, 'found'), result: null }, null],
    ['null that is there', { ...GET, result: null, found: true }, 'z'],
  ])('reads %s', (_, operation, value) => {
    expect(outcomes(operation)).toEqual([{ kind: 'read', value }])
  })

  test('takes no old value as "the key was missing"', () => {
    const create = { op: 'cas', old: null, value: 's2' }
    expect(actions({ ...CAS, old: null }, without(CAS, 'old'))).toEqual([create, create])
  })
})

describe('a mistake is answered with its place, what was expected and what was found', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['a text', 'ops'],
    ['other fields', { operations: [] }],
    ['no list', { ops: { 0: PUT } }],
  ])('%s is no history', (_, json) => {
    expect(parseHistory(json)).toEqual({ ok: false, error: 'expected {"ops":[…]} or a list of operations' })
  })

  test.each([
    ['an operation', null, 'ops[1]: expected an operation, found null'],
    ['an operation', 7, 'ops[1]: expected an operation, found 7'],
    ['an operation', [PUT], 'ops[1]: expected an operation, found a list'],
    ['client', without(PUT, 'client'), 'ops[1].client: expected a name or number, found nothing'],
    ['client', { ...PUT, client: {} }, 'ops[1].client: expected a name or number, found an object'],
    ['key', without(PUT, 'key'), 'ops[1].key: expected a key, found nothing'],
    ['key', { ...PUT, key: null }, 'ops[1].key: expected a key, found null'],
    ['op', without(PUT, 'op'), 'ops[1].op: expected "put", "get", "append", "cas" or "delete", found nothing'],
    ['op', { ...PUT, op: 'PUT' }, 'ops[1].op: expected "put", "get", "append", "cas" or "delete", found "PUT"'],
    ['call', without(PUT, 'call'), 'ops[1].call: expected a number, found nothing'],
    ['call', { ...PUT, call: '1' }, 'ops[1].call: expected a number, found "1"'],
    ['call', { ...PUT, call: Number.POSITIVE_INFINITY }, 'ops[1].call: expected a number, found null'],
    ['ret', { ...PUT, ret: true }, 'ops[1].ret: expected a number or null, found true'],
    ['ret', { ...PUT, call: 5, ret: 4 }, 'ops[1].ret: expected a time not before the call at 5, found 4'],
    ['value of a put', without(PUT, 'value'), 'ops[1].value: expected a value, found nothing'],
    ['value of a put', { ...PUT, value: ['1'] }, 'ops[1].value: expected a value, found a list'],
    [
      'value of an append',
      { ...PUT, op: 'append', value: true },
      'ops[1].value: expected a text or number to append, found true',
    ],
    [
      'value of an append',
      { ...PUT, op: 'append', value: null },
      'ops[1].value: expected a text or number to append, found null',
    ],
    ['value of a cas', without(CAS, 'value'), 'ops[1].value: expected the new value, found nothing'],
    ['old of a cas', { ...CAS, old: {} }, 'ops[1].old: expected the old value, or null for none, found an object'],
    ['ok of a cas', without(CAS, 'ok'), 'ops[1].ok: expected whether the old value was there, found nothing'],
    ['ok of a cas', { ...CAS, ok: null }, 'ops[1].ok: expected whether the old value was there, found null'],
    ['ok', { ...PUT, ok: 'yes' }, 'ops[1].ok: expected true or false, found "yes"'],
    ['found', { ...GET, found: 1 }, 'ops[1].found: expected true or false, found 1'],
    [
      'result of a get',
      without(GET, 'result'),
      'ops[1].result: expected what was read (or "found": false), found nothing',
    ],
    ['result of a get', { ...GET, result: [1] }, 'ops[1].result: expected a text, number or boolean, found a list'],
  ])('%s', (_, bad, error) => {
    expect(parseHistory({ ops: [PUT, bad, null] })).toEqual({ ok: false, error })
  })

  test('briefly, even when what was found is long, or nested deeper than a stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    for (const value of ['x'.repeat(1_000_000), deep]) {
      const history = parseHistory([{ ...PUT, ok: value }])
      expect(history.ok).toBe(false)
      if (!history.ok) expect(history.error.length).toBeLessThan(200)
    }
  })
})

// ---- Properties ------------------------------------------------------------------------------------------------------

const value = fc.oneof(
  fc.string().map((plain) => `s${plain}`),
  fc.integer().map((plain) => `n${plain}`),
  fc.constantFrom('btrue', 'bfalse', 'z', 's', 'sz', 'snull'),
)
/** What a cas may compare with: a JSON null stands for a missing key. */
const old = fc.option(value.filter((each) => each !== 'z'))
const added = value.filter((each) => /^[sn]/.test(each))
const unknown = { kind: 'unknown' as const }
const done = fc.constantFrom({ kind: 'done' as const }, unknown)
const isRead = fc.oneof(
  fc.option(value).map((read) => ({ kind: 'read' as const, value: read })),
  fc.constant(unknown),
)
const isCompared = fc.constantFrom(
  { kind: 'compared' as const, success: true },
  { kind: 'compared' as const, success: false },
  unknown,
)

const operation: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.oneof(
      fc.record({ action: fc.record({ op: fc.constant('put' as const), value }), outcome: done }),
      fc.record({ action: fc.record({ op: fc.constant('append' as const), value: added }), outcome: done }),
      fc.record({ action: fc.record({ op: fc.constant('delete' as const) }), outcome: done }),
      fc.record({ action: fc.record({ op: fc.constant('get' as const) }), outcome: isRead }),
      fc.record({ action: fc.record({ op: fc.constant('cas' as const), old, value }), outcome: isCompared }),
    ),
    fc.record({ client: fc.string(), key: fc.string(), call: fc.nat(), lasts: fc.nat() }),
  )
  .map(([{ action, outcome }, { client, key, call, lasts }]) => ({
    client,
    key,
    action,
    outcome,
    call,
    ret: outcome.kind === 'unknown' ? null : call + lasts,
  }))

/** Mostly what is plausible, now and then anything. */
const mostly = (plausible: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 19, arbitrary: plausible }, { weight: 1, arbitrary: fc.jsonValue() })
const plain = mostly(fc.oneof(fc.constantFrom('a', 'ab', true), fc.nat(3)))

/** Something that looks like an operation. */
const almost = fc.record(
  {
    client: mostly(fc.constantFrom('c', 1)),
    key: mostly(fc.constantFrom('x', 'y', 3)),
    op: mostly(fc.constantFrom('put', 'get', 'append', 'cas', 'delete')),
    value: plain,
    old: plain,
    result: plain,
    found: mostly(fc.constantFrom(true, false, null)),
    ok: mostly(fc.constantFrom(true, false, null)),
    call: mostly(fc.nat(9)),
    ret: mostly(fc.integer({ min: 7, max: 19 })),
  },
  { requiredKeys: ['client', 'key', 'op', 'call'] },
)

describe('for all', () => {
  test('operations: what is written is read back as the same', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 8 }), (operations) => {
        const json: unknown = JSON.parse(JSON.stringify(historyJson(operations)))
        expect(parseHistory(json)).toEqual({ ok: true, value: operations })
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('JSON values: a history or a reason, never an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        for (const given of [json, [json], { ops: json }, { ops: [json] }]) {
          const history = parseHistory(given)
          if (!history.ok) expect(history.error).toContain('expected')
        }
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  test('half-plausible operations: what is accepted can be judged and written', () => {
    const count = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(fc.array(almost, { minLength: 1, maxLength: 2 }), (ops) => {
        const history = parseHistory(ops)
        count[history.ok ? 'accepted' : 'refused']++
        if (!history.ok) {
          expect(history.error).toMatch(/^ops\[[01]\]\.\w+: expected .+, found .+$/)
          return
        }
        for (const { call, ret, outcome } of history.value) {
          expect(ret === null).toBe(outcome.kind === 'unknown')
          expect(ret ?? call).toBeGreaterThanOrEqual(call)
        }
        expect(parseHistory(historyJson(history.value))).toEqual(history)
        expect(['ok', 'illegal']).toContain(checkHistory(history.value).kind)
      }),
      { seed: 3, numRuns: 1_000 },
    )
    expect(Math.min(count.accepted, count.refused)).toBeGreaterThan(200)
  })
})
