import { nodeId } from '../base/brand.ts'
import type { Range } from '../base/units.ts'
import { commonActs } from './common.ts'
import type { ActSpec, ArgType, Facts, Language, Part, SettingSpec, Settings, Value } from './types.ts'

/** A small lab for the tests of this folder: every kind of argument and setting occurs in it. */

const setting = (name: string, type: ArgType, value: Value, live = false): SettingSpec => ({
  name,
  type,
  default: value,
  help: `the ${name} of the toy`,
  live,
})

const SETTINGS: readonly SettingSpec[] = [
  setting('nodes', { kind: 'integer', min: 1, max: 7 }, 5),
  setting('clients', { kind: 'integer', min: 0, max: 12 }, 2),
  setting(
    'election-timeout',
    { kind: 'duration-range', min: 10_000, max: 10_000_000 },
    { low: 150_000, high: 300_000 },
  ),
  setting('heartbeat', { kind: 'duration', min: 1_000, max: 1_000_000 }, 50_000, true),
  setting('loss', { kind: 'permille' }, 0, true),
  setting('load', { kind: 'rate', max: 1_000 }, 20, true),
  setting('pre-vote', { kind: 'switch' }, true, true),
  setting('disk', { kind: 'word', words: ['fast', 'slow'] }, 'fast'),
  setting('label', { kind: 'token', maxLength: 20 }, 'toy', true),
  setting('leader', { kind: 'actor', role: 'node' }, 'n1'),
  setting('draft', { kind: 'quantity', units: ['m', 'ft'], min: -5, max: 500 }, '20m', true),
  setting('sides', { kind: 'groups' }, [['n1'], ['n2']]),
  setting('teams', { kind: 'names', of: 'name', max: 4 }, ['red']),
  setting('pipes', { kind: 'names', of: 'pipe', max: 4 }, []),
  setting('gaps', { kind: 'list', of: 'duration', min: 1, max: 1_000_000, length: 5 }, [10_000]),
  setting('shares', { kind: 'list', of: 'permille', min: 0, max: 1_000, length: 3 }, [700, 300]),
  setting('log.*', { kind: 'terms', max: 30 }, [1]),
]

const client: Part = { kind: 'argument', name: 'client', type: { kind: 'actor', role: 'client' }, help: 'who asks' }
const word = (name: string, help: string): Part => ({
  kind: 'argument',
  name,
  type: { kind: 'token', maxLength: 40 },
  help,
})
const literal = (text: string): Part => ({ kind: 'literal', word: text })

const free = { refuse: () => null, next: (facts: Facts) => facts } as const

const OWN: readonly ActSpec[] = [
  {
    ...free,
    id: 'client-put',
    verb: 'client',
    parts: [client, literal('put'), word('key', 'the key'), word('value', 'the value')],
    help: 'write through the leader',
    example: 'client c1 put x 1',
  },
  {
    ...free,
    id: 'client-get',
    verb: 'client',
    parts: [client, literal('get'), word('key', 'the key')],
    help: 'read a key',
    example: 'client c1 get x',
  },
  {
    ...free,
    id: 'measure',
    verb: 'measure',
    parts: [
      {
        kind: 'argument',
        name: 'part',
        type: { kind: 'name', of: 'part', what: 'part' },
        help: 'which part',
      },
    ],
    help: 'measure a part',
    example: 'measure hull.width',
  },
  {
    ...free,
    id: 'wake',
    verb: 'wake',
    parts: [{ kind: 'argument', name: 'nodes', type: { kind: 'actors', role: 'node' }, help: 'who wakes' }],
    help: 'wake some nodes',
    example: 'wake n1 n2',
  },
  {
    id: 'join',
    verb: 'join',
    parts: [],
    help: 'one more node joins',
    example: 'join',
    refuse: (facts) => (countNodes(facts) < 9 ? null : 'nine nodes are enough'),
    next: (facts) => {
      const name = nodeId(`n${countNodes(facts) + 1}`)
      return { ...facts, actors: [...facts.actors, { name, role: 'node', status: 'up' }] }
    },
  },
]

const countNodes = (facts: Facts): number => facts.actors.filter((actor) => actor.role === 'node').length

const actors = (settings: Settings): Facts['actors'] => [
  ...Array.from({ length: settings.nodes as number }, (_, i) => named(`n${i + 1}`, 'node')),
  ...Array.from({ length: settings.clients as number }, (_, i) => named(`c${i + 1}`, 'client')),
]

const named = (name: string, role: 'node' | 'client'): Facts['actors'][number] => ({
  name: nodeId(name),
  role,
  status: 'up',
})

export const TOY: Language = {
  lab: 'toy',
  settings: SETTINGS,
  acts: [...commonActs(SETTINGS), ...OWN],
  facts: (settings) => ({ actors: actors(settings), names: { part: ['hull.width', 'hull.length', 'mast.height'] } }),
  conflict: (settings) =>
    (settings.heartbeat as number) < (settings['election-timeout'] as Range).low
      ? null
      : { setting: 'heartbeat', reason: 'the heartbeat must be shorter than the election timeout' },
}

export const languages = (lab: string): Language | undefined => (lab === 'toy' ? TOY : undefined)
