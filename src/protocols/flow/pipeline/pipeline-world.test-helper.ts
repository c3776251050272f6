import { type NodeId, nodeId } from '../../../base/brand.ts'
import { streamKey } from '../../../base/prng.ts'
import { diskOf, linkOf } from '../../../engine/plan.ts'
import { Simulation } from '../../../sim/simulation.ts'
import { flowInvariants } from './judges.ts'
import { flowMachine } from './machine.ts'
import type { Patch, SourceSettings, StageSettings } from './settings.ts'
import type { SourceState } from './source-state.ts'
import type { StageState } from './stage-state.ts'
import { type Fault, type FlowCommand, type FlowProtocol, MESSAGE_KINDS, NOTE_KINDS, type PartKind } from './types.ts'

/** A pipeline in the house's simulator, without a lab around it. */
export interface WorldSetup {
  readonly seed?: number
  /** Names by kind. */
  readonly sources?: readonly string[]
  readonly stages?: readonly string[]
  /** `web>api`. */
  readonly pipes: readonly string[]
  readonly delayUs?: number
  readonly fault?: Fault
}

export class PipelineWorld {
  readonly sim: Simulation<FlowProtocol>

  constructor({ seed = 1, sources = ['web'], stages = ['api'], pipes, delayUs = 0, fault }: WorldSetup) {
    const parts: readonly (readonly [PartKind, string])[] = [
      ...sources.map((name) => ['source', name] as const),
      ...stages.map((name) => ['stage', name] as const),
    ]
    this.sim = new Simulation<FlowProtocol>({
      seed,
      actors: parts.map(([kind, name], index) => ({
        name: nodeId(name),
        role: 'node',
        machine: flowMachine,
        config: {
          kind,
          self: nodeId(name),
          key: streamKey(seed, `part ${name}`),
          index,
          pipes: pipesFrom(pipes, name),
          fault: fault ?? null,
        },
      })),
      invariants: flowInvariants,
      meters: [],
      link: linkOf({ low: delayUs, high: delayUs }, 0),
      connected: true,
      disk: diskOf({ low: 0, high: 0 }),
      messageKinds: MESSAGE_KINDS,
      noteKinds: NOTE_KINDS,
      phase: () => 0,
      messageValue: () => 0,
      generate: () => ({ kind: 'source', patch: {} }),
      streams: parts.map(() => 0),
    })
    this.sim.start()
    this.run(0)
  }

  command(name: string, command: FlowCommand): this {
    this.sim.act([{ kind: 'command', actor: this.sim.indexOf(nodeId(name)), command }], 0)
    return this
  }

  setSource(name: string, patch: Patch<SourceSettings>): this {
    return this.command(name, { kind: 'source', patch })
  }

  setStage(name: string, patch: Patch<StageSettings>): this {
    return this.command(name, { kind: 'stage', patch })
  }

  run(untilUs: number): this {
    while (this.sim.step(untilUs));
    this.sim.passTo(untilUs)
    return this
  }

  source(name = 'web'): SourceState {
    return this.sim.state(this.sim.indexOf(nodeId(name))) as SourceState
  }

  stage(name = 'api'): StageState {
    return this.sim.state(this.sim.indexOf(nodeId(name))) as StageState
  }

  /** Ids of the judges whose rule is broken. */
  broken(): readonly string[] {
    return this.sim.broken.map(({ invariant }) => flowInvariants[invariant]!.id)
  }
}

const pipesFrom = (pipes: readonly string[], name: string): readonly NodeId[] =>
  pipes.map((pipe) => pipe.split('>')).flatMap(([from, to]) => (from === name ? [nodeId(to!)] : []))
