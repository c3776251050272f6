import { describe, expect, test } from 'vitest'
import { AppendList } from '../base/append-list.ts'
import { raftLab } from '../labs/raft/world.ts'
import type { RaftProtocol } from '../protocols/raft/types.ts'
import type { Meter } from '../sim/plan.ts'
import { Desk } from './desk.ts'
import type { Lab, Said } from './lab.ts'

// A lab with prompts: the Raft lab, in which every answer to a client is said at the terminal.

const meter: Meter<RaftProtocol, AppendList<Said>> = {
  id: 'said',
  init: () => AppendList.empty<Said>(),
  step(said, _, event) {
    let now = said
    for (const operation of event.operations) {
      if (operation.kind !== 'return' || operation.result === undefined) continue
      now = now.append({ timeUs: operation.at, lines: [`${operation.client} heard ${operation.result.kind}`] })
    }
    return now
  },
}

const talking: Lab<RaftProtocol> = {
  ...raftLab,
  plan: (settings, seed) => {
    const plan = raftLab.plan(settings, seed)
    return { ...plan, meters: [...plan.meters, meter as Meter<RaftProtocol>] }
  },
  prompts: {
    meter: meter as Meter<RaftProtocol>,
    said: (memory) => memory as AppendList<Said>,
    expectsAnswer: ({ id }) => id === 'client-put',
  },
}

function open(acts = ''): Desk<RaftProtocol> {
  const desk = new Desk(talking)
  expect(desk.open(`lab raft\nset clients 1\nset load 0/s\n${acts}`)).toMatchObject({ ok: true })
  return desk
}

const saidLines = (desk: Desk<RaftProtocol>) => desk.slow().said.flatMap(({ lines }) => lines)

describe('a command at a prompt', () => {
  test('has its answer below it, although the world was stopped', () => {
    const desk = open()
    desk.seek(1_000_000)
    const reply = desk.line('client c1 put x 1')
    expect(reply).toEqual({
      kind: 'said',
      lines: ['1s client c1 put x 1', expect.stringMatching(/^c1 heard /)],
      saidUpTo: 1,
    })
    expect(desk.timeline.cursor).toBeGreaterThan(1_000_000)
    expect(desk.playback.playing).toBe(false)
    expect(desk.text()).toContain('at 1s client c1 put x 1')
  })

  test('that waits for something says so, and its answer comes later', () => {
    const desk = open('at 900ms kill n1\nat 900ms kill n2\nat 900ms kill n3')
    desk.seek(1_000_000)
    expect(desk.line('client c1 put x 1')).toMatchObject({ lines: ['1s client c1 put x 1', '(no answer yet)'] })
    expect(desk.timeline.cursor).toBe(3_000_000)
    for (const node of ['n1', 'n2', 'n3']) desk.line(`restart ${node}`)
    desk.line('run 8s')
    expect(saidLines(desk)).toHaveLength(1)
  })

  test('is forgotten by a rewind, and other acts wait for nothing', () => {
    const desk = open()
    desk.seek(1_000_000)
    desk.line('client c1 put x 1')
    expect(saidLines(desk)).toHaveLength(1)
    desk.seek(500_000)
    expect(saidLines(desk)).toEqual([])
    desk.line('client c1 get x')
    expect(desk.timeline.cursor).toBe(500_000)
  })
})
