import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { Desk } from '../../engine/desk.ts'
import { actorAt } from '../../engine/frame.ts'
import type { ClusterView } from './contract.ts'
import { BUSY, REPLICATION_LINKS, ROLES, SHEETS, SLOT_COLUMN, SLOT_STATES, SLOTS } from './contract.ts'
import { ACTOR } from './frame.ts'
import { clusterLab } from './world.ts'

/** A cluster of six at rest, and what the screen would show of it. */
function open(body: string, timeUs: number, selected: string | null = null) {
  const desk = new Desk(clusterLab)
  const opened = desk.open(`lab cluster\nset cluster-node-timeout 2s\nset clients 1\n${body}\n`, timeUs)
  expect(opened).toMatchObject({ ok: true })
  if (selected !== null) desk.selection = { kind: 'actor', name: selected }
  let frame = new Float64Array(desk.frame(null))
  const number = (name: string) => desk.sim.indexOf(nodeId(name))
  return {
    desk,
    view: () => desk.slow().view as ClusterView,
    node(name: string) {
      const { nodes } = desk.slow().view as ClusterView
      return nodes.find((node) => node.name === name)!
    },
    column: (name: string, column: number) => frame[actorAt(frame, number(name)) + column]!,
    number,
    /** Writes the frame anew. */
    look() {
      frame = new Float64Array(desk.frame(null))
    },
    sheets: () => new Map(desk.sheets().map(({ id, data }) => [id, data])),
  }
}

const SECONDS = 1_000_000

describe('the frame', () => {
  test('says what each node believes of itself', () => {
    const { column, number } = open('at 3s cli n1 SET bar 1', 4 * SECONDS)
    expect(column('n1', ACTOR.role)).toBe(ROLES.indexOf('master'))
    expect(column('n1', ACTOR.slots)).toBe(5461)
    expect(column('n1', ACTOR.keys)).toBe(1)
    expect(column('n1', ACTOR.clusterOk)).toBe(1)
    expect(column('n1', ACTOR.currentEpoch)).toBe(6)
    expect(column('n1', ACTOR.configEpoch)).toBe(1)
    expect(column('n1', ACTOR.master)).toBe(-1)
    expect(column('n4', ACTOR.role)).toBe(ROLES.indexOf('replica'))
    expect(column('n4', ACTOR.slots)).toBe(0)
    expect(column('n4', ACTOR.master)).toBe(number('n1'))
    expect(column('n4', ACTOR.replicationLink)).toBe(REPLICATION_LINKS.indexOf('connected'))
    // SELECT 0 and SET bar 1 in bytes of RESP.
    expect(column('n4', ACTOR.offset)).toBe(23 + 29)
    expect(column('n4', ACTOR.lag)).toBe(0)
    expect(column('c1', ACTOR.role)).toBe(ROLES.indexOf('client'))
    expect(column('cli', ACTOR.role)).toBe(ROLES.indexOf('terminal'))
    expect(column('admin', ACTOR.role)).toBe(ROLES.indexOf('admin'))
  })

  test('shows an election from its delay to its votes', () => {
    const { desk, column, view, look } = open('at 3s kill n1', 5 * SECONDS)
    const campaign = () => view().elections.find(({ node }) => node === 'n4')?.campaign ?? null
    const goOn = (until: () => boolean) => {
      for (let step = 0; step < 400 && !until(); step++) desk.seek(desk.timeline.cursor + 10_000)
      look()
    }
    goOn(() => campaign() !== null)
    expect(campaign()).toMatchObject({ phase: 'waiting', needed: 2 })
    expect(column('n1', ACTOR.status)).toBe(2)
    expect(column('n4', ACTOR.votes)).toBe(-1)
    // It was drawn between half a second and a whole one.
    const due = column('n4', ACTOR.electionDueUs) - desk.timeline.cursor
    expect(due).toBeGreaterThan(0.4 * SECONDS)
    expect(due).toBeLessThan(1 * SECONDS)
    goOn(() => campaign() === null)
    expect(column('n4', ACTOR.role)).toBe(ROLES.indexOf('master'))
    expect(column('n4', ACTOR.electionDueUs)).toBe(-1)
  })

  test('shows open slots and a server that is busy', () => {
    const { column } = open(
      'at 3s cli n2 CLUSTER SETSLOT 7 IMPORTING $n1.id\nat 3s cli n1 CLUSTER SETSLOT 7 MIGRATING $n2.id\nat 3.5s cli n3 DEBUG SLEEP 5',
      4 * SECONDS,
    )
    expect(column('n1', ACTOR.migrating)).toBe(1)
    expect(column('n2', ACTOR.importing)).toBe(1)
    expect(column('n3', ACTOR.busy)).toBe(BUSY.indexOf('sleep'))
  })
})

describe('points of view', () => {
  const suspected = 'at 3s kill n1'

  test('without one, everybody is as it is, and suspicion is told by name', () => {
    const { node, view } = open(suspected, 8 * SECONDS)
    expect(view().pointOfView).toBeNull()
    expect(node('n1')).toMatchObject({ status: 'down', believed: null, failedFor: ['n2', 'n3', 'n4', 'n5', 'n6'] })
  })

  test('a node that is cut off believes something else', () => {
    const split = 'at 3s partition n1 | n2 n3 n4 n5 n6'
    const inside = open(split, 9 * SECONDS, 'n1')
    const outside = open(split, 9 * SECONDS, 'n2')
    expect(inside.view().pointOfView).toBe('n1')
    expect(inside.node('n1').believed?.belief).toBe('myself')
    expect(inside.node('n2').believed?.belief).toBe('pfail')
    expect(inside.view().ranges[0]?.owner).toBe('n1')
    expect(outside.node('n1').believed?.belief).toBe('fail')
    expect(outside.node('n3').believed).toMatchObject({ belief: 'ok', role: 'master', slots: 5461, link: 'connected' })
    expect(outside.view().ranges[0]?.owner).toBe('n4')
  })

  test('a node that knows nobody has nobody in its table', () => {
    const { node } = open('set start unformed', 1 * SECONDS, 'n1')
    expect(node('n1').believed).toMatchObject({ belief: 'myself', slots: 0 })
    expect(node('n2').believed?.belief).toBe('unknown')
  })

  test('failure reports have a holder, a reporter and an age', () => {
    // Between the first PFAIL and FAIL somebody holds a report.
    const { desk, view } = open(`seed 3\n${suspected}`, 5 * SECONDS)
    let reports = view().reports
    for (let step = 0; step < 40 && reports.length === 0; step++) {
      desk.seek(desk.timeline.cursor + 50_000)
      reports = view().reports
    }
    expect(reports[0]).toMatchObject({ about: 'n1', validMs: 4000 })
    expect(reports[0]!.ageMs).toBeLessThan(4000)
  })
})

describe('the slot map', () => {
  const OPEN = 'at 3s cli n2 CLUSTER SETSLOT 5061 IMPORTING $n1.id\nat 3s cli n1 CLUSTER SETSLOT 5061 MIGRATING $n2.id'

  test('has owners, open slots with their partners, and keys', () => {
    const { sheets, number } = open(`at 2.5s cli n1 SET bar 1\n${OPEN}`, 4 * SECONDS)
    const now = sheets()
    const slots = new Uint8Array(now.get(SHEETS.slots)!)
    const keys = new Uint32Array(now.get(SHEETS.keys)!)
    expect(slots).toHaveLength(SLOT_COLUMN.size)
    expect(slots[SLOT_COLUMN.owner]).toBe(number('n1') + 1)
    expect(slots[SLOT_COLUMN.owner + SLOTS - 1]).toBe(number('n3') + 1)
    expect(slots[SLOT_COLUMN.state + 5061]).toBe(SLOT_STATES.indexOf('moving'))
    expect(slots[SLOT_COLUMN.partner + 5061]).toBe(number('n2') + 1)
    expect(keys[5061]).toBe(1)
    expect(keys.reduce((sum, count) => sum + count, 0)).toBe(1)
  })

  test.each([
    ['n1', 'migrating'],
    ['n2', 'importing'],
    ['n3', 'stable'],
  ] as const)('%s knows the slot as %s', (name, state) => {
    const slots = new Uint8Array(
      open(OPEN, 4 * SECONDS, name)
        .sheets()
        .get(SHEETS.slots)!,
    )
    expect(slots[SLOT_COLUMN.state + 5061]).toBe(SLOT_STATES.indexOf(state))
  })

  test('travels when it has changed, and only then', () => {
    const { desk, sheets } = open('at 6s cli n1 SET bar 1', 4 * SECONDS)
    expect([...sheets().keys()].toSorted()).toEqual(['keys', 'slots'])
    desk.seek(5 * SECONDS)
    expect([...sheets().keys()]).toEqual([])
    desk.seek(7 * SECONDS)
    expect([...sheets().keys()]).toEqual(['keys'])
    desk.selection = { kind: 'actor', name: 'n2' }
    expect([...sheets().keys()].toSorted()).toEqual(['keys', 'slots'])
  })

  test('of a cluster without slots is empty', () => {
    const { sheets, view } = open('set start unformed', 1 * SECONDS)
    expect(new Uint8Array(sheets().get(SHEETS.slots)!).every((byte) => byte === 0)).toBe(true)
    expect(view().ranges).toEqual([{ first: 0, last: SLOTS - 1, owner: null }])
  })
})

describe('tables', () => {
  test('the selected node in full, with its node table', () => {
    const { view } = open('', 4 * SECONDS, 'n2')
    const selected = view().selected!
    expect(selected.summary).toBe('n2 owns 5462 slots under epoch 2.')
    const table = selected.sections.find(({ title }) => title === 'Node table')!
    expect(table.rows.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6'])
    expect(table.rows[4]!.value).toContain('slave of n2')
  })

  test.each(['n1', 'c1', 'cli', 'admin'])('%s has a table, running or not', (name) => {
    const body = name === 'n1' ? 'at 3s kill n1' : ''
    const { view } = open(body, 4 * SECONDS, name)
    expect(view().selected).toMatchObject({ name })
    expect(view().selected!.sections.length).toBeGreaterThan(0)
  })

  test('a reshard tells how far it is', () => {
    const { view } = open('at 3s reshard 50 n1 n2', 3.5 * SECONDS)
    const job = view().job!
    expect(job).toMatchObject({ title: 'reshard 50 n1 n2', total: 50, failure: null, finished: false })
    expect(job.done).toBeGreaterThan(0)
    expect(job.done).toBeLessThan(50)
  })

  test('replication: what a replica has, and what its master knows of it', () => {
    const { view } = open('at 3s cli n1 SET bar 1', 5 * SECONDS)
    expect(view().replication.find(({ replica }) => replica === 'n4')).toMatchObject({
      master: 'n1',
      link: 'connected',
      offset: 52,
      masterOffset: 52,
      lagBytes: 0,
      ackOffset: 52,
      backlogBytes: 52,
      backlogSize: 1_048_576,
    })
  })
})

test('a hundred and twenty nodes are shown, too', () => {
  const { view, column } = open('set masters 60\nset start unformed', 0.5 * SECONDS)
  expect(view().nodes).toHaveLength(120)
  expect(column('n120', ACTOR.role)).toBe(ROLES.indexOf('alone'))
})
