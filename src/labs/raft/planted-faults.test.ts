import { describe, expect, test } from 'vitest'
import { below, draw, streamKey } from '../../base/prng.ts'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import { PLANTED_FAULTS, type PlantedFault } from '../../protocols/raft/config.ts'
import { raftLab } from './world.ts'

/*
 * Every mistake that can be planted is caught by a judge, under every one of fifty seeds, within a bounded number of
 * events; and the same experiments without the mistake break nothing.
 */

const SEEDS = Array.from({ length: 50 }, (_, at) => at + 1)

/** What an experiment needs to provoke the mistake, and who may catch it. */
interface Provocation {
  readonly text: string
  readonly judges: readonly string[]
  readonly eventsMax: number
}

/** Raft as the paper has it, and nobody campaigns unless an act says so. */
const BY_HAND = `
set election-timeout 20s..40s
set heartbeat 200ms
set pre-vote off
set check-quorum off
set delay 5ms..15ms
set disk 1ms`

/** A network in which messages overtake each other and arrive twice. */
const UNTIDY = `
set load 40/s
set delay 1ms..40ms
at 0s link * duplicate 20% reorder 20%
until 3s`

const PROVOCATIONS: Readonly<Record<Exclude<PlantedFault, 'none'>, Provocation>> = {
  // n2 votes for n1, which never hears of it, dies, and is asked again by n3, which knows nothing of the election.
  'forget-vote': {
    text: `${BY_HAND}
at 1s isolate n1 in
at 1s link n1>n3 cut
at 1s campaign n1
at 1.05s kill n2
at 1.1s restart n2
at 1.2s campaign n3
until 2s`,
    judges: ['one-vote-per-term', 'election-safety'],
    eventsMax: 400,
  },
  // n5 slept while entries were committed; then everybody votes for it.
  'vote-without-log-check': {
    text: `${BY_HAND}
at 1s campaign n1
at 1.2s kill n5
at 1.5s client c1 put x 1
at 1.6s client c2 put y 1
at 2.5s kill n1
at 2.6s restart n5
at 3s campaign n5
at 3.5s campaign n5
until 5s`,
    judges: ['leader-completeness', 'committed-is-durable', 'state-machine-safety', 'linearizable'],
    eventsMax: 1_000,
  },
  // Figure 8: red of term 2 is on three nodes and counted as committed; n5, whose blue is of term 3, wins term 5.
  'commit-older-term': {
    text: `${BY_HAND}
set request-timeout 50ms
set log.n1 1
set log.n2 1
set log.n3 1
set log.n4 1
set log.n5 1
at 1s campaign n1
at 1.2s link n1>n3 cut
at 1.2s link n1>n4 cut
at 1.2s link n1>n5 cut
at 1.3s client c1 put x red
at 1.6s isolate c1
at 2s kill n1
at 2.5s campaign n5
at 2.7s link n5>n2 cut
at 2.7s link n5>n3 cut
at 2.7s link n5>n4 cut
at 2.8s client c2 put x blue
at 3s isolate c2
at 3.5s kill n5
at 4s heal
at 4s isolate c1
at 4s isolate c2
at 4s restart n1
at 4.2s campaign n1
at 4.5s campaign n1
at 5.5s kill n1
at 6s restart n5
at 6.2s campaign n5
at 6.6s campaign n5
until 8s`,
    judges: ['leader-completeness', 'committed-is-durable', 'state-machine-safety'],
    eventsMax: 2_000,
  },
  // An append that comes late cuts off what came after it.
  'truncate-always': {
    text: UNTIDY,
    judges: ['committed-is-durable', 'commit-index', 'leader-completeness', 'state-machine-safety', 'log-matching'],
    eventsMax: 8_000,
  },
  // Disks are slower than the network.
  'count-before-durable': {
    text: `
set load 40/s
set delay 1ms..5ms
set disk 5ms..60ms
until 3s`,
    judges: ['committed-is-durable'],
    eventsMax: 4_000,
  },
  // A heartbeat that was overtaken tells an old commit index.
  'commit-index-falls': { text: UNTIDY, judges: ['commit-index'], eventsMax: 4_000 },
}

/** The judges that objected by the first event at which one did, and that event. Empty when none did. */
function judged(text: string): { readonly judges: readonly string[]; readonly event: number } {
  const { run, experiment } = runOf(raftLab, text)
  const { sim } = run
  while (sim.broken.length === 0 && run.once(experiment.until!));
  return { judges: sim.broken.map(({ invariant }) => sim.plan.invariants[invariant]!.id), event: sim.eventCount }
}

const textOf = (seed: number, fault: PlantedFault, text: string) =>
  `lab raft\nseed ${seed}\nset fault ${fault}\n${text.trim()}\n`

describe('a planted fault is caught under every seed', () => {
  for (const fault of PLANTED_FAULTS) {
    if (fault === 'none') continue
    const { text, judges, eventsMax } = PROVOCATIONS[fault]

    test(`${fault}: by ${judges.join(' or ')}, within ${eventsMax} events`, () => {
      const verdicts = SEEDS.map((seed) => ({ seed, ...judged(textOf(seed, fault, text)) }))
      expect(verdicts.filter((verdict) => verdict.judges.length === 0).map(({ seed }) => seed)).toEqual([])
      expect(verdicts.filter((verdict) => !judges.includes(verdict.judges[0]!))).toEqual([])
      expect(verdicts.filter(({ event }) => event > eventsMax)).toEqual([])
    })
  }

  test('the same experiments without a fault break nothing', () => {
    for (const text of new Set(Object.values(PROVOCATIONS).map((provocation) => provocation.text))) {
      const broken = SEEDS.filter((seed) => judged(textOf(seed, 'none', text)).judges.length > 0)
      expect(broken, text).toEqual([])
    }
  })
})

describe('random faults', () => {
  const NODES = 5

  /** Kills, restarts, pauses, cuts, losses and slow disks at random: everything that Raft promises to survive. */
  function storm(seed: number): string {
    const key = streamKey(seed, 'storm')
    let drawn = 0
    const roll = (bound: number) => below(draw(key, drawn++), bound)
    const node = () => `n${1 + roll(NODES)}`
    const status = new Map<string, string>()
    const lines: string[] = []
    const live = (name: string): string => {
      const now = status.get(name) ?? 'up'
      const next = now === 'up' ? (['kill', 'pause'] as const)[roll(2)]! : now === 'kill' ? 'restart' : 'resume'
      status.set(name, next === 'kill' || next === 'pause' ? next : 'up')
      return `${next} ${name}`
    }
    const acts: readonly (() => string)[] = [
      () => live(node()),
      () => live(node()),
      () => live(node()),
      () => {
        const groups = Array.from({ length: NODES }, (_, at) => ({ name: `n${at + 1}`, side: roll(2) }))
        const sides = [0, 1].map((side) => groups.filter((it) => it.side === side).map(({ name }) => name))
        return sides.some((side) => side.length === 0)
          ? 'heal'
          : `partition ${sides.map((side) => side.join(' ')).join(' | ')}`
      },
      () => 'heal',
      () => 'heal',
      () => `isolate ${node()} ${['in', 'out'][roll(2)]}`,
      () => `link * loss ${roll(30)}% duplicate ${roll(30)}% reorder ${roll(30)}%`,
      () => `link ${node()}>* delay ${roll(5)}ms..${20 + roll(200)}ms`,
      () => `disk ${node()} latency 0ms..${roll(80)}ms on-crash ${['keep', 'torn'][roll(2)]}`,
      () => `disk ${node()} ${['stall', 'resume'][roll(2)]}`,
      () =>
        `clock ${node()} ${['ahead', 'behind'][roll(2)]} ${roll(300)}ms ${['fast', 'slow'][roll(2)]} ${roll(50_000)}`,
    ]
    for (let ms = 500; ms < 5_000; ms += 50 + roll(300)) lines.push(`at ${ms}ms ${acts[roll(acts.length)]!()}`)
    const protections = `set pre-vote ${['on', 'off'][roll(2)]}\nset check-quorum ${['on', 'off'][roll(2)]}`
    const snapshots = `set snapshot-threshold ${[0, 10, 30][roll(3)]}\nset snapshot-keep ${roll(5)}`
    return `set load 30/s\nset clients 3\n${protections}\n${snapshots}\n${lines.join('\n')}\nuntil 6s`
  }

  const STORMS = 200

  test(`${STORMS} storms without a planted fault break nothing, and are storms`, () => {
    let elections = 0
    let answered = 0
    const broken: string[] = []
    for (let seed = 1; seed <= STORMS; seed++) {
      const { run, experiment } = runOf(raftLab, textOf(seed, 'none', storm(seed)))
      while (run.sim.broken.length === 0 && run.once(experiment.until!));
      if (run.sim.broken.length > 0) broken.push(`seed ${seed}: ${run.sim.broken[0]!.explanation}`)
      elections += run.sim.meterMemory('elections') as number
      for (const event of run.sim.operations) if (event.kind === 'return' && event.result?.kind === 'ok') answered++
    }
    expect(broken).toEqual([])
    // More than one leader a storm, and work was done in it.
    expect(elections).toBeGreaterThan(STORMS)
    expect(answered).toBeGreaterThan(20 * STORMS)
  })
})
