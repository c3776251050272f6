import { type NodeId, nodeId } from '../../base/brand.ts'
import type { Range } from '../../base/units.ts'
import type { ArgType, SettingSpec, Settings } from '../../experiment/types.ts'
import { PIPELINE_LIMITS } from '../../protocols/flow/pipeline/settings.ts'
import { FAULTS, type Fault } from '../../protocols/flow/pipeline/types.ts'
import { PART_KINDS, type PartKindName, partOf, VARIANTS } from './contract.ts'

/** What the header of an experiment says of a pipeline: its parts, its copies, the first pipes and the links below them. */

const MINUTE_US = 60_000_000

/** The settings with their types. Names are those of parts, without copies. */
export interface FlowSettings {
  readonly sources: readonly string[]
  readonly stages: readonly string[]
  readonly senders: readonly string[]
  readonly receivers: readonly string[]
  readonly variants: number
  readonly delayUs: Range
  readonly lossPermille: number
  /** Messages keep their order and a loss is a delay; else they are packets: lost for good, and they may overtake. */
  readonly connected: boolean
  /** `web>api`. Empty: the usual ones. */
  readonly pipes: readonly string[]
  /** Planted in every part. Null: they do as they should. */
  readonly fault: Fault | null
}

const NO_FAULT = 'none'
const NAMES: ArgType = { kind: 'names', of: 'name', max: PIPELINE_LIMITS.parts }

const setting = (name: string, type: ArgType, value: SettingSpec['default'], help: string): SettingSpec => ({
  name,
  type,
  default: value,
  help,
  live: false,
})

export const settings: readonly SettingSpec[] = [
  setting('sources', NAMES, ['web'], 'sources of requests, by name'),
  setting('stages', NAMES, ['api'], 'stages: servers behind a queue, by name'),
  setting('senders', NAMES, [], 'senders of TCP, by name'),
  setting('receivers', NAMES, [], 'receivers of TCP, by name'),
  setting(
    'variants',
    { kind: 'integer', min: 1, max: VARIANTS.length },
    1,
    'copies of the whole pipeline that are compared: api.a, api.b, …',
  ),
  setting(
    'delay',
    { kind: 'duration-range', min: 1, max: MINUTE_US },
    { low: 1_000, high: 1_000 },
    'delay of each pipe',
  ),
  setting('loss', { kind: 'permille' }, 0, 'share of messages that every pipe loses'),
  setting(
    'transport',
    { kind: 'word', words: ['connections', 'packets'] },
    'connections',
    'connections keep their order, and what is lost comes later; packets get lost and overtake',
  ),
  setting(
    'pipes',
    { kind: 'names', of: 'pipe', max: PIPELINE_LIMITS.parts * PIPELINE_LIMITS.parts },
    [],
    'the pipes at the beginning, web>api api>db; - is one stage after the other',
  ),
  setting(
    'fault',
    { kind: 'word', words: [NO_FAULT, ...FAULTS] },
    NO_FAULT,
    'a mistake planted on purpose in every part',
  ),
]

/** `given` must be complete: every single setting is there. */
export function readFlowSettings(given: Settings): FlowSettings {
  return {
    sources: given.sources as readonly string[],
    stages: given.stages as readonly string[],
    senders: given.senders as readonly string[],
    receivers: given.receivers as readonly string[],
    variants: given.variants as number,
    delayUs: given.delay as Range,
    lossPermille: given.loss as number,
    connected: given.transport === 'connections',
    pipes: given.pipes as readonly string[],
    fault: given.fault === NO_FAULT ? null : (given.fault as Fault),
  }
}

/** The names of the parts of one kind. */
const partsOfKind = (given: FlowSettings, kind: PartKindName): readonly string[] => given[`${kind}s`]

/** An actor of the world: a part, or a copy of it. */
export interface ActorName {
  readonly name: NodeId
  readonly part: string
  readonly variant: number
  readonly kind: PartKindName
}

/** All actors: copy by copy, in each the sources, the stages, the senders, the receivers. */
export const actorNames = (given: FlowSettings): readonly ActorName[] =>
  Array.from({ length: given.variants }, (_, variant) =>
    PART_KINDS.flatMap((kind) =>
      partsOfKind(given, kind).map((part) => ({ name: copyOf(given, part, variant), part, variant, kind })),
    ),
  ).flat()

/** `api.b` for copy 1 of `api`; without copies `api` itself. */
export const copyOf = ({ variants }: FlowSettings, part: string, variant: number): NodeId =>
  nodeId(variants === 1 ? part : `${part}.${VARIANTS[variant]}`)

/** The actors that a name in an act means: all copies of a part, or one. */
export const actorsOf = (actors: readonly NodeId[], name: string): readonly NodeId[] =>
  actors.filter((actor) => actor === name || partOf(actor).part === name)
