import { csvOf, historyOf, traceSink } from '../engine/export.ts'
import { readMeasure } from '../engine/lab.ts'
import { Series } from '../engine/series.ts'
import { BadInput } from './bad-input.ts'
import type { Headless } from './headless.ts'
import { type Io, nameOf, type Output, Unreadable } from './io.ts'
import { load, untilOf } from './load.ts'
import { type Arguments, oneFile, readArguments, seedOption, untilOption } from './options.ts'
import { EXIT, runLoaded } from './run.ts'

const OUTPUTS = ['history', 'trace', 'csv'] as const
type Kind = (typeof OUTPUTS)[number]

/** `export FILE --history h.json …`: one run, written in the forms that other tools read. */
export function exportCommand(args: readonly string[], io: Io): number {
  const given = readArguments(args, { history: 'text', trace: 'text', csv: 'text', seed: 'text', until: 'text' })
  const file = oneFile(given, 'export')
  const paths = pathsOf(given, file)
  const loaded = load(file, io)
  const seed = seedOption(given) ?? loaded.experiment.seed
  const untilUs = untilOf(loaded, untilOption(given))
  // Only after all input has proven good: a mistake must not cost an older file.
  const outputs = new Map([...paths].map(([kind, path]) => [kind, create(path, io)]))
  const counts = new Map<Kind, string>()
  const series = new Series(loaded.lab.measures.length)
  try {
    const headless = runLoaded(loaded, seed, untilUs, io, {
      prepare: (started) => record(started, outputs.get('trace'), counts),
      each: (running) => sample(series, running, running.sim.now),
    })
    const held = headless.sim.broken.length === 0
    sample(series, headless, held ? untilUs : headless.sim.now)
    writeRest(headless, series, outputs, counts)
    for (const [kind, path] of paths) io.out(`${path}: ${counts.get(kind)}\n`)
    for (const { title, explanation } of headless.broken()) io.err(`${nameOf(file)}: ${title}: ${explanation}\n`)
    return held ? EXIT.held : EXIT.broken
  } finally {
    for (const output of outputs.values()) output.close()
  }
}

function pathsOf(given: Arguments, file: string): ReadonlyMap<Kind, string> {
  const paths = new Map<Kind, string>()
  for (const kind of OUTPUTS) {
    const path = given.text(kind)
    if (path === null) continue
    if (path === file || [...paths.values()].includes(path)) throw new BadInput([`${path} is named twice`])
    paths.set(kind, path)
  }
  if (paths.size === 0) throw new BadInput(['export needs at least one of --history, --trace and --csv'])
  return paths
}

function create(path: string, io: Io): Output {
  try {
    return io.create(path)
  } catch (error) {
    throw error instanceof Unreadable ? new BadInput([`${path}: ${error.message}`]) : error
  }
}

function record({ sim, lab }: Headless, output: Output | undefined, counts: Map<Kind, string>): void {
  if (output === undefined) return
  let rows = 0
  counts.set('trace', '0 rows')
  sim.sink = traceSink(sim, lab, (line) => {
    output.write(`${line}\n`)
    counts.set('trace', `${++rows} rows`)
  })
}

function sample(series: Series, { lab, sim }: Headless, timeUs: number): void {
  if (series.nextUs > timeUs) return
  series.sample(timeUs, (measure) => readMeasure(lab.measures[measure]!, sim))
}

function writeRest(
  { sim, lab }: Headless,
  series: Series,
  outputs: ReadonlyMap<Kind, Output>,
  counts: Map<Kind, string>,
): void {
  const history = historyOf(sim, lab)
  outputs.get('history')?.write(`${JSON.stringify(history, null, 1)}\n`)
  counts.set('history', `${history.ops.length} operations`)
  outputs.get('csv')?.write(csvOf(series, lab))
  counts.set('csv', `${series.table().columns[0]?.length ?? 0} rows`)
}
