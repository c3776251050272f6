import type { Micros, NodeId } from '../base/brand.ts'
import type { Range } from '../base/units.ts'
import type { Status } from '../machine/invariant.ts'

/** The experiment as data: what the text form (`parse`, `print`) stands for. See the design in ARCHITECTURE.md. */
export interface Experiment {
  readonly lab: string
  /** The first comment line, without `#`. Empty when there is none. */
  readonly title: string
  /** 0 .. 2^53-1. */
  readonly seed: number
  /** What the header's `set` lines say, in canonical order; defaults are not repeated. */
  readonly settings: Settings
  /** Sorted by time; acts of the same time keep the order of the text. */
  readonly acts: readonly TimedAct[]
  /** Where a headless run ends. Null: the text names no end. */
  readonly until: Micros | null
  /** Comments that belong to no act; absent when there are none. */
  readonly notes?: Notes
}

/** Comments kept for the person who wrote them: those of the header, and those behind the last act. */
export interface Notes {
  readonly head: readonly string[]
  readonly tail: readonly string[]
}

/** An act at its instant, with what a person wrote above it. */
export interface TimedAct {
  readonly at: Micros
  readonly act: Act
  /** Comment lines that stand above the act in the text; they survive printing. */
  readonly comments: readonly string[]
}

/** One act: which registration it belongs to, and its arguments by name. */
export interface Act {
  /** The id of its {@link ActSpec}: `kill`, `client-put`. */
  readonly id: string
  readonly args: Args
}

export type Args = Readonly<Record<string, Value>>
export type Settings = Readonly<Record<string, Value>>

/** A parsed argument. The {@link ArgType} of its specification says which variant it is. */
export type Value =
  | number
  | string
  | boolean
  | Range
  | Direction
  | readonly string[]
  | readonly (readonly string[])[]
  | readonly number[]

/** Which directed links an act means. `null` is "everybody" (`*`). `both`: the way back, too (`n1<>n2`). */
export interface Direction {
  readonly from: NodeId | null
  readonly to: NodeId | null
  readonly both: boolean
}

/** How an argument is written, checked, completed and printed. */
export type ArgType =
  /** A node or client that exists. */
  | { readonly kind: 'actor'; readonly role: 'node' | 'client' | 'any' }
  /** `n1>n3`, `n1<>n3`, `n1>*`, `*`. */
  | { readonly kind: 'direction' }
  /** `n1 n2 | n3 n4 n5`: at least two groups, no actor twice. Takes the rest of the line. */
  | { readonly kind: 'groups' }
  /** One or more nodes; takes the rest of the line. */
  | { readonly kind: 'actors'; readonly role: 'node' | 'client' | 'any' }
  /** Microseconds. */
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  /** `5ms..20ms`, or `5ms` for both ends. */
  | { readonly kind: 'duration-range'; readonly min: number; readonly max: number }
  /** `30%`, kept as per-mille. */
  | { readonly kind: 'permille' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  /** `20/s`, kept as an integer per second. */
  | { readonly kind: 'rate'; readonly max: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  /** One token without blanks; quotes allow blanks: `"a b"`. At most `maxLength` characters. */
  | { readonly kind: 'token'; readonly maxLength: number }
  /** The rest of the line. `what`: what it is for messages; `assist`: what may be typed, when it is of another language. */
  | { readonly kind: 'text'; readonly maxLength: number; readonly what?: string; readonly assist?: Assist }
  /** A message in flight by its number: `m1234`. */
  | { readonly kind: 'message' }
  /** `12m`, `0.5%`: a decimal number with one of the units right behind it. Kept as its canonical text ({@link Quantity}). */
  | { readonly kind: 'quantity'; readonly units: readonly string[]; readonly min: number; readonly max: number }
  /** One of the names that the facts list under `of` ({@link Facts.names}): a dimension of the present design. */
  | { readonly kind: 'name'; readonly of: string; readonly what: string }
  /** `1,1,1,4,4`: at most `max` integers, each 1..1e6 and none below the one before it (the terms of a log). */
  | { readonly kind: 'terms'; readonly max: number }
  /** `web mobile`: new names, none twice; or `web>api api>db`: pipes between names. `-` is none. Takes the rest of the line. */
  | { readonly kind: 'names'; readonly of: 'name' | 'pipe'; readonly max: number }
  /** `10ms,20ms,5ms` (microseconds) or `70%,30%` (per-mille): 1 to `length` values, each from `min` to `max`. */
  | {
      readonly kind: 'list'
      readonly of: 'duration' | 'permille'
      readonly min: number
      readonly max: number
      readonly length: number
    }

/**
 * What may follow in a text of another language (a Redis command), behind the whole words that were typed: words to
 * complete, each with one line of help, and what is expected next.
 */
export type Assist = (
  typed: string,
  facts: Facts,
) => { readonly words: readonly { readonly word: string; readonly help: string }[]; readonly hint: string }

/** One part of a line behind the verb. */
export type Part =
  | { readonly kind: 'literal'; readonly word: string }
  | {
      readonly kind: 'argument'
      readonly name: string
      readonly type: ArgType
      readonly help: string
      readonly optional?: true
    }
  /** `loss 30% delay 5ms..20ms cut`, in any order, at least `min`. An option without type is a flag. */
  | { readonly kind: 'options'; readonly min: number; readonly options: readonly Option[] }

/** A keyword with a value, or a flag: `loss 30%`, `cut`. */
export interface Option {
  readonly keyword: string
  readonly type: ArgType | null
  readonly help: string
}

/**
 * The one registration of an act. From it come parsing, printing, completion, help, the palette, buttons and
 * validation in links and files. Several specifications may share a verb (`client c1 put`, `client c1 get`).
 */
export interface ActSpec {
  readonly id: string
  readonly verb: string
  readonly parts: readonly Part[]
  /** One line for `help` and the palette. */
  readonly help: string
  /** A complete example line without time: `kill n1`. It must parse. */
  readonly example: string
  /** Why the act is impossible now, in one sentence, or null. The same function guards text, links and buttons. */
  refuse(facts: Facts, args: Args): string | null
  /** The facts after the act. */
  next(facts: Facts, args: Args): Facts
}

/** What an experiment's acts alone decide about the world; enough to refuse an impossible act before running anything. */
export interface Facts {
  readonly actors: readonly ActorFacts[]
  /** All settings in force (`startFacts` fills them in). Present wherever acts may change one; keep it: `{...facts, actors}`. */
  readonly settings?: Settings
  /** What else can be named, by sort: the dimensions of a design. */
  readonly names?: Readonly<Record<string, readonly string[]>>
  /** What a lab's own verbs have decided, for its own refusals: only that lab reads it. */
  readonly own?: unknown
}

/** An actor that exists, and how it is doing. */
export interface ActorFacts {
  readonly name: NodeId
  readonly role: 'node' | 'client'
  readonly status: Status
}

/** One registration per setting (`set nodes 5`). */
export interface SettingSpec {
  /** `election-timeout`; a name ending in `.*` is a family with one value per node: `log.n1`. */
  readonly name: string
  readonly type: ArgType
  readonly default: Value
  readonly help: string
  /** May be changed while the world runs (`at 3s set heartbeat 20ms`). */
  readonly live: boolean
}

/** Everything the text form needs to know of a lab. */
export interface Language {
  readonly lab: string
  readonly settings: readonly SettingSpec[]
  readonly acts: readonly ActSpec[]
  /** The facts before the first act, from the header's settings (defaults already filled in). */
  facts(settings: Settings): Facts
  /**
   * A line from `from` on that begins with the prompt of an actor (`n1> SET k v`), as the verb and its arguments. `line`
   * is as long as the given one, with the arguments behind `from`, so that columns stay true. Null: no prompt stands there.
   */
  prompt?(line: string, from: number): { readonly verb: string; readonly line: string } | null
  /** What no single setting can see ("heartbeat must be shorter than the election timeout"); null when all is well. */
  conflict(settings: Settings): { readonly setting: string; readonly reason: string } | null
}

/** A mistake in a text: where, what was found, what was expected, and the nearest thing that would have been right. */
export interface Problem {
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 units. */
  readonly column: number
  readonly length: number
  readonly message: string
  readonly expected: string
  readonly suggestion: string | null
}
