import { type DesignFile, parseFile, readDesignFile } from '../labs/floating/design-file.ts'
import { AS_RAFT, CORRECTED } from '../physics/corrections.ts'
import type { NamedCase } from '../physics/design/cases.ts'
import { type Problem, problemText } from '../physics/design/problems.ts'
import { examineCaseFile } from '../physics/design/read.ts'
import type { Design } from '../physics/design/types.ts'
import type { SectionSplines } from '../physics/rotor/polars.ts'
import type { Failure } from '../physics/solution.ts'
import { type Prepared, prepare, solveCase, solveUnloaded } from '../physics/solve.ts'
import { BadInput } from './bad-input.ts'
import { type Io, nameOf } from './io.ts'
import { readText } from './load.ts'
import { type Arguments, oneFile, readArguments } from './options.ts'
import { EXIT } from './run.ts'
import { resultOf, type SolvedCase } from './solve-result.ts'
import { readSplines } from './solve-splines.ts'
import { solutionText } from './solve-text.ts'

/** The largest design or file of cases that is read; those of RAFT have 100 kB. */
const FILE_BYTES_MAX = 8 * 1024 * 1024

/** `solve DESIGN`: a floating platform and its load cases, under RAFT's names or as tables. */
export function solveCommand(args: readonly string[], io: Io): number {
  const given = readArguments(args, {
    cases: 'text',
    'as-raft': 'flag',
    tight: 'flag',
    json: 'flag',
    'rotor-splines': 'text',
  })
  const file = oneFile(given, 'solve')
  const { design, remarks } = loadDesign(file, io)
  warn(file, remarks, io)
  const prepared = prepareAs(given, design, io)
  const cases = casesOf(given, design, io)
  const unloaded = solveUnloaded(prepared)
  if (!unloaded.ok) throw new BadInput([`${nameOf(file)}: ${reason(unloaded.error)}`])
  const solved = cases.map((each): SolvedCase => ({ ...each, result: solveCase(prepared, each.input) }))
  const result = { ...resultOf(prepared, unloaded.value, solved), remarks }
  io.out(given.flag('json') ? `${JSON.stringify(result)}\n` : solutionText(prepared, unloaded.value, solved))
  const failed = solved.flatMap(({ name, result: of }) => (of.ok ? [] : [`case ${name}: ${reason(of.error)}`]))
  for (const text of failed) io.err(`${nameOf(file)}: ${text}\n`)
  return failed.length === 0 ? EXIT.held : EXIT.badInput
}

const reason = ({ kind, message }: Failure): string => `${kind}: ${message}`

/** RAFT as it is stops early and takes any mean pose; everybody else goes on until nothing changes, and judges it. */
function prepareAs(given: Arguments, design: Design, io: Io): Prepared {
  const asRaft = given.flag('as-raft')
  const splines = splinesOf(given, design, io)
  return prepare(design, asRaft ? AS_RAFT : CORRECTED, {
    precision: given.flag('tight') ? 'tight' : asRaft ? 'raft' : 'converged',
    judge: !asRaft,
    ...(splines === null ? {} : { splines }),
  })
}

function loadDesign(file: string, io: Io): DesignFile {
  const read = readDesignFile(readText(file, io, FILE_BYTES_MAX))
  if (read.ok) return read.value
  throw badFile(file, read.error)
}

function badFile(file: string, problems: readonly Problem[]): BadInput {
  const errors = problems.filter(({ severity }) => severity === 'error')
  return new BadInput(errors.map((problem) => `${nameOf(file)}: ${problemText(problem)}`))
}

/** Notes are for the output: what has no effect in RAFT either is no reason to stop reading. */
function warn(file: string, problems: readonly Problem[], io: Io): void {
  for (const problem of problems)
    if (problem.severity === 'warning') io.err(`${nameOf(file)}: warning: ${problemText(problem)}\n`)
}

/** The cases of the given file, or the design's own, named 1, 2, 3. */
function casesOf(given: Arguments, design: Design, io: Io): readonly NamedCase[] {
  const file = given.text('cases')
  if (file === null) return design.cases.map((input, at) => ({ name: String(at + 1), input }))
  const { cases, problems } = examineCaseFile(parsed(file, io))
  if (cases === null) throw badFile(file, problems)
  warn(file, problems, io)
  return cases
}

function parsed(file: string, io: Io): unknown {
  const value = parseFile(readText(file, io, FILE_BYTES_MAX))
  if (value.ok) return value.value
  throw new BadInput([`${nameOf(file)}: ${value.error}`])
}

/** `--rotor-splines FILE#KEY`. */
function splinesOf(given: Arguments, design: Design, io: Io): readonly SectionSplines[] | null {
  const text = given.text('rotor-splines')
  if (text === null) return null
  const [file = '', key, ...more] = text.split('#')
  if (file === '' || key === undefined || key === '' || more.length > 0)
    throw new BadInput([`--rotor-splines ${text}: expected FILE#KEY`])
  const rotor = design.turbine?.rotor ?? null
  if (rotor === null) throw new BadInput([`--rotor-splines ${text}: the design has no rotor`])
  const splines = readSplines(parsed(file, io), key, rotor.elements)
  if (splines.ok) return splines.value
  throw new BadInput([`${nameOf(file)}: ${splines.error}`])
}
