import type { Micros } from '../base/brand.ts'
import { formatDuration } from '../base/units.ts'
import { readMeasure } from '../engine/lab.ts'
import { Violation } from '../machine/invariant.ts'
import { BadInput } from './bad-input.ts'
import { type Ending, Headless } from './headless.ts'
import { type Io, nameOf } from './io.ts'
import { type Loaded, load, placesOfActs, untilOf } from './load.ts'
import { oneFile, readArguments, seedOption, untilOption } from './options.ts'
import { startProgress } from './progress.ts'

/** Ends of a command, as exit codes. */
export const EXIT = { held: 0, broken: 1, badInput: 2 } as const

/** `run FILE`: one run, and what every judge says of it. */
export function runCommand(args: readonly string[], io: Io): number {
  const given = readArguments(args, { seed: 'text', until: 'text', json: 'flag' })
  const loaded = load(oneFile(given, 'run'), io)
  const seed = seedOption(given) ?? loaded.experiment.seed
  const untilUs = untilOf(loaded, untilOption(given))
  const headless = runLoaded(loaded, seed, untilUs, io)
  const report = reportOf(headless, loaded, seed, untilUs)
  io.out(given.flag('json') ? `${JSON.stringify(report, null, 2)}\n` : `${textOf(report)}\n`)
  return report.held ? EXIT.held : EXIT.broken
}

/** Looking at the clock costs more than an event. */
const EVENTS_PER_LOOK = 4_096

/**
 * Runs an experiment to its end or its first broken rule, with a bar on a terminal. `prepare` may put in a recorder.
 * Throws {@link BadInput} when an act is refused or a limit is reached.
 */
export function runLoaded(
  { lab, experiment, file, text }: Loaded,
  seed: number,
  untilUs: Micros,
  io: Io,
  { prepare, each }: { prepare?: (headless: Headless) => void; each?: (headless: Headless) => void } = {},
): Headless {
  const headless = new Headless(lab, { seed, settings: experiment.settings, acts: experiment.acts })
  const { sim } = headless
  const progress = startProgress(io, untilUs, false)
  prepare?.(headless)
  let events = 0
  const ending = headless.toEnd(untilUs, () => {
    each?.(headless)
    if (++events % EVENTS_PER_LOOK === 0) progress.show(sim.now, `${formatDuration(sim.now)}, ${sim.eventCount} events`)
  })
  progress.clear()
  if (ending.kind !== 'ended') throw new BadInput([endingLine(ending, file, text)])
  return headless
}

/** Why a run did not come to its end, with the place in the text. `about` tells which run. */
export function endingLine(ending: Exclude<Ending, { kind: 'ended' }>, file: string, text: string, about = ''): string {
  const name = nameOf(file)
  const when = formatDuration(ending.timeUs)
  if (ending.kind === 'stopped') return `${name}: ${about}at ${when}: ${ending.reason}`
  const { line, column } = placesOfActs(text)[ending.act]!
  return `${name}:${line}:${column}: ${about}${ending.reason}; expected an act that is possible at ${when}`
}

type Verdict = ReturnType<typeof verdictsOf>[number]
type Report = ReturnType<typeof reportOf>

function reportOf(headless: Headless, { experiment, file }: Loaded, seed: number, untilUs: number) {
  const { sim } = headless
  const held = sim.broken.length === 0
  return {
    file: nameOf(file),
    lab: experiment.lab,
    title: experiment.title,
    seed,
    untilUs,
    held,
    /** Where the run ended: `untilUs`, or the instant at which a rule broke. */
    timeUs: held ? untilUs : sim.now,
    events: sim.eventCount,
    digest: sim.digest(),
    verdicts: verdictsOf(headless),
    measures: measuresOf(headless),
  }
}

function verdictsOf(headless: Headless) {
  const { sim } = headless
  const broken = headless.broken()
  return sim.plan.invariants.map((invariant, at) => {
    const { id, title, source, meaning } = invariant
    const found = broken.find((rule) => rule.id === id)
    const memory = sim.memory(at)
    const detail = memory instanceof Violation ? null : (invariant.report?.(memory) ?? null)
    const { timeUs, event, explanation, actors } = found ?? {}
    return {
      id,
      title,
      source,
      meaning,
      holds: found === undefined,
      detail,
      broken: found === undefined ? null : { timeUs, event, explanation, actors },
    }
  })
}

function measuresOf({ lab, sim }: Headless) {
  const there = lab.measures.filter((measure) => measure.isThere?.(sim) !== false)
  return there.map((measure) => ({
    id: measure.id,
    title: measure.title,
    unit: measure.unit,
    value: readMeasure(measure, sim),
    theory: measure.theory?.(sim) ?? null,
  }))
}

function textOf(report: Report): string {
  const { title, lab, seed, untilUs, verdicts, measures, timeUs, events, digest, file } = report
  const width = Math.max(...measures.map((measure) => measure.title.length))
  const values = measures.map(({ title: name, value, unit }) => {
    const shown = value === null ? '-' : Number.isInteger(value) ? String(value) : value.toFixed(3)
    return `${name.padEnd(width)}  ${shown}${value === null || unit === '' ? '' : ` ${unit}`}`
  })
  const broken = verdicts.filter(({ holds }) => !holds).length
  const summary =
    broken === 0
      ? `all ${verdicts.length} rules held to ${formatDuration(timeUs)}`
      : `${broken} of ${verdicts.length} rules broke at ${formatDuration(timeUs)}`
  return [
    title === '' ? file : title,
    `lab ${lab}, seed ${seed}, until ${formatDuration(untilUs)}`,
    '',
    ...verdicts.flatMap(verdictLines),
    '',
    ...values,
    '',
    summary,
    `time ${formatDuration(timeUs)}, events ${events}, digest ${digest}`,
  ].join('\n')
}

function verdictLines({ title, source, detail, broken }: Verdict): string[] {
  const rule = `${title} (${source})`
  if (broken === null) return [`holds   ${rule}${detail === null ? '' : `: ${detail}`}`]
  return [
    `BROKEN  ${rule}`,
    `        at ${formatDuration(broken.timeUs!)}, event ${broken.event}: ${broken.explanation}`,
  ]
}
