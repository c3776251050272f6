import { type Invariant, Violation, type World, type WorldEvent } from '../../machine/invariant.ts'
import type { FloatingProtocol, PlatformState } from './machine.ts'

/** The judges of the floating lab: whether the platform is fit for its sea, and whether the model is fit to say so. */

type FloatingInvariant = Invariant<FloatingProtocol, null>

const DEGREES = 180 / Math.PI
/** Beyond this angle restoring forces and wave loads of the linear model lead astray. */
const LINEAR_DEG = 15
/** Share of the displaced weight that the balance of forces may miss. */
const BALANCE = 1e-3

/** A rule about the platform's state, looked at after every act. */
function rule(
  id: string,
  title: string,
  source: string,
  meaning: string,
  broken: (state: PlatformState) => string | null,
): FloatingInvariant {
  const judge = (world: World<FloatingProtocol>, actor: number): Violation | null => {
    const state = world.state(actor)
    const reason = state === undefined ? null : broken(state)
    return reason === null ? null : new Violation(reason, [world.names[actor]!])
  }
  return {
    id,
    title,
    source,
    meaning,
    init: () => null,
    step: (memory, world, event: WorldEvent<FloatingProtocol>) =>
      event.before === event.after ? memory : judge(world, event.actor),
  }
}

const floats = rule(
  'floats',
  'It floats upright',
  'Archimedes; initial stability: GM > 0',
  'The platform floats, and heels back when it is pushed.',
  ({ failure }) => (failure?.kind === 'sinks' || failure?.kind === 'capsizes' ? failure.message : null),
)

const solvable = rule(
  'solvable',
  'Every solution has converged',
  'RAFT: solveStatics and solveDynamics iterate until their steps vanish',
  'The mean pose, the mooring lines and the drag iteration settle.',
  ({ failure, solved }) => {
    if (failure !== null) return failure.kind === 'sinks' || failure.kind === 'capsizes' ? null : failure.message
    if (!solved.solution.rest.converged)
      return `the mean pose has not settled after ${solved.solution.rest.iterations} steps`
    if (!solved.solution.converged) return `the drag has not settled after ${solved.solution.iterations} passes`
    return null
  },
)

const balanced = rule(
  'balanced',
  'Forces balance at rest',
  'Newton’s first law',
  'Weight, buoyancy, mooring, wind and current add up to nothing at the mean pose.',
  ({ solved }) => {
    const { residual } = solved.solution.rest
    const weight = Math.abs(solved.prepared.hull.statics.weight[2]!)
    const left = Math.hypot(residual[0]!, residual[1]!, residual[2]!)
    return left <= BALANCE * weight ? null : `${(left / 1000).toFixed(1)} kN are left over`
  },
)

const linesHold = rule(
  'lines-hold',
  'The mooring lines hold',
  'mean + 3 standard deviations below the breaking load',
  'No line comes near the load that breaks it.',
  ({ solved, failure }) => {
    if (failure !== null) return null
    const { lines, types } = solved.input.design.mooring ?? { lines: [], types: [] }
    for (const [at, line] of lines.entries()) {
      const limit = types.find(({ name }) => name === line.type)?.breakingLoadN ?? null
      const stat = solved.solution.statistics.tension[lines.length + at]
      if (limit === null || stat === undefined || solved.input.brokenLines.includes(at) || stat.max < limit) continue
      return `${line.name} reaches ${(stat.max / 1e6).toFixed(2)} MN; it breaks at ${(limit / 1e6).toFixed(2)} MN`
    }
    return null
  },
)

const linear = rule(
  'linear',
  'Small angles',
  'linear theory: restoring and wave loads are taken at the mean pose',
  `Heel stays below ${LINEAR_DEG} degrees, where the linear model can be trusted.`,
  ({ solved, failure }) => {
    if (failure !== null) return null
    const [roll, pitch] = [solved.solution.statistics.dof[3]!, solved.solution.statistics.dof[4]!]
    const most = Math.max(...[roll, pitch].flatMap(({ max, min }) => [Math.abs(max), Math.abs(min)]))
    return most < LINEAR_DEG ? null : `it heels by ${most.toFixed(1)} degrees (mean and 3 standard deviations)`
  },
)

export const rules: readonly FloatingInvariant[] = [floats, solvable, balanced, linesHold, linear]

/** rad to degrees. */
export const degrees = (rad: number): number => rad * DEGREES
