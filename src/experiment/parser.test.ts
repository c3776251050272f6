import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { present } from '../base/assert.ts'
import { checkAct, parseAct } from './acts.ts'
import { anyAct, anyExperiment, complaintsAbout } from './arbitrary.test-helper.ts'
import { startFacts } from './facts.ts'
import { ACTS_MAX, parse, TEXT_MAX } from './parser.ts'
import { print, printAct } from './printer.ts'
import { explain } from './problem.ts'
import { LINE_MAX } from './tokens.ts'
import { languages, TOY } from './toy.test-helper.ts'
import type { Act, Experiment, Problem } from './types.ts'

const FACTS = startFacts(TOY, {})

function read(text: string): Experiment {
  const result = parse(text, languages)
  if (!result.ok) throw new Error(result.error.map(explain).join('\n'))
  return result.value
}

function problemsOf(text: string): readonly Problem[] {
  const result = parse(text, languages, ['toy'])
  return result.ok ? [] : result.error
}

/** The design's example, for the toy lab. */
const EXAMPLE = `# the leader dies while a write is on its way
lab toy
seed 42
set nodes 5
set election-timeout 150ms..350ms
at 0s      client c1 put x 1
at 1.2s    kill n1
at 2s      partition n1 n2 | n3 n4 n5
at 2.5s    link n1>n3 loss 30% delay 5ms..20ms
at 3s      heal
at 4s      restart n1
until 10s
`

describe('a text', () => {
  it('is read as the data that it stands for', () => {
    expect(read(EXAMPLE)).toEqual({
      lab: 'toy',
      title: 'the leader dies while a write is on its way',
      seed: 42,
      settings: { 'election-timeout': { low: 150_000, high: 350_000 } },
      acts: [
        { at: 0, comments: [], act: { id: 'client-put', args: { client: 'c1', key: 'x', value: '1' } } },
        { at: 1_200_000, comments: [], act: { id: 'kill', args: { node: 'n1' } } },
        {
          at: 2_000_000,
          comments: [],
          act: {
            id: 'partition',
            args: {
              groups: [
                ['n1', 'n2'],
                ['n3', 'n4', 'n5'],
              ],
            },
          },
        },
        {
          at: 2_500_000,
          comments: [],
          act: {
            id: 'link',
            args: {
              direction: { from: 'n1', to: 'n3', both: false },
              loss: 300,
              delay: { low: 5_000, high: 20_000 },
            },
          },
        },
        { at: 3_000_000, comments: [], act: { id: 'heal', args: {} } },
        { at: 4_000_000, comments: [], act: { id: 'restart', args: { node: 'n1' } } },
      ],
      until: 10_000_000,
    })
  })

  it('may have any line ends, a byte order mark, tabs and blank lines', () => {
    const odd = `\uFEFF${EXAMPLE.replaceAll('\n', '\r\n\r\n').replaceAll(' kill ', '\t kill\t')}`
    expect(read(odd)).toEqual(read(EXAMPLE))
  })

  it('needs no seed, settings, acts or end', () => {
    expect(read('lab toy')).toEqual({ lab: 'toy', title: '', seed: 1, settings: {}, acts: [], until: null })
  })

  it('is sorted by time, acts of the same time in the order of the text', () => {
    const acts = read('lab toy\nat 2s heal\nat 1s pause n2\nat 1s pause n1\nat 2s note last').acts
    expect(acts.map(({ act }) => printAct(act, TOY))).toEqual(['pause n2', 'pause n1', 'heal', 'note last'])
  })

  it('keeps every comment: at its act, or as a note', () => {
    const text = [
      '#',
      '#title',
      '# before the lab',
      'lab toy # at the lab',
      '# above seed',
      'seed 7',
      'set nodes 5 # a default',
      '# above until',
      'until 5s # at until',
      '#   above heal',
      'at 1s heal # at heal',
      '# above kill',
      'at 500ms kill n1',
      '# the end',
    ].join('\n')
    const experiment = read(text)
    expect(experiment.title).toBe('title')
    expect(experiment.acts.map(({ comments }) => comments)).toEqual([
      ['above kill'],
      ['above until', 'at until', '  above heal', 'at heal'],
    ])
    expect(experiment.notes).toEqual({
      head: ['', 'before the lab', 'at the lab', 'above seed', 'a default'],
      tail: ['the end'],
    })
    expect(read(print(experiment, TOY))).toEqual(experiment)
  })

  it('keeps comments at an `until` behind the last act', () => {
    const experiment = read('lab toy\nat 1s heal\n# before\nuntil 2s # at it\n# after')
    expect(experiment.notes).toEqual({ head: [], tail: ['before', 'at it', 'after'] })
  })

  it('takes `#` for a comment only at the beginning of a word, outside quotes and notes', () => {
    const acts = read('lab toy\nat 1s client c1 put a#b "# c" # real\nat 2s note see #7 # and "that').acts
    expect(acts.map(({ act, comments }) => [act.args, comments])).toEqual([
      [{ client: 'c1', key: 'a#b', value: '# c' }, ['real']],
      [{ text: 'see #7 # and "that' }, []],
    ])
  })

  it('quotes words with blanks, quotes and backslashes', () => {
    const { act } = read('lab toy\nat 1s client c1 put "" "a \\"b\\" \\\\"').acts[0]!
    expect(act.args).toEqual({ client: 'c1', key: '', value: 'a "b" \\' })
    expect(printAct(act, TOY)).toBe('client c1 put "" "a \\"b\\" \\\\"')
  })

  it('knows actors that join during the run, at their time', () => {
    expect(read('lab toy\nat 2s kill n6\nat 1s join').acts).toHaveLength(2)
    expect(problemsOf('lab toy\nat 1s kill n6\nat 2s join')).toMatchObject([{ line: 2, column: 12 }])
  })

  it('reads settings that name actors after those that create them, and families member by member', () => {
    const experiment = read('lab toy\nset log.n2 1,1,4\nset leader n7\nset log.n1 -\nset log.n3 1\nset nodes 7')
    expect(experiment.settings).toEqual({ nodes: 7, leader: 'n7', 'log.n1': [], 'log.n2': [1, 1, 4] })
    expect(Object.keys(experiment.settings)).toEqual(['nodes', 'leader', 'log.n1', 'log.n2'])
  })
})

describe('limits', () => {
  it('lines', () => {
    const line = (length: number) => `lab toy\n#${'x'.repeat(length - 1)}`
    expect(problemsOf(line(LINE_MAX))).toEqual([])
    expect(problemsOf(line(LINE_MAX + 1))).toMatchObject([{ line: 2, column: LINE_MAX + 1, length: 1 }])
  })

  it('text', () => {
    const text = (length: number) => `lab toy${'\n'.repeat(length - 7)}`
    expect(problemsOf(text(TEXT_MAX))).toEqual([])
    expect(problemsOf(text(TEXT_MAX + 1))).toMatchObject([{ line: 1, expected: expect.stringMatching(/262144/) }])
  })

  it('acts', () => {
    const text = (count: number) => `lab toy\n${'at 1s heal\n'.repeat(count)}`
    expect(read(text(ACTS_MAX)).acts).toHaveLength(ACTS_MAX)
    expect(problemsOf(text(ACTS_MAX + 1))).toMatchObject([{ line: ACTS_MAX + 2, message: /too many/ }])
  })
})

describe('printing', () => {
  it('is canonical: defaults left out, options in order, times under each other', () => {
    const text = '# t\nlab toy\nat 10s link n1<>* cut delay 5ms..5ms\nset nodes 5'.replace(
      /(at .*)\n(set .*)/,
      '$2\n$1',
    )
    expect(print(read(`${text}\nat 900ms heal`), TOY)).toBe(
      '# t\nlab toy\nseed 1\nat 900ms heal\nat 10s   link n1<>* delay 5ms cut\n',
    )
  })

  it('and reading are inverse for every experiment', () => {
    fc.assert(
      fc.property(anyExperiment(TOY), (experiment) => {
        const text = print(experiment, TOY)
        expect(read(text)).toEqual(experiment)
        expect(print(read(text), TOY)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })
})

const FRAGMENTS = [
  '"',
  '\\',
  '#',
  '|',
  '>',
  '*',
  '\n',
  '\r',
  '\t',
  ' ',
  'at ',
  'set ',
  '1s',
  'n1',
  '\uFEFF',
  '\u0000',
  '\uD800',
]

/** The text with some random edits. */
const mutated = fc
  .tuple(
    anyExperiment(TOY).map((experiment) => print(experiment, TOY)),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(6),
        fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 3 })),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, [where, cut, insert]) => {
      const at = where % (edited.length + 1)
      return edited.slice(0, at) + insert + edited.slice(at + cut)
    }, text),
  )

function checkProblems(text: string): void {
  const result = parse(text, languages, ['toy'])
  if (result.ok) {
    // Whatever is accepted prints canonically.
    const printed = print(result.value, TOY)
    expect(read(printed)).toEqual(result.value)
    return
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  expect(result.error.length).toBeGreaterThan(0)
  expect(result.error.length).toBeLessThanOrEqual(20)
  for (const problem of result.error) {
    const line = lines[problem.line - 1]
    expect(line).toBeDefined()
    expect(problem.column).toBeGreaterThanOrEqual(1)
    expect(problem.column + problem.length).toBeLessThanOrEqual(line!.length + 2)
    expect(problem.length).toBeGreaterThanOrEqual(1)
    expect(problem.message).not.toBe('')
    expect(problem.expected).not.toBe('')
    expect(problem.message + problem.expected).not.toMatch(/undefined|NaN|\[object/)
  }
}

describe('any input', () => {
  it('mutations of valid texts are accepted or told about, never thrown at', () => {
    fc.assert(fc.property(mutated, checkProblems), { numRuns: 500 })
  })

  it('so are random characters', () => {
    const junk = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => !/undefined|NaN|\[object/.test(text))
    fc.assert(fc.property(junk, checkProblems))
    fc.assert(fc.property(junk, (text) => checkProblems(`lab toy\n${text}`)))
  })
})

describe('registration', () => {
  it('of the toy lab is sound, its examples included', () => {
    expect(complaintsAbout(TOY)).toEqual([])
  })

  it('with mistakes is complained about', () => {
    const [kill] = TOY.acts
    const odd = {
      ...present(kill, 'kill'),
      verb: 'seek',
      example: 'seek n1 ',
      parts: [
        { kind: 'argument', name: 'a', type: { kind: 'text', maxLength: 3 }, help: '' },
        { kind: 'argument', name: 'a', type: { kind: 'switch' }, help: '' },
      ],
    } as const
    const complaints = complaintsAbout({ ...TOY, acts: [...TOY.acts, odd] }).join('\n')
    for (const part of ['registered twice', 'verb seek is taken', 'must be the last', 'same name', 'does not parse']) {
      expect(complaints).toContain(part)
    }
  })
})

describe('one act', () => {
  it('is read without a time and judged by the facts', () => {
    expect(parseAct('kill n2  # why not', TOY, FACTS)).toEqual({
      ok: true,
      value: { id: 'kill', args: { node: 'n2' } },
    })
    const refused = parseAct('  restart n2', TOY, FACTS)
    expect(refused).toMatchObject({
      ok: false,
      error: {
        line: 1,
        column: 3,
        length: 10,
        message: 'restart n2: n2 is running: only a killed node can be restarted',
      },
    })
    expect(parseAct('kill n2\nkill n3', TOY, FACTS).ok).toBe(false)
  })

  it('that prints passes the check for buttons and reads back', () => {
    fc.assert(
      fc.property(anyAct(TOY, FACTS), (act) => {
        const line = printAct(act, TOY)
        const read = parseAct(line, TOY, FACTS)
        const reason = checkAct(act, TOY, FACTS)
        expect(read.ok).toBe(reason === null)
        if (read.ok) expect(read.value).toEqual(act)
      }),
      { numRuns: 500 },
    )
  })

  const WRONG: readonly [act: unknown, reason: RegExp][] = [
    [{ id: 'explode', args: {} }, /no act `explode`/],
    [{ id: 'kill', args: {} }, /argument node is missing/],
    [{ id: 'kill', args: { node: 7 } }, /argument node is missing or of the wrong kind/],
    [{ id: 'kill', args: { node: 'n9' } }, /no node `n9`/],
    [{ id: 'kill', args: { node: 'n1', why: 'x' } }, /not what this line means/],
    [{ id: 'kill', args: { node: 'n1 # n2' } }, /not what this line means/],
    [{ id: 'restart', args: { node: 'n1' } }, /n1 is running/],
    [{ id: 'note', args: { text: 'a\nb' } }, /U\+000A/],
    [{ id: 'note', args: { text: ' a' } }, /not what this line means/],
    [{ id: 'partition', args: { groups: [['n1'], []] } }, /missing/],
    [{ id: 'partition', args: { groups: ['n1'] } }, /wrong kind/],
    [{ id: 'link', args: { direction: { from: null, to: null, both: false } } }, /missing/],
    [{ id: 'link', args: { direction: { from: 'n1', to: 'n2', both: true }, loss: 1001 } }, /not a share/],
    [{ id: 'link', args: { direction: { from: 'n1', to: 'n2', both: true }, loss: 0.5 } }, /option loss/],
    [{ id: 'link', args: { direction: { from: 'n1', to: 'n2', both: true }, cut: false } }, /option cut/],
    [{ id: 'link', args: { direction: { from: 'n1', to: 'n2' }, cut: true } }, /argument direction/],
    [
      { id: 'link', args: { direction: { from: 'n1', to: null, both: true }, delay: { low: 5, high: 2 } } },
      /backwards/,
    ],
    [{ id: 'drop', args: { message: -1 } }, /not a message/],
    [{ id: 'set-heartbeat', args: { value: 500_000 } }, /shorter than the election timeout/],
  ]
  test.each(WRONG)('%j from a button is refused with the reason', (act, reason) => {
    expect(checkAct(act as Act, TOY, FACTS)).toMatch(reason)
  })

  it('may do what the facts of its time allow', () => {
    const down = { ...FACTS, actors: FACTS.actors.map((actor) => ({ ...actor, status: 'down' as const })) }
    expect(checkAct({ id: 'restart', args: { node: 'n1' } }, TOY, down)).toBeNull()
  })
})
