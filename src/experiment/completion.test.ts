import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { actOf, anyAct } from './arbitrary.test-helper.ts'
import { complete } from './completion.ts'
import { nextFacts, startFacts } from './facts.ts'
import { MOVERS, parseLine, printMover } from './movers.ts'
import { printAct } from './printer.ts'
import { TOY } from './toy.test-helper.ts'
import type { ArgType } from './types.ts'

const FACTS = startFacts(TOY, {})

/** Completes at the `|`… of the line, which is left out. */
function at(marked: string, facts = FACTS) {
  const cursor = marked.indexOf('^')
  return complete(marked.replace('^', ''), cursor, TOY, facts, MOVERS)
}

const texts = (marked: string, facts = FACTS): string[] => at(marked, facts).candidates.map(({ text }) => text)

describe('candidates', () => {
  test.each([
    ['ki^', ['kill']],
    ['re^', ['restart', 'resume', 'reset']],
    ['kill ^', ['n1', 'n2', 'n3', 'n4', 'n5']],
    ['kill n1 ^', []],
    ['isolate c^', ['c1', 'c2']],
    ['isolate c1 ^', ['in', 'out']],
    ['client c1 ^', ['put', 'get']],
    ['client c1 put ^', []],
    ['partition ^', ['n1', 'n2', 'n3', 'n4', 'n5', 'c1', 'c2']],
    ['partition n1 n3 ^', ['n2', 'n4', 'n5', 'c1', 'c2', '|']],
    ['partition n1 | n2 n3 n4 n5 ^', ['c1', 'c2', '|']],
    ['wake n2 ^', ['n1', 'n3', 'n4', 'n5']],
    ['link n1^', ['n1>', 'n1<>']],
    ['link n1>n^', ['n1>n2', 'n1>n3', 'n1>n4', 'n1>n5']],
    ['link n1>n2 ^', ['delay', 'loss', 'duplicate', 'reorder', 'cut', 'clog', 'open', 'reset']],
    ['link n1>n2 cut delay 5ms ^', ['loss', 'duplicate', 'reorder', 'clog']],
    ['link n1>n2 c^ut', ['cut', 'clog']],
    ['disk n1 on-crash ^', ['keep', 'torn', 'lost']],
    ['set ^', ['heartbeat', 'loss', 'load', 'pre-vote', 'label', 'draft']],
    ['set pre-vote ^', ['on', 'off']],
    ['at 1s ki^', ['kill']],
    ['at 1s restart ^', ['n1', 'n2', 'n3', 'n4', 'n5']],
    ['at 1s se^', ['set']],
    ['at ^', []],
    ['export ^', ['history', 'trace', 'csv', 'png', 'svg', 'lab']],
    ['step m^', ['message']],
    ['show ^', ['n1', 'n2', 'n3', 'n4', 'n5', 'c1', 'c2']],
    ['kill n1 # ^', []],
    ['nonsense ^', []],
  ] as const)('%s', (marked, expected) => {
    expect(texts(marked)).toEqual(expected)
  })

  it('are only what can be done now', () => {
    expect(texts('restart ^')).toEqual([])
    const facts = nextFacts({ id: 'kill', args: { node: 'n2' } }, TOY, FACTS)
    expect(texts('restart ^', facts)).toEqual(['n2'])
    expect(texts('kill ^', facts)).toEqual(['n1', 'n3', 'n4', 'n5'])
  })

  it('replace the whole word at the cursor', () => {
    expect(at('at 1s ki^ller n1')).toMatchObject({ from: 6, to: 12 })
    expect(at('kill ^')).toMatchObject({ from: 5, to: 5 })
  })

  it('come with help', () => {
    expect(at('kill^').candidates).toEqual([
      { text: 'kill', help: 'stop a node; its memory is gone, its disk stays', whole: true },
    ])
    expect(at('client c1 ^').candidates.map(({ help }) => help)).toEqual(['write through the leader', 'read a key'])
  })
})

describe('the hint', () => {
  test.each([
    ['^', ''],
    ['client c1 put ^', 'KEY VALUE  write through the leader'],
    ['client c1 put x ^', 'VALUE  write through the leader'],
    ['client c1 put x^', 'VALUE  write through the leader'],
    ['kill ^', 'NODE  stop a node; its memory is gone, its disk stays'],
    ['kill n1^', ''],
    ['isolate n1 ^', '[in|out]  cut one node or client off: in (hears nobody), out (is heard by nobody) or both'],
    [
      'disk n1 stall ^',
      '[latency LOW..HIGH] [resume] [on-crash keep|torn|lost]  change how the disk of a node behaves',
    ],
    ['link n1>n2 loss ^', 'PERCENT  share of messages that get lost'],
    ['partition n1 ^', '… | …  cut the network into groups; who is not named talks to everybody'],
    ['at ^', 'TIME VERB …  when the act happens'],
    ['at 1s client ^', 'CLIENT put KEY VALUE  write through the leader'],
    ['seek ^', 'TIME  to an instant'],
    ['quux ^', ''],
  ])('%s', (marked, hint) => {
    expect(at(marked).hint).toBe(hint)
  })
})

/** Types whose values completion can list word by word. */
const LISTED: readonly ArgType['kind'][] = ['actor', 'actors', 'word', 'switch']

describe('for every line', () => {
  it('a candidate brings the line further: it parses, or fails only because more is missing', () => {
    const lines = fc.oneof(
      anyAct(TOY, FACTS).map((act) => printAct(act, TOY)),
      fc.constantFrom(...MOVERS.map((mover) => mover.example)),
    )
    fc.assert(
      fc.property(lines, fc.nat(), fc.boolean(), (line, where, later) => {
        const text = later ? `at 1s ${line}` : line
        const cursor = where % (text.length + 1)
        const { candidates, from } = complete(text, cursor, TOY, FACTS, MOVERS)
        for (const candidate of candidates) {
          const longer = text.slice(0, from) + candidate.text
          const result = parseLine(longer, TOY, FACTS)
          if (result.ok || !candidate.whole) continue
          expect([longer, result.error.column]).toEqual([longer, longer.length + 1])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('every word of a possible act that can be listed is offered where it stands', () => {
    const literal = TOY.acts.filter((spec) =>
      spec.parts.every(
        (part) => part.kind === 'literal' || (part.kind === 'argument' && LISTED.includes(part.type.kind)),
      ),
    )
    const acts = fc.oneof(
      ...literal.filter((spec) => !['restart', 'resume'].includes(spec.id)).map((spec) => actOf(spec, FACTS)),
    )
    fc.assert(
      fc.property(acts, (act) => {
        const words = printAct(act, TOY).split(' ')
        for (const [index, word] of words.entries()) {
          const head = words
            .slice(0, index)
            .map((each) => `${each} `)
            .join('')
          const offered = complete(head, head.length, TOY, FACTS).candidates.map(({ text }) => text)
          expect(offered).toContain(word)
        }
      }),
    )
  })

  it('whatever is typed, nothing throws and the range lies in the line around the cursor', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('at ', '1s ', 'link ', 'n1', '>', '"', '|', ' ', '#', 'loss ', 'partition ') }),
    )
    fc.assert(
      fc.property(typed, fc.nat(), (line, where) => {
        const cursor = where % (line.length + 1)
        const { from, to, candidates } = complete(line, cursor, TOY, FACTS, MOVERS)
        expect(0 <= from && from <= cursor && cursor <= to && to <= line.length).toBe(true)
        for (const { text } of candidates) expect(text.startsWith(line.slice(from, cursor))).toBe(true)
      }),
    )
  })

  it('movers print as they are read', () => {
    for (const spec of MOVERS) {
      const read = parseLine(spec.example, TOY, FACTS)
      if (!read.ok || read.value.kind !== 'mover') throw new Error(`${spec.example} is no mover`)
      expect([read.value.mover.id, printMover(read.value.mover)]).toEqual([spec.id, spec.example])
    }
  })
})
