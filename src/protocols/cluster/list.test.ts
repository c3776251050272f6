import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { List } from './list.ts'

type Step =
  | { readonly kind: 'left' | 'right'; readonly count: number }
  | { readonly kind: 'drop-left' | 'drop-right'; readonly count: number }
  | { readonly kind: 'with'; readonly count: number }

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('left', 'right', 'drop-left', 'drop-right', 'with'),
  count: fc.oneof(fc.nat(5), fc.nat(300)),
})

function apply(list: List, model: string[], { kind, count }: Step, salt: number): List {
  if (kind === 'left' || kind === 'right') {
    let next = list
    for (let n = 0; n < count; n++) {
      next = kind === 'left' ? next.pushLeft(`${salt}.${n}`) : next.pushRight(`${salt}.${n}`)
      if (kind === 'left') model.unshift(`${salt}.${n}`)
      else model.push(`${salt}.${n}`)
    }
    return next
  }
  if (kind === 'with') {
    if (count >= model.length) return list
    model[count] = `w${salt}`
    return list.with(count, `w${salt}`)
  }
  if (kind === 'drop-left') model.splice(0, count)
  else model.splice(Math.max(0, model.length - count), count)
  return kind === 'drop-left' ? list.dropLeft(count) : list.dropRight(count)
}

describe('a persistent list', () => {
  test('agrees with an array', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(600), fc.nat(600), (steps, a, b) => {
        let list = List.empty
        const model: string[] = []
        steps.forEach((it, salt) => {
          list = apply(list, model, it, salt)
        })
        expect(list.length).toBe(model.length)
        expect(list.items()).toEqual(model)
        const [from, to] = [Math.min(a, b, model.length), Math.min(Math.max(a, b), model.length)]
        expect(list.slice(from, to)).toEqual(model.slice(from, to))
        for (const index of [-1, 0, a, b, model.length - 1, model.length]) expect(list.at(index)).toBe(model[index])
        // However it came about, equal lists hash alike.
        expect(list.hash()).toBe(List.from(model).hash())
      }),
    )
  })

  test('hashes tell orders apart', () => {
    const hashes = [['a', 'b', 'c'], ['c', 'b', 'a'], ['a', 'b'], ['ab', 'c'], []].map((items) =>
      List.from(items).hash(),
    )
    expect(new Set(hashes).size).toBe(5)
  })
})
