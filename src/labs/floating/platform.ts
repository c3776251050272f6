import { assert, unreachable } from '../../base/assert.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { AS_RAFT, CORRECTED, type Corrections } from '../../physics/corrections.ts'
import { withDimension } from '../../physics/design/dimensions.ts'
import { flooded } from '../../physics/design/tanks.ts'
import type { Design, LoadCase, WaveTrain } from '../../physics/design/types.ts'
import { shipped } from '../../physics/designs/index.ts'
import type { CaseSolution, Failure, Modes, Precision, Rest } from '../../physics/solution.ts'
import { type Prepared, prepare, solveCase, solveUnloaded } from '../../physics/solve.ts'
import { designOf, type PlatformCommand, SEA_TRAINS_MAX } from './acts.ts'
import type { DesignId } from './contract.ts'

/** The platform's state: what is to be solved, and its solution. */

/** Everything that decides the solution. Values are immutable; what did not change keeps its identity. */
export interface PlatformInput {
  readonly design: Design
  readonly corrections: Corrections
  readonly loads: LoadCase
  /** Indices of mooring lines that are broken, ascending. */
  readonly brokenLines: readonly number[]
  /** How full of sea water each tank is, 0..1000, by its number. */
  readonly flooded: ReadonlyMap<number, number>
  /** Pieces of a design file that came so far. */
  readonly parts: readonly string[]
}

/** A solution with all that was needed for it. */
export interface Solved {
  readonly input: PlatformInput
  readonly prepared: Prepared
  readonly unloaded: Rest
  readonly modes: Modes
  readonly solution: CaseSolution
}

/** Where the sea and the wind begin: a breeze and nothing to ride on. */
const CALM: LoadCase = {
  windMps: 0,
  windHeadingDeg: 0,
  turbulence: 0,
  turbineStatus: 'operating',
  turbineHeadingDeg: 0,
  yawMisalignDeg: 0,
  waves: [{ spectrum: 'still', periodS: 10, heightM: 0, headingDeg: 0, gamma: 0 }],
  currentMps: 0,
  currentHeadingDeg: 0,
  aeroServoMode: 1,
}

/** A design that has just been launched into still water. */
export function launch(id: DesignId): PlatformInput {
  return {
    design: shipped(id),
    corrections: CORRECTED,
    loads: CALM,
    brokenLines: [],
    flooded: new Map(),
    parts: [],
  }
}

/** What is to be solved after an act. Fails with the reason for people when the act does not fit the design. */
export function after(input: PlatformInput, command: PlatformCommand): Result<PlatformInput, string> {
  switch (command.kind) {
    case 'design':
      return ok(afloat(input, shipped(command.id)))
    case 'design-part':
      return ok({ ...input, parts: [...input.parts, command.text] })
    case 'design-file': {
      const design = designOf(input.parts)
      return design.ok ? ok({ ...afloat(input, design.value), parts: [] }) : design
    }
    case 'set': {
      const design = withDimension(input.design, command.dimension, command.value)
      return design.ok ? ok({ ...input, design: design.value }) : design
    }
    case 'flood':
      return ok({ ...input, flooded: new Map(input.flooded).set(command.tank, command.permille) })
    case 'line': {
      const others = input.brokenLines.filter((line) => line !== command.line - 1)
      const brokenLines = command.broken ? [...others, command.line - 1].sort((a, b) => a - b) : others
      return ok({ ...input, brokenLines })
    }
    case 'model': {
      const all = command.corrected ? CORRECTED : AS_RAFT
      const corrections = command.defect === null ? all : { ...input.corrections, [command.defect]: command.corrected }
      return ok({ ...input, corrections })
    }
    case 'sea':
      if (command.add && input.loads.waves.length === SEA_TRAINS_MAX) {
        return fail(`there are ${SEA_TRAINS_MAX} trains of waves already: \`sea still\` begins anew`)
      }
      return ok({ ...input, loads: loadsAfter(input.loads, command) })
    case 'wind':
    case 'current':
    case 'status':
    case 'control':
      return ok({ ...input, loads: loadsAfter(input.loads, command) })
    default:
      return unreachable(command)
  }
}

/** Another design in the same sea; its lines are whole, its tanks dry. */
const afloat = (input: PlatformInput, design: Design): PlatformInput => ({
  ...input,
  design,
  brokenLines: [],
  flooded: new Map(),
})

type LoadCommand = Extract<PlatformCommand, { kind: 'sea' | 'wind' | 'current' | 'status' | 'control' }>

function loadsAfter(loads: LoadCase, command: LoadCommand): LoadCase {
  switch (command.kind) {
    case 'sea':
      return { ...loads, waves: wavesAfter(loads.waves, command) }
    case 'wind': {
      const { mps, headingDeg, turbulence, yawMisalignDeg } = command.change
      return {
        ...loads,
        windMps: mps === undefined ? loads.windMps : felt(mps),
        windHeadingDeg: headingDeg ?? loads.windHeadingDeg,
        turbulence: turbulence ?? loads.turbulence,
        yawMisalignDeg: yawMisalignDeg ?? loads.yawMisalignDeg,
      }
    }
    case 'current':
      return { ...loads, currentMps: command.mps, currentHeadingDeg: command.headingDeg ?? loads.currentHeadingDeg }
    case 'status':
      return { ...loads, turbineStatus: command.parked ? 'parked' : 'operating' }
    case 'control':
      return { ...loads, aeroServoMode: command.mode }
  }
}

/** Air that moves by less than a millimetre a second is still: of smaller numbers the squares vanish. */
const felt = (mps: number): number => (mps < 1e-3 ? 0 : mps)

/** Height of a sea that was only told its period, m. */
const SOME_HEIGHT_M = 2

function wavesAfter(
  waves: readonly WaveTrain[],
  { add, train, change }: Extract<PlatformCommand, { kind: 'sea' }>,
): readonly WaveTrain[] {
  if (train !== null) return add ? [...waves, train] : [train]
  const first = waves[0]!
  const heightM = change.heightM ?? (first.spectrum === 'JONSWAP' ? first.heightM : SOME_HEIGHT_M)
  return [{ ...first, ...change, heightM }, ...waves.slice(1)]
}

/** What can be taken over from an earlier solution. */
const isSameBody = (one: PlatformInput, other: PlatformInput): boolean =>
  one.design === other.design &&
  one.corrections === other.corrections &&
  one.brokenLines === other.brokenLines &&
  one.flooded === other.flooded

/** Solves an input; `last` is an earlier solution of the same precision whose parts are taken over where they fit. */
export function solve(
  input: PlatformInput,
  last: Solved | null,
  precision: Precision = 'converged',
): Result<Solved, Failure> {
  const body = last !== null && isSameBody(last.input, input) ? ok(last) : solveBody(input, precision)
  if (!body.ok) return body
  const { prepared, unloaded, modes } = body.value
  const solution = solveCase(prepared, input.loads)
  return solution.ok ? ok({ input, prepared, unloaded, modes, solution: solution.value }) : solution
}

function solveBody(
  { design, flooded: tanks, corrections, brokenLines }: PlatformInput,
  precision: Precision,
): Result<{ prepared: Prepared; unloaded: Rest; modes: Modes }, Failure> {
  const shares = new Map([...tanks].map(([tank, permille]) => [tank, permille / 1000]))
  const prepared = prepare(flooded(design, shares), corrections, { brokenLines, precision })
  const rest = solveUnloaded(prepared)
  return rest.ok ? ok({ prepared, unloaded: rest.value.rest, modes: rest.value.modes }) : rest
}

/** A solution that must exist: that of a design that ships, as it is launched. */
export function solveLaunched(id: DesignId): Solved {
  const solved = solve(launch(id), null)
  assert(solved.ok, `the design ${id} floats`)
  return solved.value
}
