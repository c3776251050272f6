import { printAct } from '../experiment/printer.ts'
import type { Protocol } from '../machine/machine.ts'
import { type LinkCondition, severed } from '../sim/network.ts'
import type { Simulation } from '../sim/simulation.ts'
import { NO_PEER, ROW } from '../sim/trace.ts'
import type { BranchView, DiskView, LinkView, MeasureView, NamedView, RuleView, SaidView, Slow } from './api.ts'
import type { Desk } from './desk.ts'
import { readMeasure, saidBy } from './lab.ts'
import { rowText } from './window.ts'

const NAMED_SHOWN = 30
const SAID_SHOWN = 30
const SAMPLES_SHOWN = 300
/** Links are listed up to this many actors; a larger world tells only of those that were changed. */
const LINKS_SHOWN_MAX = 12

/** What React shows: built at most ten times a second. */
export function slowState<P extends Protocol, View>(desk: Desk<P, View>): Slow<View> {
  const { timeline, lab, playback, experiment, selection, lesson } = desk
  const { sim, branch } = timeline
  const next = sim.nextTime()
  return {
    run: {
      title: experiment.title,
      lab: lab.id,
      seed: experiment.seed,
      revision: desk.revision,
      nowUs: timeline.cursor,
      frontierUs: branch.frontierTime,
      untilUs: experiment.until,
      event: sim.eventCount,
      playing: playback.playing,
      speed: playback.permille / 1000,
      behind: playback.behind,
      caption: playback.caption,
      nextUs: Number.isFinite(next) ? next : null,
      digest: sim.digest(),
    },
    rules: rulesOf(sim),
    measures: measuresOf(desk),
    named: namedOf(desk),
    said: saidOf(desk),
    branches: branchesOf(desk),
    acts: timeline.script.acts.map((timed, at) => ({
      atUs: timed.at,
      line: printAct(timed.act, lab.language),
      done: at < timeline.done,
    })),
    actors: timeline.facts().actors,
    links: linksOf(sim),
    disks: disksOf(sim),
    lesson: lesson === null ? null : lesson.view(sim),
    view: lab.projection.view(sim, selection?.kind === 'actor' ? selection.name : null),
  }
}

function rulesOf<P extends Protocol>(sim: Simulation<P>): readonly RuleView[] {
  return sim.plan.invariants.map((rule, at) => {
    const broken = sim.broken.find(({ invariant }) => invariant === at)
    return {
      id: rule.id,
      title: rule.title,
      source: rule.source,
      meaning: rule.meaning,
      report: broken === undefined ? (rule.report?.(sim.memory(at)) ?? null) : null,
      broken:
        broken === undefined
          ? null
          : { timeUs: broken.time, event: broken.event, explanation: broken.explanation, actors: broken.actors },
    }
  })
}

function measuresOf<P extends Protocol, View>({ timeline, lab }: Desk<P, View>): readonly MeasureView[] {
  const { sim, branch, cursor } = timeline
  return lab.measures.flatMap((measure, at): MeasureView | readonly never[] => {
    if (measure.isThere?.(sim) === false) return []
    const { values, lastUs } = branch.series.read(at, cursor, SAMPLES_SHOWN)
    return {
      id: measure.id,
      title: measure.title,
      unit: measure.unit,
      help: measure.help,
      value: readMeasure(measure, sim),
      series: values,
      stepUs: branch.series.stepUs,
      lastUs,
      theory: measure.theory?.(sim) ?? null,
    }
  })
}

function namedOf<P extends Protocol, View>({ timeline }: Desk<P, View>): readonly NamedView[] {
  const { trace } = timeline.branch
  const end = timeline.namedBehind()
  const rows = trace.named().slice(Math.max(0, end - NAMED_SHOWN), end)
  return rows.map((number, at) => {
    const row = trace.read(number)
    const kind =
      row.kind === ROW.note
        ? (timeline.sim.plan.noteKinds[row.label] ?? 'note')
        : row.kind === ROW.act
          ? 'act'
          : 'broken'
    return {
      sequence: end - rows.length + at + 1,
      timeUs: row.time,
      event: row.event,
      actor: row.actor === NO_PEER ? null : (timeline.sim.names[row.actor] ?? null),
      kind,
      text: rowText(timeline, row),
    }
  })
}

function saidOf<P extends Protocol, View>({ timeline, lab }: Desk<P, View>): readonly SaidView[] {
  const said = saidBy(lab, timeline.sim)
  if (said === null) return []
  const first = Math.max(said.start, said.end - SAID_SHOWN)
  return said.slice(first, said.end).map((each, at) => ({ ...each, sequence: first + at + 1 }))
}

function branchesOf<P extends Protocol, View>({ timeline }: Desk<P, View>): readonly BranchView[] {
  return timeline.branches.map((branch) => ({
    id: branch.id,
    name: branch.name,
    current: branch === timeline.branch,
    forkUs: branch.forkTime,
    parent: branch.parent,
    frontierUs: branch.frontierTime,
    acts: branch.script.acts.length,
    broken: branch.broken,
  }))
}

function linksOf<P extends Protocol>(sim: Simulation<P>): readonly LinkView[] {
  const { network, names } = sim
  const { size, normal } = network
  const views: LinkView[] = []
  for (let from = 0; from < size; from++) {
    for (let to = 0; to < size; to++) {
      if (from === to) continue
      const link = network.links[from * size + to]!
      const isSevered = severed(network, from, to)
      const changed = isSevered || !isSameLink(link, normal)
      if (!changed && size > LINKS_SHOWN_MAX) continue
      views.push({
        from: names[from]!,
        to: names[to]!,
        severed: isSevered,
        clog: link.clog,
        lossPermille: link.lossPermille,
        duplicatePermille: link.duplicatePermille,
        reorderPermille: link.reorderPermille,
        delayUs: link.delayUs,
        changed,
      })
    }
  }
  return views
}

/** By value: a link that is healed is like any other. */
function isSameLink(one: LinkCondition, other: LinkCondition): boolean {
  return (
    one === other ||
    (one.delayUs.low === other.delayUs.low &&
      one.delayUs.high === other.delayUs.high &&
      one.lossPermille === other.lossPermille &&
      one.duplicatePermille === other.duplicatePermille &&
      one.reorderPermille === other.reorderPermille &&
      one.cut === other.cut &&
      one.clog === other.clog)
  )
}

function disksOf<P extends Protocol>(sim: Simulation<P>): readonly DiskView[] {
  return sim.names.flatMap((name, actor) => {
    if (sim.plan.actors[actor]!.role !== 'node') return []
    const disk = sim.disk(actor)
    return [{ actor: name, ...disk, changed: disk !== sim.plan.disk }]
  })
}
