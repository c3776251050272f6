import { describe, expect, test } from 'vitest'
import { readMeasure } from '../../engine/lab.ts'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import type { RaftProtocol } from '../../protocols/raft/types.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { NO_PEER, ROW } from '../../sim/trace.ts'
import { measures } from './measures.ts'
import { raftLab } from './world.ts'

interface Seen {
  readonly world: Simulation<RaftProtocol>
  /** Rows as the trace has them: kind and note or message, time. */
  readonly notes: { readonly kind: string; readonly time: number }[]
  readonly mail: number[]
}

/** Runs an experiment and keeps its own account of what happened. */
function run(text: string, until: number): Seen {
  const notes: { kind: string; time: number }[] = []
  const mail: number[] = []
  const { run: it } = runOf(raftLab, text, (sim) => {
    sim.sink = {
      row(kind, label, time, sentAt, _actor, peer) {
        if (kind === ROW.note) notes.push({ kind: sim.plan.noteKinds[label]!, time })
        if ((kind === ROW.delivered || kind === ROW.lost) && peer !== NO_PEER) mail.push(sentAt)
      },
    }
  })
  while (it.once(until));
  it.sim.eachInFlight(({ sentAt }) => mail.push(sentAt))
  return { world: it.sim, notes, mail }
}

const measure = (id: string) => measures.find((candidate) => candidate.id === id)!
const read = (id: string, { world }: Seen) => readMeasure(measure(id), world)

/** Answers in the order in which they came: how long each took. */
function latencies({ world }: Seen): number[] {
  const began = new Map<string, number>()
  const took: number[] = []
  for (const event of world.operations) {
    if (event.kind === 'call') began.set(event.request, event.at)
    else if (event.result?.kind === 'ok') took.push(event.at - began.get(event.request)!)
  }
  return took
}

describe('measures', () => {
  const end = 8_300_000
  const busy = run('seed 5\nset load 60/s\nset clients 4\nat 0s campaign n1\nat 2s kill n1\nat 5s restart n1\n', end)

  test('latency is of the last 200 answers, from call to answer', () => {
    const took = latencies(busy)
    expect(took.length).toBeGreaterThan(200)
    const last = took.slice(-200).sort((x, y) => x - y)
    const below = (limit: number) => last.filter((us) => us < limit * 1_000).length
    // Half of them took no longer than the median, and half no less; likewise 99 of 100.
    expect(Math.abs(below(read('latency-p50', busy)!) - 100)).toBeLessThanOrEqual(2)
    expect(Math.abs(below(read('latency-p99', busy)!) - 198)).toBeLessThanOrEqual(1)
  })

  test('operations and messages are those of the last full second', () => {
    const from = Math.floor(end / 1_000_000 - 1) * 1_000_000
    const within = (time: number) => time >= from && time < from + 1_000_000
    const answered = [...busy.world.operations].filter(
      (event) => event.kind === 'return' && event.result?.kind === 'ok' && within(event.at),
    )
    expect(read('operations', busy)).toBe(answered.length)
    expect(read('messages', busy)).toBe(busy.mail.filter(within).length)
  })

  test('elections are counted by their notes', () => {
    const won = busy.notes.filter(({ kind }) => kind === 'became-leader').length
    expect(won).toBeGreaterThan(1)
    expect(read('elections', busy)).toBe(won)
  })

  test('committed, length and lag are those of the nodes that run', () => {
    const nodes = busy.world.names.flatMap((_, actor) => {
      const state = busy.world.state(actor)
      return state === undefined || state.kind === 'client' ? [] : [state]
    })
    const ends = nodes.map(({ durable }) => durable.log.end)
    expect(read('committed', busy)).toBe(Math.max(...nodes.map(({ commit }) => commit)))
    expect(read('log-length', busy)).toBe(Math.max(...nodes.map(({ durable }) => durable.log.length)))
    expect(read('lag', busy)).toBe(Math.max(...ends) - Math.min(...ends))
  })

  test('there is no number before there is something to measure', () => {
    const young = run('', 1_000)
    expect(['latency-p50', 'latency-p99', 'operations', 'messages'].map((id) => read(id, young))).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect(['elections', 'committed', 'log-length', 'lag'].map((id) => read(id, young))).toEqual([0, 0, 0, 0])
    const dead = run('set nodes 1\nset clients 0\nat 1s kill n1\n', 2_000_000)
    expect(read('lag', dead)).toBeNull()
  })

  test('theory and measurement agree where the theory’s assumptions hold', () => {
    const rest = run('seed 2\nset clients 0\n', 5_500_000)
    const messages = measure('messages').theory!(rest.world)
    expect(messages.value).toBe((2 * 4 * 1_000) / 50)
    expect(Math.abs(read('messages', rest)! - messages.value!)).toBeLessThanOrEqual(messages.value! * 0.05)
    const calm = run('seed 2\nset load 10/s\nset delay 10ms\nset disk 2ms\n', 20_000_000)
    const latency = measure('latency-p50').theory!(calm.world)
    expect(latency.value).toBe(42)
    expect(latency.n).toBeGreaterThan(100)
    expect(Math.abs(read('latency-p50', calm)! - latency.value!)).toBeLessThanOrEqual(latency.value! * 0.1)
  })
})
