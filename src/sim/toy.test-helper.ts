import { micros, nodeId } from '../base/brand.ts'
import { foldLane, hashText } from '../base/digest.ts'
import { below } from '../base/prng.ts'
import type { Invariant } from '../machine/invariant.ts'
import type { Effect, Env, Input, Machine, Transition } from '../machine/machine.ts'
import type { SimAct } from './faults.ts'
import type { ActorPlan, Plan } from './plan.ts'
import { Simulation } from './simulation.ts'
import { ROW, type TraceSink } from './trace.ts'

/*
 * A protocol that does what it is told and keeps a diary: it proves the simulator without any real protocol. Actors do
 * deeds when they boot, when they are commanded, when a message tells them to, and when a timer fires.
 */

export type Deed =
  /** Sends a word; who receives it does `then`. */
  | { readonly do: 'send'; readonly to: string; readonly word: string; readonly then?: readonly Deed[] }
  /** Appends a word to what must be durable: a barrier. */
  | { readonly do: 'write'; readonly word: string }
  /** A barrier for what was written before. */
  | { readonly do: 'barrier' }
  | { readonly do: 'set'; readonly timer: ToyTimer; readonly after: number }
  | { readonly do: 'clear'; readonly timer: ToyTimer }
  | { readonly do: 'note'; readonly value: number }
  /** Answers the command under way. */
  | { readonly do: 'reply'; readonly request: string }

export type ToyTimer = 'one' | 'two'

interface ToyConfig {
  readonly onBoot: readonly Deed[]
  readonly onTimer: readonly Deed[]
}

/** One line of a diary. */
export interface Line {
  /** Local time. */
  readonly at: number
  readonly what: string
  readonly entropy: number
}

interface ToyState {
  readonly config: ToyConfig
  readonly durable: ToyDurable | null
  readonly diary: readonly Line[]
}

interface ToyDurable {
  readonly words: readonly string[]
}

export interface Toy {
  readonly config: ToyConfig
  readonly durable: ToyDurable
  readonly state: ToyState
  readonly message: { readonly kind: 'word'; readonly word: string; readonly then: readonly Deed[] }
  readonly timer: ToyTimer
  readonly command: readonly Deed[]
  readonly result: string
  readonly note: { readonly kind: 'told'; readonly value: number }
}

function act(state: ToyState, what: string, deeds: readonly Deed[], env: Env): Transition<Toy> {
  const effects: Effect<Toy>[] = []
  let { durable } = state
  for (const deed of deeds) {
    if (deed.do === 'write') durable = { words: [...(durable?.words ?? []), deed.word] }
    effects.push(...effectsOf(deed, durable))
  }
  return { state: { ...state, durable, diary: [...state.diary, { at: env.now, what, entropy: env.entropy }] }, effects }
}

function effectsOf(deed: Deed, durable: ToyDurable | null): readonly Effect<Toy>[] {
  switch (deed.do) {
    case 'send': {
      const { to, word, then = [] } = deed
      return [{ kind: 'send', to: nodeId(to), message: { kind: 'word', word, then } }]
    }
    case 'write':
    case 'barrier':
      return durable === null ? [] : [{ kind: 'persist', durable }]
    case 'set':
      return [{ kind: 'set-timer', timer: deed.timer, after: micros(deed.after) }]
    case 'clear':
      return [{ kind: 'clear-timer', timer: deed.timer }]
    case 'note':
      return [{ kind: 'note', note: { kind: 'told', value: deed.value } }]
    case 'reply':
      return [{ kind: 'reply', request: deed.request as never, result: 'done' }]
  }
}

function receive(state: ToyState, input: Input<Toy>, env: Env): Transition<Toy> {
  switch (input.kind) {
    case 'message':
      return act(state, `${input.from}: ${input.message.word}`, input.message.then, env)
    case 'timer':
      return act(state, `timer ${input.timer}`, state.config.onTimer, env)
    case 'command':
      return act(state, `command ${input.request}`, input.command, env)
  }
}

const toyMachine: Machine<Toy> = {
  timers: ['one', 'two'],
  boot: (config, durable, env) =>
    act({ config, durable, diary: [] }, `boot ${durable?.words.join(' ') ?? 'empty'}`, config.onBoot, env),
  step: receive,
  reconfigure: (state, config) => ({ ...state, config }),
  tear(before, after, entropy) {
    const old = before?.words.length ?? 0
    const kept = old + below(entropy, after.words.length - old + 1)
    return kept === old ? before : { words: after.words.slice(0, kept) }
  },
  hash: (state) =>
    state.diary.reduce(
      (lane, { at, what, entropy }) => foldLane(foldLane(foldLane(lane, at), hashText(what)), entropy),
      7,
    ),
}

/** A row as the tests read it. */
export interface Told {
  readonly kind: string
  readonly time: number
  readonly actor: string
  readonly value: number
}

const KIND_NAMES = new Map<number, string>(Object.entries(ROW).map(([name, number]) => [number, name]))

export interface ToyOptions
  extends Partial<Pick<Plan<Toy>, 'seed' | 'link' | 'connected' | 'disk' | 'streams' | 'generate'>> {
  readonly invariants?: readonly Invariant<Toy>[]
  readonly names?: readonly string[]
  readonly onBoot?: readonly Deed[]
  readonly onTimer?: readonly Deed[]
  /** What the operating system says for the dead. */
  readonly lastWords?: Machine<Toy>['lastWords']
  readonly refuse?: Machine<Toy>['refuse']
}

/** Actors whose names begin with c are clients. Links take 10 ms, disks 2 ms, unless the options say otherwise. */
function toyPlan(options: ToyOptions): Plan<Toy> {
  const { onBoot = [], onTimer = [], names = ['a', 'b', 'c'], lastWords, refuse, ...rest } = options
  const machine: Machine<Toy> = { ...toyMachine, ...(lastWords && { lastWords }), ...(refuse && { refuse }) }
  const actors = names.map(
    (name): ActorPlan<Toy> => ({
      name: nodeId(name),
      role: name.startsWith('c') && name.length > 1 ? 'client' : 'node',
      machine,
      config: { onBoot, onTimer },
    }),
  )
  return {
    seed: 1,
    actors,
    invariants: [],
    meters: [],
    link: STRAIGHT,
    disk: { latencyUs: { low: 2_000, high: 2_000 }, stalled: false, onCrash: 'keep' },
    messageKinds: ['word'],
    noteKinds: ['told'],
    phase: (state) => (state === undefined ? 0 : 1),
    messageValue: () => 0,
    generate: (_, count) => [{ do: 'note', value: count }],
    streams: actors.map(() => 0),
    ...rest,
  }
}

/** A link that takes ten milliseconds and does nothing else. */
export const STRAIGHT = {
  delayUs: { low: 10_000, high: 10_000 },
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  cut: false,
  clog: false,
} as const

/** A world of toys that has booted, with everything that it told. */
export class ToyWorld {
  readonly sim: Simulation<Toy>
  readonly told: Told[] = []

  constructor(options: ToyOptions = {}) {
    this.sim = new Simulation(toyPlan(options))
    const sink: TraceSink = {
      row: (kind, _label, time, _sentAt, actor, _peer, value) => {
        const name = this.sim.names[actor] ?? ''
        this.told.push({ kind: KIND_NAMES.get(kind) ?? '', time, actor: name, value })
      },
    }
    this.sim.sink = sink
    this.sim.start()
  }

  number(name: string): number {
    return this.sim.indexOf(nodeId(name))
  }

  /** Lets everything happen up to `time`. */
  runTo(time: number): void {
    while (this.sim.step(time));
    this.sim.passTo(time)
  }

  do(...acts: readonly SimAct<Toy>[]): void {
    this.sim.act(acts, 0)
  }

  /** An act that concerns one actor, by its name. */
  to(name: string, act: 'kill' | 'restart' | 'pause' | 'resume'): void {
    this.do({ kind: act, actor: this.number(name) })
  }

  command(name: string, ...deeds: readonly Deed[]): void {
    this.do({ kind: 'command', actor: this.number(name), command: deeds })
  }

  diary(name: string): readonly Line[] {
    return this.sim.state(this.number(name))?.diary ?? []
  }

  /** What the actor wrote into its diary, without its boot and the commands: the messages and timers. */
  heard(name: string): readonly string[] {
    return this.diary(name)
      .map(({ what }) => what)
      .filter((what) => !what.startsWith('boot') && !what.startsWith('command'))
  }

  /** The same with the local time of each. */
  heardAt(name: string): readonly (readonly [number, string])[] {
    return this.diary(name).flatMap(({ at, what }) =>
      what.startsWith('boot') || what.startsWith('command') ? [] : [[at, what] as const],
    )
  }

  words(name: string): readonly string[] {
    return this.sim.durable(this.number(name))?.words ?? []
  }

  rows(kind: string): readonly Told[] {
    return this.told.filter((row) => row.kind === kind)
  }

  /** Numbers of the messages that are on their way, oldest first. */
  inFlight(): readonly { readonly number: number; readonly word: string; readonly waiting: boolean }[] {
    const found: { number: number; word: string; waiting: boolean }[] = []
    this.sim.eachInFlight(({ number, message }, waiting) => {
      found.push({ number, word: message?.word ?? '', waiting })
    })
    return found.sort((x, y) => x.number - y.number)
  }
}

/** A deed that sends one word. */
export const say = (to: string, word: string, ...then: readonly Deed[]): Deed => ({ do: 'send', to, word, then })
/** A message that only says a word. */
export function letter(word: string, then: readonly Deed[] = []): Toy['message'] {
  return { kind: 'word', word, then }
}
export const write = (word: string): Deed => ({ do: 'write', word })
export const note = (value: number): Deed => ({ do: 'note', value })
export const set = (timer: ToyTimer, after: number): Deed => ({ do: 'set', timer, after })
export const clear = (timer: ToyTimer): Deed => ({ do: 'clear', timer })
