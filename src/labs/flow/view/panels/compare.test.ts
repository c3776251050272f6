import { describe, expect, test } from 'vitest'
import { parse } from '../../../../experiment/parser.ts'
import { language } from '../../acts.ts'
import { bestOf, compareText, copiesMax, KNOBS } from './compare.ts'

const TEXT = `# A pipeline
lab flow
seed 4
set delay 5ms
at 0s load web poisson 50/s
at 10s service api constant 1s
until 30s
`

function read(text: string) {
  const parsed = parse(text, () => language)
  if (!parsed.ok) throw new Error(parsed.error[0]!.message)
  return parsed.value
}

describe('the text that makes copies', () => {
  test.each(KNOBS.flatMap((knob) => knob.choices.map((choice) => [knob.id, choice.label, knob, choice] as const)))(
    '%s: %s opens, for a copy',
    (_, __, knob, choice) => {
      const part = knob.of === 'source' ? 'web' : 'api'
      const act = (name: string) => choice.act(name, 20)
      const { settings, acts, until } = read(compareText(TEXT, part, [act, act]))
      expect(settings.variants).toBe(2)
      expect(acts.map(({ at }) => at)).toEqual([0, 0, 0, 10_000_000])
      expect(until).toBe(30_000_000)
    },
  )

  test('each copy has its own act, and what was there before stays', () => {
    const acts = ['block', 'drop-oldest', 'fail'].map((policy) => (name: string) => `queue ${name} 20 ${policy}`)
    const lines = compareText(TEXT, 'api', acts).split('\n')
    expect(lines.filter((line) => line.includes('queue'))).toEqual([
      'at 0s queue api.a 20 block',
      'at 0s queue api.b 20 drop-oldest',
      'at 0s queue api.c 20 fail',
    ])
    expect(lines.filter((line) => !/queue|variants/.test(line))).toEqual(TEXT.split('\n'))
  })

  test('an experiment without acts, and one without an end', () => {
    const act = (name: string) => `order ${name} lifo`
    for (const text of [
      '# Nothing\nlab flow\nseed 1\n',
      '# Nothing\nlab flow\nseed 1\nuntil 5s\n',
      '# Nothing\nlab flow',
    ])
      expect(read(compareText(text, 'api', [act, act])).acts).toHaveLength(2)
  })
})

test('so many copies that all parts fit', () => {
  expect([2, 6, 8, 12, 13, 24].map(copiesMax)).toEqual([4, 4, 3, 2, 1, 1])
})

describe('who is best', () => {
  test('more goodput is better, less latency is better, more offered is only more', () => {
    expect(bestOf('goodput', [70, 10, 70.2, null])).toEqual([0, 2])
    expect(bestOf('latency-p99', [70, 10, 71])).toEqual([1])
    expect(bestOf('offered', [70, 10])).toEqual([])
  })

  test('nobody is best where all are alike, or only one is known', () => {
    expect(bestOf('goodput', [70, 70.1])).toEqual([])
    expect(bestOf('dropped', [0, 0])).toEqual([])
    expect(bestOf('goodput', [70, null])).toEqual([])
  })
})
