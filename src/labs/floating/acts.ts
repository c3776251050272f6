import { nodeId } from '../../base/brand.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { NOTE_ACT } from '../../experiment/common.ts'
import { parseQuantity } from '../../experiment/quantity.ts'
import type { ActSpec, Args, ArgType, Facts, Language, Option, Part, SettingSpec } from '../../experiment/types.ts'
import { CORRECTED, type Corrections } from '../../physics/corrections.ts'
import { dimensionsOf } from '../../physics/design/dimensions.ts'
import { problemText } from '../../physics/design/problems.ts'
import { readDesign } from '../../physics/design/read.ts'
import { tanksOf } from '../../physics/design/tanks.ts'
import type { Design, WaveTrain } from '../../physics/design/types.ts'
import { shipped } from '../../physics/designs/index.ts'
import { DESIGN_IDS, type DesignId, kebab } from './contract.ts'

/** What can be written in an experiment of the floating lab. */

/** The only actor. */
export const PLATFORM = nodeId('platform')

/** Characters of a design in one line; a file comes in several. */
export const PART_MAX = 3_900
const PARTS_MAX = 120
/** Trains of waves at once. */
export const SEA_TRAINS_MAX = 4

/** One act as the machine takes it. */
export type PlatformCommand =
  | { readonly kind: 'design'; readonly id: DesignId }
  | { readonly kind: 'design-part'; readonly text: string }
  | { readonly kind: 'design-file' }
  | { readonly kind: 'set'; readonly dimension: string; readonly value: number }
  | { readonly kind: 'flood'; readonly tank: number; readonly permille: number }
  | { readonly kind: 'line'; readonly line: number; readonly broken: boolean }
  | {
      readonly kind: 'sea'
      readonly add: boolean
      readonly train: WaveTrain | null
      readonly change: Partial<WaveTrain>
    }
  | { readonly kind: 'wind'; readonly change: WindChange }
  | { readonly kind: 'current'; readonly mps: number; readonly headingDeg: number | null }
  | { readonly kind: 'status'; readonly parked: boolean }
  | { readonly kind: 'control'; readonly mode: 0 | 1 | 2 }
  | { readonly kind: 'model'; readonly corrected: boolean; readonly defect: keyof Corrections | null }

/** What is absent stays as it was. */
export interface WindChange {
  readonly mps?: number
  readonly headingDeg?: number
  readonly turbulence?: number
  readonly yawMisalignDeg?: number
}

const METRES: ArgType = { kind: 'quantity', units: ['m'], min: 0, max: 30 }
const SECONDS: ArgType = { kind: 'quantity', units: ['s'], min: 2, max: 60 }
const DEGREES: ArgType = { kind: 'quantity', units: ['deg'], min: -360, max: 360 }
const SPEED = (max: number): ArgType => ({ kind: 'quantity', units: ['m/s'], min: 0, max })
const PURE: ArgType = { kind: 'quantity', units: [''], min: 0, max: 20 }
/** Every unit that a dimension may have. */
const UNITS = ['m', 'kg/m3', 'kg/m', 'kg', 'N', 'Nm/rad', ''] as const

const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })
const word = (text: string): Part => ({ kind: 'literal', word: text })
const options = (min: number, ...list: readonly Option[]): Part => ({ kind: 'options', min, options: list })
const option = (keyword: string, type: ArgType, help: string): Option => ({ keyword, type, help })
const free = { refuse: () => null, next: (facts: Facts) => facts } as const

/** The defects of RAFT by the word that names them. */
export const DEFECTS: ReadonlyMap<string, keyof Corrections> = new Map(
  Object.keys(CORRECTED).map((key) => [kebab(key), key as keyof Corrections]),
)

const SEA_OPTIONS: readonly Option[] = [
  option('hs', METRES, 'significant wave height'),
  option('tp', SECONDS, 'peak period'),
  option('heading', DEGREES, 'where the waves run to; 0deg is downwind'),
  option('gamma', PURE, 'peak enhancement of JONSWAP; 0 takes the rule of IEC 61400-3'),
]

const settings: readonly SettingSpec[] = [
  {
    name: 'design',
    type: { kind: 'word', words: DESIGN_IDS },
    default: 'volturnus',
    help: 'the floating turbine that the experiment begins with',
    live: false,
  },
]

/** Facts that follow from a design: what can be set, flooded, cut. */
function namesOf(design: Design): NonNullable<Facts['names']> {
  return {
    dimension: dimensionsOf(design).map(({ name }) => name),
    tank: tanksOf(design).map(({ number }) => String(number)),
    line: (design.mooring?.lines ?? []).map((_, at) => String(at + 1)),
  }
}

const partsOf = (facts: Facts): readonly string[] => facts.names?.part ?? []

const acts: readonly ActSpec[] = [
  {
    ...free,
    id: 'design',
    verb: 'design',
    parts: [argument('design', { kind: 'word', words: DESIGN_IDS }, 'a design that ships')],
    help: 'begin again with another floating turbine; sea and wind stay',
    example: 'design oc3',
    next: (facts, args) => ({ ...facts, names: namesOf(shipped(args.design as DesignId)) }),
  },
  {
    ...free,
    id: 'design-part',
    verb: 'design',
    parts: [
      word('part'),
      argument('text', { kind: 'text', maxLength: PART_MAX, what: 'a piece of a design' }, 'a piece of a design file'),
    ],
    help: 'hand over a piece of a design file (RAFT, as JSON); `design file` puts the pieces together',
    example: 'design part {"name":"my spar"}',
    refuse: (facts) => (partsOf(facts).length < PARTS_MAX ? null : `a design file has at most ${PARTS_MAX} parts`),
    next: (facts, args) => ({ ...facts, names: { ...facts.names, part: [...partsOf(facts), args.text as string] } }),
  },
  {
    id: 'design-file',
    verb: 'design',
    parts: [word('file')],
    help: 'float the design whose pieces came before',
    example: 'design file',
    refuse(facts) {
      const read = designOf(partsOf(facts))
      return read.ok ? null : read.error
    },
    next(facts) {
      const read = designOf(partsOf(facts))
      return read.ok ? { ...facts, names: namesOf(read.value) } : facts
    },
  },
  {
    ...free,
    id: 'dimension',
    verb: 'set',
    parts: [
      argument('dimension', { kind: 'name', of: 'dimension', what: 'dimension' }, 'a dimension of the design'),
      argument('value', { kind: 'quantity', units: UNITS, min: -1e13, max: 1e13 }, 'its new value with the unit'),
    ],
    help: 'change a dimension of the design and solve it again',
    example: 'set column.diameter 12m',
  },
  {
    ...free,
    id: 'flood',
    verb: 'flood',
    parts: [
      word('tank'),
      argument('tank', { kind: 'name', of: 'tank', what: 'tank' }, 'number of a tank'),
      argument('share', { kind: 'permille' }, 'how full of sea water; 0% pumps it out'),
    ],
    help: 'let water into a space inside the hull',
    example: 'flood tank 2 50%',
  },
  ...(['cut', 'mend'] as const).map(
    (verb): ActSpec => ({
      ...free,
      id: `${verb}-line`,
      verb,
      parts: [word('line'), argument('line', { kind: 'name', of: 'line', what: 'mooring line' }, 'number of a line')],
      help: verb === 'cut' ? 'break a mooring line' : 'hang a broken line up again',
      example: `${verb} line 2`,
    }),
  ),
  {
    ...free,
    id: 'sea',
    verb: 'sea',
    parts: [options(1, ...SEA_OPTIONS)],
    help: 'the waves: JONSWAP; what is not named stays',
    example: 'sea hs 6m tp 12s heading 30deg',
  },
  {
    ...free,
    id: 'sea-still',
    verb: 'sea',
    parts: [word('still')],
    help: 'no waves',
    example: 'sea still',
  },
  {
    ...free,
    id: 'sea-white',
    verb: 'sea',
    parts: [word('white')],
    help: 'the same energy at every frequency (S = 1 m2 s/rad): every resonance shows',
    example: 'sea white',
  },
  {
    ...free,
    id: 'sea-add',
    verb: 'sea',
    parts: [word('add'), options(2, ...SEA_OPTIONS)],
    help: `a further train of waves across the first, at most ${SEA_TRAINS_MAX}`,
    example: 'sea add hs 2m tp 14s heading 60deg',
  },
  {
    ...free,
    id: 'wind',
    verb: 'wind',
    parts: [
      argument('speed', SPEED(70), 'at hub height'),
      options(
        0,
        option('heading', DEGREES, 'where the wind blows to'),
        option('turbulence', { kind: 'permille' }, 'turbulence intensity'),
        option('misalign', DEGREES, 'how far the nacelle stands out of the wind'),
      ),
    ],
    help: 'the wind on the rotor',
    example: 'wind 12m/s turbulence 14%',
  },
  {
    ...free,
    id: 'current',
    verb: 'current',
    parts: [
      argument('speed', SPEED(5), 'at the surface'),
      options(0, option('heading', DEGREES, 'where the current runs to')),
    ],
    help: 'a current that drags on the hull',
    example: 'current 1m/s',
  },
  {
    ...free,
    id: 'status',
    verb: 'status',
    parts: [argument('status', { kind: 'word', words: ['operating', 'parked'] }, 'of the turbine')],
    help: 'let the turbine run, or stop it',
    example: 'status parked',
  },
  {
    ...free,
    id: 'control',
    verb: 'control',
    parts: [
      argument(
        'mode',
        { kind: 'word', words: CONTROL_WORDS() },
        'off: no air; fixed: steady speed and pitch; on: the controller acts',
      ),
    ],
    help: 'how much of the rotor is computed: RAFT’s aeroServoMod 0, 1, 2',
    example: 'control on',
  },
  {
    ...free,
    id: 'model',
    verb: 'model',
    parts: [
      argument('model', { kind: 'word', words: ['corrected', 'as-raft'] }, 'what is right, or what RAFT computes'),
      {
        kind: 'argument',
        name: 'defect',
        type: { kind: 'word', words: [...DEFECTS.keys()] },
        help: 'only this one; without: all of them',
        optional: true,
      },
    ],
    help: 'switch between the corrected model and RAFT with its known defects',
    example: 'model as-raft step-inertia',
  },
  NOTE_ACT,
]

function CONTROL_WORDS(): readonly string[] {
  return ['off', 'fixed', 'on']
}

export const language: Language = {
  lab: 'floating',
  settings,
  acts,
  facts: (given) => ({
    actors: [{ name: PLATFORM, role: 'node', status: 'up' }],
    names: namesOf(shipped(given.design as DesignId)),
  }),
  conflict: () => null,
}

/** The design that the pieces make, or what is wrong with it. */
export function designOf(parts: readonly string[]): Result<Design, string> {
  if (parts.length === 0) return fail('no part of a design came before: `design part …`')
  let value: unknown
  try {
    value = JSON.parse(parts.join(''))
  } catch {
    return fail('the parts of the design are no JSON together')
  }
  const read = readDesign(value)
  return read.ok ? ok(read.value) : fail(read.error.map(problemText).join('; '))
}

const NUMBER_UNITS = ['m', 's', 'deg', 'm/s', ''] as const

/** The number of a quantity that the parser has read. */
function numberOf(args: Args, name: string): number | null {
  const text = args[name]
  return text === undefined ? null : parseQuantity(text as string, NUMBER_UNITS)!.value
}

const present = <T extends object>(fields: { readonly [K in keyof T]: T[K] | null }): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Partial<T>

const seaChange = (args: Args): Partial<WaveTrain> =>
  present<WaveTrain>({
    spectrum: 'JONSWAP',
    heightM: numberOf(args, 'hs'),
    periodS: numberOf(args, 'tp'),
    headingDeg: numberOf(args, 'heading'),
    gamma: numberOf(args, 'gamma'),
  })

const sharedPermille = (args: Args, name: string): number | null =>
  args[name] === undefined ? null : (args[name] as number) / 1000

const TRAIN: WaveTrain = { spectrum: 'JONSWAP', heightM: 0, periodS: 10, headingDeg: 0, gamma: 0 }

/** What an act of this lab asks of the platform; null for an act that is not the lab's. Fails with the reason for people. */
export function commandOf(id: string, args: Args, design: Design): Result<PlatformCommand, string> | null {
  switch (id) {
    case 'design':
      return ok({ kind: 'design', id: args.design as DesignId })
    case 'design-part':
      return ok({ kind: 'design-part', text: args.text as string })
    case 'design-file':
      return ok({ kind: 'design-file' })
    case 'dimension':
      return dimensionCommand(args, design)
    case 'flood':
      return ok({ kind: 'flood', tank: Number(args.tank), permille: args.share as number })
    case 'cut-line':
    case 'mend-line':
      return ok({ kind: 'line', line: Number(args.line), broken: id === 'cut-line' })
    case 'sea':
      return ok({ kind: 'sea', add: false, train: null, change: seaChange(args) })
    case 'sea-still':
      return ok({ kind: 'sea', add: false, train: { ...TRAIN, spectrum: 'still' }, change: {} })
    case 'sea-white':
      return ok({ kind: 'sea', add: false, train: { ...TRAIN, spectrum: 'unit' }, change: {} })
    case 'sea-add':
      return ok({ kind: 'sea', add: true, train: { ...TRAIN, ...seaChange(args) }, change: {} })
    case 'wind':
      return ok({
        kind: 'wind',
        change: present<Required<WindChange>>({
          mps: numberOf(args, 'speed'),
          headingDeg: numberOf(args, 'heading'),
          turbulence: sharedPermille(args, 'turbulence'),
          yawMisalignDeg: numberOf(args, 'misalign'),
        }),
      })
    case 'current':
      return ok({ kind: 'current', mps: numberOf(args, 'speed') ?? 0, headingDeg: numberOf(args, 'heading') })
    case 'status':
      return ok({ kind: 'status', parked: args.status === 'parked' })
    case 'control':
      return ok({ kind: 'control', mode: CONTROL_WORDS().indexOf(args.mode as string) as 0 | 1 | 2 })
    case 'model':
      return ok({
        kind: 'model',
        corrected: args.model === 'corrected',
        defect: args.defect === undefined ? null : DEFECTS.get(args.defect as string)!,
      })
    default:
      return null
  }
}

function dimensionCommand(args: Args, design: Design): Result<PlatformCommand, string> {
  const name = args.dimension as string
  const { value, unit } = parseQuantity(args.value as string, UNITS)!
  const dimension = dimensionsOf(design).find((each) => each.name === name)
  if (dimension === undefined) return fail(`there is no dimension ${name} in this design`)
  if (unit !== dimension.unit) {
    return fail(
      `${name} is ${dimension.unit === '' ? 'a pure number' : `in ${dimension.unit}`}, not ${unit === '' ? 'a pure number' : `in ${unit}`}`,
    )
  }
  const { min, max } = dimension
  if (value < min || value > max) return fail(`${name} must lie between ${min}${unit} and ${max}${unit}`)
  return ok({ kind: 'set', dimension: name, value })
}
