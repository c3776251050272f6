import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { print } from '../experiment/printer.ts'
import type { Experiment } from '../experiment/types.ts'
import { language } from '../labs/raft/acts.ts'
import { raftLab } from '../labs/raft/world.ts'
import { END_US, goTo, openDesk, someExperiment } from './random.test-helper.ts'
import { Run, ScriptRefusal } from './run.ts'

/** The digest of a run that nobody looked at: straight from the beginning to the end. */
function straight({ seed, settings, acts }: Experiment, until: number): { digest: string; events: number } {
  const run = new Run(raftLab, { seed, settings, acts })
  run.sim.start()
  while (run.once(until));
  return { digest: run.sim.digest(), events: run.sim.eventCount }
}

const parsed = (text: string): Experiment => {
  const desk = openDesk(text)
  return desk.experiment
}

describe('a run is a function of its text', () => {
  test('the same text gives the same run, another seed or setting another one', () => {
    const text = 'lab raft\nseed 3\nset load 20/s\nat 1s kill n1\nuntil 3s\n'
    const one = straight(parsed(text), END_US)
    expect(straight(parsed(text), END_US)).toEqual(one)
    expect(straight(parsed(text.replace('seed 3', 'seed 4')), END_US).digest).not.toBe(one.digest)
    expect(straight(parsed(text.replace('20/s', '21/s')), END_US).digest).not.toBe(one.digest)
    expect(straight(parsed(text.replace('kill n1', 'kill n2')), END_US).digest).not.toBe(one.digest)
    expect(straight(parsed(text.replace('at 1s', 'at 1.1s')), END_US).digest).not.toBe(one.digest)
  })

  const move = fc.oneof(
    fc.record({ kind: fc.constant('seek' as const), to: fc.nat(END_US) }),
    fc.record({ kind: fc.constant('tick' as const), us: fc.nat(100_000) }),
    fc.record({
      kind: fc.constantFrom('step' as const, 'back' as const, 'named' as const, 'previous' as const),
      times: fc.nat(4),
    }),
  )

  test('however its reader stepped, sought and rewound through it', () => {
    fc.assert(
      fc.property(someExperiment, fc.array(move, { maxLength: 25 }), (experiment, moves) => {
        const desk = openDesk(experiment)
        for (const it of moves) {
          if (it.kind === 'seek') desk.seek(it.to)
          else if (it.kind === 'tick') {
            desk.play()
            desk.tick(it.us, () => false)
          } else {
            for (let at = 0; at < it.times; at++) {
              if (it.kind === 'step') desk.stepEvent()
              if (it.kind === 'back') desk.stepBack()
              if (it.kind === 'named') {
                desk.playToNamed()
                desk.tick(50_000, () => false)
              }
              if (it.kind === 'previous') desk.previousNamed()
            }
          }
        }
        goTo(desk, END_US)
        const { digest, events } = straight(experiment, END_US)
        expect({ digest: desk.sim.digest(), events: desk.sim.eventCount }).toEqual({ digest, events })
        // What was recorded does not depend on the reader either: the log of the run, and the samples of its measures.
        const fresh = openDesk(experiment)
        goTo(fresh, desk.timeline.branch.frontierTime)
        goTo(desk, desk.timeline.branch.frontierTime)
        expect(desk.timeline.branch.trace.length).toBe(fresh.timeline.branch.trace.length)
        expect(desk.export('csv')).toBe(fresh.export('csv'))
        expect(desk.export('history')).toBe(fresh.export('history'))
        expect(desk.text()).toBe(print(experiment, language))
      }),
      { numRuns: 40 },
    )
  })
})

describe('acts of a script', () => {
  test('come after every event of their instant, and in the order of the text', () => {
    const acts = ['at 1s kill n1', 'at 1s restart n1', 'at 1s note one', 'at 1s pause n2', 'at 1s resume n2']
    const { seed, settings, acts: script } = parsed(`lab raft\n${acts.join('\n')}\n`)
    const run = new Run(raftLab, { seed, settings, acts: script })
    run.sim.start()
    while (run.done === 0) run.once(1_000_000)
    expect(run.sim.nextTime()).toBeGreaterThan(999_999)
    expect(run.sim.status(0)).toBe('down')
    while (run.once(1_000_000));
    expect([run.done, run.sim.status(0), run.sim.status(1)]).toEqual([5, 'up', 'up'])
  })

  test('that the world refuses stop the run with their reason, and change nothing, not even the time', () => {
    const { seed, settings, acts } = parsed('lab raft\nat 1s drop m999999\n')
    const run = new Run(raftLab, { seed, settings, acts })
    run.sim.start()
    const go = () => {
      while (run.once(2_000_000));
    }
    expect(go).toThrow(ScriptRefusal)
    expect(go).toThrow('m999999 is not in flight now')
    expect([run.done, run.sim.now < 1_000_000]).toEqual([0, true])
    const { digest, events } = straight({ ...parsed('lab raft\n'), acts: [] }, 1_000_000)
    expect([run.sim.digest(), run.sim.eventCount]).toEqual([digest, events])
  })

  test('change live settings from their instant on', () => {
    const { seed, settings, acts } = parsed('lab raft\nat 1s set heartbeat 20ms\nat 2s set pre-vote off\n')
    const run = new Run(raftLab, { seed, settings, acts })
    run.sim.start()
    const config = () => run.sim.state(0)!.config as { heartbeat: number; preVote: boolean }
    while (run.once(999_999));
    expect([config().heartbeat, config().preVote]).toEqual([50_000, true])
    while (run.once(1_500_000));
    expect([config().heartbeat, config().preVote]).toEqual([20_000, true])
    while (run.once(2_500_000));
    expect([config().heartbeat, config().preVote, run.facts().settings?.heartbeat]).toEqual([20_000, false, 20_000])
  })
})
