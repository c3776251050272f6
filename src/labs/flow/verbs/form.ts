import { assert } from '../../../base/assert.ts'
import { formatQuantity, parseQuantity } from '../../../experiment/quantity.ts'
import type { Args, ArgType, Option, Part, Value } from '../../../experiment/types.ts'
import type { Patch, SourceSettings, StageSettings } from '../../../protocols/flow/pipeline/settings.ts'
import type { ReceiverSettings, SenderSettings } from '../../../protocols/flow/pipeline/tcp-settings.ts'
import type { PartKindName } from '../contract.ts'

/**
 * A verb that sets something of a part, in both directions: from an act to what it replaces, and from settings to the act
 * that would set them so. What the act does not name gets its default.
 */
export interface Form<Settings> {
  readonly id: string
  readonly verb: string
  readonly of: readonly PartKindName[]
  /** Behind the name of the part. */
  readonly parts: readonly Part[]
  readonly help: string
  readonly example: string
  patch(args: Args, now: Settings): Patch<Settings>
  /** The arguments behind the name; null: this form cannot say these settings. */
  args(settings: Settings): Args | null
}

export type PartSettings = SourceSettings | StageSettings | SenderSettings | ReceiverSettings
export type PartForm = Form<PartSettings>

/** What sources and stages have in common. */
export type SharedSettings = Pick<SourceSettings, 'limit' | 'rate' | 'balance'>

/** The name of a part, as every form begins with it. */
export const NAMED = 'part'

/** The sort of names that the forms of these kinds take. */
export const sortOf = (kinds: readonly PartKindName[]): string => kinds.join(' or ')

export const word = (text: string): Part => ({ kind: 'literal', word: text })
export const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })
export const optional = (name: string, type: ArgType, help: string): Part => ({
  kind: 'argument',
  name,
  type,
  help,
  optional: true,
})

export const duration = (min: number, max: number): ArgType => ({ kind: 'duration', min, max })
export const integer = (min: number, max: number): ArgType => ({ kind: 'integer', min, max })
export const words = (...given: readonly string[]): ArgType => ({ kind: 'word', words: given })
export const PERMILLE: ArgType = { kind: 'permille' }
export const SWITCH: ArgType = { kind: 'switch' }
export const HOUR_US = 3_600_000_000

// ---- Numbers with decimals --------------------------------------------------------------------------------------

/** Decimals count to a thousandth: so what was written can be found again in what it was turned into. */
const thousandth = (value: number): number => Math.round(value * 1_000) / 1_000

const RATE_MAX = 1_000_000
/** `70/s`, `0.5/s`. */
export const RATE: ArgType = { kind: 'quantity', units: ['/s'], min: 0.001, max: RATE_MAX }

export const realType = (min: number, max: number): ArgType => ({ kind: 'quantity', units: [''], min, max })

/** The number of a quantity that the parser has read. */
export function numberIn(value: Value | undefined, unit = ''): number {
  const quantity = parseQuantity(value as string, [unit])
  assert(quantity !== null, `a number with the unit ${unit}`)
  return thousandth(quantity.value)
}

export const realText = (value: number): string => formatQuantity(thousandth(value), '')
export const rateText = (perSecond: number): string => formatQuantity(thousandth(perSecond), '/s')
export const rateIn = (value: Value | undefined): number => numberIn(value, '/s')

/** The shortest rate near `perSecond` of which `isSame` is true: an interval was rounded when the rate was turned into it. */
export function shortestRate(perSecond: number, isSame: (perSecond: number) => boolean): string {
  const rounded = [1, 10, 100, 1_000].map((scale) => Math.round(perSecond * scale) / scale)
  return rateText(rounded.find((rate) => rate > 0 && isSame(rate)) ?? perSecond)
}

// ---- Options that set fields of a configuration -----------------------------------------------------------------

/** How a field is written: null is a flag. */
interface Codec {
  readonly type: ArgType | null
  read(value: Value): unknown
  write(field: unknown): Value
}

const plain = (type: ArgType): Codec => ({ type, read: (value) => value, write: (field) => field as Value })
const scaled = (scale: number): Codec => ({
  type: PERMILLE,
  read: (value) => (value as number) / scale,
  write: (field) => Math.round((field as number) * scale),
})

/** Microseconds. */
export const us = (min: number, max: number): Codec => plain(duration(min, max))
export const count = (min: number, max: number): Codec => plain(integer(min, max))
export const permille: Codec = plain(PERMILLE)
/** Fields in percent, and fields from 0 to 1. */
export const percent = scaled(10)
export const share = scaled(1_000)
export const shares = (length: number): Codec => plain({ kind: 'list', of: 'permille', min: 0, max: 1_000, length })
export const real = (min: number, max: number): Codec => ({
  type: realType(min, max),
  read: (value) => numberIn(value),
  write: (field) => realText(field as number),
})
/** Fields in thousandths. */
export const milli = (min: number, max: number): Codec => ({
  type: realType(min, max),
  read: (value) => Math.round(numberIn(value) * 1_000),
  write: (field) => realText((field as number) / 1_000),
})
export const perSecond: Codec = {
  type: { kind: 'quantity', units: ['/s'], min: 0, max: RATE_MAX },
  read: rateIn,
  write: (field) => rateText(field as number),
}
export const flag: Codec = { type: null, read: () => true, write: () => true }

/** An option for one field of a configuration. */
export interface Knob<Config> {
  readonly field: keyof Config & string
  readonly option: Option
  readonly codec: Codec
}

export const knob = <Config>(
  keyword: string,
  field: keyof Config & string,
  codec: Codec,
  help: string,
): Knob<Config> => ({ field, codec, option: { keyword, type: codec.type, help } })

/** The options of these fields; none for none. */
export const options = <Config>(knobs: readonly Knob<Config>[]): readonly Part[] =>
  knobs.length === 0 ? [] : [{ kind: 'options', min: 0, options: knobs.map(({ option }) => option) }]

/** The configuration that the options of an act mean. */
export function configOf<Config extends object>(defaults: Config, knobs: readonly Knob<Config>[], args: Args): Config {
  const given = knobs.flatMap(({ field, option, codec }) => {
    const value = args[option.keyword]
    return value === undefined ? [] : [[field, codec.read(value)] as const]
  })
  return given.length === 0 ? defaults : { ...defaults, ...(Object.fromEntries(given) as Partial<Config>) }
}

/** The options that mean a configuration; null when it differs from the defaults in what no option sets. */
export function optionsOf<Config extends object>(
  defaults: Config,
  knobs: readonly Knob<Config>[],
  config: Config,
): Args | null {
  const given = knobs.flatMap(({ field, option, codec }) =>
    isSame(config[field], defaults[field]) ? [] : [[option.keyword, codec.write(config[field])] as const],
  )
  const args = Object.fromEntries(given)
  return isSame(configOf(defaults, knobs, args), config) ? args : null
}

/** Equality of data whose fields come in one order. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

// ---- Mechanisms that are chosen by a word -----------------------------------------------------------------------

interface Mechanism<Settings, Config extends object> {
  readonly of: readonly PartKindName[]
  readonly verb: string
  readonly field: keyof Settings & string
  /** The word, which is also the kind in the settings. */
  readonly kind: string
  readonly defaults: Config
  readonly knobs: readonly Knob<Config>[]
  readonly help: string
  readonly example: string
}

/** `budget web finagle share 20%`: a choice with a configuration. */
export function mechanism<Settings, Config extends object>(about: Mechanism<Settings, Config>): Form<Settings> {
  const { field, kind, defaults, knobs, verb } = about
  return {
    id: `${verb}-${kind}`,
    verb,
    of: about.of,
    parts: [word(kind), ...options(knobs)],
    help: about.help,
    example: about.example,
    patch: (args) => ({ [field]: { kind, config: configOf(defaults, knobs, args) } }) as Patch<Settings>,
    args(settings) {
      const chosen = settings[field as keyof Settings] as { readonly kind: string; readonly config: Config }
      return chosen.kind === kind ? optionsOf(defaults, knobs, chosen.config) : null
    },
  }
}

/** `budget web none`: one word that stands for one value. */
export const fixed = <Settings, Field extends keyof Settings & string>(
  of: readonly PartKindName[],
  verb: string,
  field: Field,
  text: string,
  value: Settings[Field],
  help: string,
): Form<Settings> => ({
  id: `${verb}-${text}`,
  verb,
  of,
  parts: [word(text)],
  help,
  example: `${verb} ${EXAMPLES[of[0]!]} ${text}`,
  patch: () => ({ [field]: value }) as unknown as Patch<Settings>,
  args: (settings) => (isSame(settings[field], value) ? {} : null),
})

/** Parts that examples name: what an experiment has that says nothing, and what it would call the ends of TCP. */
const EXAMPLES: Readonly<Record<PartKindName, string>> = { source: 'web', stage: 'api', sender: 's1', receiver: 'r1' }
