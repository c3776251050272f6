import { expect } from 'vitest'
import { parse } from '../../experiment/parser.ts'
import { explain } from '../../experiment/problem.ts'
import type { Experiment } from '../../experiment/types.ts'
import type { Protocol } from '../../machine/machine.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { Desk } from '../desk.ts'
import type { Lab } from '../lab.ts'
import { Run } from '../run.ts'

/** Reads an experiment of a lab. Throws what is wrong with it. */
function experimentOf<P extends Protocol, View>(lab: Lab<P, View>, text: string): Experiment {
  const parsed = parse(text, () => lab.language, [lab.id])
  if (!parsed.ok) throw new Error(parsed.error.map(explain).join('\n'))
  return parsed.value
}

/** A run of an experiment, begun; `listen` may replace its sink before. The first line of `text` may name the lab. */
export function runOf<P extends Protocol, View>(
  lab: Lab<P, View>,
  text: string,
  listen: (sim: Simulation<P>) => void = () => {},
): { readonly run: Run<P>; readonly experiment: Experiment } {
  const experiment = experimentOf(lab, /^lab /m.test(text) ? text : `lab ${lab.id}\n${text}\n`)
  const run = new Run<P>(lab, experiment)
  listen(run.sim)
  run.sim.start()
  return { run, experiment }
}

/** The world of an experiment at an instant (microseconds); at its `until` when none is given. */
export function worldOf<P extends Protocol, View>(lab: Lab<P, View>, text: string, untilUs?: number): Simulation<P> {
  const { run, experiment } = runOf(lab, text)
  const until = untilUs ?? experiment.until
  if (until === null) throw new Error('an experiment with an end was expected')
  while (run.once(until));
  run.sim.passTo(until)
  return run.sim
}

/** What the page shows of an experiment at an instant. */
export function openAt<P extends Protocol, View>(lab: Lab<P, View>, text: string, timeUs: number) {
  const desk = new Desk(lab)
  expect(desk.open(text, timeUs)).toMatchObject({ ok: true })
  return desk.slow()
}
