import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestId } from '../../base/brand.ts'
import { applyProposal, EMPTY_KV, type Kv, type Outcome } from './kv.ts'
import { C1 } from './testing.ts'
import type { Operation, Proposal } from './types.ts'

function proposal(sequence: number, operation: Operation, session = 's'): Proposal {
  return { client: C1, request: requestId(`${session}:${sequence}`), session, sequence, operation }
}

/** Applies the operations one after the other, as one session. */
function run(operations: readonly Operation[]): { readonly kv: Kv; readonly outcomes: readonly Outcome[] } {
  let kv = EMPTY_KV
  const outcomes = operations.map((operation, at) => {
    const result = applyProposal(kv, proposal(at + 1, operation))
    kv = result.kv
    return result.outcome!
  })
  return { kv, outcomes }
}

const value = (kv: Kv, key: string) => kv.cells.get(key)?.value

describe('operations', () => {
  test.each<[string, readonly Operation[], string | undefined, Outcome]>([
    ['put', [{ op: 'put', key: 'x', value: '1' }], '1', { value: null, success: true }],
    ['get of nothing', [{ op: 'get', key: 'x' }], undefined, { value: null, success: true }],
    [
      'get',
      [
        { op: 'put', key: 'x', value: '1' },
        { op: 'get', key: 'x' },
      ],
      '1',
      { value: '1', success: true },
    ],
    ['append to nothing', [{ op: 'append', key: 'x', value: 'a' }], 'a', { value: null, success: true }],
    [
      'append',
      [
        { op: 'put', key: 'x', value: 'a' },
        { op: 'append', key: 'x', value: 'b' },
      ],
      'ab',
      { value: null, success: true },
    ],
    [
      'cas that matches',
      [
        { op: 'put', key: 'x', value: 'a' },
        { op: 'cas', key: 'x', old: 'a', value: 'b' },
      ],
      'b',
      { value: null, success: true },
    ],
    [
      'cas that does not',
      [
        { op: 'put', key: 'x', value: 'a' },
        { op: 'cas', key: 'x', old: 'c', value: 'b' },
      ],
      'a',
      { value: null, success: false },
    ],
    ['cas of nothing', [{ op: 'cas', key: 'x', old: null, value: 'b' }], 'b', { value: null, success: true }],
    [
      'cas of nothing that is something',
      [
        { op: 'put', key: 'x', value: '' },
        { op: 'cas', key: 'x', old: null, value: 'b' },
      ],
      '',
      { value: null, success: false },
    ],
    [
      'delete',
      [
        { op: 'put', key: 'x', value: 'a' },
        { op: 'delete', key: 'x' },
      ],
      undefined,
      { value: null, success: true },
    ],
    ['delete of nothing', [{ op: 'delete', key: 'x' }], undefined, { value: null, success: false }],
  ])('%s', (_, operations, expected, outcome) => {
    const { kv, outcomes } = run(operations)
    expect(value(kv, 'x')).toBe(expected)
    expect(outcomes.at(-1)).toEqual(outcome)
  })
})

describe('sessions (dissertation, 6.3)', () => {
  const append = proposal(1, { op: 'append', key: 'x', value: 'a' })

  test('a retry is answered with the first outcome and not applied again', () => {
    const swap = proposal(1, { op: 'cas', key: 'x', old: null, value: 'b' })
    const first = applyProposal(EMPTY_KV, swap)
    const retry = applyProposal(first.kv, swap)
    expect(retry.kv).toBe(first.kv)
    expect(retry.outcome).toEqual({ value: null, success: true })
  })

  test('a retry that comes after a newer operation of its session is not answered', () => {
    const { kv } = run([
      { op: 'append', key: 'x', value: 'a' },
      { op: 'append', key: 'x', value: 'b' },
    ])
    expect(applyProposal(kv, append)).toEqual({ kv, outcome: null })
  })

  test('sessions do not disturb each other', () => {
    const first = applyProposal(EMPTY_KV, append).kv
    expect(value(applyProposal(first, proposal(1, append.operation, 'other')).kv, 'x')).toBe('aa')
  })
})

describe('the hash of the content', () => {
  const text = fc.string({ maxLength: 3 })
  const key = fc.constantFrom('a', 'b', 'c')
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({ op: fc.constant('put' as const), key, value: text }),
    fc.record({ op: fc.constant('append' as const), key, value: text }),
    fc.record({ op: fc.constant('delete' as const), key }),
    fc.record({ op: fc.constant('cas' as const), key, old: fc.option(text), value: text }),
  )

  test('depends on content alone, however it came about', () => {
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const { kv } = run(operations)
        // As many operations, but the cells are written at once.
        const puts = kv.cells.entries().map(([name, cell]): Operation => ({ op: 'put', key: name, value: cell.value }))
        const idle = operations.slice(puts.length).map((): Operation => ({ op: 'get', key: 'a' }))
        expect(run([...idle, ...puts]).kv.lane).toBe(kv.lane)
      }),
    )
  })

  test('notices a changed value, a changed key and a used sequence number', () => {
    const lanes = [
      run([{ op: 'put', key: 'x', value: '1' }]),
      run([{ op: 'put', key: 'x', value: '2' }]),
      run([{ op: 'put', key: 'y', value: '1' }]),
      run([
        { op: 'put', key: 'x', value: '1' },
        { op: 'get', key: 'x' },
      ]),
    ].map((it) => it.kv.lane)
    expect(new Set(lanes).size).toBe(4)
  })
})
