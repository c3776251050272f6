import type { Lab } from '../../engine/lab.ts'
import { diskOf, linkOf, metersOf } from '../../engine/plan.ts'
import type { Settings } from '../../experiment/types.ts'
import { type Plan, Refusal } from '../../sim/plan.ts'
import { commandOf, language, PLATFORM } from './acts.ts'
import { CONDITIONS, type DesignId, type FloatingView } from './contract.ts'
import { lessons } from './lessons/index.ts'
import { type FloatingProtocol, floatingMachine, NOTE_KINDS, type PlatformConfig } from './machine.ts'
import { measures } from './measures.ts'
import { after } from './platform.ts'
import { projection } from './projection.ts'
import { rules } from './rules.ts'
import { scenarios } from './scenarios.ts'
import { words } from './words.ts'

/** The floating lab as the engine sees it: the same in the worker, the runner, the benchmarks and the tests. */

const configs = (settings: Settings): readonly PlatformConfig[] => [
  { self: PLATFORM, design: settings.design as DesignId },
]

function plan(settings: Settings, seed: number): Plan<FloatingProtocol> {
  return {
    seed,
    actors: configs(settings).map((config) => ({ name: config.self, role: 'node', machine: floatingMachine, config })),
    invariants: rules,
    meters: metersOf(measures),
    link: linkOf({ low: 0, high: 0 }, 0),
    disk: diskOf({ low: 0, high: 0 }),
    messageKinds: ['none'],
    noteKinds: NOTE_KINDS,
    phase: (state) => CONDITIONS.indexOf(state === undefined || state.failure === null ? 'afloat' : 'failed'),
    messageValue: () => 0,
    generate: () => ({ kind: 'design-file' }),
    streams: [0],
  }
}

export const floatingLab: Lab<FloatingProtocol, FloatingView> = {
  id: 'floating',
  title: 'Floating platform',
  language,
  scenarios,
  lessons,
  measures,
  plan,
  configs,
  interpret(act, world) {
    const { input } = world.state(0)!
    const command = commandOf(act.id, act.args, input.design)
    if (command === null) return null
    const next = command.ok ? after(input, command.value) : command
    if (!command.ok || !next.ok) throw new Refusal(next.ok ? 'impossible' : next.error)
    return [{ kind: 'command', actor: 0, command: command.value }]
  },
  namedNotes: new Set(NOTE_KINDS),
  words,
  projection,
}
