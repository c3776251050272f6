import fc from 'fast-check'
import { unreachable } from '../base/assert.ts'
import { micros, type NodeId } from '../base/brand.ts'
import { DURATION_MAX } from '../base/units.ts'
import { checkAct, readAct } from './acts.ts'
import { canonicalSettings, isFamily, nextFacts, startFacts, withDefaults } from './facts.ts'
import { EVERYBODY } from './grammar.ts'
import { MOVERS } from './movers.ts'
import { printAct } from './printer.ts'
import { formatQuantity } from './quantity.ts'
import { commentText, lineFault } from './tokens.ts'
import type {
  Act,
  ActSpec,
  Args,
  ArgType,
  Experiment,
  Facts,
  Language,
  Part,
  SettingSpec,
  Settings,
  TimedAct,
  Value,
} from './types.ts'

/*
 * Random experiments, acts and arguments, derived from a lab's own registration. For the tests of this folder and of labs:
 * whatever a lab registers is tried without writing a generator for it.
 */

const writable = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength }),
      fc.string({ unit: fc.constantFrom(...'ab "\\#|<>*.- '), maxLength }),
    )
    .filter((text) => text.length <= maxLength && lineFault(text) === null)

const names = (facts: Facts, role: 'node' | 'client' | 'any'): NodeId[] =>
  facts.actors.filter((actor) => role === 'any' || actor.role === role).map((actor) => actor.name)

const direction = (facts: Facts): fc.Arbitrary<Value> => {
  const end = fc.constantFrom(null, ...names(facts, 'any'))
  return fc
    .record({ from: end, to: end, both: fc.boolean() })
    .map((value) => (value.from === value.to ? EVERYBODY : value))
}

const groups = (all: readonly NodeId[]): fc.Arbitrary<Value> =>
  fc
    .tuple(fc.shuffledSubarray([...all], { minLength: Math.min(2, all.length) }), fc.array(fc.nat(3)))
    .map(([members, sides]) => {
      const lists: NodeId[][] = [[members[0]!], [members[1]!]]
      for (const [i, member] of members.slice(2).entries()) (lists[sides[i] ?? 0] ??= []).push(member)
      return lists.filter((list) => list.length > 0)
    })

/** Random values of a type. Throws when the type has none under `facts` (an actor, but nobody is there). */
function randomValue(type: ArgType, facts: Facts): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'actor':
      return fc.constantFrom(...names(facts, type.role))
    case 'actors':
      return fc.shuffledSubarray(names(facts, type.role), { minLength: 1 })
    case 'direction':
      return direction(facts)
    case 'groups':
      return groups(names(facts, 'any'))
    case 'duration':
    case 'integer':
      return fc.integer({ min: type.min, max: type.max })
    case 'duration-range': {
      const end = fc.integer({ min: type.min, max: type.max })
      return fc.tuple(end, end).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }))
    }
    case 'permille':
      return fc.integer({ min: 0, max: 1_000 })
    case 'rate':
      return fc.integer({ min: 0, max: type.max })
    case 'switch':
      return fc.boolean()
    case 'word':
      return fc.constantFrom(...type.words)
    case 'token':
      return writable(type.maxLength)
    case 'text':
      return writable(type.maxLength)
        .map((text) => text.trim())
        .filter((text) => text !== '')
    case 'message':
      return fc.nat(1_000_000_000)
    case 'quantity':
      return fc
        .tuple(fc.double({ min: type.min, max: type.max, noNaN: true }), fc.constantFrom(...type.units))
        .map(([value, unit]) => formatQuantity(value, unit))
    case 'name':
      return fc.constantFrom(...facts.names![type.of]!)
    case 'terms':
      return fc
        .array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: type.max })
        .map((terms) => terms.sort((a, b) => a - b))
    case 'names': {
      const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/)
      const one = type.of === 'name' ? name : fc.tuple(name, name).map((ends) => ends.join('>'))
      return fc.uniqueArray(one, { maxLength: Math.min(type.max, 8) })
    }
    case 'list':
      return fc.array(fc.integer({ min: type.min, max: type.max }), { minLength: 1, maxLength: type.length })
    default:
      return unreachable(type)
  }
}

function partOf(part: Part, facts: Facts): fc.Arbitrary<Args> {
  switch (part.kind) {
    case 'literal':
      return fc.constant({})
    case 'argument': {
      const value = fc.record({ [part.name]: randomValue(part.type, facts) })
      return part.optional === true ? fc.oneof(value, fc.constant({})) : value
    }
    case 'options': {
      const values = part.options.map(({ keyword, type }) =>
        (type === null ? fc.constant<Value>(true) : randomValue(type, facts)).map((value) => [keyword, value] as const),
      )
      return fc
        .tuple(
          fc.shuffledSubarray(
            values.map((_, i) => i),
            { minLength: part.min },
          ),
          fc.tuple(...values),
        )
        .map(([chosen, all]) => Object.fromEntries(chosen.map((i) => all[i]!)))
    }
    default:
      return unreachable(part)
  }
}

/** Random acts of one specification: well-formed, not always possible. */
export function actOf(spec: ActSpec, facts: Facts): fc.Arbitrary<Act> {
  const parts = spec.parts.map((part) => partOf(part, facts))
  return fc.tuple(...parts).map((args) => ({ id: spec.id, args: Object.assign({}, ...args) as Args }))
}

/** Random well-formed acts of a lab; specifications that need actors or names that are not there are left out. */
export function anyAct(language: Language, facts: Facts): fc.Arbitrary<Act> {
  const usable = language.acts.filter((spec) => spec.parts.every((part) => isWritable(part, facts)))
  return fc.oneof(...usable.map((spec) => actOf(spec, facts)))
}

function isWritable(part: Part, facts: Facts): boolean {
  if (part.kind !== 'argument') return true
  const { type } = part
  if (type.kind === 'actor' || type.kind === 'actors') return names(facts, type.role).length > 0
  if (type.kind === 'name') return (facts.names?.[type.of] ?? []).length > 0
  return type.kind !== 'groups' || facts.actors.length >= 2
}

/** Random settings that do not contradict each other, without defaults. */
function anySettings(language: Language): fc.Arbitrary<Settings> {
  const [late, early] = [true, false].map((needed) => language.settings.filter((each) => needsActors(each) === needed))
  return settingsOf(early!, startFacts(language, {})).chain((first) => {
    const facts = startFacts(language, first)
    return settingsOf(late!, facts).map((second) => {
      const all = canonicalSettings(language, { ...first, ...second }, facts)
      return language.conflict(withDefaults(language, all)) === null ? all : {}
    })
  })
}

const needsActors = (setting: SettingSpec): boolean =>
  isFamily(setting) || ['actor', 'actors', 'groups', 'direction'].includes(setting.type.kind)

function settingsOf(settings: readonly SettingSpec[], facts: Facts): fc.Arbitrary<Settings> {
  const entries = settings.flatMap((setting) => {
    const members = facts.actors.map((actor) => setting.name.slice(0, -1) + actor.name)
    const names = isFamily(setting) ? members : [setting.name]
    return isWritable(asPart(setting.type), facts)
      ? names.map((name) => [name, randomValue(setting.type, facts)] as const)
      : []
  })
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] }).map((drawn) => drawn as Settings)
}

const asPart = (type: ArgType): Part => ({ kind: 'argument', name: 'value', type, help: '' })

const comment = writable(60).map((text) => commentText(`# ${text}`))

/** Random valid experiments of a lab, as `parse` would return them. */
export function anyExperiment(language: Language): fc.Arbitrary<Experiment> {
  return anySettings(language).chain((settings) => {
    const start = startFacts(language, settings)
    const timed = fc.record({
      at: fc.integer({ min: 0, max: DURATION_MAX }).map(micros),
      act: anyAct(language, start),
      comments: fc.array(comment, { maxLength: 2 }),
    })
    return fc
      .record({
        title: writable(60).map((text) => text.trim()),
        seed: fc.maxSafeNat(),
        acts: fc.array(timed, { maxLength: 12 }),
        ends: fc.boolean(),
        head: fc.array(comment, { maxLength: 2 }),
        tail: fc.array(comment, { maxLength: 2 }),
      })
      .map(({ title, seed, acts, ends, head, tail }) => {
        const possible = keepPossible(acts, language, start)
        const until = ends ? micros(Math.max(1_000_000, possible.at(-1)?.at ?? 0)) : null
        const notes = head.length + tail.length === 0 ? {} : { notes: { head, tail } }
        return { lab: language.lab, title, seed, settings, acts: possible, until, ...notes }
      })
  })
}

/** The acts in order of time without those that the ones before them forbid. */
function keepPossible(acts: readonly TimedAct[], language: Language, start: Facts): TimedAct[] {
  let facts = start
  return acts
    .toSorted((a, b) => a.at - b.at)
    .filter(({ act }) => {
      if (checkAct(act, language, facts) !== null) return false
      facts = nextFacts(act, language, facts)
      return true
    })
}

const RESERVED = ['lab', 'seed', 'at', 'until']
const TO_THE_END = ['text', 'groups', 'actors', 'names']

/**
 * What is wrong with a lab's registration; empty when all is well. Run it in the tests of every lab.
 * @param sample settings of an experiment in which every example can stand
 */
export function complaintsAbout(language: Language, sample: Settings = {}): string[] {
  const ids = language.acts.map((spec) => spec.id)
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `the id ${id} is registered twice`)
  const movers: readonly string[] = MOVERS.map((mover) => mover.verb)
  const facts = startFacts(language, sample)
  const conflict = language.conflict(withDefaults(language, {}))
  return [
    ...twice,
    ...(conflict === null ? [] : [`the defaults contradict each other: ${conflict.reason}`]),
    ...language.acts.flatMap((spec) => complaintsAboutAct(spec, language, facts, movers)),
  ]
}

function complaintsAboutAct(spec: ActSpec, language: Language, facts: Facts, movers: readonly string[]): string[] {
  const taken = [...RESERVED, ...movers].includes(spec.verb) ? [`${spec.id}: the verb ${spec.verb} is taken`] : []
  const early = spec.parts.slice(0, -1).some((part) => part.kind === 'argument' && TO_THE_END.includes(part.type.kind))
  const fields = spec.parts.flatMap((part) =>
    part.kind === 'argument' ? [part.name] : part.kind === 'options' ? part.options.map((each) => each.keyword) : [],
  )
  const read = readAct(spec.example, 0, language, facts)
  const example = !read.ok
    ? [`${spec.id}: the example does not parse: ${read.mistake.message}`]
    : read.act.id !== spec.id
      ? [`${spec.id}: the example is read as ${read.act.id}`]
      : printAct(read.act, language) !== spec.example
        ? [`${spec.id}: the example prints as ${printAct(read.act, language)}`]
        : []
  return [
    ...taken,
    ...(early ? [`${spec.id}: an argument that takes the rest of the line must be the last`] : []),
    ...(new Set(fields).size < fields.length ? [`${spec.id}: two arguments have the same name`] : []),
    ...example,
  ]
}
