import { formatDuration } from '../base/units.ts'
import { BadInput } from './bad-input.ts'
import { type Io, nameOf } from './io.ts'
import { labs } from './labs.ts'
import { type Loaded, load, untilOf } from './load.ts'
import { type Arguments, integerOption, oneFile, readArguments, untilOption } from './options.ts'
import { runSeeds } from './pool.ts'
import { startProgress } from './progress.ts'
import { EXIT, endingLine } from './run.ts'
import { readSeeds, readShard, type Seeds, shardOf } from './seeds.ts'
import { type BatchResult, joined, NO_SPREAD, type SeedFailure, type Spread } from './sweep-batch.ts'

const JOBS_MAX = 256
/** Failing seeds that are told one by one: the lowest. The rest is counted. */
const TOLD_MAX = 1_000

/** `sweep FILE --seeds 1..1000`: one experiment under many seeds. */
export async function sweepCommand(args: readonly string[], io: Io): Promise<number> {
  const given = readArguments(args, { seeds: 'text', shard: 'text', until: 'text', jobs: 'text', json: 'flag' })
  const file = oneFile(given, 'sweep')
  const seeds = seedsOf(given)
  const jobsGiven = integerOption(given, 'jobs', 1, JOBS_MAX)
  const loaded = load(file, io)
  const untilUs = untilOf(loaded, untilOption(given))
  const { lab, settings, acts } = loaded.experiment
  const jobs = Math.max(1, Math.min(jobsGiven ?? io.cores, JOBS_MAX, seeds.count))
  const tally = new Tally()
  const progress = startProgress(io, seeds.count, true)
  await runSeeds({ lab, settings, acts, untilUs }, seeds, jobs, (result) => {
    tally.add(result)
    progress.show(tally.ran, `${tally.ran}/${seeds.count} seeds, ${tally.failed} failing`)
  })
  progress.clear()
  tell(tally, { loaded, seeds, given, untilUs }, io)
  return tally.endedEarly > 0 ? EXIT.badInput : tally.failed > 0 ? EXIT.broken : EXIT.held
}

function seedsOf(given: Arguments): Seeds {
  const text = given.text('seeds')
  if (text === null) throw new BadInput(['sweep needs --seeds, such as --seeds 1..1000'])
  const shard = given.text('shard')
  return shard === null ? readSeeds(text) : shardOf(readSeeds(text), readShard(shard))
}

/** Counts, and keeps the failing seeds with the lowest numbers. */
class Tally {
  ran = 0
  events = 0
  failed = 0
  endedEarly = 0
  /** Of each measure, in the lab's order. */
  measures: readonly Spread[] = []
  private kept: SeedFailure[] = []

  add(result: BatchResult): void {
    this.ran += result.ran
    this.events += result.events
    this.failed += result.failures.length
    this.endedEarly += result.failures.filter(({ kind }) => kind === 'ended early').length
    this.measures = result.measures.map((spread, at) => joined(spread, this.measures[at] ?? NO_SPREAD))
    this.kept.push(...result.failures)
    if (this.kept.length > 2 * TOLD_MAX) this.kept = this.lowest()
  }

  /** In order of seed. */
  lowest(): SeedFailure[] {
    return this.kept.toSorted((a, b) => a.seed - b.seed).slice(0, TOLD_MAX)
  }
}

interface Sweep {
  readonly loaded: Loaded
  readonly seeds: Seeds
  readonly given: Arguments
  readonly untilUs: number
}

function tell(tally: Tally, sweep: Sweep, io: Io): void {
  const failures = tally.lowest()
  if (sweep.given.flag('json')) {
    io.out(`${JSON.stringify(jsonOf(tally, failures, sweep), null, 2)}\n`)
    return
  }
  for (const failure of failures) {
    if (failure.kind === 'broken') io.out(`${brokenLines(failure, sweep).join('\n')}\n`)
    else io.err(`${earlyLine(failure, sweep)}\n`)
  }
  if (tally.failed > failures.length) io.out(`… and ${tally.failed - failures.length} more failing seeds\n`)
  io.out(`${summaryOf(tally, sweep)}\n`)
  for (const line of measureLines(tally, sweep)) io.out(`${line}\n`)
}

/** Student's t is nearly normal from thirty runs on; below, the interval is a little too narrow, and n says so. */
const NORMAL_975 = 1.96

/** Mean and half width of its 95 % confidence interval; null: fewer than two runs had the number. */
function meanOf({ n, sum, squares }: Spread): { readonly mean: number; readonly halfWidth: number } | null {
  if (n < 2) return null
  const mean = sum / n
  const variance = Math.max(0, (squares - n * mean * mean) / (n - 1))
  return { mean, halfWidth: NORMAL_975 * Math.sqrt(variance / n) }
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** What the runs measured at their end: a line for each number that at least two of them had. */
function measureLines({ measures }: Tally, { loaded }: Sweep): string[] {
  const titles = measuresOf(loaded).map(({ title }) => title)
  const width = Math.max(0, ...titles.map((title) => title.length))
  return measures.flatMap((spread, at) => {
    const found = meanOf(spread)
    if (found === null) return []
    const { unit } = measuresOf(loaded)[at]!
    const value = `${short(found.mean)} ± ${short(found.halfWidth)}${unit === '' ? '' : ` ${unit}`}`
    return [`${titles[at]!.padEnd(width)}  ${value} (${short(spread.least)} to ${short(spread.most)}, n = ${spread.n})`]
  })
}

const measuresOf = ({ experiment }: Loaded) => labs.get(experiment.lab)!.measures

function summaryOf({ ran, failed, events, endedEarly }: Tally, { seeds, untilUs }: Sweep): string {
  if (ran === 0) return 'this shard has no seeds'
  const range = seeds.count === 1 ? `seed ${seeds.first}` : `seeds ${seeds.first}..${seeds.first + seeds.count - 1}`
  const broken = failed - endedEarly
  const verdicts = [
    ...(failed === 0 ? ['all rules held'] : []),
    ...(broken === 0 ? [] : [`a rule broke under ${broken}`]),
    ...(endedEarly === 0 ? [] : [`${endedEarly} came to no end`]),
  ]
  return `${range} to ${formatDuration(untilUs)}: ${verdicts.join(', ')} (${ran} runs, ${events} events)`
}

function brokenLines(failure: Extract<SeedFailure, { kind: 'broken' }>, sweep: Sweep): string[] {
  return [
    ...failure.rules.flatMap(({ title, source, explanation, timeUs, event }) => [
      `seed ${failure.seed} broke at ${formatDuration(timeUs)}, event ${event}: ${title} (${source})`,
      `    ${explanation}`,
    ]),
    `    ${commandFor(failure.seed, sweep)}`,
  ]
}

const earlyLine = ({ ending, seed }: Extract<SeedFailure, { kind: 'ended early' }>, { loaded }: Sweep) =>
  endingLine(ending, loaded.file, loaded.text, `seed ${seed}: `)

/** What to type to see one seed alone. */
function commandFor(seed: number, { loaded: { file }, given }: Sweep): string {
  const until = given.text('until')
  return `npm run -s lab -- run ${shellWord(file)} --seed ${seed}${until === null ? '' : ` --until ${until}`}`
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function jsonOf(tally: Tally, failures: readonly SeedFailure[], sweep: Sweep) {
  const { loaded, seeds, given, untilUs } = sweep
  return {
    file: nameOf(loaded.file),
    lab: loaded.experiment.lab,
    title: loaded.experiment.title,
    seeds: { first: seeds.first, count: seeds.count },
    shard: given.text('shard'),
    untilUs,
    ran: tally.ran,
    events: tally.events,
    held: tally.failed === 0,
    failed: tally.failed,
    measures: measuresOf(loaded).map(({ id, unit }, at) => {
      const spread = tally.measures[at] ?? NO_SPREAD
      const found = meanOf(spread)
      return { id, unit, n: spread.n, mean: found?.mean ?? null, halfWidth95: found?.halfWidth ?? null }
    }),
    failures: failures.map((failure) => {
      const { seed } = failure
      const command = commandFor(seed, sweep)
      if (failure.kind === 'broken') return { seed, command, rules: failure.rules }
      return { seed, command, timeUs: failure.ending.timeUs, problem: earlyLine(failure, sweep) }
    }),
  }
}
