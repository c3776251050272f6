import type { NodeId } from '../../base/brand.ts'
import { commonActs } from '../../experiment/common.ts'
import type { Act, ActSpec, Args, Facts, Language, Part, Settings } from '../../experiment/types.ts'
import { type Pipe, pipesProblem } from '../../protocols/flow/pipeline/pipe-problems.ts'
import { settingsProblem } from '../../protocols/flow/pipeline/problems.ts'
import {
  PIPELINE_LIMITS,
  SOURCE_DEFAULTS,
  type SourceSettings,
  STAGE_DEFAULTS,
  type StageSettings,
} from '../../protocols/flow/pipeline/settings.ts'
import { RECEIVER_DEFAULTS, SENDER_DEFAULTS } from '../../protocols/flow/pipeline/tcp-settings.ts'
import type { FlowCommand } from '../../protocols/flow/pipeline/types.ts'
import { type PartKindName, partOf } from './contract.ts'
import { actorPipes, firstPipes } from './pipes.ts'
import { actorNames, actorsOf, type FlowSettings, readFlowSettings, settings } from './settings.ts'
import { argument, NAMED, type PartForm, type PartSettings, sortOf } from './verbs/form.ts'
import { forms, kindOf } from './verbs/index.ts'

/** The verbs of the flow lab, and what they ask of the parts. Each sets one thing completely. */

/** What the acts so far have decided. */
interface Decided {
  /** By actor. */
  readonly parts: Readonly<Record<string, PartSettings>>
  readonly pipes: readonly Pipe[]
}

const DEFAULTS: Readonly<Record<PartKindName, PartSettings>> = {
  source: SOURCE_DEFAULTS,
  stage: STAGE_DEFAULTS,
  sender: SENDER_DEFAULTS,
  receiver: RECEIVER_DEFAULTS,
}

const decided = (facts: Facts): Decided => facts.own as Decided
const actorsIn = (facts: Facts): readonly NodeId[] => facts.actors.map(({ name }) => name)

const downReason = (facts: Facts, names: readonly NodeId[]): string | null => {
  const down = facts.actors.find(({ name, status }) => status === 'down' && names.includes(name))
  return down === undefined ? null : `${down.name} is down: \`restart\` starts it`
}

const firstReason = <T>(items: readonly T[], reason: (item: T) => string | null): string | null =>
  items.map(reason).find((each) => each !== null) ?? null

const pipesReason = ({ parts, pipes }: Decided): string | null =>
  pipesProblem(
    pipes,
    (name) => (parts[name] === undefined ? null : kindOf(parts[name])),
    (name) => (parts[name] as StageSettings).buffer.capacity,
  )

// ---- Setting something of a part ---------------------------------------------------------------------------------

/** The settings of the named parts after the act. */
const patched = (form: PartForm, facts: Facts, args: Args): Decided['parts'] => {
  const { parts } = decided(facts)
  const named = actorsOf(actorsIn(facts), args[NAMED] as string)
  return Object.fromEntries(
    named.map((name) => [name, { ...parts[name]!, ...form.patch(args, parts[name]!) } as PartSettings]),
  )
}

const withParts = (facts: Facts, parts: Decided['parts']): Decided => {
  const before = decided(facts)
  return { ...before, parts: { ...before.parts, ...parts } }
}

function refuseSetting(form: PartForm, facts: Facts, args: Args): string | null {
  const named = actorsOf(actorsIn(facts), args[NAMED] as string)
  const kinds = named.map((name) => kindOf(decided(facts).parts[name]!))
  if (!kinds.every((kind) => form.of.includes(kind))) return `${args[NAMED] as string} is no ${sortOf(form.of)}`
  const after = patched(form, facts, args)
  const queues = Object.values(after).filter(
    (each): each is SourceSettings | StageSettings => kindOf(each) === 'source' || kindOf(each) === 'stage',
  )
  return downReason(facts, named) ?? firstReason(queues, settingsProblem) ?? pipesReason(withParts(facts, after))
}

const settingAct = (form: PartForm): ActSpec => ({
  id: form.id,
  verb: form.verb,
  parts: [namePart(NAMED, form.of), ...form.parts],
  help: form.help,
  example: form.example,
  refuse: (facts, args) => refuseSetting(form, facts, args),
  next: (facts, args) => ({ ...facts, own: withParts(facts, patched(form, facts, args)) }),
})

const namePart = (name: string, kinds: readonly PartKindName[]): Part =>
  argument(name, { kind: 'name', of: sortOf(kinds), what: sortOf(kinds) }, `a ${sortOf(kinds)}: all copies, or one`)

// ---- Pipes -------------------------------------------------------------------------------------------------------

const GIVERS: readonly PartKindName[] = ['source', 'stage', 'sender']
const TAKERS: readonly PartKindName[] = ['stage', 'receiver']

/** The pipes that an act means: within each copy, never from one to another. */
function pipesOf(actors: readonly NodeId[], args: Args): readonly Pipe[] {
  const takers = actorsOf(actors, args.to as string)
  return actorsOf(actors, args.from as string).flatMap((from) =>
    takers.filter((to) => partOf(to).variant === partOf(from).variant).map((to) => ({ from, to })),
  )
}

const isSame = (pipe: Pipe) => (other: Pipe) => pipe.from === other.from && pipe.to === other.to

const connected = (pipes: readonly Pipe[], added: readonly Pipe[]): readonly Pipe[] => [...pipes, ...added]
const disconnected = (pipes: readonly Pipe[], gone: readonly Pipe[]): readonly Pipe[] =>
  pipes.filter((pipe) => !gone.some(isSame(pipe)))

function pipeAct(
  id: 'connect' | 'disconnect',
  change: (pipes: readonly Pipe[], meant: readonly Pipe[]) => readonly Pipe[],
  help: string,
): ActSpec {
  const after = (facts: Facts, meant: readonly Pipe[]): Decided => ({
    ...decided(facts),
    pipes: change(decided(facts).pipes, meant),
  })
  return {
    id,
    verb: id,
    parts: [namePart('from', GIVERS), namePart('to', TAKERS)],
    help,
    example: `${id} web api`,
    refuse(facts, args) {
      const meant = pipesOf(actorsIn(facts), args)
      if (meant.length === 0) return 'these are parts of two copies, which are compared and never joined'
      const missing = meant.find((pipe) => !decided(facts).pipes.some(isSame(pipe)))
      if (id === 'disconnect' && missing !== undefined) return `there is no pipe from ${missing.from} to ${missing.to}`
      const givers = meant.map(({ from }) => from)
      return downReason(facts, givers) ?? pipesReason(after(facts, meant))
    },
    next: (facts, args) => ({ ...facts, own: after(facts, pipesOf(actorsIn(facts), args)) }),
  }
}

const PIPES: readonly ActSpec[] = [
  pipeAct('connect', connected, 'a new pipe from one part to another'),
  pipeAct('disconnect', disconnected, 'take a pipe away; what is on its way still arrives'),
]

// ---- The language ------------------------------------------------------------------------------------------------

/** Parts have no clock of their own to be wrong, and no disk to be slow: what is set of them is there again at once. */
const ELSEWHERE = ['clock', 'disk']
const common = commonActs(settings, ['web', 'api']).filter(({ id }) => !ELSEWHERE.includes(id))

/** Every sort of names that some verb takes. */
const SORTS: readonly (readonly PartKindName[])[] = [...forms.map(({ of }) => of), GIVERS, TAKERS]

function namesOf(given: FlowSettings): NonNullable<Facts['names']> {
  const actors = actorNames(given)
  const namesIn = (kinds: readonly PartKindName[]) => {
    const here = actors.filter(({ kind }) => kinds.includes(kind))
    return [...new Set([...here.map(({ part }) => part), ...here.map(({ name }) => name as string)])]
  }
  return Object.fromEntries(SORTS.map((kinds) => [sortOf(kinds), namesIn(kinds)]))
}

export const language: Language = {
  lab: 'flow',
  settings,
  acts: [...forms.map(settingAct), ...PIPES, ...common],
  facts(settingsGiven) {
    const given = readFlowSettings(settingsGiven)
    const actors = actorNames(given)
    const own: Decided = {
      parts: Object.fromEntries(actors.map(({ name, kind }) => [name, DEFAULTS[kind]])),
      pipes: actorPipes(given),
    }
    return { actors: actors.map(({ name }) => ({ name, role: 'node', status: 'up' })), names: namesOf(given), own }
  },
  conflict,
}

/** What no single setting can see. */
function conflict(settingsGiven: Settings): ReturnType<Language['conflict']> {
  const given = readFlowSettings(settingsGiven)
  const actors = actorNames(given)
  const parts = actors.filter(({ variant }) => variant === 0)
  const twice = parts.find(({ part }, at) => parts.findIndex((other) => other.part === part) !== at)
  if (twice !== undefined) return { setting: `${twice.kind}s`, reason: `two parts have the name ${twice.part}` }
  if (parts.length === 0) return { setting: 'sources', reason: 'a pipeline has at least one part' }
  if (actors.length > PIPELINE_LIMITS.parts) {
    const all = given.variants === 1 ? `${parts.length}` : `${given.variants} copies of ${parts.length}`
    const reason = `these are ${all} parts: at most ${PIPELINE_LIMITS.parts} (the limit "parts" of a pipeline)`
    return { setting: given.variants === 1 ? 'stages' : 'variants', reason }
  }
  const kinds = new Map<string, PartKindName>(parts.map(({ part, kind }) => [part, kind]))
  const reason = pipesProblem(
    firstPipes(given),
    (part) => kinds.get(part) ?? null,
    () => STAGE_DEFAULTS.buffer.capacity,
  )
  return reason === null ? null : { setting: 'pipes', reason }
}

// ---- What the acts ask of the world -------------------------------------------------------------------------------

/** What one actor is told. */
interface PartCommand {
  readonly actor: NodeId
  readonly command: FlowCommand
}

/**
 * What an act asks of which actors; null for an act that is not the lab's own. @param actors all of the world @param now the
 * present settings of an actor: what shares a setting with what the act says stays (the order of a queue of other length)
 */
export function commandsOf(
  { id, args }: Act,
  actors: readonly NodeId[],
  now: (actor: NodeId) => PartSettings,
): readonly PartCommand[] | null {
  if (id === 'connect' || id === 'disconnect') {
    return pipesOf(actors, args).map(({ from, to }) => ({ actor: from, command: { kind: id, to } }))
  }
  const form = forms.find((each) => each.id === id)
  if (form === undefined) return null
  return actorsOf(actors, args[NAMED] as string).map((actor) => {
    const settingsNow = now(actor)
    const patch = form.patch(args, settingsNow)
    return { actor, command: { kind: kindOf(settingsNow), patch } as FlowCommand }
  })
}
