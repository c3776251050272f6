import { describe, expect, test } from 'vitest'
import { type Micros, type NodeId, nodeId } from '../../base/brand.ts'
import { below, draw, type StreamKey, streamKey } from '../../base/prng.ts'
import { Puppets } from '../../machine/script.ts'
import { defaultClientConfig, defaultNodeConfig, type NodeConfig, PLANTED_FAULTS, type PlantedFault } from './config.ts'
import { raftMachine } from './machine.ts'
import { appointJudges, BrokenRule, disk, N1, names, nodeIn, puppets } from './testing.ts'
import { NOTE_KINDS, type RaftProtocol, TIMERS } from './types.ts'

/**
 * Random worlds: messages are lost, duplicated and overtaken, disks are slow, writes are torn, nodes crash and come
 * back. The judges watch every event.
 */

const nodes = names(3)
const clients = [nodeId('c1'), nodeId('c2')]

interface Chaos {
  readonly world: Puppets<RaftProtocol>
  readonly key: StreamKey
  drawn: number
  /** What clients appended, by request; each token is unique. */
  readonly tokens: Map<string, string>
}

function begin(seed: number, over: Partial<NodeConfig>): Chaos {
  const world = new Puppets(raftMachine, seed)
  for (const name of nodes) {
    world.start(name, { ...defaultNodeConfig(name, nodes), snapshotThreshold: 12, snapshotKeep: 3, ...over })
    world.slowDisk(name)
  }
  for (const name of clients) world.start(name, defaultClientConfig(name, nodes))
  appointJudges(world)
  return { world, key: streamKey(seed, 'chaos'), drawn: 0, tokens: new Map() }
}

function roll(chaos: Chaos, bound: number): number {
  return below(draw(chaos.key, chaos.drawn++), bound)
}

function pick<T>(chaos: Chaos, list: readonly T[]): T {
  return list[roll(chaos, list.length)]!
}

/** Fires the timer that is due next and moves the clock there. */
function fireNext({ world }: Chaos): void {
  let due = { at: Number.POSITIVE_INFINITY, name: nodes[0]!, timer: TIMERS[0] as (typeof TIMERS)[number] }
  for (const name of world.names) {
    for (const timer of TIMERS) {
      const at = world.timer(name, timer) ?? Number.POSITIVE_INFINITY
      if (at < due.at) due = { at, name, timer }
    }
  }
  if (due.at === Number.POSITIVE_INFINITY) return
  world.now = Math.max(world.now, due.at) as Micros
  world.fire(due.name, due.timer)
}

function deliverAny(chaos: Chaos, twice: boolean, window: number): void {
  const { world } = chaos
  if (world.mail.length === 0) return
  const mail = world.mail[roll(chaos, Math.min(window, world.mail.length))]!
  if (!twice) world.take((it) => it === mail)
  world.hand(mail)
}

function write(chaos: Chaos): void {
  const client = pick(chaos, clients)
  const token = String(chaos.tokens.size)
  chaos.tokens.set(chaos.world.command(client, { op: 'append', key: 'x', value: `${token};` }), token)
}

function crashOrRestart(chaos: Chaos, name = pick(chaos, nodes)): void {
  if (chaos.world.isUp(name)) chaos.world.crash(name, draw(chaos.key, chaos.drawn++))
  else chaos.world.restart(name)
}

function campaignAny(chaos: Chaos): void {
  const name = pick(chaos, nodes)
  if (chaos.world.isUp(name)) chaos.world.command(name, { kind: 'campaign' })
}

/** One random thing: in a calm the world mostly works, in a storm hardly anything goes through. */
function disturb(chaos: Chaos, storm: boolean): void {
  const { world } = chaos
  world.now = (world.now + roll(chaos, 4_000)) as Micros
  const dice = roll(chaos, 200)
  if (dice < 110) deliverAny(chaos, false, storm ? 8 : 2)
  else if (dice < 165) world.completeWrites(pick(chaos, nodes), storm ? 1 : 3)
  else if (dice < 175) write(chaos)
  else if (dice < 180) deliverAny(chaos, true, 30)
  else if (storm && dice < 190) world.take((it) => it === world.mail[roll(chaos, world.mail.length)], 1)
  else if (storm && dice < 193) crashOrRestart(chaos)
  else if (storm && dice < 196) campaignAny(chaos)
  else if (storm || world.mail.length === 0) fireNext(chaos)
}

function run(seed: number, steps: number, over: Partial<NodeConfig> = {}): Chaos {
  const chaos = begin(seed, over)
  const { world } = chaos
  for (let at = 0; at < steps; at++) {
    const storm = Math.floor(at / 200) % 2 === 1
    if (!storm && at % 200 === 0) for (const name of nodes) if (!world.isUp(name)) world.restart(name)
    disturb(chaos, storm)
  }
  return chaos
}

/** The faults end: everybody is up, and whatever is on its way arrives in order. */
function settle(chaos: Chaos): void {
  const { world } = chaos
  for (const name of nodes) if (!world.isUp(name)) world.restart(name)
  for (let round = 0; round < 600; round++) {
    for (let busy = true; busy; ) {
      world.stabilize()
      busy = nodes.some((name) => world.pendingWrites(name) > 0)
      for (const name of nodes) world.completeWrites(name)
    }
    fireNext(chaos)
  }
}

/** What the store of the highest applied index holds. */
function finalValue({ world }: Chaos): string {
  const states = nodes.map((name) => world.state(name)).flatMap((state) => (state.kind === 'client' ? [] : [state]))
  const ahead = states.reduce((x, y) => (y.applied > x.applied ? y : x))
  return ahead.kv.cells.get('x')?.value ?? ''
}

/** The first seed under which a judge objects, and which one. */
function caught(fault: PlantedFault, over: Partial<NodeConfig>): string | null {
  for (let seed = 1; seed <= 60; seed++) {
    try {
      run(seed, 4_000, { fault, ...over })
    } catch (error) {
      if (error instanceof BrokenRule) return error.rule
      throw error
    }
  }
  return null
}

describe('random worlds', () => {
  const variants: Record<string, Partial<NodeConfig>> = {
    'with PreVote and CheckQuorum': {},
    'as in the paper': { preVote: false, checkQuorum: false },
    'one entry an append, one append in flight': { maxEntriesPerAppend: 1, maxInflight: 1 },
  }
  for (const [name, over] of Object.entries(variants)) {
    test(`no judge objects, ${name}`, () => {
      for (let seed = 1; seed <= 25; seed++) run(seed, 4_000, over)
    })
  }

  test('the worlds are lively: elections, commits, retries, torn logs and snapshots all happen', () => {
    const seen = new Set<string>()
    for (let seed = 1; seed <= 25; seed++) {
      for (const it of run(seed, 4_000).world.reports) if (it.kind === 'note') seen.add(it.note.kind)
    }
    // With 12 entries between snapshots every kind of note must come up.
    expect(NOTE_KINDS.filter((kind) => !seen.has(kind) && kind !== 'client-gave-up')).toEqual([])
  })

  test('when the faults end, a leader serves again, and every reported write happened exactly once', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const chaos = run(seed, 3_000)
      settle(chaos)
      write(chaos)
      settle(chaos)
      const reported = chaos.world.reports.flatMap((it) =>
        it.kind === 'reply' && it.result.kind === 'ok' ? [chaos.tokens.get(it.request)!] : [],
      )
      expect(reported, `seed ${seed}`).toContain([...chaos.tokens.values()].at(-1))
      const written = finalValue(chaos).split(';').slice(0, -1)
      expect(new Set(written).size, `seed ${seed}: ${written}`).toBe(written.length)
      expect(
        reported.filter((token) => !written.includes(token)),
        `seed ${seed}`,
      ).toEqual([])
    }
  })
})

/**
 * Figure 8: n1 (leader of term 2) reached n2 only, n5 led term 3 alone. Now n1 leads term 4 with n2 and n3, crashes,
 * and n5 campaigns twice.
 */
function figure8(fault: PlantedFault): Puppets<RaftProtocol> {
  const logs = { n1: [1, 2], n2: [1, 2], n3: [1], n4: [1], n5: [1, 3] }
  const disks = Object.fromEntries(Object.entries(logs).map(([name, log]) => [name, disk(log, { term: 3 })]))
  const world = puppets(5, { fault }, disks)
  appointJudges(world)
  const reached = new Set<NodeId>(names(3))
  world.command(N1, { kind: 'campaign' })
  world.stabilize((mail) => reached.has(mail.from) && reached.has(mail.to))
  world.crash(N1)
  world.take(() => true)
  for (let round = 0; round < 2; round++) {
    world.command(nodeId('n5'), { kind: 'campaign' })
    world.stabilize()
  }
  return world
}

describe('Figure 8', () => {
  test('with the rule, n5 cannot win any more: what n1 committed is of its own term (5.4.2)', () => {
    const world = figure8('none')
    expect(nodeIn(world, nodeId('n2')).durable.log.at(2)?.term).toBe(2)
    expect(nodeIn(world, nodeId('n5')).kind).not.toBe('leader')
  })

  test('without the rule, n5 wins and lacks a committed entry', () => {
    expect(() => figure8('commit-older-term')).toThrow('n5 leads term 5 without entry 2 of term 2, committed in term 4')
  })
})

describe('planted faults are caught in random worlds', () => {
  for (const fault of PLANTED_FAULTS) {
    if (fault === 'none' || fault === 'commit-older-term') continue
    test(fault, () => {
      expect(caught(fault, { preVote: false, checkQuorum: false })).not.toBeNull()
    })
  }
})
