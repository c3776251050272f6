import { assert, present } from '../base/assert.ts'
import { type Micros, type NodeId, nodeId } from '../base/brand.ts'
import type { Range } from '../base/units.ts'
import type { Status } from '../machine/invariant.ts'
import { isFamily } from './facts.ts'
import { printValue } from './grammar.ts'
import type { ActSpec, Args, ArgType, Direction, Facts, Option, Part, SettingSpec, Value } from './types.ts'

/** The longest delay, disk latency or clock skew: one hour. */
const LONGEST_US = 3_600_000_000
/** The fastest and slowest clock: ten percent off. */
const DRIFT_MAX_PPM = 100_000
const NOTE_MAX = 500

const DURATION: ArgType = { kind: 'duration', min: 0, max: LONGEST_US }
const RANGE: ArgType = { kind: 'duration-range', min: 0, max: LONGEST_US }
const SHARE: ArgType = { kind: 'permille' }
const DRIFT: ArgType = { kind: 'integer', min: 0, max: DRIFT_MAX_PPM }

const node: Part = { kind: 'argument', name: 'node', type: { kind: 'actor', role: 'node' }, help: 'a node' }
const message: Part = { kind: 'argument', name: 'message', type: { kind: 'message' }, help: 'a message in flight' }

const option = (keyword: string, type: ArgType | null, help: string): Option => ({ keyword, type, help })

/** An act that no fact forbids and that changes none. */
const free = { refuse: () => null, next: (facts: Facts) => facts } as const

const statusOf = (facts: Facts, name: NodeId): Status =>
  present(
    facts.actors.find((actor) => actor.name === name),
    `actor ${name}`,
  ).status

const withStatus = (facts: Facts, name: NodeId, status: Status): Facts => ({
  ...facts,
  actors: facts.actors.map((actor) => (actor.name === name ? { ...actor, status } : actor)),
})

type Reasons = Readonly<Record<Status, string | null>>

/** An act that moves a node to another status; `reasons` say from which it cannot, and why. */
function lifeAct(id: string, to: Status, help: string, reasons: Reasons): ActSpec {
  return {
    id,
    verb: id,
    parts: [node],
    help,
    example: `${id} n1`,
    refuse(facts, args) {
      const reason = reasons[statusOf(facts, nodeArg(args))]
      return reason === null ? null : `${nodeArg(args)} ${reason}`
    },
    next: (facts, args) => withStatus(facts, nodeArg(args), to),
  }
}

const LIFE: readonly ActSpec[] = [
  lifeAct('kill', 'down', 'stop a node; its memory is gone, its disk stays', {
    up: null,
    paused: null,
    down: 'is down already',
  }),
  lifeAct('restart', 'up', 'start a killed node from its disk', {
    up: 'is running: only a killed node can be restarted',
    paused: 'is paused, not killed: `resume` lets it go on',
    down: null,
  }),
  lifeAct('pause', 'paused', 'freeze a node; timers stop and mail waits', {
    up: null,
    paused: 'is paused already',
    down: 'is down',
  }),
  lifeAct('resume', 'up', 'let a paused node go on', {
    up: 'is running already',
    paused: null,
    down: 'is down: `restart` starts it',
  }),
]

const PARTITION: ActSpec = {
  ...free,
  id: 'partition',
  verb: 'partition',
  parts: [{ kind: 'argument', name: 'groups', type: { kind: 'groups' }, help: 'who can still talk to whom' }],
  help: 'cut the network into groups; who is not named talks to everybody',
  example: 'partition n1 | n2',
}

const HEAL: ActSpec = {
  ...free,
  id: 'heal',
  verb: 'heal',
  parts: [],
  help: 'take away partitions, isolations, cuts and clogs; delays and losses stay',
  example: 'heal',
}

const ISOLATE: ActSpec = {
  ...free,
  id: 'isolate',
  verb: 'isolate',
  parts: [
    { kind: 'argument', name: 'actor', type: { kind: 'actor', role: 'any' }, help: 'a node or client' },
    {
      kind: 'argument',
      name: 'way',
      type: { kind: 'word', words: ['in', 'out'] },
      help: 'in: hears nobody; out: is heard by nobody; without: both',
      optional: true,
    },
  ],
  help: 'cut one node or client off: in (hears nobody), out (is heard by nobody) or both',
  example: 'isolate n1 in',
}

/** The first pair of options that contradict each other and are both given, as a sentence. */
function contradiction(args: Args, pairs: readonly (readonly [string, string])[]): string | null {
  const pair = pairs.find(([one, other]) => args[one] !== undefined && args[other] !== undefined)
  return pair === undefined ? null : `\`${pair[0]}\` and \`${pair[1]}\` contradict each other`
}

const LINK_OPTIONS: readonly Option[] = [
  option('delay', RANGE, 'how long messages take'),
  option('loss', SHARE, 'share of messages that get lost'),
  option('duplicate', SHARE, 'share of messages that arrive twice'),
  option('reorder', SHARE, 'share of messages that others overtake'),
  option('cut', null, 'messages are lost'),
  option('clog', null, 'messages wait until the link opens'),
  option('open', null, 'neither cut nor clogged'),
  option('reset', null, 'back to the default condition'),
]

const LINK: ActSpec = {
  ...free,
  id: 'link',
  verb: 'link',
  parts: [
    {
      kind: 'argument',
      name: 'direction',
      type: { kind: 'direction' },
      help: 'one way, both ways (<>) or everybody (*)',
    },
    { kind: 'options', min: 1, options: LINK_OPTIONS },
  ],
  help: 'change what links do to messages',
  example: 'link n1>n2 delay 5ms..20ms loss 30%',
  refuse: (_, args) =>
    contradiction(args, [
      ['open', 'cut'],
      ['open', 'clog'],
      ...LINK_OPTIONS.filter(({ keyword }) => keyword !== 'reset').map(({ keyword }) => ['reset', keyword] as const),
    ]),
}

const CLOCK: ActSpec = {
  ...free,
  id: 'clock',
  verb: 'clock',
  parts: [
    node,
    {
      kind: 'options',
      min: 1,
      options: [
        option('ahead', DURATION, 'jump forwards by this much'),
        option('behind', DURATION, 'jump backwards by this much'),
        option('fast', DRIFT, 'run fast by so many millionths (ppm)'),
        option('slow', DRIFT, 'run slow by so many millionths (ppm)'),
      ],
    },
  ],
  help: 'make the clock of a node jump or drift',
  example: 'clock n1 ahead 50ms fast 200',
  refuse: (_, args) =>
    contradiction(args, [
      ['ahead', 'behind'],
      ['fast', 'slow'],
    ]),
}

const ON_CRASH = ['keep', 'torn', 'lost'] as const

const DISK: ActSpec = {
  ...free,
  id: 'disk',
  verb: 'disk',
  parts: [
    node,
    {
      kind: 'options',
      min: 1,
      options: [
        option('latency', RANGE, 'how long a durable write takes'),
        option('stall', null, 'writes begin but do not end'),
        option('resume', null, 'stalled writes go on'),
        option(
          'on-crash',
          { kind: 'word', words: ON_CRASH },
          'a crash loses the write under way (keep), leaves a part of it (torn), or loses the last finished one, too (lost)',
        ),
      ],
    },
  ],
  help: 'change how the disk of a node behaves',
  example: 'disk n1 latency 5ms..20ms on-crash torn',
  refuse: (_, args) => contradiction(args, [['stall', 'resume']]),
}

const MESSAGES: readonly ActSpec[] = [
  { ...free, id: 'drop', verb: 'drop', parts: [message], help: 'lose one message in flight', example: 'drop m1234' },
  {
    ...free,
    id: 'delay',
    verb: 'delay',
    parts: [message, { kind: 'argument', name: 'duration', type: DURATION, help: 'how much later it arrives' }],
    help: 'hold one message in flight back',
    example: 'delay m1234 50ms',
  },
  {
    ...free,
    id: 'duplicate',
    verb: 'duplicate',
    parts: [message],
    help: 'let one message in flight arrive twice',
    example: 'duplicate m1234',
  },
]

/** A remark in the timeline: every lab has it. */
export const NOTE_ACT: ActSpec = {
  ...free,
  id: 'note',
  verb: 'note',
  parts: [{ kind: 'argument', name: 'text', type: { kind: 'text', maxLength: NOTE_MAX }, help: 'what to remember' }],
  help: 'write a remark into the timeline',
  example: 'note the leader should change here',
}

/** The act that changes a live setting. Families have no single value and cannot be live. */
function setAct(setting: SettingSpec): ActSpec {
  assert(!isFamily(setting), `a family of settings cannot be live: ${setting.name}`)
  return {
    id: `set-${setting.name}`,
    verb: 'set',
    parts: [
      { kind: 'literal', word: setting.name },
      { kind: 'argument', name: 'value', type: setting.type, help: setting.help },
    ],
    help: setting.help,
    example: `set ${setting.name} ${printValue(setting.type, setting.default)}`,
    refuse: () => null,
    next: (facts, args) =>
      facts.settings === undefined
        ? facts
        : { ...facts, settings: { ...facts.settings, [setting.name]: present(args.value, 'value') } },
  }
}

/**
 * The acts that every lab has, in the order in which help lists them. `settings`: all settings of the lab; `names`: two
 * actors for the examples.
 */
export function commonActs(
  settings: readonly SettingSpec[],
  names: readonly [string, string] = ['n1', 'n2'],
): readonly ActSpec[] {
  const live = settings.filter((setting) => setting.live).map(setAct)
  const acts = [...LIFE, PARTITION, HEAL, ISOLATE, LINK, CLOCK, DISK, ...MESSAGES, ...live, NOTE_ACT]
  return acts.map((spec) => ({
    ...spec,
    example: spec.example.replace(/\bn([12])\b/g, (_, number) => names[Number(number) - 1]!),
  }))
}

/*
 * Readers: the arguments of a common act with their types. The act must have come from the parser or passed
 * `checkAct`; then the casts hold.
 */

const get = (args: Args, name: string): Value => present(args[name], `argument ${name}`)

/** The node of `kill`, `restart`, `pause`, `resume`, `clock` and `disk`. */
export const nodeArg = (args: Args): NodeId => nodeId(get(args, 'node') as string)

/** The groups of `partition`: at least two, none empty, nobody twice. */
export const groupsArg = (args: Args): readonly (readonly NodeId[])[] =>
  get(args, 'groups') as readonly (readonly NodeId[])[]

/** The arguments of `isolate`. */
export interface IsolateArgs {
  readonly actor: NodeId
  /** `in`: hears nobody. `out`: is heard by nobody. */
  readonly way: 'in' | 'out' | 'both'
}

/** Reads `isolate`; without a direction it means both. */
export const isolateArgs = (args: Args): IsolateArgs => ({
  actor: nodeId(get(args, 'actor') as string),
  way: (args.way as 'in' | 'out' | undefined) ?? 'both',
})

/** What is null stays as it is. */
export interface LinkArgs {
  readonly direction: Direction
  readonly delayUs: Range | null
  readonly lossPermille: number | null
  readonly duplicatePermille: number | null
  readonly reorderPermille: number | null
  readonly cut: boolean
  readonly clog: boolean
  /** Undo cut and clog. */
  readonly open: boolean
  /** Back to the default condition; then nothing else is given. */
  readonly reset: boolean
}

/** Reads `link`. */
export const linkArgs = (args: Args): LinkArgs => ({
  direction: get(args, 'direction') as Direction,
  delayUs: (args.delay as Range | undefined) ?? null,
  lossPermille: numberOrNull(args.loss),
  duplicatePermille: numberOrNull(args.duplicate),
  reorderPermille: numberOrNull(args.reorder),
  cut: args.cut === true,
  clog: args.clog === true,
  open: args.open === true,
  reset: args.reset === true,
})

const numberOrNull = (value: Value | undefined): number | null => (value as number | undefined) ?? null

/** The arguments of `clock`, with signs. */
export interface ClockArgs {
  readonly node: NodeId
  /** Positive: jumps forwards. 0 when the act says nothing of it. */
  readonly skewUs: number
  /** Positive: runs fast. Null: stays as it is. */
  readonly driftPpm: number | null
}

/** Reads `clock`: `ahead` and `fast` are positive, `behind` and `slow` negative. */
export function clockArgs(args: Args): ClockArgs {
  const skewUs = (numberOrNull(args.ahead) ?? 0) - (numberOrNull(args.behind) ?? 0)
  const slow = numberOrNull(args.slow)
  return { node: nodeArg(args), skewUs, driftPpm: numberOrNull(args.fast) ?? (slow === null ? null : 0 - slow) }
}

/** What is null stays as it is. */
export interface DiskArgs {
  readonly node: NodeId
  readonly latencyUs: Range | null
  /** True: stall. False: go on. */
  readonly stalled: boolean | null
  readonly onCrash: (typeof ON_CRASH)[number] | null
}

/** Reads `disk`. */
export const diskArgs = (args: Args): DiskArgs => ({
  node: nodeArg(args),
  latencyUs: (args.latency as Range | undefined) ?? null,
  stalled: args.stall === true ? true : args.resume === true ? false : null,
  onCrash: (args['on-crash'] as DiskArgs['onCrash'] | undefined) ?? null,
})

/** The number of the message of `drop`, `delay` and `duplicate` (and of the mover `show`). */
export const messageArg = (args: Args): number => get(args, 'message') as number

/** How much later the message of `delay` arrives. */
export const delayArg = (args: Args): Micros => get(args, 'duration') as Micros

/** The new value of a live setting. */
export const valueArg = (args: Args): Value => get(args, 'value')

/** The text of `note`. */
export const noteArg = (args: Args): string => get(args, 'text') as string
