import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAct } from '../../experiment/acts.ts'
import { anyExperiment, complaintsAbout } from '../../experiment/arbitrary.test-helper.ts'
import { startFacts } from '../../experiment/facts.ts'
import { printValue } from '../../experiment/grammar.ts'
import { parse } from '../../experiment/parser.ts'
import { print } from '../../experiment/printer.ts'
import type { Act, Facts, Problem, Settings } from '../../experiment/types.ts'
import type { Protocol } from '../../machine/machine.ts'
import type { Lab } from '../lab.ts'

/** What every lab's language and its MODEL.md must prove, and the words to speak of them. */

/** Lines of an experiment, and where the mistake in them stands: line (the first is `lab …`) and column. */
export type Refused = readonly (readonly [lines: string, line: number, column: number])[]

/** What of a lab its language needs. */
type Spoken = Pick<Lab<Protocol>, 'id' | 'language'>

/** How tests speak a lab's language. */
export function speak({ id, language }: Spoken) {
  const read = (lines: string) => parse(`lab ${id}\n${lines}\n`, () => language, [id])
  return {
    /** Reads the lines of an experiment. */
    read,
    /** The first mistake in the lines of an experiment. */
    problemOf(lines: string): Problem {
      const parsed = read(lines)
      if (parsed.ok) throw new Error('it was expected to be refused')
      return parsed.error[0]!
    },
    /** What a line of the terminal does. */
    actOf(line: string, facts: Facts = startFacts(language, {})): Act {
      const parsed = parseAct(line, language, facts)
      if (!parsed.ok) throw new Error(parsed.error.message)
      return parsed.value
    },
  }
}

/**
 * The language is registered without contradiction, goes through print and parse, and refuses what is wrong.
 * @param sample settings of an experiment in which every example can stand
 */
export function proveLanguage(lab: Spoken, refused: Refused, numRuns = 50, sample: Settings = {}): void {
  const { language } = lab
  const { problemOf } = speak(lab)

  test('is registered without contradiction: examples parse and print, no verb is taken twice', () => {
    expect(complaintsAbout(language, sample)).toEqual([])
  })

  test('parse(print(x)) is x, and what was printed prints the same again', () => {
    fc.assert(
      fc.property(anyExperiment(language), (experiment) => {
        const text = print(experiment, language)
        const again = parse(text, () => language, [lab.id])
        expect(again.ok && again.value).toEqual(experiment)
        expect(again.ok && print(again.value, language)).toBe(text)
      }),
      { numRuns },
    )
  })

  test.each(refused)('%s is refused at its place', (lines, line, column) => {
    expect(problemOf(lines)).toMatchObject({ line, column })
  })
}

const ROOT = new URL('../../../', import.meta.url)

/** MODEL.md is what a teacher relies on: its numbers and places must be those of the code. Gives its text. */
export function proveModel<P extends Protocol, View>({ id, language }: Lab<P, View>): string {
  const model = readFileSync(new URL(`src/labs/${id}/MODEL.md`, ROOT), 'utf8')

  test('every setting stands there with its default', () => {
    const rows = [...model.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name, value]) => `${name} ${value}`)
    const settings = language.settings
      .filter(({ name }) => !name.endsWith('.*'))
      .map(({ name, type, default: value }) => `${name} ${printValue(type, value)}`)
    expect(rows).toEqual(settings)
  })

  test('every file that it names exists', () => {
    const paths = [...model.matchAll(/`(src\/[^`]+)`/g)].map(([, path]) => path!)
    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
  })

  return model
}
