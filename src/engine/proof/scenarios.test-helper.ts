import { expect, test } from 'vitest'
import { present } from '../../base/assert.ts'
import { parseDuration } from '../../base/units.ts'
import type { Experiment } from '../../experiment/types.ts'
import type { Protocol } from '../../machine/machine.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { ROW } from '../../sim/trace.ts'
import type { Lab } from '../lab.ts'
import { runOf } from './run.test-helper.ts'

/** Scenarios without a screen, and what those of every lab must prove. */

/** A note of the log. */
export interface Noted<Kind extends string> {
  readonly timeMs: number
  readonly node: string
  readonly kind: Kind
  readonly value: number
}

/** A scenario under way, and what one can ask about it in any lab. */
export interface Scene<P extends Protocol> {
  readonly sim: Simulation<P>
  readonly experiment: Experiment
  /** Plays to an instant: `4.9s`. */
  to(time: string): void
  toEnd(): void
  /** Notes of a kind in a span of milliseconds. */
  notes(kind: P['note']['kind'], fromMs?: number, toMs?: number): readonly Noted<P['note']['kind']>[]
  /** How many messages of a kind arrived in a span. */
  delivered(kind: P['message']['kind'], fromMs?: number, toMs?: number): number
  /** The rules that broke, in order. */
  broken(): readonly string[]
}

/** The scenarios of a lab as they are played. */
export interface Stage<P extends Protocol, Own> {
  readonly scenarios: Lab<P>['scenarios']
  /** A scenario before its first event, with its text changed if `change` says so. */
  play(id: string, change?: (text: string) => string): Scene<P> & Own
  /** A scenario played to its end, once for all tests that only look. */
  played(id: string): Scene<P> & Own
}

/** `own`: what else one can ask in this lab. */
export function stageOf<P extends Protocol, View, Own>(
  lab: Lab<P, View>,
  own: (sim: Simulation<P>) => Own,
): Stage<P, Own> {
  const { scenarios } = lab
  const finished = new Map<string, Scene<P> & Own>()
  const play: Stage<P, Own>['play'] = (id, change = (text) => text) => {
    const { text } = present(
      scenarios.find((each) => each.id === id),
      `scenario ${id}`,
    )
    const scene = begin(lab, change(text))
    return { ...scene, ...own(scene.sim) }
  }
  const played: Stage<P, Own>['played'] = (id) => {
    const known = finished.get(id)
    if (known !== undefined) return known
    const scene = play(id)
    scene.toEnd()
    finished.set(id, scene)
    return scene
  }
  return { scenarios, play, played }
}

function begin<P extends Protocol, View>(lab: Lab<P, View>, text: string): Scene<P> {
  const noted: Noted<P['note']['kind']>[] = []
  const arrived: { readonly timeMs: number; readonly kind: string }[] = []
  const { run, experiment } = runOf(lab, text, (sim) => {
    const { messageKinds, noteKinds } = sim.plan
    sim.sink = {
      row(kind, label, time, _sentAt, actor, _peer, value) {
        const timeMs = time / 1000
        if (kind === ROW.delivered) arrived.push({ timeMs, kind: messageKinds[label]! })
        if (kind === ROW.note) noted.push({ timeMs, node: sim.names[actor]!, kind: noteKinds[label]!, value })
      },
    }
  })
  const { sim } = run
  const until = (time: number) => {
    while (run.once(time));
  }
  const within = <T extends { readonly timeMs: number; readonly kind: string }>(
    list: readonly T[],
    kind: string,
    fromMs = 0,
    toMs = Number.POSITIVE_INFINITY,
  ) => list.filter((each) => each.kind === kind && each.timeMs >= fromMs && each.timeMs < toMs)
  return {
    sim,
    experiment,
    to: (time) => until(present(parseDuration(time), time)),
    toEnd: () => until(present(experiment.until, 'an end')),
    notes: (kind, fromMs, toMs) => within(noted, kind, fromMs, toMs),
    delivered: (kind, fromMs, toMs) => within(arrived, kind, fromMs, toMs).length,
    broken: () => sim.broken.map(({ invariant }) => sim.plan.invariants[invariant]!.id),
  }
}

/** Milliseconds from call to answer of the operations that were asked in a span, ascending. */
export function latencies<P extends Protocol>(
  { sim }: Scene<P>,
  fromMs: number,
  toMs: number,
  counts: (result: P['result'] | undefined) => boolean,
): readonly number[] {
  const called = new Map<string, number>()
  const took: number[] = []
  for (const event of sim.operations) {
    const at = event.at / 1000
    if (event.kind === 'call' && at >= fromMs && at < toMs) called.set(event.request, at)
    const began = called.get(event.request)
    if (event.kind === 'return' && began !== undefined && counts(event.result)) took.push(at - began)
  }
  return took.sort((x, y) => x - y)
}

const FAULT = /set fault .*\n/

type Breaking = readonly [id: string, rule: string]

/** Each scenario is a complete experiment; no rule breaks without a planted fault or a reason, and the right one does with it. */
export function proveScenarios<P extends Protocol, Own>(
  { scenarios, play, played }: Stage<P, Own>,
  {
    least,
    faults = [],
    breaking = [],
  }: {
    readonly least: number
    readonly faults?: readonly Breaking[]
    /** Scenarios that are about a broken rule, without any planted fault. */
    readonly breaking?: readonly Breaking[]
  },
): void {
  const breaks = new Set(breaking.map(([id]) => id))

  test.each(scenarios)('$id is a complete experiment with its title and an end', ({ id, title, text, blurb }) => {
    expect(play(id).experiment).toMatchObject({ title, until: expect.any(Number) })
    expect(text).toMatch(/\nuntil /)
    expect(title.length).toBeLessThanOrEqual(48)
    expect(blurb.length).toBeLessThanOrEqual(330)
  })

  test(`there are at least ${least}, each with its own name`, () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
    expect(new Set(scenarios.map(({ title }) => title)).size).toBe(scenarios.length)
    expect(scenarios.length).toBeGreaterThanOrEqual(least)
  })

  const sound = scenarios.filter(({ id, text }) => !FAULT.test(text) && !breaks.has(id))
  test.each(sound)('in $id every rule holds', ({ id }) => {
    expect(played(id).sim.broken).toEqual([])
  })

  test.each([...faults, ...breaking])('%s breaks %s', (id, rule) => {
    expect(played(id).broken()).toContain(rule)
  })

  test.each(scenarios.filter(({ text }) => FAULT.test(text)))('$id without its fault breaks nothing', ({ id }) => {
    expect(faults.map(([broken]) => broken)).toContain(id)
    const cured = play(id, (text) => text.replace(FAULT, ''))
    cured.toEnd()
    expect(cured.sim.broken).toEqual([])
  })
}
